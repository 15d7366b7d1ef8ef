"""The client's letters: Golos Text from its npm package, cut to Russian, Latin and the rouble sign."""

from pathlib import Path
from typing import Final

from fontTools import subset

_PACKAGE: Final = Path("node_modules/@fontsource-variable/golos-text")
_PARTS: Final = {
    "cyrillic": ("cyrillic", "U+0401,U+0410-044F,U+0451,U+2116"),
    "latin": (
        "latin",
        "U+0020-007E,U+00A0,U+00A9,U+00AB,U+00B0,U+00B7,U+00BB,U+00D7,U+2012-2015,U+2018-201E,U+2022,U+2026,U+202F,U+2212",
    ),
    "ruble": ("latin-ext", "U+20BD"),
}
"""Our file -> (the package's file, what of it): the same ranges stand in src/styles/fonts.css."""


def cut(web: Path) -> None:
    """Write src/fonts of the client, with the licence beside them."""
    folder = web / "src" / "fonts"
    folder.mkdir(exist_ok=True)
    for name, (source, unicodes) in _PARTS.items():
        font = web / _PACKAGE / "files" / f"golos-text-{source}-wght-normal.woff2"
        subset.main(
            [
                str(font),
                f"--unicodes={unicodes}",
                "--flavor=woff2",
                "--layout-features=*",
                f"--output-file={folder / f'golos-{name}.woff2'}",
            ]
        )
    (folder / "OFL.txt").write_text((web / _PACKAGE / "LICENSE").read_text())
