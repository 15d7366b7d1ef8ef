"""Devices with PIN and biometrics, letters of the profile, objections, the audit trail, deletions, staff.

It takes two things away at once (`sign_in_failures`, `refresh_tokens.forgiven`): nothing has been released yet.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from services.chassis.schema_versions import add_version_2

revision = "0002"
down_revision = "0001"

_moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    add_version_2(op)
    _devices()
    _letters()
    _limits()
    _trail()
    _staff()
    _what_was_there()


def _devices() -> None:
    op.create_table(
        "devices",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("user_id", sa.Uuid, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("created_at", _moment, nullable=False),
        sa.Column("last_used_at", _moment, nullable=False),
        sa.Column("public_key", sa.LargeBinary),
        sa.Column("pin_hash", sa.Text),
        sa.Column("pin_failures", sa.Integer, server_default=sa.text("0"), nullable=False),
        sa.Column("pin_set_at", _moment),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("devices_age", "devices", ["last_used_at"])
    op.create_index("devices_user", "devices", ["user_id"])
    op.create_table(
        "authenticators",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("device_id", sa.Uuid, nullable=False),
        sa.Column("public_key", sa.LargeBinary, nullable=False),
        sa.Column("sign_count", sa.BigInteger, nullable=False),
        sa.Column("created_at", _moment, nullable=False),
        sa.ForeignKeyConstraint(["device_id"], ["devices.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("device_id"),
    )


def _letters() -> None:
    op.create_table(
        "letter_requests",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("email", sa.Text, nullable=False),
        sa.Column("client", sa.Text, nullable=False),
        sa.Column("asked_at", _moment, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("letter_requests_age", "letter_requests", ["asked_at"])
    op.create_table(
        "confirmations",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("user_id", sa.Uuid, nullable=False),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("email", sa.Text, nullable=False),
        sa.Column("token_hash", sa.Text, nullable=False),
        sa.Column("code_hash", sa.Text, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("created_at", _moment, nullable=False),
        sa.Column("expires_at", _moment, nullable=False),
        sa.Column("used_at", _moment),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("token_hash"),
    )
    op.create_index("confirmations_account", "confirmations", ["account", "kind"])
    op.create_index("confirmations_age", "confirmations", ["expires_at"])
    op.create_index("confirmations_user", "confirmations", ["user_id"])
    op.create_table(
        "objections",
        sa.Column("token_hash", sa.Text, nullable=False),
        sa.Column("linker_id", sa.Uuid, nullable=False),
        sa.Column("holder_id", sa.Uuid, nullable=False),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("linked_at", _moment, nullable=False),
        sa.Column("expires_at", _moment, nullable=False),
        sa.Column("used_at", _moment),
        sa.ForeignKeyConstraint(["holder_id"], ["users.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["linker_id"], ["users.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("token_hash"),
    )
    op.create_index("objections_age", "objections", ["expires_at"])
    op.create_index("objections_holder", "objections", ["holder_id"])
    op.create_index("objections_linker", "objections", ["linker_id", "account"])


def _limits() -> None:
    op.create_table(
        "failures",
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("last_at", _moment),
        sa.Column("locked_until", _moment),
        sa.PrimaryKeyConstraint("subject"),
    )
    op.create_index("failures_age", "failures", ["last_at"])
    op.create_table(
        "spent_tickets",
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("expires_at", _moment, nullable=False),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_index("spent_tickets_age", "spent_tickets", ["expires_at"])


def _trail() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("at", _moment, nullable=False),
        sa.Column("act", sa.Text, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("account", sa.Text),
        sa.Column("user_id", sa.Uuid),
        sa.Column("session_id", sa.Uuid),
        sa.Column("device_id", sa.Uuid),
        sa.Column("client", sa.Text),
        sa.Column("channel", sa.Text),
        sa.Column("details", JSONB, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("audit_account", "audit", ["account", "at"])
    op.create_index("audit_age", "audit", ["at"])
    op.create_index("audit_user", "audit", ["user_id", "at"])
    op.create_table(
        "deletions",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("user_id", sa.Uuid, nullable=False),
        sa.Column("asked_at", _moment, nullable=False),
        sa.Column("waits_for", sa.ARRAY(sa.Text), nullable=False),
        sa.Column("finished_at", _moment),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "deletions_open", "deletions", ["asked_at"], postgresql_where=sa.text("finished_at IS NULL")
    )


def _staff() -> None:
    op.create_table(
        "staff",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("login", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("roles", sa.ARRAY(sa.Text), nullable=False),
        sa.Column("password_hash", sa.Text),
        sa.Column("totp_secret", sa.LargeBinary),
        sa.Column("totp_step", sa.BigInteger),
        sa.Column("enrolment_hash", sa.Text),
        sa.Column("enrolment_expires_at", _moment),
        sa.Column("created_at", _moment, nullable=False),
        sa.Column("disabled_at", _moment),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("enrolment_hash"),
        sa.UniqueConstraint("login"),
    )
    op.create_table(
        "staff_authenticators",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("staff_id", sa.Uuid, nullable=False),
        sa.Column("public_key", sa.LargeBinary, nullable=False),
        sa.Column("sign_count", sa.BigInteger, nullable=False),
        sa.Column("created_at", _moment, nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_staff_authenticators_staff_id", "staff_authenticators", ["staff_id"])
    op.create_table(
        "staff_sessions",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("staff_id", sa.Uuid, nullable=False),
        sa.Column("token_hash", sa.Text, nullable=False),
        sa.Column("created_at", _moment, nullable=False),
        sa.Column("last_used_at", _moment, nullable=False),
        sa.Column("expires_at", _moment, nullable=False),
        sa.Column("ended_at", _moment),
        sa.Column("client", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("token_hash"),
    )
    op.create_index("ix_staff_sessions_staff_id", "staff_sessions", ["staff_id"])
    op.create_index("staff_sessions_age", "staff_sessions", ["expires_at"])


def _what_was_there() -> None:
    op.drop_index("sign_in_failures_age", table_name="sign_in_failures")
    op.drop_table("sign_in_failures")
    op.add_column("consents", sa.Column("account", sa.Text))
    op.add_column("consents", sa.Column("purpose", sa.Text))
    op.execute(
        "UPDATE consents SET purpose = 'personal_data', account = linked_accounts.account "
        "FROM linked_accounts WHERE linked_accounts.user_id = consents.user_id AND is_primary"
    )
    op.alter_column("consents", "account", nullable=False)
    op.alter_column("consents", "purpose", nullable=False)
    op.add_column("consents", sa.Column("withdrawn_at", _moment))
    op.create_index(
        "consents_open",
        "consents",
        ["user_id", "purpose", "version"],
        unique=True,
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )
    op.drop_constraint("consents_user_id_fkey", "consents", type_="foreignkey")
    op.add_column("linked_accounts", sa.Column("frozen_at", _moment))
    op.add_column("linked_accounts", sa.Column("removed_at", _moment))
    op.create_index("linked_accounts_account", "linked_accounts", ["account"])
    op.drop_column("refresh_tokens", "forgiven")
    op.add_column("sessions", sa.Column("device_id", sa.Uuid))
    op.add_column(
        "sessions", sa.Column("method", sa.Text, server_default=sa.text("'password'"), nullable=False)
    )
    op.create_index("sessions_device", "sessions", ["device_id"])
    op.create_foreign_key(None, "sessions", "devices", ["device_id"], ["id"], ondelete="CASCADE")


def downgrade() -> None:
    raise NotImplementedError("migrations only go forward")
