"""Ways to be refused: what is asked for in the open, and tags."""

from hashlib import sha256

from tests.records.starts import pair, rows_of, with_council, with_two

FLOUR = {"code": "flour", "quantity": 5, "scale": 0, "unit": "kg"}


@pair("bad-field")
def a_request_with_a_code_twice(wrong):
    world, council = with_council()
    other = {**FLOUR, "code": "flour" if wrong else "beans", "quantity": 1}
    return world, world.entry("request", council, amounts=[FLOUR, other])


@pair("bad-field")
def a_default_for_one_period(wrong):
    world, council = with_council()
    return world, world.entry("request", council, type="default", period="2027" if wrong else None)


@pair("bad-field")
def a_collective_request_for_no_period(wrong):
    world, council = with_council()
    return world, world.entry("request", council, period=None if wrong else "2027")


@pair("bad-field")
def a_default_that_supersedes(wrong):
    world, council = with_council()
    old = world.say("request", council, type="default", period=None)
    supersedes = old if wrong else None
    return world, world.entry("request", council, type="default", period=None, purpose="x", supersedes=supersedes)


@pair("wrong-request")
def a_request_that_supersedes_another_councils(wrong):
    world, council, other = with_two()
    olds = [world.say("request", each) for each in (council, other)]
    return world, world.entry("request", council, supersedes=olds[wrong])


@pair("wrong-request")
def a_request_that_supersedes_one_of_another_period(wrong):
    world, council = with_council()
    olds = [world.say("request", council, period=period) for period in ("2027", "2028")]
    return world, world.entry("request", council, supersedes=olds[wrong])


@pair("wrong-request")
def a_request_that_supersedes_one_superseded_already(wrong):
    world, council = with_council()
    first = world.say("request", council)
    second = world.say("request", council, supersedes=first)
    return world, world.entry("request", council, purpose="x", supersedes=first if wrong else second)


@pair("wrong-request")
def a_request_that_supersedes_a_default(wrong):
    world, council = with_council()
    olds = [world.say("request", council), world.say("request", council, type="default", period=None)]
    return world, world.entry("request", council, purpose="x", supersedes=olds[wrong])


@pair("request-limit")
def a_65th_request_for_a_period(wrong):
    """Superseded ones count, so that nobody grows the list that a rollup has to read."""
    world, council = with_council()
    last = None
    for number in range(63 + wrong):
        last = world.say("request", council, purpose=f"kitchen {number}", supersedes=last)
    return world, world.entry("request", council, purpose="x", supersedes=last)


@pair("request-limit")
def a_65th_request_for_this_period_and_not_for_the_next(wrong):
    world, council = with_council()
    for number in range(64):
        world.say("request", council, purpose=f"kitchen {number}")
    return world, world.entry("request", council, purpose="x", period="2027" if wrong else "2028")


# ---- tags


def tags(*names: str) -> list[bytes]:
    """Tags of members of these names: 32 bytes each, sorted."""
    return sorted(sha256(name.encode()).digest() for name in names)


@pair("bad-field")
def tags_that_are_not_sorted(wrong):
    world, council = with_council()
    found = tags("Ada", "Bea")
    roster = rows_of(world, council, 2).leaf
    return world, world.entry("tags", council, roster=roster, tags=found[::-1] if wrong else found)


@pair("bad-field")
def a_tag_twice(wrong):
    world, council = with_council()
    roster = rows_of(world, council, 2).leaf
    return world, world.entry("tags", council, roster=roster, tags=tags("Ada", "Ada" if wrong else "Bea"))


@pair("unknown-roster")
def tags_of_a_roster_nobody_knows(wrong):
    world, council = with_council()
    roster = rows_of(world, council, 2).leaf
    return world, world.entry("tags", council, roster=council.leaf if wrong else roster, tags=tags("Ada", "Bea"))


@pair("wrong-roster")
def tags_of_another_councils_roster(wrong):
    world, council, other = with_two()
    rosters = [rows_of(world, each, 2).leaf for each in (council, other)]
    return world, world.entry("tags", council, roster=rosters[wrong], tags=tags("Ada", "Bea"))


@pair("duplicate-tags")
def tags_given_twice_for_a_period(wrong):
    world, council = with_council()
    roster = rows_of(world, council, 2).leaf
    world.say("tags", council, roster=roster, tags=tags("Ada", "Bea"))
    period = "2027" if wrong else "2028"
    return world, world.entry("tags", council, roster=roster, tags=tags("Cid", "Dan"), period=period)


@pair("wrong-count")
def fewer_tags_than_rows(wrong):
    world, council = with_council()
    roster = rows_of(world, council, 2).leaf
    return world, world.entry("tags", council, roster=roster, tags=tags("Ada", *([] if wrong else ["Bea"])))
