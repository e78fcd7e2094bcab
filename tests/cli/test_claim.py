"""A member claims on her own device; the clerk countersigns what she can open."""

import json
from pathlib import Path

import pytest

from tests.cli.world import World, done


@pytest.fixture
def home(world: World, tmp_path: Path) -> Path:
    """The desk of a member with a key called me."""
    home = tmp_path / "home"
    world.do("key", "new", "me", "--no-passphrase", desk=home)
    return home


def public_key(world: World, desk: Path, name: str) -> str:
    key: str = world.do("key", "show", name, "--json", desk=desk).json["public_key"]
    return key


def with_member(world: World, home: Path, tmp_path: Path, council: str, rule: str = "none") -> str:
    """A round whose row `anna` has the member's key; two rows have none."""
    world.council(council)
    members = world.write(
        "with-keys.csv", f"member,key,allowance\nanna,{public_key(world, home, 'me')},90\nb,,80\nc,,70\n"
    )
    world.do(
        *("roster", "add", members, "--council", council, "--allowance", rule, "--no-passphrase", "--yes"),
        *("--invitations", tmp_path / "invitations"),
    )
    return world.open_round(council, rule=rule)


def test_the_member_claims_the_clerk_countersigns_the_member_withdraws(
    world: World, home: Path, tmp_path: Path
) -> None:
    leaf = with_member(world, home, tmp_path, "Signers", "hidden")
    invitation = tmp_path / "invitations" / "anna.invitation"
    assert [path.name for path in invitation.parent.iterdir()] == ["anna.invitation"]
    out = tmp_path / "hand"
    mine = ("claim", "new", "food=5.5", "fuel=3", "--round", leaf, "--key", "me", "--no-passphrase", "--out", out)
    without = world.run(*mine, desk=home)
    assert (without.code, "--invitation" in without.err) == (2, True)
    over = world.run(*("claim", "new", "food=9", "fuel=9"), *mine[4:], "--invitation", invitation, desk=home)
    # By how much stands on her own screen, and not among the errors, which end in logs.
    assert (over.code, "9.0" in over.err, "allowance" in over.err) == (1, False, True)
    assert "This costs 9.0 more than the allowance." in over.out
    assert not out.exists()
    made = world.do(*mine, "--invitation", invitation, "--json", desk=home).json
    assert (made["member"], made["seq"]) == ("anna", 1)
    for sealed in (Path(made["opening"]), invitation):
        assert sealed.stat().st_mode & 0o777 == 0o600
    twice = world.run(*mine, "--invitation", invitation, desk=home)
    assert (twice.code, "waits for the clerk" in twice.err) == (2, True)

    posted = world.do("claim", "countersign", made["claim"], "--json").json
    assert posted["member"] == "anna"
    again = world.run("claim", "countersign", made["claim"], "--json")
    assert (again.code, json.loads(again.out)["index"]) == (0, posted["index"])
    # Only she may withdraw; the clerk's hand is refused before anything is sent.
    clerk = world.run("withdraw", "--row", "anna", "--round", leaf, "--yes")
    assert (clerk.code, "claims herself" in clerk.err) == (1, True)
    kept = tmp_path / "kept"
    world.do("receipt", "get", "--round", leaf, "--key", "me", "--out", kept, desk=home)
    assert "It holds" in done(world.run("verify", kept, desk=home)).out
    world.do("withdraw", "--key", "me", "--round", leaf, "--yes", desk=home)
    assert world.do("round", "show", leaf, "--json").json["claims"] == 0


def test_an_opening_of_something_else_is_not_countersigned(world: World, home: Path, tmp_path: Path) -> None:
    leaf = with_member(world, home, tmp_path, "Swapped")
    one, two = tmp_path / "one", tmp_path / "two"
    for out, food in ((one, "food=1"), (two, "food=2")):
        world.do("claim", "new", food, "--round", leaf, "--key", "me", "--no-passphrase", "--out", out, desk=home)
    ran = world.run("claim", "countersign", one / "anna-1.claim.json", "--opening", two / "anna-1.opening")
    assert (ran.code, "opening" in ran.err) == (1, True)
    assert world.do("round", "show", leaf, "--json").json["claims"] == 0


def test_a_row_with_a_key_is_nobody_elses(world: World, home: Path, tmp_path: Path) -> None:
    leaf = with_member(world, home, tmp_path, "Hers")
    ran = world.run("claim", "replace", "--row", "anna", "food=1", "--round", leaf, "--yes", "--json")
    assert (ran.code, ran.json["error"]["rule"]) == (1, "member-claims-herself")


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        (["food"], "bad-quantity"),
        (["wine=1"], "unknown-category"),
        (["food=1", "food=2"], "duplicate-category"),
        (["food=1.25"], "too-many-decimals"),
        (["food=-1"], "negative"),
        (["food=25.6"], "out-of-range"),
        (["food=1,5"], "grouping"),
    ],
)
def test_amounts_are_exact_or_refused(world: World, home: Path, tmp_path: Path, words: list[str], rule: str) -> None:
    council = f"Exact-{rule}"
    leaf = with_member(world, home, tmp_path, council)
    ran = world.run("claim", "replace", "--row", "b", *words, "--round", leaf, "--yes", "--json")
    assert (ran.code, ran.json["error"]["rule"]) == (2, rule)
    said = ran.json["error"]["message"]
    if rule == "out-of-range":
        assert said == "food: the round has room for at most 25.5 kg"
    if rule == "grouping":
        assert said.startswith("food: write it in digits with a decimal point, such as food=12.50")
    assert "declare" not in said


def test_a_sealed_file_of_another_layout_is_named_with_its_version(world: World, home: Path, tmp_path: Path) -> None:
    leaf = with_member(world, home, tmp_path, "Layouts", "hidden")
    invitation = tmp_path / "invitations" / "anna.invitation"
    mine = ("claim", "new", "food=5", "--round", leaf, "--key", "me", "--no-passphrase", "--invitation", invitation)
    made = world.do(*mine, "--out", tmp_path, "--json", desk=home).json
    for path, words in (
        (Path(made["opening"]), ("claim", "countersign", made["claim"])),
        (invitation, (*mine, "--out", tmp_path / "again")),
    ):
        path.write_bytes(path.read_bytes().replace(b'"version":2', b'"version":1'))
        ran = world.run(*words, desk=home if path == invitation else world.desk)
        assert (ran.code, f"{path.name} is sealed in version 1; " in ran.err) == (2, True), ran.err


def test_the_clerk_is_told_by_how_much_a_replacement_is_over(world: World, home: Path, tmp_path: Path) -> None:
    leaf = with_member(world, home, tmp_path, "Over", "public")
    ran = world.run("claim", "replace", "--row", "b", "food=9.1", "--round", leaf, "--yes")
    assert (ran.code, "This costs 1.1 more than the allowance." in ran.out, "1.1" in ran.err) == (1, True, False)


def test_a_council_whose_key_the_server_replaced_gets_no_opening_unasked(
    world: World, home: Path, tmp_path: Path
) -> None:
    leaf = with_member(world, home, tmp_path, "Rotated")
    world.do("key", "new", "Rotated-2", "--no-passphrase")
    world.do("key", "rotate", "Rotated", "--new", "Rotated-2", "--yes")
    mine = ("claim", "new", "food=1", "--round", leaf, "--key", "me", "--no-passphrase", "--out", tmp_path, "--json")
    ran = world.run(*mine, desk=home)
    assert (ran.code, ran.json["error"]["rule"]) == (1, "council-key-changed")
    fresh = public_key(world, world.desk, "Rotated-2")
    made = world.do(*mine, "--council-key", fresh, desk=home).json
    assert world.do("claim", "countersign", made["claim"], "--json").json["seq"] == 1
