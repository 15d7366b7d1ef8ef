"""The checker of every fault test: four sources agree to the kopeck, one to one, and there is something to check.

A letter sent again after a crash has the same Message-ID: one letter to the person's mail program, and here.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg

from deploy.demo.visitor import VisitorError, eventually
from deploy.local.system import LocalSystem
from tests.support.acquirer import Acquirer
from tests.support.customer import Customer


@dataclass(frozen=True)
class Account:
    """One household as each source sees it: sorted (payment id, kopecks) and the balance."""

    acquirer: tuple[int, ...]
    payments: tuple[tuple[str, int], ...]
    postings: tuple[tuple[str, int], ...]
    receipts: tuple[str, ...]
    refunds: int
    refund_postings: int
    balance: int
    expected_balance: int

    def disagreements(self) -> dict[str, str]:
        """What does not agree, each with both sides; what both sides have is left out."""
        ids = tuple(sorted(payment for payment, _ in self.payments))
        pairs: dict[str, tuple[tuple[Any, ...], tuple[Any, ...]]] = {
            "acquirer and payments": (self.acquirer, tuple(sorted(amount for _, amount in self.payments))),
            "payments and postings": (self.payments, self.postings),
            "receipts and payments": (self.receipts, ids),
            "refunds and their postings": ((self.refunds,), (self.refund_postings,)),
            "balance and its recomputation": ((self.balance,), (self.expected_balance,)),
        }
        return {what: _difference(one, other) for what, (one, other) in pairs.items() if one != other}


def reconcile(
    system: LocalSystem, acquirer: Acquirer, customers: Iterable[Customer], *, timeout: float = 60
) -> int:
    """Wait until every source agrees for every customer; gives the number of settled payments (above zero)."""
    settled = 0
    for customer in customers:

        def agreeing(customer: Customer = customer) -> Account | None:
            seen = look(system, acquirer, customer)
            return None if seen.disagreements() else seen

        try:
            settled += len(eventually(agreeing, f"the books of {customer.account} agree", timeout).payments)
        except VisitorError as error:
            raise AssertionError(f"{error}: {look(system, acquirer, customer).disagreements()}") from error
    assert settled > 0, "nothing was settled, so nothing was shown"
    return settled


def look(system: LocalSystem, acquirer: Acquirer, customer: Customer) -> Account:
    """One household in every source; the balance is recomputed from registry and acquirer alone."""
    account, urls = customer.account, system.urls.databases
    orders = [order for order in acquirer.orders(account=account) if order["depositedAmount"] > 0]
    succeeded = "SELECT id, amount, refunded FROM payments WHERE account = %s AND paid_at IS NOT NULL"
    payments = _rows(urls["payments"], succeeded, account)
    postings = _rows(
        urls["billing"], "SELECT source, debit, credit, amount FROM postings WHERE account = %s", account
    )
    signed = [amount if debit == "receivable" else -amount for _, debit, _, amount in postings]
    deposited = sum(order["depositedAmount"] for order in orders)
    refunded = sum(order["refundedAmount"] for order in orders)
    return Account(
        acquirer=tuple(sorted(order["depositedAmount"] for order in orders)),
        payments=tuple(sorted((str(row[0]), row[1]) for row in payments)),
        postings=tuple(
            sorted((source[8:], amount) for source, _, _, amount in postings if source[:8] == "payment:")
        ),
        receipts=tuple(
            sorted({letter["message_id"]: _payment_id(letter) for letter in customer.receipts()}.values())
        ),
        refunds=refunded,
        refund_postings=sum(amount for source, _, _, amount in postings if source.startswith("refund:")),
        balance=sum(signed),
        expected_balance=customer.home.balance - deposited + refunded,
    )


def _difference(one: tuple[Any, ...], other: tuple[Any, ...]) -> str:
    left, right = Counter(one), Counter(other)
    return f"only the first has {dict(left - right)}, only the second {dict(right - left)}"


def _rows(url: str, query: str, *values: Any) -> list[Any]:
    with psycopg.connect(url) as connection:
        return connection.execute(query, values).fetchall()


def _payment_id(letter: dict[str, Any]) -> str:
    words = letter["text"].replace("\n", " ").split()
    return next(str(UUID(word.strip(".,:;"))) for word in words if _is_uuid(word.strip(".,:;")))


def _is_uuid(word: str) -> bool:
    try:
        UUID(word)
    except ValueError:
        return False
    return len(word) == 36
