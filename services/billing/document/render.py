"""Typst draws the bill: PDF (tagged, PDF/UA-1) for keeping, PNG for looking at.

Drawing takes tens of milliseconds of processor: it belongs to a process that may burn it, never to the one
that answers calls. Typst lets other threads run meanwhile; a Sheets object itself serves one thread at a time.
"""

import hashlib
import json
import re
from datetime import UTC, date, datetime, time
from importlib.resources import files
from pathlib import Path
from threading import Lock
from typing import Any, Final, Literal

import typst

from services.billing.document.amounts import printable
from services.billing.document.facts import BillFacts
from services.billing.document.qr import order_of, payment_text, reading_link, svg
from services.billing.document.sizes import SIZES, first_try
from services.billing.document.wording import words_of

Format = Literal["pdf", "png"]
TEMPLATE: Final = Path(__file__).with_name("bill.typ")
PPI: Final = 130.0
"""Fine enough for both QRs to be read off a screen."""
_FONTS: Final = "fontpkg_pt_sans"
"""PT Sans (OFL) comes as a package of Python: no font of the system is looked at."""

_PAGE: Final = re.compile(rb"/Type\s*/Page\b")


class Sheets:
    """Draws bills one after another; keep one for long, it remembers the template and the fonts."""

    def __init__(self) -> None:
        fonts = typst.Fonts(
            include_system_fonts=False,
            include_embedded_fonts=False,
            font_paths=[str(files(_FONTS) / "files")],
        )
        self._compiler = typst.Compiler(str(TEMPLATE), root=str(TEMPLATE.parent), font_paths=fonts)
        self._lock = Lock()

    def pdf(self, bill: BillFacts) -> bytes:
        """The same facts give the same bytes."""
        return self._fitting(bill, "pdf")[0]

    def png(self, bill: BillFacts) -> list[bytes]:
        """A picture a page; one, but for a bill that no size of letters fits on a page."""
        return self._fitting(bill, "png")

    def _fitting(self, bill: BillFacts, kind: Format) -> list[bytes]:
        """Drawn with the largest letters that leave it one page, the smallest when none do."""
        inputs = _inputs(bill)
        for size in SIZES[first_try(json.loads(inputs["bill"])) :]:
            drawn, pages = self._draw(inputs | {"size": size}, bill.issued_on, kind)
            if pages == 1:
                return drawn
        return self._draw(inputs | {"size": size, "numbered": "yes"}, bill.issued_on, kind)[0]

    def _draw(self, inputs: dict[str, str], on: date, kind: Format) -> tuple[list[bytes], int]:
        issued = datetime.combine(on, time(), UTC)
        standards: list[typst.PDFStandard] = ["ua-1"] if kind == "pdf" else []
        with self._lock:
            drawn = self._compiler.compile(
                format=kind, ppi=PPI, sys_inputs=inputs, pdf_standards=standards, timestamp=issued
            )
        sheets = [drawn] if isinstance(drawn, bytes) else drawn or []
        return sheets, len(_PAGE.findall(sheets[0])) if kind == "pdf" else len(sheets)


def document_key(bill: BillFacts) -> str:
    """Names the document by its content, without drawing it: changes when anything on paper would."""
    digest = hashlib.sha256(TEMPLATE.read_bytes())
    digest.update(json.dumps(_inputs(bill), ensure_ascii=False, sort_keys=True).encode())
    return digest.hexdigest()


def _inputs(bill: BillFacts) -> dict[str, str]:
    """Nothing to pay has no payment QR, nothing to read no form of readings."""
    inputs = {"bill": json.dumps(_printable(words_of(bill)), ensure_ascii=False)}
    if bill.to_pay > 0:
        inputs["payment"] = svg(payment_text(order_of(bill).fields))
    if bill.read_until is not None:
        inputs["reading"] = svg(reading_link(bill.retailer.cabinet, bill.payer.account))
    return inputs


def _printable(words: Any) -> Any:
    """Texts however deep."""
    if isinstance(words, dict):
        return {name: _printable(value) for name, value in words.items()}
    if isinstance(words, list):
        return [_printable(value) for value in words]
    return printable(words) if isinstance(words, str) else words
