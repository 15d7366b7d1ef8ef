"""Typst lays out a template of ours: PDF (tagged, PDF/UA-1) for keeping, PNG for looking at.

Drawing takes tens of milliseconds of processor: it belongs to a process that may burn it, never to the one
that answers calls. Typst lets other threads run meanwhile; a Typesetter itself serves one thread at a time.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from threading import Lock
from typing import Any, Final, Literal

import typst

from services.billing.document.amounts import printable
from services.billing.document.qr import PPI

Format = Literal["pdf", "png"]
_FONTS: Final = "fontpkg_pt_sans"
"""PT Sans (OFL) comes as a package of Python: no font of the system is looked at."""
_PAGE: Final = re.compile(rb"/Type\s*/Page\b")
_MAKERS: Final = ("typst", "segno", "fontpkg-pt-sans")


class Typesetter:
    """Draws with one template; keep it for long, it remembers the template and the fonts."""

    def __init__(self, template: Path) -> None:
        fonts = typst.Fonts(
            include_system_fonts=False,
            include_embedded_fonts=False,
            font_paths=[str(files(_FONTS) / "files")],
        )
        self._compiler = typst.Compiler(str(template), root=str(template.parent), font_paths=fonts)
        self._lock = Lock()

    def draw(self, inputs: dict[str, str], on: date, kind: Format) -> tuple[bytes, int]:
        """The file and how many pages it has; a picture is of the first. The same inputs give the same bytes."""
        dated = datetime.combine(on, time(), UTC)
        standards: list[typst.PDFStandard] = ["ua-1"] if kind == "pdf" else []
        with self._lock:
            drawn = self._compiler.compile(
                format=kind,
                ppi=PPI,
                sys_inputs=inputs,
                pdf_standards=standards,
                timestamp=dated,
            )
        sheets = [drawn] if isinstance(drawn, bytes) else drawn or []
        return sheets[0], len(_PAGE.findall(sheets[0])) if kind == "pdf" else len(sheets)


def content_key(template: Path, words: Mapping[str, Any]) -> str:
    """Names a document by its content, without drawing it: changes when anything on paper would."""
    digest = hashlib.sha256(template.read_bytes())
    digest.update("".join(f"{maker} {version(maker)};" for maker in _MAKERS).encode())
    digest.update(f"{PPI}".encode())
    digest.update(json.dumps(words, ensure_ascii=False, sort_keys=True).encode())
    return digest.hexdigest()


def as_input(words: Mapping[str, Any]) -> str:
    """Texts for a template, each sign of which the font has a picture for."""
    return json.dumps(_printable(words), ensure_ascii=False)


def _printable(words: Any) -> Any:
    """Texts however deep."""
    if isinstance(words, Mapping):
        return {name: _printable(value) for name, value in words.items()}
    if isinstance(words, list):
        return [_printable(value) for value in words]
    return printable(words) if isinstance(words, str) else words
