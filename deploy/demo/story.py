"""`./svet demo`: one household's whole story over HTTP, each step with what was seen."""

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
from rich.console import Console

from deploy.demo.customer import PASSWORD, demo_households, households_of
from deploy.demo.household import Household
from deploy.demo.visitor import (
    SECURE_CARD,
    BankPage,
    Mailbox,
    Visitor,
    VisitorError,
    activation_code,
    eventually,
)
from services.common.clock import business_now, moscow_date
from services.common.money import roubles

_TRIES = 6
"""A household drawn by lot may have registered in an earlier run: then another one is drawn."""
_LONGEST_WAIT = 60
"""Seconds; the limit of registrations a minute passes, the limit an hour is not waited for."""


def run(gateway: str, mailbox: str, registry: Path | None = None) -> int:
    """Walk the story; 0 when every step was as it should be, 1 with what was seen instead.

    `registry` is the demo registry that the system loaded; without it the usual ones of the last months are tried.
    """
    story = Story(gateway, mailbox, Console(highlight=False, soft_wrap=True), registry)
    try:
        story.tell()
    except httpx.TransportError as error:
        url = error.request.url.copy_with(query=None)
        story.say_no(f"{url}: {error}. Is Svet running there? ./svet status shows this checkout's.")
        return 1
    except (VisitorError, httpx.HTTPError) as error:
        story.say_no(str(error))
        return 1
    return 0


class Story:
    """A household, its browser and its mailbox."""

    def __init__(self, gateway: str, mailbox: str, console: Console, registry: Path | None) -> None:
        self.console = console
        self.registry = registry
        self.visitor = Visitor(gateway)
        self.mailbox = Mailbox(mailbox)
        self.email = f"story-{uuid4().hex[:10]}@example.org"
        self.step = 0

    def tell(self) -> None:
        home = self.register()
        self.activate(home)
        before = self.look(home)
        self.give_reading(home)
        amount = min(max(before["due"], 100_00), 50_000_00)
        payment = self.pay(home, amount)
        self.come_back(home, payment, before, amount)
        self.receipt(payment, amount)
        self.sign_out(home)
        self.console.print("[green]The story is complete.[/green]")

    def register(self) -> Household:
        """Draw a household with a manual meter until one registers."""
        for home in self._candidates():
            with self._saying("registers") as say:
                answer = self._register(home)
                if answer.status_code == 409:
                    say(f"{home.account} was registered before; another household is drawn")
                    continue
                if answer.status_code != 202:
                    raise VisitorError(f"registration: {answer.status_code} {answer.text[:400]}")
                say(f"account {home.account}, {home.address}: «check your mail»")
                return home
        raise VisitorError("no household of the demo registry could register: is another registry loaded?")

    def activate(self, home: Household) -> None:
        with self._saying("gets a letter and activates") as say:
            letter = self.mailbox.wait_letter(self.email, "Активация")
            code = activation_code(letter)
            self.visitor.activate(letter)
            say(
                f"«{letter['subject']}» to {self.email}, a link and the code {code}; the link's button worked"
            )
        with self._saying("signs in") as say:
            self.visitor.sign_in(home.account, PASSWORD)
            accounts = [linked["account"] for linked in self.visitor.get("/me")["accounts"]]
            say(f"accounts in the cabinet: {', '.join(accounts)}")

    def look(self, home: Household) -> dict[str, Any]:
        with self._saying("sees the state of the account") as say:
            state: dict[str, Any] = self.visitor.get(f"/accounts/{home.account}")
            if state["balance"] != home.balance:
                raise VisitorError(f"the balance is {state['balance']}, the registry says {home.balance}")
            say(f"{state['address']}; due {roubles(state['due'])}, {_bill_text(state['bill'])}")
            return state

    def give_reading(self, home: Household) -> None:
        self.values = [str(value + 40 + 10 * zone) for zone, value in enumerate(self._previous(home))]
        with self._saying("gives a reading") as say:
            reading = self.visitor.post(f"/accounts/{home.account}/readings", {"values": self.values})
            say(f"{', '.join(self.values)} kWh for {reading['period']}: {reading['message']}")

    def pay(self, home: Household, amount: int) -> dict[str, Any]:
        with self._saying("pays with a reading at the bank's page, 3-D Secure included") as say:
            payment: dict[str, Any] = self.visitor.pay(home.account, amount, self.values, self.email)
            returned = BankPage(payment["form_url"]).pay(SECURE_CARD)
            say(
                f"{roubles(amount)}, order {payment['id']}; the bank sent back to {returned.partition('?')[0]}"
            )
            return payment

    def come_back(
        self, home: Household, payment: dict[str, Any], before: dict[str, Any], amount: int
    ) -> None:
        with self._saying("comes back") as say:
            done = eventually(lambda: self._succeeded(home, payment), "the payment succeeds")
            say(f"«{done['message']}»")
        with self._saying("sees «Оплачено по текущей квитанции»") as say:
            state = eventually(lambda: self._included(home, payment), "the account counts the payment")
            if state["paid_on_current_bill"] != amount or state["balance"] != before["balance"] - amount:
                raise VisitorError(f"the ledger does not agree: before {before}, after {state}")
            say(
                f"{roubles(state['paid_on_current_bill'])}; the balance went from "
                f"{roubles(before['balance'])} to {roubles(state['balance'])}"
            )
        with self._saying("finds the payment in the history") as say:
            rows = self.visitor.get(f"/accounts/{home.account}/payments")["rows"]
            row = next((row for row in rows if row["id"] == payment["id"]), None)
            if row is None or row["amount"] != amount or row["values"] != [int(v) for v in self.values]:
                raise VisitorError(f"the history does not have the payment: {rows}")
            say(
                f"{len(rows)} rows; this one: {roubles(row['amount'])}, readings {row['values']}, {row['message']}"
            )

    def receipt(self, payment: dict[str, Any], amount: int) -> None:
        with self._saying("finds the receipt in the mailbox") as say:
            letter = self.mailbox.wait_letter(self.email, "Квитанция")
            if payment["id"] not in letter["text"] or roubles(amount) not in letter["text"]:
                raise VisitorError(f"the receipt does not name the payment: {letter['text']}")
            say(f"«{letter['subject']}» with the sum and the payment's number")

    def sign_out(self, home: Household) -> None:
        with self._saying("signs out") as say:
            self.visitor.send("DELETE", "/sessions/current").raise_for_status()
            after = self.visitor.send("GET", f"/accounts/{home.account}")
            if after.status_code != 401:
                raise VisitorError(f"the account still answers {after.status_code} after signing out")
            say("the account answers 401 now")

    def say_no(self, what: str) -> None:
        self.console.print("[red]✗[/red]", end=" ")
        self.console.print(what, markup=False)

    def _candidates(self) -> Iterator[Household]:
        for homes in self._registries():
            plain = [home for home in homes if _is_plain(home)]
            yield from random.SystemRandom().sample(plain, min(_TRIES, len(plain)))

    def _registries(self) -> Iterator[list[Household]]:
        if self.registry:
            yield households_of(self.registry)
            return
        for as_of in _months_back(moscow_date(business_now())):
            yield demo_households(as_of)

    def _register(self, home: Household) -> httpx.Response:
        """Register, after a wait when there were too many registrations in this minute."""
        while True:
            answer = self.visitor.send("POST", "/registrations", json=self._registration(home))
            wait = int(answer.headers.get("Retry-After", _LONGEST_WAIT + 1))
            if answer.status_code != 429 or wait > _LONGEST_WAIT:
                return answer
            with self.console.status(f"Too many registrations in a minute: waiting {wait} s"):
                time.sleep(wait)

    def _registration(self, home: Household) -> dict[str, Any]:
        return {
            "account": f"({home.account[:3]}){home.account[3:]}",
            "address": home.address,
            "email": self.email,
            "phone": "+79105550000",
            "password": PASSWORD,
            "password_again": PASSWORD,
            "consent": True,
            "consent_version": self.visitor.get("/documents/personal_data")["version"],
        }

    def _previous(self, home: Household) -> list[int]:
        previous: list[int] = self.visitor.get(f"/accounts/{home.account}/meter")["meter"]["previous"]
        return previous

    def _succeeded(self, home: Household, payment: dict[str, Any]) -> dict[str, Any] | None:
        now: dict[str, Any] = self.visitor.payment(home.account, payment["id"])
        return now if now["state"] == "succeeded" else None

    def _included(self, home: Household, payment: dict[str, Any]) -> dict[str, Any] | None:
        state: dict[str, Any] = self.visitor.get(f"/accounts/{home.account}")
        return state if payment["id"] in state["included_payments"] else None

    @contextmanager
    def _saying(self, what: str) -> Iterator[Any]:
        self.step += 1
        seen: list[str] = []
        yield seen.append
        self.console.print(f"[green]✓[/green] {self.step}. The household {what}.")
        for line in seen:
            self.console.print(f"     {line}", markup=False)


def _is_plain(home: Household) -> bool:
    meter = home.meter
    working = meter is not None and not meter.automatic and meter.state == "working"
    return working and bool(home.bill) and home.balance > 100_00


def _bill_text(bill: dict[str, Any] | None) -> str:
    if bill is None:
        return "no bill yet"
    return f"the bill for {bill['period']} is {roubles(bill['amount'])}, to be paid until {bill['due_on']}"


def _months_back(today: date) -> Iterator[date]:
    """The demo registry is of the first of the month in which the system was first started."""
    first = today.replace(day=1)
    for _ in range(4):
        yield first
        first = (first - timedelta(days=1)).replace(day=1)
