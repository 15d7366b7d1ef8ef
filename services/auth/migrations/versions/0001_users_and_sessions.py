"""Registrations, users with their accounts and consents, sessions, limits."""

import sqlalchemy as sa
from alembic import op

from services.chassis.schema_versions import create_version_1

revision = "0001"
down_revision = None

_moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    create_version_1(op)
    _people()
    _sessions()
    _limits()


def _people() -> None:
    op.create_table(
        "registrations",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("email", sa.Text, nullable=False),
        sa.Column("phone", sa.Text, nullable=False),
        sa.Column("password_hash", sa.Text, nullable=False),
        sa.Column("consent_version", sa.Text, nullable=False),
        sa.Column("consent_hash", sa.Text, nullable=False),
        sa.Column("client", sa.Text, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("created_at", _moment, nullable=False),
        sa.Column("token_hash", sa.Text, nullable=False, unique=True),
        sa.Column("code_hash", sa.Text, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("expires_at", _moment, nullable=False),
        sa.Column("used_at", _moment),
    )
    op.create_index("registrations_account", "registrations", ["account", "created_at"])
    op.create_index("registrations_age", "registrations", ["expires_at"])
    op.create_table(
        "users",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("email", sa.Text, nullable=False),
        sa.Column("phone", sa.Text, nullable=False),
        sa.Column("password_hash", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", _moment, nullable=False),
    )
    op.create_table(
        "linked_accounts",
        sa.Column("user_id", sa.Uuid, sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("is_primary", sa.Boolean, nullable=False),
        sa.Column("linked_at", _moment, nullable=False),
        sa.PrimaryKeyConstraint("user_id", "account"),
    )
    op.create_index(
        "linked_accounts_primary",
        "linked_accounts",
        ["account"],
        unique=True,
        postgresql_where=sa.text("is_primary"),
    )
    op.create_table(
        "consents",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("user_id", sa.Uuid, sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("text_hash", sa.Text, nullable=False),
        sa.Column("given_at", _moment, nullable=False),
        sa.Column("client", sa.Text, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
    )
    op.create_index("consents_user", "consents", ["user_id"])


def _sessions() -> None:
    op.create_table(
        "sessions",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("user_id", sa.Uuid, sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
        sa.Column("created_at", _moment, nullable=False),
        sa.Column("last_used_at", _moment, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("client", sa.Text, nullable=False),
        sa.Column("ended_at", _moment),
    )
    op.create_index("sessions_user", "sessions", ["user_id"])
    op.create_index("sessions_age", "sessions", ["last_used_at"])
    op.create_table(
        "refresh_tokens",
        sa.Column("token_hash", sa.Text, primary_key=True),
        sa.Column("session_id", sa.Uuid, sa.ForeignKey("sessions.id", ondelete="CASCADE"), nullable=False),
        sa.Column("expires_at", _moment, nullable=False),
        sa.Column("used_at", _moment),
        sa.Column("forgiven", sa.Boolean, nullable=False),
    )
    op.create_index("refresh_tokens_session", "refresh_tokens", ["session_id"])
    op.create_index("refresh_tokens_age", "refresh_tokens", ["expires_at"])


def _limits() -> None:
    op.create_table(
        "try_windows",
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("tries", sa.ARRAY(_moment), nullable=False),
        sa.Column("last_at", _moment, nullable=False),
        sa.PrimaryKeyConstraint("kind", "subject"),
    )
    op.create_index("try_windows_age", "try_windows", ["last_at"])
    op.create_table(
        "sign_in_failures",
        sa.Column("account", sa.Text, primary_key=True),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("last_at", _moment),
        sa.Column("locked_until", _moment),
    )
    op.create_index("sign_in_failures_age", "sign_in_failures", ["last_at"])


def downgrade() -> None:
    raise NotImplementedError("migrations only go forward")
