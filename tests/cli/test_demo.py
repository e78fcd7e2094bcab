"""The parts of the demonstration that could make it lie: its files, its plain sums, its forged trees."""

import csv
import secrets
from pathlib import Path

from ledger.cli.demo.households import ClerkFile, household_count, plain_sums, split_households
from ledger.cli.demo.tamper import read_folder, write_folder
from ledger.client.reader import LedgerReader
from ledger.client.source import FolderSource
from ledger.client.trusted import TrustedLog
from ledger.signing import SigningKey
from ledger.tlog.key import KeyType, VerifierKey
from ledger.tlog.policy import Log, Policy

CODES = ["food", "fuel", "clothing", "alcohol", "transport", "other"]
ORIGIN = "demo.invalid/test"


def rows(file: ClerkFile) -> list[dict[str, str]]:
    with file.path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_every_household_is_in_one_council(tmp_path: Path) -> None:
    files = split_households(tmp_path, councils=15, households=household_count())
    members = [row["household"] for file in files for row in rows(file)]
    assert len(members) == len(set(members)) == 1519
    assert {len(rows(file)) for file in files} == {101, 102}


def test_who_asks_again_asks_for_exactly_so_much_less(tmp_path: Path) -> None:
    (file,) = split_households(tmp_path, councils=1, households=20)
    refs = [row["household"] for row in rows(file)]
    before = plain_sums([file], CODES, without=refs[1:])
    again = file.ask_again({refs[0]: sum(before) - 1}, tmp_path / "again.csv")
    assert sum(plain_sums([again], CODES, without=refs[1:])) == 1
    assert plain_sums([again], CODES, without=refs[:1]) == plain_sums([file], CODES, without=refs[:1])


def test_a_forged_tree_is_consistent_in_every_hash_and_signature(tmp_path: Path) -> None:
    entries = [b"entry %d" % index for index in range(600)]
    key = SigningKey.generate(secrets.token_bytes)
    write_folder(tmp_path, entries, origin=ORIGIN, log_key=key)
    policy = Policy((Log(VerifierKey(ORIGIN, KeyType.ED25519, key.public)),))
    reader = LedgerReader(FolderSource(tmp_path), TrustedLog(policy))
    assert reader.update().size == 600
    assert [entry.raw for entry in reader.entries(0, 600)] == entries == read_folder(tmp_path, 600)
