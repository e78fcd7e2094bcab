"""A member who posts and reads while others are at work, and takes nothing on trust."""

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import httpx2

from ledger.client.connection import Connection
from ledger.client.reader import LedgerReader
from ledger.client.source import HttpSource
from ledger.client.trusted import TrustedLog
from ledger.merkle.hashing import leaf_hash
from ledger.tlog.proof import verify_tlog_proof
from tests.client.publisher import log_policy
from tests.survival.load import Crowd, Writer
from tests.survival.place import Life, found_place, living
from tests.survival.witness import Witness

LONGEST_WAIT = 300.0
"""Seconds after which a load that does not end is a failure; nothing is as slow as that."""


class Member:
    """One person at her own address, who keeps no connection open."""

    def __init__(self, life: Life, writer: Writer, client: httpx2.Client) -> None:
        self._life = life
        self._writer = writer
        self._client = client
        self._trusted = TrustedLog(log_policy())
        self.turns = 0

    def turn(self) -> None:
        """Post an entry; read the checkpoint, a tile, the receipt and the entry, and see that they fit together."""
        assert self._writer.post_once(self._client, self._life.url), self._writer.refused
        posted = self._writer.answers[-1]
        for path in ("/checkpoint", "/v1/ledger", f"/tile/0/{posted.index // 256:03}.p/1", "/tile/entries/000.p/2"):
            self._get(path)
        assert self._get(f"/v1/entries/{posted.index}") == posted.raw
        receipt = self._get(f"/v1/entries/{posted.index}/receipt")
        index, _ = verify_tlog_proof(receipt, leaf_hash(posted.raw), log_policy())
        assert index == posted.index
        with Connection(self._life.url) as connection:  # all tiles to the right of what she believed
            assert LedgerReader(HttpSource(connection), self._trusted).update().size > posted.index
        self.turns += 1

    def _get(self, path: str) -> bytes:
        answer = self._client.get(f"{self._life.url}{path}")
        assert answer.status_code == 200, f"{path}: {answer.text}"
        return answer.content

    def turns_until(self, over: Callable[[], bool], at_least: int = 5) -> None:
        deadline = time.monotonic() + LONGEST_WAIT
        enough = self.turns + at_least
        while self.turns < enough or not over():
            self.turn()
            assert time.monotonic() < deadline, "the load does not end"
            time.sleep(0.05)


@contextlib.contextmanager
def peopled(folder: Path, hurry: Mapping[str, str]) -> Iterator[tuple[Life, Crowd, Member]]:
    """A server with an open round, and a member; what everybody was told is looked at once more at the end."""
    server = found_place(folder / "server")
    crowd = Crowd(rows=2, turns=0, resource_writers=1)
    with (
        living(server.folder, die=hurry) as life,
        httpx2.Client(timeout=LONGEST_WAIT, limits=httpx2.Limits(max_keepalive_connections=0)) as client,
    ):
        crowd.prepare(life.url)
        member = Member(life, crowd.writers[0], client)
        member.turns_until(lambda: True)
        yield life, crowd, member
        Witness(folder).check_url(life.url, crowd.answers, [])
        assert life.stop() == 0
        assert "internal-error" not in life.errors.read_text()
