"""docs/personal-data.md as data: which columns hold something of a person, and what deletion does to them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

DOCUMENT = Path(__file__).parents[2] / "docs/personal-data.md"
SERVICES = ("auth", "billing", "readings", "payments", "notify")
_ROW = re.compile(r"^\| `([a-z]+|\*)\.([a-z_]+)`: (.+?) \|")


@dataclass(frozen=True)
class Listed:
    """A column (`auth.users.email`) and the row's words on what deletion does to it."""

    column: str
    deletion: str

    @property
    def stays(self) -> bool:
        return self.deletion.startswith("stays")


@cache
def listed() -> tuple[Listed, ...]:
    """Every column of the document, those of the chassis once a service."""
    return tuple(_read())


def _read() -> Iterator[Listed]:
    for line in DOCUMENT.read_text("utf-8").splitlines():
        found = _ROW.match(line)
        if not found:
            continue
        deletion = line.rstrip(" |").rpartition("|")[2].strip()
        service, table, columns = found.groups()
        for name in re.findall(r"`(\w+)`", columns):
            for one in SERVICES if service == "*" else (service,):
                yield Listed(f"{one}.{table}.{name}", deletion)
