"""Whole ledgers: good ones, and one for each way in which an entry is refused."""

import json
from collections.abc import Iterator, Sequence
from typing import Any
from unittest.mock import patch

from ledger.crypto.backend import ORDER
from ledger.crypto.backends import default_backend
from ledger.crypto.group import format_scalar
from ledger.encoding import decode_base64, encode_base64
from ledger.records.kinds.claim import Claim, ClaimTerms, claim_context, claim_core
from ledger.records.kinds.key import KeyChange
from tests.audit.ledgers import good_ledger
from tests.records.builders import (
    FOUNDER,
    LOG,
    ORIGIN,
    PERIOD,
    START,
    RoundHandle,
    World,
    key,
    make_entry,
    roster_parts,
    seed,
    small_world,
    whole_world,
)
from tests.records.faults import FAULTS, TWINS
from tests.records.starts import founded, open_world, rows_of, twin_name, with_council, with_federation
from tests.records.usual import decision_entry, resource_body
from tests.records.whole import WHOLE
from vectors import example
from vectors.proving import Order, commit, prove, secret
from vectors.subjects import ledger_faults
from vectors.torsion import TORSION

Case = dict[str, Any]

TOO_LARGE = {
    "a_round_of_100001_rows",
    "entry_of_65536_bytes",
    "entry_of_65535_bytes",
    "an_entry_of_lists_in_lists",
    "a_65th_request_for_a_period",
}
"""They would fill this file. What is too long or too deep is in entries.json and canonical_json.json."""

REBUILT = {"a_hidden_allowance_in_a_second_roster", "a_withdrawn_claim_posted_again"}
"""In these, something else would be wrong first, now that proofs are checked; they are made again here."""


class Pool:
    """Every entry once."""

    def __init__(self) -> None:
        self.entries: dict[bytes, int] = {}

    def case(
        self,
        name: str,
        entries: Sequence[bytes],
        fault: tuple[int, str] | None,
        origin: str = ORIGIN,
        twin: str | None = None,
    ) -> Case:
        """A ledger as positions in the pool."""
        places = [self.entries.setdefault(raw, len(self.entries)) for raw in entries]
        index, rule = fault or (None, None)
        said: Case = {"name": name, "rule": rule, "origin": origin}
        if index is not None:
            said["index"] = index
        if twin is not None:
            said["holds_with"] = twin
        return {**said, "entries": places}


def document() -> dict[str, Any]:
    """Good ledgers, faulty last entries, faults in between."""
    pool = Pool()
    with patch.object(World, "proofs", property(lambda _: True, lambda _, __: None)):  # every proof is made and checked
        cases = [*_good(pool), *_refused(pool), *_tampered(pool), *_more(pool)]
    return {
        "spec": "entries.md, checks.md, federation.md, disclosure.md, claim.md, totals.md; audit.md step 5",
        "entries": [encode_base64(raw) for raw in pool.entries],
        "cases": cases,
    }


def _good(pool: Pool) -> Iterator[Case]:
    for rule in ("none", "public", "hidden"):
        yield pool.case(f"{rule}_allowances_to_the_total", whole_world(rule)[0].entries, None)
    yield pool.case("two_rounds_resources_and_decisions", good_ledger().entries, None)
    yield pool.case("worked", example.example().entries, None, example.ORIGIN)
    yield pool.case("entry_0_alone", founded().entries[:1], None)
    yield pool.case("rotated_and_revoked_keys", _rotated().entries, None)
    yield pool.case("closed_early_without_a_claim", _closed_early().entries, None)
    yield pool.case("torsion_in_claims_to_the_total", _torsion()[0].entries, None)
    yield pool.case("torsion_in_claims_to_the_rollup", _torsion_to_the_rollup().entries, None)
    yield pool.case("torsion_in_a_hidden_allowance", _torsion_in_a_roster().entries, None)
    yield pool.case("decision_on_a_resource", _resource().entries, None)
    for name, make in WHOLE.items():
        yield pool.case(name, make().entries, None)


def _rotated() -> World:
    world = founded()
    council = world.federation()
    child = world.council("Child", council)
    new = key("New")
    world.add("key", KeyChange(action="rotate", key=council.key.public, new=new.public), new, council.key)
    world.add("key", KeyChange(action="revoke", key=child.key.public), child.key)
    second = key("founder 2")
    world.add("key", KeyChange(action="rotate", key=key(FOUNDER).public, new=second.public), key(FOUNDER), second)
    world.add("roster", roster_parts(council.leaf, [None, None], rule="none")[0], new)
    return world


def _closed_early() -> World:
    world, council = with_council()
    rnd = world.round(council, world.roster(council), early_close=True)
    world.close(rnd)
    return world


def _resource() -> World:
    world, council = with_council()
    record = world.add("resource", resource_body(council), council.key)
    world.accept(decision_entry(world, council, adopts=(record.leaf,)))
    return world


def shifted_claim(world: World, rnd: RoundHandle, row: int, shift: bytes) -> bytes:
    """The row's first claim with a point added to its commitment before anything is hashed."""
    seat, q = rnd.seats[row], (1, 1)
    claimant = seat.member or rnd.council.key
    terms = ClaimTerms(world.origin, rnd.leaf, row, rnd.body.shape(), None)
    said: dict[str, Any] = {"key": claimant.public, "seq": 1, "superseded": None}
    own = seed("shifted", row)
    b = secret("b", own, claim_core(terms, **said), q)
    C = default_backend().add(commit(q, b) + shift)
    made = prove(terms.shape, None, claim_context(terms, **said, commitment=C), C, order=Order(q, b, own))
    body = Claim(round=rnd.leaf, row=row, commitment=C, proof=made.proof, **said)
    return make_entry("claim", body, *{k.public: k for k in (claimant, rnd.council.key)}.values())


def _torsion() -> tuple[World, RoundHandle]:
    """Two claims that are each outside of G1, and so is the sum of the close; the total opens it all the same."""
    world, rnd = small_world()
    for row in (0, 1):
        world.accept(shifted_claim(world, rnd, row, TORSION))
    blindings = [_blinding(rnd, row) for row in (0, 1)]
    world.close(rnd)
    opened = world.total_body(rnd, blinding=format_scalar(sum(blindings) % ORDER), totals=(2, 2), unclaimed=1)
    world.add("total", opened, rnd.council.key)
    return world, rnd


def _torsion_to_the_rollup() -> World:
    """One claim each of two councils, and an empty sum of a third: 2·torsion is no identity, and is cleared."""
    world, valley, councils = with_federation(3)
    rounds = [world.round(council, rows_of(world, council, 1), early_close=True) for council in councils]
    for rnd in rounds[:2]:
        world.accept(shifted_claim(world, rnd, 0, TORSION))
    blindings = [_blinding(rnd, 0) for rnd in rounds[:2]]
    for rnd in rounds:
        world.close(rnd)
    opened: dict[str, Any] = {"blinding": format_scalar(sum(blindings) % ORDER), "totals": ["2", "2"], "count": 2}
    world.rollup(valley, *rounds, **opened)
    return world


def _blinding(rnd: RoundHandle, row: int) -> int:
    """Of the first claim of the row, as :func:`shifted_claim` makes it."""
    terms = ClaimTerms(ORIGIN, rnd.leaf, row, rnd.body.shape(), None)
    claimant = rnd.seats[row].member or rnd.council.key
    core = claim_core(terms, key=claimant.public, seq=1, superseded=None)
    return secret("b", seed("shifted", row), core, (1, 1))


def _torsion_in_a_roster() -> World:
    world, council = with_council()
    body = roster_parts(council.leaf, [7, 7], rule="hidden")[0].to_json()
    first = decode_base64(body["rows"][0]["commitment"])
    body["rows"][0]["commitment"] = encode_base64(default_backend().add(first + TORSION))
    world.add("roster", body, council.key)
    return world


def _refused(pool: Pool) -> Iterator[Case]:
    """The last entry is the one that is refused; where there is a twin, it follows, and holds with its last entry."""
    for name, (rule, make) in sorted(FAULTS.items()):  # registered as modules happen to be imported
        if name not in TOO_LARGE | REBUILT:
            world, raw = make()
            twin = twin_name(name) if name in TWINS else None
            yield pool.case(name, [*world.entries, raw], (len(world.entries), rule), twin=twin)
        if name in TWINS and name not in TOO_LARGE:
            world, raw = TWINS[name]()
            world.accept(raw)
            yield pool.case(twin_name(name), world.entries, None)
    yield _reused_commitment(pool)
    yield _posted_again(pool)
    world, rnd = open_world()
    moved = shifted_claim(world, rnd, 1, b"")
    C = _field(moved, "commitment")
    forged = _with_field(moved, "commitment", default_backend().add(C + TORSION), rnd)
    last = len(world.entries)
    yield pool.case("a_claim_moved_by_torsion_afterwards", [*world.entries, forged], (last, "invalid-range-proof"))
    world, rnd = small_world()
    world.accept(shifted_claim(world, rnd, 1, TORSION))
    world.accept(shifted_claim(world, rnd, 0, b""))
    world.tick(3600)
    body = world.close_body(rnd)
    cleared = default_backend().add(body.sum + TORSION + TORSION)
    said = {**body.to_json(), "sum": encode_base64(cleared)}
    wrong = make_entry("close", said, rnd.council.key)
    yield pool.case("a_close_without_the_torsion", [*world.entries, wrong], (len(world.entries), "wrong-sum"))


def _field(raw: bytes, field: str) -> bytes:
    return decode_base64(json.loads(raw)["statement"]["body"][field])


def _with_field(raw: bytes, field: str, value: bytes, rnd: RoundHandle) -> bytes:
    body = json.loads(raw)["statement"]["body"]
    return make_entry("claim", {**body, field: encode_base64(value)}, rnd.council.key)


def _reused_commitment(pool: Pool) -> Case:
    """The same rows again, under other references: the opening is right, the commitments are not new."""
    world, council = with_council()
    first = world.roster(council, [7, 7], rule="hidden")
    body = first.body.to_json()
    for row in body["rows"]:
        row["ref"] += "-again"
    raw = make_entry("roster", body, council.key)
    return pool.case(
        "hidden_allowances_in_a_second_roster", [*world.entries, raw], (len(world.entries), "reused-commitment")
    )


def _posted_again(pool: Pool) -> Case:
    world, rnd = open_world()
    claim = world.claim(rnd, 1)
    world.withdraw(rnd, 1)
    entries = [*world.entries, claim.raw]
    return pool.case("a_withdrawn_claim_posted_again", entries, (len(world.entries), "duplicate-entry"))


def _tampered(pool: Pool) -> Iterator[Case]:
    """A good ledger with one thing changed in the middle."""
    entries = whole_world("public")[0].entries
    kinds = [_kind(raw) for raw in entries]
    claim, close = kinds.index("claim"), kinds.index("close")
    good = entries[claim]
    at = good.index(b'"sig":"') + 10
    flipped = good[:at] + (b"B" if good[at : at + 1] == b"A" else b"A") + good[at + 1 :]
    changes = {
        "a_signature_flipped_in_the_middle": (
            [*entries[:claim], flipped, *entries[claim + 1 :]],
            claim,
            "invalid-signature",
        ),
        "first_entry_left_out": (entries[1:], 0, "no-ledger"),
        "first_clock_left_out": ([entries[0], *entries[2:]], 1, "no-clock"),
        "council_left_out": ([*entries[:2], *entries[3:]], 2, "unknown-council"),
        "roster_left_out": ([*entries[:3], *entries[4:]], 3, "unknown-roster"),
        "round_left_out": ([*entries[:4], *entries[5:]], 4, "unknown-round"),
        "claims_exchanged_over_their_round": ([*entries[:4], entries[5], entries[4]], 4, "unknown-round"),
        "close_left_out": ([*entries[:close], *entries[close + 1 :]], close, "not-closed"),
        "an_entry_twice_in_a_row": ([*entries[:6], entries[5], *entries[6:]], 6, "duplicate-entry"),
        "empty_entry_in_the_middle": ([*entries[:5], b"", *entries[5:]], 5, "not-json"),
        "everything_after_the_total_again": ([*entries, *entries], len(entries), "duplicate-entry"),
    }
    for name, (changed, index, rule) in changes.items():
        yield pool.case(name, changed, (index, rule))
    other = example.entry("clock", {"time": START + PERIOD}, key(LOG), origin="example.org/other")
    yield pool.case(
        "an_entry_of_another_ledger_in_the_middle", [*entries[:5], other, *entries[5:]], (5, "wrong-ledger")
    )


def _more(pool: Pool) -> Iterator[Case]:
    for name, world in ledger_faults.good():
        yield pool.case(name, world.entries, None)
    for rule, name, world, raw in ledger_faults.refused():
        yield pool.case(name, [*world.entries, raw], (len(world.entries), rule))


def _kind(raw: bytes) -> str:
    kind: str = json.loads(raw)["statement"]["kind"]
    return kind
