"""Ten thousand households charged twice: by the rules, and by a naive implementation sharing nothing with them."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest

from services.billing.domain.charge import Line, Use
from services.billing.domain.common_house import House, HouseMonth, common_lines, common_needs
from services.billing.domain.estimates import ActualMonth, EstimateRules, Household, Norm, Norms, Situation
from services.billing.domain.month import Known, MonthCharge, Rules, charge
from services.billing.domain.recalculation import corrected
from services.billing.domain.tariffs import ZONES, Price, TariffBook, Thresholds, Zone
from services.common.period import Period
from services.readings.domain.consumption import growth
from tests.unit.billing import naive

START = date(2025, 1, 1)
FIRST = Period(2026, 7)
MONTHS = 4
CHANGES = (date(2026, 8, 15), date(2026, 10, 1), date(2026, 10, 20))
BOUNDS = (150, 400)
NORMS = {1: Decimal("62"), 2: Decimal("55.5"), 4: Decimal("47")}
SITUATIONS: tuple[Situation, ...] = ("no_reading", "faulty", "no_access", "supplier_meter")
HOUSE_AREA, HOUSE_KWH, OTHERS_KWH = 2400, 9000, 700


@dataclass
class Month:
    """What becomes known of a household in a month."""

    period: Period
    readings: list[naive.Reading]
    situation: Situation
    past: list[tuple[naive.Month, int, list[Fraction]]]


def prices() -> list[tuple[int, Zone, int, date, Decimal]]:
    """Every form, zone and range; not all change on the same days."""
    rows = []
    for form, zones in ZONES.items():
        for at, zone in enumerate(zones):
            for number in (1, 2, 3):
                base = Decimal("3.17") + form + at * Decimal("1.13") + number * Decimal("2.029")
                rows.append((form, zone, number, START, base))
                for step, since in enumerate(CHANGES, 1):
                    if (form + at + number + step) % 3:
                        rows.append((form, zone, number, since, base * (10 + step) / 10))
    return rows


def both_tariffs() -> tuple[Rules, naive.Tariff]:
    rows = prices()
    book = TariffBook(
        [Price("g", form, zone, number, since, rub, "act") for form, zone, number, since, rub in rows],
        [Thresholds("g", START, BOUNDS, "act")],
    )
    norms = Norms([Norm("g", people, START, kwh, "act") for people, kwh in NORMS.items()])
    plain: dict[tuple[int, str, int], list[tuple[date, Fraction]]] = {}
    for form, zone, number, since, rub in rows:
        plain.setdefault((form, zone, number), []).append((since, Fraction(rub)))
    known = {people: Fraction(kwh) for people, kwh in NORMS.items()}
    return Rules(book, norms), naive.Tariff(plain, list(BOUNDS), known)


RULES, TARIFF = both_tariffs()


class Meters:
    """A household's meters as they go: read or not, replaced, turning over."""

    def __init__(self, chance: Random) -> None:
        self.chance, self.count = chance, 0
        self.put_up(FIRST.previous.last_day)

    def put_up(self, on: date) -> None:
        self.count += 1
        self.digits, self.since = self.chance.choice((4, 5, 6)), on
        top = 10**self.digits
        zones = self.chance.choice((1, 1, 2, 3))
        self.shown = [
            self.chance.randrange(top - 60, top)
            if self.chance.random() < 0.3
            else self.chance.randrange(top // 2)
            for _ in range(zones)
        ]

    def read(self, until: date) -> naive.Reading:
        most = self.chance.choice((0, 40, 300, 900))
        now = [(shown + self.chance.randint(0, most)) % 10**self.digits for shown in self.shown]
        taken = naive.Reading(f"N {self.count}", self.digits, self.shown, now, self.since, until)
        self.shown, self.since = now, until
        return taken


def history(chance: Random) -> list[Month]:
    months: list[Month] = []
    meters = Meters(chance) if chance.random() < 0.9 else None
    situation = chance.choice(SITUATIONS) if meters else chance.choice(("no_meter", "no_meter_possible"))
    period = FIRST
    for _ in range(chance.randint(1, MONTHS)):
        readings = []
        if meters and chance.random() < 0.1:
            removed = period.first_day + timedelta(days=chance.randrange(1, 27))
            readings.append(meters.read(removed))
            meters.put_up(removed)
        if meters and chance.random() < 0.6:
            readings.append(meters.read(period.last_day))
        months.append(Month(period, readings, situation, past(chance)))
        period = period.next
    return months


def past(chance: Random) -> list[tuple[naive.Month, int, list[Fraction]]]:
    """Months read before, newest first; a meter of another form may have hung there earlier."""
    found = []
    month, form = Period(2026, 6), chance.randint(1, 3)
    for _ in range(chance.randrange(9)):
        if chance.random() < 0.1:
            form = chance.randint(1, 3)
        volumes = [Fraction(chance.randint(0, 900), chance.choice((1, 3, 7))) for _ in range(form)]
        found.append(((month.year, month.month), form, volumes))
        month = month.previous
    return found


class Rich:
    """The rules under test, month after month, with what each month stands for in between."""

    def __init__(self, people: int) -> None:
        self.people, self.silent = people, 0
        self.uses: dict[Period, list[Use]] = {}
        self.lines: dict[Period, list[Line]] = {}

    def close(self, month: Month) -> MonthCharge:
        fresh = [Use("meter", r.serial, len(r.now), grown(r), r.after, r.until) for r in month.readings]
        actual = [ActualMonth(Period(*of), form, tuple(kwh)) for of, form, kwh in month.past]
        known = Known(
            Household("g", self.people, month.situation, self.silent, actual), fresh, self.uses, self.lines
        )
        result = charge(known, month.period, RULES)
        if fresh:
            stands = corrected(month.period, fresh, self.uses)
            self.uses |= stands
            self.lines |= {
                past: [line for line in result.corrections if line.month == past] for past in stands
            }
        else:
            self.uses[month.period] = list(result.uses)
        self.lines[month.period] = list(result.lines)
        self.silent = 0 if fresh or month.situation.startswith("no_meter") else self.silent + 1
        return result


def grown(reading: naive.Reading) -> tuple[Fraction, ...]:
    pairs = zip(reading.before, reading.now, strict=True)
    return tuple(Fraction(growth(before, now, reading.digits)) for before, now in pairs)


def common_by_rules(month: Period, flats: Fraction, area: int) -> list[int]:
    house = House("h", START, True, "g", Decimal(HOUSE_AREA), Decimal(0), None, "act")
    told = [HouseMonth(month, Decimal(HOUSE_KWH), Decimal(OTHERS_KWH))]
    needs = common_needs(house, told, month, flats, EstimateRules())
    return [line.amount for line in common_lines(RULES.tariffs, house, month, needs, Decimal(area))]


def common_naively(month: Period, flats: Fraction, area: int) -> list[int]:
    days = naive.days_of((month.year, month.month))
    by_day = [TARIFF.price(1, "single", 1, day)[1] for day in days]
    return naive.common_house(HOUSE_KWH, OTHERS_KWH, flats, area, HOUSE_AREA, by_day)


@pytest.mark.parametrize("seed", range(10))
def test_a_thousand_households_are_charged_alike(seed: int) -> None:
    seen = set()
    for number in range(1000):
        chance = Random(seed * 1000 + number)
        people = chance.randrange(6)
        rich, plain = Rich(people), naive.Household(TARIFF, people)
        flats, area = Fraction(chance.randrange(10_000), 7), chance.randint(20, 120)
        for month in history(chance):
            result = rich.close(month)
            told = naive.Told(month.readings, month.situation, month.past)
            expected = plain.close((month.period.year, month.period.month), told)
            assert (result.charged, result.recalculated) == expected, f"household {seed * 1000 + number}"
            assert common_by_rules(month.period, flats, area) == common_naively(month.period, flats, area)
            seen |= kinds(month, result)
    assert seen == KINDS


KINDS = {
    *(f"{number} zones" for number in (1, 2, 3)),
    *(f"range {number}" for number in (1, 2, 3)),
    *("average", "norm", "norm_factor", "replaced", "rollover", "recalculated", "price change"),
}


def kinds(month: Month, result: MonthCharge) -> set[str]:
    """What the household was an example of: all of it must come up in every thousand."""
    found = {f"{len(reading.now)} zones" for reading in month.readings}
    found |= {f"range {line.range}" for line in result.lines}
    found |= {line.basis for line in result.lines if line.basis != "meter"}
    found |= {"price change" for line in result.lines if line.first.day in (15, 20)}
    found |= {"rollover" for reading in month.readings if reading.now < reading.before}
    found |= {"replaced"} if len(month.readings) > 1 else set()
    return found | ({"recalculated"} if result.reversed else set())
