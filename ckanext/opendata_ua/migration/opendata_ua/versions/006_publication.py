"""Publications that were stopped, links for a preview, publication on a date."""

import sqlalchemy as sa
from alembic import op

revision = "006"
down_revision = "005"
branch_labels = None
depends_on = None

PUBLICATION, PREVIEW = "opendata_ua_publication", "opendata_ua_preview"
CASE = "opendata_ua_case"
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        PUBLICATION,
        sa.Column("package_id", sa.Text, primary_key=True),
        sa.Column("organization_id", sa.Text),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("name_hash", sa.Text),
        sa.Column("reason", sa.Text, nullable=False, server_default=""),
        sa.Column(
            "personal_data", sa.Boolean, nullable=False, server_default=sa.false()
        ),
        sa.Column("until", MOMENT),
        sa.Column("actor", sa.Text),
        sa.Column("since", MOMENT, nullable=False, server_default=sa.func.now()),
        sa.Column("asked", sa.Text),
        sa.Column("asked_reason", sa.Text),
        sa.Column("asked_until", MOMENT),
        sa.Column("asked_personal_data", sa.Boolean),
        sa.Column("asked_by", sa.Text),
        sa.Column("asked_at", MOMENT),
        sa.CheckConstraint(
            "state IN ('public', 'suspended', 'withdrawn')", name=f"{PUBLICATION}_state"
        ),
        sa.CheckConstraint(
            "asked IN ('suspend', 'resume', 'withdraw')", name=f"{PUBLICATION}_asked"
        ),
    )
    op.create_index(
        f"{PUBLICATION}_name",
        PUBLICATION,
        ["name_hash"],
        postgresql_where=sa.text("name_hash IS NOT NULL"),
    )
    op.create_index(
        f"{PUBLICATION}_asked_at",
        PUBLICATION,
        ["asked_at"],
        postgresql_where=sa.text("asked IS NOT NULL"),
    )
    op.create_table(
        PREVIEW,
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("package_id", sa.Text, nullable=False),
        sa.Column("token_hash", sa.Text, nullable=False, unique=True),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("created", MOMENT, nullable=False, server_default=sa.func.now()),
        sa.Column("expires", MOMENT, nullable=False),
        sa.Column("revoked", MOMENT),
    )
    op.create_index(f"{PREVIEW}_package", PREVIEW, ["package_id"])
    op.add_column(CASE, sa.Column("publish_on", MOMENT))


def downgrade() -> None:
    op.drop_column(CASE, "publish_on")
    op.drop_table(PREVIEW)
    op.drop_table(PUBLICATION)
