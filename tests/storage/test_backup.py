"""A database in use is copied whole, and never over something that is there."""

from pathlib import Path

import pytest

from ledger.errors import ConflictError, NotAcceptedError, UnavailableError
from ledger.storage.backup import backup
from ledger.storage.migrate import upgrade
from ledger.storage.store import SqlStore


def test_a_copy_of_a_database_in_use(sqlite_url: str, tmp_path: Path) -> None:
    store = SqlStore(sqlite_url)
    with store.begin() as transaction:
        transaction.put_facts([("s", b"k", b"committed")])
    with store.begin() as transaction:
        transaction.put_facts([("s", b"k", b"in the middle of being written")])
        backup(store, tmp_path / "copy.db")
    assert not list(tmp_path.glob("copy.db?*")), "nothing beside the copy belongs to it"
    copy = SqlStore(f"sqlite:///{tmp_path / 'copy.db'}")
    assert copy.get_fact("s", b"k") == b"committed"
    copy.close()
    store.close()


def test_bad_target(sqlite_url: str, tmp_path: Path) -> None:
    store = SqlStore(sqlite_url)
    (tmp_path / "there").write_bytes(b"precious")
    with pytest.raises(ConflictError):
        backup(store, tmp_path / "there")
    assert (tmp_path / "there").read_bytes() == b"precious"
    with pytest.raises(UnavailableError):
        backup(store, tmp_path / "nowhere" / "copy.db")
    store.close()


@pytest.mark.postgres
def test_bad_kind_of_database(postgres_database: str, tmp_path: Path) -> None:
    upgrade(postgres_database)
    store = SqlStore(postgres_database)
    with pytest.raises(NotAcceptedError, match="pg_dump"):
        backup(store, tmp_path / "copy.db")
    store.close()
