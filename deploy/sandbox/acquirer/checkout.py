"""The customer's side: the hosted card page and the issuer's 3-D Secure page; plain forms, no JavaScript."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query
from fastapi.responses import RedirectResponse, Response

from deploy.sandbox.acquirer import cards
from deploy.sandbox.acquirer.desk import Later, TheDesk
from deploy.sandbox.acquirer.machine import Action, State
from deploy.sandbox.acquirer.orders import Order
from deploy.sandbox.pages import page
from services.common.clock import business_now, moscow_date

SHOP = "/payment/merchants/svet"
CARD_PAGE = f"{SHOP}/payment_ru.html"
SECURE_PAGE = "/payment/acs/secure_ru.html"
GOOD_ENDS = frozenset({State.DEPOSITED, State.UNKNOWN})

router = APIRouter()

Typed = Annotated[str, Form(max_length=64)]


@router.get(CARD_PAGE)
async def card_page(
    desk: TheDesk, order_id: Annotated[str, Query(alias="mdOrder")] = "", card: str = ""
) -> Response:
    order = desk.book.find(order_id)
    if order is None or order.state is not State.CREATED:
        return elsewhere(order)
    typed = {"pan": card, "expiry": some_expiry(), "cvc": cards.CVC} if card in cards.BY_PAN else {}
    return show_card_form(order, typed, {})


@router.post(f"{SHOP}/pay")
async def pay(
    desk: TheDesk,
    order_id: Annotated[str, Form(alias="mdOrder")],
    pan: Typed = "",
    expiry: Typed = "",
    cvc: Typed = "",
) -> Response:
    order = desk.book.find(order_id)
    if order is None or order.state is not State.CREATED:
        return elsewhere(order)
    pan, expiry, cvc = "".join(pan.split()), expiry.strip(), cvc.strip()
    errors = cards.card_errors(pan, expiry, cvc, moscow_date(business_now()))
    if errors:
        # The CVC is never sent back to the browser.
        return show_card_form(order, {"pan": pan, "expiry": expiry}, errors, 422)
    year, month = cards.expiry_month(expiry) or (0, 0)
    later = await desk.use_card(order, cards.drawn(pan, cvc), f"{year}{month:02d}")
    return go(f"{SECURE_PAGE}?mdOrder={order_id}") if challenged(order) else back(order, later)


@router.post(f"{SHOP}/leave")
async def leave(desk: TheDesk, order_id: Annotated[str, Form(alias="mdOrder")]) -> Response:
    """The customer goes back without paying; the order stays open until it expires."""
    order = desk.book.find(order_id)
    return elsewhere(None) if order is None else back(order)


@router.get(SECURE_PAGE)
async def secure_page(desk: TheDesk, order_id: Annotated[str, Query(alias="mdOrder")] = "") -> Response:
    order = desk.book.find(order_id)
    return show_secure_form(order) if order and challenged(order) else elsewhere(order)


@router.post("/payment/acs/check")
async def check(
    desk: TheDesk, order_id: Annotated[str, Form(alias="mdOrder")], code: Typed = "", cancel: Typed = ""
) -> Response:
    order = desk.book.find(order_id)
    if order is None or not challenged(order):
        return elsewhere(order)
    if cancel:
        return back(order, await desk.conclude(order, Action.REFUSE, cards.AUTHENTICATION_FAILED))
    if not code.strip():
        return show_secure_form(order, "Введите код", 422)
    later = await desk.enter_code(order, code.strip())
    if challenged(order):
        left = cards.SECURE_CODE_TRIES - order.wrong_codes
        return show_secure_form(order, f"Код не подошёл. Осталось попыток: {left}", 422)
    return back(order, later)


def some_expiry() -> str:
    return f"12/{(moscow_date(business_now()).year + 4) % 100:02d}"


def challenged(order: Order) -> bool:
    return order.state is State.AUTHENTICATING


def go(url: str, later: Later = None) -> Response:
    return RedirectResponse(url, status_code=303, background=later, headers={"Cache-Control": "no-store"})


def return_address(order: Order) -> str:
    """returnUrl, or failUrl for an order that did not end well, with what the bank adds to it."""
    url = order.return_url if order.state in GOOD_ENDS else order.fail_url or order.return_url
    added = urlencode({"orderId": order.order_id, "lang": "ru"})
    return f"{url}{'&' if '?' in url else '?'}{added}"


def back(order: Order, later: Later = None) -> Response:
    return go(return_address(order), later)


def elsewhere(order: Order | None) -> Response:
    """Where a customer belongs whose order is not waiting for this page."""
    if order is None:
        return page("order_unknown.html", 404)
    if order.state is State.CREATED:
        return go(f"{CARD_PAGE}?mdOrder={order.order_id}")
    if challenged(order):
        return go(f"{SECURE_PAGE}?mdOrder={order.order_id}")
    return page("order_over.html", order=order, return_url=return_address(order), text=end_text(order))


def end_text(order: Order) -> str:
    if order.state is State.DEPOSITED:
        return "Заказ оплачен."
    if order.state is State.UNKNOWN:
        return "Банк ещё не ответил. Результат узнает магазин."
    if order.state is State.DECLINED:
        return f"Оплата не прошла. {cards.ACTION_TEXT.get(order.action_code, '')}."
    return "Деньги возвращены на карту."


def show_card_form(
    order: Order, typed: dict[str, str], errors: dict[str, str], status_code: int = 200
) -> Response:
    return page(
        "card.html",
        status_code,
        order=order,
        typed=typed,
        errors=errors,
        cards=cards.CARDS,
        shop=SHOP,
        page_url=f"{CARD_PAGE}?mdOrder={order.order_id}",
        cvc=cards.CVC,
    )


def show_secure_form(order: Order, error: str = "", status_code: int = 200) -> Response:
    return page("secure.html", status_code, order=order, error=error, code=cards.SECURE_CODE)
