"""A line of a bill in a sentence: from what readings or by what rule its kWh came, and times what price."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

from services.billing.document.amounts import days_of, decimal_text, kwh
from services.billing.document.facts import BillFacts, ChargeLine, MeterFacts, ZoneUse
from services.billing.document.wording import (
    SOURCES,
    common_house_sentence,
    range_text,
    three_zones,
    zone_name,
)
from services.common.money import roubles
from services.common.russian import plural

_DAY: Final = "%d.%m.%Y"
_KWH: Final = "\u00a0кВт·ч"


def line_sentences(bill: BillFacts, sources: Sequence[str]) -> list[str]:
    """A sentence a line of the bill, in its order. `sources` name what each comes from: a meter, a rule."""
    return [_sentence(bill, line, source) for line, source in zip(bill.all_lines, sources, strict=True)]


def _sentence(bill: BillFacts, line: ChargeLine, source: str) -> str:
    if line.basis == "common_house" and bill.common_house is not None:
        return f"{common_house_sentence(bill.common_house)} {_money(line)}."
    whole = _whole(bill, line, source)
    return f"{_origin(bill, line, source)}{_part(bill, line, whole)} {_money(line)}."


def _money(line: ChargeLine) -> str:
    price = decimal_text(line.rub, 2)
    return f"{kwh(line.volume)}{_KWH} × {price}\u00a0₽ = {roubles(line.amount)}"


def _origin(bill: BillFacts, line: ChargeLine, source: str) -> str:
    estimated = bill.estimated
    if line.basis == "average" and estimated is not None:
        months = plural(estimated.months, "месяц", "месяца", "месяцев")
        return f"{estimated.reason}: взят средний расход за последние {months} с показаниями."
    if line.basis == "norm" and estimated is not None:
        people = plural(estimated.residents, "человек", "человека", "человек")
        each = decimal_text(estimated.kwh_a_person, 0)
        return f"{estimated.reason}: норматив {each}{_KWH} на человека × {people} ({estimated.act})."
    if line.basis == "norm_factor" and estimated is not None:
        return (
            f"Повышающий коэффициент {decimal_text(estimated.factor, 0)}: столько он добавляет к нормативу."
        )
    if line.basis == "interference":
        return f"Доначислено по акту о вмешательстве в учёт ({source}): норматив × 10 за эти дни."
    read = _read(bill, line, source)
    if read is None:
        return f"Счётчик № {source}."
    meter, use = read
    zone = zone_name(line.zone, three_zones(bill))
    named = f"Счётчик № {meter.serial}{f', {zone.lower()}' if zone else ''}"
    now = "" if meter.now_on is None else f" ({meter.now_on.strftime(_DAY)}{_source(meter)})"
    before = f"{use.before} ({meter.before_on.strftime(_DAY)}, {SOURCES[meter.before_source]})"
    return f"{named}: было {before}, стало {use.now}{now}, расход {kwh(Fraction(use.kwh or 0))}{_KWH}."


def _source(meter: MeterFacts) -> str:
    return f", {SOURCES[meter.now_source]}" if meter.now_source else ""


def _part(bill: BillFacts, line: ChargeLine, whole: Fraction | None) -> str:
    """What part of the whole the line takes, when it does not take all."""
    if whole == line.volume:
        return ""
    month = (bill.period.first_day, bill.period.last_day)
    parts = [f"{days_of(line.first, line.last)}"] if (line.first, line.last) != month or whole else []
    if any(other.range > 1 for other in bill.lines):
        parts.append(f"диапазон {range_text(line.range, bill.payer.ranges)}{_KWH} в месяц")
    return f" Из него {', '.join(parts)}:" if parts else ""


def _whole(bill: BillFacts, line: ChargeLine, source: str) -> Fraction | None:
    """The volume that the line is a part of; None when it is not told."""
    if line.basis == "meter":
        read = _read(bill, line, source)
        return Fraction(read[1].kwh) if read and read[1].kwh is not None else None
    same = [other.volume for other in bill.lines if (other.basis, other.zone) == (line.basis, line.zone)]
    return sum(same, Fraction(0))


def _read(bill: BillFacts, line: ChargeLine, source: str) -> tuple[MeterFacts, ZoneUse] | None:
    meter = next((meter for meter in bill.meters if meter.serial == source), None)
    use = next((use for use in meter.zones if use.zone == line.zone), None) if meter else None
    return (meter, use) if meter and use and use.now is not None else None
