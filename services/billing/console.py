"""What `./svet close-month` does at billing's database: starts a closing, tells how far it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4, uuid5

from sqlalchemy.orm import Session

from services.billing.domain.tariffs import ZONES, MissingTariff
from services.billing.handlers.closing import Book, due_on, read_book
from services.billing.models import Closing
from services.billing.repository import closing as table
from services.chassis import crash
from services.common.clock import MOSCOW
from services.common.period import Period
from services.contracts.closing import BATCH

_NAMESPACE = UUID("9a1e6a35-6b0f-4f0a-8f0e-3b7f4d0f4a11")


class NotClosable(ValueError):
    """The month cannot be closed; the text says why, and for whom."""


@dataclass(frozen=True)
class Progress:
    """How far a closing is. `totals` add up over its batches: accounts, estimated, and kopecks."""

    accounts: int
    batches: int
    done: int
    totals: Mapping[str, int]
    problems: int
    finished: bool
    due_on: date


def start(session: Session, period: Period, dry: bool, now: datetime, size: int = BATCH) -> bool:
    """Freeze the list of accounts in batches of `size` and let the workers begin; a closing that is there goes on.

    The last closing, when it is done, tries the accounts again that it did not charge. False when there is nothing
    to do: the month is closed. Raises NotClosable for a
    month that is not over, one out of turn, and missing prices, norms or rates.
    """
    found = table.by_period(session, period.first_day, dry)
    if found is not None and found.state == "done" and not dry:
        return table.last_closed(session) == found.period and table.again(session, found.id, size)
    if found is not None and found.state != "done":
        return True
    if found is not None:
        table.forget(session, found.id)
    if now < _end_of(period):
        raise NotClosable(f"{period} is not over yet.")
    _in_turn(session, period)
    book = read_book(session)
    groups = table.groups(session)
    _check(book, groups, period)
    closing = Closing(
        id=uuid5(_NAMESPACE, f"{period}:{dry}:{uuid4() if dry else ''}"),
        period=period.first_day,
        dry=dry,
        state="charging",
        started_at=now,
        due_on=due_on(book, period),
        accounts=sum(groups.values()),
    )
    table.freeze(session, closing, size)
    crash.point("closing_while_freezing")
    return True


def progress(session: Session, period: Period, dry: bool) -> Progress:
    """Raises NotClosable when no such closing was started."""
    found = table.by_period(session, period.first_day, dry)
    if found is None:
        raise NotClosable(f"{period} is not being closed.")
    batches, done, totals, problems = table.progress(session, found.id)
    return Progress(found.accounts, batches, done, totals, problems, found.state == "done", found.due_on)


def problems(session: Session, period: Period, dry: bool, limit: int) -> Sequence[tuple[str, str]]:
    """Accounts that were not charged, and why."""
    found = table.by_period(session, period.first_day, dry)
    return table.problems_of(session, found.id, limit) if found else []


def _in_turn(session: Session, period: Period) -> None:
    last = table.last_closed(session)
    if last is not None and Period.of(last).next != period:
        raise NotClosable(f"The month to close is {Period.of(last).next}: {Period.of(last)} has its bills.")


def _check(book: Book, groups: Mapping[str, int], period: Period) -> None:
    """Every group with accounts has thresholds, a one-rate price of each range, and a norm."""
    faults = []
    for group, accounts in groups.items():
        try:
            upper = book.rules.tariffs.thresholds(group, period)
            for number in range(1, len(upper) + 2):
                book.rules.tariffs.stretches(group, 1, ZONES[1][0], number, period)
            book.rules.norms.of(group, 1, period)
        except MissingTariff as error:
            faults.append(f"{error} ({accounts} accounts)")
    for look_up in (lambda: due_on(book, period), lambda: book.rates.on(period.next.first_day)):
        try:
            look_up()
        except MissingTariff as error:
            faults.append(f"{error} (all accounts)")
    if faults:
        raise NotClosable("Numbers are missing; load them with ./svet tariffs load:\n" + "\n".join(faults))


def _end_of(period: Period) -> datetime:
    first = period.next.first_day
    return datetime(first.year, first.month, first.day, tzinfo=MOSCOW)
