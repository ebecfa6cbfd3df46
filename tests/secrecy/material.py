"""Tables with a word of the tests in every text, id, note and cell, sound and broken."""

import gzip
import json
import sqlite3
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pa_parquet

TEXT, ID, NOTE, CELL = "zqxblåkvist", "zqxidnår", "zqxmerkflåte", "zqxrutestål"
STORY = "Vedtaket om hjemmesykepleie er innvilget, men ingen kommer om kvelden for å hjelpe mor med medisinene."
OTHER = "Fastlegen vil ikke henvise meg videre, og jeg har ventet i tre uker på svar om timen."
COLUMNS = ("saksnr", "dato", "sted", "kommune", "tekst", "merknad", "omrade", "aarsak")


def rows(n: int = 40) -> list[dict[str, str]]:
    """Return cases; a word of a text stands in few of them, as a person's own words do."""
    return [
        {
            "saksnr": f"{ID}-{number}",
            "dato": f"2025-{number % 12 + 1:02}-{number % 27 + 1:02}",
            "sted": "Solbakken sykehjem",
            "kommune": "Bergen",
            "tekst": f"{STORY if number % 2 else OTHER}"
            + (f" Vi heter {TEXT} og bor på {TEXT}." if number < 4 else ""),
            "merknad": f"{NOTE} {number}: ringte opp igjen og noterte det som ble sagt",
            "omrade": ("hjemmesykepleie", "fastlege", "legevakt")[number % 3],
            "aarsak": "ventetid",
        }
        for number in range(n)
    ]


def write_csv(path: Path, lines: list[dict[str, str]]) -> None:
    cells = [";".join(COLUMNS), *(";".join(row[name] for name in COLUMNS) for row in lines)]
    path.write_text("\n".join(cells) + "\n", "utf-8")


def make(folder: Path) -> None:
    """Write all tables that commands are tried on."""
    lines = rows()
    write_csv(folder / "saker.csv", lines)
    write_csv(folder / "saker_annerledes.csv", [row | {"omrade": "legevakt"} for row in lines])
    content = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in lines)
    (folder / "saker.jsonl.gz").write_bytes(gzip.compress(content.encode()))
    pa_parquet.write_table(pa.Table.from_pylist(lines), folder / "saker.parquet")
    (folder / "tekst.txt").write_text(lines[0]["tekst"], "utf-8")
    with sqlite3.connect(folder / "saker.db") as database:
        names = ", ".join(f"{name} TEXT" for name in COLUMNS)
        database.execute(f"CREATE TABLE saker (nr INTEGER PRIMARY KEY, {names})")
        marks = ", ".join("?" * len(COLUMNS))
        database.executemany(
            f"INSERT INTO saker ({', '.join(COLUMNS)}) VALUES ({marks})",  # noqa: S608
            [tuple(row[name] for name in COLUMNS) for row in lines],
        )
    database.close()
    _broken(folder, lines)


def _broken(folder: Path, lines: list[dict[str, str]]) -> None:
    first = lines[0]
    words = ";".join(first[name] for name in COLUMNS)
    (folder / "uten_overskrift.csv").write_text(f"{words}\n{words}\n", "utf-8")
    (folder / "ujevn.csv").write_text(f"saksnr;tekst\n{ID}-1;{TEXT};{NOTE};{CELL}\n{ID}-2\n", "utf-8")
    (folder / "apen.csv").write_text(f'saksnr;tekst\n{ID}-1;"{TEXT} uten slutt\n{ID}-2;{TEXT}\n', "utf-8")
    (folder / "nul.csv").write_bytes(f"saksnr;tekst\n{ID}-1;{TEXT}\0 {STORY}\n{ID}-2;{STORY}\n".encode())
    (folder / "utf16.csv").write_bytes(f"saksnr;tekst\n{ID}-1;{TEXT} {STORY}\n".encode("utf-16"))
    (folder / "halv.jsonl").write_text(
        f'{{"id": "{ID}", "tekst": "{TEXT}"}}\n{{"id": "{ID}", "tekst": "{TEXT}', "utf-8"
    )
    (folder / "liste.jsonl").write_text(f'["{TEXT}"]\n', "utf-8")
    for name in ("ikke.xlsx", "ikke.parquet", "ikke.db", "ikke.gz.csv.gz", "ikke.jsonl.zst"):
        (folder / name).write_text(f"{TEXT} {ID} {NOTE}", "utf-8")
    (folder / "kort.parquet").write_bytes((folder / "saker.parquet").read_bytes()[:-60])
    write_csv(folder / "ukjent_kode.csv", [row | {"omrade": CELL} for row in lines])
    write_csv(folder / "dato.csv", [row | {"dato": f"{CELL} 31.02.2025"} for row in lines])
    (folder / "kart.toml").write_text(f'[tjenesteomrade]\n"{CELL}" = "{TEXT}"\n', "utf-8")
    (folder / "odelagt.toml").write_text(f'[[dimension]]\nid = "{TEXT}\n', "utf-8")
    (folder / "liste.csv").write_text(f"row;id;dimension\n{TEXT};{ID};{CELL}\n", "utf-8")
    (folder / "steder.tsv").write_text(f"{TEXT}\t{NOTE}\n", "utf-8")
