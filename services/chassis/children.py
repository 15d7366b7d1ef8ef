"""Children: plain Python processes that burn processor or use libraries that eventlet would break.

A child that dies, hangs or breaks off (services/chassis/child.py) takes its one order with it, and a fresh one takes
its place.
"""

import logging
import sys
from typing import Any, Final

import eventlet
from eventlet.green import subprocess
from eventlet.queue import LightQueue
from nameko.extensions import DependencyProvider

from services.chassis import guard
from services.chassis.child import receive, send

log = logging.getLogger(__name__)
_PAUSE_SECONDS: Final = 1.0
_LOST: Final = (OSError, EOFError)


class ChildLost(Exception):
    """The child died or was too slow: whether it did its work is not known."""


class ChildFailed(Exception):
    """The work raised; the text is `Kind: words`, for the log."""


class Children(DependencyProvider):  # type: ignore[misc]
    """`painters = Children("services.billing.document.child")`: as many of it as the process has workers."""

    def __init__(self, module: str) -> None:
        self.module = module

    def setup(self) -> None:
        self._free: LightQueue = LightQueue()
        self._all = [_Child(self.module) for _ in range(self.container.max_workers)]

    def start(self) -> None:
        for child in self._all:
            eventlet.spawn_n(self._bring_up, child)

    def stop(self) -> None:
        everybody, self._all = self._all, []
        for child in everybody:
            child.end()

    def get_dependency(self, worker_ctx: Any) -> "Children":
        return self

    def ask(self, order: object, seconds: float) -> Any:
        """The answer of the next child that is free and ready. Raises ChildLost, ChildFailed."""
        guard.refuse_inside_unit("a child's work")
        with eventlet.Timeout(seconds, ChildLost("too slow")):
            child: _Child = self._free.get()
            try:
                done, answer = child.ask(order)
            except _LOST as error:
                self._replace(child)
                raise ChildLost(type(error).__name__) from error
            except BaseException:
                self._replace(child)
                raise
        self._free.put(child)
        if not done:
            raise ChildFailed(answer)
        return answer

    def _replace(self, child: "_Child") -> None:
        log.warning("a child is replaced", extra={"child": self.module})
        child.end()
        eventlet.spawn_n(self._bring_up, child)

    def _bring_up(self, child: "_Child") -> None:
        """Imports take their time on a busy machine: nobody gets the child before it is ready."""
        while child in self._all:
            try:
                child.begin()
            except _LOST:
                log.exception("a child does not start")
                child.end()
                eventlet.sleep(_PAUSE_SECONDS)
            else:
                self._free.put(child)
                return


class _Child:
    def __init__(self, module: str) -> None:
        self._module = module
        self._process: Any = None

    def begin(self) -> None:
        """Start it and wait until it is ready."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", self._module], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        receive(self._process.stdout)

    def ask(self, order: object) -> tuple[bool, Any]:
        send(self._process.stdin, order)
        answer: tuple[bool, Any] = receive(self._process.stdout)
        return answer

    def end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            try:
                pipe.close()
            except OSError:  # what was being written has nobody to read it
                log.debug("a lost child's pipe is broken")
