"""The job table."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "001"
down_revision = None
branch_labels = None
depends_on = None

TABLE = "opendata_ua_job"
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("arguments", JSONB, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("run_after", MOMENT, nullable=False, server_default=sa.func.now()),
        sa.Column("lease", sa.Text),
        sa.Column("lease_until", MOMENT),
        sa.Column("last_error", sa.Text),
        sa.Column("created", MOMENT, nullable=False, server_default=sa.func.now()),
        sa.Column("finished", MOMENT),
        sa.CheckConstraint(
            "state IN ('waiting', 'running', 'done', 'dead')", name=f"{TABLE}_state"
        ),
    )
    for state in ("waiting", "running"):
        op.create_index(
            f"{TABLE}_one_{state}",
            TABLE,
            ["kind", "key"],
            unique=True,
            postgresql_where=sa.text(f"state = '{state}'"),
        )
    op.create_index(
        f"{TABLE}_next",
        TABLE,
        ["run_after"],
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_index(
        f"{TABLE}_lease",
        TABLE,
        ["lease_until"],
        postgresql_where=sa.text("state = 'running'"),
    )
    op.create_index(
        f"{TABLE}_finished",
        TABLE,
        ["finished"],
        postgresql_where=sa.text("finished IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_table(TABLE)
