"""The acquirer in memory, with a portal that writes down the callbacks it hears."""

from collections.abc import AsyncIterator

import httpx
import pytest
from pydantic import SecretStr

from deploy.sandbox.acquirer.app import acquirer_app, open_desk
from deploy.sandbox.settings import SandboxSettings
from tests.unit.sandbox.bank import Bank, Portal


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def settings() -> SandboxSettings:
    return SandboxSettings(
        env="test",
        acquirer_public_url="http://bank.test",
        acquirer_password=SecretStr("pw"),
        callback_url="http://portal.test/callback",
        callback_secret=SecretStr("secret"),
        callback_interval_seconds=0,
        unknown_settles_after_seconds=60,
    )


@pytest.fixture
async def bank(settings: SandboxSettings, anyio_backend: str) -> AsyncIterator[Bank]:
    portal = Portal()
    desk = open_desk(settings, httpx.MockTransport(portal))
    transport = httpx.ASGITransport(app=acquirer_app(desk))
    async with httpx.AsyncClient(transport=transport, base_url="http://bank.test") as http:
        yield Bank(http, desk, portal)
    await desk.postman.close()
