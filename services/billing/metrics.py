"""Billing's own metrics; labels are bounded."""

from prometheus_client import Counter

DOCUMENTS = Counter(
    "svet_documents_total",
    "Documents asked for: drawn, found in storage, failed",
    ["kind", "format", "outcome"],
)
for _kind in ("bills", "receipts"):
    for _outcome in ("drawn", "found", "failed"):
        # There from the start, so that the first one is seen as an increase.
        DOCUMENTS.labels(_kind, "pdf", _outcome)
