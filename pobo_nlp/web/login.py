"""Who may ask: a program shows the server's token in a header, a person logs in with it once."""

import hmac
import html
import re
import secrets
import time
from collections.abc import Callable
from urllib.parse import quote

from fastapi import APIRouter, Form, Request
from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from pobo_nlp.web.limits import Buckets, client_of, too_many
from pobo_nlp.web.problems import API_PREFIX, refusal
from pobo_nlp.web.security import BEARER, CSRF_FIELD, SESSION_COOKIE, cookie_header, cookies_of, csrf_token, signed
from pobo_nlp.web.settings import Limits

SESSION_S = 12 * 60 * 60
_OPEN = ("/login", "/v1/health")
_OPEN_FOLDER = "/static/"
_SESSION = re.compile(r"(\d{1,12})\.([0-9a-f]{32})\.([0-9a-f]{64})")
_LOCAL_PATH = re.compile(r"/(?![/\\])[^\x00-\x20\\]*")

router = APIRouter(include_in_schema=False)


class Door:
    """Knows the token, and makes sessions that only it can make.

    Parameters
    ----------
    token : None where none is asked for.
    secret : sessions are made with; they end where the token is changed.
    clock : tells seconds since 1970.
    """

    def __init__(
        self, token: str | None, secret: bytes, limits: Limits, clock: Callable[[], float] = time.time
    ) -> None:
        self.token, self._clock = token, clock
        self._secret = secret + (token or "").encode()
        self.failures = Buckets(limits.failures_per_minute / 60, limits.failures_per_minute)

    def opens_to(self, token: str) -> bool:
        """Return whether this is the token."""
        return self.token is not None and hmac.compare_digest(token.encode(), self.token.encode())

    def new_session(self) -> str:
        """Return the value of a cookie."""
        value = f"{int(self._clock()) + SESSION_S}.{secrets.token_hex(16)}"
        return f"{value}.{signed(self._secret, 'session', value)}"

    def knows(self, session: str) -> bool:
        """Return whether a session was made here and has not ended."""
        found = _SESSION.fullmatch(session)
        if found is None:
            return False
        ends, nonce, signature = found.groups()
        expected = signed(self._secret, "session", f"{ends}.{nonce}")
        return hmac.compare_digest(signature, expected) and int(ends) > self._clock()


class Authentication:
    """Lets in who shows the token or has a session; wrong tokens may be tried a few times a minute."""

    def __init__(self, app: ASGIApp, door: Door) -> None:
        self.app, self.door = app, door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on who may ask, or answer how to be let in."""
        if scope["type"] != "http" or self.door.token is None:
            return await self.app(scope, receive, send)
        client, given = client_of(scope), _bearer_token(scope)
        if given is not None:
            if wait_s := self.door.failures.wait(client):
                return await too_many(scope, wait_s)(scope, receive, send)
            if self.door.opens_to(given):
                scope.setdefault("state", {})["client"] = BEARER
                return await self.app(scope, receive, send)
            self.door.failures.take(client)
            return await _not_let_in(scope, "Nøkkelen er feil.")(scope, receive, send)
        is_open = scope["path"] in _OPEN or scope["path"].startswith(_OPEN_FOLDER)
        if is_open or self.door.knows(cookies_of(scope).get(SESSION_COOKIE, "")):
            return await self.app(scope, receive, send)
        return await _not_let_in(scope, "Nøkkel mangler. Send den i Authorization: Bearer.")(scope, receive, send)


def _bearer_token(scope: Scope) -> str | None:
    scheme, _, token = Headers(scope=scope).get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == BEARER else None


def _not_let_in(scope: Scope, detail: str) -> ASGIApp:
    is_navigation = any(name == b"accept" and b"text/html" in value for name, value in scope["headers"])
    if scope["path"].startswith(API_PREFIX) or not is_navigation:
        return refusal(scope, 401, detail, headers={"WWW-Authenticate": "Bearer"})
    path = scope["path"] if scope["method"] == "GET" and _LOCAL_PATH.fullmatch(scope["path"]) else "/"
    return RedirectResponse(f"/login?next={quote(path)}", 303)


@router.get("/login")
def login_page(request: Request, next: str = "/") -> Response:  # noqa: A002  # as the address has it
    """Ask for the token."""
    door: Door = request.app.state.door
    return _page(request, next) if door.token is not None else RedirectResponse("/", 303)


@router.post("/login")
def login(request: Request, token: str = Form(""), next: str = Form("/")) -> Response:  # noqa: A002
    """Begin a session."""
    door: Door = request.app.state.door
    client = client_of(request.scope)
    if wait_s := door.failures.wait(client):
        return _page(request, next, f"For mange forsøk. Vent {wait_s:.0f} s, og prøv igjen.", 429)
    if not door.opens_to(token.strip()):
        door.failures.take(client)
        return _page(request, next, "Nøkkelen er feil. Prøv igjen, eller spør den som drifter tjeneren.", 401)
    answer = RedirectResponse(_local(next), 303)
    cookie = cookie_header(request.scope, SESSION_COOKIE, door.new_session(), max_age_s=SESSION_S)
    answer.headers.append("Set-Cookie", cookie)
    return answer


@router.post("/logout")
def logout(request: Request) -> Response:
    """Let the browser forget its session."""
    answer = RedirectResponse("/login", 303)
    answer.headers.append("Set-Cookie", cookie_header(request.scope, SESSION_COOKIE, "", max_age_s=0))
    return answer


def _local(path: str) -> str:
    """Return a path of this server; another site's address is not one."""
    return path if _LOCAL_PATH.fullmatch(path) else "/"


def _page(request: Request, path: str, fault: str = "", status: int = 200) -> Response:
    told = f'<p role="alert" id="fault">{html.escape(fault)}</p>' if fault else ""
    described = ' aria-invalid="true" aria-describedby="fault"' if fault else ""
    return HTMLResponse(
        _LOGIN.format(
            told=told,
            described=described,
            field=CSRF_FIELD,
            csrf=html.escape(csrf_token(request)),
            next=html.escape(_local(path)),
        ),
        status,
    )


_LOGIN = """<!doctype html>
<html lang="nb"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Logg inn</title><link rel="stylesheet" href="/static/style.css"></head>
<body><main><h1>Logg inn</h1>{told}
<form method="post" action="/login">
<input type="hidden" name="{field}" value="{csrf}"><input type="hidden" name="next" value="{next}">
<p><label for="token">Nøkkel</label>
<input id="token" name="token" type="password" autocomplete="current-password" required autofocus{described}></p>
<p><button type="submit">Logg inn</button></p>
</form></main></body></html>
"""
