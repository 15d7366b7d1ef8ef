"""A payment's state in the person's words."""

from collections.abc import Sequence
from typing import Final

from services.payments.domain.machine import State

SUCCESS: Final = "Платёж успешно выполнен"
READING_ONLY: Final = "Передача показаний без оплаты"

_STATES: Final[dict[State, str]] = {
    State.REGISTERING: "Готовим страницу оплаты",
    State.AWAITING: "Ждём оплату",
    State.AUTHENTICATING: "Банк подтверждает платёж",
    State.HELD: "Банк проверяет платёж",
    State.UNKNOWN: "Банк ещё не сообщил результат. Не платите второй раз",
    State.SUCCEEDED: SUCCESS,
    State.FAILED: "Платёж не прошёл, деньги не списаны",
    State.CANCELLED: "Платёж отменён, деньги не списаны",
    State.PARTLY_REFUNDED: "Платёж выполнен, часть денег возвращена на карту",
    State.REFUNDED: "Деньги возвращены на карту",
    State.QUARANTINED: "Уточняем платёж у банка",
}

_REASONS: Final[dict[str, tuple[int, ...]]] = {
    "Время на оплату вышло": (-2007, -2014, -2009),
    "Банк не подтвердил, что платите вы": (-2006, -2025, 4032),
    "Подтвердить платёж не удалось, попробуйте позже": (-2018, -2023, -2022),
    "Слишком много попыток, подождите или возьмите другую карту": (-2013, *range(1112, 1119)),
    "На карте не хватает денег": (20, 116),
    "Срок карты истёк": (101, 906),
    "Номер карты указан неверно": (111, 125),
    "Код с оборота карты указан неверно": (82, 88),
    "Превышен лимит по карте, возьмите другую": (100, 121, 123, 902, 903, -20010),
    "Эта карта не работает, возьмите другую": (106, 203, 204, 208, 212, 823, 2030),
    "Банк карты отказал, позвоните в него": (5, 103, 119, 120, 151, 909, 999),
    "Нет связи с банком, попробуйте позже": (124, 904, 907, 912, 913, 916, 998, 151018),
}
_BY_CODE: Final = {code: text for text, codes in _REASONS.items() for code in codes}

_ZONES: Final = {"single": "", "day": " (день)", "night": " (ночь)", "half_peak": " (полупик)"}


def message(state: State, reason: str | None) -> str:
    """The state, and for a failure why, as far as the acquirer said (`domain.md` 1.6)."""
    text = _STATES[state]
    if state is not State.FAILED or not reason:
        return text
    why = "Банк не принял заказ" if reason.startswith("register") else None
    kind, _, code = reason.partition(":")
    if kind == "declined" and code.lstrip("-").isdigit():
        why = _BY_CODE.get(int(code))
    return f"{text}. {why}" if why else text


def reading_only(accepted: bool) -> str:
    """The status of a reading given without a payment (product D7)."""
    return READING_ONLY if accepted else f"{READING_ONLY}: не принято"


def readings(zones: Sequence[str], kwh: Sequence[int]) -> str:
    """A line a zone, «Текущие показания счётчика (день): 1234 кВт·ч», as in the manual; empty without readings."""
    return "\n".join(
        f"Текущие показания счётчика{_ZONES.get(zone, '')}: {value} кВт·ч"
        for zone, value in zip(zones, kwh, strict=True)
    )
