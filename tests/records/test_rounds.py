"""Rounds: rows over several rosters, what a close folds, and a round of the greatest size."""

import pytest
from msgspec.structs import replace

from ledger.crypto.backend import ORDER
from ledger.crypto.commit import Opening
from ledger.crypto.generators import basis_GG
from ledger.crypto.group import format_scalar, negate, sum_points
from ledger.crypto.prover import prove
from ledger.crypto.shape import MAX_WIDTH
from ledger.errors import InvalidOpening
from ledger.merkle.hashing import EMPTY_ROOT, leaf_hash
from ledger.merkle.proof import verify_inclusion
from ledger.merkle.tree import path_of
from ledger.records.facts import CLOCK, ONE, ClockFact, ledger_of, now, u32
from ledger.records.fields import MAX_ROWS
from ledger.records.kinds.claim import Claim, ClaimTerms, claim_context
from ledger.records.kinds.close import fold_claims
from ledger.records.kinds.round import AllowanceRule
from ledger.records.kinds.total import Total
from ledger.records.rounds import ROUNDS, SEATS, SeatFact, row_of
from ledger.rules.checks import VerifiedRecord
from ledger.rules.engine import owed, step
from ledger.rules.memory import MemoryView
from tests.records.builders import ORIGIN, World, category, make_entry, parse_entry, small_world


def test_rows_count_through_the_rosters_in_the_order_the_round_names_them():
    world = World(proofs=False).found()
    council = world.council()
    rosters = [world.roster(council, [None] * size, prefix=prefix) for prefix, size in (("b", 2), ("a", 1), ("c", 3))]
    rnd = world.round(council, *rosters)
    fact = world.view.get(ROUNDS, rnd.leaf)
    assert [row_of(world.view, fact, row).ref for row in range(6)] == ["b0", "b1", "a0", "c0", "c1", "c2"]


def test_owed_reads_nothing_that_can_change():
    """What a claim owes is the same in the view it was made in and in every later one."""
    world, rnd = small_world("public", proofs=False)
    record = parse_entry(world.claim_entry(rnd, 0), origin=None)
    before = owed(world.view, record)
    world.claim(rnd, 0)
    world.claim(rnd, 0, (2, 2))
    world.close(rnd)
    assert owed(world.view, record) == before


def test_a_close_folds_the_live_claims_in_index_order():
    world, rnd = small_world(proofs=False)
    assert world.close_body(rnd).set == EMPTY_ROOT
    assert world.close_body(rnd).sum == b""
    last, first = world.claim(rnd, 2), world.claim(rnd, 0)
    world.claim(rnd, 1)
    world.withdraw(rnd, 1)
    fold = fold_claims(world.view, rnd.leaf)
    assert fold.claims == (last.leaf, first.leaf)  # by index, not by row
    assert fold.sum == sum_points([last.body.commitment, first.body.commitment])
    leaves = [leaf_hash(claim) for claim in fold.claims]
    verify_inclusion(leaves[1], 1, 2, path_of(leaves, 1), fold.set)
    again = world.claim(rnd, 2, (0, 1))
    assert fold_claims(world.view, rnd.leaf).claims == (first.leaf, again.leaf)


def test_claims_that_cancel_are_closed_and_totalled_as_nothing():
    """Two who conspire may take opposite blindings for empty baskets; the sum is then the identity, spelled empty."""
    world, rnd = small_world()
    council, shape = rnd.council.key, rnd.body.shape()
    one = world.claim(rnd, 0, (0, 0))
    mirrored = Opening((0, 0), ORDER - rnd.seats[0].opening.blinding)
    commitment = negate(one.body.commitment)
    said = {"key": council.public, "seq": 1, "superseded": None, "commitment": commitment}
    context = claim_context(ClaimTerms(ORIGIN, rnd.leaf, 1, shape, None), **said)
    proof = prove(shape, mirrored, allowance=None, context=context, seed=bytes(32), commitment=commitment)
    world.add("claim", Claim(round=rnd.leaf, row=1, proof=proof, **said), council)
    assert world.close(rnd).body.sum == b""
    total = Total(blinding=bytes(32), round=rnd.leaf, totals=(0, 0), unclaimed=1)
    for wrong in (replace(total, totals=(0, 1)), replace(total, blinding=format_scalar(1))):
        with pytest.raises(InvalidOpening):
            world.add("total", wrong, council)
    world.add("total", total, council)


def test_a_claim_is_in_time_until_the_last_clock_before_closing():
    world, rnd = small_world(proofs=False)
    world.tick(3540)
    world.claim(rnd, 1)
    world.tick(60)
    world.accept(make_entry("close", world.close_body(rnd), rnd.council.key))


def test_an_early_close_needs_the_rounds_word_and_nothing_else():
    world = World(proofs=False).found()
    council = world.council()
    rnd = world.round(council, world.roster(council), early_close=True)
    world.claim(rnd, 0)
    world.accept(make_entry("close", world.close_body(rnd), council.key))


def test_a_price_list_just_below_the_limit_is_taken():
    world = World(proofs=False).found()
    council = world.council()
    roster = world.roster(council, [None])
    body = world.round(council, roster).body
    price, rest = divmod(2**53 - 1, 2**32 - 1)  # one row, so that the dearest basket costs 2^53 - 1
    catalogue = (category("flour", 32, price=price), category("salt", 1, price=rest))
    world.add("round", replace(body, catalogue=catalogue, round_no=2), council.key)


def test_a_category_cannot_reach_2_to_53():
    assert MAX_ROWS * (2**MAX_WIDTH - 1) < 2**53


def test_what_reaches_a_limit_and_does_not_pass_it_is_taken():
    world = World().found()
    council = world.council()
    hidden = world.roster(council, [7, 7], rule="hidden")  # as many rows as the floor
    world.round(council, hidden)  # and that minimum
    largest = world.roster(council, [2**53 - 8, 7], rule="public")
    world.round(council, largest, round_no=2, allowance=AllowanceRule(rule="public", slack_width=0))
    fits = world.roster(council, [2**3 - 1, 1], rule="public")
    world.round(council, fits, round_no=3)
    halves = [world.roster(council, [2**52 - n], rule="public", prefix=f"h{n}") for n in (0, 1)]
    world.round(council, *halves, round_no=4, allowance=AllowanceRule(rule="public", slack_width=0))


def test_what_cannot_be_is_told_as_a_bug():
    world, rnd = small_world(proofs=False)
    empty = MemoryView()
    for look in (lambda: ledger_of(empty), lambda: now(empty)):
        with pytest.raises(AssertionError, match="bad math in the order of entries"):
            look()
    with pytest.raises(AssertionError, match="bad math in the facts"):
        row_of(empty, world.view.get(ROUNDS, rnd.leaf), 0)


def test_a_slack_of_no_bits_takes_any_allowance():
    world = World(proofs=False).found()
    council = world.council()
    roster = world.roster(council, [2**40, 5], rule="public")
    body = world.round(council, roster, allowance=AllowanceRule(rule="public", slack_width=0)).body
    assert body.shape().widths_with_slack[-1] == 0


class CountingView:
    """Counts the facts that are read through it."""

    def __init__(self, base):
        self.base, self.read = base, 0

    def get(self, space, key):
        self.read += 1
        return self.base.get(space, key)

    def scan(self, space, prefix=b"", after=b""):
        for item in self.base.scan(space, prefix, after):
            self.read += 1
            yield item


def test_a_close_of_100000_claims_reads_each_once():
    world = World(proofs=False).found()
    council = world.council()
    rosters = [world.roster(council, [None] * 2000, prefix=f"r{i}-") for i in range(50)]
    rnd = world.round(council, *rosters)
    points = [basis_GG(64)[96 * i : 96 * i + 96] for i in range(64)]
    world.view.apply(
        SEATS.put(rnd.leaf + u32(row), SeatFact(1, leaf_hash(u32(row)), 10**6 - row, points[row % 64]))
        for row in range(MAX_ROWS)
    )
    world.view.apply([CLOCK.put(ONE, ClockFact(rnd.body.closes))])
    body = world.close_body(rnd)
    assert body.count == MAX_ROWS
    record = parse_entry(make_entry("close", body, council.key), origin=None)
    view = CountingView(world.view)
    step(view, VerifiedRecord(record), len(world.entries))
    assert view.read < MAX_ROWS + 20
