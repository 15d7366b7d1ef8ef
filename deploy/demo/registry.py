"""Writes the demonstration households as a registry package (docs/registry.md)."""

import hashlib
from collections.abc import Iterable
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Self
from uuid import UUID, uuid5

from deploy.demo.household import Household, Meter
from deploy.demo.households import households
from deploy.registry import manifest
from deploy.registry.format import ACCOUNTS, BALANCES, LAYOUTS, METERS, READINGS, RETAILER_INN, Layout
from deploy.registry.manifest import FilePart, Manifest
from deploy.registry.tables import ID_NAMESPACE

_LINES_AT_ONCE = 10_000


class _Writer:
    """A file of the package and its line of the manifest, made together."""

    def __init__(self, directory: Path, layout: Layout) -> None:
        self._layout = layout
        self._file = (directory / layout.file).open("wb")
        self._hash = hashlib.sha256()
        self._lines = [layout.header + "\n"]
        self._rows = 0
        self._sums = dict.fromkeys(layout.sums, 0)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def add(self, *values: str | int, **sums: int) -> None:
        """A row of values that need no quotes; `sums` are the numbers it adds to the control sums."""
        self._lines.append(",".join(map(str, values)) + "\n")
        self._rows += 1
        for name, number in sums.items():
            self._sums[name] += number
        if len(self._lines) >= _LINES_AT_ONCE:
            self._flush()

    def seal(self) -> FilePart:
        self._flush()
        return FilePart(
            name=self._layout.file, rows=self._rows, sha256=self._hash.hexdigest(), sums=self._sums
        )

    def _flush(self) -> None:
        text = "".join(self._lines).encode()
        self._lines.clear()
        self._hash.update(text)
        self._file.write(text)


def run(accounts: int, seed: int, as_of: date, out: Path) -> Manifest:
    """Writes a package into the folder `out` (made if absent); the same arguments give the same bytes."""
    package = uuid5(ID_NAMESPACE, f"demo-registry:{accounts}:{seed}:{as_of.isoformat()}")
    return write(households(accounts, seed, as_of), package, as_of, out)


def write(of: Iterable[Household], package: UUID, as_of: date, out: Path) -> Manifest:
    """Writes these households, sorted by account, as a package."""
    out.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        writers = {layout: stack.enter_context(_Writer(out, layout)) for layout in LAYOUTS}
        for home in of:
            _add(home, writers)
        files = [writer.seal() for writer in writers.values()]
    return manifest.write(out, package, as_of, RETAILER_INN, files)


def _add(home: Household, writers: dict[Layout, _Writer]) -> None:
    account = home.account
    writers[ACCOUNTS].add(
        account,
        home.settlement,
        home.street,
        home.house,
        home.flat,
        home.postcode,
        home.residents,
        home.tariff_group,
        home.area_m2,
    )
    if bill := home.bill:
        published_at = f"{bill.published_at:%Y-%m-%dT%H:%M:%SZ}"
        writers[BALANCES].add(
            account,
            home.balance,
            f"{bill.period:%Y-%m}",
            bill.amount,
            published_at,
            bill.due_on.isoformat(),
            opening_balance=home.balance,
            bill_amount=bill.amount,
        )
    elif home.balance:
        writers[BALANCES].add(account, home.balance, "", "", "", "", opening_balance=home.balance)
    if home.meter:
        _add_meter(account, home.meter, writers)


def _add_meter(account: str, meter: Meter, writers: dict[Layout, _Writer]) -> None:
    writers[METERS].add(
        account,
        meter.serial,
        meter.model,
        meter.zones,
        meter.digits,
        "automatic" if meter.automatic else "manual",
        meter.state,
        meter.installed_on.isoformat(),
        meter.verification_due.isoformat(),
    )
    source = "automatic" if meter.automatic else "customer"
    taken_on = meter.taken_on.isoformat()
    for zone, value in enumerate(meter.readings, 1):
        writers[READINGS].add(account, meter.serial, zone, value, taken_on, source, value=value)
