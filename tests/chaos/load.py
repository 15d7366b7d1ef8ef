"""Payers who go on paying whatever happens, and count what they were told."""

import threading
import time
from collections import Counter
from typing import Any
from uuid import uuid4

import httpx

from tests.support.acquirer import Acquirer
from tests.support.customer import Customer

AMOUNT = 1_00


class Load:
    """Payers who start payments one after another; each accepted one is paid at once by the bank."""

    def __init__(self, customers: list[Customer], acquirer: Acquirer) -> None:
        self.customers = customers
        self.acquirer = acquirer
        self.outcomes: Counter[str] = Counter()
        self.slowest_refusal = 0.0
        self.stopping = threading.Event()
        self.threads = [threading.Thread(target=self._pay, args=(customer,)) for customer in customers]

    def start(self) -> None:
        for thread in self.threads:
            thread.start()

    def stop(self) -> None:
        self.stopping.set()
        for thread in self.threads:
            thread.join()

    def wait_accepted(self, count: int, timeout: float) -> None:
        until = time.monotonic() + timeout
        while self.outcomes["accepted"] < count:
            assert time.monotonic() < until, f"only {self.outcomes} within {timeout} s"
            time.sleep(0.2)

    def _pay(self, customer: Customer) -> None:
        while not self.stopping.is_set():
            self._one(customer)

    def _one(self, customer: Customer) -> None:
        body = {
            "amount": AMOUNT,
            "values": customer.values(),
            "receipt_email": customer.email,
            "consent": True,
        }
        path, key = f"/accounts/{customer.account}/payments", {"Idempotency-Key": uuid4().hex}
        while not self.stopping.is_set():
            started = time.monotonic()
            try:
                answer = customer.visitor.send("POST", path, json=body, headers=key)
            except httpx.TransportError as error:
                self.outcomes[type(error).__name__] += 1
                continue
            if answer.status_code == 201 and answer.json()["form_url"]:
                self.outcomes["accepted"] += 1
                self._settle(answer.json())
                return
            if answer.status_code == 503:
                self.outcomes["503"] += 1
                self.slowest_refusal = max(self.slowest_refusal, time.monotonic() - started)
                assert int(answer.headers["Retry-After"]) > 0
                time.sleep(0.5)
            else:
                self.outcomes[
                    f"{answer.status_code} {answer.json().get('code', answer.json().get('state'))}"
                ] += 1
                time.sleep(0.1)

    def _settle(self, payment: dict[str, Any]) -> None:
        """The customer pays at the bank: by command, since pages are not what is under test."""
        order = payment["form_url"].partition("mdOrder=")[2]
        self.acquirer.settle(order, "success")
