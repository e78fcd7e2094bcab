"""Owner-only files: never overwritten, never half-written, never open to others."""

import os
import stat
from dataclasses import replace

import pytest

from ledger.clerk import files
from ledger.clerk.files import (
    append_durably,
    create_owner_only,
    read_owner_only,
    remove_file,
    replace_owner_only,
    require_stand,
    stand_of,
    unfinished_copies,
)
from ledger.errors import LedgerError, MalformedError, NotAcceptedError, NotFoundError, UnavailableError


def test_a_file_is_created_once_with_mode_0600_whatever_the_umask(tmp_path):
    path = tmp_path / "key"
    before = os.umask(0)
    try:
        create_owner_only(path, b"secret")
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(NotAcceptedError) as caught:
        create_owner_only(path, b"other")
    assert caught.value.rule == "file-exists"
    assert path.read_bytes() == b"secret"
    assert [entry.name for entry in tmp_path.iterdir()] == ["key"]


def test_replacing_keeps_the_mode_and_leaves_nothing_behind(tmp_path):
    path = tmp_path / "vault"
    create_owner_only(path, b"old")
    replace_owner_only(path, b"new")
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in tmp_path.iterdir()] == ["vault"]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o644, 0o601])
def test_a_file_that_others_can_touch_is_refused(tmp_path, mode):
    path = tmp_path / "key"
    create_owner_only(path, b"secret")
    path.chmod(mode)
    with pytest.raises(NotAcceptedError) as caught:
        read_owner_only(path, limit=10)
    assert caught.value.rule == "file-open-to-others"


def test_reading_has_a_limit_and_names_what_is_missing(tmp_path):
    path = tmp_path / "key"
    create_owner_only(path, b"secret")
    assert read_owner_only(path, limit=6) == b"secret"
    with pytest.raises(MalformedError):
        read_owner_only(path, limit=5)
    with pytest.raises(NotFoundError):
        read_owner_only(tmp_path / "none", limit=5)
    with pytest.raises(NotFoundError):
        create_owner_only(tmp_path / "no" / "key", b"")
    with pytest.raises(UnavailableError):
        read_owner_only(tmp_path, limit=5)


def test_appending_syncs_the_file(tmp_path, monkeypatch):
    path = tmp_path / "vault"
    create_owner_only(path, b"a")
    synced = []
    monkeypatch.setattr(files.os, "fsync", lambda fd: synced.append(os.fstat(fd).st_size))
    stand = append_durably(path, b"bc", stand=stand_of(path))
    assert synced == [3]
    assert stand == stand_of(path)
    assert path.read_bytes() == b"abc"


def test_creating_syncs_the_file_and_then_its_folder(tmp_path, monkeypatch):
    synced = []
    monkeypatch.setattr(files.os, "fsync", lambda fd: synced.append(stat.S_ISDIR(os.fstat(fd).st_mode)))
    create_owner_only(tmp_path / "key", b"a")
    assert synced == [False, True]


def test_only_who_has_seen_the_last_byte_may_append(tmp_path):
    path = tmp_path / "vault"
    create_owner_only(path, b"a")
    mine = yours = stand_of(path)
    append_durably(path, b"b", stand=mine)
    with pytest.raises(NotAcceptedError) as caught:
        append_durably(path, b"c", stand=yours)
    assert caught.value.rule == "file-in-use"
    now = stand_of(path)
    with pytest.raises(NotAcceptedError):
        append_durably(path, b"c", stand=replace(now, inode=now.inode + 1))
    require_stand(path, now)
    os.utime(path, ns=(0, now.written + 1))  # another file of this size that got the same inode
    with pytest.raises(NotAcceptedError):
        append_durably(path, b"c", stand=now)
    with pytest.raises(NotAcceptedError):
        require_stand(path, now)
    assert path.read_bytes() == b"ab"


@pytest.mark.parametrize("gone", [False, True])
def test_who_lost_the_name_of_the_file_while_writing_has_not_written(tmp_path, monkeypatch, gone):
    path = tmp_path / "vault"
    create_owner_only(path, b"a")
    stand = stand_of(path)

    def another_process(descriptor):
        (tmp_path / "copy").write_bytes(b"a")
        (tmp_path / "copy").replace(path)
        if gone:
            path.unlink()

    monkeypatch.setattr(files.os, "fsync", another_process)
    with pytest.raises(LedgerError) as caught:
        append_durably(path, b"b", stand=stand)
    assert caught.value.rule == ("no-such-file" if gone else "file-in-use")


def test_only_what_a_crash_left_of_this_file_counts_as_its_unfinished_copy(tmp_path, monkeypatch):
    path = tmp_path / "vault"
    for other in ("vault.a", ".vault.lock", ".vault.b.abcdefgh", ".xvault.abcdefgh", "vault.torn-0123456789ab"):
        (tmp_path / other).touch()
    with monkeypatch.context() as patch:
        patch.setattr(files.Path, "unlink", lambda path, missing_ok: None)  # and the machine went down before
        create_owner_only(path, b"a")
    (left,) = unfinished_copies(path)
    assert left.read_bytes() == b"a"
    remove_file(left)
    assert unfinished_copies(path) == ()
    assert len(list(tmp_path.iterdir())) == 6
