"""Work on several things at once in a background run: each on its own, a failing one stops no other."""

import logging
from collections.abc import Callable, Iterable
from typing import TypeVar

import eventlet

from services.chassis import calls

log = logging.getLogger(__name__)
T = TypeVar("T")


def concurrently(work: Callable[[T], None], items: Iterable[T], at_once: int) -> None:
    """Run `work` on each item, at most `at_once` at a time, and wait for all.

    Each run is a call of its own under the present call's name, with a deadline of its own.
    """
    operation = calls.current().operation

    def run(item: T) -> None:
        with calls.entered(calls.Call(operation)):
            try:
                work(item)
            except Exception:
                log.exception("one of several failed", extra={"work": operation, "item": str(item)})

    pool = eventlet.GreenPool(at_once)
    for item in items:
        pool.spawn_n(run, item)
    pool.waitall()
