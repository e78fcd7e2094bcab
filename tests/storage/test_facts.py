"""The file of facts is a dictionary that keeps what was committed, and tells what it cannot read."""

import contextlib
import sqlite3
import stat
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.errors import MalformedError, UnavailableError
from ledger.records.facts import CLOCK, ENTRIES, ClockFact, EntryFact
from ledger.records.view import Fact
from ledger.storage.facts import FactFile


def _entry(index: int) -> EntryFact:
    return EntryFact(index, "claim", -1)


@pytest.fixture(params=["file", "temporary"])
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path | None:
    return tmp_path / "facts.db" if request.param == "file" else None


def test_facts_and_meta(path: Path | None) -> None:
    with FactFile(path) as facts:
        assert facts.get(CLOCK, b"") is None
        assert facts.get_meta("checkpoint") is None
        facts.apply([CLOCK.put(b"", ClockFact(60)), ENTRIES.put(b"b", _entry(1)), ENTRIES.put(b"a", _entry(0))])
        facts.set_meta("checkpoint", b"one")
        facts.set_meta("checkpoint", b"two")
        assert facts.get(CLOCK, b"") == ClockFact(60)
        assert list(facts.scan(ENTRIES)) == [(b"a", _entry(0)), (b"b", _entry(1))]
        facts.apply([ENTRIES.delete(b"a"), CLOCK.put(b"", ClockFact(120))])
        assert facts.get(ENTRIES, b"a") is None
        assert list(facts.scan(ENTRIES, b"b")) == [(b"b", _entry(1))]
        assert facts.get(CLOCK, b"") == ClockFact(120)
        assert facts.get_meta("checkpoint") == b"two"


def test_rollback_forgets_and_commit_keeps(path: Path | None) -> None:
    with FactFile(path) as facts:
        facts.apply([CLOCK.put(b"", ClockFact(60))])
        facts.set_meta("frontier", b"1")
        facts.commit()
        facts.apply([CLOCK.put(b"", ClockFact(120)), ENTRIES.put(b"a", _entry(0))])
        facts.set_meta("frontier", b"2")
        assert list(facts.scan(ENTRIES))  # written to SQLite by now
        facts.rollback()
        assert facts.get(CLOCK, b"") == ClockFact(60)
        assert facts.get(ENTRIES, b"a") is None
        assert facts.get_meta("frontier") == b"1"


def test_a_file_is_found_again_without_what_was_not_committed(tmp_path: Path) -> None:
    with FactFile(tmp_path / "facts.db") as facts:
        facts.apply([CLOCK.put(b"", ClockFact(60))])
        facts.set_meta("checkpoint", b"one")
        facts.commit()
        facts.apply([CLOCK.put(b"", ClockFact(120))])
    with FactFile(tmp_path / "facts.db") as facts:
        assert facts.get(CLOCK, b"") == ClockFact(60)
        assert facts.get_meta("checkpoint") == b"one"


def test_the_file_is_private(tmp_path: Path) -> None:
    path = tmp_path / "facts.db"
    path.touch(mode=0o644)
    with FactFile(path) as facts:
        facts.apply([CLOCK.put(b"", ClockFact(60))])
        facts.commit()
        for file in tmp_path.iterdir():
            assert stat.S_IMODE(file.stat().st_mode) == 0o600, file


def test_a_second_process_is_told(tmp_path: Path) -> None:
    with FactFile(tmp_path / "facts.db"), pytest.raises(UnavailableError, match="in use"):
        FactFile(tmp_path / "facts.db")


def test_bad_file_of_something_else(tmp_path: Path) -> None:
    text, other = tmp_path / "text", tmp_path / "other.db"
    text.write_bytes(b"not a database at all" * 100)
    connection = sqlite3.connect(other)
    connection.execute("CREATE TABLE facts (x)")
    connection.close()
    for path in (text, other):
        before = path.read_bytes()
        with pytest.raises(MalformedError):
            FactFile(path)
        if path is text:
            assert path.read_bytes() == before


def test_bad_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    FactFile(tmp_path / "facts.db").close()
    monkeypatch.setattr("ledger.storage.facts.FACTS_VERSION", 999)
    with pytest.raises(MalformedError) as refused:
        FactFile(tmp_path / "facts.db")
    assert refused.value.rule == "facts-version"


def test_bad_folder(tmp_path: Path) -> None:
    with pytest.raises(UnavailableError):
        FactFile(tmp_path / "none" / "facts.db")


_KEYS = st.sampled_from([b"", b"a", b"a\0", b"ab", b"b", b"\xff", b"\xff\xff"])
_STEPS = st.one_of(
    st.tuples(st.just("put"), _KEYS, st.integers(0, 9)),
    st.tuples(st.just("delete"), _KEYS, st.just(0)),
    st.tuples(st.just("get"), _KEYS, st.just(0)),
    st.tuples(st.sampled_from(["commit", "rollback", "scan"]), st.just(b"a"), st.just(0)),
)


@given(steps=st.lists(_STEPS, max_size=40), cache=st.sampled_from([1, 2, 3, 4, 1_000]))
@settings(max_examples=60, deadline=None)
def test_it_is_a_dictionary_however_small_its_cache(steps: list[tuple[str, bytes, int]], cache: int) -> None:
    now: dict[bytes, EntryFact] = {}
    kept: dict[bytes, EntryFact] = {}
    with FactFile(None, cache_facts=cache) as facts:
        for what, key, number in steps:
            if what == "put":
                now[key] = _entry(number)
                facts.apply([ENTRIES.put(key, _entry(number))])
            elif what == "delete":
                now.pop(key, None)
                facts.apply([Fact(ENTRIES, key, None)])
            elif what == "commit":
                kept = dict(now)
                facts.commit()
            elif what == "rollback":
                now = dict(kept)
                facts.rollback()
            elif what == "scan":
                assert list(facts.scan(ENTRIES, key)) == sorted((k, v) for k, v in now.items() if k.startswith(key))
            assert facts.get(ENTRIES, key) == now.get(key)
        assert dict(facts.scan(ENTRIES)) == now


def test_a_scan_goes_over_pages(path: Path | None) -> None:
    with FactFile(path) as facts:
        keys = [b"", *(i.to_bytes(2, "big") + end for i in range(1_000) for end in (b"", b"\0"))]  # one spans two pages
        facts.apply([ENTRIES.put(key, _entry(i)) for i, key in enumerate(keys)])
        assert [value.index for _, value in facts.scan(ENTRIES)] == list(range(2_001))


def test_what_fits_into_the_cache_is_written_by_commit_alone(path: Path | None) -> None:
    with FactFile(path, cache_facts=3) as facts:
        facts.apply(ENTRIES.put(key, _entry(1)) for key in (b"b", b"a", b"c"))
        assert [key for key, _ in facts.scan(ENTRIES)] == [b"a", b"b", b"c"]
        facts.apply([ENTRIES.delete(b"b")])
        assert [key for key, _ in facts.scan(ENTRIES)] == [b"a", b"c"]
        assert facts._sql.execute("SELECT * FROM facts").fetchall() == []
        facts.commit()
        assert [key for (key,) in facts._sql.execute("SELECT key FROM facts ORDER BY key")] == [b"a", b"c"]


def test_a_scan_goes_on_when_the_cache_is_full_in_the_meantime(path: Path | None) -> None:
    with FactFile(path, cache_facts=10) as facts:
        facts.apply(ENTRIES.put(b"%d" % index, _entry(index)) for index in range(10))
        scan = facts.scan(ENTRIES)
        found = [next(scan)]
        facts.apply([CLOCK.put(b"", ClockFact(60)), ENTRIES.put(b"00", _entry(10))])
        assert [*found, *scan] == [(b"%d" % index, _entry(index)) for index in range(10)]
        assert [key for key, _ in facts.scan(ENTRIES, b"0")] == [b"0", b"00"]


def test_a_disk_that_is_full(tmp_path: Path) -> None:
    with FactFile(tmp_path / "facts.db", cache_facts=100) as facts:
        facts.apply([CLOCK.put(b"", ClockFact(60))])
        facts.commit()
        facts._sql.execute("PRAGMA max_page_count = 10")
        with pytest.raises(UnavailableError, match="full"):
            facts.apply([ENTRIES.put(i.to_bytes(2, "big") * 50, _entry(i)) for i in range(2_000)])
        facts.rollback()
        assert facts.get(CLOCK, b"") == ClockFact(60)
        assert list(facts.scan(ENTRIES)) == []


DAMAGE = {
    "no msgpack": b"\xc1",
    "a text that is not UTF-8": b"\x92\x03\xa2\xff\xfe",
    "another type": b"\x92\x03\xc0",
    "a text, not bytes": "text",
    "a number": 5,
}


@pytest.mark.parametrize("value", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_fact_is_told_with_the_way_out(tmp_path: Path, value: object) -> None:
    path = tmp_path / "facts.db"
    with FactFile(path) as facts:
        facts.apply([ENTRIES.put(b"a", _entry(0))])
        facts.set_meta("frontier", b"1")
        facts.commit()
    with contextlib.closing(sqlite3.connect(path)) as sql:
        sql.execute("UPDATE facts SET value = ?", (value,))
        sql.execute("UPDATE meta SET value = ?", (value if not isinstance(value, bytes) else "text",))
        sql.commit()
    with FactFile(path) as facts:
        for read in (
            lambda: facts.get(ENTRIES, b"a"),
            lambda: list(facts.scan(ENTRIES)),
            lambda: facts.get_meta("frontier"),
        ):
            with pytest.raises(MalformedError, match=r"facts\.db is damaged: delete it, and begin anew"):
                read()


@pytest.mark.parametrize("prefix", [b"", b"\0", b"a", b"a\xff", b"\xff", b"\xff\xff", b"b"])
def test_a_scan_finds_exactly_what_begins_so(path: Path | None, prefix: bytes) -> None:
    keys = sorted([b"", b"\0", b"a", b"a\0", b"a\xff", b"a\xff\0", b"a\xff\xff", b"b", b"\xfe", b"\xff", b"\xff\xff\1"])
    with FactFile(path) as facts:
        facts.apply(ENTRIES.put(key, _entry(index)) for index, key in enumerate(keys))
        facts.apply([CLOCK.put(prefix, ClockFact(60))])  # another space, between those that match
        found = [key for key in keys if key.startswith(prefix)]
        assert [key for key, _ in facts.scan(ENTRIES, prefix)] == found
        for after in filter(None, keys):
            assert [key for key, _ in facts.scan(ENTRIES, prefix, after)] == [key for key in found if key > after]


def test_a_scan_sees_what_was_added_a_moment_before(path: Path | None) -> None:
    with FactFile(path) as facts:
        for index in range(5):
            facts.apply([ENTRIES.put(b"k%d" % index, _entry(index)), CLOCK.put(b"k", ClockFact(index))])
            assert len(list(facts.scan(ENTRIES, b"k"))) == index + 1
