"""Who moves takes her secret along, and no rollup counts her twice; only numbers become public."""

import base64
import json
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ledger.clerk.member_secrets import MovingLetter, seal_moving_letter
from ledger.cli.checked import CheckedLedger
from ledger.client.connection import Connection
from ledger.encoding import decode_base64
from ledger.records.kinds.tags import member_tag
from tests.cli.valley import Valley, asking, refs, refused
from tests.cli.world import ORIGIN, found_world, serving


@pytest.fixture(scope="module")
def hills(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Valley]:
    """A federation that asks for tags; a floor of ten."""
    folder = tmp_path_factory.mktemp("hills")
    found_world(folder, "--cohort-floor", 10)
    with serving(folder / "server") as url:
        hills = Valley(folder, url)
        hills.party("Hills", "--type", "federation", "--tags")
        yield hills


def tags(hills: Valley, council: str, roster: str, period: str, **more: Any) -> Any:
    words = ("roster", "tags", roster, "--period", period, "--no-passphrase", "--yes")
    return hills.on(council, *words, *(() if more else ("--json",)), **more)


def letter(hills: Valley, council: str, ref: str, joins: str, file: Path, *more: object) -> Any:
    words = ("roster", "leave", ref, "--joins", joins, "--to", file, "--no-passphrase", "--yes", "--json")
    return hills.on(council, *words, *more)


def join(hills: Valley, council: str, file: Path, ref: str, *more: object, **how: Any) -> Any:
    words = ("roster", "join", file, "--ref", ref, "--no-passphrase")
    return hills.on(council, *words, *(more or ("--yes", "--json")), **how)


def rollup(hills: Valley, period: str, *files: object) -> Any:
    return hills.on("Hills", "rollup", period, *files, "--federation", "Hills", "--yes", "--json")


def hand_over(hills: Valley, council: str, round_: str) -> Path:
    return hills.hand_over(council, round_)


def test_a_member_who_moves_is_counted_once(hills: Valley, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("North", "South"):
        hills.party(name, above="Hills")
    north = hills.members("North", refs("n", 6))
    done = tags(hills, "North", north, "May").json
    assert (done["tags"], done["new"], done["tagged_elsewhere"]) == (6, True, 0)
    assert tags(hills, "North", north, "May").json | {"new": True} == done  # a second run changes nothing
    assert tags(hills, "North", north, "June").json["tags"] == 6

    # n05 moves to South, as s06. Before her letter is there nothing is known of her; with it the tag is the same.
    file = tmp_path / "n05.moving"
    assert letter(hills, "North", "n05", "South", file).json["posted"] is False
    assert file.stat().st_mode & 0o777 == 0o600
    refused(letter(hills, "North", "n05", "South", file), "file-exists", 2)
    before = hills.size()
    assert join(hills, "South", file, "s06").json["new"] is True
    assert join(hills, "South", file, "s06").json["new"] is False
    assert hills.size() == before  # nothing of it is public
    south = hills.members("South", refs("s", 7))
    told = tags(hills, "South", south, "May", typed="")
    assert "s06 is tagged by North too." in told.out
    assert "s06" not in told.err
    assert "1 tag of this roster stand" in told.err.replace("\n", " ")
    assert tags(hills, "South", south, "May").json["tagged_elsewhere"] == 1

    # Both rounds of May count her: each alone may be rolled up, both together not.
    one = hills.ask("North", "May", asking("n", 6), rosters=[north])
    two = hills.ask("South", "May", asking("s", 7), rosters=[south])
    files = [hand_over(hills, "North", one), hand_over(hills, "South", two)]
    before = hills.size()
    message = refused(rollup(hills, "May", *files), "counted-twice")
    assert "North" in message
    assert "South" in message
    assert hills.size() == before
    with monkeypatch.context() as forced:
        forced.setattr("ledger.clerk.rollups.check_tags", lambda *_: None)
        refused(rollup(hills, "May", *files), "counted-twice")
        forced.setattr(CheckedLedger, "would_take", lambda *_: None)
        message = refused(rollup(hills, "May", *files), "counted-twice")
        assert message == "a member of the rounds is counted in another row or council"  # the server's own words

    # From June on she is South's alone, and all is well.
    fewer = hills.members("North", [*refs("n", 5), "new"], "june")
    assert tags(hills, "North", fewer, "July").json["tagged_elsewhere"] == 0
    assert tags(hills, "South", south, "July").json["tagged_elsewhere"] == 0
    one = hills.ask("North", "July", {**asking("n", 5), "new": 2}, rosters=[fewer])
    two = hills.ask("South", "July", asking("s", 7), rosters=[south])
    done = rollup(hills, "July", hand_over(hills, "North", one), hand_over(hills, "South", two)).json
    assert done["count"] == 13


def test_a_roster_without_tags_is_named(hills: Valley) -> None:
    hills.party("Bare", above="Hills")
    bare = hills.members("Bare", refs("b", 10))
    file = hand_over(hills, "Bare", hills.ask("Bare", "P1", asking("b", 10)))
    message = refused(rollup(hills, "P1", file), "missing-tags")
    assert "a roster of Bare has no tags for P1" in message
    assert tags(hills, "Bare", bare, "P1").code == 0
    assert rollup(hills, "P1", file).json["count"] == 10


def test_a_secret_made_too_early_gives_way_to_the_one_in_the_letter(hills: Valley, tmp_path: Path) -> None:
    for name in ("East", "West"):
        hills.party(name, above="Hills")
    east, west = hills.members("East", refs("e", 3)), hills.members("West", refs("w", 3))
    for council, roster in (("East", east), ("West", west)):
        assert tags(hills, council, roster, "P2").json["tagged_elsewhere"] == 0
    file = tmp_path / "e00.moving"
    letter(hills, "East", "e00", "West", file)
    asked = join(hills, "West", file, "w00", "--json")
    assert (asked.code, "her own is lost" in asked.err) == (2, True)  # nobody was there to say that it is she
    assert tags(hills, "West", west, "P3").json["tagged_elsewhere"] == 0
    assert join(hills, "West", file, "w00").json["new"] is True
    assert tags(hills, "East", east, "P4").json["tagged_elsewhere"] == 0
    assert tags(hills, "West", west, "P4").json["tagged_elsewhere"] == 1
    # One letter under two references would be one member in two rows.
    assert join(hills, "West", file, "w01").json["new"] is True
    assert "w00 and w01 have the same secret" in refused(tags(hills, "West", west, "P5"), "counted-twice")
    # And a second letter does not push out what came in the first.
    other = tmp_path / "e01.moving"
    letter(hills, "East", "e01", "West", other)
    refused(join(hills, "West", other, "w00"), "other-secret")


def test_letters_that_do_not_belong(hills: Valley, tmp_path: Path) -> None:
    for name in ("Up", "Down"):
        hills.party(name, above="Hills")
        hills.members(name, refs(name[0].lower(), 3))
    file = tmp_path / "u00.moving"
    refused(letter(hills, "Up", "u99", "Down", file), "unknown-member", 2)
    refused(letter(hills, "Up", "d00", "Down", file), "unknown-member", 2)  # another council's member
    refused(letter(hills, "Up", "u00", "Up", file), "wrong-council")
    refused(letter(hills, "Up", "u00", "Nowhere", file), "unknown-council", 2)
    assert not file.exists()
    letter(hills, "Up", "u00", "Down", file)
    assert hills.key("Up").seed not in file.read_bytes()
    refused(join(hills, "Up", file, "u00"), "wrong-recipient")
    assert refused(join(hills, "Down", file, "d 00"), "bad-field", 2)
    refused(join(hills, "Down", tmp_path / "none", "d00"), "no-such-file", 2)
    for raw in (b"", b"{}", b"\xff", file.read_bytes()[1:]):
        (tmp_path / "bad").write_bytes(raw)
        assert join(hills, "Down", tmp_path / "bad", "d00").code == 2

    down, other = hills.key("Down").public, decode_base64(hills.leaves["Up"])
    for ledger, council, rule in (
        ("other.example/1", decode_base64(hills.leaves["Down"]), "wrong-ledger"),
        (ORIGIN, other, "wrong-council"),  # kept under Up, the secret would never be found
    ):
        made = MovingLetter(council=council, ledger=ledger, secret=b"s" * 32)
        (tmp_path / "bad").write_bytes(seal_moving_letter(made, to=down, randbytes=secrets.token_bytes))
        refused(join(hills, "Down", tmp_path / "bad", "d00"), rule)


def test_tags_of_another_council_s_roster_are_not_posted(hills: Valley) -> None:
    for name in ("Here", "There"):
        hills.party(name, above="Hills")
    roster = hills.members("Here", refs("x", 3))
    before = hills.size()
    assert "holds neither the key of Here" in refused(tags(hills, "There", roster, "P6"), "no-such-key", 2)
    refused(tags(hills, "Here", hills.leaves["Here"], "P6"), "unknown-roster", 2)
    refused(tags(hills, "Here", "nonsense", "P6"), "bad-leaf", 2)
    refused(tags(hills, "Here", roster, "P\t6"), "bad-field", 2)
    assert hills.size() == before


def test_what_is_in_the_log_is_the_tag_and_nothing_else(hills: Valley) -> None:
    hills.party("Plain", above="Hills")
    roster = hills.members("Plain", ["anna", "bert"])
    index = tags(hills, "Plain", roster, "P7").json["index"]
    with Connection(hills.url) as connection:
        raw = connection.get(f"v1/entries/{index}", limit=65536)
    body = json.loads(raw)["statement"]["body"]
    assert sorted(body) == ["council", "period", "roster", "tags"]
    assert body["tags"] == sorted(body["tags"], key=lambda text: base64.b64decode(text))
    assert b"anna" not in raw
    guessed = member_tag(b"anna", origin=ORIGIN, period="P7")
    assert base64.b64encode(guessed).decode() not in body["tags"]
