"""All faults of the data at once."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pobo_nlp.errors import AnnotationError
from pobo_nlp.taxonomy import Taxonomy
from training.annotations import Annotation, annotation_files, read_annotations
from training.checksums import checksum_faults
from training.corpus import Sources
from training.lexicon import Phrase, lexicon_files, read_phrases
from training.out_of_scope import OutOfScopeText, read_out_of_scope
from training.requirements import Requirements, load_requirements, shortfalls
from training.split import near_duplicates


@dataclass(frozen=True, slots=True)
class SoundData:
    """Data without a fault, test files included."""

    taxonomy: Taxonomy
    inquiries: Sequence[Annotation]
    out_of_scope: Sequence[OutOfScopeText]
    phrases: Sequence[Phrase]
    requirements: Requirements | None


def validate(sources: Sources, *, near_duplicate: float) -> SoundData:
    """Check label scheme, inquiries, phrase bank, checksums, and the requirements beside the inquiries.

    Raises
    ------
    AnnotationError : with every fault of every file.
    """
    taxonomy = Taxonomy.load(sources.taxonomy)
    files = annotation_files(sources.annotations)
    inquiries, faults = read_annotations([*files.train, *files.dev, *files.test], taxonomy)
    out_of_scope, faults_out_of_scope = read_out_of_scope(files.out_of_scope) if files.out_of_scope else ([], [])
    phrases, faults_of_phrases = read_phrases(lexicon_files(sources.lexicon), taxonomy) if sources.lexicon else ([], [])
    requirements = load_requirements(sources.annotations)
    texts: list[Annotation | OutOfScopeText] = [*inquiries, *out_of_scope]
    faults += faults_out_of_scope
    faults += shared_text_faults(texts, near_duplicates([one.text for one in texts], threshold=near_duplicate))
    faults += group_faults(inquiries)
    faults += faults_of_phrases
    for folder in (sources.annotations, sources.lexicon):
        if folder is not None and folder.is_dir():
            faults += checksum_faults(folder)
    if requirements:
        faults += shortfalls(requirements, taxonomy, inquiries, phrases)
    if faults:
        raise AnnotationError(str(sources.annotations), faults)
    return SoundData(taxonomy, inquiries, out_of_scope, phrases, requirements)


def shared_text_faults(
    texts: Sequence[Annotation | OutOfScopeText], pairs: Iterable[tuple[int, int, float]]
) -> list[str]:
    """Return a fault for each pair of texts that are the same or nearly so; those of one group may be nearly so.

    Parameters
    ----------
    pairs : places in `texts`, and how alike the two are in [0, 1].
    """
    faults = defaultdict(list)
    for first, second, similarity in pairs:
        one, other = texts[first], texts[second]
        is_same = one.text.strip() == other.text.strip()
        is_one_group = isinstance(one, Annotation) and isinstance(other, Annotation) and one.group == other.group
        if is_one_group and not is_same:
            continue
        how = "samme tekst som" if is_same else "nesten samme tekst som"
        faults[other.place].append(
            f"{other.place} (id {other.id}): {how} {one.place} (id {one.id}), likhet {similarity:.2f}"
        )
    return [fault for of_place in faults.values() for fault in of_place]


def group_faults(annotations: Sequence[Annotation]) -> Iterator[str]:
    """Yield a fault for each group with texts both in a test file and elsewhere."""
    files: dict[str, set[str]] = defaultdict(set)
    for row in annotations:
        files[row.group].add(row.place.split(":")[0])
    for group, names in sorted(files.items()):
        if len(names) > 1 and any(name.startswith("test") for name in names):
            yield f"gruppa {group} står i flere filer: {', '.join(sorted(names))}"
