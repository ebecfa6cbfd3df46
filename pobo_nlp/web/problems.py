"""What is refused, and why: RFC 9457 for programs, a plain page for people."""

import html
import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import Scope

from pobo_nlp.web.languages import BOKMAL, LANGUAGE_COOKIE, LANGUAGES, best_language, marked, translations

MEDIA_TYPE = "application/problem+json"
API_PREFIX = "/v1/"
_PAGE = """<!doctype html>
<html lang="{language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title><link rel="stylesheet" href="/static/style.css"></head>
<body><main><h1>{title}</h1><p>{detail}</p><p><a href="/">{home}</a></p></main></body></html>
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


def refusal(
    scope: Scope,
    status: int,
    detail: str,
    *,
    headers: Mapping[str, str] | None = None,
    values: Mapping[str, object] | None = None,
) -> Response:
    """Return a problem in the form that the client reads: a page for a browser, JSON for all others.

    Parameters
    ----------
    detail : in bokmål; a page is in the language of the person, where the catalogue has the message.
    values : what stands in the places of the detail.
    """
    accepted = [value for name, value in scope["headers"] if name == b"accept"]
    if scope["path"].startswith(API_PREFIX) or not any(b"text/html" in value for value in accepted):
        return problem(status, detail % values if values else detail, headers=headers)
    language = _language_of(Request(scope))
    say = translations(language).gettext
    told = say(detail) % values if values else say(detail)
    title = say(TITLES.get(status, _ANY_TITLE))
    page = _PAGE.format(
        language=language, title=html.escape(title), detail=html.escape(told), home=html.escape(say("Til forsiden"))
    )
    return HTMLResponse(page, status, dict(headers or {}))


def _language_of(request: Request) -> str:
    chosen = request.cookies.get(LANGUAGE_COOKIE, "")
    settings = getattr(request.app.state, "settings", None) if "app" in request.scope else None
    default = settings.language if settings is not None else BOKMAL
    return chosen if chosen in LANGUAGES else best_language(request.headers.get("accept-language", ""), default)


_ANY_TITLE = marked("Noe gikk galt")
TITLES = {
    400: marked("Forespørselen er ikke forstått"),
    401: marked("Du må logge inn"),
    403: marked("Ikke tillatt"),
    404: marked("Siden finnes ikke"),
    408: marked("Det tok for lang tid"),
    413: marked("For mye på en gang"),
    429: marked("For mange forespørsler"),
    503: marked("Prøv igjen om litt"),
}


def where(location: Sequence[int | str]) -> str:
    """Return the place of a fault in a body.

    Examples
    --------
    >>> where(("body", "inquiries", 3, "text"))
    'inquiries.3.text'
    """
    return ".".join(map(str, location[1:])) or str(location[0] if location else "body")
