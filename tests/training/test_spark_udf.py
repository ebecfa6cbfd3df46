"""The model of MLflow in a column of Spark."""

import subprocess
import sys
from pathlib import Path

import pytest

from pobo_nlp.model.artefact_reader import load
from training.config import DEFAULT_CONFIG, load_config
from training.run_record import record_of
from training.tracking import connect

TEXTS = [
    "Vedtaket om hjemmesykepleie er innvilget, men ingen kommer om kvelden.",
    "Fastlegen vil ikkje henvise meg, og eg har venta i tre veker på svar.",
    "I do not understand the letter that you sent to my mother last week.",
    "",
    None,
    "Nei\x00",
]
# As docs/spark.md has it.
SCORE = """
import os, sys
import mlflow
from pyspark.sql import SparkSession

model, source, target, tracking = sys.argv[1:]
mlflow.set_tracking_uri(tracking)
os.environ["PYSPARK_PYTHON"] = sys.executable
spark = (
    SparkSession.builder.master("local[2]")
    .config("spark.driver.memory", "512m")
    .config("spark.driver.host", "127.0.0.1")
    .config("spark.driver.bindAddress", "127.0.0.1")
    .config("spark.ui.enabled", "false")
    .getOrCreate()
)
suggest = mlflow.pyfunc.spark_udf(spark, model, env_manager="local")
table = spark.read.parquet(source)
table.withColumn("suggested", suggest("tekst")).select("*", "suggested.*").drop("suggested").write.parquet(target)
spark.stop()
"""


@pytest.fixture
def tracked(tmp_path, monkeypatch, root):
    """Address of the store, and of the shipped model in it."""
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path / 'runs.db'}")
    store = connect()
    folder = root / "models" / "default"
    run = store.log(record_of(folder, load_config(), DEFAULT_CONFIG, code_version="c0ffee"))
    assert run.model_id == load(folder).id
    return f"sqlite:///{tmp_path / 'runs.db'}", f"models:/{run.logged_model}"


def test_a_column_of_spark_holds_what_a_batch_adds(java, tracked, on_one_machine, rows_of, tmp_path):
    import pyarrow as pa
    import pyarrow.parquet as pq

    tracking, model = tracked
    table = pa.table({"id": [f"{number:03d}" for number in range(60)], "tekst": TEXTS * 10})
    pq.write_table(table, tmp_path / "inn.parquet", row_group_size=20)

    command = [sys.executable, "-c", SCORE, model, str(tmp_path / "inn.parquet"), str(tmp_path / "ut"), tracking]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    on_one_machine(tmp_path / "inn.parquet", tmp_path / "here.parquet")

    assert done.returncode == 0, done.stderr
    found = sorted(
        (row for file in Path(tmp_path / "ut").glob("*.parquet") for row in rows_of(file)), key=lambda row: row["id"]
    )
    assert found == rows_of(tmp_path / "here.parquet")
