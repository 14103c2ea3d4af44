"""Who moderates what."""

import sqlalchemy as sa
from alembic import op

revision = "005"
down_revision = "004"
branch_labels = None
depends_on = None

TABLE = "opendata_ua_moderator"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("user_id", sa.Text, nullable=False),
        sa.Column("organization_id", sa.Text),
        sa.Column(
            "added",
            sa.DateTime(timezone=True),
            nullable=False,
            server_default=sa.func.now(),
        ),
    )
    op.create_index(
        f"{TABLE}_once",
        TABLE,
        ["user_id", sa.text("coalesce(organization_id, '')")],
        unique=True,
    )


def downgrade() -> None:
    op.drop_table(TABLE)
