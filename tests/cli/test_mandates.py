"""Who may act for a council: given by a decision, held by another key, kept to its kinds, ended by recall."""

import json
import time
from pathlib import Path

from tests.cli.test_bad_input import refused
from tests.cli.world import MAPPING, Ran, World

LATER = "2100-01-01T00:00:00Z"


def decision(world: World, council: str, adopts: str, title: str = "The clerk") -> str:
    """The council's decision that adopts an entry; its leaf hash."""
    leaf: str = world.do(
        *("decision", "adopt", adopts, "--council", council, "--title", title, "--body", "assembly"),
        *("--rule", "majority", "--affected", "all", "--eligible", 10, "--voted", 9, "--yes", "--json"),
    ).json["leaf"]
    return leaf


def give(world: World, council: str, holder: str, kinds: str, by: str, *more: object, until: str = LATER) -> Ran:
    return world.run(
        *("mandate", "give", holder, "--council", council, "--role", "clerk", "--kinds", kinds),
        *("--until", until, "--decision", by, "--yes", *more),
    )


def given(world: World, council: str, holder: str, kinds: str, leaf: str) -> str:
    """A mandate for a key of the desk; its leaf hash."""
    by = decision(world, council, leaf)
    world.do("key", "new", holder, "--no-passphrase")
    ran = give(world, council, holder, kinds, by, "--json")
    again = give(world, council, holder, kinds, by, "--json")
    assert (ran.json["new"], again.json["new"], again.json["index"]) == (True, False, ran.json["index"])
    assert ran.err.count("people never belong") == 1
    mandate: str = ran.json["leaf"]
    return mandate


def test_a_clerk_imports_under_a_mandate_and_nothing_after_its_recall(world: World) -> None:
    council = world.council("M-council")
    members = world.write("m.csv", "member\na\nb\nc\n")
    mandate = given(world, "M-council", "m-clerk", "claim,withdraw,roster", council)
    under = ("--key", "m-clerk")
    world.do("roster", "add", members, "--council", "M-council", "--no-passphrase", "--yes", *under)
    refused(
        world.run("round", "open", world.round_file(), "--council", "M-council", "--yes", *under), 1, "outside-mandate"
    )
    leaf = world.open_round("M-council")
    mapping = world.write("mapping.toml", MAPPING)
    orders = world.write("m-orders.csv", "member,food,fuel\na,1,1\nb,2,2\nc,3,3\n")
    sent = world.do("import", orders, "--mapping", mapping, "--round", leaf, "--yes", "--json", *under).json
    assert (sent["claims"], sent["refused"]) == (3, [])
    replaced = world.do("claim", "replace", "--row", "a", "food=2", "--round", leaf, "--yes", "--json", *under).json
    world.do("receipt", "get", replaced["index"], "--out", world.folder / "m-claim")
    entry = json.loads((world.folder / "m-claim" / "entry.json").read_text())
    key = world.do("key", "show", "m-clerk", "--json").json["public_key"]
    assert ([one["key"] for one in entry["signatures"]], entry["statement"]["body"]["key"]) == ([key], key)
    world.do("withdraw", "--row", "b", "--round", leaf, "--yes", *under)
    refused(world.run("close", leaf, "--yes", *under), 1, "outside-mandate")

    world.do("mandate", "recall", mandate, "--reason", "the office is given anew", "--by", "M-council", "--yes")
    changed = world.write("m-orders-2.csv", "member,food,fuel\na,9,1\nb,2,2\nc,3,3\n")
    late = world.run("import", changed, "--mapping", mapping, "--round", leaf, "--yes", *under)
    assert (late.code, "(rule: mandate-ended)" in late.err) == (1, True)
    again = (
        "mandate",
        "recall",
        mandate,
        "--reason",
        "the office is given anew",
        "--by",
        "M-council",
        "--yes",
        "--json",
    )
    assert not world.do(*again).json["new"]
    refused(world.run(*again[:4], "again", *again[5:8]), 1, "mandate-ended")


def test_the_holder_signs_on_a_desk_of_her_own(world: World, tmp_path: Path) -> None:
    council = world.council("M-two-desks")
    by = decision(world, "M-two-desks", council)
    hers, file = tmp_path / "hers", tmp_path / "mandate.json"
    world.do("key", "new", "clerk", "--no-passphrase", desk=hers)
    public = world.do("key", "show", "clerk", "--json", desk=hers).json["public_key"]
    waiting = give(world, "M-two-desks", public, "claim,close", by, "--out", file, "--json")
    assert (waiting.json["signatures"], waiting.json["posted"]) == (1, False)
    refused(world.run("post", file, "--yes", desk=hers), 1, "missing-signature")
    world.do("key", "sign", file, "--key", "clerk", "--yes", desk=hers)
    mandate = world.do("post", file, "--yes", "--json", desk=hers).json
    assert mandate["new"]
    listed = world.do("mandate", "list", "--council", "M-two-desks", "--json").json["mandates"]
    assert [(one["role"], one["kinds"], one["state"]) for one in listed] == [("clerk", ["claim", "close"], "in-effect")]
    # The holder needs to name neither the council nor the key: her desk holds one that acts for one council.
    members = world.write("m2.csv", "member\na\nb\n")
    refused(world.run("roster", "add", members, "--no-passphrase", "--yes", desk=hers), 1, "outside-mandate")


def test_mandates_that_cannot_be_given(world: World) -> None:
    council, other = world.council("M-giver"), world.council("M-other")
    by = decision(world, "M-giver", council)
    world.do("key", "new", "m-holder", "--no-passphrase")
    refused(give(world, "M-giver", "m-holder", "claim,key", by), 2, "bad-field")
    refused(give(world, "M-giver", "m-holder", "", by), 2, "bad-field")
    refused(give(world, "M-giver", "m-holder", "claim", council), 1, "wrong-decision")
    refused(give(world, "M-giver", "m-holder", "claim", decision(world, "M-other", other)), 1, "wrong-decision")
    refused(give(world, "M-giver", "M-other", "claim", by), 1, "duplicate-key")
    refused(give(world, "M-giver", "m-holder", "claim", by, until="2026-01-01T00:00:00Z"), 1, "mandate-ended")
    refused(give(world, "M-giver", "m-holder", "claim", by, until="next year"), 2, "bad-time")
    refused(give(world, "M-giver", "nobody", "claim", by), 2, "no-such-key")
    refused(world.run("mandate", "recall", by, "--reason", "x", "--by", "M-giver", "--yes"), 1, "wrong-entry")


def test_a_mandate_of_another_council_is_none_here(world: World) -> None:
    council = world.council("M-here")
    world.council("M-elsewhere")
    given(world, "M-here", "m-stray", "roster", council)
    members = world.write("m3.csv", "member\na\nb\n")
    ran = world.run(
        "roster", "add", members, "--council", "M-elsewhere", "--key", "m-stray", "--no-passphrase", "--yes"
    )
    refused(ran, 1, "wrong-key")


def test_a_mandate_that_has_run_out(world: World) -> None:
    council = world.council("M-short")
    by = decision(world, "M-short", council)
    world.do("key", "new", "m-brief", "--no-passphrase")
    until = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 3))
    assert give(world, "M-short", "m-brief", "roster", by, until=until).code == 0
    for attempt in range(50):
        (mandate,) = world.do("mandate", "list", "--council", "M-short", "--json").json["mandates"]
        if mandate["state"] != "in-effect":
            break
        time.sleep(0.5)
        world.council(f"M-tick-{attempt}")  # an idle log has no clock
    members = world.write("m4.csv", "member\na\nb\n")
    ran = world.run("roster", "add", members, "--council", "M-short", "--key", "m-brief", "--no-passphrase", "--yes")
    refused(ran, 1, "mandate-ended")


def test_a_member_seals_her_opening_to_the_clerk_who_has_a_mandate(world: World, tmp_path: Path) -> None:
    council = world.council("M-sealed")
    hers, files = tmp_path / "hers", tmp_path / "files"
    member = world.do("key", "new", "me", "--no-passphrase", "--json", desk=hers).json["public_key"]
    given(world, "M-sealed", "m-sealed-clerk", "claim", council)
    clerk = world.do("key", "show", "m-sealed-clerk", "--json").json["public_key"]
    members = world.write("m5.csv", f"member,key\na,{member}\nb,\n")
    world.do("roster", "add", members, "--council", "M-sealed", "--no-passphrase", "--yes")
    leaf = world.open_round("M-sealed")
    claim = ("claim", "new", "food=1", "--round", leaf, "--key", "me", "--out", files, "--no-passphrase")
    refused(world.run(*claim, "--council-key", member, desk=hers), 1, "council-key-changed")
    world.do(*claim, "--council-key", clerk, desk=hers)
    signed = world.do("claim", "countersign", files / "a-1.claim.json", "--key", "m-sealed-clerk", "--json").json
    assert signed["member"] == "a"
    refused(world.run("withdraw", "--row", "b", "--round", leaf, "--key", "m-sealed-clerk", "--yes"), 1, "wrong-claim")


def test_a_holder_gives_her_mandate_up(world: World) -> None:
    council = world.council("M-resigned")
    given(world, "M-resigned", "m-tired", "roster", council)
    world.do("key", "revoke", "m-tired", "--yes")
    (mandate,) = world.do("mandate", "list", "--council", "M-resigned", "--json").json["mandates"]
    assert (mandate["state"], mandate["key_on_this_desk"]) == ("ended", "m-tired")
    assert "ended" in world.do("mandate", "list", "--council", "M-resigned").out
    members = world.write("m6.csv", "member\na\nb\n")
    ran = world.run("roster", "add", members, "--council", "M-resigned", "--key", "m-tired", "--no-passphrase", "--yes")
    refused(ran, 1, "mandate-ended")
    assert "entry no." in ran.err


def test_a_teller_opens_closes_and_totals_a_round_under_a_mandate(world: World) -> None:
    council = world.council("M-told")
    given(world, "M-told", "m-teller", "claim,close,decision,resource,roster,round,total,use,withdraw", council)
    world.do("key", "new", "m-told-spare", "--no-passphrase")
    world.do("key", "rotate", "M-told", "--new", "m-told-spare", "--yes")  # a mandate outlives the key that gave it
    under = ("--key", "m-teller", "--yes")
    members = world.write("m7.csv", "member,allowance\na,50\nb,50\nc,50\n")
    public = ("--council", "M-told", "--allowance", "public", "--no-passphrase")
    world.do("roster", "add", members, *public, *under)
    opened = world.do("round", "open", world.round_file(rule="public"), "--council", "M-told", *under, "--json").json
    mapping = world.write("mapping.toml", MAPPING)
    orders = world.write("m7-orders.csv", "member,food,fuel\na,1,1\nb,2,2\nc,1,2\n")
    sent = world.do("import", orders, "--mapping", mapping, "--round", opened["leaf"], *under, "--json").json
    assert (sent["claims"], sent["refused"]) == (3, [])
    world.do("close", opened["leaf"], *under)
    total = world.do("total", opened["leaf"], *under, "--json").json
    assert total["totals"] == {"food": 40, "fuel": 50}
    adopted = world.do(
        *("decision", "adopt", total["leaf"], "--council", "M-told", "--title", "Plan", "--body", "assembly"),
        *("--rule", "majority", "--affected", "all", "--eligible", 3, "--voted", 3, *under, "--json"),
    ).json
    assert adopted["new"]
