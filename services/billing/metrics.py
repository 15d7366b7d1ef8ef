"""Billing's own metrics; labels are bounded."""

from prometheus_client import Counter, Gauge

DOCUMENTS = Counter(
    "svet_documents_total",
    "Documents asked for: drawn, found in storage, failed",
    ["kind", "format", "outcome"],
)
for _kind in ("bills", "receipts"):
    for _outcome in ("drawn", "found", "failed"):
        # There from the start, so that the first one is seen as an increase.
        DOCUMENTS.labels(_kind, "pdf", _outcome)

CLOSING_BATCHES = Gauge(
    "svet_closing_batches",
    "Batches of the closing that runs, else of the last one (a dry run too)",
    ["state"],
)
CLOSING_ACCOUNTS = Gauge("svet_closing_accounts", "Its accounts: all, and those that are charged", ["state"])
CLOSING_PROBLEMS = Gauge("svet_closing_problems", "Its accounts that could not be charged")
