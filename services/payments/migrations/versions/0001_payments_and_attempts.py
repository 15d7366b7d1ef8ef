"""Payments of every channel, their orders at the acquirer, and readings given without payment."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from services.chassis.schema_versions import create_version_1

revision = "0001"
down_revision = None

_moment = sa.DateTime(timezone=True)
_clock = sa.text("clock_timestamp()")
_WATCHED = "state IN ('registering', 'awaiting', 'authenticating', 'held', 'unknown', 'quarantined')"


def upgrade() -> None:
    create_version_1(op)
    op.create_table(
        "payments",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("user_id", sa.Uuid),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("refunded", sa.BigInteger, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", _moment, nullable=False),
        sa.Column("paid_at", _moment),
        sa.Column("at", _moment, nullable=False),
        sa.Column("moved_at", _moment, nullable=False, server_default=_clock),
        sa.Column("receipt_email", sa.Text),
        sa.Column("consent_at", _moment),
        sa.Column("consent_version", sa.Text),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("bill_id", sa.Uuid),
        sa.Column("bill_period", sa.Text),
        sa.Column("main", sa.BigInteger, nullable=False),
        sa.Column("penalty", sa.BigInteger, nullable=False),
        sa.Column("given", JSONB),
        sa.Column("reading_id", sa.Uuid),
        sa.Column("zones", ARRAY(sa.Text), nullable=False, server_default="{}"),
        sa.Column("kwh", ARRAY(sa.BigInteger), nullable=False, server_default="{}"),
        sa.Column("order_number", sa.Text),
        sa.Column("cancel_asked", sa.Boolean, nullable=False),
        sa.Column("lease", sa.Uuid),
        sa.Column("leased_until", _moment),
        sa.Column("polls", sa.Integer, nullable=False),
        sa.Column("next_poll_at", _moment),
        sa.CheckConstraint("amount > 0"),
        sa.CheckConstraint("refunded >= 0 AND refunded <= amount"),
    )
    op.create_index("payments_account", "payments", ["account", "at"])
    op.create_index(
        "payments_due", "payments", ["next_poll_at"], postgresql_where=sa.text("next_poll_at IS NOT NULL")
    )
    op.create_index("payments_watched", "payments", ["state"], postgresql_where=sa.text(_WATCHED))
    op.create_table(
        "attempts",
        sa.Column("order_number", sa.Text, primary_key=True),
        sa.Column("payment_id", sa.Uuid, sa.ForeignKey("payments.id"), nullable=False),
        sa.Column("acquirer_order_id", sa.Text),
        sa.Column("form_url", sa.Text),
        sa.Column("opened_at", _moment, nullable=False, server_default=_clock),
    )
    op.create_index("attempts_payment", "attempts", ["payment_id"])
    op.create_table(
        "plain_readings",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("at", _moment, nullable=False),
        sa.Column("zones", ARRAY(sa.Text), nullable=False),
        sa.Column("kwh", ARRAY(sa.BigInteger), nullable=False),
        sa.Column("accepted", sa.Boolean, nullable=False),
    )
    op.create_index("plain_readings_account", "plain_readings", ["account", "at"])


def downgrade() -> None:
    raise NotImplementedError("migrations only go forward")
