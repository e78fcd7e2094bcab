"""What a person is told on her way through proposals, recalls, challenges: the next command, and how things stand."""

import json
import re
import time
from pathlib import Path

import pytest

from tests.cli.test_bad_input import refused
from tests.cli.test_challenges import challenge
from tests.cli.test_federations import federation
from tests.cli.test_mandates import decision, give, given
from tests.cli.test_odd_views import twist
from tests.cli.test_recovery import made
from tests.cli.test_resources import claim_file, log, use
from tests.cli.world import World


def number(world: World, leaf: str) -> int:
    """The number of the entry."""
    index: int = world.do("receipt", "get", leaf, "--out", world.folder / f"g-{hash(leaf)}", "--json").json["index"]
    return index


def next_command(out: str) -> list[str]:
    """The words of the command that is printed on a line of its own, with the council still to be named."""
    (line,) = [line for line in out.splitlines() if line.startswith("opentally ")]
    return line.split()[1:]


def test_the_next_command_is_printed_whole_and_the_mandate_s_end_is_told(world: World) -> None:
    leaf = federation(world, "G-valley", "G-one", "G-two", "G-three")
    made(world, "g-clerk")
    by = decision(world, "G-valley", leaf)
    told = give(world, "G-valley", "g-clerk", "close", by)
    assert "takes effect once more than half" in told.out
    command = next_command(told.out)
    assert command[:2] + command[3:] == ["mandate", "assent", "--for", "--council", "NAME"]
    mandate = command[2]
    for council in ("G-one", "G-two"):
        world.do(*command[:-1], council, "--yes")
    shown = world.do("mandate", "show", mandate)
    assert "took effect" in shown.out
    assert "ended" not in shown.out
    assert not world.do("mandate", "show", mandate, "--json").json["ended"]

    recalled = world.do("mandate", "recall", number(world, mandate), "--reason", "x", "--council", "G-three", "--yes")
    command = next_command(recalled.out)
    assert command[2] != mandate
    world.do(*command[:-1], "G-one", "--yes")
    shown = world.do("mandate", "show", mandate)
    facts = world.do("mandate", "show", mandate, "--json").json
    assert facts["ended"]
    assert f"it has ended since, by entry no. {facts['ended_by']}" in shown.out
    assert "it has ended" not in world.do("mandate", "show", command[2]).out

    keys = made(world, "g-key")
    set_keys = world.do("key", "recovery-set", "G-valley", *keys, "--threshold", 1, "--yes")
    assert next_command(set_keys.out)[3:] == ["--for", "--council", "NAME"]
    key = world.do("council", "recall-key", "G-valley", "--council", "G-one", "--reason", "x", "--yes")
    assert next_command(key.out)[:2] == ["mandate", "assent"]


def test_what_took_effect_earlier_is_said_to_be_so() -> None:
    from api.assent_answers import OneProposal, ProposalView
    from ledger.cli.proposals import how_it_stands

    view = ProposalView(leaf=bytes(32), index=4, council=bytes(32), kind="mandate", state="took-effect")
    one = OneProposal(
        size=9,
        clock=1,
        proposal=view,
        mandate=None,
        recall=None,
        recovery=None,
        quorum=3,
        lapses=9,
        electorate=3,
        agreed=2,
        lacking=None,
        voices=(),
        more_voices=False,
    )
    assert how_it_stands(one) == "took effect"
    told = how_it_stands(one, before="took-effect")
    assert "words said now change nothing" in told
    assert re.search(r"opentally mandate recall A{43}=$", told)


def test_a_recall_by_the_council_that_gave_the_mandate_waits_for_nobody(world: World) -> None:
    mandate = given(world, "G-alone", "g-holder", "close", world.council("G-alone"))
    ended = world.do("mandate", "recall", mandate, "--reason", "x", "--yes", "--council", "G-alone")
    assert "more than half" not in ended.out


def test_an_entry_number_does_wherever_a_leaf_hash_does(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.council("G-steward")
    world.council("G-user")
    claim = log(world, "G-steward", claim_file(world, "g-spring"))
    at = number(world, claim)
    assert world.do("resource", "show", at).out == world.do("resource", "show", claim).out
    used = use(world, "G-user", str(at), "3.5", "--json").json
    made_at = challenge(world, str(used["index"]), "G-steward").json["index"]
    assert world.do("challenge", "show", made_at, "--json").json["about"] == used["leaf"]
    assert "answer is due from G-user" in world.do("challenge", "show", made_at).out
    told = world.do("resource", "show", at)
    assert f"the use in entry no. {used['index']} is challenged by G-steward" in told.out
    (against,) = world.do("resource", "show", at, "--json").json["use_challenges"]
    assert (against["index"], against["use"]) == (made_at, used["index"])
    world.do("challenge", "reply", made_at, "--answer", "accepts", "--text", "yes", "--yes")
    world.do("challenge", "decide", made_at, "--outcome", "upheld", "--rule", "own", "--council", "G-user", "--yes")
    told = world.do("challenge", "show", made_at)
    assert "decided; the answer was due from G-user" in told.out
    assert "is challenged" not in world.do("resource", "show", at).out
    refused(world.run("challenge", "show", 999_999), 2, "unknown-entry")
    refused(world.run("challenge", "show", "1" * 20), 2, "bad-leaf")
    refused(world.run("challenge", "show", at), 1, "unknown-challenge")

    # The server serves another entry under the number: nothing is signed about it.
    other = world.do("receipt", "get", 0, "--out", world.folder / "g-0", "--json").json["files"][0]
    with monkeypatch.context() as patch:
        twist(patch, f"v1/entries/{at}", Path(other).read_bytes())
        ran = world.run("challenge", "make", at, "--ground", "harm", "--council", "G-user", "--yes")
    assert ran.code == 1
    assert "has challenged" not in ran.out


def test_a_name_that_is_taken_is_warned_of_and_the_candidates_are_listed(world: World) -> None:
    first = world.council("G-creek")
    made(world, "g-twin")
    again = ("council", "register", "G-creek", "--key", "G-creek", "--approve-with", "founder")
    assert "is there already" not in world.do(*again).err
    file = world.folder / "g-twin.json"
    registered = world.do("council", "register", "g-Creek", "--key", "g-twin", "--out", file)
    assert "1 council called g-Creek is there already" in registered.err
    assert "is there already" in world.run("council", "approve", file, "--key", "founder").err
    twin = world.do("council", "register", "G-creek", "--key", "g-twin", "--approve-with", "founder", "--json")
    assert "is there already" in twin.err
    assert "opentally key recovery-set G-creek PUBLICKEY" in twin.err
    made(world, "g-new")
    ran = world.run("key", "recover", "G-creek", "--new", "g-new", "--yes")
    refused(ran, 2, "several-councils")
    assert first in ran.err
    assert twin.json["leaf"] in ran.err
    assert "--council" not in ran.err


def test_a_key_that_is_known_is_no_recovery_key_and_no_file_goes_around(world: World) -> None:
    world.council("G-keys")
    elsewhere = made(world, "g-own", desk=world.folder / "g-elsewhere")
    file = world.folder / "g-keys.json"
    for taken in ("G-keys", "founder"):
        ran = world.run("key", "recovery-set", "G-keys", taken, *elsewhere, "--threshold", 1, "--yes", "--out", file)
        refused(ran, 1, "duplicate-key")
    assert not file.exists()
    world.do("key", "recovery-set", "G-keys", *elsewhere, "--threshold", 1, "--yes", "--out", file)
    signed = world.do("key", "sign", file, "--key", "g-own", "--yes", desk=world.folder / "g-elsewhere")
    assert f"opentally post {file}" in signed.out
    assert "leaf hash is" in world.do("post", file, "--yes").out


def test_more_votes_than_voters_are_refused_in_the_words_of_the_options(world: World) -> None:
    leaf = world.council("G-turnout")
    ran = world.run(
        *("decision", "adopt", leaf, "--council", "G-turnout", "--title", "x", "--body", "x", "--rule", "x"),
        *("--affected", "x", "--eligible", 3, "--voted", 4, "--yes"),
    )
    refused(ran, 2, "bad-field")
    assert "--voted" in ran.err


def test_an_answer_after_the_deadline_is_called_late(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    leaf = world.council("G-late")
    world.council("G-asker")
    asked = challenge(world, leaf, "G-asker").json["leaf"]
    world.do("challenge", "reply", asked, "--answer", "accepts", "--text", "yes", "--yes")
    told = world.do("challenge", "show", asked)
    assert "answered; the answer was due" in told.out
    view = json.loads(_raw(world, asked))
    past, ahead = int(time.time()) - 3600, int(time.time()) + 3600
    for deadline, late in ((past, True), (ahead, False)):
        with monkeypatch.context() as patch:
            twist(
                patch,
                "v1/challenges/",
                {"clock": ahead + 60, "challenge": view["challenge"] | {"deadline": deadline}},
            )
            assert ("answered, late; " in world.do("challenge", "show", asked).out) == late
            assert world.do("challenge", "show", asked, "--json").json["late"] == late


def _raw(world: World, leaf: str) -> bytes:
    """The server's answer about a challenge."""
    from ledger.client.connection import Connection
    from ledger.encoding import decode_base64

    with Connection(world.url) as connection:
        return connection.get(f"v1/challenges/{decode_base64(leaf, length=32, what='leaf').hex()}", limit=65536)
