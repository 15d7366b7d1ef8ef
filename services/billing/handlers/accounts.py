"""An account: proof of ownership, its state, what a payment keeps of it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from services.billing import models
from services.billing.domain.address import Address, same_address
from services.billing.domain.ledger import penalty_part
from services.billing.repository import ledger
from services.common.period import Period
from services.contracts import billing
from services.contracts.errors import ServiceError


def prove_ownership(session: Session, request: billing.ProofRequest) -> billing.Proof:
    """Unknown account and wrong address are the same answer, after the same work."""
    account = ledger.account(session, request.account)
    registered = written_address(account) if account else Address("Калуга", "ул. Неизвестная", "1", "1")
    same = same_address(request.address, registered)
    return billing.Proof(proven=account is not None and same, known=account is not None)


def account_state(session: Session, request: billing.AccountRequest, now: datetime) -> billing.AccountState:
    """The account now, from the ledger; raises `account_unknown`."""
    account = known_account(session, request.account)
    bill = ledger.current_bill(session, account.account, now)
    sums = ledger.balances(session, account.account, bill.published_at if bill else None)
    return billing.AccountState(
        account=account.account,
        as_of=now,
        address=str(written_address(account)),
        tariff_group=account.tariff_group,
        residents=account.residents,
        balance=sums.balance,
        due=max(sums.balance, 0) + max(sums.penalty, 0),
        charged=bill.amount if bill else 0,
        paid_since_bill=sums.paid_since,
        penalty=sums.penalty,
        bill=_bill(bill),
        paid_on_current_bill=sums.cabinet_since if sums.cabinet_payments else None,
        included_payments=sums.cabinet_payments,
    )


def payment_snapshot(
    session: Session, request: billing.SnapshotRequest, now: datetime
) -> billing.PaymentSnapshot:
    """What a payment keeps of the account at its start; raises `account_unknown`."""
    account = known_account(session, request.account)
    bill = ledger.current_bill(session, account.account, now)
    sums = ledger.balances(session, account.account, None)
    penalty = penalty_part(request.amount, sums.balance, sums.penalty)
    return billing.PaymentSnapshot(
        account=account.account,
        address=str(written_address(account)),
        bill_id=bill.id if bill else None,
        bill_period=str(Period.of(bill.period)) if bill else None,
        main=request.amount - penalty,
        penalty=penalty,
        over=request.amount - penalty - min(request.amount - penalty, max(sums.balance, 0)),
    )


def forget(session: Session, users: Sequence[UUID]) -> None:
    """The ledger and the registry are the account's, and name no user; records of commands are the chassis'."""


def known_account(session: Session, number: str) -> models.Account:
    """Raises `account_unknown`."""
    account = ledger.account(session, number)
    if account is None:
        raise ServiceError("account_unknown")
    return account


def written_address(account: models.Account) -> Address:
    """The address of the supply object; `str()` writes it as on bills."""
    return Address(account.settlement, account.street, account.house, account.flat)


def _bill(bill: models.Bill | None) -> billing.Bill | None:
    if bill is None:
        return None
    return billing.Bill(
        id=bill.id,
        period=str(Period.of(bill.period)),
        amount=bill.amount,
        published_at=bill.published_at,
        due_on=bill.due_on,
    )
