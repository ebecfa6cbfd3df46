"""The model that answers: read once, and changed for a newly released one between two questions."""

import logging
from collections.abc import Callable
from pathlib import Path
from threading import Lock

from pobo_nlp.errors import PoboError
from pobo_nlp.model.location import default_model
from pobo_nlp.model.manifest import MANIFEST
from pobo_nlp.model.scorer import Scorer

# Meets the words of a first text, and the second model of languages, before anyone waits for it.
_WARM_UP = (
    "Jeg fikk avslag på søknaden om hjemmesykepleie, og ingen svarer.",
    "Lorem ipsum dolor sit amet consectetur.",
)
Signature = tuple[int, int, int]

log = logging.getLogger("pobo_nlp.web")


class ModelInUse:
    """Holds a scorer; who asks for it keeps the one they got, whatever is released meanwhile.

    Parameters
    ----------
    folder : of the model; may be a symbolic link, which is followed anew at each look.
    on_change : told the new scorer.

    Raises
    ------
    ModelError : where the folder holds no usable model at the start.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder if folder is not None else default_model()
        self._seen = self._signature()
        self._scorer = _loaded(self.folder)
        self._lock = Lock()
        self.on_change: list[Callable[[Scorer], None]] = []
        self.on_failure: list[Callable[[], None]] = []

    @property
    def scorer(self) -> Scorer:
        """The scorer in use now."""
        return self._scorer

    def look(self) -> bool:
        """Take the model in the folder in use, where it is another one; return whether it was.

        A model that cannot be used, or is half there, changes nothing; the next look tries again.
        """
        with self._lock:
            signature = self._signature()
            if signature is None or signature == self._seen:
                return False
            try:
                found = _loaded(self.folder)
            except (PoboError, OSError) as error:
                log.warning("Den nye modellen kan ikke brukes (%s); den gamle svarer fortsatt.", type(error).__name__)
                for tell in self.on_failure:
                    tell()
                return False
            self._seen = signature
            if found.model_id == self._scorer.model_id:
                return False
            self._scorer = found
            for change in self.on_change:
                change(found)
            log.info("Ny modell i bruk: %s", found.model_id)
            return True

    def _signature(self) -> Signature | None:
        """Return what tells whether the manifest is still the same file; None where there is none now."""
        try:
            found = (self.folder / MANIFEST).stat()
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns, found.st_size


def _loaded(folder: Path) -> Scorer:
    scorer = Scorer.load(folder)
    scorer.suggest(list(_WARM_UP))
    return scorer
