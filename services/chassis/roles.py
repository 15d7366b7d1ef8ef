"""What staff may do: a service asks the call's caller, though the gateway has asked already."""

from services.chassis import calls
from services.contracts.auth.staff import Role
from services.contracts.caller import Caller
from services.contracts.errors import ServiceError


def require_role(role: Role) -> Caller:
    """The member of staff behind the current call. Raises `forbidden` for everybody without the role."""
    caller = calls.current().caller
    if not caller.may(role):
        raise ServiceError("forbidden")
    return caller
