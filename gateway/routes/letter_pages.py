"""The pages that recovery's and a new e-mail's letters lead to: opening one changes nothing, its button does."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import SecretStr, ValidationError

from gateway.limits import ClientAddress, Limits, limited
from gateway.routes.common import TheBus, Trace
from gateway.routes.pages import TOKEN_AT_MOST, page, pressed, sound_token
from gateway.routes.recovery import check_same
from services.contracts import auth
from services.contracts.errors import ServiceError
from services.contracts.validation import field_errors, invalid

router = APIRouter(include_in_schema=False)
_FINAL = ("link_used", "link_stale")
"""Nothing typed into the form can help any more."""


@router.get("/recover", response_class=HTMLResponse)
async def recovery_page(request: Request, token: str = "") -> Response:
    """A form for the new password."""
    return _form(request, token[:TOKEN_AT_MOST])


@router.post("/recover", response_class=HTMLResponse)
async def recover(
    request: Request,
    bus: TheBus,
    address: ClientAddress,
    trace: Trace,
    token: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    password_again: Annotated[str, Form()] = "",
) -> Response:
    """Sets the password and consumes the link; what is wrong with the password is said at the form."""
    limits: Limits = request.app.state.limits
    try:
        secret = sound_token(token)
        await limits.hit("registration", address)
        check_same(SecretStr(password), SecretStr(password_again))
        asked = _asked(secret, password, address)
        await bus.call(auth.profile.RECOVER_BY_LINK, asked, traceparent=trace)
    except ServiceError as error:
        if error.code in _FINAL:
            return page(request, "result.html", error.status, title="Не получилось", text=error.message)
        return _form(request, token, error)
    text = "Пароль изменён, все прежние сеансы завершены. Теперь войдите с номером счёта и новым паролем."
    return page(request, "result.html", title="Готово", text=text)


def _asked(token: SecretStr, password: str, address: str) -> auth.profile.LinkRecoveryRequest:
    if not 8 <= len(password) <= 128:
        raise invalid("password", "length", "Нужно от 8 до 128 символов.")
    try:
        return auth.profile.LinkRecoveryRequest(token=token, password=SecretStr(password), client=address)
    except ValidationError as error:
        raise ServiceError("invalid_request", field_errors(error)) from error


def _form(request: Request, token: str, error: ServiceError | None = None) -> Response:
    fields = {field.field: field.message for field in error.fields} if error else {}
    general = error.message if error and not fields else ""
    status = error.status if error else 200
    return page(request, "recover.html", status, token=token, wrong=fields, error=general)


@router.get("/email", response_class=HTMLResponse)
async def email_page(request: Request, token: str = "") -> Response:
    """A page with a button: opening the link (mail scanners do) confirms nothing."""
    return page(request, "email.html", token=token[:TOKEN_AT_MOST])


@router.post("/email", response_class=HTMLResponse, dependencies=[limited("registration")])
async def confirm_email(
    request: Request, bus: TheBus, address: ClientAddress, trace: Trace, token: Annotated[str, Form()] = ""
) -> Response:
    """The button: the new address becomes the profile's."""

    async def act(secret: SecretStr) -> None:
        asked = auth.profile.LinkConfirmation(token=secret, client=address)
        await bus.call(auth.profile.CONFIRM_EMAIL_BY_LINK, asked, traceparent=trace)

    done = "Адрес подтверждён. Письма личного кабинета теперь будут приходить сюда."
    return await pressed(request, token, act, done)
