"""The few pages that letters and the bank lead to, until the client takes them over; no scripts."""

from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import FileResponse, HTMLResponse, Response
from fastapi.templating import Jinja2Templates
from pydantic import SecretStr

from gateway.limits import limited
from gateway.routes.common import TheBus, Trace
from services.contracts import auth
from services.contracts.errors import ServiceError

router = APIRouter(include_in_schema=False)
_WEB = Path(__file__).parents[1] / "web"
_templates = Jinja2Templates(_WEB)
_TOKEN_AT_MOST = 512
"""Characters, as the contract has it."""


@router.get("/style.css")
async def style() -> FileResponse:
    return FileResponse(_WEB / "style.css", media_type="text/css", headers={"Cache-Control": "max-age=3600"})


@router.get("/", response_class=HTMLResponse)
async def home(request: Request) -> Response:
    """What this address is."""
    return _templates.TemplateResponse(request, "home.html")


@router.get("/activate", response_class=HTMLResponse)
async def activation_page(request: Request, token: str = "") -> Response:
    """A page with a button: opening the link (mail scanners do) activates nothing."""
    return _templates.TemplateResponse(request, "activate.html", {"token": token[:_TOKEN_AT_MOST]})


@router.post("/activate", response_class=HTMLResponse, dependencies=[limited("registration")])
async def activate(
    request: Request, bus: TheBus, trace: Trace, token: Annotated[str, Form()] = ""
) -> Response:
    """The button: consumes the link. What cannot be a token (a link torn by a mail program) is a stale link."""
    try:
        if not 0 < len(token) <= _TOKEN_AT_MOST:
            raise ServiceError("link_stale")
        asked = auth.LinkActivationRequest(token=SecretStr(token))
        await bus.call(auth.ACTIVATE_BY_LINK, asked, traceparent=trace)
    except ServiceError as error:
        return _templates.TemplateResponse(
            request,
            "result.html",
            {"title": "Не получилось", "text": error.message},
            status_code=error.status,
        )
    text = "Личный кабинет активирован. Теперь войдите с номером счёта и паролем."
    return _templates.TemplateResponse(request, "result.html", {"title": "Готово", "text": text})


@router.get("/pay/return", response_class=HTMLResponse)
async def payment_return(request: Request) -> Response:
    """Where the bank sends the customer back; it proves nothing, so it only tells where to look."""
    text = "Банк вернул вас в личный кабинет. Результат платежа — в истории платежей."
    return _templates.TemplateResponse(request, "result.html", {"title": "Платёж проверяется", "text": text})
