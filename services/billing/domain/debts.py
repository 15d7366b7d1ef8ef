"""Which bill is unpaid on which day: payments settle the oldest debt first."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from services.billing.domain.penalty import Owed

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Asked:
    """Kopecks that a bill asked for until a day; below zero when a recalculation gave back."""

    due_on: date
    kopecks: int


@dataclass(frozen=True, slots=True)
class Paid:
    """Kopecks received on a business day; below zero for a refund."""

    on: date
    kopecks: int


def owed(asked: Iterable[Asked], paid: Iterable[Paid], first: date, last: date) -> list[Owed]:
    """The unpaid part of each bill on the days `first` through `last`, as stretches of one sum.

    A payment counts from its own day on: that day is no longer late. What is given back, by a negative bill or
    before any debt, settles the oldest debts like a payment.
    """
    payments = sorted(paid, key=lambda payment: payment.on)
    days = sorted({first, *(payment.on for payment in payments if first < payment.on <= last)})
    bills = sorted(asked, key=lambda bill: bill.due_on)
    stretches: list[Owed] = []
    for start, after in pairwise([*days, last + _DAY]):
        received = sum(payment.kopecks for payment in payments if payment.on <= start)
        stretches += [Owed(due, start, after - _DAY, left) for due, left in _unpaid(bills, received)]
    return _joined(stretches)


def _unpaid(bills: list[Asked], received: int) -> list[tuple[date, int]]:
    """Bills with what is left of them after so much money, the oldest settled first."""
    money = received - sum(bill.kopecks for bill in bills if bill.kopecks < 0)
    left = []
    for bill in bills:
        if bill.kopecks <= 0:
            continue
        part = max(min(bill.kopecks, money), 0)
        money -= part
        if bill.kopecks > part:
            left.append((bill.due_on, bill.kopecks - part))
    return left


def _joined(stretches: list[Owed]) -> list[Owed]:
    """Neighbouring stretches of one bill and one sum as one."""
    waiting = deque(sorted(stretches, key=lambda owed: (owed.due_on, owed.first)))
    joined: list[Owed] = []
    while waiting:
        this = waiting.popleft()
        before = joined[-1] if joined else None
        if (
            before
            and (before.due_on, before.kopecks) == (this.due_on, this.kopecks)
            and before.last + _DAY == this.first
        ):
            joined[-1] = Owed(this.due_on, before.first, this.last, this.kopecks)
        else:
            joined.append(this)
    return joined
