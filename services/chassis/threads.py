"""CPU-heavy work leaves the hub: a native thread pool, for code that releases the GIL (argon2)."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from eventlet import tpool

P = ParamSpec("P")
R = TypeVar("R")


def offload(work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run `work` in a native thread and wait without blocking other greenlets."""
    result: R = tpool.execute(work, *args, **kwargs)
    return result
