"""What is refused, and why: RFC 9457 for programs, a plain page for people."""

import html
import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus

from starlette.responses import HTMLResponse, Response
from starlette.types import Scope

MEDIA_TYPE = "application/problem+json"
API_PREFIX = "/v1/"
_PAGE = """<!doctype html>
<html lang="nb"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title><link rel="stylesheet" href="/static/style.css"></head>
<body><main><h1>{title}</h1><p>{detail}</p><p><a href="/">Til forsiden</a></p></main></body></html>
"""


class ProblemResponse(Response):
    """A problem, as programs read it."""

    media_type = MEDIA_TYPE


def problem(
    status: int,
    detail: str,
    *,
    title: str | None = None,
    headers: Mapping[str, str] | None = None,
    **more: object,
) -> Response:
    """Return a problem for a program.

    Parameters
    ----------
    detail : what is wrong and what to do; no text of a person.
    more : members beside those of the standard.
    """
    content = {
        "type": "about:blank",
        "title": title or HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        **more,
    }
    return ProblemResponse(json.dumps(content, ensure_ascii=False), status, dict(headers or {}))


def refusal(scope: Scope, status: int, detail: str, *, headers: Mapping[str, str] | None = None) -> Response:
    """Return a problem in the form that the client reads: a page for a browser, JSON for all others."""
    accepted = [value for name, value in scope["headers"] if name == b"accept"]
    if scope["path"].startswith(API_PREFIX) or not any(b"text/html" in value for value in accepted):
        return problem(status, detail, headers=headers)
    page = _PAGE.format(title=html.escape(TITLES.get(status, "Noe gikk galt")), detail=html.escape(detail))
    return HTMLResponse(page, status, dict(headers or {}))


TITLES = {
    400: "Forespørselen er ikke forstått",
    401: "Du må logge inn",
    403: "Ikke tillatt",
    404: "Siden finnes ikke",
    408: "Det tok for lang tid",
    413: "For mye på en gang",
    429: "For mange forespørsler",
    503: "Prøv igjen om litt",
}


def where(location: Sequence[int | str]) -> str:
    """Return the place of a fault in a body.

    Examples
    --------
    >>> where(("body", "inquiries", 3, "text"))
    'inquiries.3.text'
    """
    return ".".join(map(str, location[1:])) or str(location[0] if location else "body")
