"""The broker's users, permissions and passwords."""

import base64
import hashlib
import re

import pytest

from deploy.local.environment import BROKER_USERS
from deploy.local.rabbitmq import definitions, password_hash, permissions


def allowed(user: str, right: str, name: str) -> bool:
    return re.search(permissions(user)[right], name) is not None


@pytest.mark.parametrize("user", BROKER_USERS)
def test_a_service_publishes_only_to_its_own_events_and_the_rpc_exchange(user: str) -> None:
    others = [name for name in BROKER_USERS if name != user]
    assert allowed(user, "write", "nameko-rpc")
    assert allowed(user, "write", f"{user}.events")
    assert not any(allowed(user, "write", f"{other}.events") for other in others)
    assert not allowed(user, "write", "amq.default")


@pytest.mark.parametrize("right", ["configure", "write", "read"])
def test_a_service_cannot_touch_the_queues_of_another(right: str) -> None:
    for own in ("rpc-billing", "rpc.reply-billing-0f3a", "events-billing"):
        assert allowed("billing", right, own)
        assert not allowed("auth", right, own)


def test_a_service_may_listen_to_everybodys_events() -> None:
    assert all(allowed("notify", "read", f"{user}.events") for user in BROKER_USERS)
    assert all(allowed("notify", "configure", f"{user}.events") for user in BROKER_USERS)


def test_the_gateway_has_a_broadcast_queue_of_its_own() -> None:
    assert allowed("gateway", "configure", "events-gateway-0f3a")


def test_permissions_match_whole_names() -> None:
    assert not allowed("auth", "configure", "xrpc-auth")
    assert not allowed("auth", "write", "nameko-rpc-other")


def test_a_password_is_kept_as_a_salted_hash() -> None:
    raw = base64.b64decode(password_hash("секрет", salt=b"salt"))
    assert raw == b"salt" + hashlib.sha256(b"salt" + "секрет".encode()).digest()
    assert password_hash("same") != password_hash("same")


def test_definitions_hold_no_plain_password() -> None:
    made = definitions({"auth": "a-password", "admin": "another"})
    assert "a-password" not in str(made)
    assert [entry["user"] for entry in made["permissions"]] == ["auth", "admin"]  # type: ignore[attr-defined]
