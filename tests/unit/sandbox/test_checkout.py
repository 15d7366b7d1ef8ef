"""The customer at the bank's pages: cards, the code, leaving, running out of time, and the callbacks that follow."""

from datetime import timedelta

import pytest

from deploy.sandbox.acquirer import cards
from deploy.sandbox.acquirer.cards import CARDS, Card, card_errors, luhn
from deploy.sandbox.acquirer.machine import Action
from services.common.clock import business_now, real_now
from tests.unit.sandbox.bank import Bank

pytestmark = pytest.mark.anyio
CARD_PAGE = "/payment/merchants/svet/payment_ru.html"
FINAL = {Action.PAY: (2, "DEPOSITED"), Action.REFUSE: (6, "DECLINED"), Action.LOSE: (5, "CREATED")}


def test_every_test_card_has_a_good_number_and_a_text_for_its_outcome() -> None:
    assert all(luhn(card.pan) and card.code in cards.ACTION_TEXT for card in CARDS)
    assert len({card.pan for card in CARDS}) == len(CARDS)


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.pan)
async def test_each_test_card_does_what_the_page_says(bank: Bank, card: Card) -> None:
    order_id = await bank.register(failUrl="http://portal.test/failed")
    answer = await bank.pay(order_id, card.pan)
    if card.challenge:
        assert (await bank.status(order_id))["orderStatus"] == 5
        assert answer.headers["location"] == f"/payment/acs/secure_ru.html?mdOrder={order_id}"
        answer = await bank.enter_code(order_id, "12345678")
    url = (
        "http://portal.test/failed?"
        if card.action is Action.REFUSE
        else "http://portal.test/payments/return?p=1&"
    )
    assert answer.status_code == 303
    assert answer.headers["location"] == f"{url}orderId={order_id}&lang=ru"
    status = await bank.status(order_id)
    told = status["orderStatus"], status["paymentAmountInfo"]["paymentState"], status["actionCode"]
    assert told == (*FINAL[card.action], card.code)
    assert status["cardAuthInfo"]["maskedPan"] == f"{card.pan[:6]}XXXXXX{card.pan[-4:]}"
    assert status["cardAuthInfo"]["expiration"] == "204012"
    assert status["paymentAmountInfo"]["depositedAmount"] == (123456 if card.action is Action.PAY else 0)


async def test_a_payment_is_told_by_one_signed_callback(bank: Bank) -> None:
    order_id = await bank.register()
    await bank.pay(order_id, "4111111111111111")
    truth = await bank.order(order_id, callbacks=1)
    assert truth["callbacks"][0]["delivered"]
    heard = bank.portal.heard[0]
    assert bank.desk.postman.signed({k: v for k, v in heard.items() if k != "checksum"}) == heard
    assert (heard["mdOrder"], heard["orderNumber"], heard["amount"]) == (order_id, "N1", "123456")
    assert (heard["operation"], heard["status"]) == ("deposited", "1")


async def test_a_refused_card_is_told_with_status_0(bank: Bank) -> None:
    order_id = await bank.register()
    await bank.pay(order_id, "4000000000000119")
    await bank.order(order_id, callbacks=1)
    assert (bank.portal.heard[0]["operation"], bank.portal.heard[0]["status"]) == ("deposited", "0")


async def test_a_callback_is_repeated_until_it_is_heard_and_given_up_after_three_failures(bank: Bank) -> None:
    bank.portal.answers = [500, 503, 200, 500, 404, 302]
    heard_late, never_heard = await bank.register(), await bank.register()
    await bank.pay(heard_late, "4111111111111111")
    assert (await bank.order(heard_late, callbacks=3))["callbacks"][0]["answers"] == [500, 503, 200]
    await bank.pay(never_heard, "4111111111111111")
    notice = (await bank.order(never_heard, callbacks=3))["callbacks"][0]
    assert (notice["answers"], notice["delivered"]) == ([500, 404, 302], False)


async def test_an_order_has_its_own_callback_address_if_it_wants(bank: Bank) -> None:
    order_id = await bank.register(dynamicCallbackUrl="http://portal.test/other?x=1")
    await bank.pay(order_id, "4111111111111111")
    await bank.order(order_id, callbacks=1)
    assert bank.portal.heard[0]["x"] == "1"


async def test_three_wrong_codes_end_the_order(bank: Bank) -> None:
    order_id = await bank.register()
    await bank.pay(order_id, "5555555555555599")
    for left in (2, 1):
        page = await bank.enter_code(order_id, "00000000")
        assert page.status_code == 422
        assert f"Осталось попыток: {left}" in page.text
    assert (await bank.enter_code(order_id, "00000000")).status_code == 303
    status = await bank.status(order_id)
    assert (status["orderStatus"], status["actionCode"]) == (6, -2006)
    assert "Оплата не прошла" in (await bank.enter_code(order_id, "12345678")).text
    assert (await bank.status(order_id))["orderStatus"] == 6


async def test_cancelling_on_the_code_page_declines(bank: Bank) -> None:
    order_id = await bank.register()
    await bank.pay(order_id, "5555555555555599")
    await bank.http.post("/payment/acs/check", data={"mdOrder": order_id, "cancel": "1"})
    assert (await bank.status(order_id))["actionCode"] == -2006


async def test_leaving_the_card_page_keeps_the_order_open(bank: Bank) -> None:
    order_id = await bank.register()
    answer = await bank.http.post("/payment/merchants/svet/leave", data={"mdOrder": order_id})
    assert answer.headers["location"].endswith(f"orderId={order_id}&lang=ru")
    assert (await bank.status(order_id))["orderStatus"] == 0
    assert (await bank.http.get(CARD_PAGE, params={"mdOrder": order_id})).status_code == 200


async def test_bad_fields_are_named_all_at_once_and_the_order_stays(bank: Bank) -> None:
    order_id = await bank.register()
    page = await bank.pay(order_id, "4111111111111112", expiry="13/40", cvc="9876")
    assert page.status_code == 422
    assert page.text.count('class="error"') == 3
    assert "9876" not in page.text
    assert (await bank.status(order_id))["orderStatus"] == 0


def test_a_card_is_good_until_the_end_of_its_month() -> None:
    today = business_now().date()
    this_month = today.strftime("%m/%y")
    assert card_errors("4111111111111111", this_month, "123", today) == {}
    next_year = today.replace(year=today.year + 1, day=1) + timedelta(days=31)
    assert list(card_errors("4111111111111111", this_month, "123", next_year)) == ["expiry"]


@pytest.mark.parametrize(
    ("pan", "cvc", "code"), [("4242424242424242", "123", 111), ("4111111111111111", "999", 82)]
)
async def test_a_foreign_card_and_a_wrong_cvc_are_refused(bank: Bank, pan: str, cvc: str, code: int) -> None:
    order_id = await bank.register()
    await bank.pay(order_id, pan, cvc=cvc)
    status = await bank.status(order_id)
    assert (status["orderStatus"], status["actionCode"]) == (6, code)


@pytest.mark.parametrize(("pan", "code"), [(None, -2007), ("5555555555555599", -2009)])
async def test_an_order_expires_and_says_so(bank: Bank, pan: str | None, code: int) -> None:
    order_id = await bank.register(sessionTimeoutSecs=0)
    lasting = await bank.register(sessionTimeoutSecs=600)
    if pan:
        await bank.pay(order_id, pan)
    await bank.desk.sweep()
    status = await bank.status(order_id)
    assert (status["orderStatus"], status["actionCode"]) == (6, code)
    truth = await bank.order(order_id, callbacks=1)
    assert [notice["operation"] for notice in truth["callbacks"]] == ["declinedByTimeout"]
    assert (await bank.order(lasting))["state"] == "created"


async def test_an_unknown_outcome_stays_silent_then_settles_by_itself(bank: Bank) -> None:
    order_id = await bank.register()
    await bank.pay(order_id, "4000000000000101")
    await bank.desk.sweep()
    assert (await bank.order(order_id))["state"] == "unknown"
    assert bank.portal.heard == []
    order = bank.desk.book.find(order_id)
    assert order is not None
    order.settles_at = real_now()
    await bank.desk.sweep()
    assert (await bank.order(order_id, callbacks=1))["state"] == "deposited"


async def test_an_order_that_is_over_is_not_paid_again(bank: Bank) -> None:
    order_id = await bank.register()
    await bank.pay(order_id, "4000000000000119")
    again = await bank.pay(order_id, "4111111111111111")
    assert "Оплата не прошла" in again.text
    assert (await bank.status(order_id))["orderStatus"] == 6
    assert (await bank.http.get(CARD_PAGE, params={"mdOrder": "none"})).status_code == 404


async def test_the_card_page_escapes_what_the_merchant_wrote(bank: Bank) -> None:
    order_id = await bank.register(description="<script>alert(1)</script>")
    page = await bank.http.get(CARD_PAGE, params={"mdOrder": order_id, "card": "4111111111111111"})
    assert "<script" not in page.text
    assert 'value="4111111111111111"' in page.text
    assert "1\u00a0234,56\u00a0₽" in page.text
