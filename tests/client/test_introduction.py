"""Entry 0 names the log's key under which the ledger is then read, or is refused."""

from pathlib import Path

import pytest

from ledger.client.introduction import asserted_policy
from ledger.client.source import FolderSource
from ledger.errors import MalformedError
from tests.client.publisher import log_policy, publish
from tests.records.builders import World


def test_entry_0_names_the_key_under_which_its_ledger_is_read(tmp_path: Path):
    world = World().found()
    assert asserted_policy(FolderSource(publish(world.entries, tmp_path))) == log_policy()


@pytest.mark.parametrize("entries", [[], [b"not json"], "clock first"])
def test_a_ledger_that_does_not_introduce_itself_is_refused(tmp_path: Path, entries):
    if entries == "clock first":
        entries = World().found().entries[::-1]
    with pytest.raises(MalformedError):
        asserted_policy(FolderSource(publish(entries, tmp_path)))


@pytest.mark.parametrize("note", [b"", b"\xff\n\n", b"<html>", b"x\n99999999999999999999\n\n"])
def test_what_is_no_checkpoint_is_refused_before_anything_is_asked_for(tmp_path: Path, note: bytes):
    (tmp_path / "checkpoint").write_bytes(note)
    with pytest.raises(MalformedError):
        asserted_policy(FolderSource(tmp_path))
