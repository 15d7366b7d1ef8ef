"""Households of the loaded registry, each given to one test only."""

from collections.abc import Callable, Iterable

from deploy.demo.household import Household
from services.common.clock import business_now, moscow_date

_ROOM = 1_000
"""kWh that an ordinary meter can still count, and has counted."""


class Households:
    """`take()` gives an ordinary household that no other test has.

    That is one with a bill and a working, verified manual meter that is not near its end or its beginning: a test
    whose household must be anything else says so (`fits`), and then nothing but that and the meter is looked at.
    """

    def __init__(self, loaded: Iterable[Household]) -> None:
        self._left = list(loaded)

    def take(
        self,
        fits: Callable[[Household], bool] | None = None,
        *,
        metered: bool = True,
        zones: int | None = None,
    ) -> Household:
        fits = fits or (_ordinary if metered else lambda _: True)
        for index, home in enumerate(self._left):
            if metered and not _has_working_meter(home):
                continue
            if zones is not None and (home.meter is None or home.meter.zones != zones):
                continue
            if fits(home):
                return self._left.pop(index)
        raise LookupError("no such household is left in the test registry: make it larger")


def _has_working_meter(home: Household) -> bool:
    return home.meter is not None and not home.meter.automatic and home.meter.state == "working"


def _ordinary(home: Household) -> bool:
    meter = home.meter
    return (
        meter is not None
        and home.bill is not None
        and meter.verification_due > moscow_date(business_now())
        and min(meter.readings) >= _ROOM
        and max(meter.readings) + _ROOM < 10**meter.digits
    )
