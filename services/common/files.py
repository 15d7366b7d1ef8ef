"""Files by key in a folder or in S3: documents are written once under a name made of their content.

Only plain processes use it (the gateway, the children that draw): the libraries of S3 have threads of their own,
which a process that runs on eventlet must not.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final
from uuid import uuid4

import fsspec

_PIECE: Final = 64 * 1024
_PATIENCE: Final = {"connect_timeout": 2, "read_timeout": 4, "retries": {"max_attempts": 1}}


class FilesAway(Exception):
    """The storage does not answer, or refuses; the text says how, for the log."""


class NoSuchFile(FilesAway):
    """There is no file of this key (any more)."""


@dataclass(frozen=True)
class Stored:
    """A file that is being read: its size, and its bytes piece by piece, of which the first has been read."""

    size: int
    pieces: Iterator[bytes]


class Files:
    """`Files("s3://bucket/prefix")`; every method may raise FilesAway."""

    def __init__(self, url: str) -> None:
        options: dict[str, Any] = {"config_kwargs": _PATIENCE} if url.startswith("s3://") else {}
        self._system, self._root = fsspec.core.url_to_fs(url, **options)
        self._local = url.startswith("file://")

    def size(self, key: str) -> int | None:
        """None when there is no such file."""
        try:
            self._system.invalidate_cache()
            return int(self._system.info(self._path(key))["size"])
        except FileNotFoundError:
            return None
        except Exception as error:  # each kind of storage has its own
            raise FilesAway(f"{type(error).__name__}: {error}") from error

    def put(self, key: str, content: bytes) -> None:
        """Write a file whole: nobody ever reads a part of it, and a second writer of the same changes nothing."""
        path = self._path(key)
        try:
            if self._local:
                # Beside its place: a rename inside a folder is all or nothing.
                draft = f"{path}.{uuid4().hex}.new"
                self._system.makedirs(path.rpartition("/")[0], exist_ok=True)
                self._system.pipe_file(draft, content)
                self._system.mv(draft, path)
            else:
                self._system.pipe_file(path, content)
        except Exception as error:
            raise FilesAway(f"{type(error).__name__}: {error}") from error

    def read(self, key: str) -> Stored:
        """Open a file, its first piece read: a storage that is away is known before anything is answered."""
        try:
            file = self._system.open(self._path(key), "rb", block_size=_PIECE)
            first = file.read(_PIECE)
            size = int(file.size)
        except FileNotFoundError as error:
            raise NoSuchFile(key) from error
        except Exception as error:
            raise FilesAway(f"{type(error).__name__}: {error}") from error
        return Stored(size, _rest(file, first))

    def _path(self, key: str) -> str:
        return f"{self._root}/{key}"


def _rest(file: Any, piece: bytes) -> Iterator[bytes]:
    with file:
        while piece:
            yield piece
            piece = file.read(_PIECE)
