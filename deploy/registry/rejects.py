"""The accounts that were not loaded, and why: a CSV beside the package, the first of them on the screen."""

import csv
import heapq
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

from deploy.registry.cursor import UNKNOWN_ACCOUNT
from deploy.registry.format import ACCOUNT_NUMBER, ACCOUNTS, Fault

SHOWN = 20


class Rejects:
    """Collects faults until every line of their account has been seen, then writes them.

    Faults of one account come from four files at four times; no more waits here than is read ahead.
    """

    def __init__(self, report: Path) -> None:
        self.path = report
        self.accounts = 0
        self.first: list[Fault] = []
        self._waiting: dict[str, list[Fault]] = {}
        self._order: list[str] = []
        self._malformed: set[str] = set()
        self._file: TextIO | None = None
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        self.path.unlink(missing_ok=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()
        if error is not None:
            self.path.unlink(missing_ok=True)  # half a report would be taken for a whole one

    def add(self, fault: Fault) -> None:
        waiting = self._waiting.get(fault.account)
        if waiting is None:
            waiting = self._waiting[fault.account] = []
            heapq.heappush(self._order, fault.account)
        if fault.reason == UNKNOWN_ACCOUNT and any(other.file == ACCOUNTS.file for other in waiting):
            return  # it is there, but bad, which has been said
        waiting.append(fault)

    def settle(self, account: str | None) -> bool:
        """Writes the faults of every account up to this one (None: of all); whether this one is rejected."""
        rejected = False
        while self._order and (account is None or self._order[0] <= account):
            key = heapq.heappop(self._order)
            self._write(key, self._waiting.pop(key))
            rejected = key == account
        return rejected

    def _write(self, account: str, faults: list[Fault]) -> None:
        if ACCOUNT_NUMBER.fullmatch(account):
            self.accounts += 1
        elif account not in self._malformed:
            self._malformed.add(account)
            self.accounts += 1
        if self._file is None:
            self._file = self._stack.enter_context(
                self.path.open("w", encoding="utf-8", errors="backslashreplace", newline="")
            )
            csv.writer(self._file, lineterminator="\n").writerow(Fault._fields)
        csv.writer(self._file, lineterminator="\n").writerows(faults)
        self.first.extend(faults[: SHOWN - len(self.first)])
