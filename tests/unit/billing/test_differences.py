"""The causes of a difference add up to it, whatever the months were."""

from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from services.billing.domain.charge import half_up
from services.billing.domain.differences import Billed, Priced, causes, mean_price
from services.billing.domain.tariffs import Price, TariffBook, Zone
from services.common.period import Period

volumes = st.fractions(min_value=0, max_value=5000, max_denominator=31)
prices = st.decimals(min_value=Decimal("0.01"), max_value=20, places=2)
kopecks = st.integers(-100_000, 100_000)


def line(volume: Fraction, rub: Decimal, zone: Zone = "single", range_: int = 1) -> Priced:
    return Priced(1, zone, range_, volume, rub, half_up(volume * Fraction(rub) * 100))


lines = st.lists(
    st.builds(line, volumes, prices, st.sampled_from(["single", "night"]), st.integers(1, 3)), max_size=6
)


@st.composite
def months(draw: st.DrawFn) -> Billed:
    own = draw(lines)
    return Billed(own, sum(one.amount for one in own) + draw(kopecks), draw(kopecks))


@given(months(), months(), prices)
def test_causes_add_up_and_none_is_nothing(now: Billed, then: Billed, price: Decimal) -> None:
    found = causes(now, then, lambda form, zone, range_: Fraction(price) * range_)
    assert sum(cause.amount for cause in found) == now.total - then.total
    assert all(cause.amount for cause in found)
    assert len({cause.kind for cause in found}) == len(found)


@given(volumes, volumes, prices)
def test_the_same_price_leaves_only_the_volume(now: Fraction, then: Fraction, rub: Decimal) -> None:
    mine, other = line(now, rub), line(then, rub)
    found = causes(
        Billed([mine], mine.amount, 0),
        Billed([other], other.amount, 0),
        lambda form, zone, range_: Fraction(rub),
    )
    assert {cause.kind for cause in found} <= {"volume"}


@given(volumes, prices, prices)
def test_the_same_volume_leaves_only_the_price(volume: Fraction, now: Decimal, then: Decimal) -> None:
    mine, other = line(volume, now), line(volume, then)
    found = causes(
        Billed([mine], mine.amount, 0),
        Billed([other], other.amount, 0),
        lambda form, zone, range_: Fraction(then),
    )
    assert {cause.kind for cause in found} <= {"price", "rounding"}


def test_the_same_kwh_at_night_is_told_as_the_zones_share() -> None:
    def price(form: int, zone: str, range_: int) -> Fraction:
        return Fraction(5 if zone == "night" else 10)

    mine = [line(Fraction(50), Decimal(10), "day"), line(Fraction(50), Decimal(5), "night")]
    other = [line(Fraction(90), Decimal(10), "day"), line(Fraction(10), Decimal(5), "night")]
    found = causes(Billed(mine, 750_00, 0), Billed(other, 950_00, 0), price)
    assert [(cause.kind, cause.amount) for cause in found] == [("mix", -200_00)]


def test_a_price_that_changed_inside_the_month_counts_by_days() -> None:
    prices_ = [
        Price("g", 1, "single", 1, Period(2026, 1).first_day, Decimal(10), "act"),
        Price("g", 1, "single", 1, Period(2026, 10).first_day.replace(day=11), Decimal(20), "act"),
    ]
    price = mean_price(TariffBook(prices_, []), "g", Period(2026, 10))
    assert price(1, "single", 1) == Fraction(10 * 10 + 21 * 20, 31)
