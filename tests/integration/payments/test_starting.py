"""Starting a payment: what stops it before anything is kept, what does not, and doing it twice."""

from collections.abc import Callable
from uuid import uuid4

import pytest

from services.contracts import payments
from services.contracts.errors import ServiceError
from tests.integration.payments.conftest import Payer

Payers = Callable[..., Payer]


def refused(payer: Payer, code: str, **given: object) -> ServiceError:
    with pytest.raises(ServiceError) as error:
        payer.start(**given)  # type: ignore[arg-type]
    assert error.value.code == code
    assert payer.payments_kept() == 0
    assert payer.orders() == []
    return error.value


def test_a_payment_with_readings_reaches_the_page_of_the_bank(payer: Payers) -> None:
    someone = payer(1000, 500)
    payment = someone.start(12345, values=["1100", "540"])
    assert (payment.state, payment.amount, payment.paid_at) == ("awaiting", 12345, None)
    (order,) = someone.orders()
    assert payment.form_url
    assert order["orderId"] in payment.form_url
    assert order["description"] == f"Оплата электроэнергии, л/с {someone.account}"
    assert order["email"] is None
    assert len(order["orderNumber"]) <= 30
    (row,) = someone.history()
    assert (row.zones, row.values, row.state, row.receipt) == (
        ["day", "night"],
        [1100, 540],
        "awaiting",
        False,
    )


def test_the_same_key_is_the_same_payment(payer: Payers) -> None:
    someone, key = payer(), uuid4().hex
    first, again = someone.start(key=key), someone.start(key=key)
    assert again == first
    assert len(someone.orders()) == 1
    with pytest.raises(ServiceError) as conflict:
        someone.start(amount=1, key=key)
    assert conflict.value.code == "idempotency_conflict"
    assert someone.payments_kept() == 1


def test_the_same_key_at_the_same_time_is_one_payment_and_one_order(payer: Payers) -> None:
    someone, key = payer(1000), uuid4().hex
    answers = [someone.start_later(key=key, values=["1100"]) for _ in range(8)]
    assert len({answer.result().id for answer in answers}) == 1
    assert someone.payments_kept() == 1
    assert len(someone.orders()) == 1
    assert someone.start(key=key, values=["1100"]).form_url
    assert len(someone.history()) == 1


def test_a_manual_meter_wants_its_readings(payer: Payers) -> None:
    error = refused(payer(1000), "reading_needed")
    assert [field.field for field in error.fields] == ["values"]


def test_readings_of_a_wrong_format_stop_the_payment_field_by_field(payer: Payers) -> None:
    error = refused(payer(1000, 500), "invalid_request", values=["12x", "1234567"])
    assert [field.field for field in error.fields] == ["values.0", "values.1"]


def test_doubtful_readings_are_asked_about_first_and_taken_with_the_confirmation(payer: Payers) -> None:
    someone = payer(1000)
    error = refused(someone, "confirmation_needed", values=["99000"])
    assert error.details["doubts"]
    assert someone.start(values=["99000"], confirm=error.details["confirm"]).state == "awaiting"


def test_refused_readings_do_not_stop_the_payment(payer: Payers) -> None:
    someone = payer(1000)
    assert someone.start(values=["900"]).state == "awaiting"
    assert someone.history()[0].values == [900]


@pytest.mark.parametrize("values", [None, ["1100"]])
def test_without_a_meter_and_with_an_automatic_one_no_readings_are_wanted_or_taken(
    payer: Payers, values: list[str] | None
) -> None:
    for someone in (payer(), payer(1000, kind="automatic")):
        assert someone.start(values=values).state == "awaiting"
        assert someone.history()[0].values == []


def test_large_sums_are_paid_in_parts_with_the_same_readings(payer: Payers) -> None:
    someone = payer(1000)
    for part in (10_000_000, 5_000_000):
        payment = someone.start(part, values=["1100"])
        someone.pay(payment)
        someone.wait(payment.id, "succeeded")
    someone.wait_balance(-15_000_000)


def test_the_amount_has_a_limit_and_a_kopeck_is_enough(payer: Payers) -> None:
    someone = payer()
    error = refused(someone, "invalid_request", amount=10_000_001)
    assert [field.field for field in error.fields] == ["amount"]
    assert someone.start(1).state == "awaiting"


def test_an_unknown_account_cannot_pay(payer: Payers) -> None:
    someone = payer()
    someone.account = "000000000"
    with pytest.raises(ServiceError) as error:
        someone.start()
    assert error.value.code == "account_unknown"


def test_a_new_payment_is_held_back_only_while_an_earlier_one_may_still_succeed(payer: Payers) -> None:
    someone = payer()
    forgotten = someone.start()
    begun = someone.start()
    assert begun.state == "awaiting", "nobody began to pay the first"
    (order,) = [o for o in someone.orders() if begun.form_url and o["orderId"] in begun.form_url]
    someone.bank.settle(order["orderId"], "unknown")
    with pytest.raises(ServiceError) as error:
        someone.start()
    assert error.value.code == "payment_in_progress"
    assert someone.payments_kept() == 2
    someone.bank.settle(order["orderId"], "decline")
    assert someone.start().state == "awaiting"
    assert someone.status(begun.id).state == "failed"
    assert someone.status(forgotten.id).state == "awaiting"


def test_somebody_elses_payment_does_not_exist(payer: Payers) -> None:
    mine, theirs = payer(), payer()
    payment = theirs.start()
    for operation in (payments.STATUS, payments.CONTINUE, payments.CANCEL):
        with pytest.raises(ServiceError) as error:
            mine.ask(operation, payment.id)
        assert error.value.code == "not_found"
