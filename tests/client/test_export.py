"""A copy holds exactly the public files that were verified, and is not written over another ledger."""

import stat
from pathlib import Path

import pytest
from typing_extensions import override

from ledger.client.export import export_folder, save_evidence, write_file
from ledger.client.reader import LedgerReader
from ledger.client.source import FolderSource
from ledger.client.trusted import TrustedLog
from ledger.errors import NotAcceptedError, UnavailableError, VerificationError
from tests.client.publisher import log_policy, publish

LONG = [f"entry {i}".encode() for i in range(1300)]


def files(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def export(source: Path, target: Path) -> list[tuple[int, int]]:
    told: list[tuple[int, int]] = []
    reader = LedgerReader(FolderSource(source), TrustedLog(log_policy()))
    reader.update()
    export_folder(FolderSource(source), reader, target, lambda done, size: told.append((done, size)))
    return told


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, 1300])
def test_a_copy_holds_exactly_the_public_files(tmp_path: Path, size: int):
    publish(LONG[:size], tmp_path / "ledger")
    told = export(tmp_path / "ledger", tmp_path / "copy")
    assert files(tmp_path / "copy") == files(tmp_path / "ledger")
    assert told[-1:] == [(size, size)][:size]


def test_a_copy_of_an_earlier_state_is_extended(tmp_path: Path):
    publish(LONG[:700], tmp_path / "ledger")
    export(tmp_path / "ledger", tmp_path / "copy")
    publish(LONG, tmp_path / "ledger")
    export(tmp_path / "ledger", tmp_path / "copy")
    assert files(tmp_path / "copy") == files(tmp_path / "ledger")


@pytest.mark.parametrize("path", ["tile/0/003", "tile/entries/003"])
def test_what_does_not_verify_is_never_given_a_checkpoint(tmp_path: Path, path: str):
    publish(LONG, tmp_path / "ledger")
    bad = tmp_path / "ledger" / path
    bad.write_bytes(bad.read_bytes()[:-1] + b"!")
    with pytest.raises(VerificationError):
        export(tmp_path / "ledger", tmp_path / "copy")
    assert not (tmp_path / "copy" / "checkpoint").exists()


def test_a_copy_of_another_ledger_is_not_written_over(tmp_path: Path):
    publish(LONG, tmp_path / "copy", origin="example.org/other")
    before = files(tmp_path / "copy")
    publish(LONG, tmp_path / "ledger")
    with pytest.raises(NotAcceptedError) as caught:
        export(tmp_path / "ledger", tmp_path / "copy")
    assert caught.value.rule == "wrong-folder"
    assert files(tmp_path / "copy") == before


class Turncoat(FolderSource):
    """Serves a true ledger until it is told to lie about one file."""

    lie: str | None = None

    @override
    def get(self, path: str) -> bytes:
        raw = super().get(path)
        return raw[:-1] + bytes([raw[-1] ^ 1]) if path == self.lie else raw


@pytest.mark.parametrize("path", ["tile/0/000", "tile/0/005.p/20", "tile/1/000.p/5"])
def test_a_source_that_turns_while_it_is_copied_does_not_get_its_lie_into_the_copy(tmp_path: Path, path: str):
    source = Turncoat(publish(LONG, tmp_path / "ledger"))
    reader = LedgerReader(source, TrustedLog(log_policy()))
    reader.update()

    def turn(done: int, size: int) -> None:
        source.lie = path if done == size else None

    with pytest.raises(VerificationError):
        export_folder(source, reader, tmp_path / "copy", turn)
    assert not (tmp_path / "copy" / path).exists()
    assert not (tmp_path / "copy" / "checkpoint").exists()


def test_evidence_is_named_after_itself_and_never_replaced(tmp_path: Path):
    one = save_evidence(tmp_path, (b"note 1", b"note 2"))
    two = save_evidence(tmp_path, (b"note 1", b"note 3"))
    assert one[0] == two[0]
    assert len({*one, *two}) == 3
    assert [path.read_bytes() for path in (*one, *two)] == [b"note 1", b"note 2", b"note 1", b"note 3"]


def test_a_file_that_cannot_be_written_is_told_and_leaves_nothing(tmp_path: Path):
    (tmp_path / "x").write_bytes(b"")
    with pytest.raises(UnavailableError):
        write_file(tmp_path / "x" / "y", b"data")
    (tmp_path / "z").mkdir()
    with pytest.raises(UnavailableError):
        write_file(tmp_path / "z", b"data")
    assert stat.S_ISDIR((tmp_path / "z").stat().st_mode)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["x", "z"]
