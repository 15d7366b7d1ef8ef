"""Erasing users: their readings are found by who submitted them."""

from alembic import op

from services.chassis.schema_versions import add_version_2

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    add_version_2(op)
    op.create_index(
        "readings_submitted_by", "readings", ["submitted_by"], postgresql_where="submitted_by IS NOT NULL"
    )
