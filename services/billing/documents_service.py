"""The process that draws: any number of them take requests off one queue, with children that burn processor."""

from services.billing.handlers import documents, paper
from services.billing.handlers.documents import Archive
from services.billing.handlers.paper import Paperwork
from services.billing.settings import Settings
from services.chassis.children import Children
from services.chassis.config import config
from services.chassis.rpc import rpc
from services.chassis.service import Service
from services.chassis.sharing import Shared
from services.common.period import Period
from services.contracts import billing, bills

_RUNNING = Shared()


class BillingDocumentsService(Service):
    """Bills and receipts as files in storage; only their keys are answered."""

    name = billing.DOCUMENTS
    settings = config(Settings)
    painters = Children("services.billing.document.child")

    @rpc(billing.BILL_DOCUMENT)
    def bill_document(self, request: bills.DocumentRequest) -> bills.Document:
        paperwork = Paperwork(self.settings.retailer, self.settings.window_end_day)
        with self.db.begin() as session:
            facts = paper.facts_of(session, request.account, Period.parse(request.period), paperwork)
        return documents.bill_document(facts, request.format, self.archive)

    @rpc(billing.RECEIPT_DOCUMENT)
    def receipt_document(self, request: bills.ReceiptRequest) -> bills.Document:
        return documents.receipt_document(request, self.settings.retailer, self.archive)

    @property
    def archive(self) -> Archive:
        return Archive(self.settings.files_url, self.painters, _RUNNING)
