"""The receipt of a payment, for who made it (product D8, A8)."""

from typing import cast
from uuid import UUID

from sqlalchemy.orm import Session

from services.common.retailer import Retailer
from services.contracts import payments as contract
from services.contracts import readings
from services.contracts.errors import ServiceError
from services.payments import repository
from services.payments.domain import words
from services.payments.domain.machine import TAKEN, State


def receipt(
    session: Session, request: contract.PaymentRequest, asker: UUID | None, retailer: Retailer
) -> contract.Receipt:
    """Raises `not_found` for a payment of another account and for one whose money was not taken, `forbidden` for
    one that another holder of the account made, or that came through another channel."""
    found = repository.found(session, request.payment_id)
    if found is None or found.payment.account != request.account:
        raise ServiceError("not_found")
    kept, state = found.payment, State(found.payment.state)
    if asker is None or kept.user_id != asker:
        raise ServiceError("forbidden")
    if state not in TAKEN:
        raise ServiceError("not_found")
    return contract.Receipt(
        payment_id=kept.id,
        account=kept.account,
        address=kept.address,
        state=cast(contract.State, kept.state),
        status=words.message(state, kept.reason),
        amount=kept.amount,
        refunded=kept.refunded,
        paid_at=kept.paid_at or kept.at,
        order_number=kept.order_number or "",
        zones=cast(list[readings.Zone], kept.zones),
        values=kept.kwh,
        retailer=_seller(retailer),
    )


def _seller(retailer: Retailer) -> contract.Seller:
    return contract.Seller(
        name=retailer.name,
        address=retailer.address,
        phone=retailer.cabinet_phone,
        email=retailer.email,
        inn=retailer.inn,
        kpp=retailer.kpp,
        ogrn=retailer.ogrn,
        bank=retailer.bank,
        bic=retailer.bic,
        account=retailer.account,
        correspondent=retailer.correspondent,
    )
