"""The demonstration registry: determined by its arguments, valid, and like the real thing."""

from datetime import date
from pathlib import Path

import pytest

from deploy.demo.households import households
from deploy.registry.format import closed_period
from deploy.registry.generate import run
from tests.unit.registry.packages import outcome

AS_OF = date(2026, 11, 20)


def content(directory: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in directory.iterdir()}


def test_the_same_arguments_give_the_same_bytes_and_others_do_not(tmp_path: Path) -> None:
    run(200, 7, AS_OF, tmp_path / "one")
    run(200, 7, AS_OF, tmp_path / "two")
    run(200, 8, AS_OF, tmp_path / "other")
    assert content(tmp_path / "one") == content(tmp_path / "two")
    assert all(
        content(tmp_path / "one")[name] != other for name, other in content(tmp_path / "other").items()
    )


@pytest.mark.parametrize(
    "as_of", [AS_OF, date(2026, 11, 5), date(2026, 3, 6), date(2026, 1, 1), date(2028, 2, 29)]
)
def test_the_package_has_no_fault_on_any_day_and_holds_the_households(tmp_path: Path, as_of: date) -> None:
    run(1_000, 1, as_of, tmp_path / "package")
    seen = outcome(tmp_path / "package")
    assert seen.faults == []
    assert seen.loaded == [home.account for home in households(1_000, 1, as_of)]


def test_households_are_of_every_kind() -> None:
    homes = list(households(5_000, 1, AS_OF))
    meters = [home.meter for home in homes if home.meter]
    assert {(meter.zones, meter.automatic) for meter in meters} >= {
        (1, False),
        (2, False),
        (3, False),
        (2, True),
    }
    assert {meter.digits for meter in meters} >= {4, 5, 6}
    assert 0.02 < sum(home.meter is None for home in homes) / len(homes) < 0.06
    assert 0.06 < sum(meter.automatic for meter in meters) / len(meters) < 0.10
    assert any(meter.state == "faulty" for meter in meters)
    assert {(home.balance > 0) - (home.balance < 0) for home in homes} == {-1, 0, 1}
    assert {home.tariff_group for home in homes} == {"urban_gas", "urban_electric", "rural"}
    assert any(not home.flat for home in homes)
    assert any(home.bill is None for home in homes)


def test_no_two_households_have_one_address() -> None:
    homes = list(households(20_000, 3, AS_OF))
    assert len({home.address for home in homes}) == len(homes)


@pytest.mark.parametrize(
    ("as_of", "period"),
    [
        (date(2026, 11, 6), date(2026, 10, 1)),
        (date(2026, 11, 5), date(2026, 9, 1)),
        (date(2027, 1, 1), date(2026, 11, 1)),
    ],
)
def test_the_last_closed_period_is_the_one_billed_on_the_fifth(as_of: date, period: date) -> None:
    assert closed_period(as_of) == period
