"""What people answered in Label Studio becomes annotations of the corpus's format."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pobo_nlp.errors import AnnotationError, InputNotFoundError
from pobo_nlp.taxonomy import Dimension, Taxonomy
from training.annotation.label_studio import DESCRIBING

CURE = "Velg «Export» og «JSON» (ikke JSON-MIN) i Label Studio."


def read_answers(path: Path, taxonomy: Taxonomy, *, source: str) -> tuple[list[dict[str, object]], int]:
    """Return annotations, and how many tasks nobody has answered.

    Parameters
    ----------
    source : what stands as `source`; a new value is explained in DATASHEET.md.

    Raises
    ------
    AnnotationError : with every fault of the file: place, what is wrong, and what to do.
    """
    found: list[dict[str, object]] = []
    faults: list[str] = []
    unanswered = 0
    seen: dict[str, str] = {}
    for number, task in enumerate(_tasks(path), start=1):
        place = f"{path.name}: oppgave {number}"
        answers = _answers(task)
        if isinstance(answers, str):
            faults.append(f"{place}: {answers}")
            continue
        if not answers:
            unanswered += 1
            continue
        row = _row(task["data"], answers[-1], taxonomy, source)
        of_task = list(_faults(row, answers, taxonomy))
        if str(row["id"]) in seen:
            of_task.append(f"id står også i {seen[str(row['id'])]}: ta ut den ene")
        seen.setdefault(str(row["id"]), place)
        faults += [f"{place} (id {row['id'] or 'mangler'}): {fault}" for fault in of_task]
        found.append(row)
    if faults:
        raise AnnotationError(str(path), faults)
    return found, unanswered


def _tasks(path: Path) -> list[Any]:
    if not path.is_file():
        raise InputNotFoundError(path)
    try:
        content = json.loads(path.read_bytes().decode("utf-8"))
    except UnicodeDecodeError:
        raise AnnotationError(str(path), [f"{path.name}: ikke UTF-8. {CURE}"]) from None
    except json.JSONDecodeError as error:
        fault = f"{path.name}:{error.lineno}: ikke gyldig JSON. {CURE}"
        raise AnnotationError(str(path), [fault]) from None
    except RecursionError:
        raise AnnotationError(str(path), [f"{path.name}: for mange nivåer. {CURE}"]) from None
    if not isinstance(content, list):
        raise AnnotationError(str(path), [f"{path.name}: ikke en liste av oppgaver. {CURE}"])
    return content


def _answers(task: object) -> list[dict[str, Any]] | str:
    """Return a task's answers that were not cancelled, or what is wrong with the task."""
    if not isinstance(task, dict) or not isinstance(task.get("data"), dict):
        return f"mangler «data». {CURE}"
    answers = task.get("annotations")
    if not isinstance(answers, list) or not all(isinstance(one, dict) for one in answers):
        return f"mangler «annotations». {CURE}"
    found = [one for one in answers if not one.get("was_cancelled")]
    return found if all(_is_sound(one.get("result")) for one in found) else f"et svar har en annen form. {CURE}"


def _is_sound(results: object) -> bool:
    return isinstance(results, list) and all(
        isinstance(one, dict)
        and isinstance(one.get("from_name"), str)
        and isinstance(one.get("value"), dict)
        and isinstance(one["value"].get("choices"), list)
        and all(isinstance(choice, str) for choice in one["value"]["choices"])
        for one in results
    )


def _row(data: Mapping[str, Any], answer: Mapping[str, Any], taxonomy: Taxonomy, source: str) -> dict[str, object]:
    given = {one["from_name"]: list(one["value"]["choices"]) for one in answer["result"]}
    labels: dict[str, object] = {}
    for dimension in taxonomy.predicted:
        of_dimension = given.get(dimension.id, [])
        labels[dimension.id] = of_dimension if dimension.kind == "multi" else "|".join(of_dimension)
    described = {name: "|".join(given.get(name, [])) for name in DESCRIBING}
    who = answer.get("completed_by")
    # Only the number: an address would be a name.
    number = who.get("id") if isinstance(who, dict) else who
    return {
        "id": str(data.get("id") or ""),
        "text": data.get("text"),
        **labels,
        **described,
        "group": str(data.get("id") or ""),
        "annotator": f"ls-{number}" if isinstance(number, int) else "ls-0",
        "source": source,
        "pii": described["pii"] == "ja",
        "hard": False,
        "near_miss": [],
        "drawn": str(data.get("drawn") or "queue"),
    }


def _faults(row: Mapping[str, object], answers: list[dict[str, Any]], taxonomy: Taxonomy) -> Iterator[str]:
    if len(answers) > 1:
        yield f"{len(answers)} svar: behold ett i Label Studio; andres svar hører til i second/"
    if not row["id"]:
        yield "«id» mangler i «data»: lag oppgavene med «label-studio export»"
    if not isinstance(row["text"], str) or not row["text"].strip():
        yield "«text» mangler i «data»: lag oppgavene med «label-studio export»"
    for dimension in taxonomy.predicted:
        yield from _label_faults(row[dimension.id], dimension)
    for name, (_, values) in DESCRIBING.items():
        if name != "pii" and row[name] not in values:
            yield f"«{name}» skal være en av {', '.join(values)}: svar på det i Label Studio"


def _label_faults(given: object, dimension: Dimension) -> Iterator[str]:
    labels = given if isinstance(given, list) else [given] if given else []
    if dimension.kind == "single" and not labels:
        yield f"«{dimension.id}» er ikke besvart: svar på det i Label Studio"
    for label in labels:
        if label not in dimension.label_ids:
            yield (
                f"ukjent etikett i «{dimension.id}»: prosjektet er laget for et annet etikettskjema; "
                "lag det på nytt med «label-studio export»"
            )
    if len(set(labels)) < len(labels):
        yield f"en etikett står to ganger i «{dimension.id}»: svar på nytt i Label Studio"
