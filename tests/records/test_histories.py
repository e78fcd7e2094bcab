"""Whole small histories are accepted: rounds, and what councils do with keys and to each other."""

from itertools import pairwise

import pytest

from ledger.records.assent import CONSENTS, RECALLS
from ledger.records.challenges import CHALLENGES, carried_by, open_against
from ledger.records.councils import COUNCILS, MANDATES, children_of, has_ended, is_over
from ledger.records.entry import parse_entry
from ledger.records.facts import ENTRIES, KEYS, founding_keys
from ledger.records.kinds.decision import DECISIONS, Turnout
from ledger.records.kinds.erratum import ERRATA, is_withdrawn
from ledger.records.kinds.key import KeyChange
from ledger.records.kinds.request import DEFAULTS_KEPT, default_of
from ledger.records.kinds.resource import RESOURCES
from ledger.records.kinds.rollup import ROLLUPS, defaults_of, requests_of
from ledger.records.kinds.total import TOTALS
from ledger.records.openings import OPENINGS
from ledger.records.recovering import RECOVERIES
from tests.records.builders import FOUNDER, ORIGIN, World, key, small_world, whole_world
from tests.records.faults_rollup_due import with_silent
from tests.records.starts import with_federation
from tests.records.usual import decision_entry, resource_body
from tests.records.whole import WHOLE


def records(world, kind=None):
    """The entries of this kind, or all, in order."""
    found = [parse_entry(raw, origin=ORIGIN) for raw in world.entries]
    return [record for record in found if kind in (None, record.kind)]


@pytest.mark.parametrize("rule", ["none", "public", "hidden"])
def test_a_round_from_ledger_to_total(rule):
    world, rnd = whole_world(rule)
    assert world.view.get(TOTALS, rnd.leaf).totals == (6, 4)


@pytest.mark.parametrize("name", WHOLE)
def test_a_whole_history_is_accepted_proofs_and_all(name):
    assert len(WHOLE[name]().entries) > 10


def test_resources_and_decisions_of_a_council():
    world = World().found()
    council = world.council()
    first = world.add("resource", resource_body(council), council.key)
    world.add("resource", resource_body(council, supersedes=first.leaf, quantity=0), council.key)
    world.accept(decision_entry(world, council, turnout=Turnout(eligible=9, voted=9), adopts=(first.leaf,)))


def test_powers_over_keys():
    """Every key is rotated and revoked by itself, whoever stands above."""
    world = World().found()
    parent = world.federation("Parent")
    child = world.council("Child", parent)
    for old, new in pairwise((child.key, key("c1"), key("c2"))):
        world.add("key", KeyChange(action="rotate", key=old.public, new=new.public), old, new)
    assert world.view.get(COUNCILS, child.leaf).key == key("c2").public
    world.add("key", KeyChange(action="rotate", key=key(FOUNDER).public, new=key("f2").public), key(FOUNDER), key("f2"))
    world.add("key", KeyChange(action="rotate", key=parent.key.public, new=key("p2").public), parent.key, key("p2"))
    world.add("key", KeyChange(action="revoke", key=key("p2").public), key("p2"))
    world.add("key", KeyChange(action="revoke", key=key("c2").public), key("c2"))
    assert world.view.get(COUNCILS, child.leaf).key == b""
    assert world.view.get(KEYS, key("c1").public).ended == len(world.entries) - 5
    assert founding_keys(world.view) == {key("f2").public}


def test_what_was_signed_before_a_rotation_stays():
    """Entries of the old key stand; the round goes on under the new one."""
    world, rnd = small_world()
    world.claim(rnd, 0)
    body = KeyChange(action="rotate", key=rnd.council.key.public, new=key("New").public)
    world.add("key", body, rnd.council.key, key("New"))
    rnd.council.key = key("New")
    world.claim(rnd, 1)
    world.close(rnd)
    world.total(rnd)
    assert world.view.get(TOTALS, rnd.leaf).totals == (2, 2)


def test_a_holder_acts_and_what_she_signed_stays():
    world = WHOLE["a_holder_acts_in_all_that_a_mandate_can_name"](proofs=False)
    ann = key("Ann").public
    signed = {record.kind for record in records(world) if ann in record.signers}
    assert len(signed - {"mandate"}) == 16  # all that a mandate can name but the rollup, which Hanna signs
    mandate = world.view.get(MANDATES, ann)
    assert has_ended(world.view, mandate)
    assert mandate.ended == len(world.entries) - 2
    (closed,) = records(world, "close")
    assert world.view.get(TOTALS, closed.body.round) is not None


def test_a_council_takes_itself_back():
    world = WHOLE["a_stolen_key_is_revoked_and_recovered"](proofs=False)
    council = records(world, "council")[0].leaf
    assert world.view.get(COUNCILS, council).key == key("Riverside 3").public
    assert set(world.view.get(RECOVERIES, council).keys) == {key("r4").public, key("r5").public}
    assert has_ended(world.view, world.view.get(MANDATES, key("a friend of the thief").public))
    assert not has_ended(world.view, world.view.get(MANDATES, key("Ann").public))
    for name in ("Riverside", "Riverside 2", "r1", "r2", "r3"):
        assert world.view.get(KEYS, key(name).public).ended is not None


def test_recovery_keys_are_handed_on_one_by_one():
    """Those that stay sign on; the one that goes has ended."""
    world = World(proofs=False).found()
    council = world.council()
    world.recovery(council, "r1", "r2", "r3")
    world.recovery(council, "r2", "r3", "r4", by=[key("r1"), key("r2")])
    assert world.view.get(KEYS, key("r1").public).ended == len(world.entries) - 1
    assert world.view.get(KEYS, key("r2").public).ended is None
    world.recover(council, "Riverside 2", "r2", "r4")


def test_those_below_have_the_last_word():
    world = WHOLE["those_below_recall_and_choose"](proofs=False)
    first, second, third = records(world, "recall")
    assert [world.view.get(RECALLS, each.leaf).effective for each in (first, second, third)] == [True, True, False]
    valley = records(world, "council")[0].leaf
    council, at = world.view.get(COUNCILS, valley), world.entries.index(records(world, "consent")[-1].raw)
    assert (council.key, council.recalled) == (b"", at)
    assert [world.view.get(KEYS, key(name).public).ended for name in ("valley 3", "r1", "r2")] == [at] * 3
    assert world.view.get(RECOVERIES, valley) is None
    assert is_over(world.view, world.view.get(MANDATES, key("Bea").public))
    assert len(children_of(world.view, valley)) == 3


def test_a_recall_by_an_only_child_is_in_effect_at_once():
    world, valley, (child,) = with_federation()
    recall = world.say("recall", child, council=valley.leaf)
    assert world.view.get(RECALLS, recall).effective
    assert world.view.get(COUNCILS, valley.leaf).key == b""


def test_a_verdict_may_be_changed_until_it_has_effect():
    world, valley, (one, two, three) = with_federation(3)
    ann = world.mandate(valley, "Ann")
    for verdict in ("for", "against") * 2:
        world.say("consent", one, about=ann.mandate, verdict=verdict)
    world.say("consent", two, about=ann.mandate)
    assert world.view.get(CONSENTS, ann.mandate + one.leaf).verdict == "against"
    assert not world.view.get(MANDATES, ann.key.public).effective
    world.say("consent", three, about=ann.mandate)
    assert world.view.get(MANDATES, ann.key.public).effective


def test_a_federation_without_children_needs_nobodys_word():
    world, valley, _ = with_federation(0)
    ann = world.mandate(valley, "Ann")
    keys = world.recovery(valley, "r1", "r2")
    assert world.view.get(MANDATES, ann.key.public).effective
    world.recover(valley, "valley 2", "r1", "r2")
    assert keys != ann.mandate


def test_a_proposal_takes_effect_by_nobodys_leaving():
    """More than half of those who were there must be for it, and be there."""
    world, valley, (one, two, three) = with_federation(3)
    ann = world.mandate(valley, "Ann")
    world.say("consent", one, about=ann.mandate)
    world.say("membership", two, from_=valley.leaf)
    world.say("key", three.key, action="revoke", key=three.key.public)
    world.say("consent", one, about=ann.mandate)
    assert not world.view.get(MANDATES, ann.key.public).effective
    recall = world.say("recall", one, council=valley.leaf)
    assert world.view.get(RECALLS, recall).effective, "of those who are there now it is one of one"
    assert children_of(world.view, valley.leaf) == tuple(sorted((one.leaf, three.leaf)))


def test_a_federation_whose_children_have_no_keys_needs_nobodys_word():
    world, valley, (one,) = with_federation(1)
    world.say("key", one.key, action="revoke", key=one.key.public)
    assert world.view.get(MANDATES, world.mandate(valley, "Ann").key.public).effective
    world.recovery(valley, "r1", "r2")
    world.recover(valley, "valley 2", "r1", "r2")


def test_what_became_of_challenges():
    world = WHOLE["challenges_are_answered_overdue_and_decided"](proofs=False)
    (ceiling,) = records(world, "resource")
    challenges = [(record, world.view.get(CHALLENGES, record.leaf)) for record in records(world, "challenge")]
    assert [fact.state(world.time) for _, fact in challenges] == ["decided"] * 3 + ["overdue", "open", "decided"]
    assert [fact.outcome for _, fact in challenges] == ["rejected", "upheld", "upheld", None, None, "withdrawn"]
    assert challenges[0][1].state(world.time) == "decided"
    assert challenges[3][1].state(challenges[3][1].deadline - 1) == "open"
    assert challenges[3][1].state(challenges[3][1].deadline) == "overdue"
    # The outcome of the first was challenged, and that is open against the claim that the first was about.
    assert list(open_against(world.view, ceiling.leaf)) == [challenges[4][0].leaf]
    early, late = records(world, "decision")
    assert set(carried_by(world.view, early.body.adopts, world.view.get(DECISIONS, early.leaf).index)) == {
        challenges[2][0].leaf,
        challenges[4][0].leaf,
    }
    assert carried_by(world.view, late.body.adopts, world.view.get(DECISIONS, late.leaf).index) == (
        challenges[4][0].leaf,
    )
    # The use of which the challenge was upheld counts no more.
    assert world.view.get(RESOURCES, ceiling.leaf).used == 0


def test_a_use_is_struck_once():
    world = World(proofs=False).found()
    council, other = world.council(), world.council("Hillside")
    first = world.say("resource", council)
    use = world.say("use", council, claim=first, quantity=7)
    world.say("use", council, claim=first, quantity=5)
    second = world.say("resource", council, supersedes=first)
    world.say("use", council, claim=second, quantity=3)
    for ground in ("measurement", "evidence"):
        challenge = world.say("challenge", other, about=use, ground=ground)
        world.say("outcome", council, challenge=challenge)
    assert [world.view.get(RESOURCES, leaf).used for leaf in (first, second)] == [5, 8]


def test_a_rollup_says_who_is_missing_and_what_is_asked_for():
    world = WHOLE["a_federation_rolls_up_what_is_too_small_to_publish"]()
    valley, top = (record.body for record in records(world, "rollup"))
    assert (valley.count, valley.totals, valley.requested, valley.requests) == (2, ("2",), ("15",), 2)
    assert len(valley.defaults) == 1
    assert (len(valley.missing), len(top.missing)) == (0, 1)
    assert len(requests_of(world.view, valley)) == 2
    assert len(list(world.view.scan(ROLLUPS))) == 2
    assert len(list(world.view.scan(ERRATA))) == 1
    (erratum,) = (record.body for record in records(world, "erratum"))
    assert is_withdrawn(world.view, erratum.about) == (erratum.effect == "withdrawn")
    assert not is_withdrawn(world.view, bytes(32))
    # Both rollups open the same set, and the second adds nothing; the first opening stands under both councils.
    assert len(list(world.view.scan(OPENINGS))) == 2


def test_what_a_rollup_has_counted_stays_known_however_many_defaults_follow():
    world, valley, silent, rounds, _ = with_silent(silent="default")
    default = records(world, "request")[0].leaf
    rollup = world.accept(world.rollup_entry(valley, *rounds, defaults=[silent.leaf], requested=["5"])).body
    for number in range(1, DEFAULTS_KEPT + 2):
        world.say("request", silent, type="default", period=None, again=number)
    assert default_of(world.view, silent.leaf, len(world.entries)).leaf != default
    assert default_of(world.view, silent.leaf, world.view.get(ENTRIES, default).index + 1) is None
    assert defaults_of(world.view, rollup) == (default,)


def test_members_and_councils_move():
    world = WHOLE["a_member_and_a_council_move"]()
    valley, hills, one, two = (record.leaf for record in records(world, "council"))
    assert children_of(world.view, valley) == (one,)
    assert children_of(world.view, hills) == (two,)
    assert [record.body.count for record in records(world, "rollup")] == [3, 2]


def test_a_council_leaves_whatever_its_federation_says():
    """Also while the federation has no key."""
    world, valley, (one, two) = with_federation(2)
    world.say("membership", one, from_=valley.leaf)
    world.say("key", valley.key, action="revoke", key=valley.key.public)
    world.say("membership", two, from_=valley.leaf)
    assert children_of(world.view, valley.leaf) == ()


def test_a_meter_goes_along():
    world = WHOLE["a_ceiling_with_a_use_above_it"](proofs=False)
    used = {record.body.quantity: world.view.get(RESOURCES, record.leaf).used for record in records(world, "resource")}
    assert used == {400: 410, 300: 0, 500: 500}
