"""Closing a month: batches, charges with their lines, penalties, problems; what a bill is made of."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0004"
down_revision = "0003"

_moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    _closings_and_charges()
    _bills()


def _closings_and_charges() -> None:
    op.create_table(
        "closings",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("period", sa.Date, nullable=False),
        sa.Column("dry", sa.Boolean, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("started_at", _moment, nullable=False),
        sa.Column("due_on", sa.Date, nullable=False),
        sa.Column("accounts", sa.Integer, nullable=False),
        sa.Column("finished_at", _moment),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("period", "dry"),
    )
    op.create_table(
        "charges",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("closing_id", sa.Uuid, nullable=False),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("period", sa.Date, nullable=False),
        sa.Column("way", sa.Text, nullable=False),
        sa.Column("estimated", sa.SmallInteger, nullable=False),
        sa.Column("uses", JSONB, nullable=False),
        sa.Column("meters", JSONB, nullable=False),
        sa.Column("charged", sa.BigInteger, nullable=False),
        sa.Column("recalculated", sa.BigInteger, nullable=False),
        sa.Column("penalty", sa.BigInteger, nullable=False),
        sa.ForeignKeyConstraint(
            ["closing_id"],
            ["closings.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("account", "period"),
    )
    op.create_index("charges_closing", "charges", ["closing_id"])
    op.create_table(
        "closing_batches",
        sa.Column("closing_id", sa.Uuid, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("accounts", sa.ARRAY(sa.Text), nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("asked_at", _moment),
        sa.Column("totals", JSONB),
        sa.ForeignKeyConstraint(
            ["closing_id"],
            ["closings.id"],
        ),
        sa.PrimaryKeyConstraint("closing_id", "number"),
    )
    op.create_index("closing_batches_state", "closing_batches", ["closing_id", "state", "number"])
    op.create_table(
        "closing_problems",
        sa.Column("closing_id", sa.Uuid, nullable=False),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(
            ["closing_id"],
            ["closings.id"],
        ),
        sa.PrimaryKeyConstraint("closing_id", "account"),
    )
    op.create_table(
        "charge_lines",
        sa.Column("charge_id", sa.Uuid, nullable=False),
        sa.Column("number", sa.SmallInteger, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("month", sa.Date, nullable=False),
        sa.Column("basis", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("form", sa.SmallInteger, nullable=False),
        sa.Column("zone", sa.Text, nullable=False),
        sa.Column("range", sa.SmallInteger, nullable=False),
        sa.Column("first", sa.Date, nullable=False),
        sa.Column("last", sa.Date, nullable=False),
        sa.Column("volume", sa.Text, nullable=False),
        sa.Column("rub", sa.Numeric(precision=10, scale=5), nullable=False),
        sa.Column("act", sa.Text, nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.ForeignKeyConstraint(
            ["charge_id"],
            ["charges.id"],
        ),
        sa.PrimaryKeyConstraint("charge_id", "number"),
    )
    op.create_table(
        "penalty_lines",
        sa.Column("charge_id", sa.Uuid, nullable=False),
        sa.Column("number", sa.SmallInteger, nullable=False),
        sa.Column("due_on", sa.Date, nullable=False),
        sa.Column("first", sa.Date, nullable=False),
        sa.Column("last", sa.Date, nullable=False),
        sa.Column("kopecks", sa.BigInteger, nullable=False),
        sa.Column("percent", sa.Numeric(precision=6, scale=3), nullable=False),
        sa.Column("part", sa.Text, nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.ForeignKeyConstraint(
            ["charge_id"],
            ["charges.id"],
        ),
        sa.PrimaryKeyConstraint("charge_id", "number"),
    )


def _bills() -> None:
    op.add_column("bills", sa.Column("charge_id", sa.Uuid))
    op.add_column("bills", sa.Column("opening", sa.BigInteger))
    op.add_column("bills", sa.Column("paid", sa.BigInteger))
    op.add_column("bills", sa.Column("balance", sa.BigInteger))
    op.add_column("bills", sa.Column("penalty", sa.BigInteger))
    op.create_foreign_key(None, "bills", "charges", ["charge_id"], ["id"])


def downgrade() -> None:
    raise NotImplementedError("migrations only go forward")
