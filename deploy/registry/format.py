"""The registry's files: their columns, what a value may look like, what is said of one that does not fit."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple

FORMAT_VERSION = 1
MANIFEST = "manifest.json"
RETAILER_INN = "4029030252"
BILLS_PUBLISHED_ON = 5

Row = tuple[str, ...]


class Fault(NamedTuple):
    """One bad line: enough to find it, without a household's data."""

    account: str
    file: str
    line: int
    reason: str


# A line of these characters needs neither unquoting nor escaping, so it may go the fast way.
_PLAIN = r'[^",\\\x00-\x1f\x7f\ud800-\udfff]'
_FREE = r"[^\x00-\x1f\x7f\ud800-\udfff]"
# Broken UTF-8 is read as lone surrogates (surrogateescape), so one bad byte spoils its own line only.
_BROKEN = re.compile(r"[\ud800-\udfff]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")

_DATE = "[0-9]{4}-[0-9]{2}-[0-9]{2}"


@dataclass(frozen=True)
class Column:
    """A column; `pattern` is of the unquoted value, `rule` ends the sentence "<name> must be ..."."""

    name: str
    pattern: str
    rule: str
    text: tuple[int, int] | None = None

    @property
    def plain(self) -> str:
        return self.pattern if self.text is None else f"{_PLAIN}{{{self.text[0]},{self.text[1]}}}"

    @cached_property
    def whole(self) -> re.Pattern[str]:
        return re.compile(self.pattern)

    def fault(self, value: str) -> str | None:
        """Why this value is refused; None if it is not."""
        if _BROKEN.search(value):
            return f"{self.name} is not UTF-8"
        if _CONTROL.search(value):
            return f"{self.name} holds a control character"
        return None if self.whole.fullmatch(value) else f"{self.name} must be {self.rule}"


def _text(name: str, least: int, most: int = 100) -> Column:
    return Column(name, f"{_FREE}{{{least},{most}}}", f"{least} to {most} characters", (least, most))


def _choice(name: str, *values: str) -> Column:
    return Column(name, "(?:" + "|".join(values) + ")", "one of " + ", ".join(values))


def _date(name: str, optional: bool = False) -> Column:
    return Column(name, f"(?:{_DATE})?" if optional else _DATE, "a date YYYY-MM-DD" + " or empty" * optional)


@dataclass(frozen=True)
class Layout:
    """A file: its name, columns, whether an account has one row at most, the columns summed in the manifest."""

    file: str
    columns: tuple[Column, ...]
    one_row: bool
    sums: tuple[str, ...] = ()

    @cached_property
    def header(self) -> str:
        return ",".join(column.name for column in self.columns)

    @cached_property
    def plain_line(self) -> re.Pattern[str]:
        return re.compile("^" + ",".join(f"({column.plain})" for column in self.columns) + "$", re.MULTILINE)

    def position(self, name: str) -> int:
        return [column.name for column in self.columns].index(name)

    def faults(self, row: Row) -> Iterator[str]:
        """Every reason to refuse these unquoted values."""
        if len(row) != len(self.columns):
            yield f"{len(row)} columns instead of {len(self.columns)}"
            return
        for column, value in zip(self.columns, row, strict=True):
            reason = column.fault(value)
            if reason is not None:
                yield reason


ACCOUNT_NUMBER = re.compile("[0-9]{9}")
TARIFF_GROUPS = ("urban_gas", "urban_electric", "rural")
_ACCOUNT = Column("account", ACCOUNT_NUMBER.pattern, "nine digits")
_KOPECKS = "whole kopecks"

ACCOUNTS = Layout(
    "accounts.csv",
    (
        _ACCOUNT,
        _text("settlement", 1),
        _text("street", 0),
        _text("house", 1, 30),
        _text("flat", 0, 20),
        Column("postcode", "[0-9]{6}", "six digits"),
        Column("residents", "[0-9]{1,2}", "a whole number from 0 to 99"),
        _choice("tariff_group", *TARIFF_GROUPS),
        Column("area_m2", r"(?:[0-9]{1,5}(?:\.[0-9]{1,2})?)?", "square metres, such as 54.3, or empty"),
    ),
    one_row=True,
)
METERS = Layout(
    "meters.csv",
    (
        _ACCOUNT,
        _text("serial", 1, 40),
        _text("model", 1),
        Column("zones", "[123]", "1, 2 or 3"),
        Column("digits", "[4-7]", "from 4 to 7"),
        _choice("kind", "manual", "automatic"),
        _choice("state", "working", "faulty", "closed"),
        _date("installed_on"),
        _date("verification_due", optional=True),
    ),
    one_row=False,
)
BALANCES = Layout(
    "balances.csv",
    (
        _ACCOUNT,
        Column("opening_balance", "-?[0-9]{1,12}", f"{_KOPECKS}, below zero for an overpayment"),
        Column("bill_period", "(?:[0-9]{4}-(?:0[1-9]|1[0-2]))?", "a month YYYY-MM or empty"),
        Column("bill_amount", "(?:[0-9]{1,12})?", f"{_KOPECKS}, not below zero, or empty"),
        Column(
            "bill_published_at",
            f"(?:{_DATE}T[0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}}Z)?",
            "an instant YYYY-MM-DDThh:mm:ssZ or empty",
        ),
        _date("bill_due_on", optional=True),
    ),
    one_row=True,
    sums=("opening_balance", "bill_amount"),
)
READINGS = Layout(
    "readings.csv",
    (
        _ACCOUNT,
        _text("serial", 1, 40),
        Column("zone", "[0-9]", "one digit"),
        Column("value", "[0-9]{1,9}", "whole kWh, not below zero"),
        _date("taken_on"),
        _choice("source", "customer", "control", "automatic", "average", "norm"),
    ),
    one_row=False,
    sums=("value",),
)
LAYOUTS = (ACCOUNTS, METERS, BALANCES, READINGS)


def closed_period(as_of: date) -> date:
    """First day of the last month the retailer had billed when `as_of` began (bills come out on the 5th)."""
    months = as_of.year * 12 + as_of.month - 1 - (1 if as_of.day > BILLS_PUBLISHED_ON else 2)
    return date(months // 12, months % 12 + 1, 1)
