"""Changes to a SQLite database that the store itself would never make: the triggers are taken away first."""

import sqlite3
from contextlib import closing
from pathlib import Path


def damage(database: Path, *statements: str) -> None:
    """Run ``statements`` on the database behind its back."""
    with closing(sqlite3.connect(database)) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            assert connection.execute(statement).rowcount != 0, statement
        connection.commit()
