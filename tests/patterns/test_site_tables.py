from collections import Counter

import pytest

from pobo_nlp.errors import PoboError, SiteAliasError
from pobo_nlp.patterns.sites import KINDS, SiteBook, kind_of_site
from pobo_nlp.patterns.sites.book import Use
from pobo_nlp.patterns.sites.kinds import kind_of_words
from pobo_nlp.patterns.sites.mentions import mentions, propose
from pobo_nlp.patterns.sites.spelling import words_of
from pobo_nlp.patterns.sites.tables import former_municipalities, municipalities, read_rows

# Number of the county and of its municipalities in 2024, by Statistics Norway.
COUNTIES = {
    "Oslo": ("03", 1),
    "Rogaland": ("11", 23),
    "Møre og Romsdal": ("15", 27),
    "Nordland": ("18", 41),
    "Østfold": ("31", 12),
    "Akershus": ("32", 21),
    "Buskerud": ("33", 18),
    "Innlandet": ("34", 46),
    "Vestfold": ("39", 6),
    "Telemark": ("40", 17),
    "Agder": ("42", 25),
    "Vestland": ("46", 43),
    "Trøndelag": ("50", 38),
    "Troms": ("55", 21),
    "Finnmark": ("56", 18),
}


@pytest.fixture
def alias_file(tmp_path):
    def write(text, encoding="utf-8"):
        path = tmp_path / "egne.tsv"
        path.write_bytes(text.encode(encoding))
        return path

    return write


def test_each_county_has_its_municipalities():
    found = Counter(one.county for one in municipalities())

    assert len(municipalities()) == 357
    assert found == {county: count for county, (_, count) in COUNTIES.items()}


def test_each_municipality_has_a_number_of_its_own_that_is_of_its_county():
    assert len({one.number for one in municipalities()}) == 357
    assert all(len(one.number) == 4 for one in municipalities())
    assert all(one.number.startswith(COUNTIES[one.county][0]) for one in municipalities())


def test_two_municipalities_share_a_name_in_two_cases():
    shared = {name for name, count in Counter(one.name for one in municipalities()).items() if count > 1}

    assert shared == {"Herøy", "Våler"}


def test_former_municipalities_went_into_ones_of_today():
    numbers = {one.number for one in municipalities()}

    assert all(set(one.successors) <= numbers and one.successors for one in former_municipalities())
    assert all(2002 <= one.until <= 2020 for one in former_municipalities())
    assert {one.name for one in former_municipalities() if len(one.successors) > 1} == {
        "Snillfjord",
        "Tysfjord",
        "Divtasvuodna",
    }


def test_a_cue_is_one_that_the_rules_know():
    assert {one.cue for one in (*municipalities(), *former_municipalities())} <= {use.value for use in Use}


def test_hospitals_lie_in_municipalities_and_belong_to_trusts_of_the_tables():
    names = {one.name for one in municipalities()}
    trusts = {row["name"] for row in read_rows("trusts")}

    for row in (*read_rows("hospitals"), *read_rows("trusts")):
        assert row["municipality"] == "" or row["municipality"] in names
        assert row.get("trust", "") == "" or row["trust"] in trusts
        assert row.get("region", "") == "" or row["region"] in trusts


@pytest.mark.parametrize("table", ["hospitals", "trusts"])
def test_no_name_stands_for_two_hospitals_or_trusts(table):
    owner_of = {}
    for row in read_rows(table):
        for column in ("names", "exact", "place"):
            for name in filter(None, (row.get(column) or "").split("|")):
                assert owner_of.setdefault(words_of(name), row["name"]) == row["name"]


def test_every_site_is_found_by_its_own_name_and_has_its_kind():
    book = SiteBook.read()

    assert len({site.name for site in book.sites()}) == len(book.sites())
    for site in book.sites():
        is_shared = site.municipality in ("Herøy", "Våler") and site.kind == "kommune"
        assert is_shared or book.site_called(site.name) == site
        assert kind_of_site(site.name) == site.kind
        assert site.kind in KINDS


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Solbakken sykehjem", "sykehjem"),
        ("SOLBAKKEN SJUKEHEIM", "sykehjem"),
        ("Elvebredden helsehus", "sykehjem"),
        ("Bakkegata omsorgsboliger", "omsorgsbolig"),
        ("Nordbyen bo- og servicesenter", "omsorgsbolig"),
        ("Hjemmetjenesten sone øst", "hjemmetjeneste"),
        ("Heimetenesta i Kvam", "hjemmetjeneste"),
        ("Torget legesenter", "fastlegekontor"),
        ("Fastlege, Sentrum legekontor", "fastlegekontor"),
        ("Tromsø legevakt", "legevakt"),
        ("Søndre interkommunale legevakt", "legevakt"),
        ("Nidaros DPS", "dps"),
        ("Distriktspsykiatrisk senter Vest", "dps"),
        ("BUP Nord", "bup"),
        ("Sentrum tannklinikk", "tannklinikk"),
        ("Tannlegevakten i Oslo", "tannklinikk"),
        ("Rusenheten i Lier", "rusbehandling"),
        ("Ruseløkka legesenter", "fastlegekontor"),
        ("Oppheimen legesenter", "fastlegekontor"),
        ("Solheimen", "sykehjem"),
        ("Uranienborghjemmet, bydel Frogner", "sykehjem"),
        ("Helse og omsorg", "annet"),
        ("Sykehusapoteket Oslo", "apotek"),
        ("Haukeland universitetssjukehus", "sykehus"),
        ("OUS", "sykehus"),
        ("Helse Bergen HF", "helseforetak"),
        ("Helse Vest RHF", "regionalt helseforetak"),
        ("Bergen", "kommune"),
        ("Voss herad", "kommune"),
        ("Bydel Frogner", "kommune"),
        ("Vestland fylkeskommune", "fylkeskommune"),
        ("Byåsen helsestasjon", "helsestasjon"),
        ("Trondheim fengsel, helseavdelingen", "fengsel"),
        ("Valnesfjord helsesportssenter", "rehabilitering"),
        ("Pasientreiser Nord", "pasientreiser"),
        ("Solbakken", "annet"),
        ("", "annet"),
    ],
)
def test_kind_is_told_by_the_name(name, kind):
    assert kind_of_site(name) == kind


def test_own_names_are_recognised_in_genitive_and_nynorsk(alias_file):
    book = SiteBook.read(
        alias_file("alias\tname\tkind\tmunicipality\nSolbakken sykehjem\tSolbakken sykehjem\t\tSkien\n")
    )

    for text in (
        "Solbakken sykehjems regler",
        "solbakken sjukeheim",
        "Ved Solbakken sykehjemmet.",
        "SOLBAKKEN SYKEHJEM!",
    ):
        assert [mention.site.name for mention in mentions(text, book)] == ["Solbakken sykehjem"]
    assert propose("Solbakken sykehjem i Skien kommune", book).kind == "sykehjem"
    assert propose("Solbakken ligger fint til", book) is None


def test_own_names_go_before_the_tables(alias_file):
    book = SiteBook.read(alias_file("alias\tname\nSUS\tSentrum utegruppe\nEgen\tSentrum utegruppe\n"))

    assert propose("Jeg var på SUS i går.", book).name == "Sentrum utegruppe"
    assert propose("Det var vår egen feil.", book) is None
    assert propose("Jeg var på Egen i går.", book).name == "Sentrum utegruppe"
    assert propose("Jeg var på SUS i går.", SiteBook.read()).name == "Stavanger universitetssjukehus"


@pytest.mark.parametrize(
    ("text", "row", "cure"),
    [
        pytest.param("", "Rad 1", "Rett overskriften", id="empty file"),
        pytest.param("Solbakken\tSolbakken sykehjem\n", "Rad 1", "Rett overskriften", id="no header"),
        pytest.param("alias;name\na;b\n", "Rad 1", "tabulator", id="semicolons"),
        pytest.param("alias\tname\talias\n", "Rad 1", "hver én gang", id="a column twice"),
        pytest.param("alias\tname\n\tSolbakken\n", "Rad 2", "slett raden", id="no alias"),
        pytest.param("alias\tname\nSolbakken\t \n", "Rad 2", "slett raden", id="no name"),
        pytest.param("alias\tname\nSolbakken\n", "Rad 2", "slett raden", id="too few cells"),
        pytest.param("alias\tname\na\tb\tc\n", "Rad 2", "Fjern tabulatorer", id="too many cells"),
        pytest.param(
            "alias\tname\tkind\n\nx\ty\tslott\n", "Rad 3", "Bruk en av: ", id="unknown kind after a blank row"
        ),
        pytest.param("alias\tname\tmunicipality\nx\ty\tSkedsmo\n", "Rad 2", "som i dag", id="no municipality of today"),
        pytest.param(f"alias\tname\n{'ord ' * 5000}\tSolvik\n", "Rad 2", "Kort den ned", id="a text as alias"),
        pytest.param("alias\tname\nx\ty\nX\tz\n", "Rad 3", "rad 2", id="one alias for two"),
        pytest.param("alias\tname\tkind\nx\ty\tdps\nz\ty\tbup\n", "Rad 3", "det samme", id="two kinds of one"),
    ],
)
def test_a_bad_file_of_own_names_is_told_of_by_row(alias_file, text, row, cure):
    path = alias_file(text)

    with pytest.raises(SiteAliasError) as caught:
        SiteBook.read(path)

    assert isinstance(caught.value, PoboError)
    assert str(path) in str(caught.value)
    assert row in str(caught.value)
    assert cure in str(caught.value)


def test_all_faults_of_a_file_are_told_at_once_and_no_cell(alias_file):
    path = alias_file("alias\tname\tkind\nHemmelig\t\t\nb\tSkjult\tslott\n")

    with pytest.raises(SiteAliasError, match="2 feil") as caught:
        SiteBook.read(path)

    assert "Hemmelig" not in str(caught.value)
    assert "slott" not in str(caught.value)


def test_a_file_that_is_not_utf8_or_not_there_is_told_of(alias_file, tmp_path):
    with pytest.raises(SiteAliasError, match=r"Rad 2: ikke UTF-8\. Lagre fila som UTF-8"):
        SiteBook.read(alias_file("alias\tname\nBø\tBø sykehjem\n", "latin-1"))
    with pytest.raises(SiteAliasError, match="Sjekk navnet"):
        SiteBook.read(tmp_path / "finnes-ikke.tsv")


def test_a_file_with_byte_order_mark_and_windows_line_ends_is_read(alias_file):
    book = SiteBook.read(alias_file("\ufeffAlias\tName\r\nTunet vårt\tSolvik sykehjem\r\n"))

    assert propose("Far bor på Tunet vårt.", book).kind == kind_of_words("Solvik sykehjem")
