"""What an operation costs in statements and messages is committed, so that no change makes it dearer unseen."""

from deploy.demo.visitor import Mailbox
from deploy.local.system import LocalSystem
from tests.bench import counts
from tests.support.households import Households


def test_operations_cost_the_committed_statements_and_messages(
    system: LocalSystem, mailbox: Mailbox, households: Households
) -> None:
    measured = counts.measure(system, mailbox, households)
    assert measured == counts.committed(), (
        "The costs have changed. If that is meant, keep the new ones with "
        "`./svet bench counts --write` and say why in the commit."
    )
