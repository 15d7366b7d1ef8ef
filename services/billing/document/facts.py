"""Everything that is printed on a bill, in kopecks and kWh; a bill that does not add up cannot be made."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from services.billing.domain.charge import Basis, half_up
from services.billing.domain.common_house import Known
from services.billing.domain.month import Way
from services.billing.domain.penalty import PenaltyLine
from services.billing.domain.tariffs import Zone
from services.common.period import Period
from services.common.retailer import Retailer

Source = Literal["customer", "control", "automatic", "average", "norm", "opening"]
Channel = Literal["cabinet", "bank", "post", "other"]


class BillDoesNotAddUp(ValueError):
    """The sums of a bill contradict each other; the text says which."""


@dataclass(frozen=True, slots=True)
class Payer:
    """The household. `group` names its tariff in words; `ranges` are upper ends in kWh, () when not applied."""

    account: str
    address: str
    residents: int
    group: str
    ranges: Sequence[int] = ()
    name: str = ""
    rooms: int | None = None
    area_m2: Decimal | None = None
    unified_account: str = ""
    """ЕЛС of GIS ЖКХ."""
    service_id: str = ""
    """ИЖКУ of GIS ЖКХ."""


@dataclass(frozen=True, slots=True)
class ZoneUse:
    """What one zone of a meter showed, and the kWh between (a rollover included)."""

    zone: Zone
    before: int
    now: int | None
    """None when nobody read the meter."""
    kwh: int | None


@dataclass(frozen=True, slots=True)
class MeterFacts:
    """A meter in the billed month; a replaced one and its successor are two."""

    serial: str
    model: str
    digits: int
    zones: Sequence[ZoneUse]
    before_on: date
    before_source: Source
    now_on: date | None
    now_source: Source | None
    verify_by: date | None = None
    note: str = ""
    """For example `снят 14.10.2026`."""


@dataclass(frozen=True, slots=True)
class Estimated:
    """Why and how a month without readings was charged (ПП РФ 354 п. 59-60).

    `reason` is a sentence's beginning: `Показания не переданы`. Of an average `months` says over how many;
    of a norm `kwh_a_person`, `residents`, `act`; `factor` raises it when above 1.
    """

    reason: str
    in_a_row: int = 1
    """Which period in a row this is without readings."""
    most_in_a_row: int = 3
    """After so many by average the norm follows."""
    months: int = 0
    kwh_a_person: Decimal = Decimal(0)
    residents: int = 0
    act: str = ""
    factor: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class ChargeLine:
    """A line of the month: exact kWh x price, rounded half-up to kopecks. `note` is printed with what it is for."""

    basis: Basis
    zone: Zone
    range: int
    first: date
    last: date
    volume: Fraction
    rub: Decimal
    amount: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Recalculation:
    """An earlier month priced anew; `reason` is a sentence."""

    month: Period
    reason: str
    kwh_before: Fraction
    before: int
    kwh_after: Fraction
    after: int

    @property
    def amount(self) -> int:
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class CommonHouse:
    """Common-house needs (ОДН) of a house that the retailer bills itself (`domain.md` 3.6).

    By the house's meter or its average `house_kwh`, `others_kwh` and `flats_kwh` say what `needs_kwh` come from;
    by the norm `norm_kwh_m2` and `common_m2` do.
    """

    known: Known
    needs_kwh: Fraction
    area_m2: Decimal
    house_area_m2: Decimal
    lines: Sequence[ChargeLine]
    house_kwh: Fraction | None = None
    others_kwh: Fraction | None = None
    """Premises that are no flats."""
    flats_kwh: Fraction | None = None
    """Metered, averaged and by norm together."""
    norm_kwh_m2: Decimal | None = None
    common_m2: Decimal | None = None
    act: str = ""

    @property
    def volume(self) -> Fraction:
        return sum((line.volume for line in self.lines), Fraction(0))

    @property
    def amount(self) -> int:
        return sum(line.amount for line in self.lines)


@dataclass(frozen=True, slots=True)
class Benefit:
    """A privilege or subsidy that lowers the sum: kopecks above zero."""

    name: str
    amount: int


@dataclass(frozen=True, slots=True)
class PenaltyFacts:
    """The penalty, apart from the main debt: kopecks before, accrued by `workings`, paid."""

    opening: int = 0
    workings: Sequence[PenaltyLine] = ()
    paid: int = 0

    @property
    def accrued(self) -> int:
        return sum(line.amount for line in self.workings)

    @property
    def balance(self) -> int:
        return self.opening + self.accrued - self.paid


@dataclass(frozen=True, slots=True)
class Paid:
    """A payment counted on this bill, the whole of it; a refund is below zero."""

    on: date
    amount: int
    channel: Channel


@dataclass(frozen=True, slots=True)
class BillFacts:
    """A bill on paper. Raises BillDoesNotAddUp when its sums contradict each other.

    `opening` is the main balance right after the bill before (above zero a debt), `balance` the one at the
    cut-off; `payments` settle both the main debt and the penalty.
    """

    number: str
    period: Period
    issued_on: date
    due_on: date
    retailer: Retailer
    payer: Payer
    way: Way
    meters: Sequence[MeterFacts]
    lines: Sequence[ChargeLine]
    vat_percent: Decimal
    opening: int
    payments: Sequence[Paid]
    charged: int
    """By `lines`, `common_house` and `benefits`."""
    balance: int
    to_pay: int
    estimated: Estimated | None = None
    recalculations: Sequence[Recalculation] = ()
    common_house: CommonHouse | None = None
    benefits: Sequence[Benefit] = ()
    penalty: PenaltyFacts = PenaltyFacts()
    read_until: date | None = None
    """The last day for the next month's readings; None when none are to be told (no meter, automatic)."""
    automatic: bool = False
    cut_off_warning: bool = False
    gis_number: str = ""
    """Number of the payment document in GIS ЖКХ."""

    def __post_init__(self) -> None:
        common = self.common_house.amount if self.common_house else 0
        lines = sum(line.amount for line in self.lines) + common - sum(b.amount for b in self.benefits)
        self._same("charged", self.charged, lines)
        moved = self.charged + self.recalculated - (self.paid - self.penalty.paid)
        self._same("balance", self.balance, self.opening + moved)
        self._same("to pay", self.to_pay, max(self.balance, 0) + self.penalty.balance)
        if self.penalty.balance < 0:
            raise BillDoesNotAddUp(f"bill {self.number}: the penalty is below zero")
        if (self.way == "meter") == (self.estimated is not None):
            raise BillDoesNotAddUp(
                f"bill {self.number}: charged by {self.way}, yet the estimate says otherwise"
            )

    @property
    def all_lines(self) -> list[ChargeLine]:
        """Those of the household and of the house."""
        return [*self.lines, *(self.common_house.lines if self.common_house else ())]

    @property
    def paid(self) -> int:
        return sum(payment.amount for payment in self.payments)

    @property
    def recalculated(self) -> int:
        return sum(one.amount for one in self.recalculations)

    @property
    def vat(self) -> int:
        """The tax inside what is charged this month, recalculation included."""
        taxed = Fraction(self.charged + self.recalculated) * Fraction(self.vat_percent)
        return half_up(taxed / (100 + Fraction(self.vat_percent)))

    def _same(self, what: str, told: int, found: int) -> None:
        if told != found:
            raise BillDoesNotAddUp(f"bill {self.number}: {what} is {told}, its parts give {found}")
