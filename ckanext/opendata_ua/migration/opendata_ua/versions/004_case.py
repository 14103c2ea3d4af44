"""Reviews of datasets and their history, which only grows."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "004"
down_revision = "003"
branch_labels = None
depends_on = None

CASE, EVENT = "opendata_ua_case", "opendata_ua_case_event"
MOMENT = sa.DateTime(timezone=True)

# there is one way to take personal data out of a comment, and none to change the rest
GUARDED = (
    """
    CREATE OR REPLACE FUNCTION opendata_ua_case_event_guard() RETURNS trigger
    LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'UPDATE'
           AND current_setting('opendata_ua.redacting', true) = 'yes'
           AND (to_jsonb(NEW) - 'comment' - 'details')
               = (to_jsonb(OLD) - 'comment' - 'details')
        THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'The history of reviews only grows';
    END $$
    """,
    """
    CREATE TRIGGER opendata_ua_case_event_guard
    BEFORE UPDATE OR DELETE ON opendata_ua_case_event
    FOR EACH ROW EXECUTE FUNCTION opendata_ua_case_event_guard()
    """,
)
REDACTING = """
    CREATE OR REPLACE FUNCTION
        opendata_ua_case_event_redact(event bigint, who text, why text)
    RETURNS void LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM set_config('opendata_ua.redacting', 'yes', true);
        UPDATE opendata_ua_case_event
           SET comment = '',
               details = jsonb_build_object(
                   'redacted', now(), 'redacted_by', who, 'redacted_why', why)
         WHERE id = event;
        PERFORM set_config('opendata_ua.redacting', 'no', true);
    END $$
    """


def upgrade() -> None:
    op.create_table(
        CASE,
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("package_id", sa.Text, nullable=False),
        sa.Column("change_id", sa.Text),
        sa.Column("organization_id", sa.Text),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("content_hash", sa.Text, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("moderator", sa.Text),
        sa.Column("self_control", sa.Boolean, nullable=False),
        sa.Column("opened", MOMENT, nullable=False, server_default=sa.func.now()),
        sa.Column("submitted", MOMENT),
        sa.Column("due", MOMENT),
        sa.Column("decided", MOMENT),
        sa.Column("applied", MOMENT),
        sa.CheckConstraint(
            "state IN ('submitted', 'withdrawn', 'returned', 'approved', 'applied', "
            "'rejected')",
            name=f"{CASE}_state",
        ),
    )
    op.create_index(
        f"{CASE}_one_open",
        CASE,
        ["package_id"],
        unique=True,
        postgresql_where=sa.text(
            "state IN ('submitted', 'withdrawn', 'returned', 'approved')"
        ),
    )
    op.create_index(f"{CASE}_package", CASE, ["package_id", "opened"])
    op.create_index(
        f"{CASE}_queue",
        CASE,
        ["due", "id"],
        postgresql_where=sa.text("state = 'submitted'"),
    )
    op.create_index(f"{CASE}_organization", CASE, ["organization_id", "state"])
    op.create_table(
        EVENT,
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("case_id", sa.Text, sa.ForeignKey(f"{CASE}.id"), nullable=False),
        sa.Column("package_id", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("actor", sa.Text),
        sa.Column("moment", MOMENT, nullable=False, server_default=sa.func.now()),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("case_version", sa.Integer, nullable=False),
        sa.Column("reasons", JSONB, nullable=False),
        sa.Column("comment", sa.Text, nullable=False),
        sa.Column("details", JSONB, nullable=False),
    )
    op.create_index(f"{EVENT}_package", EVENT, ["package_id", "id"])
    op.create_index(f"{EVENT}_case", EVENT, ["case_id", "id"])
    for statement in (*GUARDED, REDACTING):
        op.execute(statement)


def downgrade() -> None:
    op.drop_table(EVENT)
    op.execute("DROP FUNCTION opendata_ua_case_event_redact(bigint, text, text)")
    op.execute("DROP FUNCTION opendata_ua_case_event_guard()")
    op.drop_table(CASE)
