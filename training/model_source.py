"""Where a model that someone names is found: a folder, or a run that was tracked."""

from dataclasses import dataclass
from pathlib import Path

from pobo_nlp.errors import ComparisonError, PredictionsError
from pobo_nlp.model.scorer import Scorer
from training.predictions import AGAIN, Kept, load, predictions_path, refuse_other_model


@dataclass(frozen=True, slots=True)
class ModelSource:
    """A model folder, and the file of what the model said of texts that it had not seen."""

    folder: Path
    predictions: Path

    def open(self) -> tuple[Scorer, Kept]:
        """Return the model and what is kept of its answers.

        Raises
        ------
        ModelError : where the folder holds no sound model.
        PredictionsError : where the answers are missing, damaged or another model's.
        """
        scorer = Scorer.load(self.folder)
        kept = load(self.predictions)
        refuse_other_model(self.predictions, kept, scorer.model_id)
        return scorer, kept


def model_source(name: str, temporary: Path) -> ModelSource:
    """Return where a model is.

    Parameters
    ----------
    name : a model folder, the id of a tracked run, the id of a model (`name@hash8`), or `champion`.
    temporary : folder that a tracked model is fetched into.
    """
    folder = Path(name)
    if folder.exists() or len(folder.parts) > 1:
        return ModelSource(folder, predictions_path(folder))
    return _tracked(name, temporary)


def _tracked(name: str, temporary: Path) -> ModelSource:
    from training.registry import CHAMPION, champion
    from training.tracking import connect

    store = connect()
    if name == CHAMPION:
        in_use = champion(store)
        if in_use is None:
            raise ComparisonError(
                f"Ingen modell er tatt i bruk hos {store.place} ennå. Oppgi en mappe eller en kjøring."
            )
        run = store.get_run(in_use.run_id)
    else:
        run = store.find_run(name) if "@" in name else store.get_run(name)
    folder = store.fetch_model(run, temporary)
    predictions = store.fetch_predictions(run, temporary)
    if predictions is None:
        raise PredictionsError(Path(run.model_id), f"kjøring {run.id} har dem ikke", AGAIN)
    return ModelSource(folder, predictions)
