"""Facts kept in memory: never longer than they are true."""

from pathlib import Path

from ledger.cli.fsck import spaces
from ledger.records.entry import parse_entry
from ledger.records.facts import CLOCK, ENTRIES, KEYS, ONE, ClockFact, EntryFact
from ledger.records.kinds.key import KeyChange
from ledger.records.kinds.roster import ROWS, RowFact
from ledger.records.kinds.withdraw import Withdraw
from ledger.records.view import Fact, FactStruct
from ledger.rules.memory import MemoryView
from ledger.submit.kept import KeptView, Memory, Standing
from ledger.submit.pool import CheckPool
from tests.records.builders import ORIGIN, key, make_entry, small_world
from tests.submit.house import House, rules_of, submitted

ROW = RowFact("ref", b"", None)


class Counting(MemoryView):
    """A view that counts what it is asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[str, bytes]] = []

    def get(self, space, key):  # type: ignore[no-untyped-def]
        self.asked.append((space.name, key))
        return super().get(space, key)


def kept(base: MemoryView, lasting: Memory | None = None, standing: Memory | None = None) -> KeptView:
    return KeptView(base, lasting=lasting or Memory(), standing=standing or Memory())


def test_each_fact_is_read_once_and_so_is_that_there_is_none() -> None:
    base = Counting()
    base.apply([CLOCK.put(ONE, ClockFact(60))])
    view = kept(base)
    for _ in range(3):
        assert view.get(CLOCK, ONE) == ClockFact(60)
        assert view.get(KEYS, b"k") is None
    assert base.asked == [("clock", ONE), ("key", b"k")]


def test_of_what_lasts_its_absence_is_not_kept() -> None:
    base = Counting()
    lasting = Memory()
    assert kept(base, lasting).get(ROWS, b"r") is None
    base.apply([ROWS.put(b"r", ROW)])
    for _ in range(2):
        assert kept(base, lasting).get(ROWS, b"r") == ROW
    assert base.asked == [("row", b"r")] * 2
    assert list(kept(base, lasting).scan(ROWS)) == [(b"r", ROW)]


def test_a_memory_forgets_what_was_not_asked_for_again() -> None:
    memory = Memory(limit=2)
    for name in (b"a", b"b", b"c"):
        memory.put("s", name, ClockFact(1))
    assert memory.get("s", b"a") == ClockFact(1)  # moves into the young generation with c
    memory.put("s", b"d", None)
    found = [isinstance(memory.get("s", name), FactStruct) for name in (b"a", b"b", b"c", b"d")]
    assert found == [True, False, True, False]
    assert memory.get("s", b"d") is None
    assert memory.get("s", b"b") is not None  # not None, which would say that nothing stands there: unknown


def _told(standing: Standing, size: int) -> object:
    return standing.at(size).get("entry", b"leaf")


def test_the_writer_keeps_what_it_wrote_once_it_is_committed_and_not_before() -> None:
    facts: tuple[Fact, ...] = (ENTRIES.put(b"leaf", EntryFact(7, "clock", -1)),)
    standing = Standing()
    standing.at(7).put("entry", b"leaf", None)
    standing.written(8, facts)
    assert _told(standing, 7) is None  # rolled back: the log begins where it began, and nothing of it is there
    standing.written(8, facts)
    assert _told(standing, 8) == EntryFact(7, "clock", -1)
    assert _told(standing, 8) == EntryFact(7, "clock", -1)  # a batch of which nothing entered
    standing.written(9, ())
    assert not isinstance(_told(standing, 12), FactStruct)  # whose entries are those? nothing is known
    assert _told(standing, 12) is not None


def test_a_key_that_was_revoked_a_moment_ago_signs_nothing(house: House) -> None:
    """Also within one submission, where the key was read as valid for the claim before."""
    world, rnd = small_world()
    house.accept(submitted(world.entries))
    revoke = make_entry("key", KeyChange(action="revoke", key=rnd.council.key.public), rnd.council.key)
    first, second, third = (world.claim_entry(rnd, row) for row in range(3))
    assert rules_of(house.submit(first, revoke, second)) == ["new", "new", "revoked-key"]
    assert rules_of(house.submit(third)) == ["revoked-key"]


def test_a_refusal_is_true_of_the_log_as_it_is_or_the_writer_stops(house: House, folder: Path, pool: CheckPool) -> None:
    """Another process has written; what this one remembers is of a log that is past."""
    world, rnd = small_world()
    house.accept(submitted(world.entries))
    mine, theirs = world.claim_entry(rnd, 0, (1, 1)), world.claim_entry(rnd, 0, (2, 1))
    assert rules_of(house.submit(world.claim_entry(rnd, 0, seq=2))) == ["stale-sequence"]  # it has read the empty seat
    with House(folder, house.url, pool, house.clock) as other:
        other.accept([theirs])
        seat = parse_entry(theirs, origin=ORIGIN)
        withdrawal = Withdraw(claim=seat.leaf, round=rnd.leaf, row=0)
        late = make_entry("withdraw", withdrawal, key("Ada"))
        assert rules_of(house.submit(late)) == ["second-writer"]  # not wrong-claim, as it would seem from here
        assert rules_of(other.submit(late, mine)) == ["new", "stale-sequence"]


def test_facts_that_were_computed_anew_beside_the_server_are_noticed(house: House) -> None:
    """What it remembers of the wrong ones must not let a second first claim of a row in."""
    world, rnd = small_world()
    house.accept([*submitted(world.entries), world.claim_entry(rnd, 0)])
    right = list(house.store.scan_facts("seat", b""))
    key_of_seat = right[0][0]
    with house.store.begin() as transaction:
        transaction.put_facts([("seat", key_of_seat, None)])
    assert rules_of(house.submit(world.claim_entry(rnd, 0, seq=5))) == ["stale-sequence"]  # there seems to be no claim
    rows = [(space.name, key, raw) for space in spaces() for key, raw in house.store.scan_facts(space.name, b"")]
    with house.store.begin() as transaction:
        transaction.clear_facts()
        transaction.put_facts([*rows, ("seat", *right[0])])
    second = world.claim_entry(rnd, 0, (2, 1))
    assert rules_of(house.submit(second)) == ["facts-rebuilt"]
    with House(house.folder, house.url, house.pool, house.clock) as loaded:
        assert rules_of(loaded.submit(second)) == ["stale-sequence"]
