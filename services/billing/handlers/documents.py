"""Documents on demand: named by content, drawn by a child when storage has none, and only once at a time."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from services.billing.document.child import Made, Order
from services.billing.document.facts import BillFacts
from services.billing.document.receipt import ReceiptFacts, receipt_key
from services.billing.document.render import document_key
from services.billing.document.typesetting import Format
from services.billing.metrics import DOCUMENTS
from services.chassis.children import ChildFailed, ChildLost
from services.chassis.sharing import Shared
from services.common.retailer import Retailer
from services.contracts import bills as contract
from services.contracts.errors import ServiceError

log = logging.getLogger(__name__)
_SECONDS = 6.0
"""A child that takes longer is stuck, or its storage is."""


class Painters(Protocol):
    def ask(self, order: object, seconds: float) -> Made: ...


@dataclass(frozen=True)
class Archive:
    """Where documents are kept, who draws what is missing, and what is being drawn right now."""

    files_url: str
    painters: Painters
    running: Shared


def bill_document(facts: BillFacts, kind: Format, archive: Archive) -> contract.Document:
    """Raises `document_unavailable`."""
    return _document("bills", document_key(facts), kind, facts, archive)


def receipt_document(
    request: contract.ReceiptRequest, retailer: Retailer, archive: Archive
) -> contract.Document:
    """Raises `document_unavailable`."""
    facts = ReceiptFacts(
        payment_id=str(request.payment_id),
        account=request.account,
        address=request.address,
        paid_at=request.paid_at,
        amount=request.amount,
        refunded=request.refunded,
        order_number=request.order_number,
        status=request.status,
        readings=[(line.zone, line.kwh) for line in request.readings],
        retailer=retailer,
    )
    return _document("receipts", receipt_key(facts), request.format, facts, archive)


def _document(
    folder: str, name: str, kind: Format, facts: BillFacts | ReceiptFacts, archive: Archive
) -> contract.Document:
    key = f"{folder}/{name[:2]}/{name}.{kind}"
    order = Order(archive.files_url, key, kind, facts)
    made = archive.running.run(key, _making(order, archive.painters))
    return contract.Document(key=key, size=made.size)


def _making(order: Order, painters: Painters) -> Callable[[], Made]:
    def make() -> Made:
        folder = order.key.partition("/")[0]
        try:
            made: Made = painters.ask(order, _SECONDS)
        except (ChildFailed, ChildLost) as error:
            DOCUMENTS.labels(folder, order.format, "failed").inc()
            log.error("a document could not be made", extra={"key": order.key, "why": str(error)})
            raise ServiceError("document_unavailable") from error
        DOCUMENTS.labels(folder, order.format, "drawn" if made.drawn else "found").inc()
        return made

    return make
