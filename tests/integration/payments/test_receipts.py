"""Receipts (product D8): of money that was taken, for who paid it, and honest about what went back."""

from collections.abc import Callable
from dataclasses import replace
from uuid import uuid4

import pytest

from services.contracts import payments
from services.contracts.caller import Caller
from services.contracts.errors import ServiceError
from tests.integration.payments.conftest import Payer

Payers = Callable[..., Payer]


def receipt(payer: Payer, payment: payments.Payment, **other: str) -> payments.Receipt:
    request = payments.PaymentRequest(account=other.get("account", payer.account), payment_id=payment.id)
    found: payments.Receipt = payer.bus.call(payments.RECEIPT, request, caller=payer.caller)
    return found


def refusal(payer: Payer, payment: payments.Payment, **other: str) -> str:
    with pytest.raises(ServiceError) as refused:
        receipt(payer, payment, **other)
    return refused.value.code


def test_a_payment_that_went_through_has_its_receipt(payer: Payers) -> None:
    someone = payer()
    payment = someone.start(12_345)
    assert refusal(someone, payment) == "not_found"
    someone.pay(payment)
    done = someone.wait(payment.id, "succeeded")
    found = receipt(someone, payment)
    assert (found.amount, found.refunded, found.status) == (12_345, 0, "Платёж успешно выполнен")
    assert (found.account, found.paid_at, found.state) == (someone.account, done.paid_at, "succeeded")
    assert found.address
    assert found.order_number == someone.orders()[0]["orderNumber"]
    assert found.retailer.inn == "4029030252"


def test_what_went_back_is_said(payer: Payers) -> None:
    someone = payer()
    payment = someone.start(10_000)
    someone.pay(payment)
    someone.wait(payment.id, "succeeded")
    someone.refund(3_000)
    someone.wait(payment.id, "partly_refunded")
    part = receipt(someone, payment)
    assert (part.amount, part.refunded, "часть денег возвращена" in part.status) == (10_000, 3_000, True)
    someone.refund(7_000)
    someone.wait(payment.id, "refunded")
    assert (receipt(someone, payment).refunded, receipt(someone, payment).state) == (10_000, "refunded")


def test_another_holder_and_another_account_get_none(payer: Payers) -> None:
    someone, stranger = payer(), payer()
    payment = someone.start()
    someone.pay(payment)
    someone.wait(payment.id, "succeeded")
    other = replace(someone, caller=Caller(kind="customer", user=uuid4()))
    nobody = replace(someone, caller=Caller(kind="service", service="notify"))
    assert [refusal(other, payment), refusal(nobody, payment)] == ["forbidden", "forbidden"]
    assert refusal(someone, payment, account=stranger.account) == "not_found"
    assert refusal(stranger, payment) == "not_found"


def test_money_that_was_not_taken_has_none(payer: Payers) -> None:
    someone = payer()
    payment = someone.start()
    someone.ask(payments.CANCEL, payment.id)
    assert refusal(someone, payment) == "not_found"
