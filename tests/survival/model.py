"""A council's life as a model: what has been said so far, and true and false things that could be said next."""

import copy
import functools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ClassVar

from ledger.crypto.commit import Opening
from ledger.encoding import canonical_json
from ledger.merkle.hashing import leaf_hash
from ledger.records.claiming import make_claim
from ledger.records.kinds.claim import ClaimTerms
from ledger.signing import SigningKey
from tests.records.builders import (
    ORIGIN,
    PERIOD,
    START,
    RoundHandle,
    Seat,
    World,
    key,
    make_entry,
    raw_entry,
    seed,
    sign_entry,
)
from tests.records.usual import resource_body
from tests.submit.house import submitted

ROWS = 3


@functools.cache
def claim(
    terms: ClaimTerms, quantities: tuple[int, ...], seq: int, superseded: bytes | None, seat: "SeatKey"
) -> tuple[bytes, Opening]:
    """A claim and its opening; made once, since proving takes longer than all the rest."""
    claimant = seat.member or seat.council
    statement, opening = make_claim(
        terms,
        quantities,
        key=claimant.public,
        seq=seq,
        superseded=superseded,
        seed=seed(terms.round, terms.row, quantities, seq, superseded),
        hidden=seat.hidden,
    )
    signers = {one.public: one for one in (claimant, seat.council)}
    return sign_entry(statement, "claim", tuple(signers.values())), opening


class SeatKey:
    """What a seat's claims depend on besides their terms; compared by the seat's place, not by its secrets."""

    def __init__(self, seat: Seat, council: SigningKey, row: int) -> None:
        self.member, self.hidden, self.council, self.row = seat.member, seat.hidden, council, row

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SeatKey) and other.row == self.row

    def __hash__(self) -> int:
        return hash(self.row)


@functools.cache
def _beginning(padding: int) -> tuple[World, RoundHandle]:
    world = World().found()
    council = world.council()
    roster = world.roster(council, [7] * ROWS, rule="hidden", members=["Ada"])
    rnd = world.round(council, roster, early_close=True)
    for number in range(padding):
        world.add("resource", resource_body(council, quantity=10_000 + number), council.key)
    return world, rnd


@dataclass
class Model:
    """What the log must hold, judged entry by entry by the rules as it grows.

    Attributes:
        world: judges; ``world.entries`` is the log as it was last read.
        rnd: the one round, with what each row knows of its own claims.
        waiting: for the bytes of an entry that is on its way, what changes here once it is in.
    """

    world: World
    rnd: RoundHandle
    closed: bool = False
    totalled: bool = False
    resources: int = 0
    waiting: dict[bytes, Callable[[], None]] = field(default_factory=dict)

    LASTING: ClassVar[int] = 9
    """So many of the lies are lies whatever has happened."""

    @classmethod
    def after(cls, padding: int) -> "Model":
        """A model in which the round has just been opened and so many resource entries were made."""
        return cls(*copy.deepcopy(_beginning(padding)))

    @staticmethod
    def opening(padding: int) -> list[bytes]:
        """What must be submitted to get there."""
        return submitted(_beginning(padding)[0].entries)

    def follow(self, entries: list[bytes]) -> None:
        """Take in what the log has grown by; each new entry must hold here, judged without any of the server's state.

        An entry of ours that turns up takes effect: answered, or written by a process that died before it could answer.
        """
        known = self.world.entries
        assert entries[: len(known)] == known, "the log does not begin as it did"
        for raw in entries[len(known) :]:
            self.world.accept(raw)
            effect = self.waiting.pop(raw, None)
            assert effect is not None or b'"kind":"clock"' in raw, "an entry that nobody submitted"
            if effect is not None:
                effect()

    # true things, each with its effect once it is in

    def claim(self, row: int, quantities: tuple[int, int]) -> bytes:
        seat = self.rnd.seats[row]
        terms = ClaimTerms(ORIGIN, self.rnd.leaf, row, self.rnd.body.shape(), seat.allowance)
        said = SeatKey(seat, self.rnd.council.key, row)
        raw, opening = claim(terms, quantities, seat.seq + 1, seat.live, said)

        def effect() -> None:
            seat.seq, seat.live, seat.opening = seat.seq + 1, leaf_hash(raw), opening

        return self._wait(raw, effect)

    def withdraw(self, row: int) -> bytes:
        seat = self.rnd.seats[row]

        def effect() -> None:
            seat.live = seat.opening = None

        return self._wait(self.world.withdraw_entry(self.rnd, row), effect)

    def close(self) -> bytes:
        def effect() -> None:
            self.closed = True

        return self._wait(make_entry("close", self.world.close_body(self.rnd), self.rnd.council.key), effect)

    def total(self) -> bytes:
        def effect() -> None:
            self.totalled = True

        return self._wait(make_entry("total", self.world.total_body(self.rnd), self.rnd.council.key), effect)

    def resource(self) -> bytes:
        self.resources += 1
        body = resource_body(self.rnd.council, quantity=self.resources)
        return self._wait(make_entry("resource", body, self.rnd.council.key), lambda: None)

    def _wait(self, raw: bytes, effect: Callable[[], None]) -> bytes:
        self.waiting[raw] = effect
        return raw

    # what the rules say to them just now

    @property
    def live(self) -> int:
        return sum(seat.live is not None for seat in self.rnd.seats)

    def verdict_on(self, kind: str, row: int = 0) -> str:
        """``new``, or the rule by which an entry of this kind is refused now."""
        closed = {"claim": "round-closed", "withdraw": "round-closed", "close": "already-closed"}
        if kind in closed and self.closed:
            return closed[kind]
        if kind == "withdraw" and self.rnd.seats[row].live is None:
            return "wrong-claim"
        if kind == "total":
            if not self.closed:
                return "not-closed"
            if self.totalled:
                return "already-totalled"
            if self.live < self.rnd.body.minimum:
                return "under-minimum"
        return "new"

    # false things: (entry, rule)

    def lies(self) -> list[tuple[bytes, str]]:
        seat, council = self.rnd.seats[1], self.rnd.council
        resource = make_entry("resource", resource_body(council, quantity=999_999), council.key)
        told = [
            (b"", "not-json"),
            (resource + b" ", "not-canonical"),
            (b"[" * 40 + b"]" * 40, "too-deep"),
            (make_entry("resource", resource_body(council), key("nobody")), "unknown-key"),
            (make_entry("resource", resource_body(council), council.key, origin="example.org/other"), "wrong-ledger"),
            (raw_entry("gossip", {}, council.key), "unknown-kind"),
            (raw_entry("clock", {"time": START + 100 * PERIOD}, key("the log")), "clock-submitted"),
            (self.world.entries[0], "second-ledger"),
            (resource.replace(b"999999", b"999998"), "invalid-signature"),
        ]
        if not self.closed:
            terms = ClaimTerms(ORIGIN, self.rnd.leaf, 1, self.rnd.body.shape(), seat.allowance)
            said = SeatKey(seat, council.key, 1)
            told += [
                (claim(terms, (1, 0), seat.seq + 2, seat.live, said)[0], "stale-sequence"),
                (claim(terms, (1, 0), seat.seq + 1, bytes(32), said)[0], "wrong-superseded"),
                (self._bent(claim(terms, (2, 0), seat.seq + 1, seat.live, said)[0]), "invalid-range-proof"),
            ]
        return told

    def _bent(self, raw: bytes) -> bytes:
        """The same claim, signed again, with one bit of a scalar of its proof turned over."""
        from ledger.encoding import decode_base64, encode_base64, parse_canonical_json
        from ledger.records.entry import parse_entry

        record = parse_entry(raw, origin=ORIGIN)
        statement = parse_canonical_json(record.statement, what="statement", limit=65_535)
        proof = bytearray(decode_base64(statement["body"]["proof"], what="proof"))
        proof[-1] ^= 1
        statement["body"]["proof"] = encode_base64(bytes(proof))
        return sign_entry(canonical_json(statement), "claim", (self.rnd.council.key,))
