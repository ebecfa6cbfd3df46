"""A text file is copied byte for byte, but for the cells that change; and back again."""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from pobo_nlp.batch.takeover_plan import Change
from pobo_nlp.tables import Table
from pobo_nlp.tables.formulas import restored as restored_cell

CSV_ENDINGS = frozenset({".csv", ".tsv", ".txt"})
JSONL_ENDINGS = frozenset({".jsonl", ".ndjson"})
# Encodings in which the signs of CSV and JSON are the bytes of ASCII, and no part of another sign.
_ENCODINGS = frozenset({"utf-8", "utf-8-sig", "cp1252", "iso8859-1", "latin-1", "ascii"})
_BOM = b"\xef\xbb\xbf"
_HINT = re.compile(rb"(?i)\"?sep=[;,\t]\"?\r?\n")
_SPACE = re.compile(r"[ \t\r\n]*")
BYTES_AT_ONCE = 2**20


class ByteSink(Protocol):
    """Takes bytes."""

    def write(self, content: bytes, /) -> int:
        """Take some more, and return how many they were."""


@dataclass(frozen=True, slots=True)
class Edit:
    """A stretch of the former file that was replaced.

    Attributes
    ----------
    at : byte of the copy where it begins.
    was, became : what stood there, and what stands there now.
    """

    at: int
    was: bytes
    became: bytes


class OtherLayoutError(Exception):
    """A file that is not laid out as is thought here; it is then written anew instead."""


def can_be_edited(table: Table) -> bool:
    """Return whether a table is a plain text file of which single cells can be replaced."""
    if table.path is None:
        return False
    ending = table.path.suffix.lower()
    return ending in JSONL_ENDINGS or (ending in CSV_ENDINGS and table.style.encoding.lower() in _ENCODINGS)


def edited(source: BinaryIO, target: BinaryIO, table: Table, changes: Sequence[Change], n_rows: int) -> list[Edit]:
    """Copy a text file with some cells replaced, and return how, change by change.

    Raises
    ------
    OtherLayoutError : where the file does not have the rows and cells that the table reader found.
    """
    is_json = table.path is not None and table.path.suffix.lower() in JSONL_ENDINGS
    replaced = _json_replaced if is_json else _csv_replacer(table)
    by_number: dict[int, list[Change]] = {}
    for change in changes:
        by_number.setdefault(change.number, []).append(change)
    edits: dict[tuple[int, str], Edit] = {}
    at = 0
    number = 0 if is_json else -1  # the heading of a CSV file is no row
    for record, is_row in _lines(source) if is_json else _csv_records(source):
        if is_row and number in by_number:
            pieces = sorted(replaced(record, by_number[number]), key=lambda piece: piece[1])
            moved = 0
            for change, start, was, became in pieces:
                edits[change.number, change.column] = Edit(at + start + moved, was, became)
                place = start + moved
                record = record[:place] + became + record[place + len(was) :]
                moved += len(became) - len(was)
        number += is_row
        at += target.write(record)
    if number != n_rows or len(edits) != len(changes):
        raise OtherLayoutError
    return [edits[change.number, change.column] for change in changes]


def restored(source: BinaryIO, target: ByteSink, edits: Sequence[Edit]) -> None:
    """Copy a copy with what was replaced put back.

    Raises
    ------
    OtherLayoutError : where the copy does not have what was written there.
    """
    at = 0
    for edit in sorted(edits, key=lambda edit: edit.at):
        at += _copied(source, target, edit.at - at)
        if source.read(len(edit.became)) != edit.became:
            raise OtherLayoutError
        at += len(edit.became)
        target.write(edit.was)
    _copied(source, target, None)


def _copied(source: BinaryIO, target: ByteSink, size: int | None) -> int:
    copied = 0
    while content := source.read(BYTES_AT_ONCE if size is None else min(BYTES_AT_ONCE, size - copied)):
        copied += target.write(content)
    return copied


Piece = tuple[Change, int, bytes, bytes]


def _lines(source: BinaryIO) -> Iterator[tuple[bytes, bool]]:
    for line in source:
        yield line, bool(line.strip())


def _csv_records(source: BinaryIO) -> Iterator[tuple[bytes, bool]]:
    """Yield the records, and whether each is one: an empty line and a hint of the delimiter are none."""
    record, is_first = b"", True
    for line in source:
        if is_first and _HINT.fullmatch(line.removeprefix(_BOM)):
            is_first = False
            yield line, False
            continue
        is_first = False
        record += line
        # A quoted field may hold line breaks; a record is over where all quotes are closed.
        if record.count(b'"') % 2 == 0:
            yield record, bool(record.strip(b"\r\n"))
            record = b""
    if record:
        yield record, True


def _csv_replacer(table: Table) -> Callable[[bytes, Sequence[Change]], list[Piece]]:
    delimiter, encoding = table.style.delimiter.encode(), table.style.encoding.lower()
    encoding = "utf-8" if encoding == "utf-8-sig" else encoding
    places = {name: place for place, name in enumerate(table.schema.names)}
    sign = re.escape(delimiter)
    field = re.compile(rb'("(?:[^"]++|"")*+"|[^' + sign + rb'\r\n"]*)(' + sign + rb"|\r?\n?\Z)")

    def replaced(record: bytes, changes: Sequence[Change]) -> list[Piece]:
        found: list[re.Match[bytes]] = []
        while not found or found[-1].group(2) == delimiter:
            one = field.match(record, found[-1].end() if found else 0)
            if one is None:
                raise OtherLayoutError
            found.append(one)
        if len(found) != len(places):
            raise OtherLayoutError
        return [_csv_piece(change, found[places[change.column]], encoding, table.style.delimiter) for change in changes]

    return replaced


def _csv_piece(change: Change, match: re.Match[bytes], encoding: str, delimiter: str) -> Piece:
    raw = match.group(1)
    is_quoted = raw.startswith(b'"')
    was = restored_cell((raw[1:-1].replace(b'""', b'"') if is_quoted else raw).decode(encoding))
    if was != str(change.was if change.was is not None else ""):
        raise OtherLayoutError
    value = str(change.became)
    if is_quoted or any(sign in value for sign in (delimiter, '"', "\r", "\n")):
        value = '"' + value.replace('"', '""') + '"'
    try:
        return change, match.start(1), raw, value.encode(encoding)
    except UnicodeEncodeError:
        raise OtherLayoutError from None


def _json_replaced(record: bytes, changes: Sequence[Change]) -> list[Piece]:
    text = record.decode("utf-8-sig" if record.startswith(_BOM) else "utf-8")
    lead = len(_BOM) if record.startswith(_BOM) else 0
    spans, end = _json_spans(text)
    pieces = []
    for change in changes:
        became = _as_json(change.became)
        if change.column in spans:
            start, stop = spans[change.column]
            was = text[start:stop]
        else:
            # The object lacks the key: it gets it at its end.
            start = stop = end
            was, became = "", f"{', ' if spans else ''}{json.dumps(change.column, ensure_ascii=False)}: {became}"
        pieces.append((change, lead + len(text[:start].encode()), was.encode(), became.encode()))
    return pieces


def _as_json(value: object) -> str:
    """Return a cell as JSON; that of a list column is JSON text already."""
    if isinstance(value, str) and value.startswith(("[", '"')):
        try:
            json.loads(value)
        except ValueError:
            return json.dumps(value, ensure_ascii=False)
        return value
    return json.dumps(value, ensure_ascii=False)


def _json_spans(text: str) -> tuple[Mapping[str, tuple[int, int]], int]:
    """Return where the value of each key of an object stands, and where the object ends."""
    decoder = json.JSONDecoder()
    spans: dict[str, tuple[int, int]] = {}
    place = _after_space(text, text.index("{") + 1)
    last = place
    while text[place] != "}":
        key, place = decoder.raw_decode(text, place)
        place = _after_space(text, place)
        start = _after_space(text, place + 1)
        _, last = decoder.raw_decode(text, start)
        spans[key] = (start, last)
        place = _after_space(text, last)
        if text[place] == ",":
            place = _after_space(text, place + 1)
    return spans, last


def _after_space(text: str, place: int) -> int:
    found = _SPACE.match(text, place)
    return found.end() if found is not None else place
