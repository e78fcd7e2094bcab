"""Ways to be refused: rounds."""

from msgspec.structs import replace

from ledger.records.kinds.round import AllowanceRule
from tests.records.builders import (
    category,
    make_entry,
    raw_entry,
    round_body,
)
from tests.records.starts import fault, founded, open_world, pair, with_council


@pair("allowance-overflow")
def rosters_whose_allowances_reach_2_to_53_together(wrong):
    world, council = with_council()
    rosters = [world.roster(council, [2**52 - (not wrong) * n], rule="public", prefix=f"p{n}-") for n in (0, 1)]
    rule = AllowanceRule(rule="public", slack_width=0)
    return world, make_entry("round", round_body(council, *rosters, allowance=rule), council.key)


@fault("allowance-overflow")
def hidden_sums_that_reach_2_to_53_together():
    world, council = with_council()
    rosters = [world.roster(council, [2**51, 2**51], rule="hidden", prefix=prefix) for prefix in "ab"]
    return world, make_entry("round", round_body(council, *rosters), council.key)


@pair("unknown-roster")
def a_roster_nobody_knows(wrong):
    world, council = with_council()
    roster = world.roster(council)
    body = round_body(council, roster, rosters=(bytes(32) if wrong else roster.leaf,))
    return world, make_entry("round", body, council.key)


@pair("wrong-roster")
def a_roster_of_another_council(wrong):
    world, council = with_council()
    other = world.council("Hillside")
    return world, make_entry("round", round_body(council, world.roster(other if wrong else council)), council.key)


@fault("wrong-roster")
def a_roster_of_another_allowance_rule():
    world, council = with_council()
    rosters = [world.roster(council), world.roster(council, [7, 7], rule="public", prefix="p")]
    return world, make_entry("round", round_body(council, *rosters), council.key)


@pair("below-floor")
def a_minimum_below_the_floor(wrong):
    world = founded(cohort_floor=3)
    council = world.council()
    body = round_body(council, world.roster(council), minimum=2 if wrong else 3)
    return world, make_entry("round", body, council.key)


@pair("duplicate-member")
def a_reference_in_two_rosters(wrong):
    world, council = with_council()
    rosters = [world.roster(council), world.roster(council, [None] * 4, prefix="m" if wrong else "n")]
    return world, make_entry("round", round_body(council, *rosters), council.key)


@fault("duplicate-member")
def a_member_key_in_two_rosters():
    world, council = with_council()
    rosters = [world.roster(council, members=["Ada"], prefix=prefix) for prefix in "ab"]
    return world, make_entry("round", round_body(council, *rosters), council.key)


@fault("bad-field")
def a_roster_named_twice():
    world, council = with_council()
    roster = world.roster(council)
    body = round_body(council, roster).to_json()
    return world, raw_entry("round", {**body, "rosters": body["rosters"] * 2}, council.key)


@fault("bad-field")
def a_catalogue_with_a_code_twice():
    world, council = with_council()
    body = round_body(council, world.roster(council)).to_json()
    return world, raw_entry("round", {**body, "catalogue": [category("a", 3).to_json()] * 2}, council.key)


@fault("bad-field")
def a_round_without_allowances_and_with_a_slack_width():
    world, council = with_council()
    body = round_body(council, world.roster(council)).to_json()
    return world, raw_entry("round", {**body, "allowance": {"rule": "none", "slack_width": 0}}, council.key)


@fault("bad-field")
def a_round_with_allowances_and_no_slack_width():
    world, council = with_council()
    body = round_body(council, world.roster(council, [7, 7], rule="public")).to_json()
    return world, raw_entry("round", {**body, "allowance": {"rule": "public"}}, council.key)


@pair("bad-field")
def a_round_that_closes_as_it_opens(wrong):
    world, council = with_council()
    body = round_body(council, world.roster(council)).to_json()
    return world, raw_entry("round", {**body, "closes": body["opens"] + (not wrong)}, council.key)


@fault("bad-field")
def a_round_of_1025_bits():
    world, council = with_council()
    catalogue = [category(f"c{i}", 32).to_json() for i in range(32)] + [category("last", 1).to_json()]
    body = round_body(council, world.roster(council)).to_json()
    return world, raw_entry("round", {**body, "catalogue": catalogue}, council.key)


@pair("duplicate-round")
def a_round_of_the_same_number(wrong):
    world, rnd = open_world()
    return world, make_entry("round", replace(rnd.body, minimum=3, round_no=1 if wrong else 2), rnd.council.key)


@fault("too-many-rows")
def a_round_of_100001_rows():
    world, council = with_council()
    rosters = [world.roster(council, [None] * 2400, prefix=f"r{i}-") for i in range(42)]
    return world, make_entry("round", round_body(council, *rosters), council.key)


@pair("price-list-overflow")
def a_price_list_that_reaches_2_to_53(wrong):
    world, council = with_council()
    # 3 rows · price · (2^32 - 1) reaches 2^53 at this price and not at the one below.
    price = -(-(2**53) // (3 * (2**32 - 1))) - (not wrong)
    body = round_body(council, world.roster(council), catalogue=(category("flour", 32, price=price),))
    return world, make_entry("round", body, council.key)


@pair("slack-too-narrow")
def an_allowance_that_does_not_fit_the_slack(wrong):
    world, council = with_council()
    roster = world.roster(council, [7, 8 if wrong else 7], rule="public")
    return world, make_entry("round", round_body(council, roster), council.key)
