"""A private PostgreSQL: its cluster, its settings and how it is started."""

import os
import pwd
import subprocess
from pathlib import Path

from deploy.local.errors import LocalError
from deploy.local.places import in_use, make_folder, write_private
from deploy.local.program import Program

ADMIN = "svet_admin"

# The durable values are PostgreSQL's defaults; they are written out because money depends on them and tests
# assert them. No unix socket: its path is limited to 107 characters, and TCP on loopback serves everyone.
_SETTINGS = """\
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = ''
max_connections = 300
password_encryption = 'scram-sha-256'
fsync = on
full_page_writes = on
synchronous_commit = on
shared_buffers = 128MB
timezone = 'UTC'
log_timezone = 'UTC'
log_destination = 'stderr'
logging_collector = off
"""

_ACCESS = """\
host all all 127.0.0.1/32 scram-sha-256
"""


def prepare(data: Path, binaries: Path, port: int, password: str, user: str | None) -> None:
    """Make the cluster when it is not there yet, and write its settings."""
    make_folder(data, user)
    if not (data / "PG_VERSION").exists():
        _make_cluster(data, binaries, password, user)
    _refuse_another_version(data, binaries)
    write_private(data / "postgresql.conf", _SETTINGS.format(port=port), user)
    write_private(data / "pg_hba.conf", _ACCESS, user)
    _drop_stale_lock(data)


def program(data: Path, binaries: Path, user: str | None) -> Program:
    """How the supervisor runs it; SIGINT is PostgreSQL's fast shutdown."""
    return Program(
        name="postgres",
        command=[str(binaries / "postgres"), "-D", str(data)],
        environment={"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "UTC"},
        folder=data,
        user=user,
        stop_signal="INT",
    )


def admin_url(port: int, password: str) -> str:
    return f"postgresql://{ADMIN}:{password}@127.0.0.1:{port}/postgres"


def _make_cluster(data: Path, binaries: Path, password: str, user: str | None) -> None:
    secret = data.parent / "postgres-password"
    write_private(secret, password, user)
    command = [
        str(binaries / "initdb"),
        f"--pgdata={data}",
        f"--username={ADMIN}",
        f"--pwfile={secret}",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--locale=C.UTF-8",
    ]
    done = subprocess.run(
        command,
        cwd=data,
        user=user,
        group=None if user is None else pwd.getpwnam(user).pw_gid,
        extra_groups=None if user is None else [],
        env={"PATH": os.defpath, "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
    )
    secret.unlink()
    if done.returncode != 0:
        raise LocalError(f"PostgreSQL's initdb failed in {data}:\n{done.stderr.strip()}")


def _refuse_another_version(data: Path, binaries: Path) -> None:
    made_by = (data / "PG_VERSION").read_text().strip()
    shown = subprocess.run(
        [str(binaries / "postgres"), "--version"], capture_output=True, text=True, check=True
    )
    if f" {made_by}." not in shown.stdout:
        raise LocalError(
            f"The databases in {data} were made by PostgreSQL {made_by}, "
            f"but {shown.stdout.strip()} is installed. "
            f"Install PostgreSQL {made_by}, or delete the folder to begin anew."
        )


def _drop_stale_lock(data: Path) -> None:
    """Drop postmaster.pid when no server runs here: after a reboot its number may be somebody else's.

    PostgreSQL itself trusts any living process of the same user with that number.
    """
    if not in_use(data):
        (data / "postmaster.pid").unlink(missing_ok=True)
