"""Sentences of a bill that say why: a month without readings, a debt that grows dangerous."""

from typing import Final

from services.billing.document.amounts import decimal_text
from services.billing.document.facts import BillFacts, Estimated
from services.common.russian import plural

_NBSP: Final = "\u00a0"


def estimate_sentence(bill: BillFacts) -> str:
    """How the month was charged without a reading; empty for a month by the meter."""
    if bill.estimated is None:
        return ""
    how = _average(bill.estimated) if bill.way == "average" else _norm(bill.estimated)
    later = " Передайте показания, и мы сделаем перерасчёт." if bill.read_until else ""
    return f"{bill.estimated.reason}, поэтому месяц посчитан {how}{later}"


def warning(bill: BillFacts) -> str:
    if not bill.cut_off_warning:
        return ""
    return (
        "У вас долг. После письменного предупреждения на оплату даётся 20 дней, затем электроэнергию могут "
        "отключить. Включат её после полной оплаты."
    )


def _average(estimated: Estimated) -> str:
    months = plural(estimated.months, "месяц", "месяца", "месяцев")
    return (
        f"по среднему расходу за последние {months} с показаниями. Так считают не больше "
        f"{estimated.most_in_a_row} месяцев подряд, этот — {estimated.in_a_row}-й, потом считают по нормативу."
    )


def _norm(estimated: Estimated) -> str:
    people = plural(estimated.residents, "человек", "человека", "человек")
    each = decimal_text(estimated.kwh_a_person, 0)
    raised = (
        f" С повышающим коэффициентом {decimal_text(estimated.factor, 0)}: его часть стоит отдельной строкой."
        if estimated.factor > 1
        else ""
    )
    return f"по нормативу: {each}{_NBSP}кВт·ч на человека × {people} ({estimated.act}).{raised}"
