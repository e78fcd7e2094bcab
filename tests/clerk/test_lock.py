"""The lock beside a file: held by one, let go of by the dead, refused in one sentence after a short wait."""

import os
import stat
import subprocess
import sys
import threading

import pytest

from ledger.clerk import lock
from ledger.clerk.files import create_owner_only, replace_owner_only
from ledger.clerk.lock import TRIES, locked
from ledger.errors import NotAcceptedError, NotFoundError


def test_a_second_holder_is_refused_after_a_short_wait_and_let_in_later(tmp_path):
    path, waits = tmp_path / "vault", []
    with locked(path):
        with pytest.raises(NotAcceptedError) as caught, locked(path, sleep=waits.append):
            pytest.fail("two hold the lock")
        assert caught.value.rule == "file-in-use"
        assert "another process" in str(caught.value)
        assert len(waits) == TRIES - 1
        assert 1 < sum(waits) < 10
    with locked(path, sleep=pytest.fail):
        pass
    assert stat.S_IMODE((tmp_path / "vault.lock").stat().st_mode) == 0o600


def test_who_waits_gets_the_lock_when_the_other_is_done(tmp_path):
    path, order = tmp_path / "vault", []

    def other():
        with locked(path):
            order.append("other")

    with locked(path):
        thread = threading.Thread(target=other)
        thread.start()
        thread.join(0.2)
        order.append("first")
    thread.join(5)
    assert order == ["first", "other"]


def test_a_replaced_file_is_guarded_still(tmp_path):
    path = tmp_path / "vault"
    create_owner_only(path, b"old")
    with locked(path):
        replace_owner_only(path, b"new")
        with pytest.raises(NotAcceptedError), locked(path, sleep=lambda _: None):
            pytest.fail("two hold the lock")


def test_an_error_inside_lets_go(tmp_path):
    with pytest.raises(ZeroDivisionError), locked(tmp_path / "vault"):
        raise ZeroDivisionError
    with locked(tmp_path / "vault", sleep=pytest.fail):
        pass


def test_a_process_that_was_killed_holds_nothing(tmp_path):
    path = tmp_path / "vault"
    program = (
        "import sys, time\n"
        "from pathlib import Path\n"
        "from ledger.clerk.lock import locked\n"
        "with locked(Path(sys.argv[1])):\n"
        "    print('held', flush=True)\n"
        "    time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", program, path], stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == b"held\n"
            with pytest.raises(NotAcceptedError), locked(path, sleep=lambda _: None):
                pytest.fail("two hold the lock")
        finally:
            process.kill()
    with locked(path, sleep=pytest.fail):
        pass


def test_a_child_that_shares_the_descriptor_does_not_keep_the_lock(tmp_path, monkeypatch):
    path, shared = tmp_path / "vault", []
    take = lock._take

    def forked(descriptor):
        shared.append(os.dup(descriptor))  # as a fork would
        return take(descriptor)

    with monkeypatch.context() as patch:
        patch.setattr(lock, "_take", forked)
        with locked(path):
            pass
    with locked(path, sleep=pytest.fail):
        pass
    os.close(shared[0])


def test_the_folder_must_be_there_and_a_link_is_not_followed(tmp_path):
    with pytest.raises(NotFoundError), locked(tmp_path / "none" / "vault"):
        pytest.fail("no folder, no lock")
    (tmp_path / "vault.lock").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(Exception, match="could not be read or written"), locked(tmp_path / "vault"):
        pytest.fail("the lock of another file")
    assert not (tmp_path / "elsewhere").exists()
