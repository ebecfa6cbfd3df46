import pytest

from pobo_nlp.errors import ConfigError
from pobo_nlp.taxonomy import Taxonomy
from training.annotations import read_annotations
from training.lexicon import Phrase
from training.requirements import load_requirements, names_service, shortfalls

MET = """
opening = {words = 3, most = 2}
[implied]
[official_names]
[part.train]
least = 21
labels = {omraade = 7, grunn = 7}
[part.train.shares]
"malform=nn" = [0.2, 0.4]
"grunn=none" = [0.3, 0.4]
[lexicon]
least = 0
"""


@pytest.fixture
def told(rows, write, taxonomy_file, tmp_path):
    """Returns what falls short of some requirements."""

    def _told(toml, rows=rows, phrases=()):
        taxonomy = Taxonomy.load(taxonomy_file)
        (tmp_path / "requirements.toml").write_text(toml, "utf-8")
        annotations, faults = read_annotations([write("a.jsonl", rows)], taxonomy)
        assert faults == []
        return list(shortfalls(load_requirements(tmp_path), taxonomy, annotations, list(phrases)))

    return _told


def test_nothing_is_told_of_data_that_meet_the_requirements(told):
    assert told(MET) == []


@pytest.mark.parametrize(
    ("wanted", "other", "fault"),
    [
        pytest.param("least = 21", "least = 22", "train: 21 henvendelser, skal være minst 22", id="texts"),
        pytest.param("omraade = 7", "omraade = 8", "train: 7 tekster med tog, skal være minst 8", id="label"),
        pytest.param(
            '"malform=nn" = [0.2, 0.4]',
            '"malform=nn" = [0.5, 0.6]',
            "train: andelen malform=nn er 0.286, skal være 0.5-0.6",
            id="share",
        ),
        pytest.param("least = 0", "least = 1", "frasebanken: 0 fraser, skal være minst 1", id="phrases"),
        pytest.param(
            "least = 21",
            "least = 21\nnear_misses = {grunn = 1}",
            "train: 0 nesten-treff på pris, skal være minst 1",
            id="near-misses",
        ),
        pytest.param(
            "least = 21",
            "least = 21\nmedian_words = [50, 90]",
            "train: median lengde er 11 ord, skal være 50-90",
            id="length",
        ),
        pytest.param(
            "[lexicon]",
            '[part.train.shares_in_each.omraade]\n"malform=nn" = [0.4, 1]\n[lexicon]',
            "train: tog: andelen malform=nn er 0.286, skal være 0.4-1",
            id="share in each label",
        ),
        pytest.param(
            "[official_names]",
            "[official_names]\n[part.test_a]\nleast = 1",
            "test_a: 0 henvendelser, skal være minst 1",
            id="missing file",
        ),
    ],
)
def test_each_shortfall_is_told(wanted, other, fault, told):
    assert fault in told(MET.replace(wanted, other))


def test_labels_that_belong_together_are_wanted_together(told):
    faults = told(MET.replace("[implied]", '[implied]\npris = ["forsinkelse"]'))

    assert "a.jsonl:3 (id t-2): pris skal ha forsinkelse med seg" in faults
    assert not [fault for fault in faults if "t-17" in fault]


def test_an_opening_may_stand_twice_but_not_thrice(rows, told):
    begun = [{**row, "text": f"Jeg skriver fordi {row['text']}"} for row in rows[:3]]

    assert told(MET, [*begun[:2], *rows[2:]]) == []
    assert told(MET, [*begun, *rows[3:]]) == ["3 tekster begynner med de samme 3 ordene: t-0, t-1, t-2"]


def test_phrases_are_counted_by_label(told):
    phrase = Phrase("på perrongen", "omraade", "tog", "nb", 3, "p.jsonl:1")

    faults = told(MET.replace("least = 0", "least = 0\nlabels = {omraade = 1}"), phrases=[phrase])

    assert faults == [f"frasebanken: 0 fraser for {label}, skal være minst 1" for label in ("bibliotek", "renovasjon")]


@pytest.mark.parametrize(
    ("text", "named"), [("Toget kom ikke.", True), ("Vi ventet på perrongen.", False), ("Et fortog gikk.", False)]
)
def test_an_official_name_begins_a_word(text, named, rows, write, taxonomy_file):
    path = write("a.jsonl", [{**rows[14], "text": text}])
    annotations, _ = read_annotations([path], Taxonomy.load(taxonomy_file))

    assert names_service(annotations[0], {"tog": ["tog"]}) == named


def test_a_folder_without_requirements_has_none(tmp_path):
    assert load_requirements(tmp_path) is None


@pytest.mark.parametrize("toml", ["opening =", "opening = {words = 3, most = 2}", MET.replace("least = 0", "lest = 0")])
def test_requirements_that_cannot_be_read_are_named(toml, tmp_path):
    (tmp_path / "requirements.toml").write_text(toml, "utf-8")

    with pytest.raises(ConfigError, match=r"requirements\.toml"):
        load_requirements(tmp_path)
