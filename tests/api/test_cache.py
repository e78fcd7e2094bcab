"""A value is kept as long as it was dear to make, and nobody waits for a fresh one who can have the old."""

import threading
from dataclasses import dataclass

import pytest

from api.cache import Cache


@dataclass
class Value:
    number: int
    weight: int = 10


class Maker:
    """Counts how often it is asked, and takes its time."""

    def __init__(self, time: list[float], cost: float) -> None:
        self.time, self.cost, self.made = time, cost, 0

    def __call__(self) -> Value:
        self.made += 1
        self.time[0] += self.cost
        return Value(self.made)


def test_a_value_is_kept_twenty_times_as_long_as_it_took() -> None:
    time = [0.0]
    cache: Cache[Value] = Cache(1_000, lambda: time[0])
    make = Maker(time, 2.0)
    assert cache.get("a", make).number == 1
    time[0] += 39.9
    assert cache.get("a", make).number == 1
    time[0] += 0.2
    assert cache.get("a", make).number == 2


def test_what_fails_is_not_kept() -> None:
    cache: Cache[Value] = Cache(1_000)

    def fail() -> Value:
        raise LookupError

    for _ in range(2):
        with pytest.raises(LookupError):
            cache.get("a", fail)
    assert not cache._places


def test_the_least_recently_asked_for_leaves_when_memory_is_short() -> None:
    cache: Cache[Value] = Cache(25)
    for key in "ababc":
        cache.get(key, lambda: Value(0))
    assert list(cache._places) == ["b", "c"]
    assert cache.get("huge", lambda: Value(0, weight=100)).weight == 100  # given, though it fits nowhere
    cache.get("d", lambda: Value(0))
    assert "huge" not in cache._places


def test_while_one_makes_a_fresh_value_others_are_given_the_old_one() -> None:
    time = [0.0]
    cache: Cache[Value] = Cache(1_000, lambda: time[0])
    cache.get("a", lambda: Value(1))
    time[0] += 10
    begun, end = threading.Event(), threading.Event()

    def slow() -> Value:
        begun.set()
        end.wait(10)
        return Value(2)

    thread = threading.Thread(target=cache.get, args=("a", slow))
    thread.start()
    assert begun.wait(10)
    assert cache.get("a", lambda: Value(3)).number == 1
    end.set()
    thread.join()
    assert cache.get("a", lambda: Value(3)).number == 2
