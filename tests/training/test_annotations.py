import pytest

from pobo_nlp.errors import AnnotationError, InputNotFoundError
from pobo_nlp.taxonomy import Taxonomy
from training.annotations import annotation_files, read_annotations
from training.config import load_config
from training.validate import validate

SECRET = "hemmeligheten"


def changed(**keys):
    return lambda row: {**row, **keys}


def without(key):
    return lambda row: {name: value for name, value in row.items() if name != key}


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        pytest.param(without("id"), "«id» mangler", id="no id"),
        pytest.param(without("text"), "«text» mangler", id="no text"),
        pytest.param(changed(text="  "), "«text» er tom", id="empty text"),
        pytest.param(changed(text=7), "«text» skal være en streng", id="text is a number"),
        pytest.param(without("omraade"), "«omraade» mangler", id="no label"),
        pytest.param(without("grunn"), "«grunn» mangler", id="no labels"),
        pytest.param(changed(omraade="fly"), "ukjent etikett «fly» i «omraade»", id="unknown label"),
        pytest.param(
            changed(omraade="Mor ligger på rom 4 og får ikke hjelp"),
            "ukjent etikett (ser ut som tekst, og gjengis ikke) i «omraade»",
            id="text in the place of a label",
        ),
        pytest.param(changed(grunn=["pris", "vær"]), "ukjent etikett «vær» i «grunn»", id="unknown among several"),
        pytest.param(changed(grunn=["pris", "pris"]), "står to ganger i «grunn»", id="doubled label"),
        pytest.param(changed(grunn="pris"), "skal være en liste", id="multi is a string"),
        pytest.param(changed(omraade=["tog"]), "skal være en streng", id="single is a list"),
        pytest.param(changed(nivaa="kommune", omraade="tog"), "tog hører under stat", id="wrong parent"),
        pytest.param(changed(malform="sv"), "«malform» skal være en av nb, nn", id="unknown malform"),
        pytest.param(without("malform"), "«malform» mangler", id="a describing key missing in one line"),
        pytest.param(changed(id="t-0"), "id står også i a.jsonl:1", id="doubled id"),
    ],
)
def test_a_fault_is_told_with_its_line(change, fault, rows, write, taxonomy_file):
    rows[4] = change({**rows[4], "text": rows[4]["text"] + SECRET})
    path = write("a.jsonl", rows)

    annotations, faults = read_annotations([path], Taxonomy.load(taxonomy_file))

    assert len(annotations) == len(rows) - 1
    assert [fault in told and told.startswith("a.jsonl:5") for told in faults] == [True]
    assert SECRET not in faults[0]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        pytest.param(b'{"id": "x", ', "ikke gyldig JSON", id="broken"),
        pytest.param(b"[1, 2]", "ikke et JSON-objekt", id="a list"),
        pytest.param(b'{"id": "\xe6"}', "ikke UTF-8", id="Windows-1252"),
        pytest.param(b"[" * 100_000, "ikke gyldig JSON", id="too deep"),
    ],
)
def test_a_line_that_is_no_object_is_a_fault(line, fault, rows, write, taxonomy_file):
    path = write("a.jsonl", rows)
    path.write_bytes(path.read_bytes() + line + b"\n")

    annotations, faults = read_annotations([path], Taxonomy.load(taxonomy_file))

    assert len(annotations) == len(rows)
    assert faults == [f"a.jsonl:{len(rows) + 1}: {fault}"]


def test_validate_tells_all_faults_of_all_files_at_once(rows, write, sources):
    first = {**rows[0], "omraade": "fly"}
    copy = {**rows[2], "id": "copy", "group": "copy", "text": rows[2]["text"].upper()}
    write("annotated/b.jsonl", [first, copy])
    write("lexicon/c.jsonl", [{"dimension": "omraade", "label": "fly", "phrase": "på vingen", "strength": 3}])

    with pytest.raises(AnnotationError, match="feil") as raised:
        validate(sources, near_duplicate=load_config().data.near_duplicate)

    told = "\n".join(raised.value.faults)
    assert "b.jsonl:1 (id t-0): ukjent etikett «fly»" in told
    assert "b.jsonl:1 (id t-0): id står også i a.jsonl:1" in told
    assert "b.jsonl:2 (id copy): nesten samme tekst som a.jsonl:3 (id t-2)" in told
    assert "c.jsonl:1: ukjent etikett «fly»" in told


def test_the_same_text_twice_is_told_as_the_same(rows, write, sources):
    write("annotated/b.jsonl", [{**rows[2], "id": "copy"}])

    with pytest.raises(AnnotationError, match=r"\): samme tekst som a\.jsonl:3"):
        validate(sources, near_duplicate=0.7)


def test_sound_data_are_counted(sources, rows):
    data = validate(sources, near_duplicate=0.7)

    assert (len(data.inquiries), len(data.phrases)) == (len(rows), 3)


def test_alike_texts_of_one_group_are_no_fault(rows, write, sources):
    write("annotated/b.jsonl", [{**rows[2], "id": "copy", "text": rows[2]["text"].upper()}])

    assert len(validate(sources, near_duplicate=0.7).inquiries) == len(rows) + 1


def test_a_group_in_a_test_file_and_elsewhere_is_a_fault(rows, write, sources):
    row = {**rows[2], "id": "x", "text": "Ingen av dunkene i gata ble hentet på mandag.", "group": rows[3]["group"]}
    write("annotated/test_a.jsonl", [row])

    with pytest.raises(AnnotationError, match=r"gruppa t-3 står i flere filer: a\.jsonl, test_a\.jsonl"):
        validate(sources, near_duplicate=0.7)


@pytest.mark.parametrize(
    ("near_miss", "fault"),
    [
        pytest.param(["regn"], "ukjent etikett «regn» i «near_miss»", id="unknown"),
        pytest.param(["forsinkelse"], "etiketten «forsinkelse» er både gitt og i «near_miss»", id="given too"),
        pytest.param("pris", "«near_miss» skal være en liste av strenger", id="not a list"),
    ],
)
def test_a_near_miss_is_a_label_that_is_not_given(near_miss, fault, rows, write, taxonomy_file):
    path = write("a.jsonl", [{**rows[0], "near_miss": near_miss}])

    annotations, faults = read_annotations([path], Taxonomy.load(taxonomy_file))

    assert annotations == []
    assert faults == [f"a.jsonl:1 (id t-0): {fault}"]


def test_files_are_told_apart_by_name(rows, write):
    for name in ("a.jsonl", "dev.jsonl", "test_hard.jsonl", "test_other.jsonl", "contest.jsonl"):
        path = write(name, rows)

    files = annotation_files(path.parent)

    assert [file.name for file in files.train] == ["a.jsonl", "contest.jsonl"]
    assert [file.name for file in files.dev] == ["dev.jsonl"]
    assert [file.name for file in files.test] == ["test_hard.jsonl"]
    assert files.out_of_scope == path.parent / "test_other.jsonl"


def test_a_folder_without_annotations_is_named(tmp_path):
    with pytest.raises(InputNotFoundError, match="jsonl"):
        annotation_files(tmp_path)
