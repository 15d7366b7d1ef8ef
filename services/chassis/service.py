"""The base of every service: what each has whether it asks or not."""

from typing import ClassVar, cast

from services.chassis.db import Database, Units
from services.chassis.events import Retries
from services.chassis.housekeeping import Housekeeping
from services.chassis.observe import Observability
from services.chassis.relay import Relay


class Service:
    """`class BillingService(Service): name = "billing"`; entrypoints are `@rpc(...)`, `@on(...)`, `@every(...)`."""

    name: str
    background: ClassVar[bool] = False
    """Its work can wait: it takes only processor time that nobody else wants, and rests after each event."""
    db: Units = cast(Units, Database())
    relay = Relay()
    retries = Retries()
    housekeeping = Housekeeping()
    observability = Observability()
