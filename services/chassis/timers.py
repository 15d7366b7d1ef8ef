"""`@every(seconds)`: background work of a service, one run at a time, that survives its failures."""

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from nameko.timer import timer

from services.chassis import calls

log = logging.getLogger(__name__)
Self = TypeVar("Self")


def every(seconds: float) -> Callable[[Callable[[Self], None]], Callable[[Self], None]]:
    """Run the method every `seconds`; a failure is logged and the next run comes as usual."""

    def decorate(method: Callable[[Self], None]) -> Callable[[Self], None]:
        @wraps(method)
        def run(self: Self) -> None:
            with calls.entered(calls.Call(method.__name__)):
                try:
                    method(self)
                except Exception:
                    log.exception("background work failed", extra={"work": method.__name__})

        decorated: Any = timer(interval=seconds)(run)
        return decorated  # type: ignore[no-any-return]

    return decorate
