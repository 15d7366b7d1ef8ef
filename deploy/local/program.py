"""One supervised program: what to run, as whom, and how to stop it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Program:
    """A process of a local system.

    `folder` is where it runs (None: the checkout), `user` whom it runs as, `ready` a page that answers once it
    does its work (None: ready as soon as it runs).
    """

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    folder: Path | None = None
    user: str | None = None
    stop_signal: str = "TERM"
    ready: str | None = None
