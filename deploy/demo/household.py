"""What the demonstration registry knows of a household."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Meter:
    """A meter with its opening readings: whole kWh in the order of zones (day, night, half-peak)."""

    serial: str
    model: str
    zones: int
    digits: int
    automatic: bool
    state: str
    installed_on: date
    verification_due: date
    readings: tuple[int, ...]
    taken_on: date


@dataclass(frozen=True, slots=True)
class Bill:
    """The current bill; `amount` in kopecks, `period` the first day of its month."""

    period: date
    amount: int
    published_at: datetime
    due_on: date


@dataclass(frozen=True, slots=True)
class Household:
    """One account; `balance` in kopecks, above zero for a debt. A private house has no flat (empty)."""

    account: str
    settlement: str
    street: str
    house: str
    flat: str
    postcode: str
    residents: int
    tariff_group: str
    area_m2: str
    meter: Meter | None
    balance: int
    bill: Bill | None

    @property
    def address(self) -> str:
        """As a person would write it down."""
        told = f"{self.settlement}, {self.street}, д. {self.house}"
        return f"{told}, кв. {self.flat}" if self.flat else told
