"""The words that name a place or a provider, from the tables of sites: they are no features (docs/adr/0025).

The room of the model may not read the tables of `pobo_nlp.patterns`. So their words stand in a file of the package,
which `python -m training.place_words` writes anew; a test holds the two together.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from pobo_nlp.patterns.sites.tables import former_municipalities, municipalities, read_rows
from pobo_nlp.text.places import FILE_NAME

FILE = Path(__file__).resolve().parents[1] / "pobo_nlp" / "text" / FILE_NAME
MIN_CHARS = 3
_WORD = re.compile(r"\w+")
_REGIONS = """
hedmark oppland hordaland østerdalen sunnfjord sunnhordland nordhordland hardanger hadeland valdres ringerike
gudbrandsdalen numedal jæren dalane setesdal salten ofoten
""".split()
# Names that are words of everyday language too. The tables mark those that they must tell apart themselves.
_NAMES_THAT_ARE_WORDS = """
asker berg bokn bø dovre dønna eid eide etne fet fjord flora fusa gol gran grane halden heim hemne hol hole hvaler kinn
klepp lier lom loppa lund lunner lyngen marker molde nes nesset nome odda os osen rana rissa rygge råde røst røyken
sande sel selje ski sola stad stange stokke strand stranda sund tana time tinn tokke torsken valle vang vega verran vik
våler ål ås åmot
""".split()
# Words of everyday language in longer names.
_WORDS_IN_NAMES = """
aker aust bad bads bydel det diakonale epilepsi for gamle helse helseforetak hospital hus indre klinikk klinikkene
kysthospital kysthospitalet land lungesykehus midt midtre nedre nervesanatorium nord nordre noreg norge norske nye
nærsykehus psykiatriske regionsykehuset revmatismesykehus revmatismesykehuset rhf sagene samisk sankt sámi
sanitetsforenings sentralsjukehus sentralsykehus sentralsykehuset sia siv sjukehus sjukehuset sjukestugu
spesialsykehuset stor store sus sykehus sykehuset sykestue søndre sør universitets universitetssjukehus
universitetssjukehuset universitetssykehus universitetssykehuset unn valen vest vestre ytre øst østre øvre øystre
""".split()


def place_words() -> list[str]:
    """Return the folded words that name a municipality, a district, a county, a hospital or a trust, sorted.

    Those that are words of everyday language too are left out.
    """
    words = {word for name in _names() for word in _WORD.findall(name.lower()) if len(word) >= MIN_CHARS}
    return sorted(words.union(_REGIONS).difference(_NAMES_THAT_ARE_WORDS, _WORDS_IN_NAMES))


def _names() -> Iterator[str]:
    for municipality in municipalities():
        yield from municipality.other_names
        yield municipality.county
        if municipality.cue != "ord":
            yield municipality.name
    for former in former_municipalities():
        if former.cue != "ord":
            yield former.name
    for table in ("hospitals", "trusts"):
        for row in read_rows(table):
            for column in ("name", "names", "exact", "place"):
                yield from (row[column] or "").split("|")


if __name__ == "__main__":
    FILE.write_text("\n".join(place_words()) + "\n", "utf-8")
