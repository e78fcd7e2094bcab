"""A council whose key is lost or stolen takes itself back by k of n keys, gathered over several desks."""

from pathlib import Path

from tests.cli.test_bad_input import refused
from tests.cli.world import World


def made(world: World, *names: str, desk: Path | None = None) -> list[str]:
    """New keys of a desk; their public halves."""
    return [world.do("key", "new", name, "--no-passphrase", "--json", desk=desk).json["public_key"] for name in names]


def test_two_of_three_desks_recover_a_stolen_key(world: World, tmp_path: Path) -> None:
    world.council("Y-council")
    one, two, three = (tmp_path / name for name in ("one", "two", "three"))
    public = [made(world, "spare", desk=desk)[0] for desk in (one, two, three)]
    refused(world.run("key", "recover", "Y-council", "--new", "Y-council", "--yes"), 1, "no-recovery")
    asked = world.run("key", "recovery-set", "Y-council", *public, "--threshold", 2)
    assert (asked.code, "Nothing was done" in asked.err) == (2, True)
    setting = tmp_path / "set.json"
    asking = ("key", "recovery-set", "Y-council", *public, "--threshold", 2, "--yes", "--out", setting, "--json")
    asked_for = world.do(*asking).json
    assert (asked_for["signatures"], asked_for["posted"]) == (1, False)
    for desk in (one, two):
        world.do("key", "sign", setting, "--key", "spare", "--yes", desk=desk)
    refused(world.run("post", setting, "--yes"), 1, "missing-signature")
    world.do("key", "sign", setting, "--key", "spare", "--yes", desk=three)
    assert world.do("post", setting, "--yes", "--json").json["new"]
    assert not world.do(*asking).json["new"]

    # The key's own thief cannot lock the council out.
    made(world, "y-thief")
    world.do("key", "rotate", "Y-council", "--new", "y-thief", "--yes")
    fresh = made(world, *("y-1", "y-2"))
    file = tmp_path / "reset.json"
    reset = ("key", "recovery-set", "Y-council", *fresh, "--threshold", 1, "--yes", "--out", file, "--json")
    waiting = world.do(*reset, "--key", "y-thief").json
    assert (waiting["signatures"], waiting["posted"]) == (2, False)
    refused(world.run("post", file, "--yes"), 1, "missing-signature")
    world.do("key", "sign", file, "--key", "y-thief", "--yes")
    refused(world.run("post", file, "--yes"), 1, "wrong-key")

    made(world, "ours", desk=one)
    recovery = tmp_path / "recover.json"
    started = world.do(
        *("key", "recover", "Y-council", "--new", "ours", "--out", recovery, "--yes", "--json"), desk=one
    ).json
    assert (started["signatures"], started["posted"]) == (2, False)
    refused(world.run("post", recovery, "--yes"), 1, "missing-signature")
    world.do("key", "sign", recovery, "--key", "spare", "--yes", desk=three)
    first = world.do("post", recovery, "--yes", "--json").json
    again = world.do("post", recovery, "--yes", "--json").json
    assert (first["new"], again["new"], again["index"]) == (True, False, first["index"])
    listed = world.do("council", "list", "--json", desk=one).json["councils"]
    assert next(one["key_on_this_desk"] for one in listed if one["name"] == "Y-council") == "ours"
    members = world.write("y.csv", "member\na\nb\n")
    late = world.run("roster", "add", members, "--council", "Y-council", "--key", "y-thief", "--no-passphrase", "--yes")
    refused(late, 1, "revoked-key")


def test_recovery_keys_are_replaced_by_recovery_keys(world: World) -> None:
    world.council("Y-again")
    made(world, "ya-1", "ya-2", "ya-3", "ya-4")
    world.do("key", "recovery-set", "Y-again", "ya-1", "ya-2", "--threshold", 2, "--yes")
    assert world.do("key", "recovery-set", "Y-again", "ya-3", "ya-4", "--threshold", 1, "--yes", "--json").json["new"]
    made(world, "ya-new")
    world.do("key", "recover", "Y-again", "--new", "ya-new", "--yes")
    assert not world.do("key", "recover", "Y-again", "--new", "ya-new", "--yes", "--json").json["new"]


def test_recovery_keys_that_are_none(world: World) -> None:
    world.council("Y-bad")
    made(world, "yb-1", "yb-2")
    base = ("key", "recovery-set", "Y-bad")
    refused(world.run(*base, "yb-1", "yb-2", "--threshold", 3, "--yes"), 2, "bad-field")
    refused(world.run(*base, "yb-1", "yb-1", "--threshold", 1, "--yes"), 2, "bad-field")
    refused(world.run(*base, "yb-1", "Y-bad", "--threshold", 1, "--yes"), 1, "duplicate-key")
    refused(world.run(*base, "yb-1", "nobody", "--threshold", 1, "--yes"), 2, "no-such-key")
    assert world.run(*base, "yb-1", "--threshold", 13, "--yes").code == 2
    refused(world.run("key", "recovery-set", "Nowhere", "yb-1", "--threshold", 1, "--yes"), 2, "unknown-council")
