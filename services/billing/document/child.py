"""The child that draws: an order in, a file in storage, its size out; what is there already is not drawn again."""

from dataclasses import dataclass
from functools import cache

from services.billing.document.facts import BillFacts
from services.billing.document.receipt import ReceiptFacts, Receipts
from services.billing.document.render import Sheets
from services.billing.document.typesetting import Format
from services.chassis.child import serve
from services.common.files import Files


@dataclass(frozen=True, slots=True)
class Order:
    """What to draw, and where to put it."""

    files_url: str
    key: str
    format: Format
    facts: BillFacts | ReceiptFacts


@dataclass(frozen=True, slots=True)
class Made:
    """A file in storage; `drawn` is False when it was there."""

    size: int
    drawn: bool


def work(order: Order) -> Made:
    """Raises FilesAway, and what drawing raises."""
    files = _files(order.files_url)
    size = files.size(order.key)
    if size is not None:
        return Made(size, drawn=False)
    content = _draw(order)
    files.put(order.key, content)
    return Made(len(content), drawn=True)


def _draw(order: Order) -> bytes:
    painter = _receipts() if isinstance(order.facts, ReceiptFacts) else _sheets()
    draw = painter.pdf if order.format == "pdf" else painter.png
    return draw(order.facts)  # type: ignore[arg-type]


@cache
def _files(url: str) -> Files:
    return Files(url)


@cache
def _sheets() -> Sheets:
    return Sheets()


@cache
def _receipts() -> Receipts:
    return Receipts()


if __name__ == "__main__":
    from services.billing.document.child import (
        work as importable,
    )  # orders are pickled by their module's name

    serve(importable)
