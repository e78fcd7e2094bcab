"""A server whose views of claims, challenges and powers are odd or endless is refused in one sentence."""

import json
from typing import Any

import pytest

from ledger.client.connection import Connection
from tests.cli.test_bad_input import refused
from tests.cli.test_mandates import decision
from tests.cli.test_resources import claim_file, log
from tests.cli.world import World


def twist(monkeypatch: pytest.MonkeyPatch, path: str, answer: bytes | dict[str, Any]) -> None:
    """The server's answer at this path is another one; a dict replaces parts of it."""
    honest = Connection.get

    def get(self: Connection, asked: str, **options: Any) -> bytes:
        raw = honest(self, asked, **options)
        if not asked.startswith(path):
            return raw
        return answer if isinstance(answer, bytes) else json.dumps(json.loads(raw) | answer).encode()

    monkeypatch.setattr(Connection, "get", get)


@pytest.mark.parametrize("answer", [b"[]", b"{}", b"\xff", b'{"size":1,"clock":1,"resources":[{}],"challenges":[{}]}'])
@pytest.mark.parametrize("command", ["resource", "challenge"])
def test_a_list_of_another_shape(world: World, monkeypatch: pytest.MonkeyPatch, command: str, answer: bytes) -> None:
    twist(monkeypatch, f"v1/{command}s", answer)
    refused(world.run(command, "list"), 2, "unexpected-answer")


@pytest.mark.parametrize("command", ["resource", "challenge"])
def test_a_list_without_end(world: World, monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    twist(monkeypatch, f"v1/{command}s", {"next": "aa"})
    refused(world.run(command, "list"), 2, "unexpected-answer")


def test_what_would_play_with_a_terminal_is_refused_and_never_shown(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.council("V-plain")
    leaf = log(world, "V-plain", claim_file(world, "v-terminal"))
    use = {"leaf": leaf, "index": 1, "council": leaf, "quantity": 1, "from": 1, "until": 2, "evidence": None}
    for text in ("\x1b[2J", "a\u202eb", "line\nline", "\x07", "\x9b1m"):
        with monkeypatch.context() as patch:
            twist(patch, "v1/resources/", {"uses": [{**use, "method": text, "struck": False}]})
            ran = world.run("resource", "show", leaf)
        refused(ran, 2, "unexpected-answer")
        assert text not in ran.out + ran.err
    assert world.run("resource", "show", leaf).code == 0


def test_proposals_of_another_kind_or_without_end(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    leaf = world.council("V-proposing")
    odd = {"leaf": leaf, "index": 1, "council": leaf, "kind": "mandate", "state": "waiting"}
    twist(monkeypatch, "v1/proposals", {"proposals": [odd]})
    refused(world.run("mandate", "proposals", "--council", "V-proposing"), 2, "unexpected-answer")
    twist(monkeypatch, "v1/proposals", {"next": "aa"})
    refused(world.run("mandate", "proposals", "--council", "V-proposing"), 2, "unexpected-answer")


def test_a_mark_that_nobody_knows_is_refused_rather_than_hidden(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.council("V-council")
    leaf = log(world, "V-council", claim_file(world, "v-spring"))
    view = {"resource": {"leaf": leaf, "marks": ["fine"]}}
    twist(monkeypatch, "v1/resources/", view)
    refused(world.run("resource", "show", leaf), 2, "unexpected-answer")


def test_a_server_that_hides_recovery_keys_gets_nothing_by_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """It makes the council's own key sign in the place of the recovery keys, which the rules refuse."""
    world.council("V-hidden")
    for name in ("v-1", "v-2"):
        world.do("key", "new", name, "--no-passphrase")
    world.do("key", "recovery-set", "V-hidden", "v-1", "--threshold", 1, "--yes")
    twist(monkeypatch, "v1/councils/", {"recovery": None})
    refused(world.run("key", "recovery-set", "V-hidden", "v-2", "--threshold", 1, "--yes"), 1, "wrong-key")


def test_a_server_that_calls_a_mandate_good_that_is_not(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The desk signs, and the rules refuse."""
    council = world.council("V-mandate")
    by = decision(world, "V-mandate", council)
    world.do("key", "new", "v-clerk", "--no-passphrase")
    give = ("mandate", "give", "v-clerk", "--council", "V-mandate", "--role", "clerk", "--kinds", "roster", "--yes")
    world.do(*give, "--until", "2100-01-01T00:00:00Z", "--decision", by)
    twist(monkeypatch, "v1/councils/", {"mandates": []})
    file = world.round_file()
    members = world.write("v.csv", "member\na\nb\n")
    world.do("roster", "add", members, "--council", "V-mandate", "--no-passphrase", "--yes")
    ran = world.run("round", "open", file, "--council", "V-mandate", "--key", "v-clerk", "--yes")
    refused(ran, 1, "outside-mandate")
