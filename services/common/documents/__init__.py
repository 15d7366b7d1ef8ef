"""The retailer's legal texts by kind and version: `<kind>/<version>.md`; a version that was ever shown never changes.

A file is Markdown: a title (`# …`), an empty line, the text. A version is the month or day it is in force from.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from pathlib import Path
from typing import Annotated, Any, Final, Literal, get_args

from pydantic import BeforeValidator, Field, InstanceOf
from pydantic_settings import NoDecode

Kind = Literal[
    "personal_data",
    "privacy_policy",
    "user_agreement",
    "offer",
    "payment_security",
    "return_and_delivery",
    "requisites",
]
"""`personal_data` is the consent, a document of its own by law (152-ФЗ, art. 9); the others only inform."""
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
PACKAGED: Final = Path(__file__).parent
"""The texts of the default configuration's company."""


class BadDocuments(ValueError):
    """The folder cannot be used; the text names the file and what is wrong."""


class UnknownDocument(LookupError):
    """There is no document of this kind and version."""


@dataclass(frozen=True)
class Document:
    """One version of a text. `text` is exactly what people read and agree to, below the title."""

    kind: str
    version: str
    title: str
    text: str

    @cached_property
    def hash(self) -> str:
        """SHA-256 of the text in UTF-8, hexadecimal."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def since(self) -> date:
        """In force from this day."""
        month = len(self.version) == len("2026-01")
        return date.fromisoformat(f"{self.version}-01" if month else self.version)


class Documents:
    """Every version of every kind."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self._all = {(document.kind, document.version): document for document in documents}
        newest = sorted(self._all.values(), key=lambda document: document.since)
        self._newest = {document.kind: document for document in newest}
        if missing := [kind for kind in KINDS if kind not in self._newest]:
            raise BadDocuments(f"no document of the kinds {', '.join(missing)}")

    def newest(self) -> list[Document]:
        """The newest version of each kind, in the order of `KINDS`."""
        return [self._newest[kind] for kind in KINDS]

    def find(self, kind: str, version: str | None = None) -> Document:
        """A version, the newest by default. Raises `UnknownDocument`."""
        found = self._newest.get(kind) if version is None else self._all.get((kind, version))
        if found is None:
            raise UnknownDocument(kind, version)
        return found


@cache
def read_documents(folder: Path) -> Documents:
    """Read a folder, once a process. Raises `BadDocuments`, OSError."""
    return Documents(_read(path) for kind in KINDS for path in sorted((folder / kind).glob("*.md")))


def _read(path: Path) -> Document:
    title, _, text = path.read_text("utf-8").rstrip("\n").partition("\n\n")
    if not title.startswith("# ") or "\n" in title or not text:
        raise BadDocuments(f"{path}: a title (# …), an empty line and a text are needed")
    document = Document(path.parent.name, path.stem, title.removeprefix("# "), text)
    try:
        _ = document.since
    except ValueError as error:
        raise BadDocuments(f"{path}: a version is a month or a day, 2026-01 or 2026-01-31") from error
    return document


def _of_a_setting(value: Any) -> Any:
    return value if isinstance(value, Documents) else read_documents(Path(value))


DocumentsSetting = Annotated[
    InstanceOf[Documents],
    NoDecode,
    BeforeValidator(_of_a_setting),
    Field(default=PACKAGED, validate_default=True, validation_alias="SVET_DOCUMENTS"),
]
"""A setting of whoever shows or stores these texts: one variable for all, so that they read the same."""
