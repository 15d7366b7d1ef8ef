"""The legacy RBS calls under /payment/rest/: form-encoded in, JSON out, HTTP 200 for business errors."""

import asyncio
import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from deploy.sandbox.acquirer import cards
from deploy.sandbox.acquirer.desk import Desk, Later, TheDesk
from deploy.sandbox.acquirer.machine import Action, WrongState
from deploy.sandbox.acquirer.orders import Order
from deploy.sandbox.acquirer.registration import Refused, json_object, new_order, positive
from deploy.sandbox.acquirer.rules import About, Rule, Subject
from deploy.sandbox.acquirer.status import extended_status

SUCCESS: Final = {"errorCode": "0", "errorMessage": "Успешно"}
NOT_FOUND: Final = (6, "Заказ не найден")

router = APIRouter(prefix="/payment/rest")

Answer = tuple[dict[str, Any], Later]
Params = dict[str, str]


@dataclass(frozen=True)
class Call:
    subject: Subject
    run: Callable[[Desk, Params, Order | None, Rule], Awaitable[Answer]]


async def register(desk: Desk, params: Params, _: Order | None, rule: Rule) -> Answer:
    order = new_order(params, desk.book, params["_ip"])
    desk.book.keep(order)
    page = f"{desk.settings.acquirer_public_url.rstrip('/')}/payment/merchants/svet/payment_ru.html"
    # The legacy dialect leaves errorCode out of a success.
    return {"orderId": order.order_id, "formUrl": f"{page}?mdOrder={order.order_id}"}, None


async def status(desk: Desk, params: Params, order: Order | None, rule: Rule) -> Answer:
    if not params.get("orderId") and not params.get("orderNumber"):
        raise Refused(1, "Ожидается [orderId] или [orderNumber]")
    found = existing(order)
    if rule.mode != "wrong_amount":
        return extended_status(found), None
    return extended_status(found, rule.amount if rule.amount is not None else found.deposited + 100), None


async def decline(desk: Desk, params: Params, order: Order | None, rule: Rule) -> Answer:
    desk.book.move(existing(order), Action.DECLINE, cards.CANCELLED_BY_MERCHANT)
    return dict(SUCCESS), None


async def reverse(desk: Desk, params: Params, order: Order | None, rule: Rule) -> Answer:
    found = existing(order)
    if params.get("amount") and positive("amount", params["amount"]) != found.amount:
        raise Refused(7, "Частичная отмена не поддерживается")
    return dict(SUCCESS), await desk.reverse(found)


async def refund(desk: Desk, params: Params, order: Order | None, rule: Rule) -> Answer:
    """The same externalRefundId repeats the first answer and refuses another amount (domain.md 1.8)."""
    found = existing(order)
    amount = positive("amount", params.get("amount", ""))
    external_id = json_object(params, "jsonParams").get("externalRefundId")
    for made in found.refunds:
        if external_id is not None and made.external_id == str(external_id):
            if made.amount == amount:
                return dict(SUCCESS), None
            raise Refused(7, "Возврат с этим externalRefundId уже сделан на другую сумму")
    if found.deposited and amount > found.deposited - found.refunded:
        raise Refused(5, "Сумма возврата превышает сумму списания")
    return dict(SUCCESS), await desk.refund(found, amount, None if external_id is None else str(external_id))


def existing(order: Order | None) -> Order:
    if order is None:
        raise Refused(*NOT_FOUND)
    return order


CALLS: Final[dict[str, Call]] = {
    "register.do": Call("register", register),
    "getOrderStatusExtended.do": Call("status", status),
    "decline.do": Call("decline", decline),
    "reverse.do": Call("reverse", reverse),
    "refund.do": Call("refund", refund),
}


@router.api_route("/{name}", methods=["GET", "POST"])
async def answer(desk: TheDesk, name: str, request: Request) -> Response:
    call = CALLS.get(name)
    if call is None:
        return Response(status_code=404)
    form = await request.form()
    params = {**request.query_params, **{key: str(value) for key, value in form.items()}}
    params["_ip"] = request.client.host if request.client else ""
    refusal = access_refusal(desk, call, params)
    if refusal:
        return JSONResponse(error(refusal))
    return await faulty(desk, call, params)


async def faulty(desk: Desk, call: Call, params: Params) -> Response:
    """Runs the call under the rule in force: a fault falls before it, after it, or delays the answer."""
    order = (
        desk.book.find(params.get("orderId"), params.get("orderNumber")) if call.run is not register else None
    )
    if order and call.subject == "status":
        order.status_queries += 1
        desk.book.bell.ring()
    rule = desk.rules.take(call.subject, desk.about(order) if order else about_request(params))
    if rule.mode == "slow_nothing":
        await asyncio.sleep(rule.seconds)
        return Response(status_code=504)
    if rule.mode == "http500":
        return Response("Internal Server Error", status_code=500)
    try:
        body, later = await call.run(desk, params, order, rule)
    except Refused as refused:
        body, later = error(refused), None
    except WrongState:
        body, later = error(Refused(7, "Операция невозможна для текущего состояния платежа")), None
    if rule.mode == "lost":
        return Response("Internal Server Error", status_code=500, background=later)
    if later and rule.seconds:
        # What was done is told at once by callback, however late the answer itself is.
        await later()
        later = None
    await asyncio.sleep(rule.seconds)
    return JSONResponse(body, background=later)


def about_request(params: Params) -> About:
    """What a request says of an order that is not in the book (yet)."""
    try:
        account = json_object(params, "jsonParams").get("account")
    except Refused:
        account = None
    amount = params.get("amount", "")
    return About(
        order_id=params.get("orderId"),
        order_number=params.get("orderNumber"),
        amount=int(amount) if amount.isdecimal() else None,
        account=None if account is None else str(account),
        description=params.get("description", ""),
    )


def access_refusal(desk: Desk, call: Call, params: Params) -> Refused | None:
    for name in ("userName", "password"):
        if not params.get(name):
            return Refused(4 if call.run is register else 5, f"Не указан обязательный параметр [{name}]")
    given = f"{params['userName']}\n{params['password']}".encode()
    right = f"{desk.settings.acquirer_user}\n{desk.settings.acquirer_password.get_secret_value()}".encode()
    return None if hmac.compare_digest(given, right) else Refused(5, "Доступ запрещён")


def error(refused: Refused) -> dict[str, Any]:
    return {"errorCode": str(refused.code), "errorMessage": refused.message}
