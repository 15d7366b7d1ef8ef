"""Who gets the processor first: people's requests, then drawings that they wait for, then the closing of a month."""

import os

from deploy.local.system import LocalSystem


def test_background_work_takes_only_the_time_that_nobody_wants(system: LocalSystem) -> None:
    policies = {name: os.sched_getscheduler(system.pid(name)) for name in system.instances}
    idle = {name for name, policy in policies.items() if policy == os.SCHED_IDLE}
    assert idle == {"billing-closing", "readings-closing"}
    usual = os.getpriority(os.PRIO_PROCESS, 0)
    niceness = {name: os.getpriority(os.PRIO_PROCESS, system.pid(name)) for name in policies.keys() - idle}
    assert niceness.pop("billing-documents") > usual
    assert set(niceness.values()) == {usual}, "nobody who serves people is held back"
