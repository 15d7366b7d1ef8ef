"""The first look at a package, before any write: fingerprints, row counts, control sums and order."""

import csv
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from deploy.registry import manifest
from deploy.registry.format import ACCOUNT_NUMBER, LAYOUTS, Fault, Layout
from deploy.registry.manifest import FilePart, Manifest, Refused

MISPLACED_AT_MOST = 1_000
_CHUNK = 1 << 20
_WHOLE = re.compile(rb"-?[0-9]{1,12}")


@dataclass(frozen=True)
class Verified:
    """A package that is what its manifest says. `faults` are of lines left out as misplaced or doubled, whose
    numbers by file are `left_out`: without them every file is sorted by account."""

    directory: Path
    manifest: Manifest
    faults: tuple[Fault, ...]
    left_out: dict[str, frozenset[int]]


def verify(directory: Path, retailer_inn: str) -> Verified:
    """Raises Refused if the package is not whole."""
    told = manifest.read(directory, retailer_inn)
    orders = {
        layout.file: _file(directory / layout.file, layout, told.part(layout.file)) for layout in LAYOUTS
    }
    return Verified(
        directory,
        told,
        tuple(fault for order in orders.values() for fault in order.faults),
        {name: frozenset(fault.line for fault in order.faults) for name, order in orders.items()},
    )


@dataclass
class _Order:
    """Finds the lines of a file that stand out of order, blaming the fewest it can."""

    layout: Layout
    before: str = ""
    last: str = ""
    group: list[int] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def add(self, keys: list[str], start: int) -> None:
        if self._take_sorted(keys, start):
            return
        for line, key in enumerate(keys, start):
            if ACCOUNT_NUMBER.fullmatch(key):
                self._place(key, line)

    def _take_sorted(self, keys: list[str], start: int) -> bool:
        if keys[0] <= self.last or not ("".join(keys).isdigit() and {*map(len, keys)} == {9}):
            return False
        different = set(keys) if self.layout.one_row else keys
        if len(different) != len(keys) or sorted(keys) != keys:
            return False
        first_of_last = keys.index(keys[-1])
        self.before = keys[first_of_last - 1] if first_of_last else self.last
        self.last = keys[-1]
        self.group = list(range(start + first_of_last, start + len(keys)))
        return True

    def _place(self, key: str, line: int) -> None:
        if key > self.last:
            self.before, self.last, self.group = self.last, key, [line]
        elif key == self.last:
            self._again(key, line)
        elif key > self.before and self.group:
            # The lines of `last` stand too early, not this one too late. From here `before` is unknown:
            # equal to `last` it makes the next such line the blamed one, and what is kept stays sorted.
            for early in self.group:
                self._blame(self.last, early)
            self.before = self.last = key
            self.group = [line]
        else:
            self._blame(key, line)

    def _again(self, key: str, line: int) -> None:
        if self.layout.one_row:
            self._blame(key, line, "the account has a line already")
        else:
            self.group.append(line)

    def _blame(self, key: str, line: int, reason: str = "out of order, or the account twice") -> None:
        self.faults.append(Fault(key, self.layout.file, line, reason))
        if len(self.faults) > MISPLACED_AT_MOST:
            raise Refused(f"{self.layout.file} is not sorted by account (from line {self.faults[0].line} on)")


def _file(path: Path, layout: Layout, part: FilePart) -> _Order:
    if (found := _sha256(path)) != part.sha256:
        raise Refused(f"{path.name} is not the file of the manifest: sha256 {found} instead of {part.sha256}")
    blocks = _blocks(path)
    header = next(blocks, [b""])[0].decode(errors="replace")
    if header != layout.header:
        raise Refused(f"{path.name} begins with {header[:200]!r} instead of {layout.header!r}")
    order, rows, sums = _Order(layout), 0, dict.fromkeys(layout.sums, 0)
    for lines in blocks:
        order.add([line.partition(b",")[0].strip(b'"').decode("latin-1") for line in lines], rows + 2)
        rows += len(lines)
        _add_sums(layout, lines, sums)
    if rows != part.rows:
        raise Refused(f"{path.name} has {rows} rows, the manifest says {part.rows}")
    if sums != part.sums:
        raise Refused(f"{path.name} has control sums {sums}, the manifest says {part.sums}")
    return order


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _blocks(path: Path) -> Iterator[list[bytes]]:
    """The header alone, then the other lines by the thousand, without their ends."""
    with path.open("rb") as file:
        yield [file.readline().rstrip(b"\r\n")]
        while text := file.read(_CHUNK):
            text += file.readline()
            yield text.removesuffix(b"\n").split(b"\n")


def _add_sums(layout: Layout, lines: list[bytes], sums: dict[str, int]) -> None:
    """What is not a whole number adds nothing: its line is refused later, not the package."""
    if not sums:
        return
    fields = [line.split(b",") if b'"' not in line else _unquoted(line) for line in lines]
    for name in sums:
        at = layout.position(name)
        try:
            sums[name] += sum([int(values[at] or 0) for values in fields])
        except (ValueError, IndexError):
            sums[name] += sum(_whole(values, at) for values in fields)


def _unquoted(line: bytes) -> list[bytes]:
    return [value.encode("latin-1") for value in next(csv.reader([line.decode("latin-1")]), [])]


def _whole(values: list[bytes], at: int) -> int:
    text = values[at].removesuffix(b"\r") if at < len(values) else b""
    return int(text) if _WHOLE.fullmatch(text) else 0
