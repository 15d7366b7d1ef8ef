"""Letters and the log of their deliveries."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from services.chassis.schema_versions import create_version_1

revision = "0001"
down_revision = None

_moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    create_version_1(op)
    op.create_table(
        "letters",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("template", sa.Text, nullable=False),
        sa.Column("recipient", sa.Text),
        sa.Column("params", JSONB, nullable=False),
        sa.Column("sealed", sa.Text),
        sa.Column("user", sa.Uuid),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("next_at", _moment),
        sa.Column("lease", sa.Uuid),
        sa.Column("expires_at", _moment),
        sa.Column("created_at", _moment, nullable=False),
        sa.Column("sent_at", _moment),
        sa.Column("message_id", sa.Text, nullable=False),
        sa.CheckConstraint("state IN ('queued', 'sending', 'sent', 'failed', 'expired')"),
    )
    op.create_index(
        "letters_due", "letters", ["next_at"], postgresql_where=sa.text("state IN ('queued', 'sending')")
    )
    op.create_index(
        "letters_unsent", "letters", ["state", "created_at"], postgresql_where=sa.text("state <> 'sent'")
    )
    op.create_table(
        "deliveries",
        sa.Column("letter_id", sa.Uuid, sa.ForeignKey("letters.id"), primary_key=True),
        sa.Column("attempt", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", _moment, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("smtp_code", sa.Integer),
    )


def downgrade() -> None:
    raise NotImplementedError("migrations only go forward")
