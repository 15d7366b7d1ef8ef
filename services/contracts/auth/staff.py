"""Staff of the retailer: enrolment, sign-in with a second factor, and what support does with an account."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BeforeValidator, Field, SecretStr

from services.contracts.auth.webauthn import NewCredential, UsedCredential
from services.contracts.auth.words import SERVICE, Client, Code, GivenPassword, Secret, Ticket, WithSecrets
from services.contracts.base import AccountNumber, Done, Moment, Operation, Reply, Request

Role = Literal["support", "operator", "finance", "admin"]
"""support: accounts, releases, appeals; operator: registry, months; finance: refunds; admin: all of it, audit."""
Login = Annotated[
    str,
    BeforeValidator(lambda value: value.strip().lower() if isinstance(value, str) else value),
    Field(pattern=r"^[a-z][a-z0-9._-]{1,39}$", examples=["ivanova"]),
]
"""The narrow pattern keeps a password typed into the wrong field out of tables."""
StaffPassword = Annotated[SecretStr, Field(min_length=12, max_length=128)]
Reason = Annotated[str, Field(min_length=3, max_length=300)]
"""Staff's own words, which stay on the trail when the person is gone: a letter's number, nobody's name."""
Factor = Literal["webauthn", "totp"]


class EnrolmentRequest(WithSecrets):
    """The one-time link that `./svet staff add` printed."""

    token: Secret
    client: Client = ""


class Enrolment(Reply):
    """What to set up: one of an authenticator (`options`) and a TOTP secret (`totp_uri`)."""

    login: str
    name: str
    ticket: Ticket
    options: dict[str, Any]
    totp_uri: Annotated[str, Field(repr=False)]


class EnrolmentConfirmation(WithSecrets):
    """`credential` or `code` proves the second factor; the link is used up by success."""

    token: Secret
    password: StaffPassword
    ticket: Ticket
    credential: NewCredential | None = None
    code: Code | None = None
    client: Client = ""


class StaffPasswordRequest(WithSecrets):
    login: Login
    password: GivenPassword
    client: Client


class SecondFactor(Reply):
    """The password was right; the ticket waits for the second factor. `options` when there is an authenticator."""

    ticket: Ticket
    factors: list[Factor]
    options: dict[str, Any] | None = None


class StaffSignIn(WithSecrets):
    ticket: Ticket
    credential: UsedCredential | None = None
    code: Code | None = None
    client: Client


class StaffTokens(Reply):
    """`token` is the staff session's secret: it goes into a cookie and nowhere else."""

    token: Annotated[str, Field(repr=False)]
    expires_at: Moment
    staff: UUID
    session: UUID
    name: str
    roles: list[Role]


class StaffSessionRequest(WithSecrets):
    token: Secret


class StaffView(Reply):
    """A live staff session. An ended or unknown one is the error `session_ended`."""

    staff: UUID
    session: UUID
    login: str
    name: str
    roles: list[Role]


class StaffSignOut(Request):
    staff: UUID
    session: UUID
    client: Client = ""


class AccountLookup(Request):
    """Who asks is the call's caller; auth checks the role in its own table."""

    account: AccountNumber
    client: Client = ""


class Holder(Reply):
    """A profile that holds an account."""

    user: UUID
    email: Annotated[str, Field(repr=False)]
    phone: Annotated[str, Field(repr=False)]
    primary: bool
    frozen: bool
    removed: bool = False
    """Removed from the cabinet while frozen: kept, so that it cannot be linked anew."""
    linked_at: Moment
    last_used_at: Moment | None = None


class AccountHolders(Reply):
    account: AccountNumber
    holders: list[Holder]


class LinkRelease(Request):
    """Take an account from a profile: an additional one is unlinked, a primary one deletes its profile."""

    account: AccountNumber
    user: UUID
    reason: Reason
    client: Client = ""


class LinkUnfreezing(Request):
    """Give a frozen link back."""

    account: AccountNumber
    user: UUID
    reason: Reason
    client: Client = ""


class AuditRequest(Request):
    """Acts of an account or of a user, the newest first; at least one of the two is named."""

    account: AccountNumber | None = None
    user: UUID | None = None
    limit: Annotated[int, Field(ge=1, le=500)] = 100
    client: Client = ""


class AuditRow(Reply):
    """Who did what from where. `actor` is `customer`, `staff:<login>`, `anonymous`, `system` or `console`."""

    at: Moment
    act: str
    actor: str
    account: str | None = None
    user: UUID | None = None
    session: UUID | None = None
    device: UUID | None = None
    client: str | None = None
    channel: str | None = None
    details: dict[str, Any] = {}


class AuditTrail(Reply):
    acts: list[AuditRow]


STAFF_ENROLMENT = Operation(SERVICE, "staff_enrolment", EnrolmentRequest, Enrolment)
STAFF_ENROL = Operation(SERVICE, "staff_enrol", EnrolmentConfirmation, Done, timeout=10.0, heavy=True)
STAFF_PASSWORD = Operation(
    SERVICE, "staff_password", StaffPasswordRequest, SecondFactor, timeout=10.0, heavy=True
)
STAFF_SIGN_IN = Operation(SERVICE, "staff_sign_in", StaffSignIn, StaffTokens)
STAFF_SESSION = Operation(SERVICE, "staff_session", StaffSessionRequest, StaffView)
STAFF_SIGN_OUT = Operation(SERVICE, "staff_sign_out", StaffSignOut, Done)
STAFF_ACCOUNT = Operation(SERVICE, "staff_account", AccountLookup, AccountHolders)
STAFF_RELEASE = Operation(SERVICE, "staff_release", LinkRelease, Done, idempotent=True)
STAFF_UNFREEZE = Operation(SERVICE, "staff_unfreeze", LinkUnfreezing, Done, idempotent=True)
STAFF_AUDIT = Operation(SERVICE, "staff_audit", AuditRequest, AuditTrail)
OPERATIONS = (
    STAFF_ENROLMENT,
    STAFF_ENROL,
    STAFF_PASSWORD,
    STAFF_SIGN_IN,
    STAFF_SESSION,
    STAFF_SIGN_OUT,
    STAFF_ACCOUNT,
    STAFF_RELEASE,
    STAFF_UNFREEZE,
    STAFF_AUDIT,
)
