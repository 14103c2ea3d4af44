"""Proposals of readers, their history, and, apart from both, who sent them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "008"
down_revision = "007"
branch_labels = None
depends_on = None

PROPOSAL, EVENT = "opendata_ua_proposal", "opendata_ua_proposal_event"
AUTHOR = "opendata_ua_proposal_author"
RUN = "opendata_ua_proposal_purge"
MOMENT = sa.DateTime(timezone=True)


def _now(name: str) -> sa.Column:
    return sa.Column(name, MOMENT, nullable=False, server_default=sa.func.now())


def _words(name: str) -> sa.Column:
    return sa.Column(name, sa.Text, nullable=False, server_default="")


def upgrade() -> None:
    op.create_table(
        PROPOSAL,
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("package_id", sa.Text),
        sa.Column("organization_id", sa.Text),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False, server_default="1"),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("held", sa.Boolean, nullable=False),
        sa.Column("signs", JSONB, nullable=False),
        sa.Column("text_hash", sa.Text, nullable=False),
        _words("prefix_hash"),
        sa.Column("receipt_hash", sa.Text, nullable=False, unique=True),
        _now("created"),
        sa.Column("due", MOMENT, nullable=False),
        sa.Column("shown", MOMENT),
        sa.Column("answered", MOMENT),
        sa.Column("ended", MOMENT),
        _words("hidden_reason"),
        _words("answer"),
        _words("outcome"),
        sa.Column("planned_on", sa.Date),
        _words("ground"),
        _words("forwarded_to"),
        sa.Column("fixed_version", sa.Text),
        sa.Column("grown_package_id", sa.Text),
        sa.CheckConstraint(
            "state IN ('received', 'shown', 'hidden', 'answered', 'closed')",
            name=f"{PROPOSAL}_state",
        ),
    )
    op.create_index(f"{PROPOSAL}_package", PROPOSAL, ["package_id", "created"])
    op.create_index(f"{PROPOSAL}_listed", PROPOSAL, ["created", "id"])
    op.create_index(
        f"{PROPOSAL}_organization", PROPOSAL, ["organization_id", "created", "id"]
    )
    op.create_index(
        f"{PROPOSAL}_owed",
        PROPOSAL,
        ["due"],
        postgresql_where=sa.text("state IN ('received', 'shown') AND NOT held"),
    )
    op.create_index(f"{PROPOSAL}_prefix", PROPOSAL, ["prefix_hash", "created"])
    op.create_index(f"{PROPOSAL}_text", PROPOSAL, ["text_hash", "created"])
    op.create_table(
        AUTHOR,
        sa.Column(
            "proposal_id",
            sa.Text,
            sa.ForeignKey(f"{PROPOSAL}.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        _words("name"),
        _words("email"),
        _words("email_key"),
        _words("lang"),
        sa.Column("confirm_hash", sa.Text, unique=True),
        sa.Column("confirmed", MOMENT),
        _now("created"),
    )
    op.create_index(f"{AUTHOR}_email", AUTHOR, ["email_key", "created"])
    op.create_table(
        EVENT,
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column(
            "proposal_id",
            sa.Text,
            sa.ForeignKey(f"{PROPOSAL}.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("actor", sa.Text),
        _now("moment"),
        sa.Column("details", JSONB, nullable=False),
    )
    op.create_index(f"{EVENT}_proposal", EVENT, ["proposal_id", "id"])
    op.create_table(
        RUN,
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        _now("moment"),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("authors", sa.Integer, nullable=False),
        sa.Column("texts", sa.Integer, nullable=False),
    )


def downgrade() -> None:
    for table in (RUN, EVENT, AUTHOR, PROPOSAL):
        op.drop_table(table)
