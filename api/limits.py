"""How much one address, and all together, may ask for: token buckets, a gate, and a budget of memory.

An address is known only as a keyed hash under a key that lives as long as the process, and only until its bucket is
full again, which is within ten minutes: a full bucket and no bucket are the same thing. Nothing is logged or stored.
"""

import contextlib
import hashlib
import ipaddress
import math
from collections import OrderedDict
from collections.abc import Callable, Iterator
from typing import Final

from api.settings import Rate
from ledger.errors import UnavailableError
from ledger.signing import RandBytes

_MAX_ADDRESSES: Final = 65_536


class Addresses:
    """Turns addresses into pseudonyms that mean nothing outside this process."""

    def __init__(self, randbytes: RandBytes) -> None:
        self._key = randbytes(32)

    def pseudonym(self, host: str) -> bytes:
        """A keyed hash of what the address's holder has."""
        return hashlib.blake2b(holder_of(host), key=self._key, digest_size=16).digest()


def holder_of(host: str) -> bytes:
    """The address; of an IPv6 address only the /64, since its holder has all of it."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host.encode()
    if isinstance(address, ipaddress.IPv6Address):
        return address.ipv4_mapped.packed if address.ipv4_mapped else address.packed[:8]
    return address.packed


class Buckets:
    """One token bucket a pseudonym. Not thread-safe: used on the event loop alone."""

    def __init__(self, rate: Rate | None, now: Callable[[], float]) -> None:
        self._rate = rate
        self._now = now
        self._buckets: OrderedDict[bytes, tuple[float, float]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._buckets)

    def take(self, pseudonym: bytes, tokens: int) -> None:
        """Take ``tokens``, or none.

        Raises:
            UnavailableError: rule ``too-many-requests``, with the seconds until there will be enough.
        """
        if self._rate is None:
            return
        now = self._now()
        self._forget(now)
        left, since = self._buckets.get(pseudonym, (float(self._rate.burst), now))
        left = min(self._rate.burst, left + (now - since) * self._rate.per_second)
        wanted = min(tokens, self._rate.burst)
        if left < wanted:
            wait = math.ceil((wanted - left) / self._rate.per_second)
            raise UnavailableError(
                f"more than {self._rate.per_second} a second (after the first {self._rate.burst}) come from one "
                f"address; try again in {wait} s",
                retry_after=max(1, wait),
                rule="too-many-requests",
            )
        self._buckets[pseudonym] = (left - wanted, now)
        self._buckets.move_to_end(pseudonym)

    def _forget(self, now: float) -> None:
        """Drop buckets last used so long ago that they are full, and the oldest when there are too many."""
        if self._rate is None:
            return
        full_after = self._rate.burst / self._rate.per_second
        while self._buckets:
            oldest = next(iter(self._buckets))
            if len(self._buckets) < _MAX_ADDRESSES and now - self._buckets[oldest][1] < full_after:
                return
            del self._buckets[oldest]


class Gate:
    """At most ``places`` at once. Who finds no place is told at once, not queued: a queue under attack only grows."""

    def __init__(self, places: int) -> None:
        self._places = places
        self.taken = 0

    @contextlib.contextmanager
    def place(self) -> Iterator[None]:
        """Hold a place.

        Raises:
            UnavailableError: rule ``overloaded``; there is none.
        """
        if self.taken >= self._places:
            raise UnavailableError(f"{self._places} requests are being worked on already; try again", rule="overloaded")
        self.taken += 1
        try:
            yield
        finally:
            self.taken -= 1


class Budget:
    """Bytes held in memory, over all requests; one address may hold a quarter of them.

    Args:
        limit: how many bytes.
        full: what is said when there is no room.
    """

    def __init__(self, limit: int, full: str = "too many submissions are being received at once; try again") -> None:
        self._limit = limit
        self._full = full
        self._held_by: dict[bytes, int] = {}
        self.held = 0

    @contextlib.contextmanager
    def share(self, pseudonym: bytes) -> Iterator["Share"]:
        """What one request holds, given back when it ends."""
        share = Share(self, pseudonym)
        try:
            yield share
        finally:
            self._release(pseudonym, share.held)

    def hold(self, pseudonym: bytes, count: int) -> None:
        """Count ``count`` more bytes as held.

        Raises:
            UnavailableError: rule ``overloaded``; there is no room for them just now.
        """
        mine = self._held_by.get(pseudonym, 0) + count
        if self.held + count > self._limit or mine > self._limit // 4:
            raise UnavailableError(self._full, rule="overloaded")
        self.held += count
        self._held_by[pseudonym] = mine

    def _release(self, pseudonym: bytes, count: int) -> None:
        self.held -= count
        mine = self._held_by.get(pseudonym, 0) - count
        if mine > 0:
            self._held_by[pseudonym] = mine
        else:
            self._held_by.pop(pseudonym, None)


class Share:
    """The bytes that one request holds of the budget."""

    def __init__(self, budget: Budget, pseudonym: bytes) -> None:
        self._budget = budget
        self._pseudonym = pseudonym
        self.held = 0

    def add(self, count: int) -> None:
        """Hold ``count`` more bytes; see :meth:`Budget.hold`."""
        self._budget.hold(self._pseudonym, count)
        self.held += count
