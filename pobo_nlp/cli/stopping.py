"""Ctrl-C and SIGTERM stop a long run cleanly, and tell how to go on."""

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import typer

from pobo_nlp.cli.terminal import echo

CAN_GO_ON = "Stanset. Det som er gjort, er tatt vare på: samme kommando fortsetter der kjøringen slapp."
# As a shell has it for a process that a signal ended.
EXIT_SIGNAL = 128


class _StoppedError(KeyboardInterrupt):
    def __init__(self, number: int) -> None:
        self.number = number
        super().__init__()


# What follows the first signal is the way out, which an impatient second one is not to break off.
_PATIENCE_S = 5.0


@contextmanager
def stoppable(message: str = CAN_GO_ON) -> Iterator[None]:
    """Turn a signal to stop into a message and an exit code: 130 after Ctrl-C, 143 after SIGTERM."""
    stopped_at: list[float] = []

    def stop(number: int, frame: FrameType | None) -> None:
        if not stopped_at or time.monotonic() - stopped_at[-1] > _PATIENCE_S:
            stopped_at.append(time.monotonic())
            raise _StoppedError(number)

    former = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    except KeyboardInterrupt as stopped:
        echo(message, err=True)
        raise typer.Exit(EXIT_SIGNAL + getattr(stopped, "number", signal.SIGINT)) from None
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
