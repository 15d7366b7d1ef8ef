"""Co-holders of an account: they see each other's payments, and nothing that is the payer's own (product A8)."""

from collections.abc import Callable
from dataclasses import replace
from uuid import uuid4

import pytest

from services.contracts import payments
from services.contracts.caller import Caller
from services.contracts.errors import ServiceError
from tests.integration.payments.conftest import Payer

Payers = Callable[..., Payer]


def with_another_holder(payer: Payer) -> Payer:
    return replace(payer, caller=Caller(kind="customer", user=uuid4()))


@pytest.mark.parametrize("caller", ["another holder", "nobody in particular"])
def test_only_who_started_a_payment_sees_its_page_continues_or_cancels_it(payer: Payers, caller: str) -> None:
    someone = payer()
    payment = someone.start()
    other = with_another_holder(someone)
    if caller == "nobody in particular":
        other = replace(someone, caller=Caller(kind="service", service="notify"))
    seen = other.status(payment.id)
    assert seen == payment.model_copy(update={"form_url": None})
    for operation in (payments.CONTINUE, payments.CANCEL):
        with pytest.raises(ServiceError) as refused:
            other.ask(operation, payment.id)
        assert (refused.value.code, refused.value.details) == ("forbidden", {})
    assert someone.status(payment.id).form_url == payment.form_url


def test_holders_see_the_same_history_but_only_their_own_receipts(payer: Payers) -> None:
    someone = payer()
    payment = someone.start()
    someone.pay(payment)
    someone.wait(payment.id, "succeeded")
    other = with_another_holder(someone)
    (mine,), (theirs,) = someone.history(), other.history()
    assert (mine.receipt, theirs.receipt) == (True, False)
    assert theirs == mine.model_copy(update={"receipt": False})
    assert someone.email not in theirs.model_dump_json() + other.status(payment.id).model_dump_json()
    assert other.status(payment.id).form_url is None
