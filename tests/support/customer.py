"""A customer of a test: a household with a cabinet, signed in."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from deploy.demo.household import Household
from deploy.demo.visitor import SUCCESS_CARD, BankPage, Mailbox, Visitor, eventually

PASSWORD = "Qwerty-sun-417"


@dataclass
class Customer:
    """`visitor` speaks for the customer; `email` gets the letters."""

    home: Household
    visitor: Visitor
    mailbox: Mailbox
    email: str

    @property
    def account(self) -> str:
        return self.home.account

    @property
    def path(self) -> str:
        return f"/accounts/{self.home.account}"

    def state(self) -> dict[str, Any]:
        state: dict[str, Any] = self.visitor.get(self.path)
        return state

    def values(self, growth: int = 40) -> list[str]:
        """Plausible readings as typed; `growth` kWh over the opening ones. Empty without a manual meter."""
        meter = self.home.meter
        return [str(value + growth) for value in meter.readings] if meter and not meter.automatic else []

    def start(self, amount: int, growth: int = 40, **kwargs: Any) -> dict[str, Any]:
        """Start a payment of kopecks with the readings."""
        payment: dict[str, Any] = self.visitor.pay(
            self.account, amount, self.values(growth) or None, self.email, **kwargs
        )
        return payment

    def pay(self, amount: int, growth: int = 40, card: str = SUCCESS_CARD) -> dict[str, Any]:
        """Start, pay at the bank, and wait for success."""
        payment = self.start(amount, growth)
        BankPage(payment["form_url"]).pay(card)
        return self.wait_state(payment["id"], "succeeded")

    def wait_state(self, payment_id: str, state: str, timeout: float = 20) -> dict[str, Any]:
        return eventually(
            lambda: self._in_state(payment_id, state), f"payment {payment_id} becomes {state}", timeout
        )

    def wait_counted(self, payment_id: str, timeout: float = 20) -> dict[str, Any]:
        """The account's state once it includes the payment."""
        return eventually(lambda: self._counted(payment_id), f"the account counts {payment_id}", timeout)

    def receipts(self, wait: float = 0) -> list[dict[str, Any]]:
        return self.mailbox.letters(self.email, "Квитанция", wait=wait)

    def _in_state(self, payment_id: str, state: str) -> dict[str, Any] | None:
        now: dict[str, Any] = self.visitor.payment(self.account, payment_id)
        return now if now["state"] == state else None

    def _counted(self, payment_id: str) -> dict[str, Any] | None:
        state = self.state()
        return state if payment_id in state["included_payments"] else None


def make_customer(gateway: str, mailbox: Mailbox, home: Household, channel: str = "web") -> Customer:
    """Register, activate by the letter's link, sign in."""
    visitor = Visitor(gateway, channel)
    email = f"t-{uuid4().hex[:12]}@example.org"
    visitor.register(home.account, home.address, email, PASSWORD)
    visitor.activate(mailbox.wait_letter(email, "Активация"))
    visitor.sign_in(home.account, PASSWORD)
    return Customer(home, visitor, mailbox, email)
