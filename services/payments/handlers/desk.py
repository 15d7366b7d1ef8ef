"""What a use case of payments works with, given to it by the service."""

from dataclasses import dataclass

from services.chassis.clients import RpcClient
from services.chassis.db import Units
from services.payments import models
from services.payments.acquirer.port import Acquirer
from services.payments.repository import Found, Pace
from services.payments.settings import Settings


@dataclass(frozen=True)
class Desk:
    db: Units
    rpc: RpcClient
    acquirer: Acquirer
    settings: Settings

    @property
    def pace(self) -> Pace:
        """An order that has been open for longer than it lives is overdue: it is asked for seldom, but for ever."""
        s = self.settings
        return Pace(s.poll_interval, s.poll_longest, s.poll_overdue, s.order_lifetime + s.poll_margin)


def attempt_of(found: Found) -> models.Attempt:
    """The order of a cabinet payment; other channels' payments have none and are never asked for."""
    if found.attempt is None:
        raise RuntimeError("a payment of another channel has no order")
    return found.attempt
