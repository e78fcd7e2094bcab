"""Openings whose members were promised different numbers, held against the definition, and the independent verifier."""

import itertools
from dataclasses import replace
from fractions import Fraction
from random import Random

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

import tests.reference.disclosure as reference
from ledger.records import cells, disclosure, lightest
from ledger.records.disclosure import Judgement, Leak, judge
from ledger.records.openings import Opening, claims_occasion, given_away
from ledger.records.rounds import live_members
from tests.records.faults_disclosure import due, opened, with_rows
from tests.records.solving import follows, people, rank


def promised(members, minimum):
    return dict.fromkeys(members, minimum)


A, B, C = (people(council, 60) for council in (b"a", b"b", b"c"))


def first(members, count, minimum):
    return promised(sorted(members)[:count], minimum)


def minima_of(*openings):
    """What was promised to each member at the most."""
    return {
        member: max(opening.get(member, 0) for opening in openings)
        for member in sorted({m for o in openings for m in o})
    }


def refused_by_definition(earlier, opening):
    """Section 2, of all sets of members: for somebody the set is too small, and she was in no part of it before.

    That a combination is zero outside of a set means that without the set's columns the opening follows.
    """
    minima = minima_of(*earlier, opening)
    members = list(minima)
    old, new = ([[int(member in one) for member in members] for one in many] for many in (earlier, [opening]))

    def had(few):
        """Whether there is a new combination about nobody else; and how many dimensions those that were there have."""
        outside = [at for at in range(len(members)) if at not in few]
        rest, (last,) = ([[vector[at] for at in outside] for vector in vectors] for vectors in (old, new))
        return follows(rest, last), rank(old) - rank(rest)

    for count in range(1, len(members) + 1):
        for few in itertools.combinations(range(len(members)), count):
            is_new, known = had(few)
            for at in few:
                if is_new and count < minima[members[at]]:
                    without, known_without = had([other for other in few if other != at])
                    if not without and known == known_without:
                        return True
    return False


def assert_true(leak, earlier, opening):
    """What a leak says is so: added up again it is about these members, and one of them was promised more."""
    minima = minima_of(*earlier, opening)
    values = {
        member: (member in opening) + sum(factor for position, factor in leak.earlier if member in earlier[position])
        for member in minima
    }
    assert {member: value for member, value in values.items() if value} == {
        member: cell.times for cell in leak.cells for member in cell.members
    }
    assert sum(len(cell.members) for cell in leak.cells) == leak.members < leak.minimum
    assert leak.minimum == max(minima[member] for cell in leak.cells for member in cell.members)


# Examples


def test_what_another_council_has_promised_binds_nobody_else():
    rollup = {**first(A, 60, 50), **first(B, 12, 10)}
    assert judge([rollup], first(B, 12, 10)) == Judgement()
    assert judge([rollup], first(B, 11, 10)) == Judgement()  # the rest are A's and one more
    assert judge([rollup, first(A, 60, 50)], first(B, 11, 10)).leak.members == 1
    few = {**first(A, 45, 50), **first(B, 12, 10)}
    leak = judge([few], first(B, 12, 10)).leak
    assert (leak.members, leak.minimum, leak.earlier) == (45, 50, ((0, Fraction(-1)),))


def test_it_is_asked_of_each_set_what_was_promised_to_one_in_it():
    # Who is in the total of four was promised five; who is in none but the rollup was promised two.
    earlier = [first(A, 6, 5), {**first(A, 6, 2), **first(B, 3, 2)}]
    assert judge(earlier[:1], earlier[1]).leak is None
    assert judge(earlier, first(B, 3, 2)).leak is None
    assert judge(earlier, {**first(A, 4, 2), **first(B, 3, 2)}).leak.members == 2
    assert judge(earlier[1:], first(A, 4, 2)).leak is None
    assert judge(earlier[1:], first(A, 4, 5)).leak.minimum == 5


def test_who_was_alone_before_does_not_stand_in_the_way_of_others():
    ten, fifty = first(A, 10, 10), first(A, 50, 40)
    assert judge([ten], fifty).leak is None
    others = {**first(A, 10, 10), **first(B, 15, 10)}
    assert judge([ten, fifty], others).leak is None
    assert judge([fifty], others).leak.members == 25
    assert judge([ten, fifty], {**first(A, 11, 10), **first(B, 15, 10)}).leak.members == 16


def test_what_follows_adds_nothing_unless_it_promises_more():
    six, three = first(A, 6, 2), first(B, 3, 2)
    assert judge([six], six) == judge([six], first(A, 6, 1)) == Judgement(adds=False)
    assert judge([six], first(A, 6, 3)) == Judgement()
    assert judge([six, three], {**six, **three}) == Judgement(adds=False)
    assert judge([six, three], {**six, **first(B, 3, 3)}) == Judgement()
    assert judge([six, first(B, 3, 3)], {**six, **first(B, 3, 3)}) == Judgement(adds=False)
    assert judge([six], {**six, **three}) == Judgement()
    assert judge([six, three, {**six, **three}], first(B, 3, 9)) == Judgement()
    assert judge([], six) == Judgement()


def test_the_fewest_are_told_of_all_that_are_too_few():
    earlier = [first(A, 30, 2), {**first(A, 27, 2), **first(B, 20, 20)}]
    assert judge(earlier[:1], earlier[1]).leak is None
    leak = judge(earlier, {**first(A, 27, 2), **first(B, 19, 2)}).leak
    assert (leak.members, leak.minimum) == (1, 20)
    leak = judge(earlier[:1], {**first(A, 29, 2), **first(B, 18, 20)}).leak
    assert (leak.members, leak.minimum) == (19, 20)


def test_a_group_need_not_be_what_is_lightest_in_it():
    """On A the new sum is about 3 or about 4, and the 4 were promised more; B's two are there in any case."""
    three, four, two = (people(council, count) for council, count in ((b"a", 3), (b"b", 4), (b"c", 2)))
    earlier = [promised(three | four, 3) | promised(four, 7)]
    new = promised(four, 3) | promised(two, 2)
    assert judge(earlier, new).leak.members == 6  # four and two; three and two are 5, and nobody there was promised 6
    assert judge([promised(three | four, 3) | promised(four, 6)], new).leak is None


# Against the definition


@st.composite
def histories(draw, size=6, openings=5):
    """Openings one after another, by rounds that have promised this or that."""
    members = sorted(people(b"a", size))
    minima = draw(st.lists(st.integers(1, 6), min_size=1, max_size=3))
    one = st.dictionaries(st.sampled_from(members), st.sampled_from(minima), min_size=1)
    alike = st.builds(promised, st.frozensets(st.sampled_from(members), min_size=1), st.sampled_from(minima))
    return draw(st.lists(one | alike, min_size=1, max_size=openings))


@given(histories())
@settings(max_examples=200, deadline=None)
def test_exactly_what_the_definition_says_is_refused(history):
    earlier = []
    for opening in history:
        judgement = judge(earlier, opening)
        assert (judgement.leak is not None) == refused_by_definition(earlier, opening)
        if judgement.leak is None:
            earlier.append(opening)
        else:
            event("refused")
            assert_true(judgement.leak, earlier, opening)


@given(histories(), histories(openings=2))
@settings(max_examples=150, deadline=None)
def test_what_adds_nothing_makes_no_difference_to_later_ones(history, later):
    all_of_them, kept = [], []
    for opening in history:
        judgement = judge(kept, opening)
        if judgement.leak is None:
            all_of_them.append(opening)
            kept += [opening] if judgement.adds else []
    if len(kept) < len(all_of_them):
        event("idle")
    for opening in later:
        assert (judge(all_of_them, opening).leak is None) == (judge(kept, opening).leak is None)


@given(histories(), st.integers(1, 40))
@settings(max_examples=100, deadline=None)
def test_what_others_have_promised_makes_no_difference(history, minimum):
    *earlier, opening = history
    refused = judge(earlier, opening).leak is not None
    others = [promised(B, 60 + minimum), promised(sorted(B)[:minimum], 60)]  # some of these are too few already
    assert (judge([*earlier, *others], opening).leak is not None) == refused
    joined = [*others, {**earlier[0], **promised(sorted(B)[:minimum], 60)}] if earlier else others
    if not refused:
        assert judge([*earlier, *joined], opening).leak is None


# Against the independent verifier


def made(random, blocks):
    """An opening of some of the blocks, by rounds of different minima."""
    share, minima = random.choice((0.2, 0.5, 0.8)), [random.randint(1, 12) for _ in range(random.randint(1, 3))]
    found = {}
    for block in blocks:
        if random.random() < share:
            found |= promised(block, random.choice(minima))
    return found or promised(blocks[0], minima[0])


@pytest.mark.parametrize("limits", [None, (5, 7, 3, 2)])
def test_the_reference_says_the_same(monkeypatch, limits):
    if limits is not None:
        for theirs, ours, limit in zip(
            ("MOST_EARLIER", "MOST_SMALL_CELLS", "MOST_TIED_CELLS", "MOST_TURNS"),
            (
                (disclosure, "MOST_OPENINGS"),
                (disclosure, "MOST_SMALL_CELLS"),
                (lightest, "MOST_TIED_CELLS"),
                (cells, "MOST_TURNS"),
            ),
            limits,
            strict=True,
        ):
            monkeypatch.setattr(reference, theirs, limit)
            monkeypatch.setattr(*ours, limit)
    random, seen = Random(20_261_122), set()
    for _ in range(300):
        sizes = [random.choice((1, 1, 2, 3, 5, 8)) for _ in range(random.randint(2, 9))]
        blocks = [sorted(people(b"%d" % number, size)) for number, size in enumerate(sizes)]
        earlier = []
        for _ in range(random.randint(1, 9)):
            opening = made(random, blocks)
            judgement = judge(earlier, opening)
            theirs, others = reference.Opening(opening), list(map(reference.Opening, earlier))
            refused = reference.is_refused(theirs, others)
            assert (judgement.leak is not None) == refused
            assert refused or judgement.adds != reference.is_idle(theirs, others)
            seen.add((refused, refused and not judgement.leak.members, judgement.adds))
            if judgement.adds and (not refused or random.random() < 0.3):
                earlier.append(opening)
    assert seen == {(True, False, True), (False, False, True), (False, False, False)} | (
        {(True, True, True)} if limits else set()
    )


# Limits


def test_a_group_that_is_too_large_counts_as_who_was_promised_the_most_in_it():
    blocks = [sorted(people(b"%d" % number, 5)) for number in range(14)]
    pairs = [promised(one + other, 5) for one, other in itertools.pairwise(blocks)]
    new = promised(blocks[12] + blocks[13], 5) | first(A, 19, 20)
    assert judge(pairs[:12], new).leak is None
    raised = [promised(blocks[3] + blocks[4], 25) if at == 3 else pair for at, pair in enumerate(pairs[:12])]
    assert judge(raised, new).leak == Leak(0, 25)  # it may be about A's 19 and five others, or so we take it
    assert judge([*raised, pairs[12]], promised(blocks[12] + blocks[13], 5) | first(A, 25, 20)).leak is None


def test_the_greatest_minimum_is_looked_at_anew_when_it_is_left_out(monkeypatch):
    """A rollup with a council that has promised much is left out for it; then this is no matter of the others."""
    blocks = [sorted(people(b"%d" % number, 12)) for number in range(4)]
    rollup = promised(blocks[0] + blocks[1], 10) | first(A, 60, 50)
    beside = promised(blocks[1] + blocks[2], 10)
    opening = promised(blocks[0][:11] + blocks[1][:5], 10)
    monkeypatch.setattr(disclosure, "MOST_OPENINGS", 0)
    assert judge([rollup, beside], opening) == Judgement()
    monkeypatch.setattr(cells, "MOST_TURNS", 1)
    assert judge([rollup, beside], opening).leak == Leak(0, 10)
    # What somebody was promised who has nothing to do with it is no matter from the first.
    assert judge([first(A, 60, 70), beside], opening) == Judgement()


def test_a_command_is_told_what_the_rules_would_refuse():
    """Before anything is signed: whom, and together with which opening."""
    world, council, roster = with_rows(6)
    first = opened(world, council, roster, range(6), minimum=3)
    last = due(world, council, roster, range(5), round_no=2, minimum=3)
    opening = Opening(claims_occasion("2027"), (last.leaf,), (council.leaf,))
    given = given_away(world.view, opening, None, live_members)
    assert given is not None
    assert (given.leak.members, given.leak.minimum) == (1, 3)
    assert [fact.parts for _, fact in given.earlier] == [(first.leaf,)]
    assert given_away(world.view, replace(opening, occasion=claims_occasion("2028")), None, live_members) is None
