"""A child's side of services/chassis/children.py: plain Python, orders in by a pipe, answers out, one at a time."""

import os
import pickle
import signal
import struct
import sys
from collections.abc import Callable
from typing import Any, BinaryIO, Final

_LENGTH: Final = struct.Struct(">Q")


def serve(work: Callable[[Any], object]) -> None:
    """A child's whole life: it works until its parent is gone, and tells what `work` raised as `Kind: words`."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the parent too, which finishes what it does
    orders, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever prints must not get between the answers
    send(answers, "ready")
    while True:
        try:
            order = receive(orders)
        except EOFError:
            return
        try:
            answer = (True, work(order))
        except Exception as error:  # noqa: BLE001 - the parent decides what it means
            answer = (False, f"{type(error).__name__}: {error}")
        send(answers, answer)


def send(pipe: BinaryIO, message: object) -> None:
    content = pickle.dumps(message)
    pipe.write(_LENGTH.pack(len(content)) + content)
    pipe.flush()


def receive(pipe: BinaryIO) -> Any:
    """Raises EOFError when the other side is gone."""
    (length,) = _LENGTH.unpack(_exactly(pipe, _LENGTH.size))
    return pickle.loads(_exactly(pipe, length))  # noqa: S301 - parent and child are one program


def _exactly(pipe: BinaryIO, length: int) -> bytes:
    content = b""
    while len(content) < length:
        piece = pipe.read(length - len(content))
        if not piece:
            raise EOFError
        content += piece
    return content
