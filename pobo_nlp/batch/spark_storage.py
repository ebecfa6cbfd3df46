"""Files where Spark has them: on this machine, or in the storage of a cluster (`hdfs://`, `s3a://`, `abfss://`)."""

import os
import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pobo_nlp.errors import SparkError
from pobo_nlp.tables.formats import is_database

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

# Databricks has these in its own storage, whatever it looks like to a program.
_VOLUMES = "/Volumes/"
_GLOB = re.compile(r"([\\\[\]{}*?])")


def is_local(address: str) -> bool:
    """Return whether an address is a path that this process can read itself."""
    return not is_database(address) and not address.startswith(("dbfs:", "file:"))


def location(address: str) -> str:
    """Return an address as Hadoop has it."""
    if not is_local(address) or address.startswith(_VOLUMES):
        return address
    return f"file:{Path(os.path.abspath(address))}"  # noqa: PTH100  (a link stays a link)


def for_reader(address: str) -> str:
    """Return a location as Spark's readers have it: signs that stand for many files are only themselves."""
    return _GLOB.sub(r"\\\1", location(address))


class Storage:
    """Looks for, renames and removes files and folders, and writes small ones."""

    def __init__(self, spark: "SparkSession") -> None:
        java: Any = spark.sparkContext._jvm
        self._path: Callable[[str], Any] = java.org.apache.hadoop.fs.Path
        self._settings = spark.sparkContext._jsc.hadoopConfiguration()

    def _system(self, address: str) -> tuple[Any, Any]:
        path = self._path(location(address))
        return path.getFileSystem(self._settings), path

    def exists(self, address: str) -> bool:
        """Return whether there is a file or a folder."""
        system, path = self._system(address)
        return bool(system.exists(path))

    def remove(self, address: str) -> None:
        """Remove a file, or a folder with all that is in it, if it is there."""
        system, path = self._system(address)
        system.delete(path, True)

    def rename(self, address: str, to: str) -> None:
        """Give a folder another name in the same storage, in one step where the storage can."""
        system, path = self._system(address)
        if not system.rename(path, self._path(location(to))):
            raise SparkError(to, "kan ikke skrives", "Sjekk mappe og rettigheter.")

    def write(self, address: str, content: bytes) -> None:
        """Write a small file."""
        system, path = self._system(address)
        with suppress(Exception):  # of this machine; it would lay a checksum beside each file
            system.setWriteChecksum(False)
        stream = system.create(path, True)
        stream.write(content)
        stream.close()
