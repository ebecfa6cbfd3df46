"""What became of a changed model: refused, sound, or a fault of the reader."""

import json
import math
import signal
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from pobo_nlp.errors import PoboError
from pobo_nlp.model.artefact_reader import load
from pobo_nlp.model.scorer import Scorer

TEXTS = (
    "Fastlegen svarer ikke, og 000 uker har gått siden avslaget.",
    "Eg ventar på sjukehuset.",
    "",
    "x\ufeff\0 100 1",
)
MAX_SECONDS = 10
# What reading and using a model never does.
FORBIDDEN = ("exec", "compile", "marshal.", "pickle.", "os.system", "os.exec", "os.posix_spawn", "os.fork", "ctypes.",
             "subprocess.", "socket.", "import", "os.remove", "os.rename", "shutil.", "tempfile.")  # fmt: skip


class Hang(BaseException):
    """It took too long."""


class Watch:
    """Notes what Python is asked to do while a model is read; once set up, it stays for the life of the process."""

    def __init__(self) -> None:
        self._is_on = False
        self.seen: list[str] = []
        sys.addaudithook(self._note)

    def _note(self, event: str, args: tuple[object, ...]) -> None:
        if self._is_on:
            is_written = event == "open" and isinstance(args[1], str) and set(args[1]) & set("wax+")
            if event.startswith(FORBIDDEN) or is_written:
                self.seen.append(event)

    @contextmanager
    def on(self) -> Iterator[None]:
        """Watch, and stop what takes too long."""
        self.seen.clear()
        signal.signal(signal.SIGALRM, _hang)
        signal.setitimer(signal.ITIMER_REAL, MAX_SECONDS)
        self._is_on = True
        try:
            yield
        finally:
            self._is_on = False
            signal.setitimer(signal.ITIMER_REAL, 0)


def _hang(*_: object) -> None:
    raise Hang


class Judge:
    """Reads changed models and says what became of them.

    Parameters
    ----------
    sound : folder of the model as it was made.
    """

    def __init__(self, sound: Path) -> None:
        self._watch = Watch()
        loaded = load(sound)
        self._id, self._answers = loaded.id, self._answered(sound)[1]

    def verdict(self, folder: Path, *, is_sealed: bool) -> str:
        """Return `refused`, `unchanged`, `another model`, or what is wrong, beginning with `FAULT`.

        Parameters
        ----------
        is_sealed : whether the hashes were written anew; where they were not, no change may go unnoticed.
        """
        try:
            with self._watch.on(), warnings.catch_warnings():
                warnings.simplefilter("error")
                model_id, answers = self._answered(folder)
        except PoboError:
            return f"FAULT: {self._watch.seen[0]}" if self._watch.seen else "refused"
        except (Exception, Hang) as error:
            return f"FAULT: {type(error).__name__}: {error}"[:200]
        if self._watch.seen:
            return f"FAULT: {self._watch.seen[0]}"
        if model_id == self._id:
            return "unchanged" if answers == self._answers else "FAULT: other answers by a model of the same id"
        return "another model" if is_sealed else "FAULT: a change that went unnoticed"

    def _answered(self, folder: Path) -> tuple[str, str]:
        loaded = load(folder)
        scorer = Scorer(loaded.artefact, loaded.id)
        scores = scorer.scores(TEXTS)
        for values in scores.probability.values():
            if not (np.isfinite(values).all() and (values >= 0).all() and (values <= 1 + 1e-9).all()):
                raise ArithmeticError("no probability")
        found = [suggestion.to_dict() for suggestion in scorer.suggest(TEXTS)]
        for text, suggestion in zip(TEXTS, found, strict=True):
            _check(suggestion, text)
        by_column = {name: values.tolist() for name, values in scores.probability.items()}
        told = [{**one, "model": ""} for one in found]
        return loaded.id, json.dumps([told, by_column, list(map(list, scores.review))], allow_nan=False)


def _check(suggestion: dict[str, object], text: str) -> None:
    for labels in suggestion["suggestions"].values():
        for label in labels:
            for start, end, weight in label["evidence"]:
                if not (0 <= start < end <= len(text) and math.isfinite(weight)):
                    raise ArithmeticError("no evidence")
