"""Ways to be refused: councils and rosters."""

from msgspec.structs import replace

from ledger.encoding import encode_base64
from ledger.records.kinds.roster import Roster, Row, SumOpening
from tests.records.builders import (
    FOUNDER,
    CouncilHandle,
    World,
    key,
    make_entry,
    raw_entry,
    roster_parts,
)
from tests.records.starts import fault, founded, pair, with_council
from tests.records.usual import council_entry


@fault("unknown-council")
def a_parent_nobody_knows():
    return founded(), council_entry(key("New"), key(FOUNDER), parent=bytes(32))


@pair("unknown-council")
def a_roster_of_a_council_nobody_knows(wrong):
    world, council = with_council()
    leaf = bytes(32) if wrong else council.leaf
    return world, make_entry("roster", roster_parts(leaf, [None], rule="none")[0], council.key)


@fault("below-floor")
def a_hidden_roster_below_the_floor():
    world, council = with_council()
    return world, make_entry("roster", roster_parts(council.leaf, [7], rule="hidden")[0], council.key)


@fault("bad-field")
def a_hidden_roster_without_its_opening():
    world, council = with_council()
    body = roster_parts(council.leaf, [7, 7], rule="hidden")[0].to_json()
    del body["opening"]
    return world, raw_entry("roster", body, council.key)


@fault("bad-field")
def a_public_roster_with_a_row_without_allowance():
    world, council = with_council()
    body = roster_parts(council.leaf, [7, 7], rule="public")[0].to_json()
    del body["rows"][1]["allowance"]
    return world, raw_entry("roster", body, council.key)


@fault("bad-field")
def a_public_roster_with_a_hidden_row():
    world, council = with_council()
    body = roster_parts(council.leaf, [7, 7], rule="public")[0].to_json()
    body["rows"][1]["commitment"] = encode_base64(world_point(world))
    return world, raw_entry("roster", body, council.key)


@fault("bad-field")
def a_hidden_roster_with_a_public_row():
    world, council = with_council()
    body = roster_parts(council.leaf, [7, 7], rule="hidden")[0].to_json()
    body["rows"][1]["allowance"] = 7
    return world, raw_entry("roster", body, council.key)


@fault("bad-field")
def a_hidden_roster_with_a_row_without_commitment():
    world, council = with_council()
    body = roster_parts(council.leaf, [7, 7], rule="hidden")[0].to_json()
    del body["rows"][1]["commitment"]
    return world, raw_entry("roster", body, council.key)


@fault("bad-field")
def a_member_key_of_small_order():
    world, council = with_council()
    body = roster_parts(council.leaf, [None], rule="none")[0].to_json()
    body["rows"][0]["key"] = encode_base64(bytes(32))
    return world, raw_entry("roster", body, council.key)


@pair("duplicate-member")
def a_reference_twice_in_a_roster(wrong):
    world, council = with_council()
    body = roster_parts(council.leaf, [None, None], rule="none")[0].to_json()
    body["rows"][1]["ref"] = body["rows"][0]["ref"] if wrong else "another"
    return world, raw_entry("roster", body, council.key)


@fault("duplicate-member")
def a_key_twice_in_a_roster():
    world, council = with_council()
    body = roster_parts(council.leaf, [None, None], rule="none", members=["Ada"])[0].to_json()
    body["rows"][1]["key"] = body["rows"][0]["key"]
    return world, raw_entry("roster", body, council.key)


@fault("reused-commitment")
def a_hidden_allowance_twice_in_a_roster():
    world, council = with_council()
    body = roster_parts(council.leaf, [7, 7], rule="hidden")[0].to_json()
    body["rows"][1]["commitment"] = body["rows"][0]["commitment"]
    return world, raw_entry("roster", body, council.key)


@fault("reused-commitment")
def a_hidden_allowance_in_a_second_roster():
    world, council = with_council()
    first = world.roster(council, [7, 7], rule="hidden")
    rows = (first.body.rows[0], Row(ref="x", commitment=world_point(world)))
    opening = SumOpening(blinding=bytes(32), sum="0")
    body = Roster(council=council.leaf, allowance="hidden", rows=rows, opening=opening)
    return world, make_entry("roster", body, council.key)


def world_point(world: World) -> bytes:
    return roster_parts(world.origin.encode(), [1], rule="hidden")[0].rows[0].commitment or b""


@pair("invalid-opening")
def a_hidden_roster_whose_sum_is_another(wrong):
    world, council = proved_council()
    body = roster_parts(council.leaf, [7, 7], rule="hidden")[0]
    opening = SumOpening(blinding=body.opening.blinding, sum="15" if wrong else "14")
    return world, make_entry("roster", replace(body, opening=opening), council.key)


@fault("malformed")
def a_hidden_roster_with_an_unreduced_blinding():
    world, council = proved_council()
    body = roster_parts(council.leaf, [7, 7], rule="hidden")[0]
    return world, make_entry("roster", replace(body, opening=SumOpening(blinding=b"\xff" * 32, sum="14")), council.key)


def proved_council() -> tuple[World, CouncilHandle]:
    world = World().found()
    return world, world.council()


@pair("allowance-overflow")
def a_roster_whose_allowances_reach_2_to_53(wrong):
    world, council = with_council()
    body = roster_parts(council.leaf, [2**52, 2**52 - 1], rule="public")[0].to_json()
    body["rows"][1]["allowance"] += wrong
    return world, raw_entry("roster", body, council.key)
