"""The penalty of a batch's accounts: only those with a debt older than the last bill are looked at closely."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from services.billing.domain.debts import Asked, Paid, owed
from services.billing.domain.penalty import PenaltyLine, Rates, penalty
from services.billing.domain.tariffs import Unchargeable
from services.billing.repository import closing as table
from services.billing.repository.closing import Standing
from services.common.clock import moscow_date


def penalties(
    session: Session, standings: Sequence[Standing], rates: Rates, now: datetime
) -> dict[str, Sequence[PenaltyLine] | Unchargeable]:
    """Penalty lines by account since its last bill, through today; why not, where that cannot be told."""
    last = moscow_date(now)
    late = {
        standing.account: moscow_date(standing.bill_at) + timedelta(days=1)
        for standing in standings
        if standing.older > 0 and standing.bill_at and moscow_date(standing.bill_at) < last
    }
    if not late:
        return {}
    accounts = list(late)
    dues: dict[str, list[tuple[UUID | None, date]]] = defaultdict(list)
    for account, charge, due_on in table.dues_of(session, accounts):
        dues[account].append((charge, due_on))
    postings: dict[str, list[table.Money]] = defaultdict(list)
    for posting in table.money_of(session, accounts):
        postings[posting.account].append(posting)
    found: dict[str, Sequence[PenaltyLine] | Unchargeable] = {}
    for account, first in late.items():
        asked, paid = _sorted(postings[account], dict(dues[account]), dues[account][0][1])
        try:
            found[account] = penalty(owed(asked, paid, first, last), rates)
        except Unchargeable as reason:
            found[account] = reason
    return found


def _sorted(
    postings: Sequence[table.Money], due_of: dict[UUID | None, date], oldest: date
) -> tuple[list[Asked], list[Paid]]:
    """Postings of the main debt as what bills asked and what came in. The registry's debt was due with its bill."""
    asked: list[Asked] = []
    paid: list[Paid] = []
    for posting in postings:
        kind, _, name = posting.source.partition(":")
        signed = posting.amount if posting.debit == "receivable" else -posting.amount
        if kind in ("charge", "recalculation"):
            asked.append(Asked(due_of.get(UUID(name), oldest), signed))
        elif kind == "opening" and signed > 0:
            asked.append(Asked(oldest, signed))
        else:
            paid.append(Paid(moscow_date(posting.occurred_at), -signed))
    return asked, paid
