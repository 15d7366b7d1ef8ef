"""The API as it tells of itself: complete, committed, and true about who may call what."""

import json
import re
from typing import Any

import pytest

from gateway.limits import Limits
from gateway.openapi import FILE, as_text, describe, routes, uses
from gateway.routes.common import idempotency_key
from gateway.security import current_session, held_account, my_account
from gateway.staff import current_staff
from services.contracts.errors import VOCABULARY
from tests.support.gateway import application

APP = application()
DOCUMENT = describe(APP)
OPERATIONS: dict[str, tuple[str, str, dict[str, Any]]] = {
    operation["operationId"]: (method, path, operation)
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
}
API = [route for route in routes(APP) if route.include_in_schema]
NOT_API = {"/{path:path}", "/health/live", "/health/ready", "/metrics"}
LIMITED = {"register": "registration", "activate": "registration", "resend_activation": "registration"} | {
    "sign_in": "sign_in",
    "object_to_link": "registration",
    "ask_recovery": "registration",
    "recover": "registration",
    "confirm_email_by_link": "registration",
    "email_hint": "hint",
    "staff_enrolment": "sign_in",
    "staff_enrol": "sign_in",
    "staff_password": "sign_in",
    "staff_sign_in": "sign_in",
    "device_ticket": "device",
    "sign_in_by_pin": "device",
    "biometrics_ticket": "device",
    "sign_in_by_biometrics": "device",
}
COMMANDS = {"register", "resend_activation", "link_account", "submit_reading", "start_payment"} | {
    "ask_recovery",
    "ask_email",
    "release_link",
    "unfreeze_link",
}
OF_FROZEN_TOO = {"remove_account"}
"""What may be done to an account that «это не я» has frozen."""


def test_the_committed_description_is_the_code_s_own() -> None:
    assert FILE.read_text("utf-8") == as_text(DOCUMENT), (
        "run `python -m gateway.openapi` and look at the change"
    )


def test_every_route_is_described_but_the_client_and_what_machines_ask() -> None:
    assert {route.path for route in routes(APP) if not route.include_in_schema} == NOT_API
    assert len(OPERATIONS) == len(API)


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_says_what_it_does_and_how_it_refuses(name: str) -> None:
    _, path, operation = OPERATIONS[name]
    assert re.fullmatch("[a-z]+(_[a-z]+)*", name)
    assert path.startswith(("/api/v1/", "/staff/api/v1/"))
    assert operation["description"]
    answers = operation["responses"]
    assert {"422", "500", "503", "default"} <= set(answers)
    for status, answer in answers.items():
        assert answer["description"]
        if status.startswith("2") or status == "304":
            continue
        (content,) = answer["content"].items()
        assert content[0] == "application/problem+json"
        assert content[1]["schema"] == {"$ref": "#/components/schemas/Problem"}
        for code in content[1].get("examples", ()):
            assert VOCABULARY[code][0] == int(status)


@pytest.mark.parametrize("route", API, ids=lambda route: route.operation_id)
def test_a_route_that_needs_a_session_says_so(route: Any) -> None:
    method, path, operation = OPERATIONS[route.operation_id]
    of_staff = uses(route.dependant, current_staff)
    if not of_staff and not uses(route.dependant, current_session):
        assert "security" not in operation
        return
    assert of_staff == path.startswith("/staff/"), "staff and customers pass by doors of their own"
    assert {"unauthenticated", "session_ended"} <= examples(operation, "401")
    cookie: dict[str, list[str]] = {"staff" if of_staff else "cookie": []}
    cookie |= {} if method == "get" else {"csrf": []}
    assert operation["security"] == ([cookie] if of_staff else [{"bearer": []}, cookie])
    assert (method == "get") or ("csrf_failed" in examples(operation, "403"))


@pytest.mark.parametrize("route", list(routes(APP)), ids=lambda route: f"{min(route.methods)} {route.path}")
def test_an_account_in_the_path_is_one_s_own_by_the_one_dependency(route: Any) -> None:
    if route.path.startswith("/staff/"):
        assert not uses(route.dependant, held_account), "staff look at any account, by their role"
        return
    assert uses(route.dependant, held_account) == ("{account}" in route.path)
    touched = "{account}" in route.path and route.operation_id not in OF_FROZEN_TOO
    assert uses(route.dependant, my_account) == touched
    if touched:
        assert "account_frozen" in examples(OPERATIONS[route.operation_id][2], "403")
    if "{account}" in route.path:
        assert "account_unknown" in examples(OPERATIONS[route.operation_id][2], "404")
        # No route reads the number past the dependency.
        assert not [field.name for field in route.dependant.path_params if field.name == "account"]


def test_what_may_be_tried_without_a_session_is_limited() -> None:
    found = {}
    for route in API:
        limits = [
            below.call.__closure__[0].cell_contents
            for below in route.dependant.dependencies
            if getattr(below.call, "__qualname__", "").startswith("limited.")
        ]
        if limits:
            (found[route.operation_id],) = limits
            assert "too_many_requests" in examples(OPERATIONS[route.operation_id][2], "429")
    assert found == LIMITED
    assert set(found.values()) == set(Limits(APP.state.settings).names)


def test_commands_take_an_idempotency_key() -> None:
    assert {route.operation_id for route in API if uses(route.dependant, idempotency_key)} == COMMANDS
    for name in COMMANDS:
        (header,) = [p for p in OPERATIONS[name][2]["parameters"] if p["in"] == "header"]
        assert (header["name"], header["required"]) == ("Idempotency-Key", True)
        assert "idempotency_conflict" in examples(OPERATIONS[name][2], "409")


def test_bodies_refuse_unknown_fields() -> None:
    for _, _, operation in OPERATIONS.values():
        if "requestBody" in operation:
            text = json.dumps(operation["requestBody"]["content"]["application/json"]["schema"])
            for name in re.findall(r"#/components/schemas/(\w+)", text):
                assert DOCUMENT["components"]["schemas"][name]["additionalProperties"] is False


def test_every_reference_is_there() -> None:
    schemas = DOCUMENT["components"]["schemas"]
    assert set(re.findall(r"#/components/schemas/(\w+)", json.dumps(DOCUMENT))) <= set(schemas)


def examples(operation: dict[str, Any], status: str) -> set[str]:
    answer = operation["responses"].get(status, {"content": {}})
    return {code for content in answer["content"].values() for code in content.get("examples", ())}
