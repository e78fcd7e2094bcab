"""A server whose views are odd or endless is refused in one sentence; what it says of entries is hashed."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ledger.client.connection import Connection
from tests.cli.world import World, done

Twist = Callable[[str, bytes], bytes]


@pytest.fixture
def twisted(monkeypatch: pytest.MonkeyPatch) -> Callable[[Twist], None]:
    """Answers on their way to the desk are changed."""
    honest = Connection.get

    def install(twist: Twist) -> None:
        def get(self: Connection, path: str, **options: Any) -> bytes:
            return twist(path, honest(self, path, **options))

        monkeypatch.setattr(Connection, "get", get)

    return install


@pytest.mark.parametrize("answer", [b"[]", b"{}", b'{"size":1,"councils":[{}],"next":null}', b"\xff", b"7"])
def test_a_view_of_another_shape(world: World, twisted: Callable[[Twist], None], answer: bytes) -> None:
    twisted(lambda path, raw: answer if path == "v1/councils" else raw)
    ran = world.run("council", "list", "--json")
    assert (ran.code, ran.json["error"]["rule"]) == (2, "unexpected-answer")


def test_a_list_without_end(world: World, twisted: Callable[[Twist], None]) -> None:
    world.council("Endless")

    def again(path: str, raw: bytes) -> bytes:
        return json.dumps(json.loads(raw) | {"next": "aa"}).encode() if path == "v1/councils" else raw

    twisted(again)
    ran = world.run("council", "list", "--json")
    assert (ran.code, ran.json["error"]["rule"]) == (2, "unexpected-answer")


def test_another_entry_for_a_leaf_hash(world: World, twisted: Callable[[Twist], None], desk: Path) -> None:
    leaf = world.council("Honest")
    twisted(lambda path, raw: raw.replace(b"Honest", b"Honesd") if path.startswith("v1/entries/") else raw)
    done(world.run("key", "new", "x", "--no-passphrase", desk=desk))
    ran = world.run("roster", "list", "--council", leaf, "--json", desk=desk)
    assert (ran.code, ran.json["error"]["rule"]) == (1, "wrong-entry")


def test_a_close_is_not_signed_over_a_set_that_the_log_does_not_hold(
    world: World, twisted: Callable[[Twist], None]
) -> None:
    """A server that hides a claim gets a close that the rules refuse, so nothing comes of it."""
    world.council("Hidden")
    members = world.write("hm.csv", "member\na\nb\nc\n")
    world.do("roster", "add", members, "--council", "Hidden", "--no-passphrase", "--yes")
    leaf = world.open_round("Hidden")
    for row in "abc":
        world.do("claim", "replace", "--row", row, "food=1", "--round", leaf, "--yes")

    def hide(path: str, raw: bytes) -> bytes:
        if not path.endswith("/set"):
            return raw
        view = json.loads(raw)
        return json.dumps(view | {"claims": view["claims"][:2]}).encode()

    twisted(hide)
    ran = world.run("close", leaf, "--yes", "--json")
    assert (ran.code, ran.json["error"]["rule"]) == (1, "wrong-count")
