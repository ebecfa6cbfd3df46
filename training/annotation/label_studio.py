"""A Label Studio project: its labelling interface, and its tasks with what the model suggests.

Format: https://labelstud.io/guide/task_format and https://labelstud.io/tags/choices. In the results stand the ids of
labels (`alias`); people see their names.
"""

from collections.abc import Mapping, Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from pobo_nlp.suggestion import Suggestion
from pobo_nlp.taxonomy import Taxonomy
from training.annotation.queue import Asked

TEXT = "text"
# Keys of the corpus's format that a person fills in beside the labels: id to what it is called and its values.
DESCRIBING: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "malform": ("Målform", {"nb": "bokmål", "nn": "nynorsk"}),
    "register": (
        "Hvordan teksten er skrevet",
        {"skjema": "skjema eller e-post", "telefonnotat": "telefonnotat", "brev": "brev", "kort": "kort"},
    ),
    "pii": ("Opplysninger som peker ut en person", {"nei": "nei", "ja": "ja"}),
}


def label_config(taxonomy: Taxonomy) -> str:
    """Return the labelling interface as XML: one question a predicted dimension, definitions as hints."""
    view = Element("View")
    SubElement(view, "Text", name=TEXT, value="$text")
    for dimension in taxonomy.predicted:
        SubElement(view, "Header", value=dimension.name)
        is_single = dimension.kind == "single"
        choices = SubElement(
            view,
            "Choices",
            name=dimension.id,
            toName=TEXT,
            choice="single" if is_single else "multiple",
            required="true" if is_single else "false",
        )
        for label in dimension.labels:
            hint = " ".join(part for part in (label.definition, label.border) if part)
            SubElement(choices, "Choice", value=label.name, alias=label.id, hint=hint)
    for name, (header, values) in DESCRIBING.items():
        SubElement(view, "Header", value=header)
        choices = SubElement(view, "Choices", name=name, toName=TEXT, choice="single", required="true")
        for value, shown in values.items():
            SubElement(choices, "Choice", value=shown, alias=value)
    indent(view)
    return tostring(view, encoding="unicode") + "\n"


def tasks(asked: Sequence[Asked], suggestions: Sequence[Suggestion], taxonomy: Taxonomy) -> list[dict[str, object]]:
    """Return tasks, with pre-annotations for all but those drawn by chance: they are to be answered without a hint."""
    return [
        {
            "data": {"id": one.id, "text": one.text, "drawn": one.drawn, "reason": one.reason},
            "predictions": [] if one.drawn == "random" else [_prediction(suggestion, taxonomy)],
        }
        for one, suggestion in zip(asked, suggestions, strict=True)
    ]


def _prediction(suggestion: Suggestion, taxonomy: Taxonomy) -> dict[str, object]:
    results = []
    for dimension in taxonomy.predicted:
        listed = suggestion.suggestions[dimension.id]
        labels = (
            [one.label for one in listed[:1]]
            if dimension.kind == "single"
            else [one.label for one in listed if one.accepted]
        )
        if labels:
            results.append(result(dimension.id, labels))
    if suggestion.malform in ("nb", "nn"):
        results.append(result("malform", [suggestion.malform]))
    return {"model_version": suggestion.model, "result": results}


def result(name: str, labels: Sequence[str]) -> dict[str, object]:
    """Return one answer as Label Studio has it."""
    return {"from_name": name, "to_name": TEXT, "type": "choices", "value": {"choices": list(labels)}}
