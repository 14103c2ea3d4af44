"""Which organizations were written to about a link that broke."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "012"
down_revision = "011"
branch_labels = None
depends_on = None

TABLE = "opendata_ua_link"


def upgrade() -> None:
    told = sa.Column("told", JSONB, nullable=False, server_default="[]")
    op.add_column(TABLE, told)


def downgrade() -> None:
    op.drop_column(TABLE, "told")
