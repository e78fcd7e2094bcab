"""The unit P: processor time of one point in a 16,384-point ``multiexp_unchecked``, about 10 µs; and how to time.

Processor time, not time on the wall, wherever one process does the work: then a machine that others use as well gives
nearly the same figures, and the ratio to P travels between machines.
"""

import os
import secrets
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from py_arkworks_bls12381 import G1Point, Scalar

POINTS: Final = 16_384
_DISTINCT: Final = 256


def measure_unit(repeats: int) -> float:
    """P in seconds: the median of `repeats` sums."""
    points = [G1Point.hash_to_curve(number.to_bytes(2, "big"), b"bench") for number in range(_DISTINCT)]
    points *= POINTS // _DISTINCT
    scalars = [Scalar.from_be_bytes_mod_order(secrets.token_bytes(40)) for _ in points]
    return cpu_median(repeats, lambda: G1Point.multiexp_unchecked(points, scalars)) / POINTS


def cpu_median(repeats: int, run: Callable[[], object]) -> float:
    """Seconds of this process's processor time for one `run`: the median."""
    return statistics.median(_timed(time.process_time, run) for _ in range(repeats))


def wall_median(repeats: int, run: Callable[[], object]) -> float:
    """Seconds on the wall for one `run`: the median. For what several processes do together."""
    return statistics.median(_timed(time.perf_counter, run) for _ in range(repeats))


def _timed(clock: Callable[[], float], run: Callable[[], object]) -> float:
    start = clock()
    run()
    return clock() - start


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` of the values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


@contextmanager
def one_core() -> Iterator[None]:
    """Keep this process on one of its cores, where the system can."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(before)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
