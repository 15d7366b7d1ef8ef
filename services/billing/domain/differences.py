"""Why a month cost more or less than another: causes whose kopecks add up to the difference exactly."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from services.billing.domain.charge import half_up
from services.billing.domain.tariffs import TariffBook, Zone
from services.common.period import Period

Kind = Literal["volume", "price", "mix", "recalculation", "other", "rounding"]
"""`mix`: the same kWh fell into other zones or ranges; `other`: common-house needs, privileges."""
PriceOf = Callable[[int, Zone, int], Fraction]
"""Roubles a kWh of a form, zone and range."""


@dataclass(frozen=True, slots=True)
class Priced:
    """What a difference needs of a line of energy."""

    form: int
    zone: Zone
    range: int
    volume: Fraction
    rub: Decimal
    amount: int


@dataclass(frozen=True, slots=True)
class Billed:
    """A month as it was billed: `lines` of its own energy, all that was `charged`, and the recalculation."""

    lines: Sequence[Priced]
    charged: int
    recalculated: int

    @property
    def total(self) -> int:
        return self.charged + self.recalculated

    @property
    def energy(self) -> int:
        return sum(line.amount for line in self.lines)

    @property
    def exact(self) -> Fraction:
        """Of energy, before rounding."""
        return sum((line.volume * Fraction(line.rub) * 100 for line in self.lines), Fraction(0))

    @property
    def kwh(self) -> Fraction:
        return sum((line.volume for line in self.lines), Fraction(0))


@dataclass(frozen=True, slots=True)
class Cause:
    kind: Kind
    amount: int


def causes(now: Billed, then: Billed, price_then: PriceOf) -> list[Cause]:
    """What makes `now.total` differ from `then.total`; nothing when it does not.

    Prices first: what the same kWh would have cost then. What is left comes of the volume, by the average price
    of then, and of zones and ranges that it fell into. Halves of kopecks that rounding left join the volume.
    """
    at_old_prices = sum(
        (line.volume * price_then(line.form, line.zone, line.range) * 100 for line in now.lines), Fraction(0)
    )
    price = now.energy - half_up(at_old_prices)
    more = now.kwh - then.kwh
    rest = now.energy - then.energy - price
    volume = half_up(more * then.exact / then.kwh) if then.kwh else rest
    mix = rest - volume
    unseen = len(now.lines) + len(then.lines)
    rounding = sum(part for part in (price, mix) if abs(part) <= unseen)
    price, mix = (0 if abs(part) <= unseen else part for part in (price, mix))
    if more:
        volume, rounding = volume + rounding, 0
    found: list[Cause] = [
        Cause("volume", volume),
        Cause("price", price),
        Cause("mix", mix),
        Cause("recalculation", now.recalculated - then.recalculated),
        Cause("other", (now.charged - now.energy) - (then.charged - then.energy)),
        Cause("rounding", rounding),
    ]
    return [cause for cause in found if cause.amount]


def mean_price(book: TariffBook, group: str, month: Period) -> PriceOf:
    """Prices of a month, those that changed inside it averaged over its days. Raises MissingTariff when asked."""

    def price(form: int, zone: Zone, range_: int) -> Fraction:
        stretches = book.stretches(group, form, zone, range_, month)
        return sum((stretch.days * Fraction(stretch.price.rub) for stretch in stretches), Fraction(0)) / sum(
            stretch.days for stretch in stretches
        )

    return price
