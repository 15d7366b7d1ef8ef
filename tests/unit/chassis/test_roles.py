"""A service lets in staff with the role, and nobody else whatever they say of themselves."""

from uuid import uuid4

import pytest

from services.chassis import calls
from services.chassis.roles import require_role
from services.contracts.auth.staff import Role
from services.contracts.caller import ANONYMOUS, Caller
from services.contracts.errors import ServiceError


def staff(*roles: str) -> Caller:
    return Caller(kind="staff", user=uuid4(), session=uuid4(), roles=list(roles))


def asked(caller: Caller, role: Role) -> Caller:
    with calls.entered(calls.Call("auth.staff_account", caller)):
        return require_role(role)


@pytest.mark.parametrize("roles", [["support"], ["admin"], ["finance", "support"]])
def test_staff_with_the_role_pass_and_an_admin_has_every_role(roles: list[str]) -> None:
    caller = staff(*roles)
    assert asked(caller, "support") is caller


@pytest.mark.parametrize(
    "caller",
    [
        ANONYMOUS,
        staff(),
        staff("finance", "operator"),
        Caller(kind="staff", user=uuid4()),
        Caller(kind="customer", user=uuid4(), roles=["support", "admin"]),
        Caller(kind="service", service="payments", roles=["admin"]),
    ],
)
def test_nobody_else_does(caller: Caller) -> None:
    with pytest.raises(ServiceError, match="forbidden"):
        asked(caller, "support")


def test_only_an_admin_is_an_admin() -> None:
    with pytest.raises(ServiceError, match="forbidden"):
        asked(staff("support", "operator", "finance"), "admin")


def test_work_without_a_caller_has_no_role() -> None:
    with pytest.raises(ServiceError, match="forbidden"):
        require_role("support")
