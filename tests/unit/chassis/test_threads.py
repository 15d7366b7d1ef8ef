"""Heavy work in native threads: one core stays free for the hub, and failures come back as they are."""

import os
import threading
import time

import pytest

from services.chassis import threads


def test_no_more_run_at_once_than_leave_a_core_free() -> None:
    import eventlet

    at_work, most = 0, 0
    lock = threading.Lock()

    def work(_: int) -> int:
        nonlocal at_work, most
        with lock:
            at_work += 1
            most = max(most, at_work)
        time.sleep(0.02)
        with lock:
            at_work -= 1
        return os.getpriority(os.PRIO_PROCESS, 0)

    done = list(eventlet.GreenPool(8).imap(lambda n: threads.offload(work, n), range(8)))
    assert len(done) == 8
    assert 1 <= most <= max(1, len(os.sched_getaffinity(0)) - 1)
    assert min(done) > os.getpriority(os.PRIO_PROCESS, 0), "it yields to whoever else wants the core"


def test_what_the_work_raises_is_raised() -> None:
    def fail() -> None:
        raise LookupError("as it was")

    with pytest.raises(LookupError, match="as it was"):
        threads.offload(fail)
