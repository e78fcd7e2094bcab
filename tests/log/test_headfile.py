"""The head file holds what was written last, survives a write that fails, and never goes back to something older."""

import os
import stat
import threading
from pathlib import Path

import pytest

from ledger.errors import FatalLogError, UnavailableError
from ledger.log import headfile
from ledger.log.headfile import HeadFile, _fsync_folder


def test_what_was_written_last_is_read(tmp_path: Path) -> None:
    file = HeadFile(tmp_path / "head")
    assert file.read() is None
    file.write(b"one\n")
    file.write(b"two\n")
    assert file.read() == b"two\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["head", "head.lock"]
    assert stat.S_IMODE((tmp_path / "head.lock").stat().st_mode) == 0o600


def test_content_and_folder_are_synced_before_it_returns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps: list[str] = []
    fsync, replace = os.fsync, Path.replace

    def note_fsync(descriptor: int) -> None:
        kind = "folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file"
        steps.append(f"fsync {kind}")
        fsync(descriptor)

    def note_replace(self: Path, target: Path) -> Path:
        steps.append("rename")
        return replace(self, target)

    monkeypatch.setattr(os, "fsync", note_fsync)
    monkeypatch.setattr(Path, "replace", note_replace)
    HeadFile(tmp_path / "head").write(b"one\n")
    assert steps == ["fsync file", "rename", "fsync folder"]


def test_where_a_folder_cannot_be_opened_it_is_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", synced.append)
    _fsync_folder(tmp_path)
    assert len(synced) == 1
    with pytest.raises(OSError):
        os.fstat(synced[0])  # closed again
    with monkeypatch.context() as windows:
        windows.setattr(os, "name", "nt")
        _fsync_folder(tmp_path)
    assert len(synced) == 1


def test_a_write_that_fails_leaves_the_old_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = HeadFile(tmp_path / "head")
    file.write(b"one\n")

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(FatalLogError, match="No space left"):
            file.write(b"two\n")
    assert file.read() == b"one\n"
    file.write(b"three\n")
    assert file.read() == b"three\n"


def test_a_process_that_starts_puts_nothing_older_back(tmp_path: Path) -> None:
    starting, serving = HeadFile(tmp_path / "head"), HeadFile(tmp_path / "head")
    starting.take_over(None, b"one\n")
    old = starting.read()
    serving.write(b"three\n")  # meanwhile
    starting.take_over(old, b"two\n")
    assert serving.read() == b"three\n"
    starting.take_over(b"three\n", b"four\n")
    assert serving.read() == b"four\n"
    starting.take_over(None, b"one\n")
    assert serving.read() == b"four\n"


def test_of_two_processes_one_at_a_time_writes(tmp_path: Path) -> None:
    """Between a look at the file and its replacement nobody else replaces it."""
    held, released = threading.Event(), threading.Event()
    done: list[str] = []

    def hold() -> None:
        with headfile._locked(tmp_path / "head.lock"):
            held.set()
            released.wait(30)
            done.append("the first")

    def write() -> None:
        HeadFile(tmp_path / "head").write(b"two\n")
        done.append("the second")

    threads = [threading.Thread(target=hold), threading.Thread(target=write)]
    threads[0].start()
    assert held.wait(30)
    threads[1].start()
    threads[1].join(0.2)
    assert not (tmp_path / "head").exists()
    released.set()
    for thread in threads:
        thread.join(30)
    assert done == ["the first", "the second"]


def test_where_the_system_has_no_such_locks_nobody_waits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with headfile._locked(tmp_path / "head.lock"), monkeypatch.context() as windows:
        windows.setattr(os, "name", "nt")
        with headfile._locked(tmp_path / "head.lock"):
            pass


def test_bad_path(tmp_path: Path) -> None:
    with pytest.raises(UnavailableError):
        HeadFile(tmp_path).read()
    with pytest.raises(FatalLogError):
        HeadFile(tmp_path / "none" / "head").write(b"")
