"""Requests made up from the API's own description, sound and broken: none may meet a 5xx."""

import secrets
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.generation import GenerationMode

from deploy.demo.visitor import Mailbox
from deploy.local.system import LocalSystem
from gateway.openapi import FILE
from tests.support.customer import Customer, make_customer
from tests.support.households import Households
from tests.support.staff import Member

EXAMPLES = 15
OPERATIONS: dict[str, Any] = {
    found.ok().definition.raw["operationId"]: found.ok()
    for found in schemathesis.openapi.from_path(FILE).get_all_operations()
}
for ends_it in ("sign_out", "end_sessions", "staff_sign_out"):
    OPERATIONS.pop(ends_it)
# Hypothesis has nothing to break in a request without parameters, or with a header of any text.
UNBREAKABLE = {"acquirer_callback", "acquirer_callback_post", "list_documents", "retailer"}


@pytest.fixture(scope="module")
def somebody(system: LocalSystem, mailbox: Mailbox, households: Households) -> Customer:
    return make_customer(system.urls.gateway, mailbox, households.take(), "app")


@pytest.fixture(scope="module")
def admin(system: LocalSystem) -> Member:
    return Member(system, "admin").enrol().sign_in()


@pytest.fixture(scope="module")
def wire() -> requests.Session:
    session = requests.Session()
    session.trust_env = False
    return session


@pytest.mark.parametrize("mode", GenerationMode, ids=lambda mode: str(mode.value))
@pytest.mark.parametrize("name", OPERATIONS)
def test_no_request_that_can_be_made_up_meets_a_5xx(
    name: str, mode: GenerationMode, somebody: Customer, admin: Member, wire: requests.Session
) -> None:
    if mode is GenerationMode.NEGATIVE and name in UNBREAKABLE:
        return

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=OPERATIONS[name].as_strategy(generation_mode=mode))
    def send(case: Any) -> None:
        if "account" in case.path_parameters and mode is GenerationMode.POSITIVE:
            case.path_parameters["account"] = somebody.account
        known = {"Authorization": somebody.visitor.http.headers["Authorization"]}
        if case.path.startswith("/staff/"):
            known = {
                "Cookie": f"svet_staff={admin.visitor.http.cookies['svet_staff']}",
                "X-CSRF-Token": admin.visitor.http.headers["X-CSRF-Token"],
            }
        headers = known | {"X-Forwarded-For": f"2001:db8:{secrets.token_hex(2)}:{secrets.token_hex(2)}::1"}
        base = f"{somebody.visitor.http.base_url}".rstrip("/")
        answer = case.call(base_url=base, headers=headers, session=wire)
        assert answer.status_code < 500, (case.as_curl_command(), answer.text[:500])

    send()
