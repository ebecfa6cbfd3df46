"""Every error that this package raises on purpose.

A message says what is wrong, where, and what to do, in the language of the people who read it (Norwegian bokmål).
It never holds a person's text: a file, a row number and an id are enough to find the place.
"""

import traceback
from collections.abc import Sequence
from pathlib import Path

_MAX_FRAMES = 5


class PoboError(Exception):
    """Base of all errors raised here; the command line shows its message as one line."""


class FaultsError(PoboError, ValueError):
    """A file or folder with one or more faults, reported together.

    Attributes
    ----------
    faults : one sentence per fault, each naming its place.
    """

    def __init__(self, what: str, faults: Sequence[str]) -> None:
        self.faults = tuple(faults)
        count = "1 feil" if len(self.faults) == 1 else f"{len(self.faults)} feil"
        super().__init__(f"{what}: {count}.\n" + "\n".join(f"  {fault}" for fault in self.faults))


class TaxonomyError(FaultsError):
    """A label scheme that cannot be used."""


class AnnotationError(FaultsError):
    """Annotations or phrases that cannot be trained on."""


class ConfigError(FaultsError):
    """Training settings that cannot be used."""


class UnknownLabelError(PoboError, ValueError):
    """A label or dimension that the label scheme does not define."""

    def __init__(self, name: str, *, known: Sequence[str]) -> None:
        self.name, self.known = name, tuple(known)
        super().__init__(f"«{name}» finnes ikke i etikettskjemaet. Kjente: {', '.join(known)}.")


class InputNotFoundError(PoboError, FileNotFoundError):
    """A path that does not exist."""

    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__(f"{path} finnes ikke. Sjekk navn og mappe.")


class NotAFileError(PoboError, IsADirectoryError):
    """A folder where a file is wanted."""

    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__(f"{path} er en mappe. Oppgi en fil.")


class UnreadableFileError(PoboError, OSError):
    """A file or folder that the operating system does not let us read or write."""

    def __init__(self, path: Path, reason: str) -> None:
        self.path = path
        super().__init__(f"{path} kan ikke leses eller skrives ({reason}). Sjekk mappe og rettigheter.")


class MissingProgramError(PoboError):
    """A program of the operating system that is not installed."""

    def __init__(self, program: str, package: str) -> None:
        super().__init__(f"Programmet {program} mangler. Installer Debian-pakken {package}.")


class MissingPipelineError(PoboError, LookupError):
    """A spaCy pipeline that is named in the settings and cannot be used."""

    def __init__(self, source: str, fault: str) -> None:
        super().__init__(
            f"spaCy-modellen «{source}» {fault}. Installer den (python -m spacy download {source}), oppgi mappen den "
            "ligger i, eller velg «simplemma»."
        )


class TableError(PoboError, ValueError):
    """A table that cannot be read.

    Attributes
    ----------
    path : the file, or the name of a database.
    row : line of the file where the row begins, counted from 1; None where the whole file is meant.
    """

    def __init__(self, path: Path | str, problem: str, cure: str, *, row: int | None = None) -> None:
        self.path, self.row = path, row
        place = f"{path}, linje {row}" if row is not None else str(path)
        super().__init__(f"{place}: {problem}. {cure}")


class EmptyTableError(TableError):
    """A file without a single row."""


class BinaryFileError(TableError):
    """A file that is not text."""


class EncodingError(TableError):
    """A file in neither UTF-8 nor Windows-1252."""


class DamagedFileError(TableError):
    """A file whose bytes are not those that were written."""

    def __init__(self, path: Path, problem: str, cure: str = "Hent filen på nytt.") -> None:
        super().__init__(path, problem, cure)


class ColumnError(TableError):
    """A table without a column that is needed."""


class SheetError(TableError):
    """A workbook without the sheet that is meant."""


class RowError(TableError):
    """A row that does not fit the table."""


class UnknownFormatError(TableError):
    """A file name whose ending names no format that is read or written here."""


class DatabaseError(TableError):
    """A table of a database that cannot be read or written.

    Attributes
    ----------
    place : address without user and password, and the table.
    row : number of the row in the order of the key, counted from 1; None where the whole table is meant.
    """

    def __init__(self, place: str, problem: str, cure: str, *, row: int | None = None) -> None:
        self.path, self.place, self.row = place, place, row
        at = f"{place}, rad {row}" if row is not None else place
        Exception.__init__(self, f"{at}: {problem}. {cure}")


class ModelError(PoboError, ValueError):
    """A model folder that cannot be used."""

    def __init__(self, path: Path, problem: str, cure: str) -> None:
        self.path = path
        super().__init__(f"Modellen i {path} kan ikke brukes: {problem}. {cure}")


class ModelNotFoundError(ModelError):
    """A folder that holds no model."""


class ModelFormatError(ModelError):
    """A model written in a format that this version does not read."""


class ModelDamagedError(ModelError):
    """A model whose files are not those that were released."""


class ModelSignatureError(ModelError):
    """A model that was not signed by the one whose key is trusted."""


class KeyFileError(PoboError, ValueError):
    """A file that should hold a key of a signature."""

    def __init__(self, path: Path, problem: str) -> None:
        self.path = path
        cure = "Lag et nøkkelpar med «python -m training keygen», eller oppgi den andre filen."
        super().__init__(f"{path} {problem}. {cure}")


class SbomError(PoboError, ValueError):
    """A lock file that no bill of materials can be made of."""

    def __init__(self, path: Path, problem: str) -> None:
        self.path = path
        super().__init__(f"Av {path} kan det ikke lages noen stykkliste: {problem}. Lag fila på nytt med «make lock».")


class PredictionsError(PoboError, ValueError):
    """A file of what a model said of texts, which cannot be used."""

    def __init__(self, path: Path, problem: str, cure: str) -> None:
        self.path = path
        super().__init__(f"Forutsigelsene i {path} kan ikke brukes: {problem}. {cure}")


class ReportError(PoboError, ValueError):
    """A model that cannot be reported on with the data at hand."""

    def __init__(self, model: str, problem: str, cure: str) -> None:
        self.model = model
        super().__init__(f"Rapporten om {model} kan ikke lages: {problem}. {cure}")


class ComparisonError(PoboError, ValueError):
    """Two models that cannot be held against each other."""


class TrackingError(PoboError, ConnectionError):
    """A tracking store that does not answer, or did not do what it was asked.

    Attributes
    ----------
    place : its address, without user name and password.
    problem, cure : what went wrong there, and what to do about it.
    """

    def __init__(self, place: str, problem: str, cure: str) -> None:
        self.place, self.problem, self.cure = place, problem, cure
        super().__init__(f"MLflow, {place}: {problem}. {cure}")


class RunNotFoundError(PoboError, LookupError):
    """A run that the tracking store does not hold whole."""

    def __init__(self, run: str, place: str) -> None:
        self.run = run
        super().__init__(
            f"Ingen fullført kjøring «{run}» hos {place}. Oppgi id-en til en kjøring eller modell som "
            "«python -m training run» har skrevet ut, eller mappen til en slik modell."
        )


class ReleaseRefusedError(PoboError, ValueError):
    """A model that does not become the one in use.

    Attributes
    ----------
    reasons : one sentence each.
    """

    def __init__(self, what: str, reasons: Sequence[str], cure: str) -> None:
        self.reasons = tuple(reasons)
        super().__init__(f"{what}:\n" + "".join(f"  {reason}\n" for reason in self.reasons) + cure)


class NoEarlierReleaseError(PoboError, LookupError):
    """There is no model to go back to."""

    def __init__(self, problem: str, cure: str) -> None:
        super().__init__(f"Det er ingen modell å gå tilbake til: {problem}. {cure}")


class ReviewListError(FaultsError):
    """A list of decisions that cannot be read."""

    def __init__(self, path: Path, faults: Sequence[str]) -> None:
        self.path = path
        super().__init__(f"Listen {path} kan ikke brukes", faults)


class LabelMapError(FaultsError):
    """A map from old codes to the label scheme that cannot be used."""


class UnmappedCodesError(FaultsError):
    """Codes in a table that neither the map nor the label scheme knows."""


class TakeoverError(FaultsError):
    """Decisions that cannot be taken over into a table, or back."""


class OutputExistsError(PoboError, FileExistsError):
    """An output that is there already, and would be lost."""

    def __init__(self, name: str | Path, cure: str, *, problem: str = "finnes allerede") -> None:
        self.name = str(name)
        super().__init__(f"{name} {problem}. {cure}")


class ChangedRunError(PoboError, ValueError):
    """A run that was stopped, and cannot be gone on with because something else is asked for now.

    Attributes
    ----------
    reasons : what has changed.
    """

    def __init__(self, journal: Path, reasons: Sequence[str]) -> None:
        self.journal, self.reasons = journal, tuple(reasons)
        super().__init__(
            f"Kjøringen i {journal} ble stanset og kan ikke fortsette: {'; '.join(reasons)}. "
            "Bruk --restart for å begynne på nytt, eller gjør endringen om."
        )


class RunningError(PoboError, RuntimeError):
    """A run that another process is busy with."""

    def __init__(self, journal: Path) -> None:
        self.journal = journal
        super().__init__(f"En annen kjøring holder på med {journal}. Vent til den er ferdig, eller stans den.")


class StoppedRunError(PoboError, OSError):
    """A run that an error stopped, and that can be gone on with.

    Attributes
    ----------
    rows : how many rows are done.
    """

    def __init__(self, rows: int, reason: str) -> None:
        self.rows = rows
        super().__init__(
            f"Kjøringen stanset, {rows} rader er gjort og tatt vare på: {reason.rstrip('.')}. "
            "Rett feilen og kjør samme kommando igjen, så fortsetter den der den slapp."
        )


class WorkerError(PoboError, RuntimeError):
    """A process that scores rows and has ended before its time, or failed."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"En prosess som leser tekster, {reason}. Kjør samme kommando igjen, gjerne med lavere --workers."
        )


class LabelsError(FaultsError):
    """Columns of old labels that cannot be held against the label scheme."""


class DifferenceError(PoboError, ValueError):
    """Two tables that cannot be held against each other."""

    def __init__(self, place: str, problem: str, cure: str) -> None:
        self.place = place
        super().__init__(f"{place}: {problem}. {cure}")


class MissingExtraError(PoboError, ImportError):
    """Packages that are not installed with the rest."""

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(f"{what} er ikke installert. Installer med: pip install 'pobo-nlp[{extra}]'")


class MissingJavaError(PoboError, OSError):
    """Java, which Spark runs on, is not there or too old."""

    def __init__(self, problem: str, package: str) -> None:
        super().__init__(f"{problem}, og Spark trenger det. Installer Debian-pakken {package}, eller sett JAVA_HOME.")


class SparkError(PoboError, RuntimeError):
    """Spark does not answer, or did not do what it was asked.

    Attributes
    ----------
    place : the cluster, or the table that was read or written.
    """

    def __init__(self, place: str, problem: str, cure: str) -> None:
        self.place = place
        super().__init__(f"{place}: {problem}. {cure}")


class ErrorRatesError(PoboError, ValueError):
    """A file of a model's error rates that cannot be used."""

    def __init__(self, path: Path, problem: str) -> None:
        self.path = path
        cure = "Lag fila på nytt med «python -m training error-rates», eller hent modellen på nytt."
        super().__init__(f"Feilratene i {path} kan ikke brukes: {problem}. {cure}")


class PatternsError(PoboError, ValueError):
    """Something that the quality report cannot do as asked."""

    def __init__(self, problem: str, cure: str) -> None:
        self.problem = problem
        super().__init__(f"{problem[:1].upper()}{problem[1:]}. {cure}")


class SiteAliasError(FaultsError):
    """A file of own names of sites that cannot be used.

    Attributes
    ----------
    path : the file.
    """

    def __init__(self, path: Path, faults: Sequence[str]) -> None:
        self.path = path
        super().__init__(f"Stedsnavnene i {path} kan ikke brukes", faults)


class StoreError(PoboError, ValueError):
    """A store of decisions that cannot be used, or cannot do what it is asked.

    Attributes
    ----------
    place : the store, an address without user and password, or what of it is meant.
    """

    def __init__(self, place: str, problem: str, cure: str) -> None:
        self.place = place
        super().__init__(f"{place}: {problem}. {cure}")


class DecisionError(FaultsError):
    """A decision that does not fit the label scheme, or lacks what it must have."""


class SaveKeyError(StoreError):
    """The key of an earlier save, used for something else."""

    def __init__(self, place: str) -> None:
        super().__init__(
            place, "samme lagringsnøkkel er brukt for noe annet", "Last siden på nytt, og lagre med en ny nøkkel."
        )


class ConflictError(StoreError):
    """A save that saw an older version than the newest.

    Attributes
    ----------
    inquiry_id : of the inquiry.
    seen, current : number of the version that was seen, and of the newest; 0 for none.
    """

    def __init__(self, inquiry_id: str, *, seen: int, current: int) -> None:
        self.inquiry_id, self.seen, self.current = inquiry_id, seen, current
        opened = f"du så versjon {seen}" if seen else "du så den uten avgjørelse"
        newest = f"versjon {current} er lagret" if current else "den har ingen avgjørelse"
        super().__init__(
            f"Henvendelse «{inquiry_id}»", f"{opened}, men {newest}", "Se på begge, velg, og lagre på nytt."
        )


class ServeError(PoboError, ValueError):
    """A server that cannot be started as asked."""

    def __init__(self, problem: str, cure: str) -> None:
        self.problem = problem
        super().__init__(f"{problem[:1].upper()}{problem[1:]}. {cure}")


def where_from(error: BaseException) -> str:
    """Return what kind of error it is and where it comes from; its message may hold a text."""
    frames = traceback.extract_tb(error.__traceback__)[-_MAX_FRAMES:]
    places = " < ".join(f"{Path(frame.filename).stem}.{frame.name}:{frame.lineno}" for frame in reversed(frames))
    return f"{type(error).__name__} ({places})"


class PersonFinderError(PoboError, LookupError):
    """A spaCy pipeline that is to find names, and cannot."""

    def __init__(self, name: str, fault: str) -> None:
        self.name = name
        super().__init__(
            f"Navn kan ikke finnes med spaCy-modellen «{name}»: {fault}. Installer den, oppgi mappen den ligger i, "
            "eller kjør uten den: reglene finner navn også."
        )
