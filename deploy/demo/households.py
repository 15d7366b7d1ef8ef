"""Believable households of the Kaluga region, always the same for the same arguments."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate
from random import Random

from deploy.demo.household import Bill, Household, Meter
from deploy.demo.meters import AUTOMATIC, MANUAL, Model
from deploy.demo.places import PLACES, Place
from deploy.registry.format import BILLS_PUBLISHED_ON, closed_period

FIRST_ACCOUNT = 180_100_000
BILL_DUE_ON = 15
WITHOUT_METER = 0.04
AUTOMATIC_METER = 0.08

_PLACE_WEIGHTS = list(accumulate(place.weight for place in PLACES))
_MANUAL_WEIGHTS = list(accumulate(model.weight for model in MANUAL))
_AUTOMATIC_WEIGHTS = list(accumulate(model.weight for model in AUTOMATIC))
_ZONE_SHARES = {1: (1.0,), 2: (0.71, 0.29), 3: (0.34, 0.28, 0.38)}
_RESIDENTS = (1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 4, 4, 5, 6)
_KOPECKS_PER_KWH = {"urban_gas": 736, "urban_electric": 515, "rural": 515}


def households(accounts: int, seed: int, as_of: date) -> Iterator[Household]:
    """That many households by account number; the arguments alone decide everything."""
    chance = Random(f"{accounts}:{seed}:{as_of.isoformat()}")  # noqa: S311 (a demonstration, not a secret)
    calendar = _Calendar.of(as_of)
    account = FIRST_ACCOUNT
    for home in _homes(chance, accounts):
        account += chance.choice((1, 1, 2, 3, 7))
        yield _household(chance, calendar, f"{account:09}", home)


@dataclass(frozen=True, slots=True)
class _Home:
    """Where a household lives."""

    place: Place
    street: str
    house: str
    flat: str
    postcode: str
    tariff_group: str


@dataclass(frozen=True, slots=True)
class _Calendar:
    as_of: date
    period: date
    published_on: date
    days: int

    @staticmethod
    def of(as_of: date) -> "_Calendar":
        period = closed_period(as_of)
        days = monthrange(period.year, period.month)[1]
        return _Calendar(as_of, period, period + timedelta(days=days + BILLS_PUBLISHED_ON - 1), days)


def _homes(chance: Random, wanted: int) -> Iterator[_Home]:
    """Goes from building to building; a street's house numbers only grow, so no address comes twice."""
    last_number: dict[tuple[str, str], int] = {}
    largest = max(4, wanted // 25)
    left = wanted
    while left > 0:
        place = chance.choices(PLACES, cum_weights=_PLACE_WEIGHTS)[0]
        street = chance.choice(place.streets)
        number = last_number[place.name, street] = last_number.get((place.name, street), 0) + chance.choice(
            (1, 1, 2)
        )
        house = f"{number}{_suffix(chance)}"
        postcode = chance.choice(place.postcodes)
        if chance.random() < place.flats:
            group = "rural" if place.rural else "urban_electric" if chance.random() < 0.25 else "urban_gas"
            flats = min(largest, chance.choice((8, 12, 16, 24, 36, 48, 60, 70, 80, 100)))
            for flat in range(1, flats + 1):
                if left and chance.random() > 0.03:
                    left -= 1
                    yield _Home(place, street, house, str(flat), postcode, group)
        else:
            left -= 1
            yield _Home(place, street, house, "", postcode, "rural" if place.rural else "urban_gas")


def _suffix(chance: Random) -> str:
    fate = chance.random()
    if fate < 0.80:
        return ""
    if fate < 0.90:
        return chance.choice("АБВГ")
    if fate < 0.97:
        return f" корп. {chance.choice('123')}"
    return f" стр. {chance.choice('12')}"


def _household(chance: Random, calendar: _Calendar, account: str, home: _Home) -> Household:
    residents = chance.choice(_RESIDENTS)
    monthly = int((70 + 60 * residents) * chance.uniform(0.5, 1.9) * (1.0 if home.flat else 1.7))
    meter = None if chance.random() < WITHOUT_METER else _meter(chance, calendar, monthly)
    charge = monthly * _KOPECKS_PER_KWH[home.tariff_group]
    balance, amount = _account_state(chance, charge)
    bill = None
    if amount is not None:
        published_at = datetime.combine(calendar.published_on, time(6, chance.randrange(60)), UTC)
        due_on = calendar.published_on.replace(day=BILL_DUE_ON)
        bill = Bill(calendar.period, amount, published_at, due_on)
    return Household(
        account=account,
        settlement=home.place.name,
        street=home.street,
        house=home.house,
        flat=home.flat,
        postcode=home.postcode,
        residents=residents,
        tariff_group=home.tariff_group,
        area_m2="" if chance.random() < 0.1 else f"{chance.randrange(280, 950 if home.flat else 1900) / 10}",
        meter=meter,
        balance=balance,
        bill=bill,
    )


def _account_state(chance: Random, charge: int) -> tuple[int, int | None]:
    """Opening balance and the amount of the current bill; no bill for an account opened since."""
    fate = chance.random()
    if fate < 0.45:
        return charge, charge
    if fate < 0.55:
        return charge // chance.choice((2, 3, 4)), charge
    if fate < 0.75:
        return 0, charge
    if fate < 0.88:
        return -chance.randrange(100, 300_000), chance.choice((0, 0, charge))
    if fate < 0.985:
        owed = charge * chance.randrange(2, 9) + chance.randrange(100)
        return owed, owed
    return 0, None


def _meter(chance: Random, calendar: _Calendar, monthly: int) -> Meter:
    automatic = chance.random() < AUTOMATIC_METER
    model = _model(chance, automatic)
    zones = chance.choice(model.zones)
    age = chance.randrange(60, int(365.25 * (model.life + 1)))
    taken_on = calendar.period.replace(day=calendar.days if automatic else chance.randrange(15, 26))
    installed_on = taken_on - timedelta(days=age)
    state = "working" if automatic or chance.random() > 0.012 else "faulty"
    total = monthly * age / 30.4
    return Meter(
        serial=f"{chance.randrange(1_000_000, 50_000_000):08}",
        model=model.name,
        zones=zones,
        digits=model.digits,
        automatic=automatic,
        state=state,
        installed_on=installed_on,
        # On the first of the month, which every year has.
        verification_due=installed_on.replace(year=installed_on.year + model.life, day=1),
        readings=tuple(int(total * share) % 10**model.digits for share in _ZONE_SHARES[zones]),
        taken_on=taken_on,
    )


def _model(chance: Random, automatic: bool) -> Model:
    if automatic:
        return chance.choices(AUTOMATIC, cum_weights=_AUTOMATIC_WEIGHTS)[0]
    return chance.choices(MANUAL, cum_weights=_MANUAL_WEIGHTS)[0]
