"""The test cards and what each of them does; the one table that the card page and the tests read."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from deploy.sandbox.acquirer.machine import Action

CVC: Final = "123"
SECURE_CODE: Final = "12345678"
SECURE_CODE_TRIES: Final = 3

NO_ATTEMPT: Final = -100
SUCCESS: Final = 0
SESSION_EXPIRED: Final = -2007
DID_NOT_RETURN: Final = -2009
AUTHENTICATION_FAILED: Final = -2006
CANCELLED_BY_MERCHANT: Final = 2012
WRONG_NUMBER: Final = 111
WRONG_CVC: Final = 82

ACTION_TEXT: Final[dict[int, str]] = {
    NO_ATTEMPT: "",
    SUCCESS: "Запрос успешно обработан",
    SESSION_EXPIRED: "Истёк срок ожидания ввода данных карты",
    DID_NOT_RETURN: "Плательщик не вернулся со страницы подтверждения",
    AUTHENTICATION_FAILED: "Банк не подтвердил плательщика (3-D Secure)",
    CANCELLED_BY_MERCHANT: "Заказ отменён магазином",
    WRONG_NUMBER: "Неверный номер карты",
    WRONG_CVC: "Неверный код проверки карты",
    5: "Отказ банка, выпустившего карту",
    101: "Истёк срок действия карты",
    116: "Недостаточно средств",
    121: "Превышен лимит по карте",
    208: "Карта утеряна",
    -2018: "Не удалось связаться с банком для подтверждения",
    -30001: "Операция обрабатывается",
    151019: "Нет ответа банка, перевод мог состояться",
}


@dataclass(frozen=True)
class Card:
    """`action` is what happens to the order at once; a challenged card does it after the right code."""

    pan: str
    system: str
    action: Action
    code: int
    label: str
    challenge: bool = False


CARDS: Final = (
    Card("4111111111111111", "VISA", Action.PAY, SUCCESS, "оплата проходит сразу"),
    Card("2200000000000111", "MIR", Action.PAY, SUCCESS, "оплата проходит сразу, карта Мир"),
    Card("5555555555555599", "MASTERCARD", Action.PAY, SUCCESS, "оплата с кодом 3-D Secure", challenge=True),
    Card("4000000000000119", "VISA", Action.REFUSE, 116, "не хватает денег"),
    Card("5555555555554543", "MASTERCARD", Action.REFUSE, 101, "срок карты истёк"),
    Card("5555555555554600", "MASTERCARD", Action.REFUSE, 121, "превышен лимит"),
    Card("2200000000000228", "MIR", Action.REFUSE, 208, "карта утеряна"),
    Card("5555555555554592", "MASTERCARD", Action.REFUSE, -2018, "сбой 3-D Secure"),
    Card("5168494895055780", "MASTERCARD", Action.REFUSE, 5, "отказ банка"),
    Card("4000000000000101", "VISA", Action.LOSE, 151019, "исход неизвестен, решится позже"),
    Card("4000000000000150", "VISA", Action.LOSE, 151019, "код, затем исход неизвестен", challenge=True),
    Card("4000000000000036", "VISA", Action.LOSE, -30001, "платёж в обработке, решится позже"),
)
BY_PAN: Final = {card.pan: card for card in CARDS}


def drawn(pan: str, cvc: str) -> Card:
    """The card that was entered; an unknown number or a wrong CVC is refused as the bank would."""
    card = BY_PAN.get(pan)
    if card is None:
        return Card(pan, payment_system(pan), Action.REFUSE, WRONG_NUMBER, "")
    return card if cvc == CVC else Card(pan, card.system, Action.REFUSE, WRONG_CVC, "")


def payment_system(pan: str) -> str:
    return {"4": "VISA", "5": "MASTERCARD", "2": "MIR"}.get(pan[:1], "Undefined")


def luhn(pan: str) -> bool:
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(pan)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def masked(pan: str) -> str:
    return f"{pan[:6]}{'X' * (len(pan) - 10)}{pan[-4:]}"


def card_errors(pan: str, expiry: str, cvc: str, today: date) -> dict[str, str]:
    """What is wrong with the typed fields, by field, in the order of the page."""
    errors: dict[str, str] = {}
    if not re.fullmatch(r"\d{16,19}", pan, re.ASCII) or not luhn(pan):
        errors["pan"] = "Проверьте номер карты: от 16 до 19 цифр"
    month = expiry_month(expiry)
    if month is None:
        errors["expiry"] = "Введите срок карты, например 12/30"
    elif month < (today.year, today.month):
        errors["expiry"] = "Срок карты истёк"
    if not re.fullmatch(r"\d{3}", cvc, re.ASCII):
        errors["cvc"] = "Введите 3 цифры с оборота"
    return errors


def expiry_month(expiry: str) -> tuple[int, int] | None:
    """ "12/30" -> (2030, 12)."""
    found = re.fullmatch(r"(0[1-9]|1[0-2])\s*/?\s*(?:20)?(\d{2})", expiry, re.ASCII)
    return (2000 + int(found[2]), int(found[1])) if found else None
