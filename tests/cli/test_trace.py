"""``opentally trace`` over a folder: a tree for people, JSON for programs, and a clear word where there is no way."""

from pathlib import Path

import pytest

from ledger.encoding import encode_base64
from ledger.merkle.hashing import leaf_hash
from tests.audit.ledgers import good_ledger
from tests.cli.world import Ran, opentally
from tests.client.publisher import log_policy, publish


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    publish(good_ledger().entries, tmp_path / "ledger")
    (tmp_path / "policy").write_text("".join(f"log {log.key}\n" for log in log_policy().logs) + "quorum none\n")
    return tmp_path


def trace(folder: Path, entry: object, *options: object) -> Ran:
    return opentally("trace", entry, folder / "ledger", "--policy", folder / "policy", "--workers", 1, *options)


def test_a_tree_for_people(folder: Path) -> None:
    ran = trace(folder, good_ledger().decision)
    assert ran.code == 0, ran.err
    assert "adopts: total" in ran.out
    assert "■" in ran.out
    assert "○" in ran.out
    assert "signed by Riverside" in ran.out
    assert "Flour: 6 kg" in ran.out


def test_the_same_by_leaf_hash_as_json(folder: Path) -> None:
    ledger = good_ledger()
    leaf = encode_base64(leaf_hash(ledger.entries[ledger.decision]))
    ran = trace(folder, leaf, "--json")
    assert ran.code == 0, ran.err
    assert (ran.json["leaf"], ran.json["index"], ran.json["kind"]) == (leaf, ledger.decision, "decision")
    assert [child["kind"] for child in ran.json["children"]] == ["close", "total"]


@pytest.mark.parametrize(
    ("entry", "rule"),
    [
        (good_ledger().claims[0], "no-source"),
        (10_000, "no-source"),
        (encode_base64(bytes(32)), "unknown-entry"),
        ("twelve", "bad-leaf"),
    ],
)
def test_where_there_is_no_way_it_says_so(folder: Path, entry: object, rule: str) -> None:
    ran = trace(folder, entry)
    assert ran.code in {1, 2}
    assert f"(rule: {rule})" in ran.err
    assert ran.out == ""


def test_a_ledger_that_does_not_hold_is_not_followed(folder: Path) -> None:
    ledger = good_ledger()
    entries = list(ledger.entries)
    del entries[ledger.close]
    publish(entries, folder / "ledger")
    ran = trace(folder, ledger.decision - 1)
    assert (ran.code, ran.out) == (1, "")
    assert "not found to hold" in ran.err
    assert "not-closed" in ran.err


def test_a_kept_audit_is_gone_on_from(folder: Path) -> None:
    state = folder / "state"
    assert trace(folder, good_ledger().decision, "--state", state).code == 0
    assert (state / "checkpoint").is_file()
    assert trace(folder, good_ledger().total, "--state", state).code == 0


def test_without_a_source_the_desk_must_know_one(folder: Path, desk: Path) -> None:
    ran = opentally("trace", 3, desk=desk)
    assert ran.code != 0
    assert "no ledger is known yet" in ran.err
