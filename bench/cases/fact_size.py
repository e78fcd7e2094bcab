"""Bytes that a fact takes in an audit's private SQLite file, keys and page overhead included."""

import hashlib
from collections.abc import Callable, Iterable

from bench.benchmark import Benchmark, Figure, Outcome, Setting, Target
from ledger.records.facts import ENTRIES, EntryFact, u32
from ledger.records.kinds.roster import COMMITMENTS, ROWS, CommitmentFact, RowFact
from ledger.records.rounds import SEATS, SeatFact
from ledger.records.view import Fact
from ledger.storage.facts import FactFile


def _hash(number: int, length: int = 32) -> bytes:
    return hashlib.shake_128(number.to_bytes(4, "big")).digest(length)


def _entry(number: int) -> Iterable[Fact]:
    return (ENTRIES.put(_hash(number), EntryFact(number, "withdraw", 2)),)


def _row(number: int) -> Iterable[Fact]:
    row = RowFact(f"member-{number:07}", _hash(number), 1_000_000)
    return (ROWS.put(_hash(number // 290) + u32(number % 290), row),)


def _hidden_row(number: int) -> Iterable[Fact]:
    C_E = _hash(number, 96)
    row = RowFact(f"member-{number:07}", _hash(number), C_E)
    return (
        ROWS.put(_hash(number // 290) + u32(number % 290), row),
        COMMITMENTS.put(C_E, CommitmentFact(number // 290)),
    )


def _seat(number: int) -> Iterable[Fact]:
    return (SEATS.put(bytes(32) + u32(number), SeatFact(1, _hash(number), number, _hash(number, 96))),)


CASES: tuple[tuple[str, Callable[[int], Iterable[Fact]], Target | None], ...] = (
    ("the fact of an entry", _entry, Target(100)),
    ("a roster row, key and public allowance", _row, Target(500)),
    ("a roster row, key and hidden allowance", _hidden_row, Target(500)),
    ("a claimed seat", _seat, None),
)


def _run(setting: Setting) -> Outcome:
    count = setting.size(100_000, 20_000)
    figures = []
    for number, (name, facts, target) in enumerate(CASES):
        path = setting.folder / f"{number}.db"
        with FactFile(path) as file:
            empty = path.stat().st_size
            for at in range(count):
                file.apply(facts(at))
            file.commit()
        figures.append(Figure(name, (path.stat().st_size - empty) / count, "bytes", target, f"of {count:,}"))
    return Outcome(tuple(figures))


BENCHMARK = Benchmark("facts in a private SQLite file", _run)
