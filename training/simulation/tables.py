"""Simulated cases as an office's table after a batch, the truth as another, and the key to what was planted."""

import datetime
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from pobo_nlp.batch.columns import ADDED_TO_TAKEN_NAME, JOINT
from pobo_nlp.errors import UnreadableFileError
from training.simulation.cases import Simulated

TABLE, TRUTH, KEY = "saker.parquet", "fasit.parquet", "plantet.json"
TEXT, PLANTED = "tekst", "plantet"


def case_table(cases: Simulated) -> pa.Table:
    """Return the table: id, date, site, municipality and text, a person's labels where there are any, and a batch's."""
    pool, places = cases.pool, cases.places
    dimensions = [one.id for one in pool.taxonomy.dimensions]
    columns = {
        "id": ids(cases),
        "dato": pa.array(cases.dates),
        "sted": _names(places.sites, cases.site),
        "kommune": _names(places.municipalities, cases.town),
        TEXT: pa.array(_texts(cases), pa.string()),
    }
    for name in dimensions:
        labels = _cells(pool.true[name], pool.taxonomy.dimension(name).label_ids)[cases.text]
        columns[name] = pa.array(np.where(cases.is_human, labels, "").tolist(), pa.string())
    for name in dimensions:
        labels = _cells(pool.given[name], pool.taxonomy.dimension(name).label_ids)[cases.text]
        columns[name + ADDED_TO_TAKEN_NAME] = pa.array(labels.tolist(), pa.string())
    columns["review"] = _chosen(np.where(pool.settled, "", "low_probability"), cases.text)
    columns["malform"] = _chosen(np.array(pool.malform), cases.text)
    columns["model"] = pa.repeat(pa.scalar(pool.model), len(cases))
    return pa.table(columns)


def truth_table(cases: Simulated) -> pa.Table:
    """Return the true labels of each case, and the event that it was planted for, if any."""
    pool = cases.pool
    columns = {"id": ids(cases)}
    for one in pool.taxonomy.dimensions:
        columns[one.id] = pa.array(_cells(pool.true[one.id], one.label_ids)[cases.text].tolist(), pa.string())
    columns[PLANTED] = _chosen(np.array(["", *(event.id for event in cases.events)]), cases.event + 1)
    return pa.table(columns)


def key(cases: Simulated, *, years: int, seed: int) -> dict[str, object]:
    """Return what was planted: the content of `plantet.json`."""
    days = cases.dates.astype(object)
    found = []
    for place, event in enumerate(cases.events):
        own = days[cases.event == place]
        found.append(
            {
                "id": event.id,
                "tittel": event.title,
                "slag": event.kind,
                "steder": [site for site, _ in event.sites],
                "kommuner": [town for _, town in event.sites if town],
                "etiketter": {name: list(labels) for name, labels in event.labels.items()},
                "antall": len(own),
                "fra": _text_of(own.min()),
                "til": _text_of(own.max()),
            }
        )
    return {
        "saker": len(cases),
        "aar": years,
        "seed": seed,
        "modell": cases.pool.model,
        "fra": _text_of(days.min()),
        "til": _text_of(days.max()),
        "plantet": found,
    }


def write(cases: Simulated, folder: Path, *, years: int, seed: int, with_texts: bool = True) -> None:
    """Write table, truth and key into a folder.

    Parameters
    ----------
    with_texts : False for a table without the texts, where nothing will read them.

    Raises
    ------
    UnreadableFileError : where the folder cannot be written to.
    """
    paths = [folder / TABLE, folder / TRUTH, folder / KEY]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        table = case_table(cases)
        pq.write_table(table if with_texts else table.drop_columns([TEXT]), paths[0], compression="zstd")
        pq.write_table(truth_table(cases), paths[1], compression="zstd")
        content = json.dumps(key(cases, years=years, seed=seed), ensure_ascii=False, indent=1)
        paths[2].write_text(content + "\n", "utf-8")
    except OSError as error:
        raise UnreadableFileError(folder, str(error.strerror)) from error


def ids(cases: Simulated) -> pa.Array:
    """Return the ids of the cases, in their order."""
    return pa.array([f"S-{number:06}" for number in range(1, len(cases) + 1)])


def _texts(cases: Simulated) -> list[str]:
    texts = [cases.pool.texts[place] for place in cases.text.tolist()]
    for row in np.flatnonzero(cases.is_named).tolist():
        texts[row] += f" Jeg bor i {cases.places.municipalities[cases.lives[row]]} kommune."
    return texts


def _names(names: Sequence[str], numbers: NDArray[np.int64]) -> pa.Array:
    return _chosen(np.array(["", *names]), numbers + 1)


def _chosen(values: NDArray[np.str_], places: NDArray[np.int64]) -> pa.Array:
    return pa.array(values[places].tolist(), pa.string())


def _cells(labels: NDArray[np.bool_], names: Sequence[str]) -> NDArray[np.str_]:
    return np.array([JOINT.join(np.array(names)[row]) for row in labels])


def _text_of(day: datetime.date) -> str:
    return day.isoformat()
