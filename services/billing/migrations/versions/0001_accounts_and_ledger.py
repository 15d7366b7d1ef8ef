"""Accounts of the registry, bills, and the append-only ledger."""

import sqlalchemy as sa
from alembic import op

from services.chassis.schema_versions import create_version_1

revision = "0001"
down_revision = None

_moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    create_version_1(op)
    op.create_table(
        "accounts",
        sa.Column("account", sa.Text, primary_key=True),
        sa.Column("settlement", sa.Text, nullable=False),
        sa.Column("street", sa.Text, nullable=False),
        sa.Column("house", sa.Text, nullable=False),
        sa.Column("flat", sa.Text, nullable=False),
        sa.Column("postcode", sa.Text, nullable=False),
        sa.Column("residents", sa.Integer, nullable=False),
        sa.Column("tariff_group", sa.Text, nullable=False),
        sa.Column("area_m2", sa.Numeric(8, 2)),
        sa.Column("package_id", sa.Uuid, nullable=False),
    )
    op.create_table(
        "bills",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("period", sa.Date, nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("published_at", _moment, nullable=False),
        sa.Column("due_on", sa.Date, nullable=False),
        sa.UniqueConstraint("account", "period"),
    )
    op.create_table(
        "postings",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("debit", sa.Text, nullable=False),
        sa.Column("credit", sa.Text, nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("reverses", sa.Uuid),
        sa.Column("occurred_at", _moment, nullable=False),
        sa.Column("posted_at", _moment, nullable=False),
        sa.UniqueConstraint("source"),
        sa.CheckConstraint("amount > 0"),
        sa.CheckConstraint("debit <> credit"),
    )
    op.create_index("postings_account", "postings", ["account", "occurred_at"])
    op.create_table(
        "registry_packages",
        sa.Column("package_id", sa.Uuid, primary_key=True),
        sa.Column("as_of", sa.Date, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("accounts", sa.Integer, nullable=False),
        sa.Column("rejected", sa.Integer, nullable=False),
        sa.Column("loaded_at", _moment, nullable=False),
    )
    _append_only("postings")


def _append_only(table: str) -> None:
    op.execute(
        """
        CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION 'the ledger is append-only'; END $$
        """
    )
    op.execute(
        f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    op.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM CURRENT_USER")


def downgrade() -> None:
    raise NotImplementedError("migrations only go forward")
