"""The control API under /sandbox/: tests and developers look into the acquirer here and make it misbehave.

GET /sandbox/orders                   every order with its truth and counts, and totals;
                                      filters orderId, orderNumber, amount, account, state
GET /sandbox/orders/{id or number}    one order; wait=SECONDS with state= or callbacks=N waits for that fact
POST /sandbox/orders/{key}/settle     {"outcome": "success" | "decline" | "unknown", "actionCode": 116}
POST /sandbox/orders/{key}/expire     the session's time is over now
POST /sandbox/callbacks               sends any callback now: {"params": {...}, "forged": false, "url": ""}
GET | POST | DELETE /sandbox/rules    the rules in force; add one (rules.py tells the fields); drop all
DELETE /sandbox/rules/{id}            drop one
POST /sandbox/reset?orders=true       drop all rules, and all orders if asked
GET /sandbox/cards                    the test cards
"""

from collections.abc import Awaitable
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, HTTPException, Query
from pydantic import BaseModel, ConfigDict, Field

from deploy.sandbox.acquirer import cards
from deploy.sandbox.acquirer.desk import Later, TheDesk
from deploy.sandbox.acquirer.machine import Action, State, WrongState
from deploy.sandbox.acquirer.orders import Order
from deploy.sandbox.acquirer.rules import Match, Rule
from deploy.sandbox.acquirer.status import control_view

router = APIRouter(prefix="/sandbox", tags=["sandbox"])


class Settlement(BaseModel):
    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    outcome: Literal["success", "decline", "unknown"]
    action_code: int | None = Field(None, alias="actionCode")


class Parcel(BaseModel):
    """An arbitrary callback, signed with the real secret unless `forged`."""

    model_config = ConfigDict(extra="forbid")

    params: dict[str, str]
    forged: bool = False
    url: str = ""


OUTCOMES: dict[str, tuple[Action, int]] = {
    "success": (Action.PAY, cards.SUCCESS),
    "decline": (Action.REFUSE, 116),
    "unknown": (Action.LOSE, 151019),
}


def known(key: str, desk: TheDesk) -> Order:
    order = desk.book.find(key) or desk.book.find(order_number=key)
    if order is None:
        raise HTTPException(404, "no such order")
    return order


def match_of(
    order_id: Annotated[str | None, Query(alias="orderId")] = None,
    order_number: Annotated[str | None, Query(alias="orderNumber")] = None,
    amount: int | None = None,
    account: str | None = None,
) -> Match:
    return Match(order_id=order_id, order_number=order_number, amount=amount, account=account)


KnownOrder = Annotated[Order, Depends(known)]


@router.get("/orders")
async def orders(
    desk: TheDesk, match: Annotated[Match, Depends(match_of)], state: State | None = None
) -> dict[str, Any]:
    found = [order for order in desk.book if desk.about(order).agrees(match) and state in (None, order.state)]
    totals = {
        "count": len(found),
        "depositedAmount": sum(order.deposited for order in found),
        "refundedAmount": sum(order.refunded for order in found),
    }
    return {"totals": totals, "orders": [control_view(order) for order in found]}


@router.get("/orders/{key}")
async def one_order(
    desk: TheDesk,
    order: KnownOrder,
    wait: Annotated[float, Query(ge=0, le=60)] = 0,
    state: State | None = None,
    callbacks: int = 0,
) -> dict[str, Any]:
    def happened() -> bool:
        return state in (None, order.state) and order.callback_requests >= callbacks

    await desk.book.bell.wait_for(wait, happened)
    return control_view(order)


@router.post("/orders/{key}/settle")
async def settle(desk: TheDesk, order: KnownOrder, settlement: Settlement) -> dict[str, Any]:
    action, code = OUTCOMES[settlement.outcome]
    code = code if settlement.action_code is None else settlement.action_code
    return await concluded(order, desk.conclude(order, action, code))


@router.post("/orders/{key}/expire")
async def expire(desk: TheDesk, order: KnownOrder) -> dict[str, Any]:
    return await concluded(order, desk.expire(order))


async def concluded(order: Order, work: Awaitable[Later]) -> dict[str, Any]:
    """Runs a command on an order; its callback is on its way when the answer leaves."""
    try:
        later = await work
    except WrongState as error:
        raise HTTPException(409, str(error)) from None
    if later:
        await later()
    return control_view(order)


@router.post("/callbacks")
async def send_callback(desk: TheDesk, parcel: Parcel) -> dict[str, int]:
    """The HTTP status of the portal's answer, 0 when there was none."""
    return {"answer": await desk.postman.post(desk.postman.signed(parcel.params, parcel.forged), parcel.url)}


@router.get("/rules")
async def rules(desk: TheDesk) -> list[Rule]:
    return desk.rules.all


@router.post("/rules", status_code=201)
async def add_rule(desk: TheDesk, rule: Rule) -> Rule:
    desk.rules.add(rule)
    return rule


@router.delete("/rules", status_code=204)
async def drop_rules(desk: TheDesk) -> None:
    desk.rules.clear()


@router.delete("/rules/{rule_id}", status_code=204)
async def drop_rule(desk: TheDesk, rule_id: str) -> None:
    if not desk.rules.remove(rule_id):
        raise HTTPException(404, "no such rule")


@router.post("/reset")
async def reset(desk: TheDesk, orders: bool = False) -> dict[str, str]:
    desk.rules.clear()
    if orders:
        desk.book.clear()
    return {"status": "ok"}


@router.get("/cards")
async def list_cards() -> dict[str, Any]:
    table = [
        {
            "pan": card.pan,
            "outcome": card.action,
            "actionCode": card.code,
            "challenge": card.challenge,
            "label": card.label,
        }
        for card in cards.CARDS
    ]
    return {"cards": table, "cvc": cards.CVC, "code": cards.SECURE_CODE}
