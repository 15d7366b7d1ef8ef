"""The acquirer's desk: what is done to an order by whom it is asked, and the callback that follows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Annotated

from fastapi import Depends, Request
from starlette.background import BackgroundTask

from deploy.sandbox.acquirer import cards
from deploy.sandbox.acquirer.callbacks import Postman
from deploy.sandbox.acquirer.cards import Card
from deploy.sandbox.acquirer.machine import Action, State, WrongState
from deploy.sandbox.acquirer.orders import Book, Notice, Order, Refund
from deploy.sandbox.acquirer.rules import About, Rules
from deploy.sandbox.settings import SandboxSettings
from services.common.clock import business_now, moscow_date, real_now

Later = BackgroundTask | None
"""What is to run after the response has been sent."""


@dataclass
class Desk:
    settings: SandboxSettings
    book: Book
    postman: Postman
    rules: Rules = field(default_factory=Rules)

    def about(self, order: Order) -> About:
        return About(
            order_id=order.order_id,
            order_number=order.order_number,
            amount=order.amount,
            account=order.account,
            description=order.description,
        )

    async def announce(
        self, order: Order, operation: str, status: int, extra: Mapping[str, str] | None = None
    ) -> Later:
        """Sends the callback now (mode before) or hands it back to run once the answer is out."""
        rule = self.rules.take("callback", self.about(order))
        if rule.mode == "never":
            return None
        amount = order.amount
        if rule.mode == "wrong_amount":
            amount = rule.amount if rule.amount is not None else order.amount + 100
        notice = Notice(operation=operation, status=status, mode=rule.mode, amount=amount)
        order.callbacks.append(notice)
        self.book.keep(order)
        delivery = self.postman.send(order, notice, rule, extra or {})
        if rule.mode == "before":
            await delivery
            return None
        # The attempts may last a minute: they must not hold the connection that has just been answered.
        return BackgroundTask(self.postman.in_background, delivery)

    async def use_card(self, order: Order, card: Card, expiration: str) -> Later:
        """What the bank does with a card entered for a created order."""
        order.masked_pan, order.expiration = cards.masked(card.pan), expiration
        order.payment_system = card.system
        if not card.challenge:
            return await self.conclude(order, card.action, card.code)
        order.after_challenge = (card.action, card.code)
        self.book.move(order, Action.CHALLENGE)
        return None

    async def conclude(self, order: Order, action: Action, code: int) -> Later:
        """The attempt's outcome: paid, refused, or unknown (which tells nobody anything)."""
        self.book.move(order, action, code)
        if action is Action.LOSE:
            seconds = self.settings.unknown_settles_after_seconds
            if seconds:
                order.settles_at = real_now() + timedelta(seconds=seconds)
                self.book.keep(order)
            return None
        return await self.announce(order, "deposited", 1 if action is Action.PAY else 0)

    async def enter_code(self, order: Order, code: str) -> Later:
        """3-D Secure: a right code concludes, the third wrong one refuses, another wrong one only counts."""
        if code == cards.SECURE_CODE and order.after_challenge:
            return await self.conclude(order, *order.after_challenge)
        order.wrong_codes += 1
        self.book.keep(order)
        if order.wrong_codes >= cards.SECURE_CODE_TRIES:
            return await self.conclude(order, Action.REFUSE, cards.AUTHENTICATION_FAILED)
        return None

    async def expire(self, order: Order) -> Later:
        code = cards.SESSION_EXPIRED if order.state is State.CREATED else cards.DID_NOT_RETURN
        self.book.move(order, Action.EXPIRE, code)
        return await self.announce(order, "declinedByTimeout", 1)

    async def reverse(self, order: Order) -> Later:
        """Only within the Moscow day of the payment."""
        if order.deposited_at is None or moscow_date(order.deposited_at) != moscow_date(business_now()):
            raise WrongState("the bank day of the payment is over")
        self.book.move(order, Action.REVERSE)
        return await self.announce(order, "reversed", 1)

    async def refund(self, order: Order, amount: int, external_id: str | None) -> Later:
        self.book.move(order, Action.REFUND)
        order.refunds.append(Refund(amount=amount, external_id=external_id, at=business_now()))
        self.book.keep(order)
        extra = {"operationRefundedAmount": str(amount), "refundedAmount": str(order.refunded)}
        return await self.announce(order, "refunded", 1, extra)

    async def sweep(self) -> None:
        """Expires what nobody paid in time and settles unknown outcomes whose time has come."""
        for order, action in self.book.due(real_now()):
            if action is Action.EXPIRE:
                later = await self.expire(order)
            else:
                later = await self.conclude(order, Action.PAY, cards.SUCCESS)
            if later:
                await later()


def desk_of(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk


TheDesk = Annotated[Desk, Depends(desk_of)]
"""The desk of the app that a route runs in."""
