"""`python -m deploy.sandbox` as a process: three ports, a card paid through real HTTP, a clean stop."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from smtplib import SMTP

import httpx
import pytest


def free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def start(**settings: str) -> "subprocess.Popen[bytes]":
    names = {f"SVET_SANDBOX_{name.upper()}": value for name, value in settings.items() if name != "env"}
    environment = {**os.environ, **names, "SVET_ENV": settings["env"]}
    return subprocess.Popen([sys.executable, "-m", "deploy.sandbox"], env=environment, stderr=subprocess.PIPE)


def answering(url: str, process: "subprocess.Popen[bytes]") -> bool:
    """Whether the program answers before the deadline; each refused connection is a quick no."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and process.poll() is None:
        try:
            return httpx.get(url).status_code == 200
        except httpx.TransportError:
            continue
    return False


@pytest.fixture
def program() -> Iterator[tuple["subprocess.Popen[bytes]", list[int]]]:
    ports = free_ports(3)
    names = ("acquirer_port", "mailbox_port", "smtp_port")
    process = start(env="test", **dict(zip(names, map(str, ports), strict=True)))
    yield process, ports
    process.kill()
    process.communicate()


def test_the_program_serves_its_three_ports_and_stops_when_told(
    program: tuple["subprocess.Popen[bytes]", list[int]],
) -> None:
    process, (acquirer, mailbox, smtp) = program
    assert answering(f"http://127.0.0.1:{acquirer}/health/ready", process)
    assert answering(f"http://127.0.0.1:{mailbox}/health/live", process)
    with SMTP("127.0.0.1", smtp, timeout=5) as connection:
        connection.sendmail("a@example.ru", ["b@example.ru"], "Subject: hello\r\n\r\nhello")
    (letter,) = httpx.get(f"http://127.0.0.1:{mailbox}/api/letters", params={"wait": 5}).json()
    assert letter["subject"] == "hello"
    assert "svet_sandbox_letters_total" in httpx.get(f"http://127.0.0.1:{acquirer}/metrics").text
    process.send_signal(signal.SIGTERM)
    assert process.wait(10) == 0


def test_the_program_refuses_to_start_in_production() -> None:
    process = start(env="production")
    _, errors = process.communicate(timeout=20)
    assert process.returncode == 2
    assert b"SVET_ENV=production" in errors
