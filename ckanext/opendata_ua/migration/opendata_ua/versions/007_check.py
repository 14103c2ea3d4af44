"""What files are, what links lead to, and who answers for a finding."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "007"
down_revision = "006"
branch_labels = None
depends_on = None

CHECK, LINK = "opendata_ua_check", "opendata_ua_link"
ACKNOWLEDGEMENT = "opendata_ua_acknowledgement"
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        CHECK,
        sa.Column("sha256", sa.Text, primary_key=True),
        sa.Column("engine", sa.Text, primary_key=True),
        sa.Column("depth", sa.Text, nullable=False),
        sa.Column("detected", JSONB, nullable=False),
        sa.Column("finished", MOMENT, nullable=False, server_default=sa.func.now()),
        sa.CheckConstraint("depth IN ('quick', 'whole')", name=f"{CHECK}_depth"),
    )
    op.create_table(
        LINK,
        sa.Column("address_hash", sa.Text, primary_key=True),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("fault", sa.Text, nullable=False),
        sa.Column("facts", JSONB, nullable=False),
        sa.Column("sha256", sa.Text),
        sa.Column("checked", MOMENT, nullable=False, server_default=sa.func.now()),
        sa.Column("broken_since", MOMENT),
    )
    op.create_table(
        ACKNOWLEDGEMENT,
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("package_id", sa.Text, nullable=False),
        sa.Column("finding_id", sa.Text, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("ground", sa.Text, nullable=False),
        sa.Column("comment", sa.Text, nullable=False, server_default=""),
        sa.Column("person", sa.Text),
        sa.Column("created", MOMENT, nullable=False, server_default=sa.func.now()),
    )
    op.create_index(f"{ACKNOWLEDGEMENT}_package", ACKNOWLEDGEMENT, ["package_id"])


def downgrade() -> None:
    op.drop_table(ACKNOWLEDGEMENT)
    op.drop_table(LINK)
    op.drop_table(CHECK)
