"""What tests of Spark need: Java, texts, and the same run on one machine."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from pobo_nlp.batch.columns import text_column_of
from pobo_nlp.batch.engine import Options, run_batch
from pobo_nlp.batch.job import SuggestJob
from pobo_nlp.batch.summary import Summary
from pobo_nlp.tables import Place, open_table


@pytest.fixture(scope="session")
def java() -> str:
    """Return Java; where it is not installed the test is skipped, but on the build server it has to be there."""
    found = shutil.which("java")
    if found is None and "CI" not in os.environ:
        pytest.skip("Java mangler: installer Debian-pakken openjdk-17-jre-headless")
    return found or "java"


@pytest.fixture(scope="session")
def on_one_machine() -> Callable[..., Summary]:
    def run(source: Place | Path, target: Path, **options: object) -> Summary:
        return run_batch(
            source if isinstance(source, Place) else Place(str(source)),
            Place(str(target)),
            None,
            job_of=lambda table: SuggestJob(text_column_of(table, None)),
            options=Options(**options),
        )

    return run


@pytest.fixture(scope="session")
def rows_of() -> Callable[[Path], list[dict[str, object]]]:
    """Return the rows of a file, or of all part files of a folder in the order of their names."""

    def read(path: Path) -> list[dict[str, object]]:
        files = sorted(path.glob("part-*")) if path.is_dir() else [path]
        return [row for file in files for chunk in open_table(file).chunks(5000, 0) for row in chunk.rows.to_pylist()]

    return read
