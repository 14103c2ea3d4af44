"""Which dataset publishes the register of an organization, to be kept up to date."""

import sqlalchemy as sa
from alembic import op

revision = "009"
down_revision = "008"
branch_labels = None
depends_on = None

TABLE = "opendata_ua_register_set"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("organization_id", sa.Text, primary_key=True),
        sa.Column("package_id", sa.Text, nullable=False, unique=True),
        sa.Column("resource_id", sa.Text, nullable=False),
        sa.Column("layout", sa.Text, nullable=False),
        sa.Column(
            "added",
            sa.DateTime(timezone=True),
            nullable=False,
            server_default=sa.func.now(),
        ),
    )


def downgrade() -> None:
    op.drop_table(TABLE)
