"""Recovery: a letter is asked for by account number and e-mail, a new password set by its link or code."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import EmailStr, Field, SecretStr

from gateway.errors import problems
from gateway.limits import ClientAddress, limited
from gateway.routes.common import Body, IdempotencyKey, TheBus, Trace
from services.contracts import auth
from services.contracts.base import AccountNumber, Done
from services.contracts.validation import invalid

router = APIRouter(prefix="/api/v1", tags=["identity"])


class RecoveryRequest(Body):
    """The primary account and the profile's e-mail."""

    account: AccountNumber
    email: EmailStr


class NewPassword(Body):
    """By the link's token, or by account number and code."""

    token: auth.Secret | None = None
    account: AccountNumber | None = None
    code: Annotated[SecretStr, Field(min_length=6, max_length=6)] | None = None
    password: auth.Password
    password_again: SecretStr


@router.post(
    "/recoveries",
    operation_id="ask_recovery",
    status_code=202,
    responses={**problems("too_many_requests", "idempotency_key_missing", "idempotency_conflict")},
    dependencies=[limited("registration")],
)
async def ask_recovery(
    body: RecoveryRequest, bus: TheBus, key: IdempotencyKey, address: ClientAddress, trace: Trace
) -> Done:
    """Sends a letter with a link and a code, when there is such a profile; the answer is the same when not."""
    request = auth.profile.RecoveryRequest(account=body.account, email=body.email, client=address)
    return await bus.call(auth.profile.ASK_RECOVERY, request, key=key, traceparent=trace)


@router.put(
    "/recoveries",
    operation_id="recover",
    responses={**problems("link_used", "link_stale", "code_refused", "too_many_requests")},
    dependencies=[limited("registration")],
)
async def recover(body: NewPassword, bus: TheBus, address: ClientAddress, trace: Trace) -> Done:
    """Sets a new password by the letter's link or code, which work once; every session ends."""
    check_same(body.password, body.password_again)
    if body.token is not None:
        by_link = auth.profile.LinkRecoveryRequest(token=body.token, password=body.password, client=address)
        return await bus.call(auth.profile.RECOVER_BY_LINK, by_link, traceparent=trace)
    if body.account is None or body.code is None:
        raise invalid("code", "missing", "Укажите код из письма.")
    by_code = auth.profile.CodeRecoveryRequest(
        account=body.account, code=body.code, password=body.password, client=address
    )
    return await bus.call(auth.profile.RECOVER_BY_CODE, by_code, traceparent=trace)


def check_same(password: SecretStr, again: SecretStr) -> None:
    """Raises `invalid_request` when the second typing differs."""
    if password.get_secret_value() != again.get_secret_value():
        raise invalid("password_again", "mismatch", "Пароли не совпадают.")
