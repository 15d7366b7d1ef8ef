"""A device opens the cabinet while its owner recovers, changes or deletes: they take turns, none is broken off."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from typing import Any

import psycopg
import pytest

from deploy.demo.visitor import eventually
from deploy.local.system import LocalSystem
from tests.integration.auth.test_biometrics import Biometric
from tests.support.authenticator import Authenticator
from tests.support.newcomer import Newcomer, refusal

PIN = "7419"
Opens = Callable[[], "Future[Any]"]


@pytest.fixture
def device(resident: Newcomer) -> Biometric:
    made = Biometric(resident.bus, resident.sign_in())
    made.with_pin(PIN)
    return made


@pytest.fixture(params=["pin", "biometrics"])
def opens(request: pytest.FixtureRequest, device: Biometric, system: LocalSystem) -> Opens:
    """How the device asks to be let in."""
    finger = Authenticator(f"http://localhost:{system.ports['gateway']}")
    device.enrol(finger).result()
    return (lambda: device.try_pin(PIN)) if request.param == "pin" else (lambda: device.touch(finger))


@pytest.fixture
def other(database: Callable[[str], Any]) -> Iterator["psycopg.Connection[Any]"]:
    """Somebody who holds the person's row, as a recovery does before it takes the devices' secrets."""
    connection = database("auth")
    connection.execute("BEGIN")
    yield connection
    connection.execute("ROLLBACK")


def test_whoever_ends_sessions_meanwhile_comes_first(
    device: Biometric, opens: Opens, other: "psycopg.Connection[Any]", database: Callable[[str], Any]
) -> None:
    other.execute("SELECT 1 FROM users WHERE id = %s FOR UPDATE", (device.tokens.user,))
    opening = opens()
    seen = database("auth")
    assert eventually(
        lambda: seen.execute(
            "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
        ).fetchone(),
        "the device waits",
    )
    other.execute("UPDATE devices SET pin_hash = NULL WHERE id = %s", (device.id,))
    other.execute("DELETE FROM authenticators WHERE device_id = %s", (device.id,))
    other.execute("COMMIT")
    assert refusal(opening) in ("pin_off", "biometrics_refused")
