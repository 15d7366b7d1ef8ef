"""Closing a month: through which period an account is closed, and estimated months. Hours of automatic meters."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("accounts", sa.Column("closed_through", sa.Date))
    op.create_table(
        "estimates",
        sa.Column("account", sa.Text, primary_key=True),
        sa.Column("period", sa.Date, primary_key=True),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("form", sa.SmallInteger, nullable=False),
        sa.Column("kwh", ARRAY(sa.Numeric), nullable=False),
    )
    op.create_table(
        "feed_days",
        sa.Column("meter_id", sa.Uuid, primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("wh", ARRAY(sa.Integer), nullable=False),
    )
