"""Households of the loaded registry, each given to one test only."""

from collections.abc import Callable, Iterable

from deploy.demo.household import Household


class Households:
    """`take()` gives a household that no other test has; by default one with a working manual meter."""

    def __init__(self, loaded: Iterable[Household]) -> None:
        self._left = list(loaded)

    def take(
        self,
        fits: Callable[[Household], bool] = lambda _: True,
        *,
        metered: bool = True,
        zones: int | None = None,
    ) -> Household:
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
