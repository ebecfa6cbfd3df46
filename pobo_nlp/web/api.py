"""The interface for other systems, version 1."""

import json
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from pobo_nlp.errors import PoboError
from pobo_nlp.web.problems import MEDIA_TYPE
from pobo_nlp.web.schemas import (
    DecisionAnswer,
    DecisionContent,
    HealthAnswer,
    LabelsAnswer,
    ModelAnswer,
    ProblemAnswer,
    SuggestAnswer,
    SuggestContent,
    VersionAnswer,
)

_WHY = {
    400: "Not readable, or sent to a name that is not the server's",
    401: "Without the server's token",
    403: "From a browser on another site",
    408: "Sent too slowly",
    409: "Another has decided meanwhile, or the key was used for something else",
    413: "Too large",
    415: "Not JSON",
    422: "Of another form than is described here",
    429: "Too often",
    503: "The store does not answer; try again",
}
_READ, _SENT = (400, 401, 429), (400, 401, 403, 408, 413, 415, 422, 429)


def _problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    schema = {"$ref": "#/components/schemas/ProblemAnswer"}
    return {one: {"description": _WHY[one], "content": {MEDIA_TYPE: {"schema": schema}}} for one in statuses}


# FastAPI describes what is named here once, so that the problems may refer to it.
_PROBLEM: Mapping[int | str, dict[str, Any]] = {"default": {"model": ProblemAnswer, "description": "A problem"}}
router = APIRouter(prefix="/v1", tags=["v1"], responses=dict(_PROBLEM))


@router.post("/suggest", response_model=SuggestAnswer, responses=_problems(*_SENT))
def suggest(request: Request, content: SuggestContent) -> Response:
    """Suggest labels for one text, or for up to 1 000."""
    state = request.app.state
    found = state.scoring.suggest(content.inquiries, with_evidence=content.with_evidence)
    state.metrics.suggested(found)
    answer = {"model": found[0].model, "suggestions": [suggestion.to_dict() for suggestion in found]}
    # Written here, in the thread of this request: what we made ourselves needs no check of its form.
    return Response(json.dumps(answer, ensure_ascii=False), media_type="application/json")


@router.get("/labels", response_model=LabelsAnswer, responses=_problems(*_READ))
def labels(request: Request) -> LabelsAnswer:
    """Return the label scheme of the model in use."""
    scorer = request.app.state.scoring.scorer
    return LabelsAnswer.of(scorer.model_id, scorer.taxonomy)


@router.get("/model", response_model=ModelAnswer, responses=_problems(*_READ))
def model(request: Request) -> ModelAnswer:
    """Return what the model in use is."""
    scorer = request.app.state.scoring.scorer
    artefact = scorer.artefact
    return ModelAnswer(
        model=scorer.model_id,
        taxonomy_version=scorer.taxonomy.version,
        min_words=artefact.limits.min_words,
        max_chars=artefact.limits.max_chars,
        labels={dimension.id: len(dimension.labels) for dimension in scorer.taxonomy.dimensions},
        provenance=dict(artefact.provenance),
    )


@router.post("/decisions", status_code=201, response_model=DecisionAnswer, responses=_problems(*_SENT, 409, 503))
def decide(request: Request, content: DecisionContent) -> DecisionAnswer:
    """Keep what an adviser decided, as a new version."""
    state = request.app.state
    kept = state.store.save(content.decision(), seen=content.seen, save_key=content.save_key)
    return DecisionAnswer(model=state.scoring.scorer.model_id, decision=VersionAnswer.of(kept))


@router.get("/health", response_model=HealthAnswer, responses={503: {"model": HealthAnswer}})
def health(request: Request, response: Response) -> HealthAnswer:
    """Tell whether model and store answer; needs no token."""
    state = request.app.state
    is_up = _answers(state.store)
    response.status_code = 200 if is_up else 503
    return HealthAnswer(
        status="ok" if is_up else "degraded",
        model=state.scoring.scorer.model_id,
        store="ok" if is_up else "unavailable",
        version=version("pobo-nlp"),
    )


def _answers(store: Any) -> bool:
    try:
        store.decided_by("-", limit=1)
    except PoboError:
        return False
    return True


metrics_router = APIRouter(include_in_schema=False)


@metrics_router.get("/metrics")
def metrics(request: Request) -> Response:
    """Return counts and times for Prometheus."""
    return Response(request.app.state.metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")
