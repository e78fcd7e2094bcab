"""More ledgers: the steps of entries.md that no other ledger breaks, which step comes first, and what is allowed."""

from collections.abc import Iterator
from typing import Any

from ledger.crypto.backends import default_backend
from ledger.encoding import encode_base64
from ledger.merkle.hashing import leaf_hash
from ledger.records.entry import parse_entry
from ledger.records.kinds.claim import ClaimTerms
from ledger.records.kinds.key import KeyChange
from ledger.records.kinds.round import AllowanceRule
from tests.records.builders import (
    FOUNDER,
    LOG,
    OPENS,
    START,
    CouncilHandle,
    RoundHandle,
    World,
    key,
    ledger_body,
    make_entry,
    raw_entry,
    roster_parts,
    round_body,
    small_world,
)
from tests.records.starts import closed_world, founded, open_world, with_council
from tests.records.usual import council_entry, decision_entry, resource_body
from vectors.torsion import TORSION

Refused = tuple[str, str, World, bytes]


def revoke(world: World, council: CouncilHandle, by: str | None = None) -> None:
    """The council has no key any more."""
    world.add("key", KeyChange(action="revoke", key=council.key.public), council.key if by is None else key(by))


def good() -> Iterator[tuple[str, World]]:
    """What the steps allow beside the ways that everybody goes."""
    world, council, child = _orphan()
    world.add("key", KeyChange(action="rotate", key=child.key.public, new=key("New").public), child.key, key("New"))
    yield "child_of_a_revoked_parent_rotates_by_itself", world
    world, council = with_council()
    rnd = world.round(council, world.roster(council), early_close=True, opens=START + 600)
    world.close(rnd)
    yield "closed_before_it_opened", world
    world, council = with_council()
    allowance = AllowanceRule(rule="public", slack_width=0)
    world.round(council, world.roster(council, [2**40, 0], rule="public"), allowance=allowance)
    yield "slack_width_of_0", world
    world, rnd = small_world()
    new = key("New")
    world.add("key", KeyChange(action="rotate", key=rnd.council.key.public, new=new.public), rnd.council.key, new)
    world.claim(RoundHandle(rnd.leaf, rnd.body, CouncilHandle(rnd.council.leaf, new), rnd.seats), 0)
    yield "claim_under_the_council_s_new_key", world
    world, rnd = small_world()
    world.claim(rnd, 1)
    revoke(world, rnd.council)
    world.tick(3600)
    yield "claim_of_a_council_that_is_revoked_afterwards", world


def _orphan() -> tuple[World, CouncilHandle, CouncilHandle]:
    world = founded()
    council = world.federation()
    child = world.council("Child", council)
    revoke(world, council)
    return world, council, child


def refused() -> Iterator[Refused]:
    """The last entry is the one that is refused."""
    yield from _first_of_two()
    yield from _revoked()
    yield from _unknown()
    yield from _keys()
    yield from _values()


def _flipped(raw: bytes) -> bytes:
    """Another signature in the same place."""
    at = raw.index(b'"sig":"') + 10
    return raw[:at] + (b"B" if raw[at : at + 1] == b"A" else b"A") + raw[at + 1 :]


def _moved(raw: bytes, *signers: Any) -> bytes:
    """The claim, signed anew, with another commitment than its proof is for."""
    body: dict[str, Any] = parse_entry(raw, origin=None).body.to_json()
    C = parse_entry(raw, origin=None).body.commitment
    return make_entry("claim", {**body, "commitment": encode_base64(default_backend().add(C + TORSION))}, *signers)


def _first_of_two() -> Iterator[Refused]:
    """Two faults in one entry: the step that comes first gives the name."""
    world, rnd = open_world()
    nowhere = world.claim_entry(rnd, 1, terms=ClaimTerms(world.origin, bytes(32), 1, rnd.body.shape(), None))
    yield "unknown-round", "claim_badly_signed_in_a_round_nobody_knows", world, _flipped(nowhere)
    yield "unknown-round", "claim_at_index_0", World(), nowhere
    moved = _moved(world.claim_entry(rnd, 1), rnd.council.key)
    yield "invalid-signature", "claim_badly_signed_and_badly_proved", world, _flipped(moved)
    yield "invalid-signature", "clock_badly_signed_and_too_early", world, _flipped(world.entries[1])
    world.tick(3600)
    yield "invalid-range-proof", "claim_badly_proved_at_closing_time", world, moved
    world, rnd = open_world()
    twice = world.claim(rnd, 1)
    world.tick(3600)
    yield "duplicate-entry", "claim_twice_at_closing_time", world, twice.raw
    yield "duplicate-entry", "ledger_entry_twice", world, world.entries[0]


def _revoked() -> Iterator[Refused]:
    rule = "revoked-key"
    world, rnd = open_world()
    world.claim(rnd, 1)
    revoke(world, rnd.council)
    yield rule, "members_claim_in_a_round_of_a_revoked_council", world, world.claim_entry(rnd, 0)
    yield rule, "withdrawal_from_a_round_of_a_revoked_council", world, world.withdraw_entry(rnd, 1)
    world.tick(3600)
    yield rule, "close_of_a_revoked_council", world, make_entry("close", world.close_body(rnd), rnd.council.key)
    world, rnd = closed_world()
    revoke(world, rnd.council)
    yield rule, "total_of_a_revoked_council", world, make_entry("total", world.total_body(rnd), rnd.council.key)
    world, council = with_council()
    roster = world.roster(council)
    revoke(world, council)
    yield rule, "round_of_a_revoked_council", world, make_entry("round", round_body(council, roster), council.key)
    yield rule, "resource_of_a_revoked_council", world, make_entry("resource", resource_body(council), council.key)
    adopts = (leaf_hash(world.entries[0]),)
    yield rule, "decision_of_a_revoked_council", world, decision_entry(world, council, adopts=adopts)


def _unknown() -> Iterator[Refused]:
    world, council = with_council()
    roster = world.roster(council)
    nobody = CouncilHandle(bytes(32), council.key)
    adopts = (leaf_hash(world.entries[0]),)
    rule = "unknown-council"
    yield rule, "round_of_a_council_nobody_knows", world, make_entry("round", round_body(nobody, roster), council.key)
    yield rule, "resource_of_a_council_nobody_knows", world, make_entry("resource", resource_body(nobody), council.key)
    yield rule, "decision_of_a_council_nobody_knows", world, decision_entry(world, nobody, adopts=adopts)
    signers = (key("founder 2"),)
    yield "unknown-key", "ledger_entry_signed_by_a_stranger", World(), make_entry("ledger", ledger_body(), *signers)
    yield (
        "extra-signature",
        "ledger_entry_signed_by_a_stranger_too",
        World(),
        make_entry("ledger", ledger_body(), key(FOUNDER), *signers),
    )


def _keys() -> Iterator[Refused]:
    world, council, child = _orphan()
    change = KeyChange(action="revoke", key=child.key.public)
    yield "wrong-key", "child_of_a_revoked_parent_revoked_by_a_founder", world, make_entry("key", change, key(FOUNDER))
    yield "revoked-key", "child_revoked_by_its_revoked_parent", world, make_entry("key", change, council.key)
    world = founded()
    log = council_entry(key(LOG), key(FOUNDER), key=key(LOG).public)
    yield "duplicate-key", "log_key_as_a_council_s", world, log
    world, council = with_council()
    taken = KeyChange(action="rotate", key=council.key.public, new=key(FOUNDER).public)
    yield "duplicate-key", "rotation_to_a_founding_key", world, make_entry("key", taken, council.key, key(FOUNDER))


def _values() -> Iterator[Refused]:
    world, council = with_council()
    rnd = world.round(council, world.roster(council), opens=OPENS + 600)
    yield "round-not-open", "withdrawal_before_opening", world, world.withdraw_entry(rnd, 1)
    hidden = roster_parts(council.leaf, [7, 7], rule="hidden")[0].to_json()
    hidden["rows"][0]["commitment"] = encode_base64(bytes(96))
    yield "malformed", "hidden_roster_with_a_row_that_is_no_point", world, raw_entry("roster", hidden, council.key)
    world, rnd = closed_world()
    body = {**world.total_body(rnd).to_json(), "blinding": encode_base64(b"\xff" * 32)}
    yield "malformed", "total_with_an_unreduced_blinding", world, raw_entry("total", body, rnd.council.key)
    world, rnd = open_world()
    world.claim(rnd, 1)
    world.tick(3600)
    said = {**world.close_body(rnd).to_json(), "sum": encode_base64(bytes(96))}
    yield "wrong-sum", "close_of_a_sum_that_is_no_point", world, raw_entry("close", said, rnd.council.key)
    said = {**world.close_body(rnd).to_json(), "count": 2}
    yield "wrong-count", "close_of_one_claim_too_many", world, raw_entry("close", said, rnd.council.key)
