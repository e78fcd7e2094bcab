"""People who post to a server from many threads, and remember every answer they got."""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import httpx2

from ledger.encoding import decode_base64
from ledger.merkle.hashing import leaf_hash
from ledger.records.kinds.withdraw import Withdraw
from tests.records.builders import CouncilHandle, RoundHandle, World, make_entry
from tests.records.usual import resource_body
from tests.submit.house import submitted
from tests.survival.place import now

JSON = {"content-type": "application/json"}


@dataclass(frozen=True)
class Answer:
    """What the server acknowledged."""

    raw: bytes
    index: int
    receipt: bytes
    new: bool


def open_ledger(rows: int) -> tuple[list[bytes], RoundHandle]:
    """The entries of a council with one open round of so many rows, to be submitted after entry 0; and the round."""
    world = World(time=now()).found()
    council = world.council()
    roster = world.roster(council, [7] * rows, rule="hidden", members=["Ada"])
    rnd = world.round(council, roster, opens=now() - 3600, closes=now() + 86_400)
    return submitted(world.entries), rnd


def resources(council: CouncilHandle, writer: int) -> Iterator[bytes]:
    """Resource entries without end, no two alike."""
    for number in range(10**9):
        body = resource_body(council, quantity=number, uncertainty=writer)
        yield make_entry("resource", body, council.key)


def changes_of_mind(rnd: RoundHandle, row: int, turns: int) -> list[bytes]:
    """One row's claims, replacements and withdrawals, each resting on the one before; made beforehand."""
    world = World()
    seat = rnd.seats[row]
    made: list[bytes] = []
    for turn in range(turns):
        if turn % 3 == 2:
            body = Withdraw(claim=seat.live or b"", round=rnd.leaf, row=row)
            made.append(make_entry("withdraw", body, seat.member or rnd.council.key))
            seat.live = None
        else:
            made.append(world.claim_entry(rnd, row, (turn % 4, 1), salt=turn))
            seat.seq, seat.live = seat.seq + 1, leaf_hash(made[-1])
    return made


@dataclass
class Writer:
    """One person: posts an entry until it is acknowledged, then the next."""

    entries: Iterator[bytes]
    answers: list[Answer] = field(default_factory=list)
    pending: bytes | None = None
    refused: list[str] = field(default_factory=list)

    def post_once(self, client: httpx2.Client, url: str) -> bool:
        """Whether the entry in hand was acknowledged. One that was refused for good is noted, and nothing follows."""
        if self.pending is None:
            self.pending = next(self.entries, None)
        if self.pending is None or self.refused:
            time.sleep(0.01)
            return False
        answer = client.post(f"{url}/v1/entries", content=self.pending, headers=JSON)
        if answer.status_code not in {200, 201}:
            if answer.status_code != 503:
                self.refused.append(f"{answer.status_code} {answer.text}")
            return False
        told = answer.json()
        assert decode_base64(told["leaf"], what="leaf") == leaf_hash(self.pending)
        self.answers.append(Answer(self.pending, told["index"], told["receipt"].encode(), answer.status_code == 201))
        self.pending = None
        return True


class Crowd:
    """All writers, and one reader who keeps every checkpoint she is shown."""

    def __init__(self, rows: int = 3, turns: int = 60, resource_writers: int = 4) -> None:
        self.first, self.round = open_ledger(rows)
        self.opening = Writer(iter(self.first))
        self.writers = [Writer(resources(self.round.council, number)) for number in range(resource_writers)]
        self.writers += [Writer(iter(changes_of_mind(self.round, row, turns))) for row in range(rows)]
        self.checkpoints: set[bytes] = set()
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []

    @property
    def answers(self) -> list[Answer]:
        return [answer for writer in (self.opening, *self.writers) for answer in writer.answers]

    @property
    def refused(self) -> list[str]:
        return [refused for writer in (self.opening, *self.writers) for refused in writer.refused]

    def prepare(self, url: str) -> None:
        """Everything before the first claim."""
        with httpx2.Client(timeout=30) as client:
            for _ in self.first:
                assert self.opening.post_once(client, url), self.refused

    def start(self, *urls: str) -> None:
        """Everybody begins, shared out over the servers, and goes on until ``stop`` or until the server has gone."""
        self._stop.clear()
        self._threads = [
            threading.Thread(target=self._post, args=(writer, urls[number % len(urls)]), daemon=True)
            for number, writer in enumerate(self.writers)
        ]
        self._threads += [threading.Thread(target=self._read, args=(url,), daemon=True) for url in urls]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(60)
            assert not thread.is_alive()

    def _post(self, writer: Writer, url: str) -> None:
        with httpx2.Client(timeout=30) as client:
            while not self._stop.is_set():
                try:
                    if not writer.post_once(client, url):
                        time.sleep(0.02)
                except httpx2.HTTPError:
                    return  # no answer: the entry stays in hand, and is posted again to the next server

    def _read(self, url: str) -> None:
        with httpx2.Client(timeout=30) as client:
            while not self._stop.is_set():
                try:
                    answer = client.get(f"{url}/checkpoint")
                except httpx2.HTTPError:
                    return
                if answer.status_code == 200:
                    self.checkpoints.add(answer.content)
                time.sleep(0.003)
