"""Errors as answers: which status, and what the client is told. Never what it sent."""

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from pobo_nlp.errors import ConflictError, DatabaseError, DecisionError, SaveKeyError, StoreError, where_from
from pobo_nlp.store import DecisionConflictError
from pobo_nlp.web.languages import marked
from pobo_nlp.web.problems import problem, refusal, where
from pobo_nlp.web.schemas import VersionAnswer
from pobo_nlp.web.watching import log

MAX_FAULTS = 50
_SECONDS_UNTIL_RETRY = 2
# The address of the store is no matter of the client's.
_UNAVAILABLE = marked(
    "Lageret svarer ikke, og det er ikke sikkert at noe er lagret. "
    "Prøv igjen med samme save_key; da lagres det én gang."
)
_NOT_DONE = marked("Forespørselen er ikke utført.")
_DETAILS = {
    400: marked("Forespørselen kan ikke leses. Se etter at innholdet er gyldig JSON i UTF-8."),
    404: marked("Det er ingenting på denne adressen."),
    405: marked("Adressen tar ikke imot denne metoden."),
}


async def on_error(request: Request, error: Exception) -> Response:
    """Answer to an error that we know."""
    status = status_of(error)
    if status >= 500:
        log.error("Kan ikke utføres: %s", where_from(error))
    if isinstance(error, DecisionConflictError):
        theirs = VersionAnswer.of(error.theirs).model_dump(mode="json") if error.theirs is not None else None
        return problem(status, str(error), seen=error.seen, current=error.current, theirs=theirs)
    if isinstance(error, DecisionError):
        return problem(status, str(error).partition("\n")[0], errors=[{"detail": fault} for fault in error.faults])
    if status == 503:
        return refusal(request.scope, status, _UNAVAILABLE, headers={"Retry-After": str(_SECONDS_UNTIL_RETRY)})
    return refusal(request.scope, status, str(error))


def status_of(error: Exception) -> int:
    """Return the status of an error that we know."""
    if isinstance(error, ConflictError | SaveKeyError):
        return 409
    if isinstance(error, DecisionError):
        return 422
    return 503 if isinstance(error, DatabaseError | StoreError) else 500


async def on_http_error(request: Request, error: Exception) -> Response:
    """Answer to what the framework refuses."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    headers = error.headers if isinstance(error, HTTPException) else None
    return refusal(request.scope, status, _DETAILS.get(status, _NOT_DONE), headers=headers)


async def on_invalid_request(request: Request, error: Exception) -> Response:
    """Answer to a body of another form than is documented, with all faults and nothing of what was sent."""
    found = error.errors() if isinstance(error, RequestValidationError) else ()
    if any(one["type"] in ("json_invalid", "json_type") for one in found):
        return refusal(request.scope, 400, _DETAILS[400])
    faults = [{"place": where(one["loc"]), "detail": str(one["msg"])} for one in found[:MAX_FAULTS]]
    return problem(422, "Innholdet har ikke den formen som /v1/openapi.json beskriver.", errors=faults)
