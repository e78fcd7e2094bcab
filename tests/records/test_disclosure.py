"""What openings give away together, held against slow solvers: by definition, and by trying combinations.

Here everybody has the same minimum; ``test_minima.py`` is about others.
"""

import itertools
from fractions import Fraction
from random import Random

from hypothesis import event, given, settings
from hypothesis import strategies as st

from ledger.records import disclosure
from ledger.records.disclosure import Leak, LeakedCell
from tests.records.solving import (
    A,
    B,
    C,
    D,
    assert_true,
    find_leak,
    first,
    people,
    refused_by_definition,
    refused_by_trying,
)

# Examples


def test_the_one_who_did_not_claim_again_stands_alone():
    rounds = first(A, 12), first(A, 11)
    assert find_leak(rounds[:1], rounds[1], minimum=10) == Leak(
        members=1, minimum=10, earlier=((0, Fraction(-1)),), cells=(LeakedCell(Fraction(-1), ((b"a", "m011"),)),)
    )
    assert find_leak(rounds[1:], rounds[0], minimum=10) == Leak(
        members=1, minimum=10, earlier=((0, Fraction(-1)),), cells=(LeakedCell(Fraction(1), ((b"a", "m011"),)),)
    )


def test_a_council_below_the_minimum_is_had_from_a_rollup_in_either_order():
    total, rollup = first(A, 12), first(A, 12) | first(B, 4)
    assert find_leak([total], rollup, minimum=10).members == 4
    assert find_leak([rollup], total, minimum=10).members == 4
    assert find_leak([total], first(B, 4) | first(C, 7), minimum=10) is None


def test_a_rollup_with_another_council_hides_the_one_who_did_not_claim_again():
    before, again = first(A, 12), first(A, 11)
    assert find_leak([before], again | first(C, 11), minimum=10) is None
    assert find_leak([before], again | first(C, 9), minimum=10) is None  # 1 of A and 9 of C are ten
    assert find_leak([before], again | first(C, 8), minimum=10).members == 9


def test_small_cells_that_only_an_opening_out_of_play_cuts_are_one():
    # The second one has ten members of its own. So nobody gets at the five of A that it shares with the first.
    earlier = [first(A, 10) | first(C, 10), first(A, 5) | first(B, 10)]
    assert find_leak(earlier, first(C, 10), minimum=10) is None
    assert find_leak(earlier, first(C, 10), minimum=11).members == 10
    others = [first(A, 10) | first(D, 10), people(b"d", 5, start=5) | people(b"e", 9)]  # and the first stays
    assert find_leak([*earlier, *others], first(C, 10), minimum=10) is None
    assert find_leak([*earlier, *others], first(C, 10), minimum=11).members == 10


def test_a_first_opening_is_refused_only_if_it_is_below_the_minimum_itself():
    assert find_leak([], first(A, 10), minimum=10) is None
    assert find_leak([], first(A, 9), minimum=10) == Leak(
        members=9, minimum=10, cells=(LeakedCell(Fraction(1), tuple(sorted(first(A, 9)))),)
    )
    assert find_leak([], frozenset(), minimum=10) is None


def test_who_is_given_away_need_not_be_in_the_opening():
    leak = find_leak([first(A, 30)], first(A, 29) | first(B, 8), minimum=10)
    assert leak.cells == (
        LeakedCell(Fraction(-1), ((b"a", "m029"),)),
        LeakedCell(Fraction(1), tuple(sorted(first(B, 8)))),
    )


def test_who_is_given_away_may_be_counted_twice():
    # {0 1} and {0 2} less {1 2} is twice 0, and so on round.
    pairs = [frozenset((b"a", f"m{number}") for number in pair) for pair in ((0, 1), (0, 2), (1, 2))]
    leak = find_leak(pairs[:2], pairs[2], minimum=2)
    assert (leak.members, abs(leak.cells[0].times)) == (1, 2)
    assert_true(leak, pairs[:2], pairs[2], minimum=2)


def test_a_third_of_openings_is_taken_off():
    # Each three of four councils: their sum is three times the four.
    earlier = [frozenset().union(*three) for three in itertools.combinations((A, B, C, D), 3)]
    leak = find_leak(earlier, A | B | C | D | people(b"e", 1), minimum=10)
    assert leak.earlier == tuple((position, Fraction(-1, 3)) for position in range(4))
    assert leak.cells == (LeakedCell(Fraction(1), ((b"e", "m000"),)),)


def test_the_combination_about_the_fewest_is_told():
    one, two = first(A, 30) | first(B, 4), first(A, 30) | first(B, 4) | first(C, 6)
    assert find_leak([one, two], first(A, 30), minimum=10).members == 4
    assert find_leak([two, one], first(A, 30), minimum=10).earlier == ((1, Fraction(-1)),)


def test_what_could_be_had_before_is_not_held_against_a_later_opening():
    earlier = [first(A, 30), first(A, 29)]
    assert find_leak(earlier, first(A, 30) | first(B, 20), minimum=10) is None
    assert find_leak(earlier, first(A, 29), minimum=10) is None
    assert find_leak(earlier, people(b"a", 1, start=29), minimum=10) is None  # it is the difference of the two
    assert find_leak(earlier, first(A, 28), minimum=10).members == 1


# Against slow solvers


@st.composite
def cohort_trees(draw):
    """A laminar family, in the order of being opened: federations, councils in them, and parts of councils."""
    numbers = itertools.count()

    def cohort(depth, council):
        if depth == 0:
            own = frozenset((council, f"m{next(numbers)}") for _ in range(draw(st.integers(1, 4))))
            return own, [own]
        parts = [
            cohort(depth - 1, council if depth < 2 else b"%s%d" % (council, number))
            for number in range(draw(st.integers(1, 3)))
        ]
        whole = frozenset().union(*(members for members, _ in parts))
        return whole, [whole, *(one for _, opened in parts for one in opened)]

    _, family = cohort(draw(st.integers(1, 3)), b"c")
    return draw(st.permutations(family))[:7]


@given(cohort_trees(), st.integers(2, 9))
@settings(max_examples=150)
def test_of_cohort_trees_exactly_what_a_subtraction_gives_away_is_refused(family, minimum):
    earlier = []
    for opening in family:
        leak = find_leak(earlier, opening, minimum=minimum)
        assert (leak is not None) == refused_by_trying(earlier, opening, minimum=minimum, coefficients=(-1, 0, 1))
        if leak is None:
            earlier.append(opening)
        else:
            event("refused")
            assert_true(leak, earlier, opening, minimum=minimum)


@st.composite
def families(draw, size=8, openings=5):
    """Any sets, as earlier ones and the one that is judged."""
    members = sorted(people(b"a", size))
    sets = st.frozensets(st.sampled_from(members), min_size=0, max_size=size)
    return draw(st.lists(sets, max_size=openings)), draw(sets)


@given(families(), st.integers(2, 5))
@settings(max_examples=300)
def test_of_any_sets_exactly_what_the_definition_says_is_refused(family, minimum):
    earlier, opening = family
    leak = find_leak(earlier, opening, minimum=minimum)
    assert (leak is not None) == refused_by_definition(earlier, opening, minimum=minimum)
    if leak is not None:
        event("refused")
        assert_true(leak, earlier, opening, minimum=minimum)
        if leak.members > 1:  # and it is about the fewest
            assert not refused_by_definition(earlier, opening, minimum=leak.members)


@given(families(size=10, openings=4), st.integers(2, 6))
@settings(max_examples=150)
def test_no_combination_with_small_coefficients_gets_through(family, minimum):
    earlier, opening = family
    if find_leak(earlier, opening, minimum=minimum) is None:
        assert not refused_by_trying(earlier, opening, minimum=minimum, coefficients=range(-2, 3))


@st.composite
def clumped(draw):
    """Sets of clumps of members, some of them above the minimum: most of the opened ones overlap in nearly all."""
    sizes = draw(st.lists(st.sampled_from([1, 1, 2, 3, 6, 9]), min_size=2, max_size=8))
    clumps = [people(b"%d" % number, size) for number, size in enumerate(sizes)]
    sets = st.lists(st.sampled_from(clumps), max_size=len(clumps), unique=True).map(lambda few: frozenset().union(*few))
    nearly = sets.map(lambda out: frozenset().union(*clumps) - out)
    openings = draw(st.lists(sets | nearly, min_size=1, max_size=7))
    return clumps, openings[:-1], openings[-1]


@given(clumped(), st.integers(2, 7))
@settings(max_examples=300)
def test_of_sets_with_large_cells_exactly_what_the_definition_says_is_refused(family, minimum):
    clumps, earlier, opening = family
    leak = find_leak(earlier, opening, minimum=minimum)
    assert (leak is not None) == refused_by_definition(earlier, opening, minimum=minimum, together=clumps)
    if leak is not None:
        event("refused")
        assert_true(leak, earlier, opening, minimum=minimum)


# What does not change a judgement, and what follows


@given(families(), st.integers(2, 5), st.data())
def test_what_follows_from_earlier_openings_is_not_refused(family, minimum, data):
    earlier, opening = family
    one, other = opening, data.draw(st.frozensets(st.sampled_from(sorted(people(b"b", 8)))))
    assert find_leak([*earlier, opening], opening, minimum=minimum) is None
    assert find_leak([*earlier, one, other], one | other, minimum=minimum) is None
    assert find_leak([one, *earlier, one | other], other, minimum=minimum) is None


@given(families(), st.integers(2, 5), st.data())
def test_the_order_and_the_repetition_of_earlier_openings_make_no_difference(family, minimum, data):
    earlier, opening = family
    refused = find_leak(earlier, opening, minimum=minimum) is not None
    again = data.draw(st.permutations([*earlier, *data.draw(st.lists(st.sampled_from(earlier)))] if earlier else []))
    assert (find_leak(again, opening, minimum=minimum) is not None) == refused
    assert (find_leak([*again, C], opening, minimum=minimum) is not None) == refused  # about nobody else


@given(families(), st.integers(2, 5))
def test_a_greater_minimum_refuses_no_less(family, minimum):
    earlier, opening = family
    if find_leak(earlier, opening, minimum=minimum) is not None:
        assert find_leak(earlier, opening, minimum=minimum + 1) is not None


@given(families(size=6, openings=4), st.integers(2, 5))
def test_enough_new_members_make_it_safe(family, minimum):
    earlier, opening = family
    assert find_leak(earlier, opening | first(B, minimum), minimum=minimum) is None


# Limits


def chained(count, size):
    """Small cells, and openings of each two neighbours: no combination is about one cell alone."""
    cells = [people(b"%d" % number, size) for number in range(count)]
    return cells, [one | other for one, other in itertools.pairwise(cells)]


def test_twelve_tied_cells_are_searched():
    cells, earlier = chained(13, 5)
    assert find_leak(earlier[:-1], earlier[-1], minimum=10) is None
    assert find_leak(earlier[:-1], frozenset().union(*cells[:12:2]), minimum=10).members == 5
    assert find_leak(earlier[:-1], earlier[-1], minimum=11).members == 10


def test_more_than_twelve_tied_cells_count_as_nobody():
    cells, earlier = chained(14, 5)
    *earlier, last = earlier
    assert find_leak(earlier, last, minimum=10) == Leak(0, 10)
    assert not refused_by_definition(earlier, last, minimum=10, together=cells)
    # But not what follows; and what is about enough others is safe.
    assert find_leak([*earlier, last], last, minimum=10) is None
    assert find_leak([*earlier, last], last | earlier[0], minimum=10) is None
    assert find_leak([A, *earlier], A - first(A, 5) | people(b"e", 5) | last, minimum=10) is None
    assert find_leak([A, *earlier], A - first(A, 1) | people(b"e", 3) | last, minimum=10) == Leak(0, 10)


def test_cells_that_are_not_tied_are_no_matter_of_how_many():
    councils = [people(b"%d" % number, 15) for number in range(30)]
    again = frozenset().union(*(council - first(council, 1) for council in councils))
    assert find_leak(councils, again, minimum=10) is None  # thirty differ
    assert find_leak(councils, again, minimum=31).members == 30
    # The next round ties the thirty of it; those of the other half are not tied to these.
    for council in councils[15:]:
        again |= first(council, 1)
    half = frozenset().union(*councils[15:]) - frozenset().union(*(first(council, 1) for council in councils[15:]))
    assert find_leak([*councils, again], half, minimum=10) is None
    assert find_leak([*councils, again], half, minimum=15) is None
    assert find_leak([*councils, again], half, minimum=16).members == 15


def test_of_too_many_small_cells_none_is_looked_at(monkeypatch):
    monkeypatch.setattr(disclosure, "MOST_SMALL_CELLS", 13)
    cells, earlier = chained(14, 5)
    assert find_leak(earlier[:-2], earlier[-1], minimum=10) is None
    assert (
        find_leak([A, *earlier], A - first(A, 8) | people(b"e", 8), minimum=10) is None
    )  # it has nothing to do with them
    assert find_leak([A, *earlier], cells[0] | A - first(A, 8) | people(b"e", 8), minimum=10) == Leak(0, 10)
    assert find_leak([A | B | D, A | B | C, C | D, *earlier], A | cells[0], minimum=10) is None


def test_without_a_small_cell_nothing_is_refused_however_much_was_opened(monkeypatch):
    monkeypatch.setattr(disclosure, "MOST_OPENINGS", 3)
    cells, earlier = chained(13, 5)
    assert find_leak(earlier, frozenset().union(*cells[::2]), minimum=5) is None


def test_of_too_many_openings_that_matter_no_combination_is_looked_for(monkeypatch):
    monkeypatch.setattr(disclosure, "MOST_OPENINGS", 3)
    cells, earlier = chained(5, 5)
    opening = cells[0] | cells[2]
    assert find_leak(earlier[:3], opening, minimum=8).members == 5
    assert find_leak(earlier, opening, minimum=8) == Leak(0, 8)
    # The same set again is accepted; and what has enough new members.
    assert find_leak(earlier, earlier[0], minimum=8) is None
    assert find_leak(earlier, opening | first(A, 8), minimum=8) is None


def test_openings_do_not_matter_that_can_have_no_part(monkeypatch):
    monkeypatch.setattr(disclosure, "MOST_OPENINGS", 3)
    cells, earlier = chained(5, 5)
    opening = cells[0] | cells[2]
    for more in (
        [earlier[3] | first(A, 3)],  # it has enough members of its own
        [earlier[3] | first(A, 8), first(A, 20)],  # it has, once the other is left out
        [first(A, 7)],  # it has nothing to do with the opening
        [cells[3] | first(A, 9), first(A, 1) | first(B, 5)],  # it has nothing to do with it, once the other is left out
        earlier[:3],  # they stand there already
    ):
        assert find_leak([*more, *earlier[:3]], opening, minimum=8).members == 5
    assert find_leak([*earlier[:3], earlier[3] | first(A, 2)], opening, minimum=8) == Leak(0, 8)


def test_as_many_openings_as_matter_at_most_are_done_with():
    random = Random(1)
    blocks = [people(b"%d" % number, 2) for number in range(120)]
    earlier = [frozenset().union(*random.sample(blocks, 60)) for _ in range(disclosure.MOST_OPENINGS - 1)]
    common = earlier[0] & earlier[1]
    earlier.append(common)
    opening = earlier[0] - common | people(b"new", 1)
    leak = find_leak(earlier, opening, minimum=2)
    assert leak.members == 1
    assert_true(leak, earlier, opening, minimum=2)
