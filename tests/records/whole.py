"""Whole ledgers: one in which each kind of entry stands, and one for each thing that people do over several entries."""

from collections.abc import Callable
from hashlib import sha256

from ledger.records.kinds.tags import member_tag
from tests.records.bodies import FOUNDER, LOG, ORIGIN, CouncilHandle, RoundHandle, category, key, ledger_body
from tests.records.builders import World
from tests.records.faults_disclosure import due, overlapping
from tests.records.starts import rows_of, small_round

WHOLE: dict[str, Callable[..., World]] = {}
"""By name: how to make it; each takes `proofs`."""


def whole(make: Callable[..., World]) -> Callable[..., World]:
    WHOLE[make.__name__] = make
    return make


MANDATED = (
    *("challenge", "claim", "close", "consent", "decision", "erratum", "outcome", "reply", "request", "resource"),
    *("rollup", "roster", "round", "tags", "total", "use", "withdraw"),
)


def secret(member: str) -> bytes:
    """What a member's council knows of her, and her next council after it."""
    return sha256(b"secret of " + member.encode()).digest()


def tags_of(*members: str, period: str = "2027") -> list[bytes]:
    return sorted(member_tag(secret(member), origin=ORIGIN, period=period) for member in members)


def tagged_round(world: World, council: CouncilHandle, *members: str, **changes) -> RoundHandle:
    """A closed round of these members, whose roster has its tags."""
    rnd = small_round(world, council, rows=len(members), **changes)
    world.say("tags", council, roster=rnd.body.rosters[0], tags=tags_of(*members))
    return rnd


@whole
def a_holder_acts_in_all_that_a_mandate_can_name(proofs: bool = True) -> World:
    """She never signs with the council's key, and what she signed stays when the mandate is taken from her."""
    world = World(proofs=proofs).found()
    valley = world.federation()
    council, other = world.council("Riverside", valley), world.council("Hillside", valley)
    ann = world.mandate(council, "Ann", *MANDATED)
    head = world.mandate(valley, "Hanna", "decision", "rollup")
    for child in (ann, other):
        world.say("consent", child, about=head.mandate)
    claim = world.say("resource", ann)
    world.say("use", ann, claim=claim)
    world.say("request", ann, period="2028")
    roster = world.roster(ann, [None, None], members=["Ada"])
    rnd = world.round(ann, roster, catalogue=(category("flour", 1),), early_close=True)
    for row in (0, 1, 0):
        world.claim(rnd, row, (1,))
    world.withdraw(rnd, 1)
    world.claim(rnd, 1, (1,))
    world.say("tags", ann, roster=roster.leaf, tags=tags_of("Ada", "Bea"))
    world.close(rnd)
    total = world.total(rnd)
    world.say("erratum", ann, about=total.leaf)
    challenge = world.say("challenge", other, about=total.leaf)
    world.say("reply", ann, challenge=challenge)
    own = world.say("challenge", ann, about=head.mandate, ground="mandate")
    world.say("outcome", ann, challenge=own, outcome="withdrawn")
    world.say("outcome", ann, challenge=challenge)
    world.decision(ann, total.leaf)
    world.rollup(head, rnd, missing=[other.leaf])
    world.say("recall", council, council=council.leaf, mandate=ann.mandate)
    world.say("key", head.key, action="revoke", key=head.key.public)
    return world


@whole
def a_stolen_key_is_revoked_and_recovered(proofs: bool = True) -> World:
    """The thief has the key and signs with it until two of three recovery keys set another; then they are replaced."""
    world = World(proofs=proofs).found()
    council = world.council()
    world.recovery(council, "r1", "r2", "r3")
    thief = CouncilHandle(council.leaf, council.key)
    world.mandate(thief, "a friend of the thief")
    world.decision(thief)
    world.recover(council, "Riverside 2", "r2", "r3")
    world.decision(council)
    world.recovery(council, "r4", "r5", threshold=1, by=[key("r1"), key("r2"), key("r3")])
    world.say("key", council.key, action="revoke", key=council.key.public)
    world.recover(council, "Riverside 3", "r5")
    world.mandate(council, "Ann")
    return world


@whole
def those_below_recall_and_choose(proofs: bool = True) -> World:
    """A federation's holder, then its key, is recalled by two of three, whatever it does; and they go."""
    world = World(proofs=proofs).found()
    valley = world.federation()
    one, two, three = (world.council(name, valley) for name in ("Riverside", "Hillside", "Lakeside"))
    keys = world.recovery(valley, "r1", "r2", threshold=2)
    for child in (one, two):
        world.say("consent", child, about=keys)
    ann = world.mandate(valley, "Ann")
    world.say("consent", three, about=ann.mandate, verdict="against")
    world.say("consent", one, about=ann.mandate)
    world.say("consent", two, about=ann.mandate, verdict="conditions", conditions="until the harvest")
    world.say("consent", two, about=ann.mandate)
    world.say("consent", two, about=ann.mandate, verdict="against")
    world.say("consent", two, about=ann.mandate)
    world.decision(ann)
    recall = world.say("recall", three, council=valley.leaf, mandate=ann.mandate)
    world.say("consent", one, about=recall)
    recall = world.say("recall", two, council=valley.leaf)
    world.say("key", valley.key, key("valley 2"), action="rotate", key=valley.key.public, new=key("valley 2").public)
    for number in range(3):
        world.council(f"A friend {number}", CouncilHandle(valley.leaf, key("valley 2")))
    world.recover(valley, "valley 3", "r1", "r2")
    world.say("recall", one, council=valley.leaf)
    world.mandate(valley, "Bea")
    world.say("consent", three, about=recall)
    for child in (one, two, three):
        world.say("membership", child, from_=valley.leaf)
    return world


@whole
def challenges_are_answered_overdue_and_decided(proofs: bool = True) -> World:
    """A member's and a council's; one is answered, one overdue, one about a clock; an outcome is challenged itself."""
    world = World(proofs=proofs)
    world.add("ledger", ledger_body(challenges={"limit": 3, "reply": 600}), key(FOUNDER))
    valley = world.tick(0).federation()
    council, other = (world.council(name, valley) for name in ("Riverside", "Hillside"))
    steward = world.council("Water", type="steward")
    roster = world.roster(council, [None, None], members=["Ada"]).leaf
    hers = {"roster": roster, "row": 0}
    ceiling = world.say("resource", steward, type="ceiling", quantity=400)
    use = world.say("use", council, claim=ceiling, quantity=410)
    first = world.say("challenge", key("Ada"), about=ceiling, ground="measurement", evidence=roster, **hers)
    second = world.say("challenge", key("Ada"), about=use, ground="measurement", **hers)
    third = world.say("challenge", other, about=ceiling, ground="consultation")
    clock = world.say("clock", key(LOG), time=world.time + 60, refused=2)
    world.say("challenge", other, about=clock)
    world.time += 60
    world.say("reply", steward, challenge=first)
    world.say("reply", steward, challenge=first, answer="disputes")
    world.tick(600)
    world.say("reply", steward, challenge=third, answer="accepts")
    outcome = world.say("outcome", council, challenge=first, outcome="rejected")
    world.say("challenge", other, about=outcome, ground="procedure")
    world.decision(other, ceiling)
    world.say("outcome", valley, challenge=second)
    world.say("outcome", steward, challenge=third)
    again = world.say("challenge", key("Ada"), about=first, ground="procedure", again=1, **hers)
    world.say("outcome", key("Ada"), challenge=again, outcome="withdrawn")
    world.decision(steward, ceiling, outcome)
    return world


@whole
def a_federation_rolls_up_what_is_too_small_to_publish(proofs: bool = True) -> World:
    """Two councils of one claim each, one silent with a default, one without, requests in the open, and tags."""
    world = World(proofs=proofs).found()
    top = world.federation("Top", silent="default", tags=True)
    valley = world.federation("Valley", top, silent="default", tags=True)
    one, two, silent = (world.council(name, valley) for name in ("Riverside", "Hillside", "Lakeside"))
    absent = world.council("Seaside")
    world.say("membership", absent, top.key, to=top.leaf)
    world.say("request", silent, type="default", period=None, purpose="bread for eight")
    asked = world.say("request", one)
    world.say("request", one, supersedes=asked, purpose="a smaller kitchen")
    world.say("request", valley)
    rounds = [tagged_round(world, council, name) for council, name in ((one, "Ada"), (two, "Bea"))]
    said = {"defaults": [silent.leaf], "requested": ["15"], "requests": 2}
    first = world.rollup(valley, *rounds, **said)
    world.say("erratum", valley, about=first, effect="withdrawn", reason="a claim was entered twice")
    world.rollup(top, *rounds, **{**said, "missing": [absent.leaf]})
    return world


@whole
def a_member_and_a_council_move(proofs: bool = True) -> World:
    """Ada leaves Riverside for Hillside, which leaves Valley for Hills; everybody is counted once in each period."""
    world = World(proofs=proofs).found()
    valley, hills = (world.federation(name, tags=True) for name in ("Valley", "Hills"))
    one, two = (world.council(name, valley) for name in ("Riverside", "Hillside"))
    rounds = [tagged_round(world, one, "Ada", "Bea"), tagged_round(world, two, "Cid")]
    world.rollup(valley, *rounds)
    world.say("membership", two, valley.key, hills.key, from_=valley.leaf, to=hills.leaf)
    roster = rows_of(world, two, 2, "n")
    rnd = world.closed(two, roster, catalogue=(category("flour", 1),), period="2028")
    world.say("tags", two, roster=roster.leaf, tags=tags_of("Ada", "Cid", period="2028"), period="2028")
    world.rollup(hills, rnd)
    return world


@whole
def a_ceiling_with_a_use_above_it(proofs: bool = True) -> World:
    """Two councils claim side by side; one is measured above; what takes its place takes the meter along."""
    world = World(proofs=proofs).found()
    steward = world.council("Water", type="steward")
    council = world.council()
    ceiling = {"type": "ceiling", "resource": "lower-spring", "unit": "t"}
    first = world.say("resource", steward, quantity=400, **ceiling)
    world.say("resource", council, quantity=300, evidence=None, **ceiling)
    world.say("consent", council, about=first, verdict="against")
    world.say("consent", council, about=first, verdict="conditions", conditions="not in August")
    world.say("use", council, claim=first, quantity=410, evidence=bytes(32))
    second = world.say("resource", steward, quantity=500, supersedes=first, **ceiling)
    world.say("use", council, claim=second, quantity=90)
    world.decision(council, second)
    return world


@whole
def an_opening_that_can_have_no_part_is_left_out(proofs: bool = True) -> World:
    """Thirteen members are tied, but the third total is about two more, of whom nobody else says anything."""
    world = World(proofs=proofs).found()
    council = world.council()
    roster = rows_of(world, council, 16)
    last = overlapping(world, council, roster, apart=True)
    world.total(due(world, council, roster, last, round_no=4))
    return world
