"""Migrations make the tables of the schema, all or none, and tables of another version are refused."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, create_engine, inspect, text

from ledger.errors import FatalLogError, UnavailableError
from ledger.storage.engine import open_engines, parse_url
from ledger.storage.migrate import alembic_config, upgrade
from ledger.storage.schema import REVISION, metadata
from ledger.storage.store import SqlStore


def test_the_tables_are_those_of_the_schema(url: str) -> None:
    engines = open_engines(url)
    with engines.writer.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, metadata) == []
        inspector = inspect(connection)
        for table in metadata.sorted_tables:  # autogenerate does not look at these
            found = {check["name"] for check in inspector.get_check_constraints(table.name)}
            assert found == {c.name for c in table.constraints if isinstance(c, CheckConstraint)}
    engines.dispose()


def test_sqlite_tables_are_spelled_as_the_schema_spells_them(sqlite_url: str, tmp_path: Path) -> None:
    by_schema = create_engine(f"sqlite:///{tmp_path / 'schema.db'}")
    metadata.create_all(by_schema)
    by_migration = create_engine(sqlite_url)
    query = text("SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name != 'alembic_version'")
    spelled = []
    for engine in (by_schema, by_migration):
        with engine.connect() as connection:
            rows = connection.execute(query).all()
            spelled.append({(row.name, *sorted(line.strip(" ,") for line in row.sql.splitlines())) for row in rows})
        engine.dispose()
    assert spelled[0] == spelled[1]


def test_the_program_knows_the_last_migration() -> None:
    assert ScriptDirectory.from_config(alembic_config()).get_heads() == [REVISION]


def test_no_downgrade_is_offered() -> None:
    for script in ScriptDirectory.from_config(alembic_config()).walk_revisions():
        assert not hasattr(script.module, "downgrade")


def test_upgrading_twice_changes_nothing(url: str) -> None:
    upgrade(url)
    SqlStore(url).close()


@pytest.mark.postgres
def test_upgrade_from_empty_on_postgres(postgres_database: str) -> None:
    with pytest.raises(FatalLogError, match="run the migrations"):
        SqlStore(postgres_database)
    upgrade(postgres_database)
    SqlStore(postgres_database).close()


def test_a_database_without_tables_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FatalLogError) as refused:
        SqlStore(f"sqlite:///{tmp_path / 'none.db'}")
    assert refused.value.rule == "schema-version"
    assert not (tmp_path / "none.db").exists(), "looking must not make a file"


def test_tables_of_another_version_are_refused(sqlite_url: str) -> None:
    engine = create_engine(parse_url(sqlite_url))
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(FatalLogError, match="version 9999"):
        SqlStore(sqlite_url)


def test_a_migration_that_fails_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "half.db"
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE facts (x)"))  # in the way of the last table of the migration
    engine.dispose()
    with pytest.raises(UnavailableError):
        upgrade(f"sqlite:///{path}")
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        assert inspect(connection).get_table_names() == ["facts"]
    engine.dispose()
