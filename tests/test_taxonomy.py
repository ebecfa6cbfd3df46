import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pobo_nlp.errors import InputNotFoundError, PoboError, TaxonomyError, UnknownLabelError
from pobo_nlp.taxonomy import Taxonomy, default_toml

LEVEL = '[[dimension]]\nid = "level"\nkind = "single"\n[[level]]\nid = "upper"\n'
AREA = '[[dimension]]\nid = "area"\nkind = "single"\nparent = "level"\n[[area]]\nid = "attic"\nparent = "upper"\n'
CAUSE = '[[dimension]]\nid = "cause"\nkind = "multi"\n[[cause]]\nid = "storm"\n'


def _read(toml):
    return Taxonomy.from_toml(toml.encode(), source="skjema.toml")


def test_the_shipped_scheme_has_the_dimensions_of_the_design():
    scheme = Taxonomy.default()

    assert {dimension.id: (dimension.kind, len(dimension.labels)) for dimension in scheme.dimensions} == {
        "tjenesteniva": ("single", 5),
        "tjenesteomrade": ("single", 32),
        "arsak": ("multi", 21),
        "systemflagg": ("multi", 12),
        "henvendelsestype": ("single", 2),
    }


def test_the_shipped_scheme_is_read_from_a_file_as_from_the_package(tmp_path):
    path = tmp_path / "skjema.toml"
    path.write_bytes(default_toml())

    assert Taxonomy.load(path) == Taxonomy.default()


def test_every_area_of_the_shipped_scheme_has_a_level():
    scheme = Taxonomy.default()
    levels = set(scheme.dimension("tjenesteniva").label_ids)

    assert {label.parent for label in scheme.dimension("tjenesteomrade").labels} == levels


def test_every_flag_of_the_shipped_scheme_is_phrased_as_a_question():
    for label in Taxonomy.default().dimension("systemflagg").labels:
        assert label.question.endswith("?")


def test_a_parent_dimension_is_not_predicted():
    predicted = [dimension.id for dimension in _read(LEVEL + AREA + CAUSE).predicted]

    assert predicted == ["area", "cause"]


def test_the_path_of_a_dimension_leads_up_to_the_one_without_parent():
    scheme = _read(LEVEL + AREA + CAUSE)

    assert [step.id for step in scheme.path(scheme.dimension("area"))] == ["area", "level"]
    assert [step.id for step in scheme.path(scheme.dimension("level"))] == ["level"]


def test_a_label_without_a_name_is_called_by_its_id():
    assert _read(CAUSE).dimension("cause").label("storm").name == "storm"


def test_an_unknown_dimension_is_an_error_that_names_the_known_ones():
    scheme = _read(LEVEL + AREA)

    with pytest.raises(UnknownLabelError, match=r"«cellar» finnes ikke.*level, area"):
        scheme.dimension("cellar")


def test_an_unknown_label_is_an_error_that_names_the_known_ones():
    dimension = _read(CAUSE).dimension("cause")

    with pytest.raises(UnknownLabelError, match=r"«flood» finnes ikke.*storm"):
        dimension.label("flood")


FAULTY = [
    pytest.param("", "minst én dimensjon", id="nothing"),
    pytest.param('version = "1"\n', "minst én dimensjon", id="no dimension"),
    pytest.param("dimension = 3\n", "minst én dimensjon", id="dimension is a number"),
    pytest.param("[[dimension\n", "ikke gyldig TOML", id="not TOML"),
    pytest.param(CAUSE + '[[dimension]]\nid = "size"\nkind = "single"\n', "«size» mangler", id="missing labels"),
    pytest.param(CAUSE.replace('id = "cause"\n', ""), "id mangler", id="dimension without id"),
    pytest.param(CAUSE.replace('id = "storm"\n', 'navn = "Storm"\n'), "nummer 1: id mangler", id="label without id"),
    pytest.param(CAUSE.replace('id = "storm"', "id = 3"), "nummer 1: id mangler eller er ingen streng", id="a number"),
    pytest.param(CAUSE.replace('id = "storm"', 'id = "storm"\nparent = [1]'), "parent er ingen streng", id="a list"),
    pytest.param(
        CAUSE + '[[dimension]]\nid = "cause_2"\nkind = "multi"\n[[cause_2]]\nid = "x"\n',
        "navnet på en kolonne",
        id="id of a column",
    ),
    pytest.param(CAUSE.replace("multi", "many"), "kind må være single eller multi", id="wrong kind"),
    pytest.param(CAUSE.replace('kind = "multi"\n', ""), "kind må være single eller multi", id="no kind"),
    pytest.param(CAUSE.replace("storm", "storm|flood"), "ulovlige tegn", id="label id with the joining sign"),
    pytest.param(CAUSE.replace("storm", "a storm"), "ulovlige tegn", id="label id with a space"),
    pytest.param(CAUSE.replace("cause", "review"), "«review»: id .* opptatt ord", id="reserved id"),
    pytest.param(CAUSE + '[[cause]]\nid = "storm"\n', "cause: etiketten «storm» står to ganger", id="doubled label"),
    pytest.param(
        CAUSE + '[[dimension]]\nid = "cause"\nkind = "multi"\n',
        "dimensjonen «cause» står to ganger",
        id="doubled dimension",
    ),
    pytest.param(CAUSE + '[[size]]\nid = "big"\n', r"\[\[size\]\]: .*ikke er erklært", id="undeclared dimension"),
    pytest.param(AREA, "«area»: ukjent parent «level»", id="unknown parent dimension"),
    pytest.param(
        LEVEL + AREA.replace('"upper"', '"lower"'), "area: «attic» har ukjent parent «lower»", id="unknown parent"
    ),
    pytest.param(
        LEVEL + AREA.replace('parent = "upper"\n', ""),
        "area: «attic» har ukjent parent «»",
        id="label without the parent it needs",
    ),
    pytest.param(
        CAUSE + 'parent = "upper"\n',
        "cause: «storm» har parent, men dimensjonen har ingen",
        id="label with a parent in a dimension without",
    ),
    pytest.param(
        LEVEL + AREA.replace('kind = "single"', 'kind = "multi"'),
        "bare dimensjoner av typen single",
        id="multi dimension with a parent",
    ),
    pytest.param(LEVEL.replace("single", "multi") + AREA, "bare dimensjoner av typen single", id="multi parent"),
    pytest.param(
        LEVEL + AREA + AREA.replace("area", "place"),
        "to dimensjoner har «level» som parent",
        id="two dimensions with one parent",
    ),
    pytest.param(
        '[[dimension]]\nid = "a"\nkind = "single"\nparent = "a"\n[[a]]\nid = "x"\nparent = "x"\n',
        "«a»: er sin egen forelder",
        id="its own parent",
    ),
    pytest.param(
        "".join(
            f'[[dimension]]\nid = "{one}"\nkind = "single"\nparent = "{other}"\n[[{one}]]\nid = "x"\nparent = "x"\n'
            for one, other in ("ab", "bc", "ca")
        ),
        "«a»: er sin egen forelder",
        id="its own ancestor",
    ),
]


@pytest.mark.parametrize(("toml", "fault"), FAULTY)
def test_a_fault_is_found_and_named(toml, fault):
    with pytest.raises(TaxonomyError, match=fault) as caught:
        _read(toml)

    assert "skjema.toml" in str(caught.value)
    assert all(one in str(caught.value) for one in caught.value.faults)
    assert isinstance(caught.value, PoboError)
    assert isinstance(caught.value, ValueError)


def test_all_faults_come_in_one_error():
    toml = LEVEL.replace("single", "one") + AREA.replace('"upper"', '"lower"') + '[[size]]\nid = "big"\n'

    with pytest.raises(TaxonomyError, match=r"feil\.\n") as caught:
        _read(toml)

    told = "\n".join(caught.value.faults)
    assert len(caught.value.faults) >= 3
    assert "kind må være" in told
    assert "«lower»" in told
    assert "[[size]]" in told


def test_a_scheme_in_another_encoding_is_a_fault():
    with pytest.raises(TaxonomyError, match="ikke UTF-8"):
        Taxonomy.from_toml('version = "å"'.encode("cp1252"), source="skjema.toml")


def test_a_missing_scheme_is_an_error_that_names_the_file(tmp_path):
    with pytest.raises(InputNotFoundError, match=r"borte\.toml finnes ikke"):
        Taxonomy.load(tmp_path / "borte.toml")


def _quoted(name):
    return json.dumps(name, ensure_ascii=False)


RESERVED = {"id", "text", "version", "dimension", "settled", "review", "malform", "model"}
IDS = st.text(
    alphabet=st.characters(exclude_categories=("C", "Z"), exclude_characters="|;,\"'\\"), min_size=1, max_size=10
).filter(lambda name: not name.startswith(tuple("=+-@＝＋－＠")) and name not in RESERVED)


@given(
    st.dictionaries(
        IDS,
        st.tuples(st.sampled_from(["single", "multi"]), st.lists(IDS, min_size=1, max_size=4, unique=True)),
        min_size=1,
        max_size=3,
    )
)
@settings(max_examples=50, deadline=None)
def test_ids_of_a_valid_scheme_come_back_as_they_are_written(scheme):
    toml = "".join(
        f'[[dimension]]\nid = {_quoted(name)}\nkind = "{kind}"\n'
        + "".join(f"[[{_quoted(name)}]]\nid = {_quoted(label)}\n" for label in labels)
        for name, (kind, labels) in scheme.items()
    )

    read = {dimension.id: (dimension.kind, list(dimension.label_ids)) for dimension in _read(toml).dimensions}

    assert read == scheme


@pytest.mark.parametrize(
    "toml",
    [
        pytest.param(".".join(["a"] * 100_000) + " = 1", id="a key of many parts"),
        pytest.param("x = " + "[" * 50_000, id="too deep"),
        pytest.param("x = " + "9" * 5000, id="a number too long"),
        pytest.param("".join(f'[[dimension]]\nid = "{n}"\n' for n in range(5000)), id="many dimensions"),
        pytest.param("".join('[[dimension]]\nid = "\\u001b[2J"\nkind = "multi"\n'), id="an escape code as id"),
        pytest.param('[[dimension]]\nid = "=1+1"\nkind = "multi"\n[["=1+1"]]\nid = "a"\n', id="a formula as id"),
    ],
)
def test_a_file_that_means_harm_is_refused(toml):
    with pytest.raises(TaxonomyError):
        _read(toml)
