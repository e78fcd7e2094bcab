"""A consistent copy of a SQLite database while the log runs."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from ledger.errors import ConflictError, NotAcceptedError, UnavailableError
from ledger.storage.store import SqlStore


def backup(store: SqlStore, target: Path) -> None:
    """Copy the database to ``target``, a file that is not there yet, by SQLite's online backup.

    The copy is one committed state, durable when this returns. Restored later it is behind the head file, and
    ``load_log`` refuses it, unless nothing has been published since.

    Raises:
        NotAcceptedError: the database is not SQLite (rule ``not-sqlite``): use ``pg_dump``.
        ConflictError: the target is there already.
        UnavailableError: it could not be written.
    """
    source = store.engines.writer.url.database
    if not store.engines.is_sqlite or source is None:
        raise NotAcceptedError("only a SQLite database is copied here: for PostgreSQL use pg_dump", rule="not-sqlite")
    fresh = target.with_name(target.name + ".new")
    if target.exists():
        raise ConflictError(f"{target} is there already", current_size=0, rule="target-exists")
    try:
        fresh.unlink(missing_ok=True)
        with closing(sqlite3.connect(source)) as reading, closing(sqlite3.connect(fresh)) as writing:
            reading.execute("PRAGMA query_only = ON")
            reading.backup(writing)  # all pages in one step: between steps a writer would make it begin anew
            # One file, complete in itself: no write-ahead log beside it that could be forgotten.
            writing.execute("PRAGMA journal_mode = DELETE")
        _fsync(fresh)
        fresh.rename(target)
        _fsync(target.parent)
    except (OSError, sqlite3.Error) as exc:
        fresh.unlink(missing_ok=True)
        raise UnavailableError(f"the backup {target} could not be written: {exc}") from exc


def _fsync(path: Path) -> None:
    if os.name == "nt" and path.is_dir():  # a folder cannot be opened there
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
