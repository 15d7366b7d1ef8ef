"""Passwords of the private servers: made once, kept in a file only the owner reads."""

import json
import secrets
from collections.abc import Iterable
from pathlib import Path

from deploy.local.places import write_private


def keep_passwords(file: Path, names: Iterable[str]) -> dict[str, str]:
    """A password for every name; new names get new ones, old ones never change."""
    kept: dict[str, str] = json.loads(file.read_text()) if file.exists() else {}
    missing = [name for name in names if name not in kept]
    if missing:
        kept |= {name: secrets.token_urlsafe(24) for name in missing}
        write_private(file, json.dumps(kept, indent=1))
    return kept
