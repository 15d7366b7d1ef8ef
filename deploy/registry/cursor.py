"""One file of the package read once, account by account, in step with the others."""

import csv
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from deploy.registry.format import ACCOUNT_NUMBER, Fault, Layout, Row

UNKNOWN_ACCOUNT = "the account is not in accounts.csv"
PAST_ALL = "\ufffe"  # greater than any account number, to take what is left of a file

_CHUNK = 1 << 18
_END: Row = ("\uffff",)  # greater still, so that no loop has to ask for the end of the file


class Cursor:
    """Rows of one file, sorted by account. Lines that do not fit the layout go to `report` and are left out;
    so are the lines `left_out`, which were reported before."""

    def __init__(
        self, directory: Path, layout: Layout, left_out: frozenset[int], report: Callable[[Fault], None]
    ) -> None:
        self.layout = layout
        self._left_out = left_out
        self._report = report
        self._blocks = _blocks(directory / layout.file)
        self._rows: list[Row] = [_END]
        self._lines: Sequence[int] = (0,)
        self._at = 0
        self._taken_from = 0
        self._taken_lines: Sequence[int] = (0,)
        self._fill()

    @property
    def account(self) -> str:
        """The account at the cursor; past every account at the end."""
        return self._rows[self._at][0]

    def take(self, account: str) -> list[Row]:
        """Rows of the account. Rows of accounts before it, which accounts.csv does not have, are reported."""
        rows, first = self._rows, self._at
        if rows[first][0] > account:
            return []
        while rows[first][0] < account:
            self._report(Fault(rows[first][0], self.layout.file, self._lines[first], UNKNOWN_ACCOUNT))
            self._at = first + 1
            if rows[self._at] is _END:
                self._fill()
            rows, first = self._rows, self._at
        past = first
        while rows[past][0] == account:
            past += 1
        self._taken_from, self._taken_lines = first, self._lines
        self._at = past
        if rows[past] is _END:
            self._fill()
        return rows[first:past]

    def line(self, at: int) -> int:
        """Line number of a row of those last taken."""
        return self._taken_lines[self._taken_from + at]

    def _fill(self) -> None:
        """Reads on until there is a row; a block never ends inside an account's rows."""
        self._rows, self._lines, self._at = [_END], (0,), 0
        for text, start in self._blocks:
            rows, lines = self._parse(text, start)
            if rows:
                self._rows, self._lines = [*rows, _END], lines
                return

    def _parse(self, text: str, start: int) -> tuple[list[Row], Sequence[int]]:
        count = text.count("\n")
        rows: list[Row] = self.layout.plain_line.findall(text)
        lines = range(start, start + count)
        if len(rows) == count and self._left_out.isdisjoint(lines):
            return rows, lines
        numbered = [
            (row, line)
            for line, raw in zip(lines, text.split("\n"), strict=False)
            if line not in self._left_out and (row := self._careful(raw, line)) is not None
        ]
        return [row for row, _ in numbered], [line for _, line in numbered]

    def _careful(self, raw: str, line: int) -> Row | None:
        """A line that may be quoted, escaped or bad; None if it is bad."""
        try:
            row = tuple(next(csv.reader([raw.removesuffix("\r")], strict=True), ()))
        except csv.Error as error:
            key = raw.partition(",")[0].strip('"')
            self._report(Fault(key, self.layout.file, line, f"not a CSV line: {error}"))
            return None
        faults = list(self.layout.faults(row))
        for reason in faults:
            self._report(Fault(row[0] if row else "", self.layout.file, line, reason))
        return None if faults else row


def _blocks(path: Path) -> Iterator[tuple[str, int]]:
    """Text of whole lines and the number of the first; all lines of one account are in one block."""
    with path.open(encoding="utf-8", errors="surrogateescape", newline="\n") as file:
        file.readline()
        line, carried = 2, ""
        while read := file.read(_CHUNK):
            text = carried + read + file.readline()
            following = file.readline()
            while following and _key(following) == _key(text[text.rfind("\n", 0, -1) + 1 :]):
                text += following
                following = file.readline()
            carried = following
            text = text if text.endswith("\n") else text + "\n"
            yield text, line
            line += text.count("\n")
        if carried:
            yield carried if carried.endswith("\n") else carried + "\n", line


def _key(line: str) -> str:
    key = line.partition(",")[0].strip('"')
    return key if ACCOUNT_NUMBER.fullmatch(key) else ""
