"""Reading and writing of tables: what is used against other libraries, by rate and peak memory (docs/adr/0011).

`python -m benchmarks.tables [ROWS]`: every candidate runs alone in a process of its own, on the same table of rows with
an id, a date, an office and a text of about 600 bytes. Times are those of reading or writing every row in chunks of
5 000; memory is the peak of the process, libraries included.
"""

import datetime as dt
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa

from pobo_nlp.tables import Table, open_table, open_writer

ROWS = 100_000
ROWS_AT_ONCE = 5_000
TEXT_BYTES = 600
WORDS = (
    "vedtaket om hjemmesykepleie er innvilget men ingen kommer på kvelden og jeg får ikke svar fra kommunen "
    "fastlegen vil ikkje henvise meg eg har venta i tre veker «neste gang» sa de; blåbær, brød og søvn"
).split(" ")
SCHEMA = pa.schema([("id", pa.string()), ("dato", pa.date32()), ("kontor", pa.string()), ("tekst", pa.string())])


def batches(rows: int) -> Iterator[pa.RecordBatch]:
    """Yield made-up rows, the same at every call."""
    draw = random.Random(1)  # noqa: S311
    for start in range(0, rows, ROWS_AT_ONCE):
        places = range(start, min(start + ROWS_AT_ONCE, rows))
        texts = [" ".join(draw.choices(WORDS, k=TEXT_BYTES // 6)) for _ in places]
        dates = [dt.date(2003, 1, 1) + dt.timedelta(place % 8_000) for place in places]
        columns = [[f"{place:07d}" for place in places], dates, ["Oslo og Viken"] * len(places), texts]
        arrays = [pa.array(cells, kind) for cells, kind in zip(columns, SCHEMA.types, strict=True)]
        yield pa.RecordBatch.from_arrays(arrays, schema=SCHEMA)


def write_ours(path: Path, rows: int) -> int:
    like = Table("inn", SCHEMA, lambda rows_at_once, skip: iter(()), lambda: "")
    with open_writer(path, SCHEMA, like=like, replace=True) as writer:
        for batch in batches(rows):
            writer.write(batch)
    return rows


def read_ours(path: Path, rows: int) -> int:
    return sum(chunk.rows.num_rows for chunk in open_table(path).chunks(ROWS_AT_ONCE, 0))


def read_csv_arrow(path: Path, rows: int) -> int:
    from pyarrow import csv

    options = csv.ParseOptions(delimiter=";", newlines_in_values=True)
    types = csv.ConvertOptions(column_types=dict.fromkeys(SCHEMA.names, pa.string()))
    return sum(batch.num_rows for batch in csv.open_csv(path, parse_options=options, convert_options=types))


def read_csv_pandas(path: Path, rows: int) -> int:
    import pandas as pd

    chunks = pd.read_csv(path, sep=";", dtype=str, keep_default_na=False, chunksize=ROWS_AT_ONCE, encoding="utf-8-sig")
    return sum(pa.RecordBatch.from_pandas(chunk).num_rows for chunk in chunks)


def read_jsonl_arrow(path: Path, rows: int) -> int:
    from pyarrow import json as arrow_json

    return arrow_json.read_json(path).num_rows


def read_parquet_whole(path: Path, rows: int) -> int:
    from pyarrow import parquet

    return parquet.read_table(path).num_rows


def write_one_group(path: Path, rows: int) -> int:
    from pyarrow import parquet

    table = pa.Table.from_batches(batches(rows))
    parquet.write_table(table, path, row_group_size=rows)
    return table.num_rows


def read_excel_openpyxl(path: Path, rows: int) -> int:
    import openpyxl

    sheet = openpyxl.load_workbook(path, read_only=True).active
    return sum(1 for _ in sheet.iter_rows(values_only=True)) - 1


def write_excel_openpyxl(path: Path, rows: int) -> int:
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Ark1")
    sheet.append(SCHEMA.names)
    for batch in batches(rows):
        for values in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            sheet.append(values)
    book.save(path)
    return rows


def make_rows(path: Path, rows: int) -> int:
    """Make the rows and do nothing with them: what every writing pays."""
    return sum(batch.num_rows for batch in batches(rows))


Work = Callable[[Path, int], int]
# Name, file, work. Files are written by the first that names them.
CANDIDATES: tuple[tuple[str, str, Work], ...] = (
    ("making the rows", "-", make_rows),
    ("write CSV: csv module", "a.csv", write_ours),
    ("write CSV, gzip", "a.csv.gz", write_ours),
    ("write CSV, zstd", "a.csv.zst", write_ours),
    ("write JSON Lines: json module", "a.jsonl", write_ours),
    ("write Parquet: pyarrow", "a.parquet", write_ours),
    ("write Parquet in one group", "one.parquet", write_one_group),
    ("write Excel: XlsxWriter", "a.xlsx", write_ours),
    ("write Excel: openpyxl", "b.xlsx", write_excel_openpyxl),
    ("read CSV: csv module", "a.csv", read_ours),
    ("read CSV: pyarrow.csv", "a.csv", read_csv_arrow),
    ("read CSV: pandas", "a.csv", read_csv_pandas),
    ("read CSV, gzip", "a.csv.gz", read_ours),
    ("read CSV, zstd", "a.csv.zst", read_ours),
    ("read JSON Lines: json module", "a.jsonl", read_ours),
    ("read JSON Lines: pyarrow.json", "a.jsonl", read_jsonl_arrow),
    ("read Parquet: pyarrow, in chunks", "a.parquet", read_ours),
    ("read Parquet in one group, in chunks", "one.parquet", read_ours),
    ("read Parquet in one group, whole", "one.parquet", read_parquet_whole),
    ("read Excel: calamine", "a.xlsx", read_ours),
    ("read Excel: openpyxl", "a.xlsx", read_excel_openpyxl),
)


def peak_mb() -> float:
    """Return the peak memory of this process; that of `getrusage` counts the parent's too."""
    status = Path("/proc/self/status").read_text("ascii")
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def alone(place: int, folder: Path, rows: int) -> None:
    _, file, work = CANDIDATES[place]
    start, start_cpu = time.perf_counter(), time.process_time()
    done = work(folder / file, rows)
    times = time.perf_counter() - start, time.process_time() - start_cpu
    assert done == rows
    print(json.dumps((*times, peak_mb())))


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    print(f"{rows} rows, text of about {TEXT_BYTES} bytes; Python {sys.version.split()[0]}, pyarrow {pa.__version__}")
    print(f"{'':<38}{'rows/s':>10}{'CPU s':>9}{'peak MB':>9}")
    with tempfile.TemporaryDirectory() as folder:
        for place, (name, _, _) in enumerate(CANDIDATES):
            command = [sys.executable, "-m", "benchmarks.tables", "alone", str(place), folder, str(rows)]
            told = subprocess.run(command, capture_output=True, check=True, text=True).stdout  # noqa: S603
            seconds, cpu, memory = json.loads(told)
            print(f"{name:<38}{rows / seconds:>10.0f}{cpu:>9.2f}{memory:>9.0f}", flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["alone"]:
        alone(int(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4]))
    else:
        main()
