"""Misbehaviour on command: which call or callback goes wrong, how, for which orders and how many times."""

from typing import Literal, Self
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, Field, model_validator

Subject = Literal["register", "status", "decline", "reverse", "refund", "callback"]

CALL_MODES = frozenset({"normal", "http500", "lost", "slow", "slow_nothing", "wrong_amount"})
CALLBACK_MODES = frozenset({"after", "before", "twice", "never", "forged", "wrong_amount", "unknown_order"})


class Match(BaseModel):
    """Empty matches everything; otherwise every given field must agree.

    `account` is compared with jsonParams.account, or sought in the description.
    """

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    order_id: str | None = Field(None, alias="orderId")
    order_number: str | None = Field(None, alias="orderNumber")
    amount: int | None = None
    account: str | None = None


class About(BaseModel):
    """What is known of the order that a call or callback is about."""

    order_id: str | None = None
    order_number: str | None = None
    amount: int | None = None
    account: str | None = None
    description: str = ""

    def agrees(self, match: Match) -> bool:
        return (
            match.order_id in (None, self.order_id)
            and match.order_number in (None, self.order_number)
            and match.amount in (None, self.amount)
            and (match.account in (None, self.account) or (match.account or "") in self.description.split())
        )


class Rule(BaseModel):
    """One misbehaviour. The newest matching rule wins; `times` counts its uses down, None is for ever.

    Calls: http500 (nothing done), lost (done, then HTTP 500), slow (done at once, answered after `seconds`),
    slow_nothing (not done, HTTP 504 after `seconds`), wrong_amount (status: depositedAmount is `amount`).
    Callbacks: before (the redirect waits for it), after, twice, never, forged (bad checksum), wrong_amount
    (`amount` under a good checksum), unknown_order (another mdOrder); `seconds` delays any of them.
    """

    model_config = ConfigDict(extra="forbid")

    id: str = Field(default_factory=lambda: uuid4().hex[:8])
    subject: Subject
    mode: str
    seconds: float = Field(0, ge=0, le=600)
    amount: int | None = None
    times: int | None = Field(None, ge=1)
    used: int = 0
    match: Match = Field(default_factory=Match)

    @model_validator(mode="after")
    def mode_fits_subject(self) -> Self:
        modes = CALLBACK_MODES if self.subject == "callback" else CALL_MODES
        if self.mode not in modes or (
            self.mode == "wrong_amount" and self.subject not in ("status", "callback")
        ):
            raise ValueError(f"{self.subject} knows the modes {', '.join(sorted(modes))}")
        return self


class Rules:
    """The rules in force, newest first."""

    def __init__(self) -> None:
        self.all: list[Rule] = []

    def add(self, rule: Rule) -> None:
        self.all.insert(0, rule)

    def remove(self, rule_id: str) -> bool:
        before = len(self.all)
        self.all = [rule for rule in self.all if rule.id != rule_id]
        return len(self.all) < before

    def clear(self) -> None:
        self.all.clear()

    def take(self, subject: Subject, about: About) -> Rule:
        """The rule for this call or callback, its use counted; a harmless one when none matches."""
        for rule in self.all:
            if (
                rule.subject == subject
                and about.agrees(rule.match)
                and (rule.times is None or rule.used < rule.times)
            ):
                rule.used += 1
                return rule
        return Rule(subject=subject, mode="after" if subject == "callback" else "normal")
