"""From the cells of label columns to what they say in the label scheme."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

import pyarrow as pa

from pobo_nlp.batch.label_map import OR, SEPARATORS, CodeBook, Counterpart, LabelMap, labels_under
from pobo_nlp.batch.retag_rules import OldLabels
from pobo_nlp.errors import ColumnError, LabelsError, UnmappedCodesError
from pobo_nlp.tables import Table
from pobo_nlp.taxonomy import Dimension, Taxonomy
from pobo_nlp.text.masking import identifier_spans

ROWS_AT_ONCE = 5_000
# A column with more unknown values than this holds no codes, and what it holds is then not quoted.
MAX_UNMAPPED = 500
MAX_CODE_CHARS, MAX_CODE_WORDS = 40, 5
# Nor does one where so many of the unknown values look like text; the short ones among them are text as well.
MAX_TEXT_SHARE = 0.25
# A number as long may be one of a person with a slip of the pen; no code of an office is.
MIN_DIGITS_OF_PERSON = 8


class Cells:
    """Reads the cells of one dimension's column.

    Parameters
    ----------
    field : of the column.
    """

    def __init__(self, field: pa.Field, dimension: Dimension, label_map: LabelMap, taxonomy: Taxonomy) -> None:
        self.dimension = dimension
        self.book = CodeBook(dimension, label_map, taxonomy)
        self._is_json = (field.metadata or {}).get(b"json") == b"1"
        self._is_list = pa.types.is_nested(field.type)
        self._signs = label_map.separators_of(dimension.id) if dimension.kind == "multi" else ""
        self._between = re.compile(f"[{re.escape(self._signs)}]") if self._signs else None
        self._read: dict[object, OldLabels] = {}

    def codes(self, cell: object) -> tuple[str, ...]:
        """Return the codes in a cell."""
        if self._is_json and isinstance(cell, str):
            cell = json.loads(cell)
        if isinstance(cell, list):
            return tuple(code for part in cell for code in self._codes_in_text(part))
        return self._codes_in_text(cell)

    def _codes_in_text(self, cell: object) -> tuple[str, ...]:
        """Return the codes in a cell that is no list."""
        text = as_text(cell).strip()
        if self.book.counterpart(text) is not None:
            # A name may hold a comma.
            return (text,)
        parts = self._between.split(text) if self._between is not None else [text]
        return tuple(code for code in map(str.strip, parts) if code)

    def undeclared_separator(self, code: str) -> str | None:
        """Return the sign that parts a code into known ones, though nobody said so."""
        for sign in SEPARATORS if self.dimension.kind == "multi" else "":
            parts = [part.strip() for part in code.split(sign) if part.strip()]
            if len(parts) > 1 and any(self.book.counterpart(part) is not None for part in parts):
                return sign
        return None

    def joined(self, codes: Sequence[str], like: object) -> str | list[str]:
        """Return a cell that holds some codes, written as another cell of the column is."""
        if self._is_json and (self._signs or (isinstance(like, str) and like.lstrip().startswith("["))):
            return json.dumps(codes, ensure_ascii=False)
        if self._is_json:
            return json.dumps(codes[0], ensure_ascii=False)
        sign = next((sign for sign in self._signs if sign in str(like)), self._signs[:1])
        return list(codes) if self._is_list else sign.join(codes)

    def old_labels(self, cell: object) -> OldLabels:
        """Return what a cell says; a code that nobody knows counts as one without a counterpart."""
        key = tuple(cell) if isinstance(cell, list) else cell
        found = self._read.get(key)
        if found is None:
            found = self._read[key] = OldLabels(
                tuple(dict.fromkeys(self.book.counterpart(code) or Counterpart((), "") for code in self.codes(cell)))
            )
        return found


def as_text(cell: object) -> str:
    """Return a cell as a person sees it: a spreadsheet keeps whole numbers as 12.0."""
    if cell is None:
        return ""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def narrowed(own: OldLabels, above: OldLabels, dimension: Dimension, taxonomy: Taxonomy) -> OldLabels:
    """Return what a dimension's old label says, taken together with the old label of a dimension above it.

    Where the two contradict each other, the dimension's own stands.
    """
    if not above.groups or above.lacks_counterpart or own.lacks_counterpart:
        return own
    group = above.groups[0]
    beneath = tuple(dict.fromkeys(label for one in group.labels for label in labels_under(taxonomy, dimension, one)))
    if not own.groups:
        return OldLabels((Counterpart(beneath, group.told, is_level=True),)) if beneath else own
    both = tuple(label for label in own.groups[0].labels if label in beneath)
    if not both or len(both) == len(own.groups[0].labels):
        return own
    return OldLabels((Counterpart(both, OR.join(both)),))


def check_labels(
    labels: Sequence[tuple[str, str]], table: Table, taxonomy: Taxonomy, *, text_column: str | None = None
) -> None:
    """Check that dimensions and their columns exist.

    Raises
    ------
    LabelsError : where a dimension is unknown, or named twice, or its column is that of the text.
    ColumnError : where a column does not exist.
    """
    known = [dimension.id for dimension in taxonomy.dimensions]
    names = [name for name, _ in labels]
    faults = [f"{name}: ukjent dimensjon; kjente er {', '.join(known)}" for name in names if name not in known]
    faults += [f"{name}: oppgitt to ganger" for name in dict.fromkeys(names) if names.count(name) > 1]
    faults += [f"{name}: kolonnen er den med teksten" for name, column in labels if column == text_column]
    if faults:
        raise LabelsError("--labels kan ikke brukes", faults)
    for _, column in labels:
        if column not in table.schema.names:
            cure = f"Tabellen har {len(table.schema.names)} kolonner."
            raise ColumnError(table.name, f"kolonnen «{column}» finnes ikke", cure)


def check_codes(
    table: Table, cells_of: Sequence[tuple[str, Cells]], *, on_rows: Callable[[int], None] = lambda rows: None
) -> None:
    """Read the label columns through, and stop where they hold codes that nobody knows.

    Parameters
    ----------
    cells_of : column and how it is read.

    Raises
    ------
    UnmappedCodesError : with every unknown code of every column, most frequent first.
    """
    unmapped: list[Counter[str]] = [Counter() for _ in cells_of]
    unparted: list[Counter[str]] = [Counter() for _ in cells_of]
    for chunk in table.chunks(ROWS_AT_ONCE, 0):
        for (column, cells), unknown, together in zip(cells_of, unmapped, unparted, strict=True):
            for cell, rows in _distinct(chunk.rows.column(chunk.rows.schema.get_field_index(column))):
                for code in cells.codes(cell):
                    if cells.book.counterpart(code) is not None:
                        continue
                    sign = cells.undeclared_separator(code)
                    if sign is not None:
                        together[sign] += rows
                    elif len(unknown) <= MAX_UNMAPPED or code in unknown:
                        unknown[code] += rows
        on_rows(chunk.rows.num_rows)
    faults = [
        fault
        for (column, cells), unknown, together in zip(cells_of, unmapped, unparted, strict=True)
        for fault in (*_faults(column, cells.dimension, unknown), *_unparted(column, cells.dimension, together))
    ]
    if faults:
        raise UnmappedCodesError(
            f"{table.name} har koder uten oversettelse. Sett dem i kartet (--map), med tom streng der ingen etikett "
            "svarer til koden",
            faults,
        )


def _distinct(column: pa.Array) -> Iterator[tuple[object, int]]:
    if pa.types.is_nested(column.type):
        yield from ((cell, 1) for cell in column.to_pylist())
        return
    counted = column.value_counts()
    yield from zip(counted.field("values").to_pylist(), counted.field("counts").to_pylist(), strict=True)


def _faults(column: str, dimension: Dimension, unknown: Counter[str]) -> Iterator[str]:
    place = f"kolonnen «{column}» ({dimension.id})"
    if len(unknown) > MAX_UNMAPPED:
        yield f"{place}: over {MAX_UNMAPPED} ulike verdier er ukjente; er det riktig kolonne, og riktig skilletegn?"
        return
    texts = sum(rows for code, rows in unknown.items() if looks_like_text(code))
    if texts >= MAX_TEXT_SHARE * unknown.total() > 0:
        yield f"{place}: {_rows(unknown.total())} med det som ser ut som fri tekst; er det riktig kolonne?"
        return
    for code, rows in unknown.most_common():
        if not looks_like_text(code):
            yield f"{place}: «{code}», {_rows(rows)}"
    if texts:
        yield f"{place}: {_rows(texts)} med det som ser ut som fri tekst eller et personnummer, og som ikke gjengis her"


def _unparted(column: str, dimension: Dimension, together: Counter[str]) -> Iterator[str]:
    for sign, rows in together.items():
        yield (
            f"kolonnen «{column}» ({dimension.id}): {_rows(rows)} med flere koder skilt med «{sign}»; sett "
            f'{dimension.id} = "{sign}" under [separator] i kartet'
        )


def looks_like_text(code: str) -> bool:
    """Return whether a value is more likely to be of a person than a code of an office."""
    is_long = len(code) > MAX_CODE_CHARS or len(code.split()) > MAX_CODE_WORDS or "\n" in code
    has_number = sum(map(str.isdigit, code)) >= MIN_DIGITS_OF_PERSON
    return is_long or has_number or bool(identifier_spans(code))


def _rows(count: int) -> str:
    return "1 rad" if count == 1 else f"{count} rader"
