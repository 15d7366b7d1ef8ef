"""Who acts: passed with every call, and never more than ids."""

from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict


class Caller(BaseModel):
    """The identity behind a call: a customer's session, a member of staff, or a service of ours.

    `service` names the service that calls, also when it acts for a user.
    `roles` are a member of staff's, as auth told the gateway; services check them again.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    kind: Literal["anonymous", "customer", "staff", "service"] = "anonymous"
    user: UUID | None = None
    session: UUID | None = None
    service: str | None = None
    roles: list[str] | None = None

    @property
    def scope(self) -> str:
        """Whose idempotency keys these are: one user's keys never meet another's.

        A service's keys are its own for whomever it acts: what a call began, its background work repeats.
        """
        return str(self.service or self.user or self.kind)

    def may(self, role: str) -> bool:
        """Is it a member of staff with this role? An admin has all of them."""
        return self.kind == "staff" and not {role, "admin"}.isdisjoint(self.roles or ())


ANONYMOUS = Caller()
