"""The adviser's pages. All work without JavaScript; with it, suggestions come while one types."""

from collections.abc import Callable
from datetime import datetime

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from pobo_nlp.errors import DatabaseError, DecisionError, SaveKeyError, StoreError
from pobo_nlp.store import DecisionConflictError, Store, Version
from pobo_nlp.store.schema import MAX_NAME
from pobo_nlp.web.label_search import search
from pobo_nlp.web.languages import marked
from pobo_nlp.web.past import cases_of
from pobo_nlp.web.rendering import NAME_COOKIE, QUEUE_COOKIE, SAVED_COOKIE, Message, Page, cookie
from pobo_nlp.web.screen import Screen, faults_of
from pobo_nlp.web.work import Work, new_id, of_version, read_work

NO_CONTENT, SEE_OTHER, CONFLICT, UNPROCESSABLE, UNAVAILABLE = 204, 303, 409, 422, 503
# Sent by the page's own script, which wants the part that it puts in place.
FRAGMENT_HEADER, NEXT_HEADER = "x-pobo-fragment", "X-Pobo-Next"
_FLASH_S = 60
_MAX_DIGITS = 15
NOT_SAVED = marked(
    "Databasen svarer ikke, så det er ikke sikkert at avgjørelsen er lagret. Alt du har skrevet, står her fortsatt. "
    "Vent litt, og trykk «Lagre» igjen; den blir aldri lagret to ganger. "
    "Hjelper det ikke, noter avgjørelsen og si fra til den som har ansvar for tjenesten."
)
NOT_ANSWERING = marked("Databasen svarer ikke. Ingenting er endret. Vent litt, og prøv igjen.")
NOT_DONE = marked("Det lot seg ikke gjøre, og ingenting er endret. Gå tilbake, last siden på nytt, og prøv igjen.")
NOT_YOURS = marked("Henvendelsen er ikke din lenger, eller den er avgjort. Hent den neste i køen.")
NOTHING_TO_UNDO = marked("Det er ingenting å angre: avgjørelsen er angret fra før, eller den er slettet.")

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@router.get("/")
async def home(request: Request) -> Response:
    """Show an empty form, and what was saved just now."""
    screen = Screen(Page(request))
    return _told_once(await run_in_threadpool(screen.show, _empty(screen.page), saved=_just_saved(request)))


@router.post("/suggest")
async def suggest(request: Request) -> Response:
    """Show the suggestions for a text: the part of the page, or all of it for a browser without JavaScript."""
    screen = Screen(Page(request))
    work = read_work(await request.form(), screen.taxonomy)
    return await run_in_threadpool(screen.suggest, work, only_part=FRAGMENT_HEADER in request.headers)


@router.post("/save")
async def save(request: Request) -> Response:
    """Save a decision; where that fails, show the form as it was filled in, and what to do."""
    screen = Screen(Page(request))
    work = read_work(await request.form(), screen.taxonomy)
    return await run_in_threadpool(_saved, screen, work)


@router.get("/queue")
async def queues(request: Request) -> Response:
    """Show the queues and how far they have come."""
    page = Page(request)
    return await _guarded(page, lambda: page.render("queues.html.jinja", queues=_store(request).queue.progress()))


@router.post("/queue/next")
async def next_in_queue(request: Request) -> Response:
    """Begin with a queue."""
    page, form = Page(request), await request.form()
    name, by = str(form.get("queue", ""))[:MAX_NAME], str(form.get("by", "")).strip()[:MAX_NAME]
    if not by:
        text = page.gettext("Skriv navn eller initialer først, så får du henvendelser i ditt navn.")
        message = Message("error", text)
        return await _guarded(
            page,
            lambda: page.render(
                "queues.html.jinja", UNPROCESSABLE, queues=_store(request).queue.progress(), message=message
            ),
        )
    response = RedirectResponse("/queue/work", SEE_OTHER)
    page.set_cookies(response, {NAME_COOKIE: by, QUEUE_COOKIE: name})
    return response


@router.get("/queue/work")
async def work_in_queue(request: Request) -> Response:
    """Show the next inquiry of the queue that the adviser has begun with."""
    screen, name = Screen(Page(request)), cookie(request, QUEUE_COOKIE)
    if not name or not screen.page.adviser:
        return RedirectResponse("/queue", SEE_OTHER)
    return _told_once(await _guarded(screen.page, lambda: _next(screen, name)))


@router.post("/queue/skip")
async def skip(request: Request) -> Response:
    """Give an inquiry back to its queue, and take the next."""
    page, form = Page(request), await request.form()
    item = _natural(form.get("item"))
    if item is None:
        return RedirectResponse("/queue", SEE_OTHER)

    def skipped() -> Response:
        _store(request).queue.release(item, by=page.adviser)
        return RedirectResponse("/queue/work", SEE_OTHER)

    return await _guarded(page, skipped, refused=NOT_YOURS)


@router.get("/history")
async def history(request: Request) -> Response:
    """Show what the adviser has decided."""
    page = Page(request)
    return await _guarded(page, lambda: _history(page))


@router.post("/history")
async def history_of(request: Request) -> Response:
    """Show what another adviser has decided, from now on."""
    page, form = Page(request), await request.form()
    response = RedirectResponse("/history", SEE_OTHER)
    page.set_cookies(response, {NAME_COOKIE: str(form.get("by", "")).strip()[:MAX_NAME]})
    return response


@router.post("/change")
async def change(request: Request) -> Response:
    """Show an earlier decision in the form, to change it."""
    screen, form = Screen(Page(request)), await request.form()
    return await _guarded(screen.page, lambda: _change(screen, str(form.get("inquiry_id", ""))))


@router.post("/undo")
async def undo(request: Request) -> Response:
    """Take back the newest version of a decision."""
    page, form = Page(request), await request.form()
    inquiry_id, seen, key = (str(form.get(name, "")) for name in ("inquiry_id", "seen", "save_key"))
    by = page.adviser

    def undone() -> Response:
        try:
            _store(request).undo(inquiry_id, seen=_natural(seen) or 0, by=by, save_key=key)
        except DecisionConflictError:
            text = page.gettext("Noen har lagret en nyere versjon siden du åpnet siden. Se på den før du angrer.")
            return _history(page, Message("warning", text), CONFLICT)
        text = page.gettext("Avgjørelsen er angret. Du kan avgjøre henvendelsen på nytt med «Endre».")
        return _history(page, Message("success", text))

    return await _guarded(page, undone, refused=NOTHING_TO_UNDO)


@router.get("/labels")
async def labels(request: Request) -> Response:
    """Show labels with their meaning and borders; all of them for the script of the page, which searches itself."""
    page, query = Page(request), request.query_params.get("q", "")[:200]
    groups = search(request.app.state.taxonomy, query, page.gettext)
    template = "parts/labels.html.jinja" if FRAGMENT_HEADER in request.headers else "labels.html.jinja"
    return page.render(template, groups=groups, query=query)


@router.post("/settings")
async def settings(request: Request) -> Response:
    """Keep language and colours, and go back to where they were changed."""
    page = Page(request)
    back = request.query_params.get("back", "/")
    response = RedirectResponse(back if back in ("/", "/queue", "/history", "/labels") else "/", SEE_OTHER)
    page.keep_settings(response)
    return response


def _store(request: Request) -> Store:
    store: Store = request.app.state.store
    return store


async def _guarded(page: Page, make: Callable[[], Response], *, refused: str = NOT_DONE) -> Response:
    """Return what is made in a thread of its own; where the store does not do as asked, a page that says what to do."""
    try:
        return await run_in_threadpool(make)
    except DatabaseError:
        message, status = NOT_ANSWERING, UNAVAILABLE
    except (DecisionError, StoreError):
        message, status = refused, UNPROCESSABLE
    return page.render("failure.html.jinja", status, message=Message("error", page.gettext(message)))


def _just_saved(request: Request) -> tuple[str, str] | None:
    """Return id and version of what was saved just now; it is told once."""
    seen, _, inquiry_id = cookie(request, SAVED_COOKIE).partition(":")
    return (inquiry_id, seen) if inquiry_id and _natural(seen) is not None else None


def _told_once(response: Response) -> Response:
    response.delete_cookie(SAVED_COOKIE)
    return response


def _natural(value: object) -> int | None:
    """Return a number from 0 that a database can hold; None for all else."""
    is_number = isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) <= _MAX_DIGITS
    return int(str(value)) if is_number else None


def _empty(page: Page) -> Work:
    return Work(inquiry_id=new_id(datetime.now().astimezone()), by=page.adviser)


def _saved(screen: Screen, work: Work) -> Response:
    if faults := faults_of(work, screen):
        message = Message("error", screen.page.gettext("Ikke lagret ennå:"), tuple(faults))
        return screen.show(work, UNPROCESSABLE, message=message)
    try:
        version = screen.store.save(work.decision(screen.taxonomy), seen=work.seen, save_key=work.save_key)
    except DecisionConflictError as conflict:
        return _conflict(screen, work, conflict.theirs)
    except SaveKeyError:
        # The answer to the first try was lost, and the choices were changed before the second.
        return _answer_lost(screen, work)
    except (DatabaseError, StoreError):
        return screen.show(work, UNAVAILABLE, message=Message("error", screen.page.gettext(NOT_SAVED)))
    except DecisionError as error:
        message = Message("error", screen.page.gettext("Ikke lagret ennå:"), tuple(error.faults))
        return screen.show(work, UNPROCESSABLE, message=message)
    after = "/queue/work" if work.queue else "/"
    # The page's script goes there itself: what it fetched would have used up what is told there once.
    response: Response = RedirectResponse(after, SEE_OTHER)
    if FRAGMENT_HEADER in screen.page.request.headers:
        response = Response(status_code=NO_CONTENT, headers={NEXT_HEADER: after})
    screen.page.set_cookies(response, {NAME_COOKIE: work.by})
    saved = {SAVED_COOKIE: f"{version.version}:{version.inquiry_id}"}
    screen.page.set_cookies(response, saved, max_age=_FLASH_S)
    return response


def _conflict(screen: Screen, work: Work, theirs: Version | None) -> Response:
    again = work.with_new_key(seen=theirs.version if theirs else 0)
    return screen.show(again, CONFLICT, theirs=theirs, is_conflict=True)


def _answer_lost(screen: Screen, work: Work) -> Response:
    try:
        return _conflict(screen, work, screen.store.newest(work.inquiry_id))
    except (DatabaseError, StoreError):
        return screen.show(work, UNAVAILABLE, message=Message("error", screen.page.gettext(NOT_SAVED)))


def _next(screen: Screen, name: str) -> Response:
    by = screen.page.adviser
    item = screen.store.queue.claim(name, by=by)
    if item is None:
        progress = next((one for one in screen.store.queue.progress() if one.queue == name), None)
        return screen.page.render("queue_done.html.jinja", progress=progress, name=name)
    newest = screen.store.newest(item.inquiry.id)
    work = Work(
        inquiry_id=item.inquiry.id,
        by=by,
        text=item.inquiry.text,
        seen=newest.version if newest else 0,
        queue=name,
        item=item.id,
    )
    return screen.suggest(work, only_part=False, saved=_just_saved(screen.page.request))


def _change(screen: Screen, inquiry_id: str) -> Response:
    version = screen.store.newest(inquiry_id)
    if version is None:
        text = screen.page.gettext("Henvendelsen er ikke avgjort, eller den er slettet.")
        return screen.page.render("failure.html.jinja", 404, message=Message("error", text))
    kept = screen.store.kept_text(inquiry_id)
    return screen.show(of_version(version, kept, by=screen.page.adviser, taxonomy=screen.taxonomy))


def _history(page: Page, message: Message | None = None, status: int = 200) -> Response:
    store, taxonomy = _store(page.request), page.request.app.state.taxonomy
    start = _natural(page.request.query_params.get("from")) or 0
    cases, more = cases_of(store, page.adviser, start) if page.adviser else ([], None)
    return page.render("history.html.jinja", status, cases=cases, more=more, message=message, taxonomy=taxonomy)
