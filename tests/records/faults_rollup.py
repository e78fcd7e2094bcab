"""Ways to be refused: rollups of closed rounds, who is missing, and what is asked for in the open."""

from hashlib import sha256

from tests.records.bodies import CouncilHandle, RoundHandle, category
from tests.records.builders import World
from tests.records.starts import pair, rows_of, small_round, with_federation, with_rounds


def sorted_leaves(*councils: CouncilHandle) -> list[bytes]:
    return sorted(council.leaf for council in councils)


# ---- form and debts


@pair("bad-field")
def missing_councils_that_are_not_sorted(wrong):
    world, valley, councils, rounds = with_rounds(4)
    missing = sorted_leaves(*councils[2:])
    return world, world.rollup_entry(valley, *rounds[:2], missing=missing[::-1] if wrong else missing)


@pair("bad-field")
def a_missing_council_told_twice(wrong):
    world, valley, councils, rounds = with_rounds(3)
    missing = sorted_leaves(councils[2]) * (1 + wrong)
    return world, world.rollup_entry(valley, *rounds[:2], missing=missing)


@pair("bad-field")
def a_round_rolled_up_twice_in_one_entry(wrong):
    world, valley, _, rounds = with_rounds()
    leaves = [rounds[0].leaf, rounds[0 if wrong else 1].leaf]
    return world, world.rollup_entry(valley, *rounds, rounds=leaves)


@pair("bad-field")
def fewer_sums_of_requests_than_totals(wrong):
    world, valley, councils = with_federation(2)
    catalogue = (category("flour", 1), category("beans", 1))
    rounds = [small_round(world, council, catalogue=catalogue) for council in councils]
    return world, world.rollup_entry(valley, *rounds, requested=["0"] * (1 if wrong else 2))


@pair("unknown-round")
def a_rollup_of_a_round_nobody_knows(wrong):
    world, valley, _, rounds = with_rounds()
    return world, world.rollup_entry(valley, *rounds, rounds=[rounds[0].leaf, bytes(32) if wrong else rounds[1].leaf])


@pair("not-closed")
def a_rollup_of_an_open_round(wrong):
    world, valley, (one, two) = with_federation(2)
    first = small_round(world, one)
    catalogue = first.body.catalogue
    second = world.round(two, rows_of(world, two, 1), early_close=True, catalogue=catalogue)
    world.claim(second, 0, (1,))
    if not wrong:
        world.close(second)
    return world, world.rollup_entry(valley, first, second)


def _rolls_up_another(field, value):
    def make(wrong):
        world, valley, (one, two) = with_federation(2)
        usual = category("flour", 1)
        other = category("flour", 1).to_json() | {field: value}
        catalogue = (type(usual)(**other) if wrong else usual,)
        rounds = [small_round(world, one), small_round(world, two, catalogue=catalogue)]
        return world, world.rollup_entry(valley, *rounds)

    make.__name__ = f"a_rollup_of_categories_of_another_{field}"
    return pair("wrong-categories")(make)


for _field, _value in (("code", "beans"), ("unit", "sack"), ("scale", 1)):
    _rolls_up_another(_field, _value)


@pair("wrong-categories")
def a_rollup_of_catalogues_in_another_order(wrong):
    world, valley, (one, two) = with_federation(2)
    catalogue = (category("flour", 1), category("beans", 1))
    rounds = [
        small_round(world, one, catalogue=catalogue),
        small_round(world, two, catalogue=catalogue[::-1] if wrong else catalogue),
    ]
    return world, world.rollup_entry(valley, *rounds)


@pair("wrong-categories")
def a_rollup_of_one_amount_too_many(wrong):
    world, valley, _, rounds = with_rounds(proofs=True)
    changes = {"totals": ["2", "0"], "requested": ["0", "0"]} if wrong else {}
    return world, world.rollup_entry(valley, *rounds, **changes)


@pair("wrong-count")
def a_rollup_that_counts_one_claim_more(wrong):
    world, valley, _, rounds = with_rounds()
    return world, world.rollup_entry(valley, *rounds, count=2 + wrong)


@pair("under-minimum")
def a_rollup_one_below_the_greatest_minimum_of_its_rounds(wrong):
    world, valley, (one, two) = with_federation(2)
    rounds = [small_round(world, one), small_round(world, two, minimum=2 + wrong)]
    return world, world.rollup_entry(valley, *rounds)


@pair("invalid-opening")
def a_rollup_one_too_high(wrong):
    world, valley, _, rounds = with_rounds(proofs=True)
    return world, world.rollup_entry(valley, *rounds, totals=["3" if wrong else "2"])


@pair("invalid-opening")
def a_rollup_that_opens_fewer_rounds_than_it_names(wrong):
    world, valley, councils, rounds = with_rounds(3, proofs=True)
    changes = {"count": 3, "rounds": [each.leaf for each in rounds]} if wrong else {"missing": [councils[2].leaf]}
    return world, world.rollup_entry(valley, *rounds[:2], **changes)


@pair("malformed")
def a_rollup_with_an_unreduced_blinding(wrong):
    world, valley, _, rounds = with_rounds(proofs=True)
    return world, world.rollup_entry(valley, *rounds, **({"blinding": b"\xff" * 32} if wrong else {}))


# ---- who may, of what


@pair("unknown-council")
def a_rollup_of_a_federation_nobody_knows(wrong):
    world, valley, _, rounds = with_rounds()
    return world, world.rollup_entry(valley, *rounds, federation=bytes(32) if wrong else valley.leaf)


@pair("wrong-federation")
def a_rollup_by_a_council_that_is_no_federation(wrong):
    world, valley, (one, _), rounds = with_rounds()
    return world, world.rollup_entry(one if wrong else valley, *rounds)


@pair("wrong-key")
def a_rollup_signed_by_one_of_the_children(wrong):
    world, valley, (one, _), rounds = with_rounds()
    return world, world.rollup_entry(CouncilHandle(valley.leaf, (one if wrong else valley).key), *rounds)


@pair("outside-mandate")
def a_rollup_outside_of_the_mandate(wrong):
    world, valley, (one, two), rounds = with_rounds()
    ann = world.mandate(valley, "Ann", "total" if wrong else "rollup")
    for child in (one, two):
        world.say("consent", child, about=ann.mandate)
    return world, world.rollup_entry(ann, *rounds)


@pair("duplicate-rollup")
def a_second_rollup_of_a_period_and_number(wrong):
    world, valley, _, rounds = with_rounds()
    if wrong:
        world.rollup(valley, *rounds)
    return world, world.rollup_entry(valley, *rounds[::-1])


@pair("wrong-round")
def a_rollup_of_a_round_of_another_period(wrong):
    world, valley, (one, two) = with_federation(2)
    rounds = [small_round(world, one), small_round(world, two, period="2028" if wrong else "2027")]
    return world, world.rollup_entry(valley, *rounds)


@pair("wrong-round")
def a_rollup_of_a_round_of_another_number(wrong):
    world, valley, (one, two) = with_federation(2)
    rounds = [small_round(world, one), small_round(world, two, round_no=2 if wrong else 1)]
    return world, world.rollup_entry(valley, *rounds)


@pair("wrong-federation")
def a_rollup_of_a_council_outside_of_the_federation(wrong):
    world, valley, (one,) = with_federation()
    other = world.council("Seaside", None if wrong else valley)
    return world, world.rollup_entry(valley, small_round(world, one), small_round(world, other))


@pair("counted-twice")
def a_council_counted_by_two_federations(wrong):
    """It was counted where it was before, and moves in the middle of the period."""
    world, valley, (one, _), rounds = with_rounds()
    if wrong:
        world.rollup(valley, *rounds)
    hills = world.federation("Hills")
    third = small_round(world, world.council("Moorside", hills))
    world.say("membership", one, hills.key, from_=valley.leaf, to=hills.leaf)
    return world, world.rollup_entry(hills, rounds[0], third)


@pair("counted-twice")
def a_council_counted_again_above_a_federation_that_was_itself_moved_away(wrong):
    """A rollup above one that counts a council may count it too; one beside it may not."""
    world, valley, (one, _), rounds = with_rounds()
    top = world.federation("Top")
    world.say("membership", valley, top.key, to=top.leaf)
    world.rollup(valley, *rounds)
    if wrong:
        world.say("membership", one, top.key, from_=valley.leaf, to=top.leaf)
        world.say("membership", valley, from_=top.leaf)
        return world, world.rollup_entry(top, rounds[0], third_round(world, top))
    return world, world.rollup_entry(top, *rounds, third_round(world, top))


def third_round(world: World, above: CouncilHandle) -> RoundHandle:
    return small_round(world, world.council("Moorside", above), rows=2)


# ---- tags


def tagged(world: World, council: CouncilHandle, rnd: RoundHandle, *names: str, **said) -> None:
    tags = sorted(sha256(name.encode()).digest() for name in names)
    world.say("tags", council, roster=rnd.body.rosters[0], tags=tags, **said)


@pair("missing-tags")
def a_rollup_of_a_roster_without_tags(wrong):
    world, valley, (one, two), rounds = with_rounds(tags=True)
    tagged(world, one, rounds[0], "Ada")
    if not wrong:
        tagged(world, two, rounds[1], "Bea")
    return world, world.rollup_entry(valley, *rounds)


@pair("missing-tags")
def a_rollup_of_a_roster_with_tags_for_another_period(wrong):
    world, valley, (one, two), rounds = with_rounds(tags=True)
    tagged(world, one, rounds[0], "Ada")
    tagged(world, two, rounds[1], "Bea", period="2028" if wrong else "2027")
    return world, world.rollup_entry(valley, *rounds)


@pair("counted-twice")
def a_member_in_two_rosters_of_one_council(wrong):
    world, valley, (one,) = with_federation(tags=True)
    rosters = [rows_of(world, one, 1, prefix) for prefix in "ab"]
    rnd = world.round(one, *rosters, early_close=True, catalogue=(category("flour", 1),))
    for row in (0, 1):
        world.claim(rnd, row, (1,))
    world.close(rnd)
    for roster, name in zip(rosters, ("Ada", "Ada" if wrong else "Bea"), strict=True):
        world.say("tags", one, roster=roster.leaf, tags=[sha256(name.encode()).digest()])
    return world, world.rollup_entry(valley, rnd)


@pair("counted-twice")
def a_member_in_two_councils_of_a_rollup(wrong):
    """To state a tag hinders nobody; to count one does."""
    world, valley, (one, two), rounds = with_rounds(tags=True)
    tagged(world, one, rounds[0], "Ada")
    tagged(world, two, rounds[1], "Ada" if wrong else "Bea")
    return world, world.rollup_entry(valley, *rounds)


@pair("counted-twice")
def a_member_who_moves_in_the_middle_of_a_period(wrong):
    """Valley has counted Ada in Riverside; until the next period Hills cannot count her in Seaside, where she is."""
    world, valley, (one, two), rounds = with_rounds(tags=True)
    tagged(world, one, rounds[0], "Ada")
    tagged(world, two, rounds[1], "Bea")
    world.rollup(valley, *rounds)
    hills = world.federation("Hills", tags=True)
    seaside = world.council("Seaside", hills)
    period = "2027" if wrong else "2028"
    rnd = small_round(world, seaside, rows=2, period=period)
    tagged(world, seaside, rnd, "Ada", "Cid", period=period)
    return world, world.rollup_entry(hills, rnd)


@pair("counted-twice")
def a_member_counted_by_two_councils_of_federations_one_above_the_other(wrong):
    """A rollup above counts again whom one below has counted, in the same council and in no other."""
    world, valley, (one, two), rounds = with_rounds(tags=True)
    tagged(world, one, rounds[0], "Ada")
    tagged(world, two, rounds[1], "Bea")
    world.rollup(valley, *rounds)
    top = world.federation("Top", tags=True)
    world.say("membership", valley, top.key, to=top.leaf)
    seaside = world.council("Seaside", top)
    rnd = small_round(world, seaside, rows=2)
    tagged(world, seaside, rnd, "Cid", "Ada" if wrong else "Dan")
    if not wrong:
        return world, world.rollup_entry(top, *rounds, rnd)
    missing = sorted_leaves(one, two)
    return world, world.rollup_entry(top, rnd, missing=missing)


@pair("missing-tags")
def a_rollup_with_a_member_twice_and_a_roster_without_tags(wrong):
    """Whether all have tags is looked at first, whether any stands twice after that."""
    world, valley, (one, two) = with_federation(2, tags=True)
    rosters = [rows_of(world, one, 1, prefix) for prefix in "ab"]
    catalogue = (category("flour", 1),)
    rnd = world.round(one, *rosters, early_close=True, catalogue=catalogue)
    world.close(rnd)
    other = small_round(world, two, rows=2)
    names = ("Ada", "Ada") if wrong else ("Ada", "Bea")
    for roster, name in zip(rosters, names, strict=True):
        world.say("tags", one, roster=roster.leaf, tags=[sha256(name.encode()).digest()])
    if not wrong:
        tagged(world, two, other, "Cid", "Dan")
    return world, world.rollup_entry(valley, rnd, other)
