"""The operator lies: entries are changed, and tree and checkpoint made anew with the log's own key."""

from collections.abc import Callable
from pathlib import Path

import pytest

from ledger.cli.exits import ExitCode, exit_code
from ledger.client.source import FolderSource
from ledger.encoding import decode_base64, encode_base64, parse_canonical_json
from ledger.errors import MalformedError
from ledger.merkle.hashing import leaf_hash
from ledger.records.entry import parse_entry
from ledger.records.kinds.close import Close
from tests.audit.ledgers import Ledger, audit_entries, audit_folder, good_ledger
from tests.client.publisher import log_policy, publish
from tests.records.builders import LOG, ORIGIN, PERIOD, START, key, ledger_body, make_entry, raw_entry

Entries = list[bytes]


def body_of(raw: bytes) -> dict:
    return dict(parse_canonical_json(raw, what="x", limit=65_535)["statement"]["body"])


def flipped(text: str) -> str:
    raw = bytearray(decode_base64(text))
    raw[-1] ^= 1
    return encode_base64(bytes(raw))


def flip_byte_of_proof(good: Ledger, entries: Entries) -> int:
    """The bytes alone are changed: the member's signature no longer fits."""
    index = good.claims[1]
    proof = body_of(entries[index])["proof"]
    entries[index] = entries[index].replace(proof.encode(), flipped(proof).encode())
    return index


def flip_byte_of_proof_and_sign(good: Ledger, entries: Entries) -> int:
    """The council, who signs for the row, colludes."""
    index = good.claims[1]
    body = body_of(entries[index])
    entries[index] = raw_entry("claim", body | {"proof": flipped(body["proof"])}, good.first.council.key)
    return index


def replace_by_claim_of_other_round(good: Ledger, entries: Entries) -> int:
    """A valid claim, but of the other round: it then stands twice."""
    entries[good.claims[2]] = entries[good.other_claims[2]]
    return good.other_claims[2]


def move_claim_into_other_round(good: Ledger, entries: Entries) -> int:
    """Point and proof of a valid claim of the other round, signed anew for this one."""
    index = good.claims[2]
    theirs = body_of(entries[good.other_claims[2]])
    mine = body_of(entries[index]) | {"commitment": theirs["commitment"], "proof": theirs["proof"]}
    entries[index] = raw_entry("claim", mine, good.first.council.key)
    return index


def swap_claims_of_two_rounds(good: Ledger, entries: Entries) -> int:
    """Both stay valid where they stand, and the order within a round changes: the set that was closed does not fit."""
    one, two = good.claims[1], good.other_claims[2]
    entries[one], entries[two] = entries[two], entries[one]
    return good.close


def total_off_by_one(good: Ledger, entries: Entries) -> int:
    """Signed by the council that should know better."""
    body = good.world.total_body(good.first)
    wrong = good.world.total_body(good.first, totals=(body.totals[0] + 1, *body.totals[1:]))
    entries[good.total] = make_entry("total", wrong, good.first.council.key)
    return good.total


def total_with_other_allowances(good: Ledger, entries: Entries) -> int:
    allowances = (good.world.total_body(good.first).allowances or 0) + 1
    wrong = good.world.total_body(good.first, allowances=allowances)
    entries[good.total] = make_entry("total", wrong, good.first.council.key)
    return good.total


def drop_withdrawal(good: Ledger, entries: Entries) -> int:
    del entries[good.withdrawal]
    return good.close - 1


def drop_claim(good: Ledger, entries: Entries) -> int:
    del entries[good.claims[1]]
    return good.close - 1


def reorder_replacement(good: Ledger, entries: Entries) -> int:
    """A row's second claim before its first."""
    first, second = good.claims[0], good.withdrawal - 1
    entries[first], entries[second] = entries[second], entries[first]
    return first


def drop_closing_clock(good: Ledger, entries: Entries) -> int:
    """The clock that ends the round: its close then comes too early."""
    del entries[good.late_clock]
    return good.close - 1


def drop_all_clocks(good: Ledger, entries: Entries) -> int:
    del entries[good.late_clock], entries[1]
    return 1


def turn_clock_back(good: Ledger, entries: Entries) -> int:
    entries[good.late_clock] = make_entry("clock", {"time": START - PERIOD}, key(LOG))
    return good.late_clock


def close_with_claim_left_out(good: Ledger, entries: Entries) -> int:
    """By the council itself, which signs."""
    close = parse_entry(entries[good.close], origin=ORIGIN).body
    wrong = Close(count=close.count - 1, round=close.round, set=close.set, sum=close.sum)
    entries[good.close] = make_entry("close", wrong, good.first.council.key)
    return good.close


def close_with_other_sum(good: Ledger, entries: Entries) -> int:
    close = parse_entry(entries[good.close], origin=ORIGIN).body
    other = decode_base64(body_of(entries[good.claims[1]])["commitment"])
    wrong = Close(count=close.count, round=close.round, set=close.set, sum=other)
    entries[good.close] = make_entry("close", wrong, good.first.council.key)
    return good.close


def close_with_other_set(good: Ledger, entries: Entries) -> int:
    close = parse_entry(entries[good.close], origin=ORIGIN).body
    wrong = Close(count=close.count, round=close.round, set=bytes(32), sum=close.sum)
    entries[good.close] = make_entry("close", wrong, good.first.council.key)
    return good.close


def forge_close_without_council(good: Ledger, entries: Entries) -> int:
    """The operator makes the close himself."""
    entries[good.close] = make_entry("close", parse_entry(entries[good.close], origin=ORIGIN).body, key(LOG))
    return good.close


def forge_signature(good: Ledger, entries: Entries) -> int:
    signature = parse_canonical_json(entries[good.close], what="x", limit=65_535)["signatures"][0]["sig"]
    entries[good.close] = entries[good.close].replace(signature.encode(), flipped(signature).encode())
    return good.close


def insert_entry_that_is_none(good: Ledger, entries: Entries) -> int:
    entries.insert(good.close, b"hello")
    return good.close


def repeat_entry(good: Ledger, entries: Entries) -> int:
    entries.append(entries[good.resource])
    return len(entries) - 1


def claim_before_its_round(good: Ledger, entries: Entries) -> int:
    """The round is nowhere before it: that is the verdict at once, not when the log ends."""
    claim = entries.pop(good.claims[1])
    entries.insert(2, claim)
    return 2


def entry_of_other_ledger(good: Ledger, entries: Entries) -> int:
    entries[good.late_clock] = make_entry("clock", {"time": START + PERIOD}, key(LOG), origin="example.org/other")
    return good.late_clock


def name_other_log_key(good: Ledger, entries: Entries) -> int:
    entries[0] = make_entry("ledger", ledger_body(log_key=key("other").public), key("founder"))
    return 0


def begin_with_clock(good: Ledger, entries: Entries) -> int:
    del entries[0]
    return 0


ATTACKS: list[tuple[Callable[[Ledger, Entries], int], str, str | None]] = [
    (flip_byte_of_proof, "invalid-signature", "claim"),
    (flip_byte_of_proof_and_sign, "invalid-range-proof", "claim"),
    (replace_by_claim_of_other_round, "duplicate-entry", "claim"),
    (move_claim_into_other_round, "invalid-range-proof", "claim"),
    (swap_claims_of_two_rounds, "wrong-set", "close"),
    (total_off_by_one, "invalid-opening", "total"),
    (total_with_other_allowances, "wrong-allowances", "total"),
    (drop_withdrawal, "wrong-count", "close"),
    (drop_claim, "wrong-count", "close"),
    (reorder_replacement, "stale-sequence", "claim"),
    (drop_closing_clock, "too-early", "close"),
    (drop_all_clocks, "no-clock", "council"),
    (turn_clock_back, "clock-backwards", "clock"),
    (close_with_claim_left_out, "wrong-count", "close"),
    (close_with_other_sum, "wrong-sum", "close"),
    (close_with_other_set, "wrong-set", "close"),
    (forge_close_without_council, "wrong-key", "close"),
    (forge_signature, "invalid-signature", "close"),
    (insert_entry_that_is_none, "not-json", None),
    (repeat_entry, "duplicate-entry", "resource"),
    (claim_before_its_round, "unknown-round", "claim"),
    (entry_of_other_ledger, "wrong-ledger", None),
    (name_other_log_key, "wrong-log-key", "ledger"),
    (begin_with_clock, "no-ledger", "clock"),
]


@pytest.mark.parametrize(("attack", "rule", "kind"), ATTACKS, ids=[attack.__name__ for attack, _, _ in ATTACKS])
def test_the_audit_names_the_entry_the_kind_and_the_rule(tmp_path: Path, attack, rule: str, kind: str | None):
    good = good_ledger()
    entries = list(good.entries)
    index = attack(good, entries)
    state = tmp_path / "state"
    report = audit_entries(entries, tmp_path / "copy", state=state)
    assert report.verdict == "does-not-hold"
    assert report.finding is not None
    assert (report.finding.index, report.finding.rule, report.finding.kind) == (index, rule, kind)
    assert report.finding.leaf == leaf_hash(entries[index])
    assert report.finding.found
    assert report.work.entries == index
    assert not (state / "checkpoint").exists(), "a failed audit must not be remembered as one that held"


def test_the_first_fault_is_the_verdict_however_many_follow(tmp_path: Path):
    good = good_ledger()
    entries = list(good.entries)
    total_off_by_one(good, entries)
    forge_close_without_council(good, entries)
    index = flip_byte_of_proof_and_sign(good, entries)
    insert_entry_that_is_none(good, entries)
    report = audit_entries(entries, tmp_path)
    assert report.finding is not None
    assert (report.finding.index, report.finding.rule) == (index, "invalid-range-proof")


def test_a_fault_in_the_rules_before_a_fault_in_the_files_comes_first(tmp_path: Path):
    good = good_ledger()
    entries = list(good.entries)
    index = flip_byte_of_proof_and_sign(good, entries)
    publish(entries, tmp_path)
    bundle = tmp_path / f"tile/entries/000.p/{len(entries)}"
    bundle.write_bytes(bundle.read_bytes()[:-1] + b"!")
    report = audit_folder(tmp_path, policy=log_policy(), state=None)
    assert report.finding is not None
    assert report.finding.index == index


def test_an_entry_changed_after_the_last_audit_convicts_the_log_and_saves_both_notes(tmp_path: Path):
    good = good_ledger()
    state = tmp_path / "state"
    assert audit_entries(good.entries[:-1], tmp_path / "one", state=state).verdict == "holds"
    kept = (state / "checkpoint").read_bytes()
    other = make_entry("clock", {"time": START + 2 * PERIOD}, key(LOG))
    rewritten = [*good.entries[: good.late_clock], other, *good.entries[good.late_clock :]]
    report = audit_entries(rewritten, tmp_path / "two", state=state)
    assert report.verdict == "log-lied"
    assert report.finding is not None
    assert report.finding.rule == "split-view"
    saved = [Path(name).read_bytes() for name in report.evidence]
    assert saved[0] == (tmp_path / "one/checkpoint").read_bytes() == kept
    assert saved[1] == (tmp_path / "two/checkpoint").read_bytes()
    assert (state / "checkpoint").read_bytes() == kept
    assert audit_entries(good.entries, tmp_path / "three", state=state).verdict == "holds"


def test_a_checkpoint_that_goes_backwards_is_told_with_evidence(tmp_path: Path):
    good = good_ledger()
    state = tmp_path / "state"
    audit_entries(good.entries, tmp_path / "one", state=state)
    report = audit_entries(good.entries[:-1], tmp_path / "two", state=state)
    assert report.verdict == "log-lied"
    assert report.finding is not None
    assert report.finding.rule == "rollback"
    assert len(report.evidence) == 2


def test_another_key_than_the_policys_is_a_verdict_in_the_readers_words(tmp_path: Path):
    report = audit_entries(good_ledger().entries, tmp_path, signer=key("thief"))
    assert report.verdict == "does-not-hold"
    assert report.finding is not None
    assert report.finding.rule == "wrong-key"
    assert "not signed by the key your policy names" in report.finding.found


def test_the_policy_of_another_ledger_is_the_auditors_mistake_and_accuses_nobody(tmp_path: Path):
    with pytest.raises(MalformedError) as caught:
        audit_entries(good_ledger().entries, tmp_path, policy=log_policy(origin="example.org/other"))
    assert caught.value.rule == "wrong-origin"
    assert ORIGIN in str(caught.value)
    assert "example.org/other" in str(caught.value)
    assert exit_code(caught.value) is ExitCode.BAD_INPUT


def test_without_a_policy_nothing_is_laid_to_one(tmp_path: Path):
    """The key is then entry 0's, or what the last audit knew."""
    good = good_ledger()
    entries = [make_entry("ledger", ledger_body(log_key=key("other").public), key("founder")), *good.entries[1:]]
    report = audit_entries(entries, tmp_path / "one", policy=None)
    assert report.finding is not None
    assert (report.finding.rule, "policy" in report.finding.found) == ("wrong-key", False)
    publish(good.entries, tmp_path / "two", origin="example.org/other")
    report = audit_folder(tmp_path / "two", policy=None, state=None)
    assert report.verdict == "does-not-hold"
    assert report.finding is not None
    assert (report.finding.rule, "policy" in report.finding.found) == ("wrong-ledger", False)
    state = tmp_path / "state"
    audit_entries(good.entries, tmp_path / "three", policy=None, state=state)
    with pytest.raises(MalformedError) as caught:
        audit_folder(tmp_path / "two", policy=None, state=state)
    assert caught.value.rule == "wrong-state"


def test_without_a_policy_a_ledger_taken_over_after_the_first_audit_is_noticed(tmp_path: Path):
    """Entry 0 is rewritten to name the thief's key; the first audit remembers the key that it was told."""
    good = good_ledger()
    state = tmp_path / "state"
    audit_entries(good.entries, tmp_path / "one", policy=None, state=state)
    stolen = [make_entry("ledger", ledger_body(log_key=key("thief").public), key("founder")), *good.entries[1:]]
    report = audit_entries(stolen, tmp_path / "two", policy=None, state=state, signer=key("thief"))
    assert report.finding is not None
    assert report.finding.rule == "wrong-key"


def damage(folder: Path, path: str, change: Callable[[bytes], bytes]) -> None:
    (folder / path).write_bytes(change((folder / path).read_bytes()))


@pytest.mark.parametrize(
    ("path", "change", "rule", "index"),
    [
        ("tile/entries/000.p/{size}", lambda raw: raw[:-3], "bad-bundle", -1),
        ("tile/entries/000.p/{size}", lambda raw: raw + b"\0\0", "bad-bundle", None),
        ("tile/entries/000.p/{size}", lambda raw: raw[:-2] + b"!}", "entry-not-in-tree", -1),
        ("tile/0/000.p/{size}", lambda raw: raw[:-32], "malformed", None),
        ("tile/0/000.p/{size}", lambda raw: raw + bytes(32), "malformed", None),
        ("tile/0/000.p/{size}", lambda raw: bytes(32) + raw[32:], "wrong-tile", None),
        ("checkpoint", lambda raw: raw[:-10], "malformed", None),
        ("checkpoint", lambda raw: raw.replace(b"\n", b"\n0", 1), "invalid-signature", None),
        ("checkpoint", lambda _: b"<html>", "malformed", None),
    ],
)
def test_damaged_files_are_named(tmp_path: Path, path: str, change, rule: str, index: int | None):
    good = good_ledger()
    size = len(good.entries)
    publish(good.entries, tmp_path / "copy")
    damage(tmp_path / "copy", path.format(size=size), change)
    report = audit_folder(tmp_path / "copy", policy=log_policy(), state=tmp_path / "state")
    assert report.verdict == "does-not-hold"
    assert report.finding is not None
    assert report.finding.rule == rule
    assert report.finding.index == (index if index is None or index >= 0 else size + index)
    assert not (tmp_path / "state/checkpoint").exists()


@pytest.mark.parametrize("path", ["checkpoint", "tile/0/000.p/{size}", "tile/entries/000.p/{size}"])
def test_what_is_not_there_could_not_be_checked(tmp_path: Path, path: str):
    good = good_ledger()
    publish(good.entries, tmp_path / "copy")
    (tmp_path / "copy" / path.format(size=len(good.entries))).unlink()
    report = audit_folder(tmp_path / "copy", policy=log_policy(), state=tmp_path / "state")
    assert report.verdict == "not-checked"
    assert not (tmp_path / "state/checkpoint").exists()
    assert FolderSource(tmp_path / "copy").name == report.source
