"""Founding puts entry 0 in alone, can be repeated after a break, and refuses another entry 0."""

import os
from pathlib import Path

import pytest

from ledger.errors import ConflictError, InvalidSignature, LedgerError, NotAcceptedError
from ledger.log.batch import Accepted
from ledger.log.log import create_log, load_log
from ledger.records.entry import sign_entry
from ledger.records.facts import LEDGER, ONE
from ledger.storage.migrate import upgrade
from ledger.storage.store import SqlStore
from ledger.submit.found import found_ledger, ledger_statement
from tests.records.builders import FOUNDER, LOG, ORIGIN, START, key, ledger_body, make_entry


@pytest.fixture
def store(tmp_path: Path) -> SqlStore:
    url = f"sqlite:///{tmp_path / 'ledger.sqlite'}"
    upgrade(url)
    return SqlStore(url)


def found(store: SqlStore, entry: bytes, folder: Path, log: str = LOG) -> Accepted:
    return found_ledger(
        store,
        entry,
        origin=ORIGIN,
        log_key=key(log),
        head_file=folder / "head",
        randbytes=os.urandom,
        system_time=lambda: START,
    )


def test_entry_0_is_in_alone_and_says_what_was_asked_for(store: SqlStore, tmp_path: Path) -> None:
    founders = [key("b"), key("a")]
    statement = ledger_statement(
        ORIGIN, log_key=key(LOG).public, founding=[one.public for one in founders], cohort_floor=7, clock_period=30
    )
    entry = sign_entry(statement, "ledger", founders)
    accepted = found(store, entry, tmp_path)
    assert (accepted.index, accepted.new) == (0, True)
    log = load_log(store, key(LOG), ORIGIN, tmp_path / "head")
    assert log.size == 1  # no clock before entry 0, and none after it until something follows
    assert log.entry(0) == entry
    fact = store.view().get(LEDGER, ONE)
    assert fact is not None
    assert (fact.cohort_floor, fact.clock_period) == (7, 30)


def test_founding_again_finishes_what_was_begun_and_refuses_another_entry_0(store: SqlStore, tmp_path: Path) -> None:
    create_log(store, key(LOG), ORIGIN, tmp_path / "head")  # as far as a crash let it come
    entry = make_entry("ledger", ledger_body(), key(FOUNDER))
    assert found(store, entry, tmp_path).new
    assert not found(store, entry, tmp_path).new
    with pytest.raises(ConflictError) as refused:
        found(store, make_entry("ledger", ledger_body(cohort_floor=3), key(FOUNDER)), tmp_path)
    assert refused.value.rule == "log-exists"


def unsigned() -> bytes:
    return make_entry("ledger", ledger_body())


def forged() -> bytes:
    good = make_entry("ledger", ledger_body(), key(FOUNDER))
    other = make_entry("ledger", ledger_body(cohort_floor=3), key(FOUNDER))
    return good.split(b',"statement"')[0] + b',"statement"' + other.split(b',"statement"')[1]


@pytest.mark.parametrize(
    ("entry", "error", "rule"),
    [
        (unsigned(), NotAcceptedError, "missing-signature"),
        (forged(), InvalidSignature, "invalid-signature"),
        (make_entry("ledger", ledger_body(log_key=key("x").public), key(FOUNDER)), NotAcceptedError, "wrong-key"),
        (make_entry("ledger", ledger_body(), key(FOUNDER), origin="else.where"), NotAcceptedError, "wrong-ledger"),
        (make_entry("ledger", ledger_body(generators=bytes(32)), key(FOUNDER)), NotAcceptedError, "wrong-generators"),
    ],
)
def test_what_may_not_stand_at_index_0_leaves_the_database_as_it_was(
    store: SqlStore, tmp_path: Path, entry: bytes, error: type[LedgerError], rule: str
) -> None:
    with pytest.raises(error) as refused:
        found(store, entry, tmp_path)
    assert refused.value.rule == rule
    assert store.head() is None
    assert not (tmp_path / "head").exists()
