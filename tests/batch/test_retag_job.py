"""Old labels beside what the shipped model says of real sentences."""

import pickle
from dataclasses import asdict

import pyarrow as pa
import pytest

from pobo_nlp.batch.label_map import LabelMap
from pobo_nlp.batch.old_labels import MAX_UNMAPPED
from pobo_nlp.batch.retag import RetagJob, check_old_codes
from pobo_nlp.errors import ColumnError, LabelsError, UnmappedCodesError
from pobo_nlp.tables import open_table

CARE = "Vedtaket om hjemmesykepleie er innvilget, men ingen kommer om kvelden for å hjelpe mor med medisinene."
DENTIST = "Den offentlige tannklinikken vil ikke gi meg time, jeg har ventet på tannlegen i åtte måneder."
ENGLISH = "I do not understand the letter that you sent to my mother last week."
MAP = LabelMap(
    (
        (
            "tjenesteomrade",
            (
                ("HSP", ("hjemmesykepleie",)),
                ("ORT", ("ortopedi",)),
                ("HJEM", ("hjemmesykepleie", "praktisk_bistand")),
                ("KOM", ("kommunal",)),
                ("UT", ()),
            ),
        ),
    ),
    (("arsak", ";"),),
)
# Text, old code, and what becomes of it.
ROWS = (
    (CARE, "HSP", "unchanged"),
    (CARE, "hjemmesykepleie", "unchanged"),
    (CARE, "Hjemmesykepleie", "unchanged"),
    (CARE, "HJEM", "refined"),
    (CARE, "KOM", "refined"),
    (CARE, "ORT", "changed"),
    (CARE, "", "new"),
    (CARE, None, "new"),
    (CARE, "UT", "needs_person"),
    ("", "HSP", "unchanged"),
    ("", "", "needs_person"),
    (ENGLISH, "HJEM", "needs_person"),
    (ENGLISH, "KOM", "unchanged"),
    ("Tegn\x00 inni", "", "needs_person"),
)


@pytest.fixture(scope="module")
def rows():
    return pa.record_batch(
        {"tekst": [text for text, _, _ in ROWS], "gammel": pa.array([code for _, code, _ in ROWS], pa.string())}
    )


@pytest.fixture(scope="module")
def job():
    return RetagJob("tekst", (("tjenesteomrade", "gammel"),), MAP)


@pytest.fixture(scope="module")
def added(job, rows, scorer):
    return job.columns(scorer, rows)


def test_the_sentences_are_what_the_tests_take_them_for(scorer):
    care = scorer.suggest(CARE)

    assert (care.suggestions["tjenesteomrade"][0].label, care.settled) == (
        "hjemmesykepleie",
        {"tjenesteomrade": "tjenesteomrade"},
    )


@pytest.mark.parametrize("place", range(len(ROWS)), ids=lambda place: f"{ROWS[place][1]} {place}")
def test_each_row_gets_its_status(added, place):
    assert added.column("tjenesteomrade_status")[place].as_py() == ROWS[place][2]


def test_the_row_has_the_weightiest_status_of_its_dimensions(added, scorer, rows):
    job = RetagJob("tekst", (("tjenesteomrade", "gammel"), ("henvendelsestype", "type")), MAP)
    with_type = rows.append_column("type", pa.array([""] * len(ROWS)))

    both = job.columns(scorer, with_type)

    weight = ["needs_person", "changed", "new", "refined", "unchanged"]
    columns = (both.column(f"{name}_status").to_pylist() for name in ("tjenesteomrade", "henvendelsestype"))
    statuses = zip(*columns, strict=True)
    assert both.column("retag_status").to_pylist() == [min(pair, key=weight.index) for pair in statuses]
    assert added.column("retag_status").to_pylist() == added.column("tjenesteomrade_status").to_pylist()


def test_what_is_told_of_the_old_label(added, scorer):
    first = added.slice(0, 6).to_pylist()
    probability = scorer.suggest(CARE).probabilities["tjenesteomrade"]

    told = [row["tjenesteomrade_old"] for row in first]
    assert told == [*["hjemmesykepleie"] * 3, "hjemmesykepleie / praktisk_bistand", "kommunal", "ortopedi"]
    assert first[0]["tjenesteomrade_old_probability"] == pytest.approx(probability["hjemmesykepleie"], abs=1e-3)
    assert first[3]["tjenesteomrade_old_probability"] == pytest.approx(
        probability["hjemmesykepleie"] + probability["praktisk_bistand"], abs=1e-3
    )
    assert [row["tjenesteomrade_proposed"] for row in first] == ["", "", "", *["hjemmesykepleie"] * 3]


def test_suggestions_stand_beside_the_old_labels_which_stay(job, rows, scorer, added):
    schema = job.schema(pa.schema([*rows.schema, pa.field("tjenesteomrade", pa.string())]), scorer.taxonomy)

    assert "tjenesteomrade_suggested" in schema.names
    assert "gammel" not in schema.names
    assert len(schema) == added.num_columns
    assert schema.types == added.schema.types


def test_an_unreadable_row_has_its_error_code(added):
    assert added.column("review")[-1].as_py() == "error_nul_character"
    assert added.column("tjenesteomrade_old_probability")[-1].as_py() is None


def test_no_label_changes_at_threshold_zero_and_every_other_accepted_one_at_one(scorer, rows):
    cautious, bold = (
        RetagJob("tekst", (("tjenesteomrade", "gammel"),), MAP, threshold).columns(scorer, rows) for threshold in (0, 1)
    )

    assert "changed" not in cautious.column("tjenesteomrade_status").to_pylist()
    assert bold.column("tjenesteomrade_status")[5].as_py() == "changed"


def test_a_known_level_is_refined_to_an_area(scorer):
    rows = pa.record_batch({"tekst": [CARE, CARE, "", CARE], "niva": ["kommunal", "spesialist", "kommunal", ""]})
    job = RetagJob("tekst", (("tjenesteniva", "niva"),))

    added = job.columns(scorer, rows)

    assert added.column("tjenesteomrade_status").to_pylist() == ["refined", "changed", "unchanged", "new"]
    assert added.column("tjenesteniva_status").to_pylist() == ["unchanged", "changed", "unchanged", "new"]
    assert added.column("tjenesteomrade_old").to_pylist() == ["kommunal", "spesialist", "kommunal", ""]


def test_a_known_level_tells_which_of_several_areas_a_code_means(scorer):
    label_map = LabelMap((("tjenesteomrade", (("P", ("psykisk_voksne", "psykisk_rus_kommunal")),)),))
    rows = pa.record_batch({"tekst": [""], "niva": ["kommunal"], "omr": ["P"]})
    job = RetagJob("tekst", (("tjenesteniva", "niva"), ("tjenesteomrade", "omr")), label_map)

    added = job.columns(scorer, rows).to_pylist()[0]

    assert (added["tjenesteomrade_old"], added["tjenesteomrade_status"]) == ("psykisk_rus_kommunal", "unchanged")


def test_a_set_of_old_labels_tells_what_is_added_and_removed(scorer):
    accepted = [label.label for label in scorer.suggest(DENTIST).suggestions["arsak"] if label.accepted]
    rows = pa.record_batch({"tekst": [DENTIST] * 3, "grunner": ["tvang", "; ".join(accepted), ""]})
    job = RetagJob("tekst", (("arsak", "grunner"),), MAP)

    wrong, right, empty = job.columns(scorer, rows).to_pylist()

    assert accepted
    assert (wrong["arsak_status"], wrong["arsak_added"], wrong["arsak_removed"], wrong["arsak_proposed"]) == (
        "changed",
        "|".join(accepted),
        "tvang",
        "|".join(accepted),
    )
    assert (right["arsak_status"], right["arsak_proposed"]) == ("unchanged", "")
    assert len(right["arsak_old_probability"].split("|")) == len(accepted)
    assert (empty["arsak_status"], empty["arsak_proposed"]) == ("new", "|".join(accepted))


def test_codes_may_be_numbers_and_lists(scorer):
    label_map = LabelMap((("tjenesteomrade", (("12", ("hjemmesykepleie",)),)),))
    rows = pa.record_batch({"tekst": [CARE], "omr": pa.array([12.0]), "grunner": [["tvang", "avslag"]]})
    job = RetagJob("tekst", (("tjenesteomrade", "omr"), ("arsak", "grunner")), label_map)

    added = job.columns(scorer, rows).to_pylist()[0]

    assert (added["tjenesteomrade_status"], added["arsak_old"]) == ("unchanged", "tvang|avslag")


def test_rows_get_the_same_together_and_alone(job, rows, scorer, added):
    alone = [job.columns(scorer, rows.slice(place, 1)).column("retag_status")[0] for place in range(len(ROWS))]

    assert alone == list(added.column("retag_status"))


def test_the_job_can_be_sent_to_another_process(job):
    assert pickle.loads(pickle.dumps(job)) == job  # noqa: S301
    assert asdict(job)["label_map"]["codes"][0][0] == "tjenesteomrade"


def written(tmp_path, cells):
    path = tmp_path / "saker.csv"
    lines = [f'{number};"{cell}";tekst' for number, cell in enumerate(cells)]
    path.write_text("\n".join(["id;gammel;tekst", *lines]), "utf-8")
    return open_table(path)


def told_of(tmp_path, scorer, cells, dimension="tjenesteomrade"):
    with pytest.raises(UnmappedCodesError) as caught:
        check_old_codes(RetagJob("tekst", ((dimension, "gammel"),), MAP), written(tmp_path, cells), scorer.taxonomy)
    return str(caught.value)


def test_all_unmapped_codes_are_told_at_once_with_their_rows(tmp_path, scorer):
    told = told_of(tmp_path, scorer, ["X1", "HSP", "Y2", "X1", ""])

    assert "2 feil" in told
    assert "«X1», 2 rader" in told
    assert "«Y2», 1 rad" in told
    assert "HSP" not in told


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Mor falt på badet og ingen kom da hun ropte på hjelp", id="long"),
        pytest.param("01020349999", id="a personal number"),
        pytest.param("Hun heter Kari Nordmann", id="a name"),
        pytest.param("kari@example.no", id="an address"),
    ],
)
def test_what_is_no_code_is_counted_and_not_quoted(tmp_path, scorer, text):
    told = told_of(tmp_path, scorer, [text, "X1", "X1", "X2", "X3", "X4"])

    assert text not in told
    assert "«X1», 2 rader" in told
    assert "1 rad med det som ser ut som" in told


def test_a_short_text_among_long_ones_is_not_quoted(tmp_path, scorer):
    told = told_of(tmp_path, scorer, ["Mor falt på badet og ingen kom", "Ring meg"])

    assert "Ring" not in told
    assert "riktig kolonne" in told


def test_a_column_that_holds_no_codes_is_not_quoted(tmp_path, scorer):
    told = told_of(tmp_path, scorer, [f"Q{number}" for number in range(MAX_UNMAPPED + 1)])

    assert "riktig kolonne" in told
    assert "Q1" not in told


def test_a_separator_that_is_not_declared_is_told_as_one(tmp_path, scorer):
    told = told_of(tmp_path, scorer, ["tvang, avslag", "tvang"], "arsak")

    assert '1 rad med flere koder skilt med «,»; sett arsak = ","' in told


@pytest.mark.parametrize(
    ("labels", "error", "told"),
    [
        pytest.param((("seksjon", "gammel"),), LabelsError, "seksjon: ukjent dimensjon", id="unknown dimension"),
        pytest.param((("arsak", "gammel"),) * 2, LabelsError, "arsak: oppgitt to ganger", id="twice"),
        pytest.param((("arsak", "tekst"),), LabelsError, "den med teksten", id="the text"),
        pytest.param((("arsak", "grunn"),), ColumnError, "«grunn» finnes ikke", id="unknown column"),
    ],
)
def test_labels_that_do_not_fit_the_table_are_told(tmp_path, scorer, labels, error, told):
    with pytest.raises(error, match=told):
        check_old_codes(RetagJob("tekst", labels, MAP), written(tmp_path, ["HSP"]), scorer.taxonomy)
