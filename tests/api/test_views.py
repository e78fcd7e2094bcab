"""The JSON views say what the world's own view says, at each state of a round."""

import base64

from ledger.merkle.hashing import leaf_hash
from ledger.merkle.proof import verify_consistency, verify_inclusion
from ledger.records.kinds.close import fold_claims
from ledger.tlog.policy import Policy
from ledger.tlog.proof import verify_tlog_proof
from tests.api.desk import Desk, refused
from tests.records.builders import CLOSES, OPENS, ORIGIN, START, World, key, small_world
from tests.submit.house import submitted


def b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def test_a_round_from_its_announcement_to_its_total(desk: Desk) -> None:
    world = World().found()
    council = world.council()
    roster = world.roster(council, [7, 7, 7], rule="hidden", members=["Ada"])
    rnd = world.round(council, roster, opens=OPENS + 60)
    path = f"/v1/rounds/{rnd.leaf.hex()}"
    desk.accept(submitted(world.entries))
    view = desk.view(path)
    assert {name: view[name] for name in ("state", "claims", "rows", "minimum", "allowance", "slack_width")} == {
        "state": "announced",
        "claims": 0,
        "rows": 3,
        "minimum": 2,
        "allowance": "hidden",
        "slack_width": 3,
    }
    assert view["catalogue"][1] == {
        "code": "beans",
        "name": "Beans",
        "unit": "kg",
        "scale": 0,
        "width": 2,
        "price": 2,
    }
    assert view["rosters"] == [{"leaf": b64(roster.leaf), "first_row": 0}]
    assert (view["leaf"], view["council"], view["index"]) == (b64(rnd.leaf), b64(council.leaf), 4)
    assert view["close"] is view["total"] is None
    world.tick()
    desk.clock.time = world.time
    for row in range(3):
        world.claim(rnd, row)
    world.claim(rnd, 0, (2, 1))  # so that the order of the log is not that of the rows
    world.withdraw(rnd, 2)
    desk.accept(submitted(world.entries))
    view = fresh_round(desk, path)
    assert (view["state"], view["claims"], view["size"]) == ("open", 2, len(world.entries))
    rows = desk.view(f"{path}/rows")["rows"]
    assert [(row["row"], row["seq"], row["claim"]) for row in rows] == [
        (0, 2, b64(rnd.seats[0].live or b"")),
        (1, 1, b64(rnd.seats[1].live or b"")),
        (2, 1, None),
    ]
    assert rows[0]["key"] == b64(key("Ada").public)
    assert (rows[1]["key"], rows[1]["ref"], rows[1]["roster"]) == (None, "m1", b64(roster.leaf))
    assert rows[1]["allowance"] == b64(roster.body.rows[1].commitment or b"")
    assert desk.view(f"{path}/rows/1")["row"] == rows[1]
    page = desk.view(f"{path}/rows?start=1&limit=1")
    assert (page["rows"], page["next"]) == ([rows[1]], 2)
    world.close(rnd)
    desk.clock.time = world.time
    world.total(rnd)
    desk.accept(submitted(world.entries))
    view = fresh_round(desk, path)
    fold = fold_claims(world.view, rnd.leaf)
    assert view["state"] == "totalled"
    assert view["close"] == {
        "leaf": b64(leaf_hash(world.entries[-2])),
        "index": len(world.entries) - 2,
        "count": 2,
        "sum": b64(fold.sum),
        "set": b64(fold.set),
    }
    assert view["total"] == {
        "leaf": b64(leaf_hash(world.entries[-1])),
        "index": len(world.entries) - 1,
        "totals": [3, 2],
        "withdrawn": False,
        "errata": [],
    }
    for effect, withdrawn in (("note", False), ("withdrawn", True)):
        about = leaf_hash(world.entries[-1]) if effect == "note" else base64.b64decode(view["total"]["leaf"])
        erratum = world.say("erratum", council, about=about, effect=effect)
        desk.accept(submitted(world.entries))
        view = fresh_round(desk, path)
        assert view["total"]["withdrawn"] is withdrawn
        assert view["total"]["errata"][-1] == {
            "leaf": b64(erratum),
            "index": len(world.entries) - 1,
            "effect": effect,
        }
    whole = desk.view(f"{path}/set")
    assert whole["set"] == b64(fold.set)
    assert whole["claims"] == [b64(claim) for claim in fold.claims]
    for position, claim in enumerate(fold.claims):
        proof = desk.view(f"{path}/set-proof/{claim.hex()}")
        assert (proof["position"], proof["count"]) == (position, 2)
        siblings = tuple(base64.b64decode(one) for one in proof["path"])
        verify_inclusion(leaf_hash(claim), position, 2, siblings, fold.set)
    refused(
        desk.get(f"{path}/set-proof/{'0' * 64}"),
        404,
        "not-in-set",
        "the claim is not among the live claims of this round",
    )
    assert [desk.service.core.log.entry(i) for i in range(len(world.entries))] == world.entries


def fresh_round(desk: Desk, path: str) -> dict[str, object]:
    """The round's view once its count is of now: a count may be a moment old, and says so."""
    while True:
        view: dict[str, object] = desk.view(path)
        if view["claims_size"] == view["size"]:
            return view


def test_ended_and_closed_are_told_apart(desk: Desk) -> None:
    world, rnd = small_world()
    path = f"/v1/rounds/{rnd.leaf.hex()}"
    world.claim(rnd, 0)
    desk.accept(submitted(world.entries))
    desk.clock.time = CLOSES
    world.time = CLOSES - 60
    world.tick()
    world.council("another")
    desk.accept(submitted(world.entries))
    assert desk.view(path)["state"] == "ended"
    world.close(rnd)
    desk.accept(submitted(world.entries))
    assert desk.view(path)["state"] == "closed"
    assert desk.view("/v1/rounds")["rounds"][0]["state"] == "closed"


def test_councils_and_rounds_come_in_pages(desk: Desk) -> None:
    world = World(proofs=False).found()
    handles = [world.council(f"council {number}") for number in range(5)]
    rosters = [world.roster(handle, prefix=f"r{n}-") for n, handle in enumerate(handles)]
    rounds = [world.round(handles[n % 5], rosters[n % 5], round_no=n // 5 + 1, period=f"period {n}") for n in range(7)]
    desk.accept(submitted(world.entries))
    councils = pages(desk, "/v1/councils?limit=2", "councils")
    assert [one["leaf"] for one in councils] == [b64(leaf) for leaf in sorted(handle.leaf for handle in handles)]
    assert {one["name"] for one in councils} == {f"council {number}" for number in range(5)}
    found = pages(desk, "/v1/rounds?limit=3", "rounds")
    assert {one["leaf"] for one in found} == {b64(one.leaf) for one in rounds}
    assert len(found) == 7
    mine = pages(desk, f"/v1/rounds?limit=1&council={handles[1].leaf.hex()}", "rounds")
    assert [(one["period"], one["round_no"]) for one in mine] == [("period 1", 1), ("period 6", 2)]
    one = desk.view(f"/v1/councils/{handles[0].leaf.hex()}")
    assert (one["key"], one["type"], one["parent"], one["index"]) == (b64(handles[0].key.public), "council", None, 2)


def pages(desk: Desk, path: str, field: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    page = desk.view(path)
    while True:
        found += page[field]
        if page["next"] is None:
            return found
        assert len(page[field]) == int(path.split("limit=")[1].split("&", maxsplit=1)[0])
        page = desk.view(f"{path}&after={page['next']}")


def test_the_ledger_says_what_entry_0_fixed_and_the_last_clock(desk: Desk) -> None:
    assert desk.view("/v1/ledger")["clock"] is None
    world, _ = small_world()
    desk.accept(submitted(world.entries))
    view = desk.view("/v1/ledger")
    assert view == {
        "size": 5,
        "origin": ORIGIN,
        "vkey": str(desk.service.core.log.verifier),
        "suite": "OT1",
        "cohort_floor": 2,
        "clock_period": 60,
        "challenges": {"limit": 3, "reply": 1_209_600},
        "founding": [b64(key("founder").public)],
        "leaf": b64(leaf_hash(world.entries[0])),
        "clock": START,
    }


def test_entries_leaves_receipts_and_proofs_hold_together(desk: Desk) -> None:
    world, rnd = small_world()
    for row in range(3):
        world.claim(rnd, row)
    desk.accept(submitted(world.entries))
    size = len(world.entries)
    policy = Policy.parse(f"log {desk.view('/v1/ledger')['vkey']}\nquorum none\n".encode())
    for index, raw in enumerate(world.entries):
        answer = desk.get(f"/v1/entries/{index}")
        assert answer.content == raw
        assert answer.headers["cache-control"] == "public, max-age=604800, immutable"
        leaf = leaf_hash(raw)
        assert desk.view(f"/v1/leaves/{leaf.hex()}") == {"size": size, "index": index, "leaf": b64(leaf)}
        receipt = desk.get(f"/v1/entries/{index}/receipt")
        assert receipt.headers["content-type"] == "text/plain; charset=utf-8"
        assert receipt.headers["cache-control"] == "no-store"
        found, checkpoint = verify_tlog_proof(receipt.content, leaf, policy)
        assert (found, checkpoint.size) == (index, size)
        for under in range(index + 1, size + 1):
            proof = desk.view(f"/v1/proofs/inclusion?index={index}&size={under}")
            path = tuple(base64.b64decode(one) for one in proof["path"])
            verify_inclusion(leaf, index, under, path, base64.b64decode(proof["root"]))
    log = desk.service.core.log
    for first in range(1, size + 1):
        proof = desk.view(f"/v1/proofs/consistency?first={first}&second={size}")
        path = tuple(base64.b64decode(one) for one in proof["path"])
        verify_consistency(first, size, path, log.root_at(first), log.root_at(size))
