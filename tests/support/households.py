"""Households of the loaded registry, each given to one test only."""

from collections.abc import Callable, Iterable

from deploy.demo.household import Household
from services.common.clock import business_now, moscow_date

_ROOM = 1_000
"""kWh that an ordinary meter can still count, and has counted."""


class Households:
    """`take()` gives an ordinary household that no other test has.

    That is one with a bill and a working, verified manual meter that is not near its end or its beginning. A test
    whose household must be something else says so (`fits`, `zones`, `metered`): it gets an ordinary one of these
    when there is one, so that nothing but what it asked for differs, else any of these.
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
        def suits(home: Household) -> bool:
            if metered and not _has_working_meter(home):
                return False
            if zones is not None and (home.meter is None or home.meter.zones != zones):
                return False
            return fits is None or fits(home)

        found = (
            next((home for home in self._left if _ordinary(home) and suits(home)), None) if metered else None
        )
        if found is None and (fits or not metered):
            found = next((home for home in self._left if suits(home)), None)
        if found is None:
            raise LookupError("no such household is left in the test registry: make it larger")
        self._left.remove(found)
        return found


def _has_working_meter(home: Household) -> bool:
    return home.meter is not None and not home.meter.automatic and home.meter.state == "working"


def _ordinary(home: Household) -> bool:
    meter = home.meter
    return (
        meter is not None
        and _has_working_meter(home)
        and home.bill is not None
        and meter.verification_due > moscow_date(business_now())
        and min(meter.readings) >= _ROOM
        and max(meter.readings) + _ROOM < 10**meter.digits
    )
