"""Where a local system keeps its things: state, logs, and the servers' data."""

import hashlib
import os
import pwd
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DEFAULT_STATE = ROOT / ".svet"
_ROOTS_DATA = Path("/var/lib/svet")


@dataclass(frozen=True)
class Places:
    """The folders of one local system."""

    state: Path
    data: Path

    @property
    def log(self) -> Path:
        return self.state / "log"

    @property
    def postgres(self) -> Path:
        return self.data / "postgres"

    @property
    def rabbitmq(self) -> Path:
        return self.data / "rabbitmq"


def places(state: Path, data: Path | None = None) -> Places:
    """The folders of the system whose state is in `state`.

    The servers refuse to run as root, and their own users may not enter a checkout under /root, so root's
    data lives in /var/lib/svet, under a name that a new checkout at the same path does not share.
    """
    state = state.resolve()
    if data is None and os.geteuid() == 0:
        data = _ROOTS_DATA / f"{identity(state)}-{_born(state)}"
    return Places(state=state, data=data or state / "servers")


def identity(state: Path) -> str:
    """A short name for a state folder's path."""
    return hashlib.sha256(str(state).encode()).hexdigest()[:12]


def _born(state: Path) -> str:
    """A mark of this very folder, made when it is first used."""
    mark = state / "mark"
    if not mark.exists():
        make_folder(state, mode=0o711)
        mark.write_text(secrets.token_hex(4))
    return mark.read_text()


def remove_orphans(known: Places) -> None:
    """Remove data of earlier checkouts at the same path: like an ordinary user's, they end with their .svet."""
    if known.data.parent != _ROOTS_DATA:
        return
    for data in _ROOTS_DATA.glob(f"{identity(known.state)}-*"):
        if data != known.data and not in_use(data / "postgres"):
            shutil.rmtree(data)


def in_use(cluster: Path) -> bool:
    """Whether a PostgreSQL runs in this cluster: its number alone proves nothing, another may have it now."""
    try:
        number = (cluster / "postmaster.pid").read_text().split("\n", 1)[0].strip()
        return Path(f"/proc/{number}/cwd").resolve(strict=True) == cluster.resolve()
    except OSError:
        return False


def make_folder(path: Path, owner: str | None = None, mode: int = 0o700) -> None:
    """Make a folder with its parents and give it to `owner` (a user's name; None leaves it ours)."""
    path.mkdir(parents=True, exist_ok=True)
    path.chmod(mode)
    give(path, owner)


def give(path: Path, owner: str | None) -> None:
    """Hand a file or folder, never what a link points at, to `owner`, when there is one to hand it to."""
    if owner is not None:
        entry = pwd.getpwnam(owner)
        os.lchown(path, entry.pw_uid, entry.pw_gid)


def write_private(path: Path, text: str, owner: str | None = None) -> None:
    """Write a file only its owner can read; replaced in one step, so nobody reads half of it.

    The draft is always a new file: in a folder of another user (a server's, when we are root) a link could wait
    in its place and have us write, and give away, any file of ours.
    """
    draft = path.with_name(path.name + ".new")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    give(draft, owner)
    draft.replace(path)
