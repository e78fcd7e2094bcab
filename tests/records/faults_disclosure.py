"""Ways to be refused: sums by which, with what was opened before, the sum of too few members could be had."""

from collections.abc import Iterable

from msgspec.structs import replace

from tests.records.bodies import CouncilHandle, RosterHandle, RoundHandle, category, roster_parts
from tests.records.builders import World
from tests.records.starts import pair, rows_of, small_round, with_council, with_federation

ONE = (category("flour", 1),)


def with_rows(count: int) -> tuple[World, CouncilHandle, RosterHandle]:
    world, council = with_council()
    return world, council, rows_of(world, council, count)


def due(world: World, council: CouncilHandle, roster: RosterHandle, rows: Iterable[int], **changes) -> RoundHandle:
    """A closed round in which these rows have claimed."""
    return world.closed(council, roster, rows, **{"catalogue": ONE, **changes})


def opened(world: World, *where, **changes) -> RoundHandle:
    """A closed round that has its total."""
    rnd = due(world, *where, **changes)
    world.total(rnd)
    return rnd


# ---- a total after totals


@pair("differencing")
def a_total_of_all_but_one(wrong):
    world, council, roster = with_rows(4)
    opened(world, council, roster, range(4))
    return world, world.total_entry(due(world, council, roster, range(3 if wrong else 4), round_no=2))


@pair("differencing")
def a_total_that_leaves_one_less_than_the_minimum(wrong):
    world, council, roster = with_rows(6)
    opened(world, council, roster, range(6), minimum=3)
    rows = range(4 if wrong else 3)
    return world, world.total_entry(due(world, council, roster, rows, round_no=2, minimum=3))


@pair("differencing")
def a_total_of_one_more(wrong):
    world, council, roster = with_rows(4)
    opened(world, council, roster, range(2))
    return world, world.total_entry(due(world, council, roster, range(3 if wrong else 4), round_no=2))


@pair("differencing")
def a_second_total_of_almost_all_in_the_same_period(wrong):
    """What they ask for in another period is something else."""
    world, council, roster = with_rows(4)
    opened(world, council, roster, range(4))
    period = "2027" if wrong else "2028"
    return world, world.total_entry(due(world, council, roster, range(3), round_no=2, period=period))


@pair("differencing")
def a_total_of_almost_the_same_members_on_another_roster(wrong):
    world, council, roster = with_rows(3)
    opened(world, council, roster, range(3))
    again = world.roster(council, [None] * 2, prefix="m" if wrong else "n")
    return world, world.total_entry(due(world, council, again, range(2), round_no=2))


@pair("differencing")
def a_total_below_the_minimum_of_an_earlier_one(wrong):
    """Who was promised three in one round is in no set of two in another."""
    world, council, roster = with_rows(4)
    opened(world, council, roster, range(4), minimum=3 if wrong else 2)
    return world, world.total_entry(due(world, council, roster, range(2), round_no=2))


@pair("differencing")
def a_total_below_what_was_promised_to_one_of_three(wrong):
    """The others were promised two alone; and four were promised to somebody, who is not among them."""
    world, council, roster = with_rows(10)
    opened(world, council, roster, range(4), minimum=4)
    opened(world, council, roster, range(3, 10), round_no=2)
    return world, world.total_entry(due(world, council, roster, (3 if wrong else 4, 5, 6), round_no=3))


@pair("differencing")
def a_total_that_leaves_fewer_than_another_council_has_promised(wrong):
    """The rollup less this total is what is asked for in Hillside, where more were promised."""
    world, valley, (one, two) = with_federation(2)
    first = small_round(world, one, rows=2)
    world.rollup(valley, first, small_round(world, two, rows=2, minimum=4 if wrong else 2))
    return world, world.total_entry(first)


@pair("differencing")
def a_total_of_two_who_were_promised_three_by_a_total_that_follows(wrong):
    """The second total gives nothing new away, but its round has promised more; and so it is kept."""
    world, council, roster = with_rows(6)
    opened(world, council, roster, range(6))
    opened(world, council, roster, range(6), round_no=2, minimum=3 if wrong else 2)
    return world, world.total_entry(due(world, council, roster, range(2), round_no=3))


@pair("differencing")
def a_total_that_closes_a_ring_of_pairs(wrong):
    """{0, 1} - {1, 2} + {2, 0} is twice the amount of 0."""
    world, council, roster = with_rows(4)
    opened(world, council, roster, (0, 1))
    opened(world, council, roster, (1, 2), round_no=2)
    return world, world.total_entry(due(world, council, roster, (0, 2 if wrong else 3), round_no=3))


@pair("differencing")
def a_total_at_the_end_of_a_chain_of_overlapping_sets(wrong):
    """{0 1} - {1 2} + {2 3} - {3 4} is 0 - 4; with {4 5} it gives nobody away, with {4 0} one."""
    world, council, roster = with_rows(6)
    for number, rows in enumerate(((0, 1), (1, 2), (2, 3), (3, 4)), 1):
        opened(world, council, roster, rows, round_no=number)
    return world, world.total_entry(due(world, council, roster, (0 if wrong else 5, 4), round_no=5))


def overlapping(world: World, council: CouncilHandle, roster: RosterHandle, *, apart: bool = False) -> list[int]:
    """The totals of three rounds, and the rows of a fourth: together they tell fourteen members apart one by one.

    All but one of the fourteen are tied by the three. With ``apart``, two more members have claimed in the third round
    and in no other.
    """
    numbers = range(2, 16)  # the bits say in which rounds; who is in the first alone is left out
    for bit, round_no in ((1, 1), (2, 2), (4, 3)):
        rows = [row for row, number in enumerate(numbers) if number & bit]
        opened(world, council, roster, [*rows, *((14, 15) if apart and bit == 4 else ())], round_no=round_no)
    return [row for row, number in enumerate(numbers) if number & 8]


@pair("differencing")
def a_total_that_ties_thirteen_small_cells(wrong):
    """Nobody could be told apart here, but more than twelve cells that are tied are not searched."""
    world, council, roster = with_rows(16)
    last = overlapping(world, council, roster)
    everywhere = 13  # who is in all rounds; left out of the fourth she is in one cell with another
    rows = last if wrong else [row for row in last if row != everywhere]
    return world, world.total_entry(due(world, council, roster, rows, round_no=4))


# ---- totals and rollups


@pair("differencing")
def a_rollup_after_the_total_of_all_but_one(wrong):
    world, valley, (one, two) = with_federation(2)
    first = opened(world, one, rows_of(world, one, 2), range(2))
    second = small_round(world, two, rows=1 if wrong else 2)
    return world, world.rollup_entry(valley, first, second)


@pair("differencing")
def a_total_after_the_rollup_with_one_more(wrong):
    world, valley, (one, two) = with_federation(2)
    first = small_round(world, one, rows=2)
    world.rollup(valley, first, small_round(world, two, rows=1 if wrong else 2))
    return world, world.total_entry(first)


@pair("differencing")
def a_rollup_after_two_totals_that_leave_one(wrong):
    world, valley, (one, two, three) = with_federation(3)
    rounds = [opened(world, each, rows_of(world, each, 2), range(2)) for each in (one, two)]
    rounds.append(small_round(world, three, rows=1 if wrong else 2))
    return world, world.rollup_entry(valley, *rounds)


@pair("differencing")
def a_rollup_above_that_leaves_one(wrong):
    """The federation above counts all those below, and one council more."""
    world, valley, (one, two) = with_federation(2)
    rounds = [small_round(world, each) for each in (one, two)]
    world.rollup(valley, *rounds)
    top = world.federation("Top")
    world.say("membership", valley, top.key, to=top.leaf)
    rounds.append(small_round(world, world.council("Seaside", top), rows=1 if wrong else 2))
    return world, world.rollup_entry(top, *rounds)


@pair("differencing")
def a_rollup_below_that_leaves_one(wrong):
    world, valley, (one, two) = with_federation(2)
    top = world.federation("Top")
    world.say("membership", valley, top.key, to=top.leaf)
    rounds = [small_round(world, each) for each in (one, two)]
    more = small_round(world, world.council("Seaside", top), rows=1 if wrong else 2)
    world.rollup(top, *rounds, more)
    return world, world.rollup_entry(valley, *rounds)


@pair("differencing")
def a_total_that_a_rollup_and_another_total_leave_one_of(wrong):
    """The rollup less the total of Hillside is Riverside's round 1; its round 2 is about all of these but one."""
    world, valley, (one, two) = with_federation(2)
    roster = rows_of(world, one, 3)
    other = small_round(world, two, rows=2)
    world.rollup(valley, due(world, one, roster, range(3)), other)
    world.total(other)
    return world, world.total_entry(due(world, one, roster, range(2 if wrong else 3), round_no=2))


# ---- hidden allowances


def hidden(world: World, council: CouncilHandle, count: int, salt: str, **said) -> bytes:
    """A hidden roster of the members m0, m1, …, under commitments that no other one has."""
    body, _ = roster_parts(council.leaf, [7] * count, rule="hidden", prefix=salt)
    rows = tuple(replace(row, ref=f"m{position}") for position, row in enumerate(body.rows))
    return world.entry("roster", council, **{**replace(body, rows=rows).to_json(), **said})


@pair("differencing")
def a_hidden_roster_of_all_but_one(wrong):
    world, council = with_council()
    world.accept(hidden(world, council, 3, "first"))
    return world, hidden(world, council, 2 if wrong else 3, "second")


@pair("differencing")
def a_hidden_roster_of_all_but_one_for_the_same_period(wrong):
    """In another period the allowances are others."""
    world, council = with_council()
    world.accept(hidden(world, council, 3, "first", period="2027"))
    return world, hidden(world, council, 2, "second", period="2027" if wrong else "2028")


@pair("differencing")
def a_hidden_roster_of_all_but_one_for_no_period(wrong):
    """No period is an occasion of its own."""
    world, council = with_council()
    world.accept(hidden(world, council, 3, "first"))
    return world, hidden(world, council, 2, "second", **({} if wrong else {"period": "2027"}))


@pair("bad-field")
def a_roster_without_hidden_allowances_for_a_period(wrong):
    world, council = with_council()
    rows = {"rows": [{"ref": "m0"}], "allowance": "none"}
    return world, world.entry("roster", council, **rows, period="2027" if wrong else None)


@pair("below-floor")
def a_hidden_roster_one_below_the_floor(wrong):
    world, council = with_council()
    return world, hidden(world, council, 2 - wrong, "first")


@pair("reused-commitment")
def a_hidden_allowance_that_stands_in_an_earlier_roster(wrong):
    world, council = with_council()
    world.accept(hidden(world, council, 2, "first", period="2027"))
    return world, hidden(world, council, 2, "first" if wrong else "second", period="2028")
