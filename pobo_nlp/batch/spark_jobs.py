"""Work on Spark that can be stopped, and its errors in our words: those of Spark may quote a row."""

import re
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from typing import TYPE_CHECKING, Any, TypeVar

from pobo_nlp.batch.spark_session import PYTHON
from pobo_nlp.errors import PoboError, SparkError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

Answer = TypeVar("Answer")

POLL_S = 0.2


def done(
    spark: "SparkSession",
    work: Callable[[], Answer],
    *,
    place: str,
    timeout_s: float | None = None,
    on_tasks: Callable[[int, int], None] = lambda finished, tasks: None,
) -> Answer:
    """Return what a job on the cluster gives; a signal that stops this process stops the job.

    Parameters
    ----------
    place : for messages.
    timeout_s : for a job that waits for a cluster which has no room.
    on_tasks : called with the tasks that are done and that are to be done, of all stages that have begun.

    Raises
    ------
    SparkError : where it fails, in words of our own: those of Spark may quote a row.
    """
    from pyspark.util import inheritable_thread_target

    tracker = spark.sparkContext.statusTracker()
    answer: Answer | None = None
    problem: PoboError | None = None
    waited = 0.0
    with ThreadPoolExecutor(1, thread_name_prefix="spark") as pool:
        job = pool.submit(inheritable_thread_target(spark)(work))
        try:
            while not wait([job], timeout=POLL_S).done:
                waited += POLL_S
                if timeout_s is not None and waited > timeout_s:
                    raise SparkError(place, "klyngen har ingen ledige arbeidere", "Vent, eller be om mindre minne.")
                on_tasks(*_tasks(tracker))
        except BaseException:
            spark.sparkContext.cancelAllJobs()
            raise
        error = job.exception()
        if error is None:
            answer = job.result()
        else:
            problem = error if isinstance(error, PoboError) else failed(place, error)
    if problem is not None:
        raise problem
    return answer  # type: ignore[return-value]


def _tasks(tracker: Any) -> tuple[int, int]:
    stages = [tracker.getStageInfo(stage) for stage in tracker.getActiveStageIds()]
    found: Sequence[Any] = [stage for stage in stages if stage is not None]
    return sum(stage.numCompletedTasks for stage in found), sum(stage.numTasks for stage in found)


# Signs of what went wrong in Spark's own words, and what people are told.
_CAUSES = {
    "PATH_NOT_FOUND": ("finnes ikke der Spark leter", "Legg filen der alle maskiner i klyngen ser den."),
    "FAILED_READ_FILE": ("kan ikke leses av arbeiderne", "Legg filen der alle maskiner i klyngen ser den."),
    "No module named 'pobo_nlp": ("pobo-nlp mangler på arbeiderne", "Installer samme versjon der (docs/spark.md)."),
    "PYTHON_VERSION_MISMATCH": ("arbeiderne har en annen Python", f"Oppgi den i {PYTHON} (docs/spark.md)."),
    "FAILED_JDBC": ("databasen svarer ikke", "Sjekk adresse, bruker og passord."),
    "SQLException": ("databasen gjorde ikke det den ble bedt om", "Sjekk adresse, rettigheter og tabell."),
    "No suitable driver": ("driveren mangler", "Oppgi den med --spark-conf spark.jars=STI (docs/spark.md)."),
}


def failed(place: str, error: BaseException) -> SparkError:
    """Return an error of Spark in our words; its own may quote a row."""
    words = f"{type(error).__name__} {error}"
    for sign, (problem, cure) in _CAUSES.items():
        if sign in words:
            return SparkError(place, problem, cure)
    code = re.match(r"\[([A-Z_.]+)\]", str(error))
    name = code[1] if code else type(error).__name__
    return SparkError(place, f"Spark stanset ({name})", "Ingenting er skrevet. Se loggen til klyngen.")
