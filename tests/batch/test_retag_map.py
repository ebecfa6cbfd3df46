import pytest

from pobo_nlp.batch.label_map import CodeBook, LabelMap, load_map
from pobo_nlp.errors import InputNotFoundError, LabelMapError
from pobo_nlp.taxonomy import Taxonomy

MAP = """
[separator]
arsak = [";", ","]

[tjenesteomrade]
101 = "fastlege"
"Kir/Ort" = ["kirurgi", "ortopedi"]
"900" = ""
KOM = "kommunal"
"102" = "fastlege"

[arsak]
V = "ventetid"
"""


@pytest.fixture(scope="module")
def taxonomy():
    return Taxonomy.default()


def written(tmp_path, content, encoding="utf-8"):
    path = tmp_path / "kart.toml"
    path.write_text(content, encoding)
    return path


@pytest.fixture
def label_map(tmp_path, taxonomy):
    return load_map(written(tmp_path, MAP), taxonomy)


@pytest.fixture
def book(label_map, taxonomy):
    return CodeBook(taxonomy.dimension("tjenesteomrade"), label_map, taxonomy)


@pytest.mark.parametrize(
    ("code", "labels", "told"),
    [
        pytest.param("101", ("fastlege",), "fastlege", id="one-to-one"),
        pytest.param("Kir/Ort", ("kirurgi", "ortopedi"), "kirurgi / ortopedi", id="one-to-many"),
        pytest.param("kir/ort", ("kirurgi", "ortopedi"), "kirurgi / ortopedi", id="case does not matter"),
        pytest.param("900", (), "", id="no counterpart"),
        pytest.param("legevakt", ("legevakt",), "legevakt", id="a label's id means itself"),
        pytest.param("Sykehjem, langtidsopphold", ("sykehjem_langtid",), "sykehjem_langtid", id="a label's name too"),
    ],
)
def test_a_code_means_what_the_map_says(book, code, labels, told):
    meant = book.counterpart(code)

    assert (meant.labels, meant.told, meant.is_level) == (labels, told, False)


@pytest.mark.parametrize("code", [pytest.param("KOM", id="mapped"), pytest.param("kommunal", id="by its id")])
def test_a_level_means_any_of_its_areas(book, taxonomy, code):
    meant = book.counterpart(code)

    under = tuple(label.id for label in taxonomy.dimension("tjenesteomrade").labels if label.parent == "kommunal")
    assert (meant.labels, meant.told, meant.is_level) == (under, "kommunal", True)


def test_an_unknown_code_means_nothing(book):
    assert book.counterpart("777") is None


def test_a_label_is_written_as_the_first_code_that_means_it_alone(book):
    assert [book.code_for(label) for label in ("fastlege", "kirurgi")] == ["101", "kirurgi"]


def test_separators_are_declared_for_each_dimension(label_map):
    assert label_map.separators_of("arsak") == ";,"
    assert LabelMap().separators_of("arsak") == "|"


def test_all_faults_are_told_at_once(tmp_path, taxonomy):
    faulty = """
    lost = "fastlege"
    [tjenesteomrade]
    1 = "fastlge"
    2 = 3
    3 = ["kirurgi", "ventetid"]
    "4 " = "fastlege"
    4 = "legevakt"
    [seksjon]
    A = "fastlege"
    [separator]
    tjenesteomrade = ";"
    arsak = "/"
    """

    with pytest.raises(LabelMapError, match=r"kart\.toml kan ikke brukes: 8 feil") as caught:
        load_map(written(tmp_path, faulty), taxonomy)

    told = str(caught.value)
    for part in ("«lost»", "«fastlge»", "2: skal være", "«ventetid»", "to ganger", "[seksjon]: ukjent", "[separator]"):
        assert part in told


@pytest.mark.parametrize(
    ("content", "encoding", "told"),
    [
        pytest.param("[a\n", "utf-8", "ikke gyldig TOML", id="no TOML"),
        pytest.param('[arsak]\nø = ""', "cp1252", "ikke UTF-8", id="another encoding"),
    ],
)
def test_a_file_that_is_no_map_is_refused(tmp_path, taxonomy, content, encoding, told):
    with pytest.raises(LabelMapError, match=told):
        load_map(written(tmp_path, content, encoding), taxonomy)


def test_a_map_that_does_not_exist_is_told(tmp_path, taxonomy):
    with pytest.raises(InputNotFoundError, match=r"ingen\.toml"):
        load_map(tmp_path / "ingen.toml", taxonomy)
