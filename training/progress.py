"""What a run is doing, shown on a terminal; silent elsewhere."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.progress import Progress as RichProgress


class Progress:
    """Steps and bars on standard error.

    Parameters
    ----------
    console : where they are drawn; nothing is, unless it is a terminal.
    """

    def __init__(self, console: Console | None = None) -> None:
        self._console = console if console is not None else Console(stderr=True)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Show that one thing is being done."""
        if not self._console.is_terminal:
            yield
            return
        with self._console.status(f"{name} ..."):
            yield

    @contextmanager
    def bar(self, name: str, total: int) -> Iterator[Callable[[], None]]:
        """Show how many of several things are done; the function given is called after each."""
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
        )
        with RichProgress(
            *columns, console=self._console, disable=not self._console.is_terminal, transient=True
        ) as bar:
            task = bar.add_task(name, total=total)
            yield lambda: bar.advance(task)
