"""Entries, tiles and heads, which can only be inserted; facts.

There is no downgrade, here or later: what has been published cannot be taken back.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_INDEX = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables and the triggers."""
    op.create_table(
        "entries",
        sa.Column("entry_index", _INDEX, autoincrement=False, nullable=False),
        sa.Column("leaf", sa.LargeBinary(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("entry_index", name=op.f("pk_entries")),
        sa.UniqueConstraint("leaf", name=op.f("uq_entries_leaf")),
        sa.CheckConstraint("entry_index >= 0", name=op.f("ck_entries_index")),
    )
    op.create_table(
        "tiles",
        sa.Column("level", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("n", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hashes", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("level", "n", name=op.f("pk_tiles")),
        sa.CheckConstraint("length(hashes) = 8192", name=op.f("ck_tiles_full")),
    )
    op.create_table(
        "heads",
        sa.Column("size", _INDEX, autoincrement=False, nullable=False),
        sa.Column("previous", sa.BigInteger(), nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("size", name=op.f("pk_heads")),
        sa.UniqueConstraint("previous", name=op.f("uq_heads_previous")),
        sa.CheckConstraint("previous >= -1 AND previous < size", name=op.f("ck_heads_grows")),
    )
    op.create_table(
        "facts",
        sa.Column("space", sa.Text(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("space", "key", name=op.f("pk_facts")),
        sqlite_with_rowid=False,
    )
    if op.get_bind().dialect.name == "sqlite":
        _guard_sqlite()
    else:
        _guard_postgresql()


def _guard_sqlite() -> None:
    same = {
        "entries": "entry_index = NEW.entry_index OR leaf = NEW.leaf",
        "tiles": "level = NEW.level AND n = NEW.n",
        "heads": "size = NEW.size OR previous = NEW.previous",
    }
    for table, condition in same.items():
        for verb in ("update", "delete"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} can only be inserted into'); END"
            )
        # INSERT OR REPLACE deletes the row in its way without asking the trigger above.
        op.execute(
            f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "
            f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {condition}) "
            f"BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: {table} can only be inserted into'); END"
        )


def _guard_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% can only be inserted into', TG_TABLE_NAME; END $$"
    )
    for table in ("entries", "tiles", "heads"):
        op.execute(
            f"CREATE TRIGGER {table}_insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
