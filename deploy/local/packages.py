"""PostgreSQL, RabbitMQ, Chromium and Prometheus from the system's packages: found, or installed, never started."""

import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from deploy.local.errors import LocalError

_BILL_READERS = {"qpdf": "qpdf", "zbarimg": "zbar-tools", "pdftotext": "poppler-utils"}
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

# Installs as root, so that nothing of the system's own is started, now or at the next boot, and PostgreSQL's
# package makes no cluster. Both arrangements are taken away afterwards; what was there before is left alone.
_INSTALL = r"""
set -eu
made=""
cleanup() { for file in $made; do rm -f "$file"; done; }
trap cleanup EXIT
if [ ! -e /usr/sbin/policy-rc.d ]; then
    printf '#!/bin/sh\nexit 101\n' > /usr/sbin/policy-rc.d
    chmod 755 /usr/sbin/policy-rc.d
    made="$made /usr/sbin/policy-rc.d"
fi
drop_in=/etc/postgresql-common/createcluster.d/svet.conf
if [ ! -e "$drop_in" ]; then
    mkdir -p /etc/postgresql-common/createcluster.d
    echo "create_main_cluster = false" > "$drop_in"
    made="$made $drop_in"
fi
unit_there() { [ -e "/lib/systemd/system/$1" ]; }
new_units=""
for unit in rabbitmq-server.service postgresql.service epmd.service epmd.socket prometheus.service; do
    unit_there "$unit" || new_units="$new_units $unit"
done
export DEBIAN_FRONTEND=noninteractive
install() { apt-get install -y -q --no-install-recommends "$@"; }
install "$@" || { apt-get update -q && install "$@"; }
for unit in $new_units; do
    unit_there "$unit" || continue
    DPKG_MAINTSCRIPT_PACKAGE=svet deb-systemd-helper disable "$unit" >/dev/null 2>&1 || true
done
"""


@dataclass(frozen=True)
class Binaries:
    """The servers' programs on this machine."""

    postgres: Path
    rabbitmq: Path
    epmd: Path


def find_binaries(*, postgres: bool = True, rabbitmq: bool = True) -> Binaries:
    """The folders of the wanted servers' programs, installed first when missing."""
    wanted = []
    if postgres and _postgres() is None:
        wanted.append("postgresql")
    if rabbitmq and (_rabbitmq() is None or _epmd() is None):
        wanted.append("rabbitmq-server")
    install(wanted)
    nowhere = Path()
    found = Binaries(
        postgres=(_postgres() or nowhere) if postgres else nowhere,
        rabbitmq=(_rabbitmq() or nowhere) if rabbitmq else nowhere,
        epmd=(_epmd() or nowhere) if rabbitmq else nowhere,
    )
    if (postgres and found.postgres == nowhere) or (rabbitmq and nowhere in (found.rabbitmq, found.epmd)):
        raise LocalError(
            "PostgreSQL or RabbitMQ is still not to be found after installing. "
            "Looked in /usr/lib/postgresql/*/bin, /usr/lib/rabbitmq/lib/rabbitmq_server-*/sbin and PATH. "
            "Or give ready-made servers in SVET_DATABASE_URL and SVET_AMQP_URL."
        )
    return found


def find_browser() -> Path | None:
    """A Chromium for the tests that open pages, installed first when missing; None leaves it to Playwright's own."""
    if _browser() is None:
        if platform.freedesktop_os_release().get("ID") == "debian":
            install(["chromium"])
        else:  # Ubuntu's package is a snap, which has no place in a test run.
            subprocess.run(
                [sys.executable, "-m", "playwright", "install", "--with-deps", "chromium"], check=True
            )
    return _browser()


def find_prometheus() -> Path | None:
    """Prometheus and its promtool for the tests of alert rules and dashboard, installed first when missing."""
    if _beside("promtool") is None:
        install(["prometheus"])
    return _beside("promtool")


def find_bill_readers() -> None:
    """What the tests of bills read PDF and QR with, none of it ours; installed first when missing."""
    install(package for program, package in _BILL_READERS.items() if shutil.which(program) is None)


def install(packages: Iterable[str]) -> None:
    """Install Debian packages; asks for sudo only here, and only when there is something to install."""
    names = list(packages)
    if not names:
        return
    if shutil.which("apt-get") is None:
        raise LocalError(f"Please install {' and '.join(names)}: this system has no apt-get to do it with.")
    command = ["bash", "-c", _INSTALL, "svet-install", *names]
    if os.geteuid() != 0:
        if shutil.which("sudo") is None:
            raise LocalError(f"Please install as root: apt-get install {' '.join(names)}")
        command = ["sudo", *command]
    print(
        f"Installing {' and '.join(names)} from the system's packages "
        "(nothing of the system's own is started, no PostgreSQL cluster is made)...",
        flush=True,
    )
    done = subprocess.run(command, stdin=None, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        end = "\n".join(done.stdout.splitlines()[-15:])
        raise LocalError(f"Could not install. Try it yourself: apt-get install {' '.join(names)}\n{end}")


def _postgres() -> Path | None:
    return _newest(Path("/usr/lib/postgresql").glob("*/bin"), "initdb") or _beside("initdb")


def _rabbitmq() -> Path | None:
    return _newest(Path("/usr/lib/rabbitmq/lib").glob("rabbitmq_server-*/sbin"), "rabbitmq-server")


def _epmd() -> Path | None:
    found = shutil.which("epmd") or _newest(Path("/usr/lib/erlang").glob("erts-*/bin"), "epmd")
    return Path(found) / "epmd" if isinstance(found, Path) else Path(found) if found else None


def _browser() -> Path | None:
    return next((Path(found) for name in _BROWSERS if (found := shutil.which(name))), None)


def _beside(program: str) -> Path | None:
    found = shutil.which(program)
    return Path(found).resolve().parent if found else None


def _newest(folders: Iterable[Path], program: str) -> Path | None:
    fitting = [folder for folder in folders if (folder / program).exists()]
    return max(fitting, key=_version, default=None)


def _version(folder: Path) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", str(folder))]
