"""Work that several want at the same time is done once: the others wait for the first one's result."""

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from eventlet.event import Event

T = TypeVar("T")


class Shared:
    """`shared.run(key, work)`; nothing is remembered after the work is done, and an error is everybody's."""

    def __init__(self) -> None:
        self._running: dict[Hashable, Event] = {}

    def run(self, key: Hashable, work: Callable[[], T]) -> T:
        if key in self._running:
            result: T = self._running[key].wait()
            return result
        done = self._running[key] = Event()
        try:
            result = work()
        except BaseException as error:
            self._finish(key, done, error)
            raise
        self._finish(key, done, result)
        return result

    def _finish(self, key: Hashable, done: Event, outcome: Any) -> None:
        del self._running[key]
        if isinstance(outcome, BaseException):
            done.send_exception(outcome)
        else:
            done.send(outcome)
