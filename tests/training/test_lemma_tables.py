import pytest

from pobo_nlp.errors import MissingPipelineError
from training.config import ROOT
from training.lemma_tables import lemma_table

PIPELINE = ROOT.parent / "shared" / "models" / "nb_ndt_sm"


def test_without_lemmas_every_form_is_its_own():
    assert lemma_table("none", []).lemma("vedtaket") == "vedtaket"


def test_the_dictionary_knows_both_written_languages():
    table = lemma_table("simplemma", [])

    assert [table.lemma(form) for form in ("vedtaket", "sjukeheimen", "sykehjemmet")] == [
        "vedtak",
        "sjukeheim",
        "sykehjem",
    ]


@pytest.mark.skipif(not PIPELINE.is_dir(), reason=f"no spaCy pipeline in {PIPELINE.relative_to(ROOT.parent)}")
def test_a_spacy_pipeline_gives_each_form_its_most_frequent_lemma():
    table = lemma_table(str(PIPELINE), ["Vedtaket kom i går.", "Legene leste vedtaket.", "Vi søkte om hjelp."])

    assert table.lemma("vedtaket") == "vedtak"
    assert table.lemma("ukjent") == "ukjent"


def test_a_pipeline_that_is_not_there_is_named_with_the_cure():
    with pytest.raises(MissingPipelineError, match=r"«no_such_pipeline» finnes verken .* «simplemma»"):
        lemma_table("no_such_pipeline", [])


def test_a_folder_without_a_pipeline_is_named(tmp_path):
    with pytest.raises(MissingPipelineError, match="er ingen spaCy-modell"):
        lemma_table(str(tmp_path), [])
