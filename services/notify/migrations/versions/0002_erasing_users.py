"""Erasing users: letters that wait are found by whose they are; a sent one names nobody."""

from alembic import op

from services.chassis.schema_versions import add_version_2

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    add_version_2(op)
    op.execute("ALTER TABLE letters DROP CONSTRAINT IF EXISTS letters_state_check")
    op.create_check_constraint(
        "letters_state_check",
        "letters",
        "state IN ('queued', 'sending', 'sent', 'failed', 'expired', 'cancelled')",
    )
    op.execute("""UPDATE letters SET "user" = NULL WHERE state IN ('sent', 'failed', 'expired')""")
    op.create_index("letters_user", "letters", ["user"], postgresql_where='"user" IS NOT NULL')
