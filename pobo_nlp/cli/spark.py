"""`pobo-nlp batch --engine spark`: the same suggestions from a cluster."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from pobo_nlp.cli.stopping import stoppable

if TYPE_CHECKING:
    from pobo_nlp.batch.summary import Summary

_STOPPED = "Stanset. Ingenting er skrevet; samme kommando begynner forfra."


class Engine(StrEnum):
    """What scores the rows."""

    HERE = "local"
    SPARK = "spark"


def refuse_options(engine: Engine, only_here: Mapping[str, object], only_spark: Mapping[str, object]) -> None:
    """Refuse options that the engine has no use for.

    Parameters
    ----------
    only_here, only_spark : options to whether they were given.
    """
    given = [name for name, value in (only_here if engine is Engine.SPARK else only_spark).items() if value]
    if given:
        raise typer.BadParameter(f"{', '.join(given)} virker ikke med --engine {engine}.")


def run(
    source: str,
    target: str,
    model: Path | None,
    id_column: str | None,
    text_column: str | None,
    columns: tuple[str, ...],
    *,
    table: str | None,
    query: str | None,
    key: str | None,
    master: str | None,
    settings: Iterable[str],
    rows_at_once: int | None,
) -> "Summary":
    """Suggest for every row, on a cluster."""
    chosen = _settings(settings)
    with stoppable(_STOPPED):
        from pobo_nlp.batch.spark_session import require_pyspark

        require_pyspark()
        from pobo_nlp.batch.columns import text_column_of
        from pobo_nlp.batch.engine import Options, Progress
        from pobo_nlp.batch.job import SuggestJob
        from pobo_nlp.batch.spark import Cluster, run_on_spark
        from pobo_nlp.cli.display import ProgressBar
        from pobo_nlp.tables import Place

        with ProgressBar("Foreslår") as bar:
            return run_on_spark(
                Place(source, table=table, query=query, key=key),
                target,
                model,
                job_of=lambda opened: SuggestJob(text_column_of(opened, text_column)),
                options=Options(id_column, columns, rows_at_once),
                cluster=Cluster(master, chosen),
                progress=Progress(bar.set_total, bar.resume_at, bar.advance, lambda: bar.set_name("Skriver")),
            )


def _settings(options: Iterable[str]) -> dict[str, str]:
    found = {}
    for option in options:
        name, is_there, value = option.partition("=")
        if not is_there or not name.startswith("spark."):
            raise typer.BadParameter("--spark-conf skrives som spark.navn=verdi.")
        found[name] = value
    return found
