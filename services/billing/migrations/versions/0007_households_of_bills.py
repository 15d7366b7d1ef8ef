"""What a bill says of its household, kept with the charge; charges made before have none."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("charges", sa.Column("household", JSONB))


def downgrade() -> None:
    raise NotImplementedError("migrations only go forward")
