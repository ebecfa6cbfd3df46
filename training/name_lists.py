"""Names of persons from Faker's lists, for the masking: taken out once, and kept beside the code.

Faker is licensed under MIT (Copyright Daniele Faraglia and contributors). Lists of the languages that many in Norway
have their names from, where Faker writes them in Latin letters.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path

from pobo_nlp.text.normalise import fold

FOLDER = Path(__file__).parents[1] / "pobo_nlp" / "text" / "names"
LOCALES = tuple(
    "no_NO sv_SE da_DK fi_FI is_IS de_DE nl_NL en_GB en_US fr_FR es_ES it_IT pt_PT ro_RO pl_PL lt_LT lv_LV et_EE hr_HR "
    "sl_SI cs_CZ sk_SK hu_HU tr_TR az_AZ en_IN en_PK en_KE sw tw_GH ha_NG ig_NG yo_NG vi_VN id_ID".split()
)
MIN_CHARS = 3
MIN_TEXTS = 3
_ANNOTATED = Path(__file__).parents[1] / "data" / "annotated"
# Names that are words of English.
ENGLISH = frozenset(
    "said hung jack alan allan dean grant gill pawn mines ward born rowena abel basin amen moan boston".split()
)
# In a dictionary, but no words of everyday language.
LOWER_TOO = (
    "agnes agnete anders arild arne arve aksel axel benjamin berta bjarte bjørnar cathrine carl edel eirik "
    "einar erle eva "
    "grethe gunn hallvard harry hilde håvard ida irene iver jarle jens karen kari karl kristin knut kåre lars "
    "leif leiv lise "
    "mikkel mona morten olav ola ole ove peter petter pål rasmus reidar rikke runar sander sigrid simen snorre solveig "
    "sondre svein sverre syver søren terje thorbjørn tina torstein trine trond ulrikke vegar vidar vilde veronika "
    "øystein mari marit siri berit randi hansen olsen johansen larsen andersen pedersen nilsen kristiansen "
    "jensen karlsen "
    "johnsen pettersen eriksen jakobsen halvorsen jørgensen"
).split()
_WORD = re.compile(r"[^\W\d_]+")


def write_lists(folder: Path = FOLDER) -> None:
    """Write the lists `faker.txt` and `also_words.txt` anew."""
    first, last = names_of("first_names"), names_of("last_names")
    words = ordinary_words()
    lines = ["# fornavn", *sorted(first - words), "# etternavn", *sorted(last - words - first)]
    (folder / "faker.txt").write_text("\n".join(lines) + "\n", "utf-8")
    written = {name for number in (1, 2) for name in _written_by_hand(number)}
    sure = set(_written_by_hand(1))
    also = sorted(name for name in written - sure if name in words and not name.endswith("sen"))
    header = "# Etternavn som også er ord i ordboka: et navn bare der sammenhengen sier det."
    (folder / "also_words.txt").write_text("\n".join([header, *also]) + "\n", "utf-8")
    lower = sorted({*written, *LOWER_TOO} - words - _in_corpus(1))
    lower = sorted({*lower, *LOWER_TOO} - ENGLISH)
    (folder / "lower_case.txt").write_text(
        "\n".join(["# Navn som skjules med liten forbokstav også.", *lower]) + "\n", "utf-8"
    )
    genitives = {f"{name}s" for name in lower}
    known = sorted((_in_corpus(MIN_TEXTS) | (_in_corpus(1) & words)) - set(lower) - genitives)
    (folder / "words.txt").write_text("\n".join(["# Vanlige ord i korpuset.", *known]) + "\n", "utf-8")


def _in_corpus(n_texts: int) -> set[str]:
    """Return the words in lower case that stand in so many annotated texts or more."""
    found: Counter[str] = Counter()
    for path in _ANNOTATED.glob("*.jsonl"):
        if not path.name.startswith("test"):
            for line in path.read_text("utf-8").splitlines():
                found.update({word for word in _WORD.findall(json.loads(line)["text"]) if word.islower()})
    return {fold(word) for word, n in found.items() if n >= n_texts}


def _written_by_hand(part: int) -> Iterator[str]:
    """Yield the folded names of a part, 1 for first names and 2 for last names."""
    for name in ("norwegian", "sami", "immigrant"):
        section = (FOLDER / f"{name}.txt").read_text("utf-8").split("# ")[part]
        yield from (fold(word) for word in _WORD.findall(section.partition("\n")[2]))


def names_of(ending: str) -> set[str]:
    """Return the folded words of all attributes of the locales whose names end so, such as `first_names`."""
    found: set[str] = set()
    for locale in LOCALES:
        provider = import_module(f"faker.providers.person.{locale}").Provider
        lists = [getattr(provider, name) for name in dir(provider) if _is_list(name, ending)]
        found.update(fold(word) for names in lists for word in _words(names))
    return {word for word in found if len(word) >= MIN_CHARS}


def ordinary_words() -> set[str]:
    """Return words of Norwegian that are written in lower case: of a dictionary, and of our annotated texts."""
    from simplemma.strategies.dictionaries import dictionary_factory

    factory = dictionary_factory.DefaultDictionaryFactory()
    of_dictionary = {str(word) for code in ("nb", "nn") for word in factory.get_dictionary(code)}
    return {word for word in of_dictionary if word.islower()}


def _is_list(name: str, ending: str) -> bool:
    return name.startswith(ending) or name.endswith(ending)


def _words(names: Iterable[str]) -> Iterator[str]:
    for name in names:
        yield from _WORD.findall(name)


if __name__ == "__main__":
    write_lists()
