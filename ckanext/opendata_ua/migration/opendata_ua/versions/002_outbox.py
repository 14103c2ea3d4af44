"""The outbox."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "002"
down_revision = "001"
branch_labels = None
depends_on = None

TABLE = "opendata_ua_outbox"
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("dedupe_key", sa.Text, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("recipient", sa.Text, nullable=False),
        sa.Column("payload", JSONB, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("unreachable", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("next_attempt", MOMENT, nullable=False, server_default=sa.func.now()),
        sa.Column("last_error", sa.Text),
        sa.Column("created", MOMENT, nullable=False, server_default=sa.func.now()),
        sa.Column("finished", MOMENT),
        sa.UniqueConstraint("dedupe_key", name=f"{TABLE}_dedupe"),
        sa.CheckConstraint(
            "state IN ('waiting', 'sent', 'dead')", name=f"{TABLE}_state"
        ),
    )
    op.create_index(
        f"{TABLE}_next",
        TABLE,
        ["next_attempt"],
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_index(
        f"{TABLE}_recipient",
        TABLE,
        ["channel", "recipient", "attempts"],
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_index(
        f"{TABLE}_closed",
        TABLE,
        ["channel"],
        postgresql_where=sa.text("state = 'waiting' AND unreachable"),
    )
    op.create_index(
        f"{TABLE}_finished",
        TABLE,
        ["finished"],
        postgresql_where=sa.text("finished IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_table(TABLE)
