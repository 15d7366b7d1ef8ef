"""Erasing users: their payments are found by who made them."""

from alembic import op

from services.chassis.schema_versions import add_version_2

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    add_version_2(op)
    op.create_index("payments_user", "payments", ["user_id"], postgresql_where="user_id IS NOT NULL")
