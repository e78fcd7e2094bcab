"""The JSON views of mandates and of what waits for the assent of those below, against the rules' own word."""

from typing import Any

import pytest

from ledger.records.assent import LAPSES, carries, proposal_of
from tests.api.desk import Desk, refused
from tests.api.test_views import b64, pages
from tests.api.valley import brought
from tests.records.bodies import key
from tests.records.builders import START, CouncilHandle, World


class Federation:
    """Three councils in a federation, which has given a mandate, and one beside it."""

    def __init__(self) -> None:
        world = self.world = World().found()
        self.valley = world.federation()
        self.one, self.two, self.three = (
            world.council(name, self.valley) for name in ("Riverside", "Hillside", "Lakeside")
        )
        self.alone = world.council("Seaside")
        self.bea = world.mandate(self.valley, "Bea", "close", role="clerk").mandate

    def says(self, council: CouncilHandle, about: bytes, verdict: str = "for", **said: Any) -> None:
        self.world.say("consent", council, about=about, verdict=verdict, **said)


def proposal(desk: Desk, leaf: bytes) -> Any:
    return desk.view(f"/v1/proposals/{leaf.hex()}")


def listed(desk: Desk, query: str = "") -> list[tuple[str, str, str]]:
    found = desk.view(f"/v1/proposals?{query}")["proposals"]
    return [(one["leaf"], one["kind"], one["state"]) for one in found]


def voices(view: Any) -> dict[str, tuple[bool, str | None]]:
    return {one["name"]: (one["has_say"], one["verdict"]) for one in view["voices"]}


def test_a_mandate_of_a_federation_waits_with_who_has_a_say_and_who_said_what(desk: Desk) -> None:
    parts = Federation()
    world = parts.world
    brought(desk, world)
    view = proposal(desk, parts.bea)
    assert view["proposal"] == {
        "leaf": b64(parts.bea),
        "index": len(world.entries) - 1,
        "council": b64(parts.valley.leaf),
        "kind": "mandate",
        "state": "waiting",
    }
    assert (view["size"], view["clock"], view["recall"], view["recovery"]) == (len(world.entries), START, None, None)
    assert view["mandate"] == desk.view(f"/v1/councils/{parts.valley.leaf.hex()}")["mandates"][0]
    assert (view["electorate"], view["agreed"], view["lacking"]) == (3, 0, 2)
    assert voices(view) == dict.fromkeys(("Riverside", "Hillside", "Lakeside"), (True, None))

    parts.says(parts.one, parts.bea)
    at = len(world.entries) - 1
    parts.says(parts.two, parts.bea, "against")
    parts.says(parts.three, parts.bea, "conditions", conditions="for a year")
    brought(desk, world)
    view = proposal(desk, parts.bea)
    assert (view["agreed"], view["lacking"], view["proposal"]["state"]) == (1, 1, "waiting")
    assert voices(view) == {
        "Riverside": (True, "for"),
        "Hillside": (True, "against"),
        "Lakeside": (True, "conditions"),
    }
    assert [one["index"] for one in view["voices"] if one["name"] == "Riverside"] == [at]
    assert [one["council"] for one in view["voices"]] == [
        b64(leaf) for leaf in sorted((parts.one.leaf, parts.two.leaf, parts.three.leaf))
    ]

    parts.says(parts.two, parts.bea)
    brought(desk, world)
    view = proposal(desk, parts.bea)
    assert (view["agreed"], view["lacking"], view["proposal"]["state"]) == (2, None, "took-effect")
    assert view["mandate"]["state"] == "in-effect"
    world.say("recall", parts.valley, council=parts.valley.leaf, mandate=parts.bea)
    brought(desk, world)
    view = proposal(desk, parts.bea)
    assert (view["proposal"]["state"], view["mandate"]["state"]) == ("took-effect", "ended")


def test_what_is_lacking_is_what_the_rules_ask_for(desk: Desk) -> None:
    parts = Federation()
    parts.says(parts.one, parts.bea)
    world = parts.world
    brought(desk, world)
    asked = proposal_of(world.view, parts.bea, 0)
    assert not carries(world.view, parts.bea, asked, parts.one.leaf)
    assert carries(world.view, parts.bea, asked, parts.two.leaf)
    view = proposal(desk, parts.bea)
    assert (view["quorum"], view["lacking"], view["lapses"]) == (3, 1, world.time + LAPSES)
    # One leaves: of the two that are left as many must be for it as before.
    world.say("membership", parts.three, from_=parts.valley.leaf)
    world.council("Late", parts.valley)
    parts.says(parts.one, parts.bea)
    brought(desk, world)
    view = proposal(desk, parts.bea)
    assert (view["quorum"], view["electorate"], view["agreed"], view["lacking"]) == (3, 2, 1, 1)
    assert voices(view) == {"Riverside": (True, "for"), "Hillside": (True, None)}, "who came later has no say"
    parts.says(parts.two, parts.bea)
    brought(desk, world)
    assert proposal(desk, parts.bea)["proposal"]["state"] == "took-effect"


def test_who_left_is_told_with_a_word_that_counts_no_more(desk: Desk) -> None:
    parts = Federation()
    parts.says(parts.one, parts.bea)
    parts.world.say("membership", parts.one, council=parts.one.leaf, from_=parts.valley.leaf)
    brought(desk, parts.world)
    view = proposal(desk, parts.bea)
    assert voices(view) == {"Riverside": (False, "for"), "Hillside": (True, None), "Lakeside": (True, None)}
    assert (view["electorate"], view["agreed"], view["lacking"]) == (2, 0, 2)


def test_recalls_and_recovery_keys_are_proposals_too(desk: Desk) -> None:
    parts = Federation()
    world = parts.world
    keys = world.recovery(parts.valley, "v1", "v2", "v3")
    newer = world.recovery(parts.valley, "w1", "w2")
    recall = world.say("recall", parts.one, council=parts.valley.leaf, mandate=parts.bea, reason="it was too much")
    ended = world.say("recall", parts.two, council=parts.valley.leaf, mandate=None, reason="the key too")
    brought(desk, world)
    view = proposal(desk, keys)
    assert view["recovery"] == {
        "threshold": 2,
        "keys": [b64(raw) for raw in sorted(key(name).public for name in ("v1", "v2", "v3"))],
    }
    assert (view["mandate"], view["recall"], view["agreed"], view["lacking"]) == (None, None, 0, 2)
    view = proposal(desk, recall)
    assert view["recall"] == {"by": b64(parts.one.leaf), "mandate": b64(parts.bea), "reason": "it was too much"}
    assert (voices(view)["Riverside"], view["agreed"], view["lacking"]) == ((True, "for"), 1, 1)
    assert proposal(desk, ended)["recall"] == {"by": b64(parts.two.leaf), "mandate": None, "reason": "the key too"}

    parts.says(parts.three, keys)
    parts.says(parts.one, keys)
    parts.says(parts.one, ended)
    brought(desk, world)
    expected = [
        (b64(parts.bea), "mandate", "lapsed"),  # the federation was recalled
        (b64(keys), "recovery", "took-effect"),
        (b64(newer), "recovery", "lapsed"),  # others took effect after it was proposed
        (b64(recall), "recall", "lapsed"),
        (b64(ended), "recall", "took-effect"),
    ]
    assert listed(desk) == listed(desk, f"council={parts.valley.leaf.hex()}") == expected
    assert listed(desk, f"council={parts.one.leaf.hex()}") == []
    for state in ("waiting", "took-effect", "lapsed"):
        assert listed(desk, f"state={state}") == [one for one in expected if one[2] == state]
    assert listed_by_pages(desk) == [one[0] for one in expected]
    assert proposal(desk, parts.bea)["lacking"] is None


def listed_by_pages(desk: Desk, state: str = "") -> list[str]:
    found, after = [], ""
    while True:
        page = desk.view(f"/v1/proposals?limit=2&state={state}&after={after}")
        assert len(page["proposals"]) <= 2
        found += [one["leaf"] for one in page["proposals"]]
        if page["next"] is None:
            return found
        assert page["next"] > after
        after = page["next"]


def test_a_page_of_proposals_in_a_rare_state_may_be_empty_and_lead_on(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = Federation()
    recall = parts.world.say("recall", parts.one, council=parts.valley.leaf, mandate=parts.bea)
    parts.says(parts.two, recall)
    brought(desk, parts.world)
    monkeypatch.setattr("api.assent_views.MOST_WEIGHED", 1)
    assert desk.view("/v1/proposals?state=took-effect")["proposals"] == []
    assert listed_by_pages(desk, "took-effect") == [b64(recall)]
    assert listed_by_pages(desk, "lapsed") == [b64(parts.bea)]


def test_what_needed_nobodys_assent_is_no_proposal(desk: Desk) -> None:
    parts = Federation()
    world = parts.world
    own = world.mandate(parts.alone, "Cid").mandate
    first = world.federation("Hills")
    early = world.mandate(first, "Dan").mandate
    world.council("Hilltop", first)
    by_itself = world.say("recall", parts.valley, council=parts.valley.leaf, mandate=parts.bea)
    keys = world.recovery(parts.alone, "a1", "a2")
    brought(desk, world)
    for leaf in (own, early, by_itself, keys, parts.valley.leaf):
        refused(desk.get(f"/v1/proposals/{leaf.hex()}"), 404, "not-found", "there is no proposal of this leaf hash")
    assert listed(desk) == [(b64(parts.bea), "mandate", "lapsed")]


def test_of_very_many_voices_some_are_listed_and_all_are_counted(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    parts = Federation()
    parts.says(max((parts.one, parts.two, parts.three), key=lambda one: one.leaf), parts.bea)
    brought(desk, parts.world)
    monkeypatch.setattr("api.assent_views.MOST_LISTED", 2)
    view = proposal(desk, parts.bea)
    assert (len(view["voices"]), view["more_voices"]) == (2, True)
    assert (view["electorate"], view["agreed"], view["lacking"]) == (3, 1, 1)


def test_the_mandates_of_a_council_come_in_pages_in_the_order_of_the_log(desk: Desk) -> None:
    parts = Federation()
    world = parts.world
    given = [world.mandate(parts.alone, f"Clerk {number}").mandate for number in range(3)]
    world.mandate(parts.one, "Eve")
    world.say("recall", parts.alone, council=parts.alone.leaf, mandate=given[1])
    brought(desk, world)
    path = f"/v1/councils/{parts.alone.leaf.hex()}/mandates"
    found = pages(desk, f"{path}?limit=1", "mandates")
    assert [(one["leaf"], one["state"]) for one in found] == [
        (b64(leaf), state) for leaf, state in zip(given, ("in-effect", "ended", "in-effect"), strict=True)
    ]
    whole = desk.view(path)
    assert (whole["mandates"], whole["council"], whole["next"]) == (found, b64(parts.alone.leaf), None)
    assert desk.view(f"/v1/councils/{parts.alone.leaf.hex()}")["mandates"] == found
    assert desk.view(f"/v1/councils/{parts.two.leaf.hex()}/mandates")["mandates"] == []
