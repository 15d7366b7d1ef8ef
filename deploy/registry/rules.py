"""What must hold between the lines of one account, and between them and the day of the package."""

from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from deploy.registry.format import ACCOUNTS, BALANCES, METERS, READINGS, Layout, Row

MOSCOW = ZoneInfo("Europe/Moscow")
_ZONES = {"1": ("1",), "2": ("1", "2"), "3": ("1", "2", "3")}
_REMEMBERED = 10_000


class AccountSet(NamedTuple):
    """All the rows of one account, by file."""

    account: str
    accounts: list[Row]
    meters: list[Row]
    balances: list[Row]
    readings: list[Row]


class Found(NamedTuple):
    """A reason to reject the account: the file, which of the account's rows in it, and why."""

    layout: Layout
    at: int
    reason: str


class Opening(NamedTuple):
    """A meter with its opening reading: kWh by zone, in the order of the zones, comma-separated."""

    meter: Row
    taken_on: str
    values: str


class _Known(dict[str, bool]):
    """Whether a text in the shape of a date or an instant names a real one; remembers, since few differ."""

    def __missing__(self, text: str) -> bool:
        if len(self) > _REMEMBERED:
            self.clear()
        try:
            datetime.fromisoformat(text)
            self[text] = True
        except ValueError:
            self[text] = False
        return self[text]


class Rules:
    """The rules of a package of one day. ISO dates compare as they stand, without being parsed."""

    def __init__(self, as_of: date) -> None:
        self._today = as_of.isoformat()
        end_of_day = datetime(as_of.year, as_of.month, as_of.day, tzinfo=MOSCOW) + timedelta(days=1)
        self._now = end_of_day.astimezone(ZoneInfo("UTC")).strftime("%Y-%m-%dT%H:%M:%SZ")
        self._real = _Known()

    def apply(self, of: AccountSet) -> tuple[list[Opening], list[Found]]:
        """The account's meters with their readings, and every reason to reject the account."""
        faults: list[Found] = []
        if of.balances:
            self._balance(of, faults)
        if not of.meters and not of.readings:
            return [], faults
        opening = self._one_plain_meter(of)
        return ([opening] if opening else self._meters(of, faults)), faults

    def _balance(self, of: AccountSet, faults: list[Found]) -> None:
        _, _, period, amount, published_at, due_on = of.balances[0]
        if not (period and amount and published_at and due_on):
            if period or amount or published_at or due_on:
                faults.append(Found(BALANCES, 0, "a bill needs its period, amount, publication and due date"))
            return
        if not (self._real[published_at] and self._real[due_on]):
            faults.append(Found(BALANCES, 0, "a date that is not in the calendar"))
        elif period >= self._today[:7]:
            faults.append(Found(BALANCES, 0, "the bill's period is not over on as_of"))
        elif published_at >= self._now:
            faults.append(Found(BALANCES, 0, "the bill is published after as_of"))
        elif due_on < published_at[:10]:
            faults.append(Found(BALANCES, 0, "the bill is due before it is published"))

    def _one_plain_meter(self, of: AccountSet) -> Opening | None:
        """Nearly every account, quickly: one meter, its readings in the order of zones, nothing to say."""
        if len(of.meters) != 1 or not of.readings:
            return None
        meter = of.meters[0]
        _, serial, _, zones, digits, _, _, installed_on, verification_due = meter
        _, _, _, _, taken_on, _ = of.readings[0]
        real = self._real
        if not (installed_on <= taken_on <= self._today and real[installed_on] and real[taken_on]):
            return None
        if len(of.readings) != int(zones) or (verification_due and not real[verification_due]):
            return None
        values = []
        for zone, (_, of_serial, of_zone, value, on, _) in zip(_ZONES[zones], of.readings, strict=True):
            if of_serial != serial or of_zone != zone or on != taken_on or len(value) > int(digits):
                return None
            values.append(value)
        return Opening(meter, taken_on, ",".join(values))

    def _meters(self, of: AccountSet, faults: list[Found]) -> list[Opening]:
        by_zone = {(row[1], row[2]): row for row in of.readings}
        openings: list[Opening] = []
        serials: set[str] = set()
        used = working = 0
        for at, meter in enumerate(of.meters):
            _, serial, _, zones, digits, _, state, installed_on, verification_due = meter
            if serial in serials:
                faults.append(Found(METERS, at, "the account has this meter already"))
                continue
            serials.add(serial)
            working += state == "working"
            if working > 1:
                faults.append(Found(METERS, at, "the account has a working meter already"))
            if not (self._real[installed_on] and (not verification_due or self._real[verification_due])):
                faults.append(Found(METERS, at, "a date that is not in the calendar"))
            elif installed_on > self._today:
                faults.append(Found(METERS, at, "the meter is installed after as_of"))
            found = [row for zone in _ZONES[zones] if (row := by_zone.get((serial, zone)))]
            used += len(found)
            if len(found) < len(_ZONES[zones]):
                faults.append(Found(METERS, at, "a zone of the meter has no opening reading"))
                continue
            values = [str(int(row[3])) for row in found]
            openings.append(Opening(meter, found[0][4], ",".join(values)))
            if max(map(len, values)) > int(digits) or not self._taken(found, installed_on):
                self._explain_values(of, meter, faults)
        if used != len(of.readings):
            _explain_strays(of, faults)
        return openings

    def _taken(self, readings: list[Row], installed_on: str) -> bool:
        taken_on = readings[0][4]
        alike = all(row[4] == taken_on for row in readings)
        return alike and self._real[taken_on] and installed_on <= taken_on <= self._today

    def _explain_values(self, of: AccountSet, meter: Row, faults: list[Found]) -> None:
        """Names the lines of a meter's readings that are wrong."""
        _, serial, _, _, digits, _, _, installed_on, _ = meter
        days = {row[4] for row in of.readings if row[1] == serial}
        for at, (_, of_serial, _, value, taken_on, _) in enumerate(of.readings):
            if of_serial != serial:
                continue
            if len(str(int(value))) > int(digits):
                faults.append(Found(READINGS, at, f"more digits than the meter has ({digits})"))
            if not self._real[taken_on]:
                faults.append(Found(READINGS, at, "a date that is not in the calendar"))
            elif taken_on > self._today:
                faults.append(Found(READINGS, at, "taken after as_of"))
            elif taken_on < installed_on:
                faults.append(Found(READINGS, at, "taken before the meter was installed"))
            elif len(days) > 1:
                faults.append(Found(READINGS, at, "zones of one meter read on different days"))


def _explain_strays(of: AccountSet, faults: list[Found]) -> None:
    """Names the readings that are of no meter and zone of the account, or of one read already."""
    zones = {meter[1]: _ZONES[meter[3]] for meter in of.meters}
    seen: set[tuple[str, str]] = set()
    for at, (_, serial, zone, _, _, _) in enumerate(of.readings):
        if serial not in zones:
            faults.append(Found(READINGS, at, "the account has no such meter"))
        elif zone not in zones[serial]:
            faults.append(Found(READINGS, at, f"the meter has no zone {zone}"))
        elif (serial, zone) in seen:
            faults.append(Found(READINGS, at, "the zone has an opening reading already"))
        seen.add((serial, zone))


def existing_account() -> Found:
    return Found(ACCOUNTS, 0, "the account came with another package before")
