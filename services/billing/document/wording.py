"""A bill's facts in the words and figures of paper: what the template lays out, and nothing it would count."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any, Final

from services.billing.document.amounts import days_of, decimal_text, kwh, signed, wrappable
from services.billing.document.facts import (
    BillFacts,
    ChargeLine,
    CommonHouse,
    MeterFacts,
    Recalculation,
    Source,
)
from services.billing.document.reasons import estimate_sentence, warning
from services.billing.domain.penalty import PenaltyLine
from services.billing.domain.tariffs import Zone
from services.common.money import roubles
from services.common.russian import long_date, month_name, plural

_DAY: Final = "%d.%m.%Y"
_NBSP: Final = "\u00a0"
SOURCES: Final[dict[Source, str]] = {
    "customer": "передали вы",
    "control": "проверка счётчика",
    "automatic": "автоматически",
    "average": "по среднему",
    "norm": "по нормативу",
    "opening": "начальное",
}
_CHANNELS: Final = {"cabinet": "личный кабинет", "bank": "банк", "post": "почта", "other": "другой способ"}
_MOST_PAYMENTS: Final = 6
_BASES: Final = {
    "meter": "Электроэнергия",
    "average": "По среднему расходу",
    "norm": "По нормативу",
    "norm_factor": "Повышающий коэффициент",
    "interference": "Доначислено по акту о вмешательстве в учёт",
    "common_house": "Общедомовые нужды (ОДН)",
}

Words = dict[str, Any]


def words_of(bill: BillFacts) -> Words:
    """Everything on paper as texts, in the template's order."""
    month = month_name(bill.period)
    return {
        "title": f"Счёт за электроэнергию, {month}, лицевой счёт {bill.payer.account}",
        "heading": f"Счёт за электроэнергию {f'за {month}'.replace(' ', _NBSP)}",
        "month_only": month.partition(" ")[0],
        "number": f"№{_NBSP}{bill.number} от {long_date(bill.issued_on)}",
        "gis": f"В ГИС ЖКХ: {bill.gis_number}" if bill.gis_number else "",
        "account": bill.payer.account,
        "payer": _payer(bill),
        "pay": _pay(bill),
        "balance": _balance(bill),
        "meters": [_meter(meter, three_zones(bill)) for meter in bill.meters],
        "basis": estimate_sentence(bill),
        "lines": _lines(bill),
        "recalculations": [_recalculation(one) for one in bill.recalculations],
        "common_house": common_house_sentence(bill.common_house) if bill.common_house else "",
        "penalty": [working_sentence(line) for line in bill.penalty.workings],
        "warning": warning(bill),
        "read": _read(bill),
        "retailer": _retailer(bill),
    }


def _payer(bill: BillFacts) -> list[list[str]]:
    payer = bill.payer
    home = [plural(payer.residents, "человек", "человека", "человек")]
    if payer.rooms:
        home.append(plural(payer.rooms, "комната", "комнаты", "комнат"))
    if payer.area_m2 is not None:
        home.append(f"{decimal_text(payer.area_m2, 0)} м²")
    ranges = [range_text(number, payer.ranges) for number in range(1, len(payer.ranges) + 2) if payer.ranges]
    numbers = [("ЕЛС", payer.unified_account), ("ИЖКУ", payer.service_id)]
    rows = [
        ("Плательщик", payer.name),
        ("Адрес", payer.address),
        ("Живут", ", ".join(home)),
        ("Тариф", payer.group),
        ("Диапазоны", f"{'; '.join(ranges)} кВт·ч в месяц" if ranges else ""),
        ("В ГИС ЖКХ", ", ".join(f"{name} {number}" for name, number in numbers if number)),
    ]
    return [[label, wrappable(value)] for label, value in rows if value]


def _pay(bill: BillFacts) -> Words:
    if bill.to_pay <= 0:
        over = -bill.balance
        note = "Она пойдёт в счёт следующих месяцев." if over else "Долга нет."
        return {
            "due": False,
            "sum": f"Переплата {roubles(over)}" if over else roubles(0),
            "until": note,
            "parts": "",
        }
    parts = ""
    if bill.penalty.balance:
        main = max(bill.balance, 0)
        parts = f"Электроэнергия {roubles(main)} и пени {roubles(bill.penalty.balance)}"
    return {
        "due": True,
        "sum": roubles(bill.to_pay),
        "until": f"до {long_date(bill.due_on)}",
        "parts": parts,
    }


def _balance(bill: BillFacts) -> list[list[str]]:
    """Rows of label, note, sum; a label of the last row is what is asked for."""
    opening = "Долг" if bill.opening > 0 else "Переплата" if bill.opening else "Долг"
    rows = [
        [f"{opening} по прошлому счёту", "", roubles(bill.opening)],
        ["Оплачено", _payments(bill), signed(bill.penalty.paid - bill.paid)],
        [f"Начислено за {month_name(bill.period).partition(' ')[0]}", "расчёт ниже", signed(bill.charged)],
    ]
    if bill.recalculations:
        rows.append(["Перерасчёт за прошлые месяцы", "причина ниже", signed(bill.recalculated)])
    if bill.balance != bill.to_pay:
        rest = "Долг за электроэнергию" if bill.balance >= 0 else "Переплата за электроэнергию"
        rows.append([rest, "", roubles(bill.balance)])
    if bill.penalty.opening or bill.penalty.accrued or bill.penalty.paid:
        rows.append(["Пени (отдельно от долга)", _penalty_note(bill), signed(bill.penalty.balance)])
    rows.append(["К оплате", "", roubles(bill.to_pay)])
    return rows


def _payments(bill: BillFacts) -> str:
    shown = [
        f"{payment.on.strftime(_DAY)}{_NBSP}— {roubles(payment.amount)} ({_CHANNELS[payment.channel]})"
        for payment in bill.payments[-_MOST_PAYMENTS:]
    ]
    if (hidden := len(bill.payments) - len(shown)) > 0:
        earlier = sum(payment.amount for payment in bill.payments[:hidden])
        shown.insert(0, f"раньше {plural(hidden, 'платёж', 'платежа', 'платежей')} на {roubles(earlier)}")
    if bill.penalty.paid:
        shown.append(f"из них {roubles(bill.penalty.paid)} — в счёт пеней")
    return "; ".join(shown) or f"платежей до {bill.issued_on.strftime(_DAY)} не было"


def _penalty_note(bill: BillFacts) -> str:
    penalty = bill.penalty
    parts = [("было", penalty.opening), ("начислено", penalty.accrued), ("оплачено", penalty.paid)]
    return ", ".join(f"{word} {roubles(amount)}" for word, amount in parts if amount)


def _meter(meter: MeterFacts, three: bool) -> Words:
    about = [meter.model, plural(meter.digits, "знак", "знака", "знаков")]
    if meter.verify_by:
        about.append(f"поверка до{_NBSP}{meter.verify_by.strftime(_DAY)}")
    if meter.note:
        about.append(meter.note)
    return {
        "serial": wrappable(f"№{_NBSP}{meter.serial}"),
        "about": wrappable(", ".join(part for part in about if part)),
        "before": _taken(meter.before_on, meter.before_source),
        "now": _taken(meter.now_on, meter.now_source) if meter.now_on and meter.now_source else "не переданы",
        "zones": [
            [
                zone_name(use.zone, three),
                str(use.before),
                "—" if use.now is None else str(use.now),
                "—" if use.kwh is None else kwh(Fraction(use.kwh)),
            ]
            for use in meter.zones
        ],
    }


def _taken(on: date, source: Source) -> str:
    return f"{on.strftime(_DAY)}, {SOURCES[source]}"


def _lines(bill: BillFacts) -> Words:
    """Columns that say the same in every row are left out."""
    three = three_zones(bill)
    whole = (bill.period.first_day, bill.period.last_day)
    by_range = any(line.range > 1 for line in bill.lines)
    lines = bill.all_lines
    by_days = any((line.first, line.last) != whole for line in lines)
    rows = []
    for line in lines:
        row = [wrappable(line_title(line, three))]
        row += [_in_range(line, bill)] if by_range else []
        row += [days_of(line.first, line.last)] if by_days else []
        rows.append([*row, kwh(line.volume), decimal_text(line.rub, 2), roubles(line.amount)])
    blank = [""] * (by_range + by_days)
    rows += [[benefit.name, *blank, "", "", roubles(-benefit.amount)] for benefit in bill.benefits]
    return {
        "by_range": by_range,
        "by_days": by_days,
        "rows": rows,
        "total": roubles(bill.charged),
        "vat": f"в том числе НДС {decimal_text(bill.vat_percent, 0)}{_NBSP}%"
        f"{' вместе с перерасчётом' if bill.recalculations else ''}: {roubles(bill.vat)}",
        "rounded": any((line.volume * 1000).denominator > 1 for line in lines),
    }


def line_title(line: ChargeLine, three: bool) -> str:
    said = [zone_name(line.zone, three).lower(), line.note]
    return ", ".join([_BASES[line.basis], *(word for word in said if word)])


def _in_range(line: ChargeLine, bill: BillFacts) -> str:
    """Common-house needs are in no range."""
    return "" if line.basis == "common_house" else range_text(line.range, bill.payer.ranges)


def zone_name(zone: Zone, three: bool) -> str:
    names = {"single": "", "day": "День (пик)" if three else "День", "night": "Ночь", "half_peak": "Полупик"}
    return names[zone]


def three_zones(bill: BillFacts) -> bool:
    zones = [line.zone for line in bill.lines] + [use.zone for meter in bill.meters for use in meter.zones]
    return "half_peak" in zones


def range_text(number: int, upper: Sequence[int]) -> str:
    bounds = [kwh(Fraction(bound)) for bound in upper]
    if number == 1:
        return f"до {bounds[0]}"
    if number > len(bounds):
        return f"свыше {bounds[-1]}"
    return [f"{low}–{high}" for low, high in pairwise(bounds)][number - 2]


def _recalculation(one: Recalculation) -> list[str]:
    return [
        month_name(one.month),
        wrappable(one.reason),
        f"{kwh(one.kwh_before)} кВт·ч, {roubles(one.before)}",
        f"{kwh(one.kwh_after)} кВт·ч, {roubles(one.after)}",
        signed(one.amount),
    ]


def common_house_sentence(common: CommonHouse) -> str:
    share = (
        f"ваша доля по площади {decimal_text(common.area_m2, 0)} из {decimal_text(common.house_area_m2, 0)} м² — "
        f"{kwh(common.volume)} кВт·ч."
    )
    return f"Общедомовые нужды: {_house_needs(common)}; {share}"


def _house_needs(common: CommonHouse) -> str:
    if common.house_kwh is None or common.others_kwh is None or common.flats_kwh is None:
        norm, area = common.norm_kwh_m2 or Decimal(0), common.common_m2 or Decimal(0)
        return (
            f"показаний общего счётчика дома нет, по нормативу {decimal_text(norm, 0)}{_NBSP}кВт·ч × "
            f"{decimal_text(area, 0)} м² общих помещений = {kwh(common.needs_kwh)} кВт·ч ({common.act})"
        )
    counted = "общий счётчик дома" if common.known == "meter" else "средний расход общего счётчика дома"
    return (
        f"{counted} {kwh(common.house_kwh)} − квартиры {kwh(common.flats_kwh)} − нежилые помещения "
        f"{kwh(common.others_kwh)} = {kwh(common.needs_kwh)} кВт·ч"
    )


def working_sentence(line: PenaltyLine) -> str:
    days = plural(line.days, "день", "дня", "дней").replace(" ", _NBSP)
    rate = f"{line.part} от {decimal_text(line.percent, 0)}{_NBSP}%"
    debt = f"{roubles(line.kopecks)} (срок оплаты {line.due_on.strftime(_DAY)})"
    return f"{debt} × {rate} × {days} ({days_of(line.first, line.last)}) = {roubles(line.amount)}"


def _read(bill: BillFacts) -> Words:
    cabinet = bill.retailer.cabinet.partition("://")[2]
    if bill.read_until is not None:
        how = (
            "Наведите камеру телефона на код: откроется форма для показаний. Или войдите в личный кабинет "
            f"{cabinet} или в приложение. Передавайте только цифры до запятой."
        )
        return {
            "title": f"Передайте показания до {long_date(bill.read_until).rpartition(' ')[0]}",
            "how": how,
        }
    if bill.automatic:
        how = "Счётчик передаёт показания сам: вам ничего делать не нужно."
    else:
        how = "Счётчика нет, поэтому показания передавать не нужно."
    return {"title": "Показания", "how": how}


def _retailer(bill: BillFacts) -> Words:
    who = bill.retailer
    return {
        "name": who.name,
        "address": who.address,
        "phone": who.phone,
        "cabinet_phone": who.cabinet_phone,
        "email": who.email,
        "site": who.site,
        "cabinet": who.cabinet.partition("://")[2],
        "requisites": f"Получатель: {who.name}, ИНН {who.inn}, КПП {who.kpp}, ОГРН {who.ogrn}. "
        f"Расчётный счёт {who.account}, {who.bank}, БИК {who.bic}, корр. счёт {who.correspondent}.",
    }
