"""Ways to be refused: closing a round, and its total."""

from msgspec.structs import replace

from ledger.encoding import encode_base64
from tests.records.builders import (
    make_entry,
    raw_entry,
)
from tests.records.starts import closed_world, due_world, fault, open_world, pair


@pair("too-early")
def a_close_one_period_before_closing(wrong):
    world, rnd = open_world()
    world.tick(3540 if wrong else 3600)
    return world, make_entry("close", world.close_body(rnd), rnd.council.key)


@pair("already-closed")
def a_second_close(wrong):
    world, rnd = due_world()
    body = world.close_body(rnd)
    if wrong:
        world.close(rnd)
        body = replace(body, count=1)
    return world, make_entry("close", body, rnd.council.key)


@pair("wrong-count")
def a_close_that_counts_a_replaced_claim(wrong):
    world, rnd = due_world()
    return world, make_entry("close", replace(world.close_body(rnd), count=2 + wrong), rnd.council.key)


@pair("wrong-sum")
def a_close_that_sums_nothing(wrong):
    world, rnd = due_world()
    body = world.close_body(rnd)
    return world, make_entry("close", replace(body, sum=b"") if wrong else body, rnd.council.key)


@pair("wrong-set")
def a_close_with_another_set(wrong):
    world, rnd = due_world()
    body = world.close_body(rnd)
    return world, make_entry("close", replace(body, set=bytes(32)) if wrong else body, rnd.council.key)


@pair("unknown-round")
def a_close_of_a_round_nobody_knows(wrong):
    world, rnd = due_world()
    body = world.close_body(rnd)
    return world, make_entry("close", replace(body, round=bytes(32)) if wrong else body, rnd.council.key)


@pair("bad-field")
def a_close_with_half_a_point(wrong):
    world, rnd = due_world()
    body = world.close_body(rnd).to_json()
    return world, raw_entry("close", {**body, "sum": encode_base64(bytes(48))} if wrong else body, rnd.council.key)


@pair("not-closed")
def a_total_before_the_close(wrong):
    world, rnd = due_world()
    body = world.total_body(rnd)
    if not wrong:
        world.close(rnd)
    return world, make_entry("total", body, rnd.council.key)


@pair("unknown-round")
def a_total_of_a_round_nobody_knows(wrong):
    world, rnd = closed_world()
    return world, make_entry("total", world.total_body(rnd, round=bytes(32) if wrong else rnd.leaf), rnd.council.key)


@pair("under-minimum")
def a_total_of_one_claim(wrong):
    world, rnd = open_world()
    for row in range(1 if wrong else 2):
        world.claim(rnd, row)
    world.close(rnd)
    return world, make_entry("total", world.total_body(rnd), rnd.council.key)


@fault("under-minimum")
def a_total_of_no_claim():
    world, rnd = open_world()
    world.close(rnd)
    return world, make_entry("total", world.total_body(rnd), rnd.council.key)


@pair("wrong-categories")
def a_total_of_one_category_of_two(wrong):
    world, rnd = closed_world()
    body = world.total_body(rnd)
    return world, make_entry("total", replace(body, totals=body.totals[: 1 if wrong else 2]), rnd.council.key)


@pair("wrong-unclaimed")
def a_total_that_hides_an_unclaimed_row(wrong):
    world, rnd = closed_world()
    return world, make_entry("total", world.total_body(rnd, unclaimed=0 if wrong else 1), rnd.council.key)


@pair("wrong-allowances")
def a_total_with_other_allowances(wrong):
    world, rnd = closed_world("public")
    return world, make_entry("total", world.total_body(rnd, allowances=21 - wrong), rnd.council.key)


@fault("wrong-allowances")
def a_total_with_allowances_where_there_are_none():
    world, rnd = closed_world()
    return world, make_entry("total", world.total_body(rnd, allowances=0), rnd.council.key)


@fault("wrong-allowances")
def a_total_without_the_hidden_allowances():
    world, rnd = closed_world("hidden")
    return world, make_entry("total", world.total_body(rnd, allowances=None), rnd.council.key)


@pair("already-totalled")
def a_second_total(wrong):
    world, rnd = closed_world()
    if wrong:
        world.total(rnd)
    return world, make_entry("total", world.total_body(rnd, unclaimed=0 if wrong else 1), rnd.council.key)


@fault("invalid-opening")
def a_total_one_too_high():
    world, rnd = closed_world(proofs=True)
    return world, make_entry("total", world.total_body(rnd, totals=(3, 2)), rnd.council.key)


@fault("invalid-opening")
def a_total_with_another_blinding():
    world, rnd = closed_world(proofs=True)
    return world, make_entry("total", world.total_body(rnd, blinding=bytes(32)), rnd.council.key)
