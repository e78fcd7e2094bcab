"""Ways to be refused: claims and withdrawals."""

from dataclasses import replace as with_values

from msgspec.structs import replace

from ledger.crypto.shape import Shape
from ledger.records.entry import parse_entry, sign_entry
from ledger.records.kinds.claim import ClaimTerms
from ledger.records.kinds.withdraw import Withdraw
from tests.records.builders import (
    START,
    RoundHandle,
    World,
    key,
    make_entry,
)
from tests.records.starts import fault, open_world, pair, with_council


@pair("unknown-round")
def a_claim_in_a_round_nobody_knows(wrong):
    world, rnd = open_world()
    leaf = bytes(32) if wrong else rnd.leaf
    return world, world.claim_entry(rnd, 1, terms=ClaimTerms(world.origin, leaf, 1, rnd.body.shape(), None))


@pair("row-out-of-range")
def a_claim_for_a_row_too_many(wrong):
    world, rnd = open_world()
    row = 3 if wrong else 2
    return world, world.claim_entry(rnd, 1, terms=ClaimTerms(world.origin, rnd.leaf, row, rnd.body.shape(), None))


@pair("round-not-open")
def a_claim_before_opening(wrong):
    world, rnd = late_round()
    if not wrong:
        world.tick()
    return world, world.claim_entry(rnd, 1)


def late_round(**changes) -> tuple[World, RoundHandle]:
    world, council = with_council()
    return world, world.round(council, world.roster(council), opens=START + 60, **changes)


@pair("round-closed")
def a_claim_at_closing_time(wrong):
    world, rnd = open_world()
    world.tick(3600 if wrong else 3540)
    return world, world.claim_entry(rnd, 1)


@fault("round-closed")
def a_claim_after_an_early_close():
    world, council = with_council()
    rnd = world.round(council, world.roster(council), early_close=True)
    world.close(rnd)
    return world, world.claim_entry(rnd, 1)


@pair("round-closed")
def a_withdrawal_at_closing_time(wrong):
    world, rnd = open_world()
    world.claim(rnd, 1)
    world.tick(3600 if wrong else 3540)
    return world, world.withdraw_entry(rnd, 1)


@fault("round-closed")
def a_withdrawal_after_an_early_close():
    world, council = with_council()
    rnd = world.round(council, world.roster(council), early_close=True)
    world.claim(rnd, 1)
    world.close(rnd)
    return world, world.withdraw_entry(rnd, 1)


@pair("stale-sequence")
def a_first_claim_numbered_2(wrong):
    world, rnd = open_world()
    return world, world.claim_entry(rnd, 1, seq=1 + wrong)


@fault("stale-sequence")
def a_claim_numbered_1_again_after_a_withdrawal():
    world, rnd = open_world()
    world.claim(rnd, 1)
    world.withdraw(rnd, 1)
    return world, world.claim_entry(rnd, 1, seq=1, salt="again")


@fault("stale-sequence")
def a_withdrawn_claim_posted_again():
    """What is replayed is another entry (one more signature would do), under the number that it had."""
    world, rnd = open_world()
    statement = parse_entry(world.claim_entry(rnd, 1), origin=None).statement
    world.accept(sign_entry(statement, "claim", [rnd.council.key]))
    world.claim_entry(rnd, 1)
    rnd.seats[1].live = parse_entry(world.entries[-1], origin=None).leaf
    world.withdraw(rnd, 1)
    body = parse_entry(world.entries[-2], origin=None).body
    return world, make_entry("claim", replace(body, proof=b"x"), rnd.council.key)


@pair("wrong-superseded")
def a_replacement_that_names_no_predecessor(wrong):
    world, rnd = open_world()
    first = world.claim(rnd, 1)
    return world, world.claim_entry(rnd, 1, superseded=None if wrong else first.leaf)


@fault("wrong-superseded")
def a_replacement_that_names_the_claim_before_the_last():
    world, rnd = open_world()
    first = world.claim(rnd, 1)
    world.claim(rnd, 1, (2, 1))
    return world, world.claim_entry(rnd, 1, superseded=first.leaf)


@fault("wrong-superseded")
def a_first_claim_that_names_another_rows_claim():
    world, rnd = open_world()
    other = world.claim(rnd, 1)
    return world, world.claim_entry(rnd, 2, superseded=other.leaf)


@fault("wrong-superseded")
def a_claim_that_names_a_withdrawn_one():
    world, rnd = open_world()
    withdrawn = world.claim(rnd, 1)
    world.withdraw(rnd, 1)
    return world, world.claim_entry(rnd, 1, superseded=withdrawn.leaf)


def replayed(world: World, rnd: RoundHandle, **changes) -> bytes:
    """Row 1's claim, its commitment and proof under another statement, signed by whoever must."""
    claim = parse_entry(world.claim_entry(rnd, 1), origin=None).body
    body = replace(claim, **changes)
    signers = {k.public: k for k in (key("Ada"), rnd.council.key) if k.public in (body.key, rnd.council.key.public)}
    return make_entry("claim", body, *signers.values())


@pair("invalid-range-proof")
def a_proof_replayed_by_another_row(wrong):
    world, rnd = open_world(proofs=True)
    return world, replayed(world, rnd, row=2 if wrong else 1)


@fault("invalid-range-proof")
def a_proof_replayed_by_another_member():
    world, rnd = open_world(proofs=True)
    return world, replayed(world, rnd, row=0, key=key("Ada").public)


@fault("invalid-range-proof")
def a_proof_replayed_under_another_number():
    world, rnd = open_world(proofs=True)
    return world, replayed(world, rnd, seq=2)


@fault("invalid-range-proof")
def a_proof_replayed_in_another_round():
    world, rnd = open_world(proofs=True)
    raw = world.add("round", replace(rnd.body, round_no=2), rnd.council.key)
    return world, replayed(world, rnd, round=raw.leaf)


@fault("invalid-range-proof")
def a_proof_made_for_another_ledger():
    world, rnd = open_world(proofs=True)
    terms = ClaimTerms("example.org/other", rnd.leaf, 1, rnd.body.shape(), None)
    world.origin = "example.org/other"
    body = parse_entry(world.claim_entry(rnd, 1, terms=terms), origin=None).body
    world.origin = terms_of(world, rnd).origin
    return world, make_entry("claim", body, rnd.council.key)


def terms_of(world: World, rnd: RoundHandle, row: int = 1) -> ClaimTerms:
    return ClaimTerms(World.origin, rnd.leaf, row, rnd.body.shape(), rnd.seats[row].allowance)


@fault("invalid-range-proof")
def a_proof_under_prices_of_its_own():
    world, rnd = open_world("public", proofs=True)
    cheap = Shape(widths=(3, 2), prices=(0, 0), slack_width=3)
    return world, world.claim_entry(rnd, 1, (7, 3), terms=with_values(terms_of(world, rnd), shape=cheap))


@fault("invalid-range-proof")
def a_proof_under_another_allowance():
    world, rnd = open_world("public", proofs=True)
    return world, world.claim_entry(rnd, 1, terms=with_values(terms_of(world, rnd), allowance=6))


@pair("malformed")
def a_proof_of_another_shape(wrong):
    world, rnd = open_world(proofs=True)
    wide = Shape(widths=(3, 9 if wrong else 2), prices=(1, 2), slack_width=None)
    return world, world.claim_entry(rnd, 1, terms=with_values(terms_of(world, rnd), shape=wide))


@fault("wrong-claim")
def a_withdrawal_of_a_row_without_a_claim():
    world, rnd = open_world()
    return world, world.withdraw_entry(rnd, 1)


@pair("wrong-claim")
def a_withdrawal_of_another_rows_claim(wrong):
    world, rnd = open_world()
    claims = [world.claim(rnd, row) for row in (1, 2)]
    body = Withdraw(claim=claims[not wrong].leaf, round=rnd.leaf, row=2)
    return world, make_entry("withdraw", body, rnd.council.key)


@fault("wrong-claim")
def a_withdrawal_twice():
    world, rnd = open_world()
    claim = world.claim(rnd, 1)
    world.claim(rnd, 1, (2, 1))
    body = Withdraw(claim=claim.leaf, round=rnd.leaf, row=1)
    return world, make_entry("withdraw", body, rnd.council.key)


@pair("unknown-round")
def a_withdrawal_in_a_round_nobody_knows(wrong):
    world, rnd = open_world()
    claim = world.claim(rnd, 1)
    body = Withdraw(claim=claim.leaf, round=bytes(32) if wrong else rnd.leaf, row=1)
    return world, make_entry("withdraw", body, rnd.council.key)


@pair("row-out-of-range")
def a_withdrawal_for_a_row_too_many(wrong):
    world, rnd = open_world()
    claim = world.claim(rnd, 2)
    body = Withdraw(claim=claim.leaf, round=rnd.leaf, row=3 if wrong else 2)
    return world, make_entry("withdraw", body, rnd.council.key)
