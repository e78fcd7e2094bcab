"""The JSON views of what followed on one entry: uses of a claim, replies to a challenge."""

from tests.api.desk import Desk
from tests.api.test_views import b64, pages
from tests.api.valley import Valley, brought
from tests.records.builders import START, World


def test_the_uses_of_a_claim_are_told_with_who_measured_how(desk: Desk, valley: Valley) -> None:
    view = desk.view(f"/v1/resources/{valley.ceiling.hex()}/uses")
    (use,) = view["uses"]
    claim = desk.view(f"/v1/resources/{valley.ceiling.hex()}")["resource"]
    assert (view["claim"], view["unit"], view["scale"]) == (b64(valley.ceiling), claim["unit"], claim["scale"])
    assert (use["council"], use["quantity"], use["struck"]) == (b64(valley.one.leaf), 410, False)
    entry = desk.view(f"/v1/entries/{use['index']}")["statement"]["body"]
    assert {name: use[name] for name in ("from", "until", "method", "quantity", "council")} == {
        name: entry[name] for name in ("from", "until", "method", "quantity", "council")
    }
    assert use["evidence"] == entry.get("evidence")
    assert desk.view(f"/v1/leaves/{valley.ceiling.hex()}")["size"] == view["size"]
    assert desk.view(f"/v1/resources/{valley.other.hex()}/uses")["uses"] == []


def test_uses_come_in_pages_and_one_that_was_wrong_is_struck(desk: Desk) -> None:
    world = World().found()
    council, other = world.council(), world.council("Hillside")
    claim = world.say("resource", council, quantity=100)
    uses = [world.say("use", other, claim=claim, quantity=number) for number in (3, 5, 7)]
    challenge = world.say("challenge", council, about=uses[1], ground="measurement")
    world.say("outcome", other, challenge=challenge, outcome="upheld")
    brought(desk, world)
    path = f"/v1/resources/{claim.hex()}/uses"
    found = pages(desk, f"{path}?limit=1", "uses")
    assert found == desk.view(path)["uses"]
    assert [(one["leaf"], one["struck"]) for one in found] == [
        (b64(leaf), struck) for leaf, struck in zip(uses, (False, True, False), strict=True)
    ]
    counted = sum(one["quantity"] for one in desk.view(path)["uses"] if not one["struck"])
    assert desk.view(f"/v1/resources/{claim.hex()}")["resource"]["used"] == counted == 10


def test_a_claim_names_the_one_whose_uses_count_in_it(desk: Desk) -> None:
    world = World().found()
    council = world.council()
    old = world.say("resource", council, quantity=100)
    world.say("use", council, claim=old, quantity=3)
    new = world.say("resource", council, quantity=90, supersedes=old)
    world.say("use", council, claim=new, quantity=4)
    brought(desk, world)
    told = {leaf: desk.view(f"/v1/resources/{leaf.hex()}") for leaf in (old, new)}
    assert (told[old]["supersedes"], told[new]["supersedes"]) == (None, b64(old))
    assert (told[old]["resource"]["used"], told[new]["resource"]["used"]) == (3, 7)
    uses = {leaf: desk.view(f"/v1/resources/{leaf.hex()}/uses")["uses"] for leaf in (old, new)}
    assert [[one["quantity"] for one in uses[leaf]] for leaf in (old, new)] == [[3], [4]]


def test_all_replies_to_a_challenge_are_told_the_first_one_with_it(desk: Desk) -> None:
    world = World().found()
    council, other = world.council(), world.council("Hillside")
    claim = world.say("resource", council)
    challenge = world.say("challenge", other, about=claim)
    silent = world.say("challenge", other, about=claim, ground="harm")
    replies = [
        world.say("reply", council, challenge=challenge, answer=answer, text=f"reply {answer}")
        for answer in ("explains", "accepts")
    ]
    brought(desk, world)
    path = f"/v1/challenges/{challenge.hex()}/replies"
    found = pages(desk, f"{path}?limit=1", "replies")
    assert found == desk.view(path)["replies"]
    assert [(one["leaf"], one["answer"], one["text"]) for one in found] == [
        (b64(replies[0]), "explains", "reply explains"),
        (b64(replies[1]), "accepts", "reply accepts"),
    ]
    one = desk.view(f"/v1/challenges/{challenge.hex()}")
    assert (one["reply"], one["more_replies"]) == (found[0], True)
    assert one["challenge"]["replied"] == found[0]["index"]
    assert desk.view(f"/v1/challenges/{silent.hex()}/replies") == {
        "size": len(world.entries),
        "challenge": b64(silent),
        "replies": [],
        "next": None,
    }


def test_the_ledger_tells_its_rule_for_challenges(desk: Desk) -> None:
    world = World().found()
    other = world.council("Hillside")
    challenge = world.say("challenge", other, about=other.leaf)
    brought(desk, world)
    rule = desk.view("/v1/ledger")["challenges"]
    assert rule == {"limit": 3, "reply": 1_209_600}
    assert desk.view(f"/v1/challenges/{challenge.hex()}")["challenge"]["deadline"] == START + rule["reply"]
