"""The book in memory does not grow with the number of lines, and lines in a report grow little."""

import gc
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass

from ledger.audit import AuditReport
from ledger.audit.book import Book
from ledger.audit.lines.packed import PackedLines
from ledger.audit.lines.world import ResourceLine
from ledger.audit.report import Work
from ledger.records.entry import parse_entry
from ledger.records.kinds.clock import Clock
from ledger.records.kinds.council import Council
from ledger.storage.facts import FactFile
from tests.audit.ledgers import resource_body
from tests.records.builders import FOUNDER, LOG, ORIGIN, START, judge, key, ledger_body, make_entry

EMPTY = AuditReport(
    verdict="holds",
    source="",
    audited_at=0,
    work=Work(entries=0, entries_now=0, signatures=0, proofs=0, resumed_from=0, kinds={}, seconds=0, workers=1),
)


@dataclass
class Desk:
    """Rules and book over one file of facts, with a council in it."""

    facts: FactFile
    size: int = 0

    def __post_init__(self) -> None:
        self.book = Book(self.facts)
        own = key("Riverside")
        self.note(make_entry("ledger", ledger_body(), key(FOUNDER)))
        self.note(make_entry("clock", Clock(time=START), key(LOG)))
        council = Council(key=own.public, name="Riverside", parent=None, type="council")
        self.council = self.note(make_entry("council", council, own, key(FOUNDER)))

    def note(self, raw: bytes) -> bytes:
        record = parse_entry(raw, origin=ORIGIN)
        self.facts.apply(judge(self.facts, raw, self.size))
        self.book.note(record, self.size)
        self.size += 1
        return record.leaf

    def resource(self, number: int, supersedes: bytes | None = None) -> bytes:
        area = f"field {number}, " * 8 + "west"
        body = resource_body(self.council, quantity=number, area=area, supersedes=supersedes)
        return make_entry("resource", body, key("Riverside"))

    def lines(self) -> AuditReport:
        return self.book.tell(EMPTY)


def growth(work: Callable[[], object]) -> tuple[object, int]:
    gc.collect()
    tracemalloc.start()
    kept = work()
    gc.collect()
    bytes_held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return kept, bytes_held


def test_eight_times_as_many_resources_take_no_more_memory():
    def held(count: int) -> int:
        with FactFile(None, cache_facts=100) as facts:
            desk = Desk(facts)
            raws = [desk.resource(number) for number in range(count)]

            def work() -> None:
                for raw in raws:
                    desk.note(raw)

            _, grown = growth(work)
            assert len(desk.lines().resources) == count
            return grown

    few = held(100)
    many = held(800)
    assert many < 1.5 * few + 60_000


def test_packed_lines_take_less_than_half_of_what_lines_take_and_are_the_same():
    with FactFile(None, cache_facts=100) as facts:
        desk = Desk(facts)
        for number in range(300):
            desk.note(desk.resource(number))
        desk.lines()  # what is made once is made
        packed, small = growth(lambda: desk.lines().resources)
        lines, large = growth(lambda: tuple(desk.lines().resources))
    assert isinstance(packed, PackedLines)
    assert small < large / 2
    assert packed == lines
    assert packed[:1] == lines[:1]
    assert packed[-1] == lines[-1]
    assert packed != lines[:-1]
    assert (packed == 7) is False
    assert hash(packed) == hash(PackedLines(ResourceLine, lines))


def test_a_line_that_was_written_out_can_still_be_superseded():
    with FactFile(None, cache_facts=1) as facts:
        desk = Desk(facts)
        old = desk.note(desk.resource(1))
        desk.note(desk.resource(2, supersedes=old))
        first, second = desk.lines().resources
    assert (first.index, first.superseded_by, second.supersedes) == (3, 4, 3)
