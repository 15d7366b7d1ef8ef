"""Children: plain Python processes that burn processor or use libraries that eventlet would break.

A child that dies, hangs or breaks off (services/chassis/child.py) takes its one order with it, and the next order
gets a fresh one.
"""

import sys
from typing import Any

import eventlet
from eventlet.green import subprocess
from eventlet.queue import LightQueue
from nameko.extensions import DependencyProvider

from services.chassis import guard
from services.chassis.child import receive, send


class ChildLost(Exception):
    """The child died or was too slow: whether it did its work is not known."""


class ChildFailed(Exception):
    """The work raised; the text is `Kind: words`, for the log."""


class Children(DependencyProvider):  # type: ignore[misc]
    """`children = Children("services.billing.document.child")`: as many of it as the process has workers."""

    def __init__(self, module: str) -> None:
        self.module = module

    def setup(self) -> None:
        self._free: LightQueue = LightQueue()
        for _ in range(self.container.max_workers):
            self._free.put(_Child(self.module))

    def start(self) -> None:
        """Begun now, so that the first order need not wait for their imports."""
        for _ in range(self._free.qsize()):
            child = self._free.get()
            child.begin()
            self._free.put(child)

    def stop(self) -> None:
        while not self._free.empty():
            self._free.get().end()

    def get_dependency(self, worker_ctx: Any) -> "Children":
        return self

    def ask(self, order: object, seconds: float) -> Any:
        """The answer of the next free child. Raises ChildLost, ChildFailed."""
        guard.refuse_inside_unit("a child's work")
        child = self._free.get()
        try:
            with eventlet.Timeout(seconds, ChildLost("too slow")):
                done, answer = child.ask(order)
        except BaseException as error:
            child.end()
            if isinstance(error, OSError | EOFError):
                raise ChildLost(type(error).__name__) from error
            raise
        finally:
            self._free.put(child)
        if not done:
            raise ChildFailed(answer)
        return answer


class _Child:
    """A process that is started again with the next order after it was lost."""

    def __init__(self, module: str) -> None:
        self._module = module
        self._process: Any = None

    def ask(self, order: object) -> tuple[bool, Any]:
        if self._process is None or self._process.poll() is not None:
            self.end()
            self.begin()
        send(self._process.stdin, order)
        answer: tuple[bool, Any] = receive(self._process.stdout)
        return answer

    def begin(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", self._module], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    def end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.stdin.close()
        process.stdout.close()
        process.wait()
