"""CPU-heavy work leaves the hub: native threads, for code that releases the GIL (argon2), and never every core."""

import os
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from eventlet import tpool
from eventlet.patcher import original
from eventlet.semaphore import Semaphore

P = ParamSpec("P")
R = TypeVar("R")
_THREADS = max(1, len(os.sched_getaffinity(0)) - 1)
"""One core stays for the hub: else a rush of such work keeps every other request of the machine waiting."""
_AT_ONCE = Semaphore(_THREADS)
"""Whoever gives up waiting leaves no work behind, as it would in the pool's own queue."""
tpool.set_num_threads(_THREADS)  # each of eventlet's usual 20 would keep argon2's memory for itself
_NICENESS = 10
"""Linux gives each thread a priority of its own: where other processes want the core too, they come first."""


def offload(work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run `work` in a native thread and wait, without blocking other greenlets, for a free core and for the end."""
    with _AT_ONCE:
        result: R = tpool.execute(_politely, work, *args, **kwargs)
        return result


def _politely(work: Callable[..., R], *args: object, **kwargs: object) -> R:
    os.setpriority(os.PRIO_PROCESS, original("_thread").get_native_id(), _NICENESS)
    return work(*args, **kwargs)
