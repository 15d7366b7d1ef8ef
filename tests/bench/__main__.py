"""`python -m tests.bench [NAME...] [--json]`: measure, and print tables or JSON."""

import argparse
import contextlib
import json
import sys
from collections.abc import Callable, Iterator
from typing import Any

from rich.console import Console
from rich.table import Table

from tests.bench import billing, bills, client, counts, gateway, identity, registry, rpc

Told = dict[str, Any]
BENCHES: dict[str, Callable[[], Told]] = {
    "rpc": rpc.run,
    "gateway": gateway.run,
    "identity": identity.run,
    "registry": lambda: dict(registry.run()),
    "bills": bills.run,
    "billing": billing.run,
    "client": client.run,
}
"""What runs by default; `counts` is for writing the committed counts anew."""


def main() -> int:
    """1 when a required ratio is missed."""
    parser = argparse.ArgumentParser(
        prog="svet bench",
        description="Measures on private systems of its own, on this machine: rpc, registry, identity and billing "
        "by what must hold, the gateway in figures, and the exact costs of operations in statements and messages.",
    )
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"{', '.join(BENCHES)} (default: all), or counts"
    )
    parser.add_argument("--json", action="store_true", help="print JSON only")
    parser.add_argument(
        "--write", action="store_true", help="with counts: keep them in tests/bench/counts.json"
    )
    parser.add_argument(
        "--quick", action="store_true", help="billing in a small town: whether it runs, not how fast"
    )
    wanted = parser.parse_args()
    benches = BENCHES | {"counts": lambda: counts.run(wanted.write)}
    if wanted.quick:
        benches["billing"] = lambda: billing.run(billing.QUICK)
    if unknown := set(wanted.names) - set(benches):
        parser.error(f"there is no bench {', '.join(sorted(unknown))}: choose from {', '.join(benches)}")
    told: Told = {}
    # The progress of what a bench starts is for people at the screen, not for a reader of JSON.
    with contextlib.redirect_stdout(sys.stderr):
        for name in wanted.names or BENCHES:
            told[name] = benches[name]()
            if not wanted.json:
                _show(name, told[name], Console(file=sys.__stdout__))
    if wanted.json:
        sys.stdout.write(json.dumps(told, indent=2, ensure_ascii=False) + "\n")
    return 0 if all(_passed(result) for result in told.values()) else 1


def _passed(result: Told) -> bool:
    return bool(result.get("passed", True))


def _show(name: str, told: Told, console: Console) -> None:
    """A row for each set of figures that has a rate; single figures below."""
    groups = dict(_groups(told))
    rates = {group: row for group, row in groups.items() if "per_second" in row}
    if rates:
        columns = list(dict.fromkeys(column for row in rates.values() for column in row))
        table = Table(name, *map(_words, columns), box=None, pad_edge=False, header_style="bold")
        for group, row in rates.items():
            table.add_row(group, *(_text(row.get(column, "")) for column in columns))
        console.print(table)
    for group, row in groups.items():
        for key, value in row.items() if group not in rates else ():
            console.print(
                f"{name}: {group + ', ' if group else ''}{_words(key)}: {_text(value)}", highlight=False
            )
    console.print()


def _groups(told: Told, prefix: str = "") -> Iterator[tuple[str, Told]]:
    """Every innermost set of figures under the words that lead to it."""
    single = {key: value for key, value in told.items() if not isinstance(value, dict)}
    if single:
        yield prefix, single
    for key, value in told.items():
        if isinstance(value, dict):
            yield from _groups(value, f"{prefix} {_words(key)}".strip())


def _words(key: str) -> str:
    return key.replace("_", " ")


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "NO"
    return f"{value:,}" if isinstance(value, (int, float)) else str(value)


if __name__ == "__main__":
    sys.exit(main())
