"""What a first screen weighs when nothing is kept yet."""

from pathlib import Path
from typing import Final

from playwright.sync_api import Page

SCRIPT_GZ_BYTES: Final = {"/login": 40_000, "/": 40_000, "/pay": 49_000, "/history": 36_000}
"""Most that the scripts of a page may weigh: 40 kB where one arrives; of the others what they were brought to."""
TRANSFER_BYTES: Final = 120_000
_FETCHED: Final = """() => ['navigation', 'resource'].flatMap(kind => performance.getEntriesByType(kind))
    .map(one => [new URL(one.name).pathname.slice(1), one.transferSize])"""


def weight(page: Page, address: str, build: Path) -> dict[str, int]:
    """Bytes of the scripts as gzip packs them, and of everything as it was sent (Brotli, headers, the API)."""
    page.goto(address, wait_until="networkidle")
    fetched = [(str(name), int(size)) for name, size in page.evaluate(_FETCHED)]
    scripts = [build / name for name, _ in fetched if name.endswith(".js")]
    return {
        "script_gz": sum(_packed(script) for script in scripts),
        "transfer": sum(size for _, size in fetched),
    }


def _packed(script: Path) -> int:
    twin = script.with_name(f"{script.name}.gz")
    return (twin if twin.exists() else script).stat().st_size
