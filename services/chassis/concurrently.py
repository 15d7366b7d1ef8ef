"""A few pieces of background work at once: the poller's payments, the sender's letters."""

import logging
from collections.abc import Callable, Iterable
from typing import TypeVar

import eventlet

from services.chassis import calls

log = logging.getLogger(__name__)
T = TypeVar("T")


def concurrently(work: Callable[[T], None], items: Iterable[T], limit: int) -> None:
    """Run `work` on every item, at most `limit` at once, and wait for all of them.

    Each runs as part of the present call (its trace and deadline). A failure is logged and stops no other.
    """
    call = calls.current()

    def run(item: T) -> None:
        with calls.entered(call):
            try:
                work(item)
            except Exception:
                log.exception("one of several failed", extra={"work": call.operation})

    pool = eventlet.GreenPool(limit)
    for item in items:
        pool.spawn_n(run, item)
    pool.waitall()
