"""What the masking finds, and whether suggestions depend on who a text is about."""

from collections.abc import Mapping
from typing import Any

from training.page.material import Material, shared_dimensions
from training.page.words import INVARIANCE


def masking(material: Material) -> Mapping[str, Any] | None:
    """Return the figures of the masking, those of the pipeline beside them where there are any."""
    found = material.docs.masking
    if not found:
        return None
    files = found["invariance"]["files"]
    measured = next(iter(files.values()))["dimensions"] if files else {}
    # What is measured on another model says nothing of this one.
    shown = shared_dimensions(material.taxonomy, measured) if found["model"] == material.model_id else []
    return {
        "rules": found["rules"],
        "pipeline": found.get("with_pipeline"),
        "unmet": [one for one in found["rules"]["requirements"] if not one["met"]],
        "dimensions": shown,
        "faulty": {name: row for name, row in found["rules"]["hard"].items() if row["missed"] or row["wrong"]},
        "files": files,
        "variants": INVARIANCE,
        "most": 100 * found["invariance"]["at_most"],
    }
