"""The JSON views of councils and their powers, requests, rollups and openings, against the world's own."""

import base64
from typing import Any

import pytest

from ledger.records.rounds import CLOSES
from tests.api.desk import Desk
from tests.api.test_views import b64, pages
from tests.api.valley import Valley, amount, brought
from tests.records.bodies import key
from tests.records.builders import START, World
from tests.records.starts import small_round


def test_a_council_is_told_with_its_place_its_recovery_keys_and_its_mandates(desk: Desk) -> None:
    world = World().found()
    valley = world.federation(silent="default", tags=True)
    one, two = (world.council(name, valley) for name in ("Riverside", "Hillside"))
    world.recovery(one, "r1", "r2", "r3")
    ann = world.mandate(one, "Ann", "claim", "use", role="meter reader")
    bea = world.mandate(valley, "Bea")
    cid = world.mandate(one, "Cid")
    world.say("recall", one, council=one.leaf, mandate=cid.mandate)
    brought(desk, world)
    view = desk.view(f"/v1/councils/{valley.leaf.hex()}")
    assert {name: view[name] for name in ("type", "parent", "silent", "tags", "recovery", "recovered")} == {
        "type": "federation",
        "parent": None,
        "silent": "default",
        "tags": True,
        "recovery": None,
        "recovered": None,
    }
    assert [(each["leaf"], each["since"]) for each in view["children"]] == sorted(
        [(b64(one.leaf), 3), (b64(two.leaf), 4)], key=lambda each: base64.b64decode(each[0])
    )
    assert [(each["leaf"], each["state"]) for each in view["mandates"]] == [(b64(bea.mandate), "waiting")]
    view = desk.view(f"/v1/councils/{one.leaf.hex()}")
    assert (view["parent"], view["silent"], view["children"]) == (b64(valley.leaf), None, [])
    assert view["recovery"] == {
        "threshold": 2,
        "keys": [b64(raw) for raw in sorted(key(name).public for name in ("r1", "r2", "r3"))],
    }
    mine, recalled = view["mandates"]
    assert {name: mine[name] for name in ("leaf", "key", "role", "kinds", "until", "state", "ended")} == {
        "leaf": b64(ann.mandate),
        "key": b64(key("Ann").public),
        "role": "meter reader",
        "kinds": ["claim", "use"],
        "until": START + 86_400,
        "state": "in-effect",
        "ended": None,
    }
    assert (recalled["state"], recalled["ended"]) == ("ended", len(world.entries) - 1)
    world.recover(one, "Riverside 2", "r1", "r3")
    brought(desk, world)
    view = desk.view(f"/v1/councils/{one.leaf.hex()}")
    assert (view["recovered"], view["key"]) == (len(world.entries) - 1, b64(key("Riverside 2").public))
    assert [each["state"] for each in view["mandates"]] == ["ended", "ended"]


def test_of_very_many_children_and_mandates_some_are_listed_and_it_is_said(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World().found()
    valley = world.federation()
    children = [world.council(name, valley) for name in ("Riverside", "Hillside")]
    for name in ("Ann", "Bea"):
        world.mandate(children[0], name)
    brought(desk, world)
    monkeypatch.setattr("api.federation_views.MOST_LISTED", 1)
    federation = desk.view(f"/v1/councils/{valley.leaf.hex()}")
    assert (len(federation["children"]), federation["more_children"]) == (1, True)
    council = desk.view(f"/v1/councils/{children[0].leaf.hex()}")
    assert (len(council["mandates"]), council["more_mandates"]) == (1, True)
    monkeypatch.undo()
    assert desk.view(f"/v1/councils/{children[0].leaf.hex()}")["more_mandates"] is False


def test_a_rollup_is_told_with_who_is_counted_who_is_missing_and_what_is_in_no_category(
    desk: Desk, valley: Valley
) -> None:
    view = desk.view(f"/v1/rollups/{valley.rollup.hex()}")
    assert view["categories"] == [{"code": "flour", "unit": "kg", "scale": 0, "total": "2", "requested": "9"}]
    assert (view["federation"], view["period"], view["round_no"]) == (b64(valley.valley.leaf), "2027", 1)
    assert (view["count"], view["minimum"], view["tags"], view["missing"]) == (2, 2, False, [])
    assert view["rounds"] == [b64(rnd.leaf) for rnd in valley.rounds]
    assert (view["requests"], view["defaults"]) == ([b64(valley.again)], [b64(valley.default)])
    assert view["uncounted"] == [{"request": b64(valley.default), "amount": amount("bread", 3) | {"code": "bread"}}]
    assert (view["withdrawn"], view["errata"]) == (False, [])
    assert desk.view("/v1/rollups")["rollups"] == [
        {
            "leaf": b64(valley.rollup),
            "index": view["index"],
            "federation": b64(valley.valley.leaf),
            "period": "2027",
            "round_no": 1,
            "withdrawn": False,
        }
    ]


def test_rollups_that_were_withdrawn_and_councils_that_were_left_out_are_told(desk: Desk) -> None:
    world = World().found()
    valley, hills = world.federation("Valley"), world.federation("Hills")
    councils = [world.council(name, valley) for name in ("Riverside", "Hillside", "Lakeside", "Seaside")]
    rounds = [small_round(world, council) for council in councils[:3]]
    out = sorted(council.leaf for council in councils[2:])
    rollup = world.rollup(valley, *rounds[:2], missing=out)
    later = [
        world.closed(rnd.council, world.roster(rnd.council, [None], prefix="n"), period="2028") for rnd in rounds[:2]
    ]
    world.rollup(valley, *later, missing=out)
    world.say("erratum", valley, about=rollup, reason="noted")
    erratum = world.say("erratum", valley, about=rollup, effect="withdrawn")
    brought(desk, world)
    view = desk.view(f"/v1/rollups/{rollup.hex()}")
    assert {each["name"]: each["closed"] for each in view["missing"]} == {
        "Lakeside": closed_at(world, rounds[2].leaf),
        "Seaside": None,
    }
    assert view["withdrawn"] is True
    assert [each["effect"] for each in view["errata"]] == ["note", "withdrawn"]
    assert view["errata"][1]["leaf"] == b64(erratum)
    found = pages(desk, f"/v1/rollups?limit=1&council={valley.leaf.hex()}", "rollups")
    assert [(each["period"], each["withdrawn"]) for each in found] == [("2027", True), ("2028", False)]
    assert desk.view(f"/v1/rollups?council={hills.leaf.hex()}")["rollups"] == []


def closed_at(world: World, leaf: bytes) -> int:
    fact = world.view.get(CLOSES, leaf)
    assert fact is not None
    return fact.index


def test_requests_are_told_by_period_with_what_took_their_place(desk: Desk, valley: Valley) -> None:
    found = pages(desk, "/v1/requests?period=2027&limit=1", "requests")
    told = {each["leaf"]: each for each in found}
    assert set(told) == {b64(valley.request), b64(valley.again)}
    old, new = told[b64(valley.request)], told[b64(valley.again)]
    assert (old["superseded"], new["superseded"]) == (new["index"], None)
    assert (old["council"], old["period"], old["purpose"]) == (b64(valley.one.leaf), "2027", "a kitchen")
    assert new["amounts"] == [amount("flour", 9)]
    assert len(desk.view("/v1/requests")["requests"]) == 3
    assert desk.view("/v1/requests?period=2029")["requests"] == []


def test_defaults_are_told_by_council_the_older_ones_first(desk: Desk, valley: Valley) -> None:
    assert [(each["leaf"], each["council"], each["amounts"]) for each in desk.view("/v1/defaults")["defaults"]] == [
        (b64(valley.default), b64(valley.silent.leaf), [amount("bread", 3)])
    ]


def test_several_defaults_come_in_pages(desk: Desk) -> None:
    world = World().found()
    council = world.council()
    said = {"type": "default", "period": None}
    leaves = [world.say("request", council, purpose=f"number {number}", **said) for number in range(3)]
    brought(desk, world)
    found = pages(desk, "/v1/defaults?limit=1", "defaults")
    assert [(each["leaf"], each["index"]) for each in found] == [
        (b64(leaf), 3 + place) for place, leaf in enumerate(leaves)
    ]


def test_the_openings_of_a_period_are_told_once_each(desk: Desk) -> None:
    world = World().found()
    valley = world.federation()
    councils = [world.council(name, valley) for name in ("Riverside", "Hillside", "Lakeside")]
    rounds = [small_round(world, council) for council in councils[:2]]
    world.rollup(valley, *rounds, missing=[councils[2].leaf])
    at = len(world.entries) - 1
    roster = world.roster(councils[2], [None] * 3)
    big = world.closed(councils[2], roster, minimum=3)
    world.total(big)
    last = len(world.entries) - 1
    again = world.closed(councils[2], roster, minimum=3, round_no=2)
    world.total(again)  # the same set: no further opening is held against it that is not held against the first
    brought(desk, world)
    found = pages_of_openings(desk, "2027")
    assert sorted(found, key=lambda each: each["index"]) == [
        {
            "index": at,
            "rounds": [b64(rnd.leaf) for rnd in rounds],
            "councils": [b64(council.leaf) for council in councils[:2]],
            "minimum": 2,
        },
        {
            "index": last,
            "rounds": [b64(big.leaf)],
            "councils": [b64(councils[2].leaf)],
            "minimum": 3,
        },
    ]
    assert desk.view("/v1/openings?period=2027")["openings"] == found
    assert desk.view("/v1/openings?period=2028") == {
        "size": len(world.entries),
        "period": "2028",
        "openings": [],
        "next": None,
    }


def pages_of_openings(desk: Desk, period: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    after = ""
    while True:
        page = desk.view(f"/v1/openings?period={period}&limit=1&after={after}")
        found += page["openings"]
        if page["next"] is None:
            return found
        after = page["next"]


def test_a_period_is_any_text_that_a_round_may_have(desk: Desk) -> None:
    world = World().found()
    council = world.council()
    period = "März & April/2 100%"
    world.total(world.closed(council, world.roster(council, [None, None]), period=period))
    brought(desk, world)
    answer = desk.client.get("/v1/openings", params={"period": period})
    assert [each["rounds"] for each in answer.json()["openings"]] != []
    assert answer.json()["period"] == period
