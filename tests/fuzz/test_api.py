"""Every operation of the API, with requests good and bad made from its own OpenAPI document: never a 5xx."""

import json
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from httpx2 import Response
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from api.app import create_app
from api.service import Service
from api.settings import Settings
from ledger.encoding import canonical_json
from ledger.storage.store import SqlStore
from ledger.submit.pool import CheckPool
from tests.fuzz.openapi import Schemas, declared
from tests.records.builders import LOG, ORIGIN, key, raw_entry, whole_world
from tests.submit.house import Clock, found_house, quick_folder, submitted

JSON, NDJSON, PROBLEM = "application/json", "application/x-ndjson", "application/problem+json"
EXAMPLES = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.function_scoped_fixture],
)


class Served:
    """An application over a whole small ledger, its document, and words that mean something there."""

    def __init__(self, client: TestClient) -> None:
        self.client = client
        self.document = client.get("/openapi.json").json()
        self.schemas = Schemas(self.document)
        world, rnd = whole_world("hidden")
        self.entries = submitted(world.entries)
        answer = client.post("/v1/entries", content=b"\n".join(self.entries) + b"\n", headers={"content-type": NDJSON})
        # The clock stands before closing time: the close is too early, and the total with it.
        assert answer.text.count('"status":201') == len(self.entries) - 2, answer.text[:500]
        seats = [seat.live for seat in rnd.seats if seat.live]
        self.leaves = [leaf.hex() for leaf in (rnd.leaf, rnd.council.leaf, *rnd.body.rosters, *seats)]


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with quick_folder() as folder:
        chosen = Settings(
            origin=ORIGIN,
            database=found_house(folder),
            head_file=folder / "head",
            log_key=key(LOG),
            port=0,
            workers=1,
            read_rate=None,
            write_rate=None,
        )
        service = Service(chosen, SqlStore(chosen.database), CheckPool(1), randbytes=bytes, system_time=Clock())
        with TestClient(create_app(chosen, service), raise_server_exceptions=False) as client:
            yield Served(client)


OPERATIONS = [
    *("/checkpoint", "/tile/{path}", "/v1/entries/{index}", "/v1/entries/{index}/receipt", "/v1/leaves/{leaf}"),
    *("/v1/proofs/inclusion", "/v1/proofs/consistency", "/v1/ledger", "/v1/councils", "/v1/councils/{leaf}"),
    *("/v1/rounds", "/v1/rounds/{leaf}", "/v1/rounds/{leaf}/rows", "/v1/rounds/{leaf}/rows/{row}"),
    *("/v1/rounds/{leaf}/set", "/v1/rounds/{leaf}/set-proof/{claim}", "/healthz", "/readyz", "/metrics"),
    *("/v1/resources", "/v1/resources/{leaf}", "/v1/challenges", "/v1/challenges/{leaf}", "/v1/decisions"),
    *("/v1/decisions/{leaf}", "/v1/requests", "/v1/defaults", "/v1/rollups", "/v1/rollups/{leaf}", "/v1/openings"),
    *("/v1/councils/{leaf}/mandates", "/v1/proposals", "/v1/proposals/{leaf}", "/v1/resources/{leaf}/uses"),
    "/v1/challenges/{leaf}/replies",
]
WILD = ["", "0", "-1", "00", "1e3", "٣", "\0", "%", "..", "../", "/", " ", "\ud7ff", "null", "[]", "a" * 300, "9" * 500]


def test_these_are_all_operations(served):
    reading = {path for path, operations in served.document["paths"].items() if set(operations) == {"get"}}
    assert reading == set(OPERATIONS)
    assert set(served.document["paths"]) - reading == {"/v1/entries"}


def hold(served: Served, operation: dict, answer: Response) -> None:
    """The answer is one that the document declares."""
    assert answer.status_code < 500, answer.text[:500]
    content = declared(operation, answer.status_code)
    media_type = answer.headers["content-type"].split(";")[0]
    assert media_type in content, f"{media_type} is not declared for {answer.status_code}"
    schema = content[media_type]["schema"]
    if media_type == NDJSON:
        for line in answer.content.split(b"\n")[:-1]:
            hold_result(served, json.loads(line))
    elif media_type in {JSON, PROBLEM}:
        served.schemas.check(schema, answer.json())
    if answer.status_code >= 400:
        assert media_type == PROBLEM
        assert answer.json()["status"] == answer.status_code
        assert answer.json()["detail"]


def hold_result(served: Served, line: dict) -> None:
    assert line["status"] < 500, line
    name = "Result" if line["status"] < 400 else "Problem"
    served.schemas.check({"$ref": f"#/components/schemas/{name}"}, line)


def values(served: Served, parameter: dict) -> st.SearchStrategy[str]:
    """Texts for a parameter: fitting, known here, or wild."""
    small = st.integers(0, 20).map(str)
    fitting = served.schemas.fitting(parameter["schema"]).map(lambda value: "" if value is None else str(value))
    return st.one_of(fitting, small, st.sampled_from(served.leaves), st.sampled_from(WILD), st.text(max_size=10))


@pytest.mark.parametrize("path", OPERATIONS)
@EXAMPLES
@given(data=st.data())
def test_reading(served, path, data):
    operation = served.document["paths"][path]["get"]
    filled, query = path, []
    for parameter in operation.get("parameters", ()):
        name = parameter["name"]
        if parameter["in"] == "path":
            text = data.draw(values(served, parameter), name)
            safe = "/" if name == "path" else ""
            filled = filled.replace(f"{{{name}}}", quote(text.encode("utf-8", "replace"), safe=safe))
        elif data.draw(st.booleans(), f"with {name}"):
            query.append((name, data.draw(values(served, parameter), name).encode("utf-8", "replace").decode()))
    if data.draw(st.integers(0, 9)) == 0:
        query.append((data.draw(st.sampled_from(["limit", "after", "x", ""])), data.draw(st.sampled_from(WILD))))
    answer = served.client.get(filled, params=query, follow_redirects=False)
    # A path that is filled with nothing, or with a slash, is that of another operation, or of none.
    if answer.status_code == 404 or path in filled_paths(served, filled):
        hold(served, operation, answer)
    else:
        assert answer.status_code < 500


def filled_paths(served: Served, filled: str) -> set[str]:
    """The operations whose path has this form; a tile's may hold slashes."""
    given_parts = filled.split("/")
    found = set()
    for path in served.document["paths"]:
        parts = path.split("/")
        if len(parts) == len(given_parts) and all(
            part == one or (part.startswith("{") and one) for part, one in zip(parts, given_parts, strict=True)
        ):
            found.add(path)
    return found | ({"/tile/{path}"} if filled.startswith("/tile/") else set())


def bodies(served: Served) -> st.SearchStrategy[bytes]:
    """Entries that fit the schema, entries of other hands, entries cut and flipped, and anything."""
    entry = served.schemas.fitting({"$ref": "#/components/schemas/Entry"})
    fitting = entry.map(lambda value: json.dumps(value, sort_keys=True, separators=(",", ":")).encode())
    bodies_only = st.sampled_from(sorted(name for name in served.document["components"]["schemas"]))
    known = st.sampled_from(served.entries)
    cut = st.tuples(known, st.integers(0, 4000), st.integers(0, 40), st.binary(max_size=4)).map(
        lambda parts: parts[0][: parts[1]] + parts[3] + parts[0][parts[1] + parts[2] :]
    )
    kinds = st.sampled_from(["claim", "roster", "round", "close", "total", "withdraw", "council", "key", "decision"])
    signed = st.tuples(kinds, bodies_only).flatmap(
        lambda pair: served.schemas.fitting({"$ref": f"#/components/schemas/{pair[1]}"}).map(
            lambda body: signed_or_plain(pair[0], body)
        )
    )
    return st.one_of(fitting, known, cut, signed, st.binary(max_size=50), st.sampled_from([b"", b"[" * 5000, b"\n"]))


def signed_or_plain(kind: str, body: object) -> bytes:
    """The body as an entry signed by a council, where it has a canonical form."""
    try:
        return raw_entry(kind, body, key("Riverside"))
    except ValueError:
        return canonical_json({"body": kind})


@EXAMPLES
@given(data=st.data())
def test_submitting(served, data):
    operation = served.document["paths"]["/v1/entries"]["post"]
    media_type = data.draw(
        st.sampled_from([JSON, JSON, NDJSON, NDJSON, "text/plain", "application/json; charset=x", "", "é"])
    )
    pieces = data.draw(st.lists(bodies(served), min_size=1, max_size=3 if media_type == NDJSON else 1))
    answer = served.client.post(
        "/v1/entries",
        content=data.draw(st.sampled_from([b"\n", b"\r\n", b"\n\n", b""])).join(pieces),
        headers={"content-type": media_type.encode()},
    )
    hold(served, operation, answer)


@EXAMPLES
@given(st.sampled_from(["PUT", "DELETE", "PATCH", "POST", "OPTIONS", "TRACE", "HEAD", "get", "QUERY"]), st.data())
def test_other_methods(served, method, data):
    path = data.draw(st.sampled_from([*OPERATIONS, "/v1/entries", "/nowhere", "/openapi.json"]))
    filled = path.replace("{index}", "0").replace("{row}", "0").replace("{path}", "0/000.p/1")
    answer = served.client.request(
        method, filled.replace("{leaf}", served.leaves[0]).replace("{claim}", "0"), content=b"x"
    )
    assert answer.status_code < 500
    if answer.status_code >= 400 and method != "HEAD":
        assert answer.headers["content-type"] == PROBLEM
        served.schemas.check({"$ref": "#/components/schemas/Problem"}, answer.json())


def test_the_checker_can_say_no(served):
    problem = {"$ref": "#/components/schemas/Problem"}
    good = {"type": "urn:opentally:problem:x", "title": "X", "status": 400, "detail": "d"}
    served.schemas.check(problem, good)
    for bad in (
        {**good, "status": "400"},
        {**good, "status": 700},
        {**good, "type": "about:blank"},
        {name: good[name] for name in good if name != "detail"},
        [],
    ):
        assert not served.schemas.fits(problem, bad)
    with pytest.raises(AssertionError):
        declared(served.document["paths"]["/v1/ledger"]["get"], 204)
