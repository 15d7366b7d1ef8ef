"""Houses billed directly with what their meters counted, and acts about households."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "houses",
        sa.Column("house", sa.Text, nullable=False),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("direct", sa.Boolean, nullable=False),
        sa.Column("tariff_group", sa.Text, nullable=False),
        sa.Column("area_m2", sa.Numeric(precision=10, scale=2), nullable=False),
        sa.Column("common_m2", sa.Numeric(precision=10, scale=2), nullable=False),
        sa.Column("norm_kwh_m2", sa.Numeric(precision=10, scale=4)),
        sa.Column("act", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("house", "valid_from"),
    )
    op.create_table(
        "house_accounts",
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("house", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("account"),
    )
    op.create_index("house_accounts_house", "house_accounts", ["house"])
    op.create_table(
        "house_months",
        sa.Column("house", sa.Text, nullable=False),
        sa.Column("period", sa.Date, nullable=False),
        sa.Column("kwh", sa.Numeric(precision=14, scale=3)),
        sa.Column("others_kwh", sa.Numeric(precision=14, scale=3), nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("house", "period"),
    )
    op.create_table(
        "acts",
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("since", sa.Date, nullable=False),
        sa.Column("until", sa.Date),
        sa.Column("charged_in", sa.Date),
        sa.Column("act", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("account", "kind", "since"),
    )
    op.add_column("charges", sa.Column("situation", sa.Text))
    op.add_column("charges", sa.Column("common_house", JSONB))


def downgrade() -> None:
    raise NotImplementedError("migrations only go forward")
