"""The tables that migrations make are the tables that the code believes in."""

from importlib import import_module
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import MetaData, create_engine
from sqlalchemy.pool import NullPool

from deploy.local.system import LocalSystem
from services.chassis import schema
from tests.architecture.sources import SERVICES


def metadata_of(service: str) -> MetaData:
    """What a service's models and the chassis declare, together."""
    together = MetaData()
    models = import_module(f"services.{service}.models")
    for source in (models.Base.metadata, schema.metadata):
        for table in source.tables.values():
            table.to_metadata(together)
    return together


def differences(url: str, service: str) -> list[Any]:
    """What alembic would still migrate."""
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1), poolclass=NullPool)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, metadata_of(service)))


@pytest.mark.parametrize("service", SERVICES)
def test_models_match_the_migrated_database(system: LocalSystem, service: str) -> None:
    assert differences(system.urls.databases[service], service) == []
