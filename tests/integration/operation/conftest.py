"""A Prometheus that has watched two customers."""

from collections.abc import Iterator

import pytest

from deploy.demo.visitor import Mailbox, Visitor
from deploy.local.system import LocalSystem
from tests.support.customer import make_customer
from tests.support.households import Households
from tests.support.prometheus import Prometheus, running_prometheus


@pytest.fixture(scope="module")
def prometheus(
    system: LocalSystem,
    households: Households,
    mailbox: Mailbox,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Prometheus]:
    with running_prometheus(system, tmp_path_factory.mktemp("prometheus")) as running:
        # An increase is what a second look sees more than the first.
        for _ in range(2):
            live(system.urls.gateway, mailbox, households)
            running.wait_scraped()
        yield running


def live(gateway: str, mailbox: Mailbox, households: Households) -> None:
    """A household's whole story, and a stranger with a wrong password."""
    customer = make_customer(gateway, mailbox, households.take())
    paid = customer.pay(150_00)
    customer.wait_counted(paid["id"])
    assert customer.receipts(wait=20)
    stranger = Visitor(gateway)
    wrong = {"account": customer.account, "password": "Not-the-password-1", "channel": "web"}
    assert stranger.send("POST", "/sessions", json=wrong).status_code == 401
