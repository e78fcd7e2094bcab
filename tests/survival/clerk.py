"""One council's clerk before a real server, who tries again and keeps what she is told."""

import time

import httpx2

from ledger.encoding import decode_base64
from ledger.merkle.hashing import leaf_hash
from tests.survival.load import JSON, Answer, Crowd, resources
from tests.survival.place import Life
from tests.survival.witness import Witness


class Poster:
    """One council's clerk, who posts resource entries one after another and keeps what she is told."""

    def __init__(self, witness: Witness) -> None:
        self.crowd = Crowd(rows=2, turns=0, resource_writers=0)
        self.entries = resources(self.crowd.round.council, 0)
        self.witness = witness
        self.answers: list[Answer] = []

    def open(self, life: Life) -> None:
        self.crowd.prepare(life.url)

    def post(self, life: Life, raw: bytes | None = None) -> str:
        """``new``, ``known``, or the rule of the refusal."""
        raw = next(self.entries) if raw is None else raw
        answer = httpx2.post(f"{life.url}/v1/entries", content=raw, headers=JSON, timeout=60)
        if answer.status_code in {200, 201}:
            told = answer.json()
            assert decode_base64(told["leaf"], what="leaf") == leaf_hash(raw)
            self.answers.append(Answer(raw, told["index"], told["receipt"].encode(), answer.status_code == 201))
            return "new" if answer.status_code == 201 else "known"
        assert answer.headers["content-type"] == "application/problem+json", answer.text
        rule: str = answer.json()["type"].removeprefix("urn:opentally:problem:")
        return rule

    def post_until(self, life: Life, word: tuple[str, ...], raw: bytes | None = None, patience: float = 60) -> str:
        deadline = time.monotonic() + patience
        while (said := self.post(life, raw)) not in word:
            assert life.process.poll() is None, life.errors.read_text()
            assert time.monotonic() < deadline, said
            time.sleep(0.05 if said not in {"new", "known"} else 0)
        return said

    def check(self, life: Life) -> list[bytes]:
        return self.witness.check_url(life.url, [*self.crowd.answers, *self.answers], [])


def still_readable(life: Life) -> None:
    for path in ("/checkpoint", "/healthz", "/v1/ledger", "/tile/entries/000.p/1"):
        assert httpx2.get(f"{life.url}{path}", timeout=30).status_code == 200, path
