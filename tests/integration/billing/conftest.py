"""Billing's database in a transaction that is never committed: Kaluga's tariffs, one account."""

from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from deploy.local.system import LocalSystem
from deploy.tariffs import KALUGA
from services.billing import tariff_files
from tests.support.billed import add_account

ACCOUNT = "999100001"


@pytest.fixture
def books(system: LocalSystem) -> Iterator[Session]:
    """A session with the tariffs and `ACCOUNT`, rolled back at the end."""
    url = system.urls.databases["billing"].replace("postgresql://", "postgresql+psycopg://", 1)
    with Session(create_engine(url, poolclass=NullPool)) as opened:
        tariff_files.load(opened, tariff_files.read(KALUGA))
        add_account(opened, ACCOUNT)
        yield opened
        opened.rollback()
