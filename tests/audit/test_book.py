"""The book in memory does not grow with the number of resource claims, and their lines in a report grow little."""

import gc
import tracemalloc
from collections.abc import Callable
from typing import Any

from ledger.audit.book import Book
from ledger.audit.lines import PackedLines
from ledger.audit.report import ResourceLine
from ledger.records.entry import parse_entry
from ledger.records.kind import Record
from ledger.records.kinds.council import Council
from ledger.storage.facts import FactFile
from tests.audit.ledgers import resource_body
from tests.records.builders import FOUNDER, ORIGIN, key, make_entry


def council() -> Record[Any]:
    own = key("Riverside")
    body = Council(key=own.public, name="Riverside", parent=None, type="council")
    return parse_entry(make_entry("council", body, own, key(FOUNDER)), origin=ORIGIN)


def resource(number: int, by: Record[Any], supersedes: bytes | None = None) -> Record[Any]:
    body = resource_body(by.leaf, quantity=number, area=f"field {number}, " * 8 + "west", supersedes=supersedes)
    return parse_entry(make_entry("resource", body, key("Riverside")), origin=ORIGIN)


def growth(work: Callable[[], object]) -> tuple[object, int]:
    gc.collect()
    tracemalloc.start()
    kept = work()
    gc.collect()
    bytes_held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return kept, bytes_held


def test_eight_times_as_many_resources_take_no_more_memory():
    by = council()

    def held(count: int) -> int:
        records = [resource(number, by) for number in range(count)]
        with FactFile(None, cache_facts=100) as facts:
            book = Book(facts)
            book.note(by, 2)

            def work() -> None:
                for index, record in enumerate(records, start=3):
                    book.note(record, index)

            _, grown = growth(work)
            assert len(book.resources) == count
            return grown

    few = held(250)
    many = held(2_000)
    assert many < 1.5 * few + 50_000


def test_packed_lines_take_less_than_half_of_what_lines_take_and_are_the_same():
    by = council()
    with FactFile(None, cache_facts=100) as facts:
        book = Book(facts)
        book.note(by, 2)
        for number in range(500):
            book.note(resource(number, by), 3 + number)
        packed, small = growth(lambda: book.resources)
        lines, large = growth(lambda: tuple(book.resources))
    assert isinstance(packed, PackedLines)
    assert small < large / 2
    assert packed == lines
    assert packed[:1] == lines[:1]
    assert packed[-1] == lines[-1]
    assert packed != lines[:-1]
    assert (packed == 7) is False
    assert hash(packed) == hash(PackedLines(ResourceLine, lines))


def test_a_line_that_was_written_out_can_still_be_superseded():
    by = council()
    with FactFile(None, cache_facts=1) as facts:
        book = Book(facts)
        book.note(by, 2)
        old = resource(1, by)
        new = resource(2, by, supersedes=old.leaf)
        book.note(old, 3)
        book.note(new, 4)
        first, second = book.resources
    assert (first.index, first.superseded_by, second.supersedes) == (3, 4, 3)
