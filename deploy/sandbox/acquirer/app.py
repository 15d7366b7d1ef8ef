"""Puts the acquirer together: its calls, its pages, its control API and its clockwork."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final

import httpx
from fastapi import FastAPI

from deploy.sandbox import health
from deploy.sandbox.acquirer import api, checkout, control
from deploy.sandbox.acquirer.archive import Nowhere, SqliteArchive
from deploy.sandbox.acquirer.callbacks import Postman
from deploy.sandbox.acquirer.desk import Desk
from deploy.sandbox.acquirer.orders import Book
from deploy.sandbox.settings import SandboxSettings

SWEEP_SECONDS: Final = 0.5
log = logging.getLogger(__name__)


def open_desk(settings: SandboxSettings, portal: httpx.AsyncBaseTransport | None = None) -> Desk:
    """`portal` stands in for the network that callbacks travel by."""
    archive = SqliteArchive(settings.state) if settings.state else Nowhere()
    book = Book(archive)
    return Desk(settings, book, Postman(settings, book, portal))


def acquirer_app(desk: Desk) -> FastAPI:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        sweeper = asyncio.create_task(sweep_for_ever(desk))
        yield
        sweeper.cancel()
        with suppress(asyncio.CancelledError):
            await sweeper
        await desk.postman.close()

    app = FastAPI(title="Svet sandbox: acquirer", lifespan=lifespan)
    app.include_router(health.router)
    app.state.desk = desk
    app.include_router(control.router)
    app.include_router(api.router, include_in_schema=False)
    app.include_router(checkout.router, include_in_schema=False)
    return app


async def sweep_for_ever(desk: Desk) -> None:
    while True:
        try:
            await desk.sweep()
        except Exception:
            # One odd order must not stop the clock for the others.
            log.exception("sweep failed")
        await asyncio.sleep(SWEEP_SECONDS)
