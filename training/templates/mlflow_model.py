"""The model as MLflow runs it: read from its folder by the product's own code, so that nothing is pickled."""

import pandas as pd
import pyarrow as pa
from mlflow.models import set_model
from mlflow.pyfunc.model import PythonModel, PythonModelContext

from pobo_nlp.batch.job import SuggestJob
from pobo_nlp.model.scorer import Scorer

TEXT = "text"


class PoboModel(PythonModel):
    """A table with a column `text` in, the columns that a batch adds out."""

    def load_context(self, context: PythonModelContext) -> None:
        """Load the model and hold its files against their hashes."""
        self._scorer = Scorer.load(context.artifacts["model"])

    def predict(
        self, context: PythonModelContext, model_input: pd.DataFrame, params: dict[str, object] | None = None
    ) -> pd.DataFrame:
        """Return what a batch adds to each row; a text that cannot be scored has its error code in `review`."""
        texts = [None if pd.isna(text) else str(text) for text in model_input[TEXT]]
        rows = pa.record_batch([pa.array(texts, pa.string())], [TEXT])
        added: pd.DataFrame = SuggestJob(TEXT).columns(self._scorer, rows).to_pandas()
        return added.set_axis(model_input.index)


set_model(PoboModel())
