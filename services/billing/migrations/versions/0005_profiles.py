"""Typical profiles of consumption, for pricing a year by another tariff form."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "profiles",
        sa.Column("tariff_group", sa.Text, primary_key=True),
        sa.Column("valid_from", sa.Date, primary_key=True),
        sa.Column("day", sa.Numeric(6, 5), nullable=False),
        sa.Column("night", sa.Numeric(6, 5), nullable=False),
        sa.Column("half_peak", sa.Numeric(6, 5), nullable=False),
        sa.Column("act", sa.Text, nullable=False),
        sa.Column("demo", sa.Boolean, nullable=False),
        sa.CheckConstraint("day + night + half_peak = 1"),
    )


def downgrade() -> None:
    raise NotImplementedError("migrations only go forward")
