"""Small registry packages made by hand, good or spoiled, and what comes of reading them."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from deploy.registry.assemble import batches
from deploy.registry.format import BALANCES, LAYOUTS, MANIFEST, READINGS, Layout
from deploy.registry.rejects import Rejects
from deploy.registry.tables import TABLES
from deploy.registry.verify import verify

INN = "4029030252"
PACKAGE = "0a4f36a6-51d8-4c11-9f0e-60a8f1d5b6aa"
FIRST, SECOND, THIRD = "180000001", "180000002", "180000003"

Files = dict[str, list[bytes]]


def three_accounts() -> Files:
    """Files without their headers: one zone with a debt, two zones overpaid, no meter and nothing due."""
    texts = {
        "accounts.csv": f"""\
{FIRST},г. Калуга,ул. Ленина,12,5,248000,2,urban_gas,54.3
{SECOND},г. Калуга,ул. Ленина,12,6,248000,3,urban_electric,
{THIRD},с. Перемышль,ул. Садовая,3А,,249130,1,rural,80
""",
        "meters.csv": f"""\
{FIRST},111,Меркурий 201.5,1,5,manual,working,2020-05-01,2036-05-01
{SECOND},222,Меркурий 200.02,2,5,manual,working,2021-06-02,
""",
        "balances.csv": f"""\
{FIRST},123456,2026-10,123456,2026-11-05T06:00:00Z,2026-11-15
{SECOND},-5000,2026-10,0,2026-11-05T06:00:00Z,2026-11-15
{THIRD},0,,,,
""",
        "readings.csv": f"""\
{FIRST},111,1,12345,2026-10-20,customer
{SECOND},222,1,700,2026-10-21,customer
{SECOND},222,2,300,2026-10-21,customer
""",
    }
    return {name: text.encode().splitlines() for name, text in texts.items()}


def with_line(name: str, line: int, text: str | bytes) -> Files:
    """The three accounts with one line (numbered as in the file, the header is 1) replaced."""
    files = three_accounts()
    files[name][line - 2] = text.encode() if isinstance(text, str) else text
    return files


def write(directory: Path, lines_of: Mapping[str, Iterable[bytes]], /, **changes: Any) -> Path:
    """A package whose manifest tells the truth, except for `changes` to it."""
    directory.mkdir(parents=True, exist_ok=True)
    parts = []
    for layout in LAYOUTS:
        lines = list(lines_of[layout.file])
        content = b"".join(line + b"\n" for line in [layout.header.encode(), *lines])
        (directory / layout.file).write_bytes(content)
        digest = hashlib.sha256(content).hexdigest()
        parts.append(
            {"name": layout.file, "rows": len(lines), "sha256": digest, "sums": _sums(layout, lines)}
        )
    told: dict[str, Any] = {
        "format": 1,
        "package": PACKAGE,
        "as_of": "2026-11-20",
        "retailer_inn": INN,
        "files": parts,
    }
    (directory / MANIFEST).write_text(json.dumps(told | changes), encoding="utf-8")
    return directory


class Outcome(NamedTuple):
    """Accounts loaded; faults as (file, line, reason); rows by service and table, split into columns."""

    loaded: list[str]
    faults: list[tuple[str, int, str]]
    rows: dict[str, dict[str, list[dict[str, str]]]]
    rejected: int


def outcome(directory: Path, existing: Iterable[str] = ()) -> Outcome:
    """Reads a package as a load does, without a database."""
    rows: dict[str, dict[str, list[dict[str, str]]]] = {
        service: {table: [] for table in tables} for service, tables in TABLES.items()
    }
    package = verify(directory, INN)
    with Rejects(directory.with_name("rejects.csv")) as rejects:
        for batch in batches(package, iter(existing), rejects):
            for service, tables in TABLES.items():
                for table, columns in tables.items():
                    for line in batch.lines[service][table]:
                        values = line.removesuffix("\n").split("\t")
                        rows[service][table].append(dict(zip(columns, values, strict=True)))
    loaded = [row["account"] for row in rows["billing"]["accounts"]]
    assert loaded == [row["account"] for row in rows["readings"]["accounts"]]
    faults = [(fault.file, fault.line, fault.reason) for fault in rejects.first]
    return Outcome(loaded, faults, rows, rejects.accounts)


def _sums(layout: Layout, lines: list[bytes]) -> dict[str, int]:
    sums = dict.fromkeys(layout.sums, 0)
    assert not sums or layout in (BALANCES, READINGS)
    for line in lines:
        values = line.split(b",")
        for name in sums:
            at = layout.position(name)
            text = values[at] if at < len(values) else b""
            sums[name] += int(text) if text.removeprefix(b"-").isdigit() else 0
    return sums
