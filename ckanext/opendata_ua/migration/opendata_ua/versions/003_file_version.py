"""Versions of files."""

import sqlalchemy as sa
from alembic import op

revision = "003"
down_revision = "002"
branch_labels = None
depends_on = None

TABLE = "opendata_ua_file_version"
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("package_id", sa.Text, nullable=False),
        sa.Column("resource_id", sa.Text, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("media_type", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("author", sa.Text),
        sa.Column("current", sa.Boolean, nullable=False),
        sa.Column("created", MOMENT, nullable=False, server_default=sa.func.now()),
        sa.Column("published", MOMENT),
        sa.CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name=f"{TABLE}_sha256"),
    )
    op.create_index(
        f"{TABLE}_one_current",
        TABLE,
        ["resource_id"],
        unique=True,
        postgresql_where=sa.text("current"),
    )
    op.create_index(f"{TABLE}_resource", TABLE, ["resource_id", "created"])
    op.create_index(f"{TABLE}_package", TABLE, ["package_id"])
    op.create_index(f"{TABLE}_sha256", TABLE, ["sha256"])


def downgrade() -> None:
    op.drop_table(TABLE)
