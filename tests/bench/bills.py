"""`./svet bench bills`: how many bills a core draws a second, as PDF and as PNG; needs no running system."""

import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import cycle, islice
from pathlib import Path
from typing import Any, Final

from services.billing.document.facts import BillFacts
from services.billing.document.render import Sheets
from tests.support.bills import SAMPLES

MIX: Final = {
    "one_zone": 7,
    "two_zones": 3,
    "overpayment": 2,
    "automatic": 2,
    "debt_with_penalty": 2,
    "average": 1,
    "norm": 1,
    "recalculation": 1,
    "three_zones_with_ranges": 1,
}
"""Of twenty bills so many of each kind: a guess at a town."""
PDF_AT_LEAST, PNG_AT_LEAST = 40, 20
WARM, ROUNDS, DRAWN = 20, 5, 40
GROWTH_AT_MOST_MB = 32
"""From the first round to the last: what Typst remembers must not pile up."""


def run() -> dict[str, Any]:
    sheets = Sheets()
    pdf = _rate(sheets.pdf, PDF_AT_LEAST)
    png = _rate(sheets.png, PNG_AT_LEAST)
    return {"pdf": pdf, "png": png, "passed": pdf["passed"] and png["passed"]}


def _rate(draw: Callable[[BillFacts], object], at_least: int) -> dict[str, Any]:
    """By processor time of the whole process in its quietest round: neighbours on the machine count for little."""
    bills = _bills()
    for _ in range(WARM):
        draw(next(bills))
    rounds, resident = [], []
    began = time.perf_counter()
    for _ in range(ROUNDS):
        cpu = time.process_time()
        for bill in islice(bills, DRAWN):
            draw(bill)
        rounds.append(DRAWN / (time.process_time() - cpu))
        resident.append(_resident_mb())
    growth = resident[-1] - resident[0]
    return {
        "per_second": round(max(rounds), 1),
        "at_least": at_least,
        "median_round": round(statistics.median(rounds), 1),
        "by_the_clock": round(ROUNDS * DRAWN / (time.perf_counter() - began), 1),
        "resident_mb": round(resident[-1]),
        "growth_mb": round(growth, 1),
        "passed": max(rounds) >= at_least and growth <= GROWTH_AT_MOST_MB,
    }


def _bills() -> Iterator[BillFacts]:
    """Every bill is another household's, so that nothing drawn before helps."""
    kinds = cycle([SAMPLES[name] for name, share in MIX.items() for _ in range(share)])
    for number, bill in enumerate(kinds):
        due = {"opening": bill.opening + number, "balance": bill.balance + number}
        if bill.to_pay:
            due["to_pay"] = bill.to_pay + number
        payer = replace(bill.payer, account=str(180111111 + number), name=f"Иванова {number}")
        yield replace(bill, payer=payer, **due)


def _resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 2**20
