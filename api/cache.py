"""Keeps what is dear to compute for a while in proportion to what it cost, within a bound of memory.

Whoever finds a value that is past its time and somebody at work on a fresh one is given the old value, which says at
which size of the log it stands. So a popular view of a large round costs a twentieth of one core at most.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Final, Generic, Protocol, TypeVar

_KEEP_FACTOR: Final = 20
_KEEP_AT_LEAST: Final = 0.25


class Weighted(Protocol):
    """A value that knows its weight."""

    @property
    def weight(self) -> int:
        """Bytes of memory, about."""
        ...


V = TypeVar("V", bound=Weighted)


@dataclass(slots=True)
class _Place(Generic[V]):
    lock: threading.Lock = field(default_factory=threading.Lock)
    value: V | None = None
    until: float = 0.0


class Cache(Generic[V]):
    """Values by key, the least recently asked for leaving first. Safe for threads."""

    def __init__(self, max_weight: int, now: Callable[[], float] = time.monotonic) -> None:
        self._max_weight = max_weight
        self._now = now
        self._places: OrderedDict[Hashable, _Place[V]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], V]) -> V:
        """The value kept under ``key``, or a fresh one."""
        with self._lock:
            place = self._places.setdefault(key, _Place())
            self._places.move_to_end(key)
        if place.value is not None and (self._now() < place.until or place.lock.locked()):
            return place.value
        with place.lock:
            if place.value is not None and self._now() < place.until:  # made while we waited
                return place.value
            started = self._now()
            try:
                value = make()
            except BaseException:
                if place.value is None:
                    with self._lock:
                        self._places.pop(key, None)  # a key that has no value is not worth a place
                raise
            ended = self._now()
            place.value = value
            place.until = ended + max(_KEEP_AT_LEAST, _KEEP_FACTOR * (ended - started))
        self._shed(key)
        return value

    def _shed(self, newest: Hashable) -> None:
        with self._lock:
            weight = sum(place.value.weight for place in self._places.values() if place.value is not None)
            for key in list(self._places):
                if weight <= self._max_weight:
                    return
                value = self._places[key].value
                if key != newest and value is not None:
                    weight -= value.weight
                    del self._places[key]
