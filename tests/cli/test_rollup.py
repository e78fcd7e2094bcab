"""Two councils too small to publish alone are seen as one; nothing that would be refused is shown to the server."""

import json
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from ledger.clerk.sealed_documents import seal_document
from ledger.clerk.subtotals import SubTotal, open_sub_total, seal_sub_total, sub_total
from ledger.cli.checked import CheckedLedger
from ledger.cli.remote import Remote
from ledger.cli.screen import Screen
from ledger.client.poster import Declined
from ledger.client.source import HttpSource
from ledger.encoding import decode_base64, encode_base64
from ledger.storage.facts import FactFile
from tests.cli.valley import Valley, asking, refs, refused
from tests.cli.world import found_world, opentally, serving

RANDOM = secrets.token_bytes


@pytest.fixture(scope="module")
def valley(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Valley]:
    """Valley with Riverside (6 members), Hillside (7), Lakeside (4) and Broad (14); a floor of ten."""
    folder = tmp_path_factory.mktemp("valley")
    found_world(folder, "--cohort-floor", 10)
    with serving(folder / "server") as url:
        valley = Valley(folder, url)
        valley.party("Valley", "--type", "federation", "--silent", "default")
        for name, prefix, count in (
            ("Riverside", "r", 6),
            ("Hillside", "h", 7),
            ("Lakeside", "l", 4),
            ("Broad", "b", 14),
        ):
            valley.party(name, above="Valley")
            valley.members(name, refs(prefix, count))
        yield valley


def rollup(valley: Valley, period: str, *files: object, on: str = "Valley", more: tuple[object, ...] = ()) -> Any:
    return valley.on(on, "rollup", period, *files, "--federation", "Valley", "--yes", "--json", *more)


def opened(valley: Valley, file: Path) -> SubTotal:
    return open_sub_total(file.read_bytes(), key=valley.key("Valley"), name="x")


def resealed(valley: Valley, name: str, part: SubTotal) -> Path:
    file = valley.folder / f"{name}.sub"
    file.unlink(missing_ok=True)
    file.write_bytes(seal_sub_total(part, to=valley.key("Valley").public, randbytes=RANDOM))
    return file


def test_two_councils_of_six_and_seven_are_seen_as_thirteen(valley: Valley, tmp_path: Path) -> None:
    river = valley.ask("Riverside", "W1", asking("r", 6, 3))
    hill = valley.ask("Hillside", "W1", asking("h", 7, 4))
    before = valley.size()
    for council, round_, count in (("Riverside", river, 6), ("Hillside", hill, 7)):
        message = refused(valley.on(council, "total", round_, "--yes", "--json"), "under-minimum")
        assert f"{count} live claims, and 10 are the least" in message
        assert "--for-federation" in message
    assert valley.size() == before  # nothing was sent, and so no sum was shown

    files = [valley.hand_over("Riverside", river), valley.hand_over("Hillside", hill)]
    assert valley.size() == before
    for file in files:
        assert file.stat().st_mode & 0o777 == 0o600
    again = valley.on("Riverside", "total", river, "--for-federation", files[0], "--yes", "--json")
    refused(again, "file-exists", 2)

    told = valley.on("Valley", "rollup", "W1", *files, "--federation", "Valley")
    assert (told.code, "13 claims (minimum 10)" in told.out) == (2, True)  # nobody was there to say yes
    assert "missing: no round of this period and number" in told.out
    assert "The clerk of Hillside knows its own sub-total, can subtract it, and then has what 6 others" in told.out
    assert valley.size() == before
    done = rollup(valley, "W1#1", *files).json
    assert (done["count"], done["minimum"], done["new"]) == (13, 10, True)
    assert done["totals"] == {"food": str(6 * 30 + 7 * 40), "fuel": str(13 * 10)}
    assert {one["name"]: one["standing"] for one in done["councils"]} == {
        "Riverside": "counted", "Hillside": "counted", "Lakeside": "no-round", "Broad": "no-round",
    }  # fmt: skip
    assert {"name": "Riverside", "members_left": 7} in done["clerks_can_subtract"]
    twice = rollup(valley, "W1", *reversed(files)).json
    assert (twice["new"], twice["index"], twice["leaf"]) == (False, done["index"], done["leaf"])
    assert valley.size() == done["index"] + 1

    report = valley.do("audit", valley.url, "--workers", 1, "--json").json
    assert report["verdict"] == "holds"


def test_the_clerk_sees_what_the_sub_total_says_of_households(valley: Valley) -> None:
    amounts = {**asking("r", 6, 1), "r00": 9}
    round_ = valley.ask("Riverside", "W2", amounts)
    file = valley.folder / "seen.sub"
    told = valley.on("Riverside", "total", round_, "--for-federation", file, typed="n\n")
    assert told.code == 2
    assert "one household is more than half of it" in told.out
    assert "one household is more than 15 % of it" in told.out  # one of six asks for a sixth of the fuel
    assert "The clerk of Valley will see this sub-total of 6 households" in told.out
    assert not file.exists()


def test_a_difference_of_two_sums_is_refused_before_anything_is_sent(
    valley: Valley, monkeypatch: pytest.MonkeyPatch
) -> None:
    broad, lake = valley.ask("Broad", "W3", asking("b", 14)), valley.ask("Lakeside", "W3", asking("l", 4))
    total = valley.well("Broad", "total", broad, "--yes", "--json").json
    files = [valley.hand_over("Broad", broad), valley.hand_over("Lakeside", lake)]
    before = valley.size()
    message = refused(rollup(valley, "W3", *files), "differencing")
    assert f"the total of Broad (entry no. {total['index']})" in message
    assert "what 4 members alone asked for; 10 are the least" in message
    assert "l00" not in message
    told = valley.on("Valley", "rollup", "W3", *files, "--yes", "--federation", "Valley")
    assert "Would stand alone, of Lakeside: l00, l01, l02, l03" in told.out
    assert "l00" not in told.err
    assert valley.size() == before

    # Forced past the command: the ledger's rule is the same, but its operator has seen the sum.
    monkeypatch.setattr("ledger.cli.openings.refuse_leak", lambda *_, **__: None)
    message = refused(rollup(valley, "W3", *files), "differencing")
    assert valley.size() == before  # the rules on this desk still refuse it
    monkeypatch.setattr(CheckedLedger, "would_take", lambda *_: None)
    message = refused(rollup(valley, "W3", *files), "differencing")
    assert "the sum of 4 members could be had" in message


def test_a_total_after_a_rollup_is_refused_for_those_who_were_rolled_up_with_it(valley: Valley) -> None:
    broad, lake = valley.ask("Broad", "W4", asking("b", 14)), valley.ask("Lakeside", "W4", asking("l", 4))
    done = rollup(valley, "W4", valley.hand_over("Broad", broad), valley.hand_over("Lakeside", lake)).json
    before = valley.size()
    message = refused(valley.on("Broad", "total", broad, "--yes", "--json"), "differencing")
    assert f"the rollup of Broad, Lakeside (entry no. {done['index']})" in message or (
        f"the rollup of Lakeside, Broad (entry no. {done['index']})" in message
    )
    told = valley.on("Broad", "total", broad, "--yes")
    assert "Would stand alone, of Lakeside: l00, l01, l02, l03" in told.out
    # A second round in which one of them did not claim: the first one's sum less this one's would be hers.
    fewer = valley.ask("Broad", "W4", asking("b", 13), round_no=2)
    refused(valley.on("Broad", "total", fewer, "--yes", "--json"), "differencing")
    assert valley.size() > before  # the second round's own entries, and no total among them
    assert valley.well("Broad", "round", "show", fewer, "--json").json["total"] is None


def test_what_is_opened_while_the_question_is_asked_counts(valley: Valley, monkeypatch: pytest.MonkeyPatch) -> None:
    broad, lake = valley.ask("Broad", "W13", asking("b", 14)), valley.ask("Lakeside", "W13", asking("l", 4))
    files = [valley.hand_over("Broad", broad), valley.hand_over("Lakeside", lake)]
    honest = Screen.confirm

    def meanwhile(self: Screen, question: str, *, yes: bool) -> None:
        monkeypatch.setattr(Screen, "confirm", honest)
        valley.well("Broad", "total", broad, "--yes")
        honest(self, question, yes=yes)

    monkeypatch.setattr(Screen, "confirm", meanwhile)
    before = valley.size()
    assert "the total of Broad" in refused(rollup(valley, "W13", *files), "differencing")
    assert valley.size() in {before + 1, before + 2}  # that total, and a clock that may have been due


def test_a_server_that_hides_what_was_opened_is_not_asked(valley: Valley, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every view says that nothing was opened; the desk goes by the entries of the signed tree."""
    broad, lake = valley.ask("Broad", "W5", asking("b", 14)), valley.ask("Lakeside", "W5", asking("l", 4))
    valley.well("Broad", "total", broad, "--yes")
    files = [valley.hand_over("Broad", broad), valley.hand_over("Lakeside", lake)]
    honest = Remote.view
    asked = []

    def hiding(self: Remote, path: str, shape: Any, **params: Any) -> Any:
        asked.append(path)
        if path.startswith(("v1/openings", "v1/rollups", "v1/requests")):
            raise AssertionError("the server was asked what was opened")
        answer = honest(self, path, shape, **params)
        return replace(answer, total=None) if hasattr(answer, "total") else answer

    monkeypatch.setattr(Remote, "view", hiding)
    before = valley.size()
    refused(rollup(valley, "W5", *files), "differencing")
    refused(valley.on("Broad", "total", broad, "--yes", "--json"), "already-totalled")
    assert asked
    assert valley.size() == before


def test_nothing_is_opened_in_a_ledger_that_does_not_hold(valley: Valley, monkeypatch: pytest.MonkeyPatch) -> None:
    broad = valley.ask("Broad", "W14", asking("b", 14))
    before = valley.size()
    honest = HttpSource.get

    def altered(self: HttpSource, path: str) -> bytes:
        raw = honest(self, path)
        return raw[:-9] + bytes([raw[-9] ^ 1]) + raw[-8:] if "/entries/" in path else raw

    with monkeypatch.context() as served:
        served.setattr(HttpSource, "get", altered)
        ran = valley.on("Broad", "total", broad, "--yes", "--json")
        assert "the ledger does not hold. entry " in refused(ran, "entry-not-in-tree")
    assert valley.size() == before
    (audited,) = valley.desk_of("Broad").glob("ledgers/*/audit/facts.db")
    with FactFile(audited):  # as another command of the same desk has it
        assert valley.on("Broad", "total", broad, "--yes", "--json").json["error"]["rule"] == "unavailable"
    for left in audited.parent.iterdir():  # a cache: without it everything is checked again
        left.unlink()
    assert valley.well("Broad", "total", broad, "--yes", "--json").json["count"] == 14


def test_the_amounts_of_another_council_are_named(valley: Valley) -> None:
    river, hill = valley.ask("Riverside", "W6", asking("r", 6, 3)), valley.ask("Hillside", "W6", asking("h", 7, 4))
    one, two = opened(valley, valley.hand_over("Riverside", river)), opened(valley, valley.hand_over("Hillside", hill))
    swapped = [
        resealed(valley, "one", sub_total(one.ledger, one.round, two.totals, two.blinding)),
        resealed(valley, "two", sub_total(two.ledger, two.round, one.totals, one.blinding)),
    ]
    before = valley.size()
    message = refused(rollup(valley, "W6", *swapped), "invalid-opening")
    assert message.startswith("one.sub does not open the sum that Riverside has signed in its close")
    more = resealed(valley, "more", sub_total(one.ledger, one.round, (one.totals[0] + 1, one.totals[1]), one.blinding))
    less = resealed(valley, "less", sub_total(two.ledger, two.round, (two.totals[0] - 1, two.totals[1]), two.blinding))
    for bad, good in ((more, resealed(valley, "two", two)), (more, less)):
        assert refused(rollup(valley, "W6", bad, good), "invalid-opening").startswith("more.sub")
    assert valley.size() == before


def test_files_that_do_not_belong(valley: Valley, tmp_path: Path) -> None:
    river = valley.ask("Riverside", "W7", asking("r", 6))
    hill, later = valley.ask("Hillside", "W7", asking("h", 7)), valley.ask("Hillside", "W7", asking("h", 7), round_no=2)
    file = valley.hand_over("Riverside", river)
    part = opened(valley, file)
    second = valley.hand_over("Hillside", later)
    before = valley.size()

    assert "is of W7#1, and W6 is to be rolled up" in refused(rollup(valley, "W6", file), "wrong-round")
    assert "is of W7#2" in refused(rollup(valley, "W7", file, second), "wrong-round")
    refused(rollup(valley, "W7", file, file), "counted-twice")
    elsewhere = resealed(valley, "ledger", sub_total("other.example/1", part.round, part.totals, part.blinding))
    assert "of another ledger" in refused(rollup(valley, "W7", elsewhere), "wrong-ledger")
    unknown = resealed(valley, "unknown", sub_total(part.ledger, bytes(32), part.totals, part.blinding))
    refused(rollup(valley, "W7", unknown), "unknown-round", 2)
    refused(rollup(valley, "W7", file), "under-minimum")
    refused(rollup(valley, "W7", file, on="Riverside"), "wrong-recipient")  # not her key, not her desk
    assert refused(rollup(valley, "W7", tmp_path / "none"), "no-such-file", 2)
    garbage = tmp_path / "garbage"
    for raw in (b"", b"{}", b"\xff\xfe", file.read_bytes()[:-9]):
        garbage.write_bytes(raw)
        assert rollup(valley, "W7", garbage).code == 2
    altered = json.loads(file.read_bytes())
    box = bytearray(decode_base64(altered["box"]))
    box[40] ^= 1
    garbage.write_text(json.dumps(altered | {"box": encode_base64(bytes(box))}, separators=(",", ":"), sort_keys=True))
    refused(rollup(valley, "W7", garbage), "sealed-altered")
    letter = seal_document(part, to=valley.key("Valley").public, label="moving-letter", randbytes=RANDOM)
    garbage.write_bytes(letter)
    assert "is not a sub-total" in refused(rollup(valley, "W7", garbage), "wrong-label")
    assert valley.size() == before

    valley.party("Outside")
    valley.members("Outside", refs("o", 3))
    out = valley.ask("Outside", "W7", asking("o", 3))
    ran = valley.on("Outside", "total", out, "--for-federation", tmp_path / "o.sub", "--yes", "--json")
    assert "in no federation" in refused(ran, "wrong-federation")
    named = ("--federation", "Valley")
    ran = valley.on("Outside", "total", out, "--for-federation", tmp_path / "o.sub", *named, "--yes", "--json")
    refused(ran, "wrong-federation")
    assert refused(valley.on("Riverside", "total", hill, *named, "--json"), "bad-field", 2)
    key = valley.key("Outside").public
    ran = valley.on(
        "Riverside",
        "total",
        river,
        "--for-federation",
        tmp_path / "r.sub",
        "--to",
        encode_base64(key),
        "--json",
        "--yes",
    )
    assert "by no mandate" in refused(ran, "wrong-key")
    assert not list(tmp_path.glob("*.sub"))


def test_a_round_of_other_categories_is_not_added(valley: Valley) -> None:
    river = valley.ask("Riverside", "W8", asking("r", 6))
    hill = valley.ask("Hillside", "W8", asking("h", 7), codes=("bread", "fuel"))
    files = [valley.hand_over("Riverside", river), valley.hand_over("Hillside", hill)]
    assert "categories" in refused(rollup(valley, "W8", *files), "wrong-categories")


def test_what_is_asked_for_in_the_open_and_silent_councils(valley: Valley) -> None:
    def log(council: str, text: str, *more: object) -> Any:
        file = valley.write(f"{council}.toml", f'version = 1\npurpose = "a clinic"\n{text}')
        return valley.on(council, "request", "log", file, "--yes", "--json", *more)

    def amount(code: str, quantity: str) -> str:
        return f'[[amount]]\ncode = "{code}"\nquantity = "{quantity}"\nscale = 1\nunit = "kg"\n'

    default = 'type = "default"\n'
    collective = 'type = "collective"\nperiod = "W9"\n'
    lake = log("Lakeside", default + amount("food", "7.5"))
    assert (lake.code, lake.json["new"]) == (0, True)
    assert log("Lakeside", default + amount("food", "7.5")).json["new"] is False
    assert log("Lakeside", default + amount("food", "1")).json["new"] is True
    message = refused(log("Lakeside", default + amount("food", "7.5")), "duplicate-entry")
    assert "again = 1" in message  # else the old default would seem to stand, and would not
    assert log("Lakeside", default + "again = 1\n" + amount("food", "7.5")).code == 0
    first = log("Valley", collective + amount("food", "100")).json["leaf"]
    assert log("Valley", collective + f'supersedes = "{first}"\n' + amount("food", "20")).code == 0
    refused(log("Valley", collective + f'supersedes = "{first}"\n' + amount("food", "30")), "wrong-request")
    assert log("Riverside", collective + amount("timber", "5")).code == 0  # in no category of the rounds

    river, hill = valley.ask("Riverside", "W9", asking("r", 6)), valley.ask("Hillside", "W9", asking("h", 7))
    withheld = valley.ask("Broad", "W9", asking("b", 2), close=False)
    files = [valley.hand_over("Riverside", river), valley.hand_over("Hillside", hill)]
    assert log("Hillside", collective + amount("food", "50")).code == 0  # after the last close
    valley.well("Broad", "close", withheld, "--yes")
    listed = valley.well("Valley", "request", "list", "--period", "W9", "--json").json["requests"]
    assert {(one["name"], one["type"], one["amounts"][0]["quantity"]) for one in listed} == {
        ("Lakeside", "default", 75), ("Valley", "collective", 200),
        ("Riverside", "collective", 50), ("Hillside", "collective", 500),
    }  # fmt: skip
    done = rollup(valley, "W9", *files).json
    assert done["requested"] == {"food": str(75 + 200), "fuel": "0"}
    assert done["requests"] == 2
    standing = {one["name"]: one["standing"] for one in done["councils"]}
    assert (standing["Lakeside"], standing["Broad"]) == ("default", "not-closed")
    assert "Lakeside" in valley.well("Valley", "request", "list").out


FOOD = '[[amount]]\ncode = "food"\nquantity = "1"\nscale = 0\nunit = "kg"\n'


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ('type = "collective"\n', "missing-field"),
        ('type = "collective"\n' + FOOD, "bad-field"),
        ('type = "default"\nperiod = "W1"\n' + FOOD, "bad-field"),
        ('type = "default"\n' + FOOD.replace('"1"', '"1.5"'), "too-many-decimals"),
        ('type = "default"\n' + FOOD.replace('unit = "kg"\n', ""), "missing-field"),
        ('type = "default"\n' + FOOD.replace("food", "Food"), "bad-field"),
        ('type = "default"\namount = 3\n', "bad-field"),
        ('type = "wish"\n' + FOOD, "bad-field"),
        ('type = "default"\nmore = 1\n' + FOOD, "unknown-field"),
        ('type = "default"\nagain = 0\n' + FOOD, "bad-field"),
        ('type = "default"\n' + FOOD + FOOD, "bad-field"),
    ],
)
def test_a_bad_request_file_is_named_before_any_ledger_is_asked(tmp_path: Path, text: str, rule: str) -> None:
    file = tmp_path / "clinic.toml"
    file.write_text(f'version = 1\npurpose = "a clinic"\n{text}')
    ran = opentally("request", "log", file, "--yes", "--json", "--ledger", "http://127.0.0.1:1", desk=tmp_path)
    assert refused(ran, rule, 2).startswith("clinic.toml")


def test_who_holds_a_mandate_to_roll_up_does_it(valley: Valley) -> None:
    clerk = valley.desk_of("Clerk")
    valley.do("key", "new", "mandate", "--no-passphrase", desk=clerk)
    public = valley.do("key", "show", "mandate", "--json", desk=clerk).json["public_key"]
    holder, own = valley.key("Clerk", "mandate"), valley.key("Valley")
    solo = valley.party("Solo", "--type", "federation")
    mine = valley.key("Solo")
    valley.party("Pair", above="Solo")
    valley.members("Pair", refs("p", 12))
    posted = valley.post(
        "decision",
        {
            "adopts": [solo], "affected": "all", "body": "assembly", "council": solo, "rule": "majority",
            "title": "A clerk", "turnout": {"eligible": 12, "voted": 9},
        },
        mine,
    )  # fmt: skip
    assert not isinstance(posted, Declined)
    given = {
        "council": solo, "decision": encode_base64(posted.leaf), "key": public, "kinds": ["rollup"],
        "role": "clerk", "until": 4_000_000_000,
    }  # fmt: skip
    mandate = valley.post("mandate", given, mine, holder)
    assert not isinstance(mandate, Declined), mandate
    round_ = valley.ask("Pair", "W10", asking("p", 12))
    words = ("total", round_, "--for-federation", valley.folder / "pair.sub", "--to", public, "--yes", "--json")
    before = valley.on("Pair", *words)
    assert "by no mandate that is in effect" in refused(before, "wrong-key")  # those below have not given it yet
    assent = {"about": encode_base64(mandate.leaf), "council": valley.leaves["Pair"], "verdict": "for"}
    assert not isinstance(valley.post("consent", assent, valley.key("Pair")), Declined)
    valley.well("Pair", *words)
    ran = valley.run("rollup", "W10", valley.folder / "pair.sub", "--federation", "Solo", "--yes", "--json", desk=clerk)
    assert (ran.code, ran.json["count"]) == (0, 12), ran.out + ran.err
    del own


def test_a_household_of_more_than_fifteen_per_cent_is_told_of(valley: Valley) -> None:
    # 20 and 3: exactly 15 % is let pass, one more is told of.
    amounts = {**asking("b", 14, 1), "b00": 3, "b01": 3, "b02": 2}
    assert sum(amounts.values()) == 19
    amounts["b03"] = 2
    even = valley.ask("Broad", "W11", amounts)
    told = valley.on("Broad", "total", even, typed="n\n")
    assert "one household" not in told.out
    assert "Single households stand out" not in told.err
    odd = valley.ask("Broad", "W12", {**amounts, "b00": 4})
    told = valley.on("Broad", "total", odd, typed="n\n")
    assert "one household is more than 15 % of it" in told.out
    assert "Single households stand out, as shown above." in told.err
    done = valley.well("Broad", "total", odd, "--yes", "--json").json
    assert (done["one_household_over_half"], done["one_household_over_15_percent"]) == ([], ["food"])
