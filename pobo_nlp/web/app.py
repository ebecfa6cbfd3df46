"""The server's app: what it holds, and in which order a request goes through its layers."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from importlib.metadata import version
from pathlib import Path

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.staticfiles import StaticFiles

from pobo_nlp.errors import PoboError, where_from
from pobo_nlp.model.scorer import Scorer
from pobo_nlp.web import api, login, pages
from pobo_nlp.web.answers import on_error, on_http_error, on_invalid_request
from pobo_nlp.web.limits import BodyLimit, RateLimit
from pobo_nlp.web.login import Authentication, Door
from pobo_nlp.web.metrics import CountedStore, Metrics
from pobo_nlp.web.model_in_use import ModelInUse
from pobo_nlp.web.security import KnownHosts, SameSite, SecurityHeaders, signed
from pobo_nlp.web.settings import Settings
from pobo_nlp.web.suggesting import Scoring
from pobo_nlp.web.watching import Watching

STATIC = Path(__file__).parent / "static"
log = logging.getLogger("pobo_nlp.web")
_DESCRIPTION = (
    "Foreslår tjenesteområde, årsaker og mulige systemsaker for henvendelser. Et menneske avgjør, alltid. "
    "Feil svarer med application/problem+json (RFC 9457)."
)


def create_app(settings: Settings) -> FastAPI:
    """Return the app.

    `app.state` holds `settings`, `scoring`, `store`, `taxonomy` (of the model in use), `metrics` and `door`.

    Raises
    ------
    ServeError : where the settings are not safe.
    ModelError, StoreError, DatabaseError : where model or store cannot be used.
    """
    settings.check()
    model = ModelInUse(settings.model)
    metrics = Metrics()
    store = CountedStore(settings.store, model.scorer.taxonomy, keep_text=settings.keep_text, metrics=metrics)
    secret = signed(store.database.key, "web", "").encode()
    door = Door(settings.token, secret, settings.limits)
    app = FastAPI(
        title="pobo-nlp",
        version=version("pobo-nlp"),
        description=_DESCRIPTION,
        openapi_url="/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=_lifespan,
        middleware=[
            Middleware(Watching, metrics=metrics),
            Middleware(SecurityHeaders),
            Middleware(KnownHosts, hosts=settings.hosts),
            Middleware(RateLimit, limits=settings.limits),
            Middleware(Authentication, door=door),
            Middleware(BodyLimit, limits=settings.limits),
            Middleware(SameSite, secret=secret),
        ],
        exception_handlers={
            PoboError: on_error,
            HTTPException: on_http_error,
            RequestValidationError: on_invalid_request,
        },
    )
    app.state.settings, app.state.store, app.state.metrics, app.state.door = settings, store, metrics, door
    app.state.scoring = Scoring(model)
    _follow(app, model, metrics)
    for router in (api.router, api.metrics_router, login.router, pages.router):
        app.include_router(router)
    if STATIC.is_dir():
        app.mount("/static", StaticFiles(directory=STATIC), name="static")
    return app


def _follow(app: FastAPI, model: ModelInUse, metrics: Metrics) -> None:
    """Let the app use the label scheme of the model in use, now and after each change."""

    def use(scorer: Scorer) -> None:
        app.state.taxonomy = app.state.store.taxonomy = scorer.taxonomy
        metrics.uses(scorer.model_id)

    def changed(scorer: Scorer) -> None:
        use(scorer)
        metrics.loaded(ok=True)

    use(model.scorer)
    model.on_change.append(changed)
    model.on_failure.append(lambda: metrics.loaded(ok=False))


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    looking = asyncio.create_task(_look_for_new_model(app))
    yield
    looking.cancel()
    with suppress(asyncio.CancelledError):
        await looking


async def _look_for_new_model(app: FastAPI) -> None:
    model: ModelInUse = app.state.scoring.model
    while True:
        await asyncio.sleep(app.state.settings.seconds_between_looks)
        try:
            await asyncio.to_thread(model.look)
        except Exception as error:  # the old model answers on, and the next look may succeed
            log.error("Feil ved bytte av modell: %s", where_from(error))
