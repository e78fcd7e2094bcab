"""A log that grows is believed, one that rewrites its past is convicted by its own notes, a bad copy is not."""

from pathlib import Path

import pytest

from ledger.client.reader import LedgerReader
from ledger.client.source import FolderSource
from ledger.client.trusted import TrustedLog
from ledger.encoding import decode_base64
from ledger.errors import InvalidSignature, MalformedError, MisbehaviourError, NotAcceptedError, VerificationError
from ledger.merkle.nodes import read_root
from ledger.merkle.reader import TileReader
from ledger.merkle.tiles import TilePath
from ledger.signing import SigningKey
from ledger.tlog.checkpoint import Checkpoint, sign_checkpoint
from ledger.tlog.key import KeyType, VerifierKey
from ledger.tlog.policy import Policy, open_witnessed
from tests.client.publisher import log_policy, publish
from tests.records.builders import LOG, ORIGIN, key

LONG = [f"entry {i}".encode() for i in range(700)]
OTHER = [*LONG[:100], b"another history", *LONG[101:]]


def note(size: int, root: bytes, name: str = LOG, origin: str = ORIGIN) -> bytes:
    return sign_checkpoint(Checkpoint(origin, size, root), key(name))


def read(folder: Path, trusted: TrustedLog) -> LedgerReader:
    reader = LedgerReader(FolderSource(folder), trusted)
    reader.update()
    return reader


SIZES = [0, 1, 255, 256, 257, 511, 512, 513, 600, 700]


@pytest.mark.parametrize(("old", "new"), [(old, new) for new in SIZES for old in SIZES if old <= new])
def test_a_log_that_grows_is_believed(tmp_path: Path, old: int, new: int):
    trusted = TrustedLog(log_policy())
    for size in (old, new):
        read(publish(LONG[:size], tmp_path / f"{size}"), trusted)
        assert trusted.head is not None
        assert trusted.head.size == size


@pytest.mark.parametrize("old", [101, 255, 256, 257, 512, 699])
def test_a_history_rewritten_after_it_was_believed_convicts_the_log(tmp_path: Path, old: int):
    trusted = TrustedLog(log_policy())
    read(publish(LONG[:old], tmp_path / "old"), trusted)
    before = trusted.head
    with pytest.raises(MisbehaviourError) as caught:
        read(publish(OTHER, tmp_path / "new"), trusted)
    assert caught.value.rule == "split-view"
    first, second, tiles = caught.value.evidence
    assert first == (tmp_path / "old" / "checkpoint").read_bytes()
    assert second == (tmp_path / "new" / "checkpoint").read_bytes()
    assert_convicts(first, second, tiles)
    assert trusted.head == before


def assert_convicts(first: bytes, second: bytes, tiles: bytes) -> None:
    """What anybody can compute from the evidence alone: the log's key has signed two histories."""
    old, new = (open_witnessed(log_policy(), raw).checkpoint for raw in (first, second))
    shown = {}
    for line in tiles.decode().splitlines():
        path, data = line.split(" ")
        shown[TilePath.parse(path)] = decode_base64(data)
    reader = TileReader(new.size, new.root, lambda paths: [shown[path] for path in paths])
    assert read_root(old.size, reader) != old.root


def test_a_change_after_what_was_believed_is_growth(tmp_path: Path):
    trusted = TrustedLog(log_policy())
    read(publish(LONG[:100], tmp_path / "old"), trusted)
    read(publish(OTHER, tmp_path / "new"), trusted)


def test_two_trees_of_one_size_convict_the_log(tmp_path: Path):
    trusted = TrustedLog(log_policy())
    read(publish(LONG, tmp_path / "one"), trusted)
    with pytest.raises(MisbehaviourError) as caught:
        read(publish(OTHER, tmp_path / "two"), trusted)
    assert caught.value.rule == "split-view"
    assert len(caught.value.evidence) == 2


def test_a_checkpoint_that_goes_backwards_is_told_with_both_notes(tmp_path: Path):
    trusted = TrustedLog(log_policy())
    read(publish(LONG, tmp_path / "long"), trusted)
    with pytest.raises(MisbehaviourError) as caught:
        read(publish(LONG[:-1], tmp_path / "short"), trusted)
    assert caught.value.rule == "rollback"
    assert caught.value.evidence == tuple((tmp_path / n / "checkpoint").read_bytes() for n in ("long", "short"))


def test_a_known_note_survives_a_restart_and_still_catches_the_log(tmp_path: Path):
    known = (publish(LONG, tmp_path / "one") / "checkpoint").read_bytes()
    with pytest.raises(MisbehaviourError):
        read(publish([*OTHER, b"more"], tmp_path / "two"), TrustedLog(log_policy(), known))


def test_a_bad_copy_does_not_convict_the_log(tmp_path: Path):
    trusted = TrustedLog(log_policy())
    read(publish(LONG[:300], tmp_path / "old"), trusted)
    new = publish(LONG, tmp_path / "new")
    tile = new / "tile/1/000.p/2"
    tile.write_bytes(bytes(32) + tile.read_bytes()[32:])
    with pytest.raises(VerificationError) as caught:
        read(new, trusted)
    assert caught.value.rule == "wrong-tile"


def test_another_key_is_a_verdict_and_another_origin_the_readers_mistake():
    with pytest.raises(InvalidSignature, match="not signed by the key your policy names") as caught:
        TrustedLog(log_policy()).propose(note(0, Checkpoint.parse(f"{ORIGIN}\n0\n{EMPTY}\n").root, name="thief"))
    assert caught.value.rule == "wrong-key"
    with pytest.raises(MalformedError, match=f"example.org/other, and the policy is for {ORIGIN}") as refused:
        TrustedLog(log_policy()).propose(note(1, bytes(32), origin="example.org/other"))
    assert refused.value.rule == "wrong-origin"


EMPTY = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="


def test_what_is_no_checkpoint_is_malformed():
    with pytest.raises(MalformedError):
        TrustedLog(log_policy()).propose(b"<html>")


def test_a_quorum_that_is_not_met_is_not_accepted_but_what_was_believed_stays_known(tmp_path: Path):
    witness = VerifierKey("w.test", KeyType.COSIGNATURE, SigningKey(bytes(32)).public)
    log = VerifierKey(ORIGIN, KeyType.ED25519, key(LOG).public)
    policy = Policy.parse(f"log {log}\nwitness w {witness}\nquorum w\n".encode())
    known = (publish(LONG, tmp_path / "one") / "checkpoint").read_bytes()
    trusted = TrustedLog(policy, known)
    assert trusted.head is not None
    with pytest.raises(NotAcceptedError) as caught:
        trusted.propose(known)
    assert caught.value.rule == "no-quorum"


def test_a_tile_of_another_width_than_its_path_is_refused(tmp_path: Path):
    trusted = TrustedLog(log_policy())
    head = trusted.propose((publish(LONG, tmp_path) / "checkpoint").read_bytes())
    tiles = {path: (tmp_path / str(path)).read_bytes() for path in trusted.needed(head)}
    wide = TilePath(0, 2, 188)
    assert wide in tiles
    with pytest.raises(MalformedError):
        trusted.accept(head, tiles | {wide: tiles[wide] + bytes(32)})


def test_another_log_of_the_policy_does_not_stand_in_for_the_one_that_is_known(tmp_path: Path):
    lines = [
        f"log {VerifierKey(origin, KeyType.ED25519, key(name).public)}\n"
        for origin, name in ((ORIGIN, LOG), ("example.org/other", "other"))
    ]
    policy = Policy.parse("".join([*lines, "quorum none\n"]).encode())
    trusted = TrustedLog(policy, (publish(LONG, tmp_path / "one") / "checkpoint").read_bytes())
    publish(OTHER, tmp_path / "two", signer=key("other"), origin="example.org/other")
    with pytest.raises(InvalidSignature) as caught:
        trusted.propose((tmp_path / "two" / "checkpoint").read_bytes())
    assert caught.value.rule == "wrong-key"
