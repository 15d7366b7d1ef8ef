"""What a person does with the profile: recovery, e-mail, phone, password, accounts, consents, deletion."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import EmailStr, Field

from services.contracts.auth.words import (
    SERVICE,
    Channel,
    Client,
    Code,
    GivenPassword,
    Password,
    Phone,
    Secret,
    SessionCommand,
    WithSecrets,
)
from services.contracts.base import AccountNumber, Done, Moment, Operation, Reply, Request

Purpose = Literal["personal_data"]


class RecoveryRequest(Request):
    """The answer never says whether there is such a profile."""

    account: AccountNumber
    email: EmailStr
    client: Client


class LinkRecoveryRequest(WithSecrets):
    token: Secret
    password: Password
    client: Client = ""


class CodeRecoveryRequest(WithSecrets):
    account: AccountNumber
    code: Code
    password: Password
    client: Client = ""


class PasswordChange(SessionCommand):
    current: GivenPassword
    password: Password


class PhoneChange(SessionCommand):
    phone: Phone


class EmailChange(SessionCommand):
    email: EmailStr
    password: GivenPassword


class LinkConfirmation(WithSecrets):
    """A letter's link; who opens it need not be signed in."""

    token: Secret
    client: Client = ""


class CodeConfirmation(SessionCommand):
    code: Code


class AccountLink(SessionCommand):
    """Link one more account; the address is the proof."""

    account: AccountNumber
    address: Annotated[str, Field(min_length=3, max_length=300)]


class AccountRemoval(SessionCommand):
    account: AccountNumber


class Deletion(SessionCommand):
    """Delete the profile; the password confirms it."""

    password: GivenPassword


class ConsentRow(Reply):
    """`text_hash`: SHA-256 of the exact text of that version."""

    id: UUID
    purpose: str
    version: str
    text_hash: str
    given_at: Moment
    channel: Channel
    withdrawn_at: Moment | None = None


class ConsentList(Reply):
    """The newest first."""

    consents: list[ConsentRow]


class ConsentGiven(SessionCommand):
    """Agree to the newest version of a text; agreeing to it again changes nothing."""

    purpose: Purpose
    version: Annotated[str, Field(min_length=1, max_length=40)]
    channel: Channel = "web"


class ConsentWithdrawal(SessionCommand):
    """Withdrawing `personal_data` deletes the profile: without it there is no cabinet. The password confirms."""

    consent: UUID
    password: GivenPassword


ASK_RECOVERY = Operation(SERVICE, "ask_recovery", RecoveryRequest, Done, idempotent=True)
RECOVER_BY_LINK = Operation(SERVICE, "recover_by_link", LinkRecoveryRequest, Done, timeout=10.0, heavy=True)
RECOVER_BY_CODE = Operation(SERVICE, "recover_by_code", CodeRecoveryRequest, Done, timeout=10.0, heavy=True)
CHANGE_PASSWORD = Operation(SERVICE, "change_password", PasswordChange, Done, timeout=10.0, heavy=True)
CHANGE_PHONE = Operation(SERVICE, "change_phone", PhoneChange, Done)
ASK_EMAIL = Operation(SERVICE, "ask_email", EmailChange, Done, idempotent=True, timeout=10.0, heavy=True)
CONFIRM_EMAIL_BY_LINK = Operation(SERVICE, "confirm_email_by_link", LinkConfirmation, Done)
CONFIRM_EMAIL_BY_CODE = Operation(SERVICE, "confirm_email_by_code", CodeConfirmation, Done)
LINK_ACCOUNT = Operation(SERVICE, "link_account", AccountLink, Done, idempotent=True, timeout=10.0)
REMOVE_ACCOUNT = Operation(SERVICE, "remove_account", AccountRemoval, Done)
OBJECT_TO_LINK = Operation(SERVICE, "object_to_link", LinkConfirmation, Done)
DELETE_PROFILE = Operation(SERVICE, "delete_profile", Deletion, Done, timeout=10.0, heavy=True)
CONSENTS = Operation(SERVICE, "consents", SessionCommand, ConsentList)
GIVE_CONSENT = Operation(SERVICE, "give_consent", ConsentGiven, Done)
WITHDRAW_CONSENT = Operation(SERVICE, "withdraw_consent", ConsentWithdrawal, Done, timeout=10.0, heavy=True)
OPERATIONS = (
    ASK_RECOVERY,
    RECOVER_BY_LINK,
    RECOVER_BY_CODE,
    CHANGE_PASSWORD,
    CHANGE_PHONE,
    ASK_EMAIL,
    CONFIRM_EMAIL_BY_LINK,
    CONFIRM_EMAIL_BY_CODE,
    LINK_ACCOUNT,
    REMOVE_ACCOUNT,
    OBJECT_TO_LINK,
    DELETE_PROFILE,
    CONSENTS,
    GIVE_CONSENT,
    WITHDRAW_CONSENT,
)
