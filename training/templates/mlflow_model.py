"""The model as MLflow runs it: read from its folder by the product's own code, so that nothing is pickled."""

import pandas as pd
from mlflow.models import set_model
from mlflow.pyfunc.model import PythonModel, PythonModelContext

from pobo_nlp.batch.columns import added_columns, cells
from pobo_nlp.model.scorer import Scorer


class PoboModel(PythonModel):
    """A table with a column `text` in, the columns that a batch adds out."""

    def load_context(self, context: PythonModelContext) -> None:
        """Load the model and hold its files against their hashes."""
        self._scorer = Scorer.load(context.artifacts["model"])

    def predict(
        self, context: PythonModelContext, model_input: pd.DataFrame, params: dict[str, object] | None = None
    ) -> pd.DataFrame:
        """Return a row of suggestions for each text; a missing text counts as empty."""
        taxonomy = self._scorer.taxonomy
        texts = ["" if pd.isna(text) else str(text) for text in model_input["text"]]
        suggestions = self._scorer.suggest(texts, with_evidence=False)
        rows = [cells(suggestion, taxonomy) for suggestion in suggestions]
        return pd.DataFrame(rows, columns=list(added_columns(taxonomy, ())), index=model_input.index)


set_model(PoboModel())
