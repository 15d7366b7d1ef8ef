"""`python -m tests.screens [FOLDER] [--only TEXT]`: a picture of every screen, in both themes and both widths."""

import argparse
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from playwright.sync_api import Error
from rich.console import Console
from rich.progress import track

from deploy.local.places import ROOT
from tests.screens.every import screens
from tests.screens.own import own_stage
from tests.screens.screen import Screen
from tests.screens.stage import Stage
from tests.support.client import DESKTOP, PHONE, Look, Size

_SIZES: Final[dict[str, Size]] = {"phone": PHONE, "desktop": DESKTOP}
_HEIGHT: Final = "document.documentElement.scrollHeight"


def main() -> int:
    """1 when a screen could not be brought about."""
    parser = argparse.ArgumentParser(prog="svet shots", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, metavar="FOLDER", help="default: .svet/shots")
    parser.add_argument("--only", default="", metavar="TEXT", help="screens whose name has this in it")
    parser.add_argument("--contrast", choices=("normal", "high"), default="normal")
    parser.add_argument("--text", choices=("normal", "large", "largest"), default="normal")
    wanted = parser.parse_args()
    folder = Path(os.environ.get("SVET_CALLED_FROM", ".")) / (wanted.folder or ROOT / ".svet" / "shots")
    folder.mkdir(parents=True, exist_ok=True)
    chosen = [screen for screen in screens() if wanted.only in screen.name]
    missed: list[str] = []
    with own_stage() as (_, stage):
        for screen in track(chosen, "Screens", console=Console(file=sys.stderr)):
            for name, size in _SIZES.items():
                look = Look(size, contrast=wanted.contrast, text=wanted.text)
                missed += _pictures(stage, screen, look, folder / f"{screen.name}_{name}")
    print(f"{len(list(folder.glob('*.png')))} pictures are in {folder}.")  # noqa: T201
    for line in missed:
        print(f"  {line}", file=sys.stderr)  # noqa: T201
    return 1 if missed else 0


def _pictures(stage: Stage, screen: Screen, look: Look, name: Path) -> Iterator[str]:
    """Whole pages, not only what is seen first; yields what went wrong."""
    width, high = look.size
    try:
        page = stage.show(screen, look)
        for theme in ("dark", "light"):
            page.emulate_media(color_scheme=theme)
            page.wait_for_load_state("networkidle")
            # As high as the page: what stands at the screen's lower edge is then below all the rest.
            page.set_viewport_size({"width": width, "height": page.evaluate(_HEIGHT)})
            page.screenshot(path=name.with_name(f"{name.name}_{theme}.png"), full_page=True)
        page.set_viewport_size({"width": width, "height": high})
    except Error as error:
        yield f"{name.name}: {error.message.splitlines()[0]}"
    yield from (f"{name.name}: {text}" for text in stage.complaints(screen))


if __name__ == "__main__":
    sys.exit(main())
