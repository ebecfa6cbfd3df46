"""All faults of the data at once."""

from dataclasses import dataclass

from pobo_nlp.errors import AnnotationError
from pobo_nlp.taxonomy import Taxonomy
from training.annotations import annotation_files, read_annotations, shared_text_faults
from training.checksums import checksum_faults
from training.corpus import Sources
from training.lexicon import lexicon_files, read_phrases
from training.split import near_duplicates


@dataclass(frozen=True, slots=True)
class Counts:
    """How much sound data there is."""

    inquiries: int
    phrases: int


def validate(sources: Sources, *, near_duplicate: float) -> Counts:
    """Check label scheme, annotations, phrase bank and checksums.

    Raises
    ------
    AnnotationError : with every fault of every file.
    """
    taxonomy = Taxonomy.load(sources.taxonomy)
    for_training, for_evaluation = annotation_files(sources.annotations)
    annotations, faults = read_annotations([*for_training, *for_evaluation], taxonomy)
    pairs = near_duplicates([row.text for row in annotations], threshold=near_duplicate)
    faults += shared_text_faults(annotations, pairs)
    phrases, faults_of_phrases = (
        read_phrases(lexicon_files(sources.lexicon), taxonomy, weight=1.0) if sources.lexicon else ([], [])
    )
    faults += faults_of_phrases
    for folder in (sources.annotations, sources.lexicon):
        if folder is not None and folder.is_dir():
            faults += checksum_faults(folder)
    if faults:
        raise AnnotationError(str(sources.annotations), faults)
    return Counts(len(annotations), len(phrases))
