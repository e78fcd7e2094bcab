"""The JSON views of claims about the world, challenges and decisions, against the world's own."""

import base64
from collections.abc import Callable

import pytest

from api import lookups
from ledger.records import rivals
from ledger.records.standing import resource_marks
from tests.api.desk import Desk
from tests.api.test_views import b64, pages
from tests.api.valley import Valley, brought
from tests.records.bodies import category, key
from tests.records.builders import START, World

TWO_WEEKS = 1_209_600


def test_claims_are_told_with_use_and_the_marks_of_the_rules(desk: Desk, valley: Valley) -> None:
    page = desk.view("/v1/resources")
    assert (page["clock"], page["size"], page["next"]) == (START, len(valley.world.entries), None)
    leaves = [base64.b64decode(one["leaf"]) for one in page["resources"]]
    assert leaves == sorted((valley.ceiling, valley.rival, valley.other, *valley.spring))
    for one, leaf in zip(page["resources"], leaves, strict=True):
        assert one["marks"] == list(resource_marks(valley.world.view, leaf, START))
    one = desk.view(f"/v1/resources/{valley.ceiling.hex()}")
    assert one["resource"] == page["resources"][leaves.index(valley.ceiling)]
    assert {name: one["resource"][name] for name in ("resource", "type", "quantity", "used", "superseded_by")} == {
        "resource": "weir",
        "type": "ceiling",
        "quantity": 400,
        "used": 410,
        "superseded_by": None,
    }
    assert "above" in one["resource"]["marks"]
    assert "contested" not in one["resource"]["marks"], "one of the two was adopted alone"
    assert all("contested" in each["marks"] for each in desk.view("/v1/resources?resource=spring")["resources"]), (
        "none of the two was"
    )
    assert sorted((each["name"], each["verdict"]) for each in one["consents"]) == [
        ("Hillside", "for"),
        ("Riverside", "against"),
    ]
    assert one["more_consents"] is False


def test_claims_about_one_resource_stand_side_by_side(desk: Desk, valley: Valley) -> None:
    weir = pages(desk, "/v1/resources?resource=weir&limit=1", "resources")
    assert [one["leaf"] for one in weir] == [b64(leaf) for leaf in sorted((valley.ceiling, valley.rival))]
    assert desk.view("/v1/resources?resource=wei")["resources"] == []
    assert len(pages(desk, "/v1/resources?limit=2", "resources")) == 5


def test_the_marks_of_very_many_claims_about_one_resource_are_the_same(
    desk: Desk, valley: Valley, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = desk.view("/v1/resources")["resources"]
    monkeypatch.setattr(rivals, "FEW", 0)
    assert desk.view("/v1/resources")["resources"] == plain
    assert [one["leaf"] for one in plain if "contested" in one["marks"]] == [
        b64(leaf) for leaf in sorted(valley.spring)
    ]


def test_of_very_many_consents_some_are_listed_and_it_is_said(
    desk: Desk, valley: Valley, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.checks_views.MOST_LISTED", 1)
    one = desk.view(f"/v1/resources/{valley.ceiling.hex()}")
    assert (len(one["consents"]), one["more_consents"]) == (1, True)


def test_a_challenge_is_told_with_who_owes_the_answer_the_reply_and_the_outcome(desk: Desk, valley: Valley) -> None:
    one = desk.view(f"/v1/challenges/{valley.hers.hex()}")
    challenge = one["challenge"]
    assert {name: challenge[name] for name in ("ground", "council", "member", "state", "outcome", "deadline")} == {
        "ground": "measurement",
        "council": None,
        "member": b64(key("Ada").public),
        "state": "decided",
        "outcome": "upheld",
        "deadline": START + TWO_WEEKS,
    }
    assert (challenge["about"], challenge["root"]) == (b64(valley.ceiling),) * 2
    assert (challenge["home"], challenge["answers"]) == (b64(valley.one.leaf), b64(valley.steward.leaf))
    assert one["reply"] == {
        "leaf": b64(valley.reply),
        "index": challenge["replied"],
        "answer": "explains",
        "text": "it was read twice",
        "evidence": None,
    }
    assert one["more_replies"] is False
    assert one["outcome"] == {
        "index": challenge["decided"],
        "outcome": "upheld",
        "council": b64(valley.steward.leaf),
        "rule": "own mistake",
    }
    other = desk.view(f"/v1/challenges/{valley.theirs.hex()}")
    assert (other["reply"], other["outcome"], other["challenge"]["council"]) == (None, None, b64(valley.two.leaf))


def test_challenges_are_found_by_what_they_are_against_and_by_their_state(open_desk: Callable[..., Desk]) -> None:
    desk = open_desk(confirmed_time=START + 2 * TWO_WEEKS)  # or the server would take two weeks at once for a fault
    valley = Valley()
    world = valley.world
    about_reply = world.say("challenge", valley.one, about=valley.reply)
    brought(desk, world)

    def found(query: str) -> set[str]:
        return {one["leaf"] for one in desk.view(f"/v1/challenges?{query}")["challenges"]}

    assert found("") == {b64(leaf) for leaf in (valley.hers, valley.theirs, about_reply)}
    assert found(f"about={valley.ceiling.hex()}") == {b64(valley.hers), b64(about_reply)}
    assert found(f"about={valley.one.leaf.hex()}") == set()
    assert found("state=decided") == {b64(valley.hers)}
    assert found("state=overdue") == found("state=answered") == set()
    assert found("state=open") == {b64(valley.theirs), b64(about_reply)}
    assert found(f"state=open&about={valley.ceiling.hex()}") == {b64(about_reply)}
    world.tick(TWO_WEEKS - 60)
    world.decision(valley.two)
    brought(desk, world)
    assert found("state=overdue") == set()
    world.tick(60)
    world.decision(valley.two)
    brought(desk, world)
    assert found("state=overdue") == {b64(valley.theirs), b64(about_reply)}
    assert len(pages(desk, "/v1/challenges?limit=1", "challenges")) == 3


def test_a_page_of_what_seldom_fits_may_be_empty_and_lead_on(
    desk: Desk, valley: Valley, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lookups, "MOST_LOOKED_AT", 1)
    found, after, turns = [], "", 0
    while True:
        page = desk.view(f"/v1/challenges?state=decided&after={after}")
        found += page["challenges"]
        turns += 1
        if page["next"] is None:
            break
        assert page["next"] > after
        after = page["next"]
    assert [one["leaf"] for one in found] == [b64(valley.hers)]
    assert turns == 2


def test_a_decision_is_told_with_what_it_adopts_and_carries(desk: Desk, valley: Valley) -> None:
    one = desk.view(f"/v1/decisions/{valley.decision.hex()}")
    assert (one["title"], one["voted"], one["eligible"], one["council"]) == ("The plan", 9, 10, b64(valley.valley.leaf))
    first, second = one["adopts"]
    assert (first["leaf"], first["kind"], first["withdrawn"]) == (b64(valley.ceiling), "resource", False)
    assert "above" in first["marks"]
    assert "above" not in second["marks"]
    assert sorted((each["leaf"], each["state"]) for each in one["carries"]) == sorted(
        [(b64(valley.hers), "decided"), (b64(valley.theirs), "open")]
    )
    page = desk.view("/v1/decisions")
    assert [(each["leaf"], each["title"]) for each in page["decisions"]] == [(b64(valley.decision), "The plan")]


def test_decisions_come_in_pages_and_show_what_was_withdrawn(desk: Desk) -> None:
    world = World().found()
    council = world.council()
    rnd = world.closed(council, world.roster(council, [None, None]), catalogue=(category("flour", 1),))
    total = world.total(rnd).leaf
    decision = world.decision(council, total)
    for number in range(3):
        world.decision(council, title=f"Motion {number} of many")
    brought(desk, world)
    path = f"/v1/decisions/{decision.hex()}"
    assert desk.view(path)["adopts"][0]["withdrawn"] is False
    world.say("erratum", council, about=total, effect="withdrawn")
    brought(desk, world)
    assert desk.view(path)["adopts"][0]["withdrawn"] is True
    assert len(pages(desk, "/v1/decisions?limit=3", "decisions")) == 4
