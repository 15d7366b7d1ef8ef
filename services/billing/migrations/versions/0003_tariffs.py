"""Tariffs, norms, rates and due days: data with dates."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    group = sa.Column("tariff_group", sa.Text, primary_key=True)
    since = sa.Column("valid_from", sa.Date, primary_key=True)
    op.create_table(
        "prices",
        group.copy(),
        sa.Column("form", sa.SmallInteger, primary_key=True),
        sa.Column("zone", sa.Text, primary_key=True),
        sa.Column("range", sa.SmallInteger, primary_key=True),
        since.copy(),
        sa.Column("rub", sa.Numeric(10, 5), nullable=False),
        *_source(),
    )
    op.create_table(
        "thresholds",
        group.copy(),
        since.copy(),
        sa.Column("upper", sa.ARRAY(sa.Integer), nullable=False),
        *_source(),
    )
    op.create_table(
        "norms",
        group.copy(),
        sa.Column("residents", sa.SmallInteger, primary_key=True),
        since.copy(),
        sa.Column("kwh", sa.Numeric(10, 4), nullable=False),
        *_source(),
    )
    op.create_table(
        "rates",
        sa.Column("kind", sa.Text, primary_key=True),
        since.copy(),
        sa.Column("percent", sa.Numeric(6, 3)),
        *_source(),
    )
    op.create_table(
        "due_days",
        sa.Column("since", sa.Date, primary_key=True),
        sa.Column("day", sa.SmallInteger, nullable=False),
        *_source(),
    )


def _source() -> list[sa.Column[object]]:
    return [sa.Column("act", sa.Text, nullable=False), sa.Column("demo", sa.Boolean, nullable=False)]


def downgrade() -> None:
    raise NotImplementedError("migrations only go forward")
