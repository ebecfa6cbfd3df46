"""What keeps other sites and other names away from the page: host names, headers, and tokens of forms."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request, cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pobo_nlp.web.languages import marked
from pobo_nlp.web.problems import API_PREFIX, refusal

CSRF_FIELD, CSRF_HEADER, CSRF_COOKIE = "csrf_token", "X-CSRF-Token", "pobo_csrf"
BEARER = "bearer"
SESSION_COOKIE = "pobo_session"
_COOKIE = re.compile(r"[0-9a-f]{64}")
_SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
_FORM = "application/x-www-form-urlencoded"
_JSON = "application/json"
MAX_FORM_FIELDS = 1_000
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    # A stricter policy would make browsers hide the origin of our own forms.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def csrf_token(request: Request) -> str:
    """Return what a form of the page has to send along: in the field `csrf_token`, or the header `X-CSRF-Token`.

    Forms are sent as `application/x-www-form-urlencoded`; a script may send anything if it sets the header.
    """
    return str(request.state.csrf_token)


def signed(secret: bytes, purpose: str, value: str) -> str:
    """Return what only the holder of the secret can make of a value."""
    return hmac.new(secret, f"{purpose}\0{value}".encode(), hashlib.sha256).hexdigest()


def cookie_header(scope: Scope, name: str, value: str, *, max_age_s: int | None = None) -> str:
    """Return the header of a cookie that no script gets to see, and that comes with no form of another site.

    It does come with a link from there (`Lax`): else who follows one to the page would seem to be a stranger, and a new
    token would take the place of the one that a page open beside it holds.
    """
    age = f"; Max-Age={max_age_s}" if max_age_s is not None else ""
    secure = "; Secure" if scope.get("scheme") == "https" else ""
    return f"{name}={value}; Path=/; HttpOnly; SameSite=Lax{age}{secure}"


def cookies_of(scope: Scope) -> dict[str, str]:
    """Return the cookies of a request."""
    return {name: value for header in Headers(scope=scope).getlist("cookie") for name, value in _parsed(header)}


def _parsed(header: str) -> list[tuple[str, str]]:
    return list(cookie_parser(header).items())


class SecurityHeaders:
    """Says with every answer what a browser may do with it; nothing of it is kept, but for static files."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass it on, and add headers to the answer."""

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("Cache-Control", "no-cache" if scope["path"].startswith("/static/") else "no-store")
            await send(message)

        await self.app(scope, receive, sent)


class KnownHosts:
    """Answers only to names that are the server's: another site may have a name that leads here (DNS rebinding)."""

    def __init__(self, app: ASGIApp, hosts: frozenset[str]) -> None:
        self.app, self.hosts = app, hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what may come in, or answer why it may not."""
        if scope["type"] == "http":
            given = Headers(scope=scope).getlist("host")
            if len(given) != 1 or _without_port(given[0]) not in self.hosts:
                detail = marked("Tjeneren kjenner ikke dette navnet på seg selv. Start den med --allowed-host.")
                return await refusal(scope, 400, detail)(scope, receive, send)
        return await self.app(scope, receive, send)


def _without_port(host: str) -> str:
    return re.sub(r":\d+\Z", "", host).lower()


class SameSite:
    """Refuses what another site lets a browser send; needs the body (`BodyLimit`), and who asks (`Authentication`).

    A page's form carries a token that another site cannot know. The interface takes JSON alone, and from a browser the
    same token in a header; a program that shows the server's token in a header, or is no browser, needs none.

    Parameters
    ----------
    secret : that tokens are made with; the same after a restart, so that an open page can still save.
    """

    def __init__(self, app: ASGIApp, secret: bytes) -> None:
        self.app, self.secret = app, secret

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what may come in, or answer why it may not."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        cookie = cookies_of(scope).get(CSRF_COOKIE, "")
        is_known = _COOKIE.fullmatch(cookie) is not None
        token = signed(self.secret, "csrf", cookie) if is_known else None
        if scope["method"] not in _SAFE_METHODS and (fault := _fault(scope, token)):
            status, detail = fault
            return await refusal(scope, status, detail)(scope, receive, send)
        if not is_known:
            cookie = secrets.token_hex(32)
            token = signed(self.secret, "csrf", cookie)
        scope.setdefault("state", {})["csrf_token"] = token
        is_page = not scope["path"].startswith((API_PREFIX, "/static/", "/metrics"))
        return await self.app(scope, receive, send if is_known or not is_page else _with_cookie(scope, cookie, send))


def _fault(scope: Scope, token: str | None) -> tuple[int, str] | None:
    """Return why a request that changes something is refused."""
    headers, is_api = Headers(scope=scope), scope["path"].startswith(API_PREFIX)
    content_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    if is_api and scope["method"] == "POST" and content_type != _JSON:
        return 415, "Send innholdet som JSON: Content-Type: application/json."
    if scope.get("state", {}).get("client") == BEARER:
        return None
    if _is_from_other_site(headers):
        return 403, marked("Forespørselen kommer fra et annet nettsted, og er ikke utført.")
    if is_api and not _is_from_browser(headers, cookies_of(scope)):
        return None
    given = headers.get(CSRF_HEADER) or (_form_token(scope) if content_type == _FORM else "")
    if token is None or not hmac.compare_digest(given.encode(), token.encode()):
        return 403, marked(
            "Siden er for gammel, eller er ikke vår. Ingenting er utført. Gå tilbake, ta vare på det du har skrevet, "
            "last siden på nytt, og prøv igjen."
        )
    return None


def _is_from_other_site(headers: Headers) -> bool:
    if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return True
    origin = headers.get("origin")
    return origin is not None and _netloc(origin) != _usual(headers.get("host", ""))


def _netloc(origin: str) -> str | None:
    try:
        return _usual(urlsplit(origin).netloc)
    except ValueError:
        return None


def _usual(netloc: str) -> str:
    """Return a name without the port that is meant where none is said: a proxy may say it, a browser does not."""
    return re.sub(r":(80|443)\Z", "", netloc.lower())


def _is_from_browser(headers: Headers, cookies: Mapping[str, str]) -> bool:
    return SESSION_COOKIE in cookies or any(name in headers for name in ("origin", "sec-fetch-site", "sec-fetch-mode"))


def _form_token(scope: Scope) -> str:
    body: bytes = scope.get("state", {}).get("body", b"")
    try:
        fields = parse_qsl(body.decode("ascii", "replace"), max_num_fields=MAX_FORM_FIELDS)
    except ValueError:
        return ""
    return next((value for name, value in fields if name == CSRF_FIELD), "")


def _with_cookie(scope: Scope, cookie: str, send: Send) -> Send:
    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).append("Set-Cookie", cookie_header(scope, CSRF_COOKIE, cookie))
        await send(message)

    return sent
