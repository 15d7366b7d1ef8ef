"""Why a month differs from another one, in plain Russian: what people ask about before anything else."""

from decimal import Decimal
from typing import Final

from services.billing.document.amounts import decimal_text, kwh
from services.billing.domain.differences import Billed, Cause
from services.billing.domain.month import Way
from services.common.period import Period
from services.common.russian import MONTHS_PREPOSITIONAL

_ESTIMATES: Final = {"average": "по среднему расходу", "norm": "по нормативу"}


def cause_text(cause: Cause, now: Billed, then: Billed) -> str:
    """A sentence without its sum, which stands beside it."""
    match cause.kind:
        case "volume":
            more = now.kwh - then.kwh
            if not more:
                return "Расход тот же."
            return f"Расход {'больше' if more > 0 else 'меньше'} на {kwh(abs(more))}\u00a0кВт·ч."
        case "price":
            return _price(cause, now, then)
        case "mix":
            return "Расход иначе разделился по зонам и диапазонам, у которых разная цена."
        case "recalculation":
            return _recalculation(now, then)
        case "other":
            return "Изменились общедомовые нужды, доначисления или льготы."
        case "rounding":
            return "Округление до копеек."


def estimate_text(month: Period, way: Way) -> str:
    """A remark: the month was charged without readings. Empty for one by the meter."""
    if way == "meter":
        return ""
    return f"В {MONTHS_PREPOSITIONAL[month.month - 1]} показаний не было: месяц посчитан {_ESTIMATES[way]}."


def _price(cause: Cause, now: Billed, then: Billed) -> str:
    """Both prices where there is one of each."""
    was, is_now = _only_price(then), _only_price(now)
    change = "Цена выросла" if cause.amount > 0 else "Цена снизилась"
    if was is None or is_now is None or was == is_now:
        return f"{change}."
    return f"{change}: было {_rub(was)}, стало {_rub(is_now)} за\u00a0кВт·ч."


def _only_price(month: Billed) -> Decimal | None:
    prices = {line.rub for line in month.lines}
    return prices.pop() if len(prices) == 1 else None


def _rub(price: Decimal) -> str:
    return f"{decimal_text(price, 2)}\u00a0₽"


def _recalculation(now: Billed, then: Billed) -> str:
    if now.recalculated and then.recalculated:
        return "В обоих счетах есть перерасчёт за прошлые месяцы, на разные суммы."
    if now.recalculated:
        return "В этом счёте есть перерасчёт за прошлые месяцы."
    return "В том счёте был перерасчёт за прошлые месяцы, в этом его нет."
