"""Payers: accounts made for one test, and what they do at the counter and at the bank."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from deploy.demo.visitor import SUCCESS_CARD, BankPage, Mailbox, eventually
from services.contracts import billing, payments
from services.contracts.caller import Caller
from tests.support.acquirer import Acquirer
from tests.support.bus import SyncBus
from tests.support.metered import Metered

Connect = Callable[[str], "psycopg.Connection[Any]"]


@dataclass
class Payer:
    """An account with or without a meter; `email` gets its receipts."""

    bus: SyncBus
    bank: Acquirer
    mailbox: Mailbox
    database: "psycopg.Connection[Any]"
    account: str
    meter: Metered
    email: str = field(default_factory=lambda: f"p-{uuid4().hex[:12]}@example.org")
    caller: Caller = field(default_factory=lambda: Caller(kind="customer", user=uuid4()))

    def start(self, amount: int = 12345, key: str | None = None, **given: Any) -> payments.Payment:
        started: payments.Payment = self.start_later(amount, key, **given).result()
        return started

    def start_later(self, amount: int = 12345, key: str | None = None, **given: Any) -> Any:
        request = payments.StartRequest(
            account=self.account, amount=amount, receipt_email=self.email, consent=True, **given
        )
        return self.bus.submit(payments.START, request, key=key or uuid4().hex, caller=self.caller)

    def ask(self, operation: Any, payment_id: UUID) -> payments.Payment:
        request = payments.PaymentRequest(account=self.account, payment_id=payment_id)
        answer: payments.Payment = self.bus.call(operation, request, caller=self.caller)
        return answer

    def status(self, payment_id: UUID) -> payments.Payment:
        return self.ask(payments.STATUS, payment_id)

    def pay(self, payment: payments.Payment, card: str = SUCCESS_CARD) -> None:
        assert payment.form_url
        BankPage(payment.form_url).pay(card)

    def wait(self, payment_id: UUID, state: str, timeout: float = 20) -> payments.Payment:
        def there() -> payments.Payment | None:
            now = self.kept(payment_id)
            return self.status(payment_id) if now == state else None

        return eventually(there, f"payment {payment_id} becomes {state}", timeout)

    def kept(self, payment_id: UUID) -> str:
        """The state as it is kept, without anybody asking the acquirer for it."""
        row = self.database.execute("SELECT state FROM payments WHERE id = %s", (payment_id,)).fetchone()
        assert row
        return str(row[0])

    def history(self, **interval: Any) -> list[payments.HistoryRow]:
        return self.bus.call(
            payments.HISTORY, payments.HistoryRequest(account=self.account, **interval), caller=self.caller
        ).rows

    def orders(self, **filters: Any) -> list[dict[str, Any]]:
        return self.bank.orders(account=self.account, **filters)

    def payments_kept(self) -> int:
        row = self.database.execute(
            "SELECT count(*) FROM payments WHERE account = %s", (self.account,)
        ).fetchone()
        assert row
        return int(row[0])

    def balance(self) -> int:
        return self.bus.call(billing.ACCOUNT_STATE, billing.AccountRequest(account=self.account)).balance

    def wait_balance(self, balance: int) -> None:
        eventually(lambda: self.balance() == balance, f"the balance becomes {balance}")

    def receipts(self, wait: float = 10) -> int:
        return len(self.mailbox.letters(self.email, "Квитанция", wait=wait))

    def refund(self, amount: int) -> None:
        """The retailer's staff give money back at the bank itself."""
        self.bank.refund(self.account, amount)


@pytest.fixture
def payer(bus: SyncBus, acquirer: Acquirer, mailbox: Mailbox, database: Connect) -> Callable[..., Payer]:
    """`payer()` has no meter; `payer(1000)` a one-zone one, `payer(1000, 500)` a two-zone one."""
    registry, meters, kept = database("billing"), database("readings"), database("payments")

    def make(*opening: int, kind: str = "manual") -> Payer:
        account = f"8{random.randrange(10**8):08d}"
        registry.execute(
            "INSERT INTO accounts VALUES (%s, 'Калуга', 'ул. Ленина', '5', '7', '248000', 2, 'city', 40, %s)",
            (account, uuid4()),
        )
        meters.execute("INSERT INTO accounts VALUES (%s)", (account,))
        meter = Metered(bus, meters, account)
        if opening:
            meters.execute(
                "INSERT INTO meters (id, account, serial, model, zones, digits, kind, state, installed_on) "
                "VALUES (%s, %s, %s, 'Меркурий 200', %s, 5, %s, 'working', '2024-03-01')",
                (meter.meter_id, account, uuid4().hex[:8], len(opening), kind),
            )
            meter.read(*opening)
        return Payer(bus, acquirer, mailbox, kept, account, meter)

    return make
