"""The ledger of worked.md, built from its names by the second prover."""

import functools
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from ledger.crypto.backend import ORDER
from ledger.crypto.generators import GENERATORS_DIGEST
from ledger.crypto.group import sum_points
from ledger.crypto.shape import Shape
from ledger.encoding import canonical_json, encode_base64
from ledger.merkle.hashing import leaf_hash
from ledger.merkle.tree import path_of, root_of
from ledger.records.entry import sign_entry
from ledger.signing import SigningKey
from ledger.tlog.checkpoint import Checkpoint, sign_checkpoint
from ledger.tlog.key import KeyType, VerifierKey
from ledger.tlog.proof import TlogProof
from vectors.claimed import Claim, named
from vectors.proving import Order, commit, secret

ORIGIN: Final = "example.com/coop"
OPENS: Final = 1_800_000_000
SHAPE: Final = Shape((2, 2), (2, 1), 4)
BASKETS: Final = ((1, 2), (3, 1))
ALLOWANCES: Final = (12, 15)
FIRST_CLAIM: Final = 5


def key(name: str) -> SigningKey:
    """The key of this name."""
    return SigningKey(named(name))


def text(raw: bytes) -> str:
    """Bytes as an entry has them."""
    return encode_base64(raw)


def entry(kind: str, body: dict[str, Any], *signers: SigningKey, origin: str = ORIGIN) -> bytes:
    """A signed entry that may say anything that is canonical JSON."""
    return sign_entry(canonical_json({"body": body, "kind": kind, "ledger": origin, "v": 1}), kind, signers)


@dataclass(frozen=True)
class WorkedClaim:
    """A claim with the messages that its core and its context are hashes of."""

    claim: Claim
    core_message: bytes
    context_message: bytes
    entry: bytes


def _message(row: int, round_leaf: bytes, body: dict[str, Any]) -> bytes:
    return canonical_json(
        {
            "M": SHAPE.M,
            "N": SHAPE.N,
            "allowance": ALLOWANCES[row],
            "generators": text(GENERATORS_DIGEST),
            "m": SHAPE.m,
            "round": text(round_leaf),
            "statement": {"body": body, "kind": "claim", "ledger": ORIGIN, "v": 1},
            "suite": "OT1",
            "widths": list(SHAPE.widths_with_slack),
        }
    )


def _claim(row: int, round_leaf: bytes, claimant: SigningKey, *signers: SigningKey) -> WorkedClaim:
    q, seed = BASKETS[row], named("claim", str(row))
    body = {"key": text(claimant.public), "round": text(round_leaf), "row": row, "seq": 1}
    core_message = _message(row, round_leaf, body)
    core = sha256(b"opentally/v1/core\0" + core_message).digest()
    order = Order(q, secret("b", seed, core, q), seed, ALLOWANCES[row])
    C = commit(q, order.blinding)
    body["commitment"] = text(C)
    context_message = _message(row, round_leaf, body)
    context = sha256(b"opentally/v1/context\0" + context_message).digest()
    claim = Claim(f"worked_entry_{FIRST_CLAIM + row}", SHAPE, ALLOWANCES[row], context, C, core, order)
    body["proof"] = text(claim.made().proof)
    return WorkedClaim(claim, core_message, context_message, entry("claim", body, *signers))


@dataclass(frozen=True)
class Example:
    """Its entries, its two claims, and the blinding that opens the sum."""

    entries: tuple[bytes, ...]
    claims: tuple[WorkedClaim, ...]
    sum: bytes
    set: bytes
    blinding: int

    @property
    def leaves(self) -> list[bytes]:
        """Leaf hashes."""
        return [leaf_hash(raw) for raw in self.entries]

    @property
    def checkpoint(self) -> bytes:
        """The signed note over all entries."""
        return sign_checkpoint(Checkpoint(ORIGIN, len(self.entries), root_of(self.leaves)), key("log"))

    def receipt(self, index: int) -> bytes:
        """The tlog-proof of an entry."""
        return TlogProof(index, path_of(self.leaves, index), self.checkpoint).encode()


LOG_VKEY: Final = VerifierKey(ORIGIN, KeyType.ED25519, key("log").public)
POLICY: Final = f"log {LOG_VKEY}\nquorum none\n"


def ledger_body(log: SigningKey) -> dict[str, Any]:
    """What entry 0 says, with this log key."""
    return {
        "clock_period": 60,
        "cohort_floor": 2,
        "founding": [text(key("founder").public)],
        "generators": text(GENERATORS_DIGEST),
        "log_key": text(log.public),
        "suite": "OT1",
    }


@functools.cache
def example() -> Example:
    """All ten entries."""
    log, founder, council, member = (key(name) for name in ("log", "founder", "council", "member"))
    entries = [entry("ledger", ledger_body(log), founder), entry("clock", {"time": OPENS}, log)]

    def say(kind: str, body: dict[str, Any], *signers: SigningKey) -> bytes:
        entries.append(entry(kind, body, *signers))
        return leaf_hash(entries[-1])

    council_body = {"key": text(council.public), "name": "Riverside", "type": "council"}
    house = text(say("council", council_body, council, founder))
    rows = [{"allowance": 12, "ref": "h-1"}, {"allowance": 15, "key": text(member.public), "ref": "h-2"}]
    roster = say("roster", {"allowance": "public", "council": house, "rows": rows}, council)
    catalogue = [
        {"code": "bread", "name": "Bread", "price": 2, "scale": 0, "unit": "loaf", "width": 2},
        {"code": "milk", "name": "Milk", "price": 1, "scale": 0, "unit": "litre", "width": 2},
    ]
    terms = {
        "allowance": {"rule": "public", "slack_width": 4},
        "catalogue": catalogue,
        "closes": OPENS + 3600,
        "council": house,
        "custody": "clerk",
        "early_close": False,
        "minimum": 2,
        "opens": OPENS,
        "period": "2027-W02",
        "rosters": [text(roster)],
        "round_no": 1,
    }
    rnd = say("round", terms, council)
    claims = (_claim(0, rnd, council, council), _claim(1, rnd, member, council, member))
    entries += [claim.entry for claim in claims]
    live = [leaf_hash(claim.entry) for claim in claims]
    total, live_set = sum_points(c.claim.commitment for c in claims), root_of([leaf_hash(leaf) for leaf in live])
    blinding = sum(c.claim.order.blinding for c in claims) % ORDER
    say("clock", {"time": OPENS + 3600}, log)
    say("close", {"count": 2, "round": text(rnd), "set": text(live_set), "sum": text(total)}, council)
    opened = {"allowances": 27, "blinding": text(blinding.to_bytes(32, "big")), "totals": [4, 3], "unclaimed": 0}
    say("total", {**opened, "round": text(rnd)}, council)
    return Example(tuple(entries), claims, total, live_set, blinding)
