"""What moderation would have stopped while the portal only looked on."""

import sqlalchemy as sa
from alembic import op

revision = "010"
down_revision = "009"
branch_labels = None
depends_on = None

TABLE = "opendata_ua_observation"
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("package_id", sa.Text, primary_key=True),
        sa.Column("what", sa.Text, primary_key=True),
        sa.Column("rule", sa.Text, primary_key=True),
        sa.Column("organization_id", sa.Text),
        sa.Column("first_seen", MOMENT, nullable=False, server_default=sa.func.now()),
        sa.Column("last_seen", MOMENT, nullable=False, server_default=sa.func.now()),
        sa.Column("count", sa.Integer, nullable=False, server_default="1"),
    )


def downgrade() -> None:
    op.drop_table(TABLE)
