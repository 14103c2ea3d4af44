"""Registers that were sent on a page: kept between the dry run and the drafts."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "013"
down_revision = "012"
branch_labels = None
depends_on = None

TABLE = "opendata_ua_register_import"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("organization_id", sa.Text, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("filename", sa.Text, nullable=False),
        sa.Column("lines", JSONB, nullable=False),
        sa.Column("neutralised", sa.Boolean, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("total", sa.Integer, nullable=False),
        sa.Column("done", sa.Integer, nullable=False, server_default="0"),
        sa.Column("created", sa.Integer, nullable=False, server_default="0"),
        sa.Column(
            "added",
            sa.DateTime(timezone=True),
            nullable=False,
            server_default=sa.func.now(),
        ),
        sa.Column("finished", sa.DateTime(timezone=True)),
    )
    op.create_index(f"{TABLE}_added", TABLE, ["added"])


def downgrade() -> None:
    op.drop_table(TABLE)
