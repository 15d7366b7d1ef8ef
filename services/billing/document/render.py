"""The bill as a file: PDF of one page where any size of letters allows it, PNG always as one picture."""

from pathlib import Path
from typing import Any, Final

from services.billing.document.facts import BillFacts
from services.billing.document.qr import order_of, payment_text, reading_link, svg
from services.billing.document.sizes import SIZES, first_try
from services.billing.document.typesetting import Format, Typesetter, as_input, content_key
from services.billing.document.wording import words_of

TEMPLATE: Final = Path(__file__).with_name("bill.typ")


class Sheets:
    """Draws bills one after another; keep one for long."""

    def __init__(self) -> None:
        self._typesetter = Typesetter(TEMPLATE)

    def pdf(self, bill: BillFacts) -> bytes:
        """The same facts give the same bytes."""
        return self._fitting(bill, "pdf", "numbered")

    def png(self, bill: BillFacts) -> bytes:
        """One picture; a bill that no size of letters fits on a page is a tall one."""
        return self._fitting(bill, "png", "tall")

    def _fitting(self, bill: BillFacts, kind: Format, else_: str) -> bytes:
        """Drawn with the largest letters that leave it one page, the smallest when none do."""
        words, texts = words_of(bill), _qr_texts(bill)
        inputs = {"bill": as_input(words)} | {name: svg(text) for name, text in texts.items()}
        for size in SIZES[first_try(words) :]:
            drawn, pages = self._typesetter.draw(inputs | {"size": size}, bill.issued_on, kind)
            if pages == 1:
                return drawn
        return self._typesetter.draw(inputs | {"size": size, else_: "yes"}, bill.issued_on, kind)[0]


def document_key(bill: BillFacts) -> str:
    """Names the document by its content, without drawing it: the key of a cache."""
    words: dict[str, Any] = {"bill": words_of(bill), "sizes": SIZES, "on": bill.issued_on.isoformat()}
    return content_key(TEMPLATE, words | _qr_texts(bill))


def _qr_texts(bill: BillFacts) -> dict[str, str]:
    """Nothing to pay has no payment QR, nothing to read no form of readings."""
    texts = {}
    if bill.to_pay > 0:
        texts["payment"] = payment_text(order_of(bill).fields)
    if bill.read_until is not None:
        texts["reading"] = reading_link(bill.retailer.cabinet, bill.payer.account)
    return texts
