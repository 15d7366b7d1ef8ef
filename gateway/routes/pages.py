"""The few pages that letters and the bank lead to, until the client takes them over; no scripts."""

from collections.abc import Awaitable, Callable, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import FileResponse, HTMLResponse, Response
from fastapi.templating import Jinja2Templates
from markdown_it import MarkdownIt
from pydantic import SecretStr

from gateway.limits import ClientAddress, limited
from gateway.routes.common import TheBus, Trace
from gateway.routes.documents import IfNoneMatch, cacheable, found, newest
from services.common.russian import long_date
from services.contracts import auth
from services.contracts.errors import SUPPORT, ServiceError

router = APIRouter(include_in_schema=False)
_WEB = Path(__file__).parents[1] / "web"
_templates = Jinja2Templates(_WEB)
_OBJECTED = {
    "link_used": f"Вы уже ответили «это не я», больше ничего делать не нужно. Поддержка: {SUPPORT}.",
    "link_stale": "Ответить по этой ссылке нельзя: её срок истёк или счёт уже отключён от другого кабинета. "
    f"Если вы в этом не уверены, обратитесь в поддержку: {SUPPORT}.",
}
"""Nobody can ask for another letter of this kind, as the vocabulary's own words would have it."""
TOKEN_AT_MOST = 512
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
    return _templates.TemplateResponse(request, "activate.html", {"token": token[:TOKEN_AT_MOST]})


@router.post("/activate", response_class=HTMLResponse, dependencies=[limited("registration")])
async def activate(
    request: Request, bus: TheBus, address: ClientAddress, trace: Trace, token: Annotated[str, Form()] = ""
) -> Response:
    """The button: consumes the link."""

    async def act(secret: SecretStr) -> None:
        asked = auth.LinkActivationRequest(token=secret, client=address)
        await bus.call(auth.ACTIVATE_BY_LINK, asked, traceparent=trace)

    done = "Личный кабинет активирован. Теперь войдите с номером счёта и паролем."
    return await pressed(request, token, act, done)


@router.get("/objection", response_class=HTMLResponse)
async def objection_page(request: Request, token: str = "") -> Response:
    """«Это не я»: a page with a button; opening it freezes nothing."""
    return _templates.TemplateResponse(request, "objection.html", {"token": token[:TOKEN_AT_MOST]})


@router.post("/objection", response_class=HTMLResponse, dependencies=[limited("registration")])
async def object_to_link(
    request: Request, bus: TheBus, address: ClientAddress, trace: Trace, token: Annotated[str, Form()] = ""
) -> Response:
    """The button: takes the account from the other cabinet until staff have looked."""

    async def act(secret: SecretStr) -> None:
        asked = auth.profile.LinkConfirmation(token=secret, client=address)
        await bus.call(auth.profile.OBJECT_TO_LINK, asked, traceparent=trace)

    done = f"Доступ другого кабинета к счёту приостановлен. Мы проверим, кто его подключил. Поддержка: {SUPPORT}."
    return await pressed(request, token, act, done, _OBJECTED)


async def pressed(
    request: Request,
    token: str,
    act: Callable[[SecretStr], Awaitable[None]],
    done: str,
    refused: Mapping[str, str] = MappingProxyType({}),
) -> Response:
    """A page's answer to its button; `refused` are its own words for some refusals."""
    try:
        await act(sound_token(token))
    except ServiceError as error:
        text = refused.get(error.code, error.message)
        return page(request, "result.html", error.status, title="Не получилось", text=text)
    return page(request, "result.html", title="Готово", text=done)


def sound_token(token: str) -> SecretStr:
    """What cannot be a token (a link torn by a mail program) is a stale link; raises `link_stale`."""
    if not 0 < len(token) <= TOKEN_AT_MOST:
        raise ServiceError("link_stale")
    return SecretStr(token)


def page(request: Request, template: str, status: int = 200, **facts: object) -> Response:
    """A page of gateway/web."""
    return _templates.TemplateResponse(request, template, facts, status_code=status)


@router.get("/pay/return", response_class=HTMLResponse)
async def payment_return(request: Request) -> Response:
    """Where the bank sends the customer back; it proves nothing, so it only tells where to look."""
    text = "Банк вернул вас в личный кабинет. Результат платежа — в истории платежей."
    return _templates.TemplateResponse(request, "result.html", {"title": "Платёж проверяется", "text": text})


@router.get("/documents", response_class=HTMLResponse)
async def documents_page(request: Request, if_none_match: IfNoneMatch = None) -> Response:
    """The legal texts that are in force."""
    page = _templates.TemplateResponse(request, "documents.html", {"documents": newest(request)})
    return cacheable(page, if_none_match)


@router.get("/documents/{kind}", response_class=HTMLResponse)
async def document_page(
    kind: str, request: Request, version: str | None = None, if_none_match: IfNoneMatch = None
) -> Response:
    """A legal text as people read it."""
    try:
        document = found(request, kind, version)
    except ServiceError as error:
        return _templates.TemplateResponse(
            request, "result.html", {"title": "Нет такой страницы", "text": error.message}, error.status
        )
    told = {"document": document, "since": long_date(document.since), "text": _as_html(document.text)}
    return cacheable(_templates.TemplateResponse(request, "document.html", told), if_none_match)


@cache
def _as_html(markdown: str) -> str:
    """Safe to put into a page: raw HTML in a text is shown as it is written."""
    html: str = MarkdownIt("commonmark", {"html": False}).render(markdown)
    return html
