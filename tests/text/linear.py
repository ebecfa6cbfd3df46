"""Every regular expression of the package, texts that could be hard for it, and the time that they take."""

import ast
import importlib
import re
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import chain, islice, product
from pathlib import Path

# What the parts of a pattern are made of stands in the parser's own words; there is no public name for it.
from re import _constants as kinds
from re import _parser as parser

import pobo_nlp

PACKAGE = Path(pobo_nlp.__file__).parent
FUNCTIONS = {"compile", "search", "match", "fullmatch", "sub", "subn", "split", "findall", "finditer"}
FLAGS_AT = {"compile": 1, "search": 2, "match": 2, "fullmatch": 2, "findall": 2, "finditer": 2, "split": 3, "sub": 4}
MAX_DEPTH = 3


def expressions() -> tuple[dict[re.Pattern, set[str]], set[str]]:
    """Return patterns with the methods that are called on them, and the places of those that only a run makes."""
    found, unresolved, names = defaultdict(set), set(), defaultdict(set)
    trees = {path: ast.parse(path.read_text("utf-8")) for path in sorted(PACKAGE.rglob("*.py"))}
    for path, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and node.attr in FUNCTIONS - {"compile"}:
                value = node.value
                name = value.id if isinstance(value, ast.Name) else getattr(value, "attr", "")
                names[_key(path, name)].add(node.attr)
    for path, tree in trees.items():
        if "migrations" in path.parts:
            continue
        module = None
        for node in ast.walk(tree):
            if not _is_of_re(node):
                continue
            module = module or importlib.import_module(_module_of(path))
            place = path.relative_to(PACKAGE).as_posix()
            try:
                flags = _value(node, FLAGS_AT.get(node.func.attr, 4), module)
                pattern = re.compile(_value(node, 0, module), flags or 0)
            except NameError:
                unresolved.add(place)
                continue
            found[pattern] |= {node.func.attr} - {"compile"}
        for name, pattern in list(_patterns(vars(module), 0)) if module else ():
            found[pattern] |= names[_key(path, name)]
    return dict(found), unresolved


def _key(path: Path, name: str) -> tuple[Path | None, str]:
    """Return what a name is known by: one with an underscore is its module's own."""
    return (path if name.startswith("_") else None), name


def _is_of_re(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "re"
        and node.func.attr in FUNCTIONS
    )


def _value(call: ast.Call, place: int, module):
    arguments = [
        *call.args[place : place + 1],
        *[word.value for word in call.keywords if word.arg == "flags" and place],
    ]
    if not arguments:
        return None
    return eval(compile(ast.Expression(arguments[0]), "<pattern>", "eval"), vars(module))  # noqa: S307


def _module_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _patterns(value: object, depth: int, name: str = "") -> Iterator[tuple[str, re.Pattern]]:
    """Yield the patterns somewhere in the values of a module, with the module's name for what holds them."""
    if isinstance(value, re.Pattern):
        yield name, value
    elif depth <= MAX_DEPTH and isinstance(value, Mapping):
        for key, below in list(value.items()):
            yield from _patterns(below, depth + 1, name or str(key))
    elif depth <= MAX_DEPTH and isinstance(value, list | tuple | frozenset | set):
        for below in value:
            yield from _patterns(below, depth + 1, name)


def attacks(pattern: re.Pattern) -> list[tuple[str, str, str]]:
    """Return texts as beginning, what is repeated, and end: each repetition of a pattern is tried with what fits it."""
    parsed = parser.parse(pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1"))
    pumps = list(dict.fromkeys(_pumps(parsed)))
    signs = sorted({sign for _, pump in pumps for sign in pump} | {"a", " ", "1", "\n"})[:12]
    ends = ("", "\x01", "\x01a")
    found = [(start, pump, end) for start, pump in pumps for end in ends]
    found += [("", pump, "\x01") for _, pump in pumps]
    # Without the beginning, so that a match is tried at every place; and the beginning over and over.
    found += [("", start + pump, "\x01") for start, pump in pumps if start]
    found += [("", one + other, end) for one, other in product(signs, signs) for end in ("\x01",)]
    return list(dict.fromkeys(case for case in found if case[1]))


def _pumps(parsed, before: str = "") -> Iterator[tuple[str, str]]:
    """Yield what stands before each repetition in a text that fits, and what is repeated."""
    for kind, value in parsed:
        if kind in (kinds.MAX_REPEAT, kinds.MIN_REPEAT, kinds.POSSESSIVE_REPEAT):
            for sample in islice(_samples(value[2]), 3):
                if value[1] > 8:
                    yield before, sample
            yield from _pumps(value[2], before)
        elif kind is kinds.SUBPATTERN:
            yield from _pumps(value[3], before)
        elif kind is kinds.BRANCH:
            for branch in value[1]:
                yield from _pumps(branch, before)
        before += next(iter(_samples([(kind, value)])), "")


def _samples(parsed) -> Iterator[str]:
    """Yield some texts that fit a part of a pattern."""
    options = [list(islice(_of_one(kind, value), 4)) or [""] for kind, value in parsed]
    yield from map("".join, islice(product(*options), 4))


def _of_one(kind, value) -> Iterator[str]:
    if kind is kinds.LITERAL:
        yield chr(value)
    elif kind in (kinds.ANY, kinds.NOT_LITERAL):
        yield from (sign for sign in "aA1 " if kind is kinds.ANY or ord(sign) != value)
    elif kind is kinds.IN:
        yield from _of_set(value)
    elif kind in (kinds.MAX_REPEAT, kinds.MIN_REPEAT, kinds.POSSESSIVE_REPEAT):
        yield from (sample * max(1, value[0]) for sample in _samples(value[2]))
    elif kind is kinds.SUBPATTERN:
        yield from _samples(value[3])
    elif kind is kinds.ATOMIC_GROUP:
        yield from _samples(value)
    elif kind is kinds.BRANCH:
        yield from chain.from_iterable(islice(_samples(branch), 2) for branch in value[1])


def _of_set(members) -> Iterator[str]:
    if members[0][0] is kinds.NEGATE:
        fits = re.compile("[^" + "".join(re.escape(sign) for sign in _signs(members[1:])) + "]")
        yield from (sign for sign in "aA1 .\n" if fits.match(sign))
    else:
        yield from _signs(members)


def _signs(members) -> list[str]:
    of_category = {
        kinds.CATEGORY_DIGIT: "1",
        kinds.CATEGORY_WORD: "aA1",
        kinds.CATEGORY_SPACE: " \n",
        kinds.CATEGORY_NOT_SPACE: "a1-",
        kinds.CATEGORY_NOT_WORD: " .",
        kinds.CATEGORY_NOT_DIGIT: "a ",
    }
    found = []
    for kind, value in members:
        if kind is kinds.LITERAL:
            found.append(chr(value))
        elif kind is kinds.RANGE:
            found += [chr(value[0]), chr(value[1])]
        elif kind is kinds.CATEGORY:
            found += of_category[value]
    return found


def seconds(pattern: re.Pattern, method: str, text: str, *, times: int) -> float:
    """Return the least processor time that a method of a pattern took for a text."""
    content = text if isinstance(pattern.pattern, str) else text.encode("utf-8", "replace")

    def run() -> None:
        if method in ("sub", "subn"):
            pattern.sub("", content)
        elif method == "finditer":
            for _ in pattern.finditer(content):
                pass
        else:
            getattr(pattern, method)(content)

    least = float("inf")
    for _ in range(times):
        start = time.process_time_ns()
        run()
        least = min(least, time.process_time_ns() - start)
    return least / 1e9
