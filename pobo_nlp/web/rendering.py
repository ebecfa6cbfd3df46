"""Templates become pages, in the language and the colours that a person has chosen."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from urllib.parse import quote, unquote

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from pobo_nlp.taxonomy import Taxonomy
from pobo_nlp.web import words
from pobo_nlp.web.languages import LANGUAGE_COOKIE, LANGUAGES, best_language, translations
from pobo_nlp.web.security import SESSION_COOKIE, csrf_token

THEMES = ("system", "light", "dark")
THEME_COOKIE, NAME_COOKIE = "pobo_theme", "pobo_name"
QUEUE_COOKIE, SAVED_COOKIE = "pobo_queue", "pobo_saved"
# Pages that answer to a form stand where the form stood.
_SHOWN_AT = {"/suggest": "/", "/save": "/", "/undo": "/history", "/change": "/history", "/login": "/"}
_YEAR_S = 365 * 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class Message:
    """What the page tells a person: `kind` is `error`, `warning` or `success`."""

    kind: str
    text: str
    details: tuple[str, ...] = ()


class Page:
    """A page that is made for a request: its language, its colours and what its templates share.

    Parameters
    ----------
    has_session : whether the person has logged in, and so can log out; None for what the request says.
    """

    def __init__(self, request: Request, *, has_session: bool | None = None) -> None:
        self.request = request
        self._has_session = SESSION_COOKIE in request.cookies if has_session is None else has_session
        asked = request.query_params
        default = best_language(request.headers.get("accept-language", ""), request.app.state.settings.language)
        self.language = _one_of(asked.get("language"), cookie(request, LANGUAGE_COOKIE), LANGUAGES, default)
        self.theme = _one_of(asked.get("theme"), cookie(request, THEME_COOKIE), THEMES, THEMES[0])
        self.gettext = translations(self.language).gettext
        self._new = {
            name: value
            for name, value, known in (
                (LANGUAGE_COOKIE, asked.get("language"), LANGUAGES),
                (THEME_COOKIE, asked.get("theme"), THEMES),
            )
            if value is not None and value in known
        }

    @property
    def adviser(self) -> str:
        """The name or initials that were used last."""
        return cookie(self.request, NAME_COOKIE) or self.request.app.state.settings.adviser or ""

    def render(self, template: str, status: int = 200, **context: object) -> HTMLResponse:
        """Return a page."""
        shared = {
            "language": self.language,
            "languages": LANGUAGES,
            "theme": self.theme,
            "themes": THEMES,
            "csrf": csrf_token(self.request),
            "adviser": self.adviser,
            "words": words,
            "can_log_out": self._has_session and self.request.app.state.door.token is not None,
            "here": _SHOWN_AT.get(self.request.url.path, self.request.url.path),
            "name_of": partial(_name_of, self.request.app.state.taxonomy, self.gettext),
        }
        content = environment(self.language).get_template(template).render(shared | context)
        response = HTMLResponse(content, status, {"Cache-Control": "no-store"})
        self.keep_settings(response)
        return response

    def keep_settings(self, response: Response) -> None:
        """Keep the language and the colours that were asked for."""
        self.set_cookies(response, self._new)

    def set_cookies(self, response: Response, cookies: Mapping[str, str], *, max_age: int = _YEAR_S) -> None:
        """Keep some values in the browser; no script reads them, and no other site makes it send them."""
        for name, value in cookies.items():
            response.set_cookie(
                name,
                quote(value),
                max_age=max_age,
                httponly=True,
                samesite="strict",
                secure=self.request.url.scheme == "https",
            )


def cookie(request: Request, name: str) -> str:
    """Return a value that the browser keeps; empty where it keeps none."""
    return unquote(request.cookies.get(name, ""))


@cache
def environment(language: str) -> Environment:
    """Return the templates in a language. What they show is escaped, always."""
    found = Environment(
        loader=PackageLoader("pobo_nlp.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    found.install_gettext_translations(translations(language), newstyle=True)  # type: ignore[attr-defined]
    found.filters["moment"] = _moment
    return found


def _name_of(taxonomy: Taxonomy, gettext: Callable[[str], str], dimension_id: str, label_id: str) -> str:
    """Return what a label is called; its id where an earlier label scheme had it."""
    for dimension in taxonomy.dimensions:
        if dimension.id == dimension_id and label_id in dimension.label_ids:
            return gettext(dimension.label(label_id).name)
    return label_id


def _moment(at: datetime) -> str:
    """Return a moment as Norwegians write it, in the time of the server's place."""
    return f"{at.astimezone():%d.%m.%Y kl. %H.%M}"


def _one_of(asked: str | None, kept: str, known: Mapping[str, str] | tuple[str, ...], default: str) -> str:
    return next((one for one in (asked, kept) if one is not None and one in known), default)
