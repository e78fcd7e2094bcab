"""Runs targets in chunks on several processes; a chunk is made from seed, target and number alone."""

import functools
import mmap
import multiprocessing
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from random import Random
from typing import Final

from fuzz.mutation import MAX_BYTES, Mutator
from fuzz.target import Fault, Prepared, Target, verdict

CHUNK: Final = 2_000
PATIENCE: Final = 300.0
"""Seconds without a word after which a process is given up; a fault of its last input."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some of a target's inputs."""

    target: str
    number: int
    inputs: int


@dataclass(frozen=True, slots=True)
class Found:
    """A fault, and the input that shows it."""

    target: str
    raw: bytes
    fault: Fault


@dataclass(slots=True)
class Tally:
    """What came of a target's inputs.

    Attributes:
        slowest: seconds that the slowest input took (by the clock on the wall).
        found: the shortest input of each fault.
    """

    inputs: int = 0
    accepted: int = 0
    seconds: float = 0.0
    slowest: float = 0.0
    found: dict[str, Found] = field(default_factory=dict)

    @property
    def refused(self) -> int:
        """How many inputs were refused as they should be, or showed a fault."""
        return self.inputs - self.accepted

    def add(self, other: "Tally") -> None:
        """Take in what another chunk gave."""
        self.inputs += other.inputs
        self.accepted += other.accepted
        self.seconds += other.seconds
        self.slowest = max(self.slowest, other.slowest)
        for found in other.found.values():
            self.note(found)

    def note(self, found: Found) -> None:
        """Keep a fault, by its shortest input."""
        place = f"{found.target}: {found.fault.where}"
        known = self.found.get(place)
        if known is None or len(found.raw) < len(known.raw):
            self.found[place] = found


def chunks(targets: Sequence[Target], scale: float) -> Iterator[Chunk]:
    """All chunks of a run, the dear ones (of few inputs) cut smaller."""
    for target in targets:
        left = max(1, round(target.inputs * scale))
        size = CHUNK if target.inputs >= 10 * CHUNK else CHUNK // 10
        for number in range(-(-left // size)):
            yield Chunk(target.name, number, min(size, left - number * size))


def check_seeds(name: str, prepared: Prepared) -> Tally:
    """The valid inputs are accepted; a fault where one is not, since the target would then test nothing."""
    tally = Tally()
    for raw in prepared.seeds:
        result = verdict(prepared, raw)
        if result is not True:
            fault = result or Fault("a valid input is refused", "")
            tally.note(Found(name, raw, fault))
    return tally


def run_chunk(prepared: Prepared, chunk: Chunk, seed: int, *, watch: Callable[[bytes], None] | None = None) -> Tally:
    """What came of the chunk's inputs; ``watch`` sees each before it is tried."""
    mutator = Mutator(Random(f"{seed}/{chunk.target}/{chunk.number}"), prepared.seeds, prepared.words)
    tally = Tally()
    begun = time.perf_counter()
    for _ in range(chunk.inputs):
        raw = mutator.make()
        if watch is not None:
            watch(raw)
        start = time.perf_counter()
        result = verdict(prepared, raw)
        tally.slowest = max(tally.slowest, time.perf_counter() - start)
        tally.inputs += 1
        if isinstance(result, Fault):
            tally.note(Found(chunk.target, raw, result))
        elif result:
            tally.accepted += 1
    tally.seconds = time.perf_counter() - begun
    return tally


def run(
    targets: Sequence[Target], *, seed: int, scale: float, processes: int, told: Callable[[Tally], None]
) -> dict[str, Tally]:
    """What came of every target. ``told`` hears of each chunk that is done."""
    tallies = {target.name: Tally() for target in targets}
    waiting = deque(chunks(targets, scale))
    workers = [_Worker(targets, seed) for _ in range(min(processes, len(waiting)))]
    try:
        for worker in workers:
            worker.give(waiting)
        while busy := [worker for worker in workers if worker.chunk is not None]:
            wait([worker.pipe for worker in busy], timeout=1.0)
            for worker in busy:
                done = worker.take()
                if done is not None:
                    name, tally = done
                    tallies[name].add(tally)
                    told(tally)
                    worker.give(waiting)
    finally:
        for worker in workers:
            worker.stop()
    return tallies


class _Worker:
    """A process that runs one chunk after the other; when it dies, its last input is known, and it is begun anew."""

    def __init__(self, targets: Sequence[Target], seed: int) -> None:
        self._targets, self._seed = targets, seed
        self.chunk: Chunk | None = None
        self._start()

    def _start(self) -> None:
        context = multiprocessing.get_context("fork")
        self._last = mmap.mmap(-1, MAX_BYTES + 8)
        self.pipe, theirs = context.Pipe()
        self._process = context.Process(
            target=_serve, args=(self._targets, self._seed, theirs, self._last), daemon=True
        )
        self._process.start()
        theirs.close()
        self._heard = time.monotonic()

    def give(self, waiting: deque[Chunk]) -> None:
        """The next chunk, if there is one."""
        self.chunk = waiting.popleft() if waiting else None
        if self.chunk is not None:
            self.pipe.send(self.chunk)
            self._heard = time.monotonic()

    def take(self) -> tuple[str, Tally] | None:
        """What came of the chunk, if it is done or will never be."""
        if self.chunk is None:
            return None
        name = self.chunk.target
        with suppress(EOFError, ConnectionError):
            if self.pipe.poll():
                tally: Tally = self.pipe.recv()
                return name, tally
            if self._process.is_alive() and time.monotonic() - self._heard < PATIENCE:
                return None
        self._process.kill()
        self._process.join()
        raw = self._last[8 : 8 + int.from_bytes(self._last[:8], "big")]
        fault = Fault(
            f"the process ended ({self._process.exitcode})", "the process ended, or did not answer any more\n"
        )
        tally = Tally(inputs=1)
        tally.note(Found(name, raw, fault))
        self._start()
        return name, tally

    def stop(self) -> None:
        """End the process."""
        with suppress(OSError):
            self.pipe.send(None)
        self._process.join(timeout=5)
        self._process.kill()


def _serve(targets: Sequence[Target], seed: int, pipe: Connection, last: mmap.mmap) -> None:
    by_name = {target.name: target for target in targets}

    @functools.cache
    def prepared(name: str) -> Prepared:
        return by_name[name].prepare()

    def watch(raw: bytes) -> None:
        last[: 8 + len(raw)] = len(raw).to_bytes(8, "big") + raw

    checked = set[str]()
    while True:
        chunk: Chunk | None = pipe.recv()
        if chunk is None:
            return
        ready = prepared(chunk.target)
        tally = run_chunk(ready, chunk, seed, watch=watch)
        if chunk.target not in checked:
            checked.add(chunk.target)
            tally.add(check_seeds(chunk.target, ready))
        pipe.send(tally)


__all__ = ["CHUNK", "Chunk", "Found", "Tally", "check_seeds", "chunks", "run", "run_chunk"]
