"""Bills of every kind as facts: what the tests check, the bench measures and people look at."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from services.billing.document.facts import (
    Benefit,
    BillFacts,
    ChargeLine,
    CommonHouse,
    Estimated,
    MeterFacts,
    Paid,
    Payer,
    PenaltyFacts,
    Recalculation,
    ZoneUse,
)
from services.billing.domain.charge import Basis, Use, charge_month, half_up
from services.billing.domain.penalty import PenaltyLine
from services.billing.domain.tariffs import ZONES, Price, TariffBook, Thresholds, Zone
from services.common.period import Period
from services.common.retailer import Retailer

OCTOBER: Final = Period(2026, 10)
RETAILER: Final = Retailer(
    name='ПАО "Калужская сбытовая компания"',
    address="248001, г. Калуга, пер. Суворова, 8",
    phone="8-800-600-09-90",
    cabinet_phone="(4842) 701-838",
    email="support@ksk.kaluga.ru",
    site="kskkaluga.ru",
    cabinet="https://svet.kaluga.ru",
    inn="4029030252",
    kpp="402901001",
    ogrn="1044004751746",
    bank="БАНК",
    bic="044525225",
    account="40702810000000000000",
    correspondent="30101810400000000225",
)
PAYER: Final = Payer(
    account="180111111",
    address="248001, г. Калуга, ул. Кирова, д. 25, кв. 14",
    residents=2,
    group="городское население, газовая плита, одна зона",
    ranges=(3900, 6000),
    name="Иванова М. П.",
    rooms=2,
    area_m2=Decimal("54.3"),
    unified_account="10АА123456",
    service_id="10АА123456-01",
)
RUB: Final = {1: Decimal("8.32"), 2: Decimal("11.24"), 3: Decimal("14.9")}


def charge_line(
    kwh: Fraction | int,
    zone: Zone = "single",
    basis: Basis = "meter",
    range_: int = 1,
    rub: Decimal | None = None,
    days: tuple[int, int] = (1, 31),
) -> ChargeLine:
    volume, price = Fraction(kwh), rub or RUB[range_]
    first, last = (OCTOBER.first_day.replace(day=day) for day in days)
    amount = half_up(volume * Fraction(price) * 100)
    return ChargeLine(basis, zone, range_, first, last, volume, price, amount)


def meter(*uses: tuple[int, int], serial: str = "12345678", **other: Any) -> MeterFacts:
    zones = ZONES[len(uses)]
    return MeterFacts(
        serial=serial,
        model="Меркурий 201.5",
        digits=5,
        zones=[
            ZoneUse(zone, before, now, (now - before) % 10**5)
            for zone, (before, now) in zip(zones, uses, strict=True)
        ],
        before_on=date(2026, 9, 24),
        before_source="customer",
        now_on=date(2026, 10, 23),
        now_source="customer",
        verify_by=date(2031, 3, 1),
        **other,
    )


def unread(serial: str = "12345678") -> MeterFacts:
    """A meter that nobody read this month."""
    known = meter((12345, 12345), serial=serial)
    return replace(known, zones=[ZoneUse("single", 12345, None, None)], now_on=None, now_source=None)


def bill(**facts: Any) -> BillFacts:
    """A bill whose totals follow from its parts."""
    known: dict[str, Any] = {
        "number": "2026-10-180111111",
        "period": OCTOBER,
        "issued_on": date(2026, 11, 3),
        "due_on": date(2026, 11, 16),
        "retailer": RETAILER,
        "payer": PAYER,
        "way": "meter",
        "meters": [meter((12345, 12480))],
        "lines": [charge_line(135)],
        "vat_percent": Decimal(22),
        "opening": 108160,
        "payments": [Paid(date(2026, 10, 12), 108160, "cabinet")],
        "read_until": date(2026, 11, 25),
    } | facts
    penalty = known.setdefault("penalty", PenaltyFacts())
    common = known.get("common_house")
    charged = sum(line.amount for line in known["lines"]) + (common.amount if common else 0)
    charged -= sum(benefit.amount for benefit in known.get("benefits", ()))
    recalculated = sum(one.amount for one in known.get("recalculations", ()))
    paid = sum(payment.amount for payment in known["payments"]) - penalty.paid
    balance = known["opening"] + charged + recalculated - paid
    sums = {"charged": charged, "balance": balance, "to_pay": max(balance, 0) + penalty.balance}
    return BillFacts(**(sums | known))


def _zones_with_ranges() -> BillFacts:
    """Three zones, three ranges, and a price that changed inside the month: eighteen lines."""
    dearer = {OCTOBER.first_day: Decimal(1), date(2026, 10, 15): Decimal("1.112")}
    ratios = {"day": Decimal("1.36"), "night": Decimal("0.78"), "half_peak": Decimal(1)}
    prices = [
        Price("demo", 3, zone, range_, since, round(RUB[range_] * ratios[zone] * factor, 2), "demo")
        for zone in ZONES[3]
        for range_ in RUB
        for since, factor in dearer.items()
    ]
    book = TariffBook(prices, [Thresholds("demo", OCTOBER.first_day, (3900, 6000), "demo")])
    read = meter((12345, 14821), (4410, 6120), (97512, 1033), serial="34567890123")
    volumes = tuple(Fraction(zone.kwh or 0) for zone in read.zones)
    use = Use("meter", read.serial, 3, volumes, date(2026, 9, 30), OCTOBER.last_day)
    lines = [
        ChargeLine(
            line.basis, line.zone, line.range, line.first, line.last, line.volume, line.price.rub, line.amount
        )
        for line in charge_month(book, "demo", OCTOBER, [use])
    ]
    payer = replace(PAYER, group="городское население, электроплита, три зоны")
    return bill(payer=payer, meters=[read], lines=lines)


def _debt() -> BillFacts:
    third, steep = Fraction(1, 300), Fraction(1, 130)
    workings = [
        (date(2026, 7, 15), date(2026, 10, 4), date(2026, 10, 13), 240000, third, 760),
        (date(2026, 7, 15), date(2026, 10, 14), date(2026, 11, 3), 240000, steep, 3683),
        (date(2026, 8, 17), date(2026, 10, 4), date(2026, 11, 3), 118350, third, 1162),
    ]
    lines = [
        PenaltyLine(due, first, last, kopecks, Decimal("9.5"), part, amount)
        for due, first, last, kopecks, part, amount in workings
    ]
    return bill(
        opening=458350,
        payments=[Paid(date(2026, 10, 12), 50000, "bank"), Paid(date(2026, 10, 28), 70000, "post")],
        penalty=PenaltyFacts(opening=1950, workings=lines, paid=0),
        cut_off_warning=True,
    )


def _recalculation() -> BillFacts:
    reason = "Месяц был посчитан без показаний, теперь они есть"
    months = [
        Recalculation(Period(2026, 8), reason, Fraction(140), 104720, Fraction(123 * 31, 30), 95071),
        Recalculation(Period(2026, 9), reason, Fraction(140), 104720, Fraction(123), 92004),
    ]
    return bill(
        recalculations=months,
        opening=104720,
        payments=[Paid(date(2026, 10, 12), 104720, "post")],
        benefits=[Benefit("Льгота ветерана труда", 22464)],
    )


def _common_house() -> BillFacts:
    """The vector of `domain.md` 12.4: 96.80."""
    payer = replace(PAYER, area_m2=Decimal(60))
    house = CommonHouse(
        known="meter",
        needs_kwh=Fraction(2000),
        area_m2=Decimal(60),
        house_area_m2=Decimal(2400),
        lines=[charge_line(50, basis="common_house", rub=Decimal("1.936"))],
        house_kwh=Fraction(12000),
        others_kwh=Fraction(1000),
        flats_kwh=Fraction(9000),
    )
    return bill(common_house=house, payer=payer)


def _common_house_by_norm() -> BillFacts:
    """No house meter, and three ranges, of which common needs are in none."""
    house = CommonHouse(
        known="norm",
        needs_kwh=Fraction("1.37") * 310,
        area_m2=Decimal("54.3"),
        house_area_m2=Decimal(2400),
        lines=[charge_line(Fraction("1.37") * 310 * Fraction("54.3") / 2400, basis="common_house")],
        norm_kwh_m2=Decimal("1.37"),
        common_m2=Decimal(310),
        act="приказ министерства тарифов Калужской области от 29.09.2015 № 166",
    )
    return bill(common_house=house, lines=[charge_line(3900), charge_line(120, range_=2)])


def _interference() -> BillFacts:
    extra = replace(charge_line(1200, basis="interference", days=(1, 12)), note="акт № 12 от 12.10.2026")
    return bill(lines=[charge_line(135), extra])


def _norm() -> BillFacts:
    return bill(
        way="norm",
        meters=[],
        lines=[charge_line(120, basis="norm"), charge_line(60, basis="norm_factor")],
        estimated=Estimated(
            "Счётчика нет, хотя поставить его можно",
            kwh_a_person=Decimal(60),
            residents=2,
            act="приказ министерства тарифов Калужской области от 29.09.2015 № 166",
            factor=Decimal("1.5"),
        ),
        read_until=None,
    )


def _average() -> BillFacts:
    return bill(
        way="average",
        meters=[unread()],
        lines=[charge_line(Fraction(370, 3), basis="average")],
        estimated=Estimated("Показания за октябрь не переданы", in_a_row=2, months=6),
    )


def _long_texts() -> BillFacts:
    address = (
        "249722, Калужская область, Козельский муниципальный район, сельское поселение «Деревня Верхнее "
        "Заболотье-Краснооктябрьское», деревня Нижние Подгоричи-Староказачинские, улица имени Героя Советского "
        "Союза генерал-лейтенанта Константина Константиновича Рокоссовского, дом 128, корпус 12, строение 3, кв. 1047"
    )
    name = "Константинопольская-Рождественская Александра Всеволодовна, законный представитель несовершеннолетних"
    owner = replace(PAYER, address=address, name=name, group="сельское население, электроплита и отопление")
    known = meter((12345, 12480), serial="0" * 40, note="заменён 14.10.2026, акт № 1234567890/2026-К")
    who = replace(
        RETAILER,
        name='Публичное акционерное общество "Калужская сбытовая компания"',
        bank="КАЛУЖСКОЕ ОСБ N8608 ПАО СБЕРБАНК",
    )
    lines = [charge_line(135, days=(1, 14)), charge_line(61, days=(15, 31))]
    return bill(payer=owner, meters=[known, meter((0, 61), serial="777")], lines=lines, retailer=who)


SAMPLES: Final[dict[str, BillFacts]] = {
    "one_zone": bill(),
    "two_zones": bill(
        meters=[meter((12345, 12480), (8120, 8195))],
        lines=[charge_line(135, "day", rub=Decimal("9.27")), charge_line(75, "night", rub=Decimal("6.45"))],
    ),
    "three_zones_with_ranges": _zones_with_ranges(),
    "norm": _norm(),
    "average": _average(),
    "debt_with_penalty": _debt(),
    "overpayment": bill(opening=-250000, payments=[Paid(date(2026, 10, 12), 30000, "cabinet")]),
    "automatic": bill(
        meters=[replace(meter((12345, 12480)), now_source="automatic", before_source="automatic")],
        automatic=True,
        read_until=None,
    ),
    "recalculation": _recalculation(),
    "common_house": _common_house(),
    "common_house_by_norm": _common_house_by_norm(),
    "interference": _interference(),
    "long_texts": _long_texts(),
    "two_pages": bill(lines=[charge_line(day, days=(day % 31 + 1, 31)) for day in range(1, 61)]),
}
"""Bills that were looked at as pictures, by what they show."""
