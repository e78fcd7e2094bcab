"""What is written in one transaction is read back whole or was never written, on each database."""

import threading
from collections.abc import Callable, Iterator
from hashlib import sha256

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError

from ledger.errors import ConflictError, FatalLogError, UnavailableError
from ledger.log.ports import StoredEntry, StoredHead
from ledger.records.facts import CLOCK, ClockFact
from ledger.storage.schema import INSERT_ONLY
from ledger.storage.store import SqlStore


def _entry(text: str) -> StoredEntry:
    raw = text.encode()
    return StoredEntry(raw, sha256(b"\0" + raw).digest())


def _head(size: int) -> StoredHead:
    return StoredHead(size, sha256(b"%d" % size).digest(), b"note %d" % size)


ENTRIES = [_entry("a"), _entry("b" * 65_535), _entry("")]


@pytest.fixture
def filled(store: SqlStore) -> SqlStore:
    with store.begin() as transaction:
        transaction.compare_and_swap_head(None, _head(0))
    with store.begin() as transaction:
        transaction.compare_and_swap_head(0, _head(3))
        transaction.append(0, ENTRIES)
        transaction.put_tile(0, 0, bytes(8192))
        transaction.put_facts([("s", b"k", b"v")])
    return store


def test_an_empty_database(store: SqlStore) -> None:
    assert store.head() is None
    assert store.heads(0, 10) == []
    assert store.entries(0, 10) == []
    assert store.entry_count() == store.tile_count() == 0
    assert store.index_of(bytes(32)) is None
    with store.snapshot() as snapshot:
        assert snapshot.size == 0


def test_what_is_written_is_read(filled: SqlStore) -> None:
    assert filled.head() == _head(3)
    assert filled.heads(0, 10) == [_head(0), _head(3)]
    assert filled.heads(1, 10) == [_head(3)]
    assert filled.heads(0, 1) == [_head(0)]
    assert filled.entries(0, 3) == [entry.raw for entry in ENTRIES]
    assert filled.entries(1, 2) == [ENTRIES[1].raw]
    assert filled.leaf_hashes(1, 9) == [ENTRIES[1].leaf, ENTRIES[2].leaf]
    assert filled.full_tiles(0, 0, 2) == [bytes(8192)]
    assert filled.full_tiles(1, 0, 2) == []
    assert (filled.entry_count(), filled.tile_count()) == (3, 1)
    assert [filled.index_of(entry.leaf) for entry in ENTRIES] == [0, 1, 2]


def test_a_transaction_sees_its_own_writes(filled: SqlStore) -> None:
    fresh = _entry("fresh")
    with filled.begin() as transaction:
        transaction.append(3, [fresh])
        transaction.append(4, [])
        transaction.put_facts([("s", b"k", b"new"), ("s", b"k2", b"v2")])
        assert transaction.indices_of([fresh.leaf, ENTRIES[0].leaf, bytes(32)]) == {fresh.leaf: 3, ENTRIES[0].leaf: 0}
        assert transaction.get_fact("s", b"k") == b"new"
        assert list(transaction.scan_facts("s", b"k")) == [(b"k", b"new"), (b"k2", b"v2")]


def test_many_leaves_are_looked_up(filled: SqlStore) -> None:
    with filled.begin() as transaction:
        asked = [sha256(b"%d" % i).digest() for i in range(2_500)] + [ENTRIES[2].leaf]
        assert transaction.indices_of(asked) == {ENTRIES[2].leaf: 2}
        assert transaction.indices_of([]) == {}


def test_an_exception_rolls_everything_back(filled: SqlStore) -> None:
    with pytest.raises(ZeroDivisionError), filled.begin() as transaction:
        transaction.compare_and_swap_head(3, _head(4))
        transaction.append(3, [_entry("d")])
        transaction.put_tile(0, 1, bytes(8192))
        transaction.put_facts([("s", b"k", None), ("s", b"z", b"z")])
        raise ZeroDivisionError
    assert filled.head() == _head(3)
    assert (filled.entry_count(), filled.tile_count()) == (3, 1)
    assert list(filled.scan_facts("s", b"")) == [(b"k", b"v")]


def test_bad_swap_of_a_head_that_is_not_the_last(filled: SqlStore) -> None:
    for old in (None, 0, 2, 4):
        with pytest.raises(ConflictError) as refused, filled.begin() as transaction:
            transaction.append(3, [_entry("d")])
            transaction.compare_and_swap_head(old, _head(5))
        assert refused.value.current_size == 3
        assert refused.value.rule == "second-writer"
        assert filled.entry_count() == 3


def test_bad_swap_to_a_smaller_head(filled: SqlStore) -> None:
    with pytest.raises((ConflictError, FatalLogError)), filled.begin() as transaction:
        transaction.compare_and_swap_head(3, _head(2))
    assert filled.head() == _head(3)


def test_of_two_writers_at_once_one_wins(url: str, filled: SqlStore) -> None:
    """Both have read size 3; whoever is second waits for the first, and then loses."""
    other = SqlStore(url)
    started, lost = threading.Event(), []

    def second() -> None:
        started.set()
        try:
            with other.begin() as transaction:
                transaction.compare_and_swap_head(3, _head(4))
        except ConflictError as exc:
            lost.append(exc)

    thread = threading.Thread(target=second)
    with filled.begin() as transaction:
        transaction.compare_and_swap_head(3, _head(5))
        thread.start()
        started.wait()
        thread.join(0.2)
        assert thread.is_alive(), "the second writer did not wait for the first"
    thread.join(10)
    other.close()
    assert [error.current_size for error in lost] == [5]
    assert filled.head() == _head(5)


def _refused(store: SqlStore, statement: str) -> None:
    with pytest.raises(DBAPIError, match="can only be inserted into"), store.engines.writer.begin() as connection:
        connection.execute(text(statement))


def test_bad_change_of_what_is_only_inserted(filled: SqlStore) -> None:
    column = {"entries": "raw", "tiles": "hashes", "heads": "note"}
    for table in INSERT_ONLY:
        _refused(filled, f"DELETE FROM {table}")
        _refused(filled, f"UPDATE {table} SET {column[table]} = {column[table]}")
        if not filled.engines.is_sqlite:
            _refused(filled, f"TRUNCATE {table}")
    assert filled.entry_count() == 3
    assert filled.head() == _head(3)


def test_bad_replacement_of_what_is_only_inserted(filled: SqlStore) -> None:
    if filled.engines.is_sqlite:  # REPLACE deletes the rows in its way without asking a trigger on DELETE
        for statement in (
            "entries VALUES (0, x'00', x'00')",
            "entries SELECT 9, leaf, x'00' FROM entries WHERE entry_index = 0",
            "tiles VALUES (0, 0, zeroblob(8192))",
            "heads VALUES (3, 2, x'00', x'00')",
            "heads VALUES (7, 0, x'00', x'00')",
        ):
            _refused(filled, f"INSERT OR REPLACE INTO {statement}")
    _refused(
        filled,
        "INSERT INTO heads (size, previous, root, note) SELECT size, previous, root, note FROM heads WHERE size = 3"
        " ON CONFLICT (size) DO UPDATE SET note = excluded.note",
    )
    assert filled.entry_count() == 3
    assert filled.head() == _head(3)


def test_bad_row_that_stands_already(filled: SqlStore) -> None:
    with pytest.raises(FatalLogError), filled.begin() as transaction:
        transaction.append(2, [_entry("other")])
    with pytest.raises(FatalLogError), filled.begin() as transaction:
        transaction.append(3, [ENTRIES[0]])
    with pytest.raises(FatalLogError), filled.begin() as transaction:
        transaction.put_tile(0, 0, b"\1" * 8192)


def test_bad_tile_that_is_not_full(filled: SqlStore) -> None:
    with pytest.raises(FatalLogError), filled.begin() as transaction:
        transaction.put_tile(0, 1, bytes(8191))


def test_facts_are_put_replaced_and_deleted(store: SqlStore) -> None:
    with store.begin() as transaction:
        transaction.put_facts([("a", b"1", b"x"), ("a", b"2", b"y"), ("b", b"1", b"z"), ("a", b"1", b"later")])
        transaction.put_facts([])
    with store.begin() as transaction:
        transaction.put_facts(
            [("a", b"2", None), ("a", b"9", None), ("a", b"3", b""), ("a", b"4", b"q"), ("a", b"4", None)]
        )
    assert store.get_fact("a", b"1") == b"later"
    assert store.get_fact("a", b"2") is None
    assert store.get_fact("a", b"3") == b""
    assert store.get_fact("c", b"1") is None
    assert list(store.scan_facts("a", b"")) == [(b"1", b"later"), (b"3", b"")]
    with store.begin() as transaction:
        transaction.clear_facts()
    assert list(store.scan_facts("a", b"")) == []


def test_a_scan_goes_over_pages_in_the_order_of_bytes(store: SqlStore) -> None:
    pairs = [b"p" + i.to_bytes(2, "big") + end for i in range(1_250) for end in (b"", b"\0")]  # one spans two pages
    keys = [*pairs, b"p", b"p\xff\xff\xff", b"o\xff", b"q", b"\xff\xff"]
    with store.begin() as transaction:
        transaction.put_facts([("s", key, key) for key in keys])
    expected = sorted(key for key in keys if key.startswith(b"p"))
    assert [key for key, _ in store.scan_facts("s", b"p")] == expected
    assert list(store.scan_facts("s", b"\xff")) == [(b"\xff\xff", b"\xff\xff")]
    for after in (b"o", expected[0], expected[1_003], expected[1_003] + b"\1", expected[-1], b"q"):
        assert [key for key, _ in store.scan_facts("s", b"p", after)] == [key for key in expected if key > after]
        with store.begin() as transaction:
            assert list(transaction.scan_facts("s", b"p", after)) == list(store.scan_facts("s", b"p", after))


def test_the_view_is_typed(store: SqlStore) -> None:
    with store.begin() as transaction:
        transaction.put_facts([CLOCK.put(b"", ClockFact(60)).row()])
        assert transaction.view().get(CLOCK, b"") == ClockFact(60)
    assert store.view().get(CLOCK, b"") == ClockFact(60)
    assert list(store.view().scan(CLOCK)) == [(b"", ClockFact(60))]


def test_a_snapshot_does_not_move(filled: SqlStore) -> None:
    with filled.snapshot() as snapshot:
        assert (snapshot.size, snapshot.view.get(CLOCK, b"")) == (3, None)
        with filled.begin() as transaction:
            transaction.compare_and_swap_head(3, _head(4))
            transaction.put_facts([CLOCK.put(b"", ClockFact(60)).row()])
        assert snapshot.view.get(CLOCK, b"") is None
    with filled.snapshot() as snapshot:
        assert (snapshot.size, snapshot.view.get(CLOCK, b"")) == (4, ClockFact(60))


@pytest.fixture
def failing_commit(filled: SqlStore) -> Iterator[list[str]]:
    """A database that fails at COMMIT, before or after it took place, as the list's one word says."""
    when: list[str] = []
    dialect = filled.engines.writer.dialect
    commit = dialect.do_commit

    def do_commit(connection: object) -> None:
        if when == ["after"]:
            commit(connection)
        if when:
            raise dialect.dbapi.OperationalError("the connection was lost")
        commit(connection)

    dialect.do_commit = do_commit
    yield when
    dialect.do_commit = commit


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_commit_that_fails_leaves_the_outcome_unknown(filled: SqlStore, failing_commit: list[str], when: str) -> None:
    failing_commit.append(when)
    with pytest.raises(FatalLogError, match="unknown"), filled.begin() as transaction:
        transaction.compare_and_swap_head(3, _head(4))
    failing_commit.clear()
    assert filled.head() == _head(3 if when == "before" else 4)


def test_a_statement_that_fails_wrote_nothing_and_may_be_tried_again(filled: SqlStore) -> None:
    def fail(*_args: object) -> None:
        raise filled.engines.writer.dialect.dbapi.OperationalError("the disk is full")

    event.listen(filled.engines.writer, "before_cursor_execute", fail)
    with pytest.raises(UnavailableError), filled.begin() as transaction:
        transaction.put_facts([("s", b"k", b"new")])
    event.remove(filled.engines.writer, "before_cursor_execute", fail)
    assert filled.get_fact("s", b"k") == b"v"
    with filled.begin() as transaction:
        transaction.put_facts([("s", b"k", b"new")])
    assert filled.get_fact("s", b"k") == b"new"


@pytest.mark.parametrize("look", [lambda store: store.get_fact("s", b"k"), lambda store: store.index_of(b"l" * 32)])
def test_a_lookup_without_a_connection_is_unavailable(
    filled: SqlStore, monkeypatch: pytest.MonkeyPatch, look: Callable[[SqlStore], object]
) -> None:
    """The driver's own error, which nobody wraps on this way."""

    def fail(*_args: object) -> None:
        raise filled.engines.readers.dialect.loaded_dbapi.OperationalError("the server is gone")

    with monkeypatch.context() as gone:
        gone.setattr(type(filled.engines.readers), "raw_connection", fail)
        with pytest.raises(UnavailableError):
            look(filled)
    look(filled)


@pytest.mark.postgres
def test_a_server_that_goes_away_is_unavailable_and_comes_back(postgres_database: str) -> None:
    from ledger.storage.migrate import upgrade

    upgrade(postgres_database)
    store = SqlStore(postgres_database)
    with pytest.raises(UnavailableError), store.begin() as transaction:
        transaction.put_facts([("s", b"k", b"v")])
        with store.engines.readers.connect() as connection:
            connection.execute(
                text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid != pg_backend_pid()")
            )
        transaction.put_facts([("s", b"k2", b"v")])
    with store.begin() as transaction:
        transaction.put_facts([("s", b"k3", b"v")])
    assert list(store.scan_facts("s", b"")) == [(b"k3", b"v")]
    store.close()


@pytest.mark.postgres
def test_a_server_that_is_not_there() -> None:
    with pytest.raises(UnavailableError):
        SqlStore("postgresql://nobody@127.0.0.1:1/none")


def test_a_writer_waits_no_longer_than_the_busy_timeout(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ledger.storage.engine.BUSY_TIMEOUT_MS", 50)
    first, second = SqlStore(sqlite_url), SqlStore(sqlite_url)
    with first.begin(), pytest.raises(UnavailableError), second.begin():
        pass
    first.close()
    second.close()
