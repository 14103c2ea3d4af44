"""Since when the register of an organization, or of the portal, says what it says."""

import sqlalchemy as sa
from alembic import op

revision = "011"
down_revision = "010"
branch_labels = None
depends_on = None

TABLE = "opendata_ua_register_mark"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("scope", sa.Text, primary_key=True),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    op.drop_table(TABLE)
