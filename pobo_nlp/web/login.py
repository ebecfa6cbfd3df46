"""Who may ask: a program shows the server's token in a header, a person logs in with it once."""

import hmac
import re
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, Headers
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from pobo_nlp.web.languages import marked
from pobo_nlp.web.limits import Buckets, client_of, too_many
from pobo_nlp.web.problems import API_PREFIX, refusal
from pobo_nlp.web.rendering import Message, Page
from pobo_nlp.web.screen import Screen
from pobo_nlp.web.security import BEARER, CSRF_FIELD, SESSION_COOKIE, cookie_header, cookies_of, signed
from pobo_nlp.web.settings import Limits
from pobo_nlp.web.work import read_work

SESSION_S = 12 * 60 * 60
_AGAIN = "/login/again"
_OPEN = ("/login", _AGAIN, "/v1/health")
# Forms that hold what an adviser has typed and decided.
_OF_WORK = ("/save", "/suggest")
_TOKEN_FIELD, _NEXT_FIELD = "token", "next"
_OPEN_FOLDER = "/static/"
_SESSION = re.compile(r"(\d{1,12})\.([0-9a-f]{32})\.([0-9a-f]{64})")
_LOCAL_PATH = re.compile(r"/(?![/\\])[^\x00-\x20\\]*")
TOO_OFTEN = marked("For mange forsøk. Vent %(seconds)s sekunder, og prøv igjen.")
WRONG = marked("Nøkkelen er feil. Prøv igjen, eller spør den som har ansvar for tjenesten.")
RESUMED = marked("Du er logget inn igjen, og alt du hadde skrevet og valgt, står her. Trykk «Lagre» for å lagre.")

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
            return await _not_let_in(scope, marked("Nøkkelen er feil."))(scope, receive, send)
        is_open = scope["path"] in _OPEN or scope["path"].startswith(_OPEN_FOLDER)
        if is_open or self.door.knows(cookies_of(scope).get(SESSION_COOKIE, "")):
            return await self.app(scope, receive, send)
        if scope["method"] == "POST" and scope["path"] in _OF_WORK and _is_navigation(scope):
            # A browser without script shows what comes in place of the form, so that has to hold the form.
            return await self.app({**scope, "path": _AGAIN, "raw_path": _AGAIN.encode()}, receive, send)
        return await _not_let_in(scope, marked("Nøkkel mangler. Send den i Authorization: Bearer."))(
            scope, receive, send
        )


def _bearer_token(scope: Scope) -> str | None:
    scheme, _, token = Headers(scope=scope).get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == BEARER else None


def _not_let_in(scope: Scope, detail: str) -> ASGIApp:
    """Return what tells how to be let in."""
    if scope["path"].startswith(API_PREFIX) or not _is_navigation(scope):
        return refusal(scope, 401, detail, headers={"WWW-Authenticate": "Bearer"})
    path = scope["path"] if scope["method"] == "GET" and _LOCAL_PATH.fullmatch(scope["path"]) else "/"
    return RedirectResponse(f"/login?next={quote(path)}", 303)


def _is_navigation(scope: Scope) -> bool:
    return any(name == b"accept" and b"text/html" in value for name, value in scope["headers"])


@router.get("/login")
def login_page(request: Request, next: str = "/") -> Response:  # noqa: A002  # as the address has it
    """Ask for the token."""
    door: Door = request.app.state.door
    return _page(request, _Asked(next)) if door.token is not None else RedirectResponse("/", 303)


@router.post(_AGAIN)
async def login_page_again(request: Request) -> Response:
    """Ask for the token, and keep what a form held that came after its session had ended."""
    asked = _asked(await request.form())
    return _page(request, asked, status=401 if asked.kept else 200)


@router.post("/login")
async def login(request: Request) -> Response:
    """Begin a session, and go on where it was asked for."""
    form = await request.form()
    door: Door = request.app.state.door
    client, asked = client_of(request.scope), _asked(form)
    if wait_s := door.failures.wait(client):
        return _page(request, asked, fault=TOO_OFTEN, wait_s=round(wait_s), status=429)
    if not door.opens_to(str(form.get(_TOKEN_FIELD, "")).strip()):
        door.failures.take(client)
        return _page(request, asked, fault=WRONG, status=401)
    answer: Response = RedirectResponse(_local(asked.next), 303)
    if asked.kept:
        answer = await run_in_threadpool(_resumed, request, form)
    cookie = cookie_header(request.scope, SESSION_COOKIE, door.new_session(), max_age_s=SESSION_S)
    answer.headers.append("Set-Cookie", cookie)
    return answer


@router.post("/logout")
def logout(request: Request) -> Response:
    """Let the browser forget its session."""
    answer = RedirectResponse("/login", 303)
    answer.headers.append("Set-Cookie", cookie_header(request.scope, SESSION_COOKIE, "", max_age_s=0))
    return answer


@dataclass(frozen=True, slots=True)
class _Asked:
    """Where a person wants to go, and the fields of the form that came without a session."""

    next: str = "/"
    kept: tuple[tuple[str, str], ...] = ()


def _asked(form: FormData) -> _Asked:
    own = (CSRF_FIELD, _TOKEN_FIELD, _NEXT_FIELD)
    kept = tuple((name, value) for name, value in form.multi_items() if name not in own and isinstance(value, str))
    return _Asked(str(form.get(_NEXT_FIELD, "/")), kept)


def _resumed(request: Request, form: FormData) -> Response:
    """Return the page as it was when the session ended; nothing is saved before the person says so anew."""
    screen = Screen(Page(request, has_session=True))
    message = Message("warning", screen.page.gettext(RESUMED))
    return screen.show(read_work(form, screen.taxonomy), message=message)


def _local(path: str) -> str:
    """Return a path of this server; another site's address is not one."""
    return path if _LOCAL_PATH.fullmatch(path) else "/"


def _page(request: Request, asked: _Asked, *, fault: str = "", wait_s: int = 0, status: int = 200) -> Response:
    page = Page(request)
    told = page.gettext(fault) if fault else ""
    return page.render(
        "login.html.jinja",
        status,
        fault=told % {"seconds": wait_s} if wait_s else told,
        next=_local(asked.next),
        kept=asked.kept,
        again=_AGAIN,
    )
