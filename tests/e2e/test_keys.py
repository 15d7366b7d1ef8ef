"""Signing keys are rotated while people work: a new key signs, tokens of the old one are good until they run out."""

import base64
import json
import secrets

import jwt

from deploy.demo.visitor import Visitor, eventually
from deploy.local.system import LocalSystem
from services.auth.settings import Settings
from tests.support.customer import PASSWORD, Customer
from tests.support.doors import bearer, on_the_other_gateway

USUAL = Settings.model_fields["signing_keys"].default.get_secret_value()


def test_a_new_key_signs_while_tokens_of_the_old_one_last(system: LocalSystem, resident: Customer) -> None:
    old = Visitor(system.urls.gateway, "app")
    old.sign_in(resident.account, PASSWORD)
    fresh = {"kid": "fresh", "private": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()}
    try:
        restart_auth(system, json.dumps([fresh, *json.loads(USUAL)]))
        new = Visitor(system.urls.gateway, "app")
        new.sign_in(resident.account, PASSWORD)
        assert [kid(who) for who in (old, new)] == ["development", "fresh"]
        for who in (new, on_the_other_gateway(system, new), old, on_the_other_gateway(system, old)):
            eventually(lambda who=who: who.send("GET", "/me").is_success, "both keys verify", 5)  # type: ignore[misc]
        old.keep(old.post("/sessions/refresh", {"token": old.refresh_token}))
        assert kid(old) == "fresh"
        assert old.send("GET", "/me").is_success
    finally:
        restart_auth(system, USUAL)


def kid(visitor: Visitor) -> str:
    return str(jwt.get_unverified_header(bearer(visitor))["kid"])


def restart_auth(system: LocalSystem, keys: str) -> None:
    system.set_environment("auth", {"SVET_AUTH_SIGNING_KEYS": keys})
    system.restart("auth")
    system.wait_ready(60, ["auth"])
