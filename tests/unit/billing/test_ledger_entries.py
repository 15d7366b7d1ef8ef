"""Postings that facts make: a balance is their sum, and a payment's parts are its whole."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID, uuid5

from hypothesis import given
from hypothesis import strategies as st

from services.billing.domain.ledger import (
    Entry,
    charge_entries,
    payment_entries,
    penalty_part,
    refund_entries,
)
from services.payments.domain.refund import penalty_back

AT = datetime(2026, 11, 3, 12, tzinfo=UTC)
SPACE = UUID(int=7)
money = st.integers(-(10**7), 10**7)
sums = st.integers(1, 10**7)


def balance(entries: Sequence[Entry], side: str = "receivable") -> int:
    """Debits less credits, a posting after another."""
    total = 0
    for entry in entries:
        total += entry.amount * ((entry.debit == side) - (entry.credit == side))
    return total


@given(st.lists(st.tuples(money, money, st.integers(0, 10**5)), max_size=6))
def test_a_balance_is_what_was_charged(charges: list[tuple[int, int, int]]) -> None:
    entries = [
        entry
        for number, (charged, recalculated, penalty) in enumerate(charges)
        for entry in charge_entries(uuid5(SPACE, str(number)), "1", charged, recalculated, penalty, AT)
    ]
    assert balance(entries) == sum(charged + recalculated for charged, recalculated, _ in charges)
    assert balance(entries, "penalty_receivable") == sum(penalty for _, _, penalty in charges)
    assert all(entry.amount > 0 and entry.debit != entry.credit for entry in entries)
    assert len({entry.source for entry in entries}) == len({entry.id for entry in entries}) == len(entries)


@given(sums, money, st.integers(0, 10**6))
def test_a_payment_settles_the_main_debt_first_and_no_more_penalty_than_there_is(
    amount: int, debt: int, late: int
) -> None:
    penalty = penalty_part(amount, debt, late)
    main = amount - penalty
    assert 0 <= penalty <= min(late, amount)
    assert penalty == 0 or main >= max(debt, 0)
    assert penalty == late or main <= max(debt, 0)
    posted = payment_entries(uuid5(SPACE, "p"), "1", main, penalty, "bank", AT)
    assert balance(posted) == -main
    assert balance(posted, "penalty_receivable") == -penalty
    assert balance(posted, "bank") == amount


@given(sums, money, st.integers(0, 10**6), st.lists(st.integers(1, 10**6), max_size=4))
def test_whatever_is_given_back_in_parts_comes_out_of_what_was_paid_there(
    amount: int, debt: int, late: int, parts: list[int]
) -> None:
    penalty = penalty_part(amount, debt, late)
    over = max(amount - penalty - max(debt, 0), 0)
    payment = uuid5(SPACE, "p")
    posted = payment_entries(payment, "1", amount - penalty, penalty, "cabinet", AT)
    paid = {entry.id: entry for entry in posted}
    told = 0
    for number, part in enumerate([*parts, amount]):
        back = min(part, amount - told)
        if not back:
            continue
        of_penalty = penalty_back(told + back, over, penalty) - penalty_back(told, over, penalty)
        told += back
        refund = uuid5(SPACE, f"r{number}")
        entries = refund_entries(refund, payment, "1", back - of_penalty, of_penalty, "cabinet", AT)
        assert all(entry.debit == paid[entry.reverses].credit for entry in entries if entry.reverses)
        posted += entries
        assert balance(posted) <= 0
        assert balance(posted, "penalty_receivable") <= 0
    assert (balance(posted), balance(posted, "penalty_receivable"), balance(posted, "acquirer")) == (0, 0, 0)
