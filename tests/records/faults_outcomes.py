"""Ways to be refused: outcomes of challenges."""

from tests.records.bodies import FOUNDER, CouncilHandle, key
from tests.records.builders import World
from tests.records.faults_checks import challenged, clock_of, with_members
from tests.records.starts import pair, with_council, with_federation, with_two


def challenged_by_member() -> tuple[World, CouncilHandle, bytes]:
    """Ada challenges the roster that she is on."""
    world, council, roster = with_members()
    return world, council, world.say("challenge", key("Ada"), about=roster, roster=roster, row=0)


def challenged_below() -> tuple[World, CouncilHandle, CouncilHandle, CouncilHandle, bytes]:
    """Hillside challenges a decision of Riverside; both are in Valley, the first of all."""
    world, valley, (council, hillside) = with_federation(2)
    return world, valley, council, hillside, world.say("challenge", hillside, about=world.decision(council))


def put_above(world: World, federation: CouncilHandle) -> CouncilHandle:
    top = world.federation("Top")
    world.say("membership", federation, top.key, to=top.leaf)
    return top


@pair("bad-field")
def an_outcome_that_nobody_judged(wrong):
    world, valley, *_, challenge = challenged_below()
    said = {"council": None if wrong else valley.leaf, "outcome": "rejected"}
    return world, world.entry("outcome", valley, challenge=challenge, **said)


@pair("unknown-challenge")
def an_outcome_of_a_reply(wrong):
    world, council, hillside, challenge = challenged()
    reply = world.say("reply", council, challenge=challenge)
    return world, world.entry("outcome", hillside, challenge=reply if wrong else challenge, outcome="withdrawn")


@pair("already-decided")
def a_second_outcome(wrong):
    world, valley, council, _, challenge = challenged_below()
    if wrong:
        world.say("outcome", council, challenge=challenge)
    return world, world.entry("outcome", valley, challenge=challenge, outcome="rejected")


@pair("wrong-council")
def a_challenge_withdrawn_by_who_has_to_answer(wrong):
    world, council, hillside, challenge = challenged()
    return world, world.entry("outcome", council if wrong else hillside, challenge=challenge, outcome="withdrawn")


@pair("wrong-council")
def a_members_challenge_withdrawn_by_her_council(wrong):
    world, council, challenge = challenged_by_member()
    return world, world.entry("outcome", council if wrong else key("Ada"), challenge=challenge, outcome="withdrawn")


@pair("wrong-key")
def a_members_challenge_withdrawn_with_her_councils_key(wrong):
    world, council, challenge = challenged_by_member()
    return world, world.entry("outcome", council.key if wrong else key("Ada"), challenge=challenge, outcome="withdrawn")


@pair("wrong-council")
def a_challenge_upheld_by_who_challenged(wrong):
    """Nobody judges its own case."""
    world, _, council, hillside, challenge = challenged_below()
    return world, world.entry("outcome", hillside if wrong else council, challenge=challenge)


@pair("wrong-council")
def a_challenge_upheld_by_who_challenged_from_above(wrong):
    world, valley, (council,) = with_federation()
    top = put_above(world, valley)
    challenge = world.say("challenge", valley, about=world.decision(council))
    return world, world.entry("outcome", valley if wrong else top, challenge=challenge)


@pair("wrong-council")
def a_challenge_upheld_by_a_stranger(wrong):
    """Only who has to answer can give in, and who stands above it."""
    world, valley, *_, challenge = challenged_below()
    stranger = world.council("Seaside")
    return world, world.entry("outcome", stranger if wrong else valley, challenge=challenge)


@pair("wrong-council")
def a_challenge_of_a_clock_upheld(wrong):
    """Nobody stands above the founders. Who stands above the challenger can still reject."""
    world, valley, (council,) = with_federation()
    challenge = world.say("challenge", council, about=world.accept(clock_of(world)).leaf)
    return world, world.entry("outcome", valley, challenge=challenge, outcome="upheld" if wrong else "rejected")


@pair("wrong-council")
def a_challenge_of_a_decision_upheld_by_the_founders(wrong):
    """They give in where no council has to answer, and nowhere else."""
    world, _, _, hillside, challenge = challenged_below()
    if not wrong:
        challenge = world.say("challenge", hillside, about=world.accept(clock_of(world)).leaf)
    return world, world.entry("outcome", key(FOUNDER), challenge=challenge)


@pair("wrong-council")
def a_challenge_of_a_members_challenge_upheld_by_the_founders(wrong):
    """They give in for themselves, and for no member."""
    world, council, challenge = challenged_by_member()
    about = challenge if wrong else world.accept(clock_of(world)).leaf
    second = world.say("challenge", council, about=about)
    return world, world.entry("outcome", key(FOUNDER), challenge=second)


@pair("wrong-council")
def a_challenge_rejected_by_a_federation_that_the_challengers_has_joined_since(wrong):
    """Nobody looks for a judge when there is something to judge."""
    world, valley, (council, hillside) = with_federation(2)
    top = None if wrong else put_above(world, valley)
    challenge = world.say("challenge", hillside, about=world.decision(council))
    top = top or put_above(world, valley)
    return world, world.entry("outcome", top, challenge=challenge, outcome="rejected")


@pair("wrong-council")
def a_members_challenge_rejected_by_a_federation_that_her_council_has_joined_since(wrong):
    """Since what she challenges: her council does not look for a judge for her."""
    world, council, roster = with_members()
    valley = world.federation()
    before = world.decision(council)
    world.say("membership", council, valley.key, to=valley.leaf)
    about = before if wrong else world.decision(council)
    challenge = world.say("challenge", key("Ada"), about=about, roster=roster, row=0)
    return world, world.entry("outcome", valley, challenge=challenge, outcome="rejected")


@pair("wrong-council")
def a_challenge_upheld_by_a_federation_that_the_challenged_has_joined_since(wrong):
    """Since the entry that is challenged: a friend could challenge, and another judge."""
    world, council, other = with_two()
    valley = world.federation()
    before = world.decision(council)
    world.say("membership", council, valley.key, to=valley.leaf)
    about = before if wrong else world.decision(council)
    return world, world.entry("outcome", valley, challenge=world.say("challenge", other, about=about))


@pair("wrong-council")
def a_challenge_of_a_use_upheld_by_the_claimant_from_above(wrong):
    """It would take the use off its own claim. Who measured can."""
    world, valley, (one, two) = with_federation(2)
    claim = world.say("resource", valley)
    use = world.say("use", one, claim=claim, quantity=1300)
    challenge = world.say("challenge", two, about=use)
    return world, world.entry("outcome", valley if wrong else one, challenge=challenge)


@pair("wrong-key")
def a_challenge_of_a_clock_upheld_by_who_challenged(wrong):
    world, council = with_council()
    challenge = world.say("challenge", council, about=world.accept(clock_of(world)).leaf)
    return world, world.entry("outcome", council.key if wrong else key(FOUNDER), challenge=challenge)


@pair("wrong-council")
def a_challenge_rejected_by_who_has_to_answer(wrong):
    """It may give in, and may not dismiss."""
    world, _, council, _, challenge = challenged_below()
    return world, world.entry("outcome", council, challenge=challenge, outcome="rejected" if wrong else "upheld")


@pair("wrong-council")
def a_challenge_rejected_by_who_has_to_answer_from_above(wrong):
    world, valley, (council,) = with_federation()
    top = put_above(world, valley)
    challenge = world.say("challenge", council, about=world.decision(valley))
    return world, world.entry("outcome", valley if wrong else top, challenge=challenge, outcome="rejected")


@pair("wrong-council")
def a_challenge_rejected_by_a_stranger(wrong):
    """Nobody is judged by whom it has not joined."""
    world, valley, *_, challenge = challenged_below()
    stranger = world.federation("Seaside")
    return world, world.entry("outcome", stranger if wrong else valley, challenge=challenge, outcome="rejected")


@pair("wrong-council")
def a_challenge_rejected_by_who_stands_above_the_other_party_only(wrong):
    world, valley, (council,) = with_federation()
    other = world.council("Seaside", None if wrong else valley)
    challenge = world.say("challenge", other, about=world.decision(council))
    return world, world.entry("outcome", valley, challenge=challenge, outcome="rejected")


@pair("wrong-council")
def a_challenge_rejected_by_a_federation_that_the_challenger_has_left(wrong):
    world, valley, _, hillside, challenge = challenged_below()
    if wrong:
        world.say("membership", hillside, from_=valley.leaf)
    return world, world.entry("outcome", valley, challenge=challenge, outcome="rejected")


@pair("wrong-council")
def a_members_challenge_rejected_by_her_own_council_that_has_to_answer(wrong):
    """Her own council can judge what she says of others."""
    world, council, roster = with_members()
    about = roster if wrong else world.council("Seaside").leaf
    challenge = world.say("challenge", key("Ada"), about=about, roster=roster, row=0)
    return world, world.entry("outcome", council, challenge=challenge, outcome="rejected")


@pair("wrong-council")
def a_councils_challenge_rejected_by_itself(wrong):
    world, council, other = with_two()
    challenge = world.say("challenge", council, about=other.leaf)
    return world, world.entry("outcome", council, challenge=challenge, outcome="rejected" if wrong else "withdrawn")


@pair("wrong-council")
def a_councils_challenge_of_itself_judged_by_itself(wrong):
    world, council = with_council()
    challenge = world.say("challenge", council, about=council.leaf)
    return world, world.entry("outcome", council, challenge=challenge, outcome="upheld" if wrong else "withdrawn")


@pair("wrong-council")
def a_challenge_of_an_outcome_rejected_by_who_gave_it(wrong):
    """Whoever judged answers for its judgement, and cannot dismiss what is said against it."""
    world, valley, _, hillside, challenge = challenged_below()
    top = put_above(world, valley)
    outcome = world.say("outcome", valley, challenge=challenge, outcome="rejected")
    second = world.say("challenge", hillside, about=outcome)
    return world, world.entry("outcome", valley if wrong else top, challenge=second, outcome="rejected")


@pair("unknown-council")
def an_outcome_by_a_council_nobody_knows(wrong):
    world, council, _, challenge = challenged()
    return world, world.entry("outcome", council, council=bytes(32) if wrong else council.leaf, challenge=challenge)


@pair("wrong-key")
def an_outcome_signed_by_another(wrong):
    world, valley, _, hillside, challenge = challenged_below()
    signed = [(hillside if wrong else valley).key]
    return world, world.entry("outcome", valley, challenge=challenge, signed=signed)
