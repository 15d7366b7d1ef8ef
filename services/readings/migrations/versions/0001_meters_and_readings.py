"""Accounts of the registry, their meters and readings."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

from services.chassis.schema_versions import create_version_1

revision = "0001"
down_revision = None

_moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    create_version_1(op)
    op.create_table("accounts", sa.Column("account", sa.Text, primary_key=True))
    op.create_table(
        "meters",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("serial", sa.Text, nullable=False),
        sa.Column("model", sa.Text, nullable=False),
        sa.Column("zones", sa.SmallInteger, nullable=False),
        sa.Column("digits", sa.SmallInteger, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("installed_on", sa.Date, nullable=False),
        sa.Column("removed_on", sa.Date),
        sa.Column("verification_due", sa.Date),
        sa.UniqueConstraint("account", "serial"),
    )
    op.create_table(
        "readings",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("meter_id", sa.Uuid, nullable=False),
        sa.Column("period", sa.Date, nullable=False),
        sa.Column("values", ARRAY(sa.Integer), nullable=False),
        sa.Column("taken_at", _moment, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("doubts", ARRAY(sa.Text)),
        sa.Column("superseded", sa.Boolean, nullable=False, server_default=sa.text("false")),
        sa.Column("submitted_by", sa.Uuid),
        sa.Column("submission_key", sa.Text),
        sa.Column("payment_id", sa.Uuid),
    )
    op.create_index("readings_account", "readings", ["account", "period"])
    # Opening readings of a registry are not in it, so that a load pays nothing for it.
    op.create_index(
        "readings_standing",
        "readings",
        ["meter_id", "period"],
        unique=True,
        postgresql_where=sa.text("source = 'customer' AND status = 'accepted' AND NOT superseded"),
    )
    op.create_table(
        "registry_packages",
        sa.Column("package_id", sa.Uuid, primary_key=True),
        sa.Column("as_of", sa.Date, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("accounts", sa.Integer, nullable=False),
        sa.Column("rejected", sa.Integer, nullable=False),
        sa.Column("loaded_at", _moment, nullable=False),
    )


def downgrade() -> None:
    raise NotImplementedError("migrations only go forward")
