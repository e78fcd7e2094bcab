"""Ways to be refused: rollups that say something else of requests, defaults and silent councils than there is."""

from tests.records.bodies import CouncilHandle, RoundHandle
from tests.records.builders import World
from tests.records.faults_rollup import sorted_leaves, third_round
from tests.records.starts import pair, small_round, with_federation


@pair("wrong-requests")
def a_rollup_without_a_live_request(wrong):
    world, valley, (one, two) = with_federation(2)
    world.say("request", one)
    rounds = [small_round(world, each) for each in (one, two)]
    said = {} if wrong else {"requests": 1, "requested": ["5"]}
    return world, world.rollup_entry(valley, *rounds, **said)


@pair("wrong-requests")
def a_rollup_with_a_superseded_request(wrong):
    world, valley, (one, two) = with_federation(2)
    world.say("request", one, supersedes=world.say("request", one))
    rounds = [small_round(world, each) for each in (one, two)]
    said = {"requests": 2, "requested": ["10"]} if wrong else {"requests": 1, "requested": ["5"]}
    return world, world.rollup_entry(valley, *rounds, **said)


@pair("wrong-requests")
def a_rollup_with_a_request_for_another_period(wrong):
    world, valley, (one, two) = with_federation(2)
    world.say("request", one, period="2028" if wrong else "2027")
    rounds = [small_round(world, each) for each in (one, two)]
    return world, world.rollup_entry(valley, *rounds, requests=1, requested=["5"])


@pair("wrong-requests")
def a_rollup_with_a_request_made_after_the_cut(wrong):
    """What is asked for once all rounds are closed changes nothing, so that nobody can hold up a rollup."""
    world, valley, (one, two) = with_federation(2)
    rounds = [small_round(world, one)]
    if not wrong:
        world.say("request", one)
    rounds.append(small_round(world, two))
    if wrong:
        world.say("request", one)
    return world, world.rollup_entry(valley, *rounds, requests=1, requested=["5"])


@pair("wrong-requests")
def a_rollup_with_the_request_of_who_joined_after_the_cut(wrong):
    world, valley, (one, two) = with_federation(2)
    late = world.federation("Brooks", None if wrong else valley)
    world.say("request", late)
    rounds = [small_round(world, each) for each in (one, two)]
    if wrong:
        world.say("membership", late, valley.key, to=valley.leaf)
    return world, world.rollup_entry(valley, *rounds, requests=1, requested=["5"])


@pair("wrong-requested")
def a_rollup_with_what_took_a_requests_place_after_the_cut(wrong):
    world, valley, (one, two) = with_federation(2)
    first = world.say("request", one)
    rounds = [small_round(world, each) for each in (one, two)]
    world.say("request", one, supersedes=first, amounts=[{**AMOUNTS[0], "quantity": 9}])
    return world, world.rollup_entry(valley, *rounds, requests=1, requested=["9" if wrong else "5"])


@pair("wrong-requests")
def a_rollup_with_the_request_of_a_council_outside(wrong):
    world, valley, (one, two) = with_federation(2)
    world.say("request", world.council("Seaside") if wrong else valley)
    rounds = [small_round(world, each) for each in (one, two)]
    return world, world.rollup_entry(valley, *rounds, requests=1, requested=["5"])


@pair("wrong-requested")
def a_rollup_of_requests_that_are_not_in_the_sum(wrong):
    world, valley, (one, two) = with_federation(2)
    for each in (one, two):
        world.say("request", each, amounts=AMOUNTS)
    rounds = [small_round(world, each) for each in (one, two)]
    return world, world.rollup_entry(valley, *rounds, requests=2, requested=["5" if wrong else "10"])


AMOUNTS = [
    {"code": "flour", "quantity": 5, "scale": 0, "unit": "kg"},
    {"code": "beans", "quantity": 7, "scale": 0, "unit": "kg"},
]


def _asks_for_another(field, value):
    def make(wrong):
        world, valley, (one, two) = with_federation(2)
        world.say("request", one, amounts=[{**AMOUNTS[0], field: value}])
        rounds = [small_round(world, each) for each in (one, two)]
        return world, world.rollup_entry(valley, *rounds, requests=1, requested=["5" if wrong else "0"])

    make.__name__ = f"a_sum_of_requests_of_another_{field}"
    return pair("wrong-requested")(make)


for _field, _value in (("code", "beans"), ("unit", "sack"), ("scale", 1)):
    _asks_for_another(_field, _value)


# ---- who is silent


def with_silent(**rule) -> tuple[World, CouncilHandle, CouncilHandle, list[RoundHandle], CouncilHandle]:
    """Riverside has its round; Hillside stated a default and is silent."""
    world, valley, (one, two) = with_federation(2, **rule)
    world.say("request", two, type="default", period=None)
    return world, valley, two, [small_round(world, one, rows=2)], one


@pair("wrong-missing")
def a_rollup_that_hides_a_silent_council(wrong):
    world, valley, silent, rounds, _ = with_silent()
    return world, world.rollup_entry(valley, *rounds, missing=[] if wrong else [silent.leaf])


@pair("wrong-missing")
def a_rollup_that_misses_a_council_that_it_counts(wrong):
    world, valley, silent, rounds, one = with_silent()
    return world, world.rollup_entry(valley, *rounds, missing=sorted_leaves(silent, *([one] if wrong else [])))


@pair("wrong-missing")
def a_default_counted_against_the_federations_rule(wrong):
    world, valley, silent, rounds, _ = with_silent(silent="excluded" if wrong else "default")
    return world, world.rollup_entry(valley, *rounds, defaults=[silent.leaf], requested=["5"])


@pair("wrong-missing")
def a_default_not_counted_against_the_federations_rule(wrong):
    world, valley, silent, rounds, _ = with_silent(silent="default" if wrong else "excluded")
    return world, world.rollup_entry(valley, *rounds, missing=[silent.leaf])


@pair("wrong-missing")
def a_default_counted_for_who_has_closed_a_round(wrong):
    """Its claims are there to be counted; its default stands for silence only, which lasts until the cut."""
    world, valley, (one, two) = with_federation(2, silent="default")
    world.say("request", two, type="default", period=None)
    if wrong:
        small_round(world, two)
    rounds = [small_round(world, one, rows=2)]
    if not wrong:
        small_round(world, two)
    return world, world.rollup_entry(valley, *rounds, defaults=[two.leaf], requested=["5"])


@pair("wrong-missing")
def a_default_that_sixteen_others_have_followed(wrong):
    """Of a council's defaults the last sixteen are known."""
    world, valley, silent, rounds, _ = with_silent(silent="default")
    for number in range(15 + wrong):
        world.say("request", silent, type="default", period=None, purpose=f"kitchen {number}")
    return world, world.rollup_entry(valley, *rounds, defaults=[silent.leaf], requested=["5"])


@pair("wrong-missing")
def a_default_that_another_federation_has_counted(wrong):
    world, valley, silent, rounds, _ = with_silent(silent="default")
    if wrong:
        world.rollup(valley, *rounds, defaults=[silent.leaf], requested=["5"])
    hills = world.federation("Hills", silent="default")
    world.say("membership", silent, hills.key, from_=valley.leaf, to=hills.leaf)
    third = third_round(world, hills)
    return world, world.rollup_entry(hills, third, defaults=[silent.leaf], requested=["5"])


@pair("counted-twice")
def a_council_counted_after_its_default_was(wrong):
    world, valley, silent, rounds, _ = with_silent(silent="default")
    if wrong:
        world.rollup(valley, *rounds, defaults=[silent.leaf], requested=["5"])
    hills = world.federation("Hills")
    world.say("membership", silent, hills.key, from_=valley.leaf, to=hills.leaf)
    return world, world.rollup_entry(hills, small_round(world, silent, rows=2))


@pair("wrong-missing")
def a_council_told_as_missing_that_joined_after_the_cut(wrong):
    world, valley, (one, two) = with_federation(2)
    late = world.council("Seaside", None if wrong else valley)
    rounds = [small_round(world, each) for each in (one, two)]
    if wrong:
        world.say("membership", late, valley.key, to=valley.leaf)
    return world, world.rollup_entry(valley, *rounds, missing=[late.leaf])


@pair("wrong-missing")
def a_default_stated_after_the_cut(wrong):
    world, valley, (one, two) = with_federation(2, silent="default")
    if not wrong:
        world.say("request", two, type="default", period=None)
    rounds = [small_round(world, one, rows=2)]
    if wrong:
        world.say("request", two, type="default", period=None)
    return world, world.rollup_entry(valley, *rounds, defaults=[two.leaf], requested=["5"])


@pair("wrong-requested")
def a_default_changed_after_the_cut(wrong):
    world, valley, silent, rounds, _ = with_silent(silent="default")
    world.say("request", silent, type="default", period=None, amounts=[{**AMOUNTS[0], "quantity": 9}])
    said = {"defaults": [silent.leaf], "requested": ["9" if wrong else "5"]}
    return world, world.rollup_entry(valley, *rounds, **said)


@pair("wrong-missing")
def a_federation_told_as_missing(wrong):
    """Silent are those of type council; federations and stewards open no rounds of members."""
    world, valley, (one,) = with_federation()
    other = world.council("Brooks", valley, type="federation" if wrong else "council")
    rounds = [small_round(world, one, rows=2)]
    return world, world.rollup_entry(valley, *rounds, missing=[other.leaf])


@pair("wrong-missing")
def a_rollup_without_a_silent_council_two_levels_below(wrong):
    world, valley, (one,) = with_federation()
    below = world.council("Lower Brook", world.federation("Brooks", valley))
    rounds = [small_round(world, one, rows=2)]
    return world, world.rollup_entry(valley, *rounds, missing=[] if wrong else [below.leaf])
