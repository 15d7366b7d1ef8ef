"""The manifest of a registry package: what the package says of itself, before anything in it is believed."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from deploy.registry.format import LAYOUTS, MANIFEST


class Refused(Exception):
    """The package is not loaded, for the reason told; nothing has been written."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FilePart(_Part):
    """A file of the package; `sums` add the whole numbers of a column, kopecks or kWh."""

    name: str
    rows: int = Field(ge=0)
    sha256: str = Field(pattern="^[0-9a-f]{64}$")
    sums: dict[str, int] = {}


class Manifest(_Part):
    """The whole of manifest.json; from the day `as_of` (Moscow) on Svet is the biller of record."""

    format: Literal[1]
    package: UUID
    as_of: date
    retailer_inn: str = Field(pattern="^([0-9]{10}|[0-9]{12})$")
    files: tuple[FilePart, ...]

    @property
    def digest(self) -> str:
        """One fingerprint of everything the package says; equal for equal content only."""
        told = self.model_dump(mode="json", exclude={"files"})
        told["files"] = sorted((part.model_dump() for part in self.files), key=lambda part: str(part["name"]))
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()

    def part(self, name: str) -> FilePart:
        return next(part for part in self.files if part.name == name)


def read(directory: Path, retailer_inn: str) -> Manifest:
    """The manifest of a package that holds exactly the files it should; raises Refused."""
    if not directory.is_dir():
        raise Refused(f"{directory} is not a folder with a registry package")
    try:
        manifest = Manifest.model_validate_json((directory / MANIFEST).read_bytes())
    except FileNotFoundError:
        raise Refused(f"{directory} holds no {MANIFEST}") from None
    except ValidationError as error:
        raise Refused(f"{MANIFEST}: " + "; ".join(_places(error))) from None
    if manifest.retailer_inn != retailer_inn:
        raise Refused(f"the package is of the retailer with INN {manifest.retailer_inn}, not {retailer_inn}")
    told = sorted(part.name for part in manifest.files)
    wanted = sorted(layout.file for layout in LAYOUTS)
    if told != wanted:
        raise Refused(f"{MANIFEST} lists {', '.join(told) or 'no files'}; a package is {', '.join(wanted)}")
    present = {path.name for path in directory.iterdir()}
    if missing := set(wanted) - present:
        raise Refused(f"missing from the package: {', '.join(sorted(missing))}")
    if extra := present - set(wanted) - {MANIFEST}:
        raise Refused(f"not told of in {MANIFEST}: {', '.join(sorted(extra))}")
    return manifest


def write(
    directory: Path, package: UUID, as_of: date, retailer_inn: str, files: Sequence[FilePart]
) -> Manifest:
    """Seals a package whose files are complete."""
    manifest = Manifest(format=1, package=package, as_of=as_of, retailer_inn=retailer_inn, files=tuple(files))
    (directory / MANIFEST).write_text(
        manifest.model_dump_json(indent=2) + "\n", encoding="utf-8", newline="\n"
    )
    return manifest


def _places(error: ValidationError) -> Iterator[str]:
    for found in error.errors():
        yield f"{'.'.join(map(str, found['loc'])) or 'content'}: {found['msg']}"
