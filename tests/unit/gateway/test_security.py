"""Whose tries are counted, who is believed, and what proves a page to be ours."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from pydantic import SecretStr
from starlette.requests import Request

from gateway.limits import Limits, client_address, home_of
from gateway.security import check_csrf, csrf_token, refresh_cookie
from services.contracts.errors import ServiceError
from tests.support.gateway import application, settings

ONE, OTHER = UUID(int=1), UUID(int=2)


def request(peer: str | None = "10.0.0.9", *headers: tuple[str, str], **told: Any) -> Request:
    """A request from a peer, to a gateway with these settings."""
    raw = [(name.lower().encode(), value.encode()) for name, value in headers]
    return Request(
        {"type": "http", "app": application(**told), "headers": raw, "client": (peer, 5) if peer else None}
    )


def csrf_of(session: UUID, **told: Any) -> str:
    return csrf_token(settings(**told), session)


def test_a_csrf_token_belongs_to_one_session_and_one_secret() -> None:
    assert csrf_of(ONE) == csrf_of(ONE)
    assert len({csrf_of(ONE), csrf_of(OTHER), csrf_of(ONE, csrf_secret="another")}) == 3
    check_csrf(request(None, ("X-CSRF-Token", csrf_of(ONE))), ONE)


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [("X-CSRF-Token", "")],
        [("X-CSRF-Token", csrf_of(OTHER))],
        [("X-CSRF-Token", f"{ONE}.{csrf_of(OTHER).partition('.')[2]}")],
        [("X-CSRF-Token", csrf_of(ONE)[:-1])],
        [("X-CSRF-Token", csrf_of(ONE) + "é")],
        [("X-CSRF-Token", csrf_of(ONE)), ("Sec-Fetch-Site", "cross-site")],
        [("X-CSRF-Token", csrf_of(ONE)), ("Sec-Fetch-Site", "same-site")],
    ],
)
def test_anything_else_is_refused(headers: list[tuple[str, str]]) -> None:
    with pytest.raises(ServiceError) as refused:
        check_csrf(request(None, *headers), ONE)
    assert refused.value.code == "csrf_failed"


def test_a_refresh_cookie_is_taken_with_the_csrf_token_of_its_session_only() -> None:
    cookie = ("Cookie", f"svet_refresh={ONE}.the-token")
    taken = refresh_cookie(request(None, cookie, ("X-CSRF-Token", csrf_of(ONE))))
    assert taken == SecretStr("the-token")
    with pytest.raises(ServiceError) as refused:
        refresh_cookie(request(None, cookie, ("X-CSRF-Token", csrf_of(OTHER))))
    assert refused.value.code == "csrf_failed"
    for broken in ("", "the-token", ".the-token", "1.2.3"):
        with pytest.raises(ServiceError) as refused:
            refresh_cookie(request(None, ("Cookie", f"svet_refresh={broken}")))
        assert refused.value.code == "unauthenticated"


FORWARDED = ("X-Forwarded-For", "203.0.113.7")


@pytest.mark.parametrize(
    ("peer", "headers", "trusted", "address"),
    [
        ("10.0.0.9", [FORWARDED], [], "10.0.0.9"),
        ("10.0.0.9", [FORWARDED], ["10.0.0.8"], "10.0.0.9"),
        ("10.0.0.9", [FORWARDED], ["10.0.0.9"], "203.0.113.7"),
        ("10.0.0.9", [FORWARDED], ["10.0.0.0/8"], "203.0.113.7"),
        ("10.0.0.9", [("X-Forwarded-For", "1.1.1.1, 203.0.113.7")], ["10.0.0.9"], "203.0.113.7"),
        ("10.0.0.9", [("X-Forwarded-For", "1.1.1.1"), FORWARDED], ["10.0.0.9"], "203.0.113.7"),
        ("10.0.0.9", [("X-Forwarded-For", "2001:db8::7")], ["10.0.0.9"], "2001:db8::7"),
        ("10.0.0.9", [("X-Forwarded-For", "unknown")], ["10.0.0.9"], "10.0.0.9"),
        ("10.0.0.9", [("X-Forwarded-For", "203.0.113.7,")], ["10.0.0.9"], "10.0.0.9"),
        ("10.0.0.9", [], ["10.0.0.9"], "10.0.0.9"),
        (None, [FORWARDED], ["10.0.0.9"], "unknown"),
    ],
)
def test_a_client_s_address_is_what_a_trusted_proxy_saw(
    peer: str | None, headers: list[tuple[str, str]], trusted: list[str], address: str
) -> None:
    assert client_address(request(peer, *headers, trusted_proxies=trusted)) == address


def test_a_home_has_one_address_or_a_network_of_them() -> None:
    assert home_of("2001:db8:1:2:3::4") == home_of("2001:db8:1:2:ffff::1") == "2001:db8:1:2::"
    assert home_of("2001:db8:1:3::4") != home_of("2001:db8:1:2::4")
    assert home_of("::ffff:203.0.113.7") == home_of("203.0.113.7") == "203.0.113.7"
    assert home_of("unknown") == "unknown"


async def counted(limits: Limits, what: str, address: str) -> str:
    try:
        await limits.hit(what, address)
    except ServiceError as error:
        return error.code if 0 < error.details["retry_after"] <= 60 else "no time to wait"
    return "counted"


@pytest.mark.anyio
async def test_tries_are_counted_by_home_and_by_what_is_tried() -> None:
    limits = Limits(settings(sign_in_limit="2/minute", registration_limit="1/minute"))
    tries = [await counted(limits, "sign_in", f"2001:db8::{n}") for n in range(3)]
    assert tries == ["counted", "counted", "too_many_requests"]
    assert await counted(limits, "sign_in", "2001:db8:0:1::1") == "counted"
    assert await counted(limits, "registration", "2001:db8::1") == "counted"
    assert await counted(limits, "registration", "2001:db8::2") == "too_many_requests"


@pytest.mark.anyio
async def test_many_homes_behind_one_address_of_a_carrier_live() -> None:
    limits = Limits(settings(sign_in_limit="2/minute", carrier_homes=3))
    tries = [await counted(limits, "sign_in", "203.0.113.7") for _ in range(7)]
    assert tries == [*["counted"] * 6, "too_many_requests"]
    assert await counted(limits, "sign_in", "203.0.113.8") == "counted"


def test_unknown_csrf_secret_of_development_is_refused_in_production() -> None:
    with pytest.raises(ValueError, match="SVET_GATEWAY_CSRF_SECRET"):
        settings(SVET_ENV="production")
    assert settings(SVET_ENV="production", csrf_secret=uuid4().hex)
