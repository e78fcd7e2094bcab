"""Views: memory, rows and overlays show the same facts in the same order."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.records.facts import ENTRIES, KEYS, EntryFact, KeyFact
from ledger.records.view import OverlayView, RowView, Space, WrongFacts, end_of
from ledger.rules.memory import MemoryView

KEY = st.binary(max_size=3).map(lambda raw: bytes(b % 3 for b in raw))
CHANGES = st.lists(st.tuples(KEY, st.none() | st.integers(0, 99)), max_size=30)


class Rows:
    """Facts as rows in a dictionary, as a database would keep them."""

    def __init__(self):
        self.rows = {}

    def apply(self, facts):
        for space, key, value in (fact.row() for fact in facts):
            if value is None:
                self.rows.pop((space, key), None)
            else:
                self.rows[space, key] = value

    def get_fact(self, space, key):
        return self.rows.get((space, key))

    def scan_facts(self, space, prefix, after=b""):
        for (name, key), value in sorted(self.rows.items()):
            if name == space and key.startswith(prefix) and (not after or key > after):
                yield key, value


def changes_to_facts(changes):
    return [
        ENTRIES.delete(key) if number is None else ENTRIES.put(key, EntryFact(number, "claim", 2))
        for key, number in changes
    ]


@given(CHANGES, CHANGES, KEY, KEY)
def test_all_views_agree_with_a_dictionary(below, above, prefix, after):
    memory, rows, base = MemoryView(), Rows(), MemoryView()
    plain = {}
    for change in (below, above):
        facts = changes_to_facts(change)
        memory.apply(facts)
        list(memory.scan(ENTRIES))  # between changes the order is made, and must be kept
        rows.apply(facts)
        for fact in facts:
            plain.pop(fact.key, None)
            if fact.value is not None:
                plain[fact.key] = fact.value
    base.apply(changes_to_facts(below))
    overlay = OverlayView(base)
    overlay.apply(changes_to_facts(above))
    expected = sorted((key, value) for key, value in plain.items() if key.startswith(prefix))
    for view in (memory, RowView(rows), overlay, OverlayView(memory)):
        assert list(view.scan(ENTRIES, prefix)) == expected
        later = [(key, value) for key, value in expected if not after or key > after]
        assert list(view.scan(ENTRIES, prefix, after)) == later
        assert view.get(ENTRIES, prefix) == plain.get(prefix)
        assert list(view.scan(KEYS)) == []
    base.apply(overlay.facts())
    assert list(base.rows()) == list(memory.rows())


@given(*(st.lists(st.sampled_from([0, 254, 255]), max_size=size).map(bytes) for size in (3, 4)))
def test_the_keys_with_a_prefix_are_those_up_to_its_end(prefix, other):
    end = end_of(prefix)
    assert other.startswith(prefix) == (prefix <= other and (end is None or other < end))


def test_what_has_no_end():
    assert (end_of(b""), end_of(b"\xff\xff"), end_of(b"a\xff")) == (None, None, b"b")


def test_an_overlay_leaves_its_base_alone():
    base = MemoryView()
    overlay = OverlayView(base)
    overlay.apply([ENTRIES.put(b"a", EntryFact(0, "ledger", -1))])
    assert base.get(ENTRIES, b"a") is None
    assert overlay.get(ENTRIES, b"a") == EntryFact(0, "ledger", -1)


def test_a_fact_comes_back_as_it_was_put():
    for fact in (KeyFact("council", bytes(32), None), KeyFact("log", b"", 7)):
        space, key, value = KEYS.put(b"k", fact).row()
        assert (space, key) == ("key", b"k")
        assert KEYS.decode(value) == fact
    assert KEYS.delete(b"k").row() == ("key", b"k", None)


def test_a_fact_of_another_space_is_a_bug_and_is_told():
    view = MemoryView()
    view.apply([Space("key", EntryFact).put(b"k", EntryFact(0, "ledger", -1))])
    with pytest.raises(AssertionError, match="bad math in the facts"):
        view.get(KEYS, b"k")


def test_facts_do_not_change():
    with pytest.raises(AttributeError):
        EntryFact(0, "ledger", -1).index = 1
    assert msgspec.msgpack.encode(EntryFact(3, "claim", 2)) == b"\x93\x03\xa5claim\x02"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xc1",
        b"\x93\x03",
        b"\x93\x03\xa2\xff\xfe\x02",
        b"\x93\x03\xc0\x02",
        b"\x93\x03\xa5claim\x02\x00",
        b"\x03",
    ],
)
def test_bytes_that_are_no_fact_are_told_as_such(raw):
    with pytest.raises(WrongFacts):
        ENTRIES.decode(raw)
