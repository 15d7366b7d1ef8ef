"""The application: settings in, FastAPI out."""

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from gateway import errors
from gateway.bus import Bus
from gateway.limits import Limits
from gateway.middleware import Envelope
from gateway.openapi import describe
from gateway.routes import (
    accounts,
    bills,
    client,
    consents,
    deletion,
    devices,
    documents,
    hints,
    identity,
    links,
    payments,
    profile,
    recovery,
    retailer,
    sessions,
    staff,
    system,
)
from gateway.sessions import Sessions
from gateway.settings import Settings
from services.common.files import Files
from services.common.metrics import tell_build


def create_app(settings: Settings) -> FastAPI:
    """The gateway; the bus connects when the application starts, and requests get 503 until it has."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        amqp = settings.amqp_url.get_secret_value()
        bus = Bus(amqp, "gateway", settings.max_in_flight, settings.heavy_at_once)
        app.state.bus = bus
        app.state.sessions = Sessions(bus, settings.session_cache_seconds)
        app.state.limits = Limits(settings)
        bus.start()
        # What it begins with lives as long as it does: looking through it for garbage stops everyone for 0.1 s.
        gc.collect()
        gc.freeze()
        yield
        await bus.stop()

    app = FastAPI(
        title="Svet",
        version="1",
        description="Личный кабинет потребителя электроэнергии.",
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,  # the redirect would go to whatever Host the client named
        lifespan=lifespan,
    )
    app.state.settings = settings
    app.state.files = Files(settings.files_url)
    for area in (
        identity,
        sessions,
        consents,
        deletion,
        devices,
        documents,
        hints,
        recovery,
        retailer,
        profile,
        links,
        accounts,
        bills,
        payments,
        staff,
        system,
    ):
        app.include_router(area.router)
    app.include_router(payments.callbacks)
    app.include_router(client.router)  # the last: it answers at every address that is nobody else's
    errors.install(app)
    app.add_middleware(Envelope, max_body_bytes=settings.max_body_bytes, secure=settings.env == "production")
    app.openapi = lambda: describe(app)  # type: ignore[method-assign]
    tell_build("gateway")
    return app
