"""Ways to change the files of a model: each takes what they hold and a source of chance."""

import json
import random
import struct
from collections.abc import Callable, Mapping

Files = dict[str, bytes]
Mutation = Callable[[random.Random, Files], None]
JSON_FILES = ("manifest.json", "vocabulary.json", "lemmas.json")
DEEP = "DEEP"
HOSTILE: tuple[object, ...] = (
    None, True, False, 0, -1, 1, 3.5, 2**31, 2**63, 10**400, -(10**400), 1e308, -1e308, 5e-324,
    float("nan"), float("inf"), float("-inf"), "", " ", "\0", "\ud800", "\x1b[2J", "../../etc/passwd", "x" * 100_000,
    [], {}, [[]], [0] * 10_000, {"": 0}, DEEP, "1", "NaN", "…", "< >", " … ",
)  # fmt: skip


def bits(chance: random.Random, files: Files) -> None:
    name = _file(chance, files)
    content = bytearray(files[name])
    for _ in range(chance.choice((1, 1, 1, 2, 8, 64))):
        place = chance.randrange(len(content))
        content[place] ^= 1 << chance.randrange(8)
    files[name] = bytes(content)


def truncation(chance: random.Random, files: Files) -> None:
    name = _file(chance, files)
    files[name] = files[name][: chance.choice((0, 1, 8, len(files[name]) - 1, chance.randrange(len(files[name]))))]


def bytes_put_in(chance: random.Random, files: Files) -> None:
    name = _file(chance, files)
    content, place = files[name], chance.randrange(len(files[name]) + 1)
    new = chance.choice((b"\0", b"\xff" * 9, b"\n", b" ", chance.randbytes(40), b"[" * 200_000, content[:1000]))
    files[name] = content[:place] + new + content[place + chance.choice((0, 0, len(new))) :]


def stretches_swapped(chance: random.Random, files: Files) -> None:
    name = _file(chance, files)
    content = files[name]
    one, two, three, four = sorted(chance.randrange(len(content) + 1) for _ in range(4))
    files[name] = content[:one] + content[three:four] + content[two:three] + content[one:two] + content[four:]


def files_swapped(chance: random.Random, files: Files) -> None:
    one, other = chance.sample(sorted(files), 2)
    files[one], files[other] = files[other], files[one]


def json_values(chance: random.Random, files: Files) -> None:
    name = chance.choice(JSON_FILES)
    content = json.loads(files[name])
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        _change(chance, content)
    text = json.dumps(content).replace(f'"{DEEP}"', "[" * 100_000 + "]" * 100_000)
    files[name] = text.encode("utf-8", "surrogatepass")


def _change(chance: random.Random, content: object) -> None:
    """Change a value somewhere in what a JSON file holds."""
    while True:
        places: list[object] = list(content) if isinstance(content, dict) else list(range(len(content)))
        if not places:
            return
        place = chance.choice(places)
        below = content[place]
        if isinstance(below, dict | list) and below and chance.random() < 0.85:
            content = below
            continue
        break
    other = chance.choice(places)
    match chance.randrange(7):
        case 0:
            del content[place]
        case 1:
            content[place], content[other] = content[other], content[place]
        case 2 if isinstance(content, dict):
            content[f"{place}{chance.choice(('2', ' ', ''))}"] = content.pop(place)
        case 2:
            content.append(content[place])
        case 3 if isinstance(below, int | float) and not isinstance(below, bool) and abs(below) < 1e300:
            content[place] = below * chance.choice((-1, 0, 0.5, 2, 1e6, 1e300, 1 + 1e-9))
        case 3 if isinstance(below, str) and below:
            content[place] = chance.choice((below[::-1], below * 2, below[:-1], below.upper(), content[other]))
        case _:
            content[place] = chance.choice(HOSTILE)


def names_doubled(chance: random.Random, files: Files) -> None:
    name = chance.choice(JSON_FILES)
    text = files[name].decode()
    content = json.loads(text)
    table, key = content, chance.choice(list(content))
    while isinstance(table[key], dict) and table[key] and chance.random() < 0.7:
        table, key = table[key], chance.choice(list(table[key]))
    value = chance.choice((table[key], *HOSTILE[:20]))
    mark = "0" * 32
    table[mark] = table[key]
    text = json.dumps(content).replace(f'"{mark}"', f"{json.dumps(key)}: {json.dumps(value)}, {json.dumps(key)}")
    files[name] = text.encode("utf-8", "surrogatepass")


def tensors(chance: random.Random, files: Files) -> None:
    """Change the header of the weights, which tells names, types, shapes and places of the arrays."""
    content = files["weights.safetensors"]
    (length,) = struct.unpack("<Q", content[:8])
    header, data = json.loads(content[8 : 8 + length]), content[8 + length :]
    one, other = chance.sample(sorted(header), 2)
    match chance.randrange(9):
        case 0:
            header[one], header[other] = header[other], header[one]
        case 1:
            header[one]["dtype"] = chance.choice(("F64", "F32", "F16", "BF16", "I8", "BOOL", "F8_E4M3", "X", 3, None))
        case 2:
            size = chance.choice((0, 1, 2**31, 2**60, 2**64 - 1, -1, 1.5, "2", None))
            header[one]["shape"] = chance.choice(([size], [size, 2], [2] * 64, [size, 0], header[one]["shape"][::-1]))
        case 3:
            start, end = header[one]["data_offsets"]
            moved = chance.choice((-8, -1, 1, 8, 2**40, 2**64 - 1))
            header[one]["data_offsets"] = chance.choice(([start + moved, end + moved], [end, start], [start, 2**63]))
        case 4:
            del header[one]
        case 5:
            header["more"] = {"dtype": "F64", "shape": [0], "data_offsets": [len(data), len(data)]}
        case 6:
            header["__metadata__"] = chance.choice(({"a": "b"}, {"a": 1}, [], "x" * 10_000))
        case 7:
            header[f"{one} "] = header.pop(one)
        case _:
            length = chance.choice((0, 1, length - 1, length + 1, 2**32, 2**63, 2**64 - 1))
            files["weights.safetensors"] = struct.pack("<Q", length) + content[8:]
            return
    encoded = json.dumps(header).encode()
    files["weights.safetensors"] = struct.pack("<Q", len(encoded)) + encoded + data


def weights(chance: random.Random, files: Files) -> None:
    """Put numbers into the arrays that are none, or are far too large, or exchange parts of them."""
    content = files["weights.safetensors"]
    (length,) = struct.unpack("<Q", content[:8])
    start = 8 + length
    value = chance.choice((b"\x00\x7c", b"\x00\x7e", b"\xff\x7b")) * 4
    if chance.random() < 0.5:
        value = struct.pack("<d", chance.choice((float("nan"), float("inf"), 1e308, -1e308, 1e6, 5e-324)))
    place = start + 8 * chance.randrange((len(content) - start) // 8)
    copies = chance.choice((1, 1, 50, (len(content) - place) // 8))
    changed = content[:place] + value * copies
    files["weights.safetensors"] = changed + content[len(changed) :]


def scheme(chance: random.Random, files: Files) -> None:
    """Change lines of the label scheme."""
    lines = files["taxonomy.toml"].decode().split("\n")
    place, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    key = lines[place].partition("=")[0].strip() or "x"
    match chance.randrange(8):
        case 0:
            del lines[place]
        case 1:
            lines.insert(other, lines[place])
        case 2:
            lines[place], lines[other] = lines[other], lines[place]
        case 3:
            lines[place] = "[" * chance.choice((1, 3, 50_000)) + lines[place]
        case 4:
            lines[place] = ".".join(["a"] * chance.choice((10, 1000, 100_000))) + " = 1"
        case 5:
            lines[place] = f"{key} = " + "[" * 50_000 + "]" * 50_000
        case 6:
            lines = lines[:place] + [f'[[a{n}]]\nid = "b{n}"' for n in range(20_000)] + lines[place:]
        case _:
            value = chance.choice(
                ("nan", "inf", "-1", "1e400", "9" * 5000, f"0x{'f' * 5000}", '""', '"\\u001b[2J"', "true", "{}", "[]",
                 "1979-05-27", '"="', '"x|y"', '"\\U00110000"', f'"{"x" * 100_000}"', '"=1+1"')
            )  # fmt: skip
            lines[place] = f"{key} = {value}"
    files["taxonomy.toml"] = "\n".join(lines).encode()


def files_missing(chance: random.Random, files: Files) -> None:
    for name in chance.sample(sorted(files), chance.choice((1, 1, 2, len(files)))):
        del files[name]


def files_added(chance: random.Random, files: Files) -> None:
    name = chance.choice(("model.pkl", "__init__.py", "weights.bin", "drift_reference.json", "sitecustomize.py"))
    files[name] = chance.choice((b"", b"cos\nsystem\n(S'true'\ntR.", b"raise SystemExit(3)\n"))


# How often each is used, of a hundred.
MUTATIONS: Mapping[str, tuple[Mutation, int]] = {
    "bits": (bits, 20),
    "truncation": (truncation, 7),
    "bytes put in": (bytes_put_in, 8),
    "stretches swapped": (stretches_swapped, 5),
    "files swapped": (files_swapped, 3),
    "JSON values": (json_values, 20),
    "names doubled": (names_doubled, 6),
    "tensors": (tensors, 9),
    "weights": (weights, 6),
    "label scheme": (scheme, 6),
    "files missing": (files_missing, 2),
    "files added": (files_added, 2),
    "links": (lambda chance, files: None, 6),
}


def _file(chance: random.Random, files: Files) -> str:
    # The manifest says most, so it is changed most.
    return "manifest.json" if chance.random() < 0.35 else chance.choice(sorted(files))
