"""The OpenAPI document names every route, and what a route gives is what its schema says."""

import dataclasses
from typing import Any

import msgspec
import pytest

from api import answers, openapi
from ledger.records.fields import Body
from ledger.records.registry import KINDS
from tests.api.desk import Desk
from tests.records.builders import whole_world
from tests.submit.house import submitted


def routes() -> set[str]:
    from api import routes as reading
    from api import submissions

    return {
        route.path.replace(":path", "") for router in (reading.router, submissions.router) for route in router.routes
    }


def test_every_route_is_described_with_its_refusals(desk: Desk) -> None:
    document = desk.view("/openapi.json")
    assert set(document["paths"]) == routes()
    for operations in document["paths"].values():
        for operation in operations.values():
            assert operation["summary"]
            assert {"4XX", "5XX"} <= set(operation["responses"])
            assert "422" not in operation["responses"]  # the framework's own form of a refusal is never given


def references(value: Any) -> set[str]:
    if isinstance(value, dict):
        own = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
        return own.union(*(references(item) for item in value.values()))
    return set().union(*(references(item) for item in value)) if isinstance(value, list) else set()


def test_no_reference_leads_nowhere_and_no_pattern_is_pythons(desk: Desk) -> None:
    document = desk.view("/openapi.json")
    components = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
    assert references(document) <= components
    assert "\\\\A" not in desk.get("/openapi.json").text
    assert "\\\\Z" not in desk.get("/openapi.json").text
    kinds = document["components"]["schemas"]["Entry"]["properties"]["statement"]["oneOf"]
    names = [kind["properties"]["kind"]["const"] for kind in kinds]
    assert names == sorted(KINDS.keys() - {"ledger", "clock"})
    for kind in kinds:
        name = kind["properties"]["kind"]["const"]
        body = document["components"]["schemas"][kind["properties"]["body"]["$ref"].rpartition("/")[2]]
        assert set(body["properties"]) == {field.encode_name for field in msgspec.structs.fields(KINDS[name].body)}


@pytest.mark.parametrize("name", ["Problem", "Entry"])
def test_a_kind_whose_body_has_the_name_of_an_answer_is_a_bug(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    body = msgspec.defstruct(name, [("council", str)], bases=(Body,), frozen=True, kw_only=True)
    kind = dataclasses.replace(KINDS["resource"], name="zeal", body=body)
    monkeypatch.setattr(openapi, "KINDS", {**KINDS, "zeal": kind})
    with pytest.raises(AssertionError, match="bad math in the OpenAPI document: two structs of one name"):
        openapi._components()


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("/v1/ledger", answers.LedgerView),
        ("/v1/councils", answers.CouncilList),
        ("/v1/rounds", answers.RoundList),
        ("/v1/rounds/{round}", answers.RoundView),
        ("/v1/rounds/{round}/rows", answers.RowList),
        ("/v1/rounds/{round}/rows/0", answers.OneRow),
        ("/v1/rounds/{round}/set", answers.SetView),
        ("/healthz", answers.Health),
    ],
)
def test_answers_are_what_their_structs_say(desk: Desk, path: str, answer: type[msgspec.Struct]) -> None:
    world, rnd = whole_world("hidden")
    desk.post_all(submitted(world.entries))
    raw = desk.get(path.format(round=rnd.leaf.hex())).content
    assert msgspec.json.encode(msgspec.json.decode(raw, type=answer)) == raw
