"""The vault: nothing is lost, nothing is shown, nothing is overwritten."""

import contextlib
import multiprocessing
import secrets
import stat
import threading
import time
from dataclasses import replace

import pytest

from ledger.clerk import files, lock
from ledger.clerk.lock import locked
from ledger.clerk.vault import Vault
from ledger.clerk.vault_records import AllowanceOpening, ClaimOpening
from ledger.crypto.backend import ORDER
from ledger.crypto.commit import Opening
from ledger.encoding import canonical_json, parse_canonical_json
from ledger.errors import MalformedError, NotAcceptedError, NotFoundError, UnavailableError

ORIGIN = "ledger.example/1"
COST = 16


def claim(number: int, quantities=(21360451, 7), seed=True) -> ClaimOpening:
    return ClaimOpening(
        round_leaf=b"r" * 32,
        row=number,
        seq=1,
        commitment=bytes([number]) * 96,
        opening=Opening(quantities, ORDER - 1 - number),
        seed=bytes([number]) * 32 if seed else None,
    )


ALLOWANCE = AllowanceOpening("h0001", b"\xee" * 96, 13000, 12345)


def create(path, passphrase=None):
    return Vault.create(path, origin=ORIGIN, passphrase=passphrase, randbytes=secrets.token_bytes, cost=COST)


def reopen(path, passphrase=None):
    return Vault.open(path, origin=ORIGIN, passphrase=passphrase)


def add(vault, *records):
    vault.add(records, randbytes=secrets.token_bytes)


both = pytest.mark.parametrize("passphrase", [None, "correct horse"])


@both
def test_what_is_kept_is_found_again(tmp_path, passphrase):
    path = tmp_path / "vault"
    vault = create(path, passphrase)
    add(vault, claim(1), ALLOWANCE)
    add(vault, claim(2, seed=False))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    for found in (vault, reopen(path, passphrase)):
        assert found.claim(bytes([1]) * 96) == claim(1)
        assert found.claim(bytes([2]) * 96) == claim(2, seed=False)
        assert found.allowance(ALLOWANCE.commitment) == ALLOWANCE
        assert found.set_aside == 0
        with pytest.raises(NotFoundError):
            found.claim(ALLOWANCE.commitment)
        with pytest.raises(NotFoundError):
            found.allowance(bytes([1]) * 96)


def test_an_encrypted_vault_holds_no_amount_in_the_clear(tmp_path):
    from base64 import b64decode

    add(create(tmp_path / "shut", "correct horse"), claim(1), ALLOWANCE)
    add(create(tmp_path / "open"), claim(1), ALLOWANCE)
    shut = b"".join(b64decode(line) for line in (tmp_path / "shut").read_bytes().split(b"\n")[1:])
    clear = b"".join(b64decode(line) for line in (tmp_path / "open").read_bytes().split(b"\n")[1:])
    assert b"21360451" in clear
    assert b"21360451" not in shut
    assert b"h0001" not in shut


def test_the_length_of_an_encrypted_line_says_nothing_of_the_numbers_in_it(tmp_path):
    path = tmp_path / "vault"
    vault = create(path, "correct horse")
    add(vault, claim(1, (0, 0)), claim(2, (65535, 2**32 - 1), seed=False), ALLOWANCE)
    lines = path.read_bytes().split(b"\n")[2:-1]
    assert {len(line) for line in lines} == {1404}
    assert reopen(path, "correct horse").claim(bytes([2]) * 96).opening.quantities == (65535, 2**32 - 1)


def test_no_repr_shows_an_opening(tmp_path):
    vault = create(tmp_path / "vault")
    add(vault, claim(1), ALLOWANCE)
    shown = repr(vault) + repr(claim(1)) + repr(ALLOWANCE) + str([claim(1)])
    for secret in ("21360451", "13000", "12345", str(ORDER - 2), repr(b"\1" * 32)):
        assert secret not in shown


def test_a_record_is_on_the_disk_before_add_returns(tmp_path, monkeypatch):
    vault = create(tmp_path / "vault")
    synced = []
    monkeypatch.setattr(files.os, "fsync", lambda fd: synced.append(files.os.fstat(fd).st_size))
    add(vault, claim(1))
    assert synced == [(tmp_path / "vault").stat().st_size]


def test_the_sum_is_of_exactly_the_live_claims(tmp_path):
    vault = create(tmp_path / "vault")
    add(vault, *(claim(number, (number, 10 * number)) for number in (1, 2, 3)))
    live = [bytes([number]) * 96 for number in (1, 3)]
    summed = vault.sum_claims(live)
    assert summed.quantities == (4, 40)
    assert summed.blinding == (2 * ORDER - 6) % ORDER
    with pytest.raises(NotFoundError, match="2 of 3 live claims"):
        vault.sum_claims([*live[:1], bytes([8]) * 96, bytes([9]) * 96])
    with pytest.raises(MalformedError):
        vault.sum_claims([live[0], live[0]])


@both
def test_what_is_erased_is_gone(tmp_path, passphrase):
    path = tmp_path / "vault"
    vault = create(path, passphrase)
    add(vault, claim(1), ALLOWANCE, claim(2))
    chosen = [record.commitment for record in (claim(1), claim(2))]
    assert vault.erase(lambda record: record.commitment in chosen, randbytes=secrets.token_bytes) == 2
    assert vault.erase(lambda record: record.commitment in chosen, randbytes=secrets.token_bytes) == 0
    add(vault, claim(3))
    for found in (vault, reopen(path, passphrase)):
        assert found.claim(bytes([3]) * 96) == claim(3)
        assert found.allowance(ALLOWANCE.commitment) == ALLOWANCE
        with pytest.raises(NotFoundError):
            found.claim(bytes([1]) * 96)
    assert len(path.read_bytes().split(b"\n")) == 5  # header, first line, two records, end


def test_an_opening_is_never_overwritten(tmp_path):
    vault = create(tmp_path / "vault")
    add(vault, claim(1))
    size = (tmp_path / "vault").stat().st_size
    add(vault, claim(1))
    assert (tmp_path / "vault").stat().st_size == size
    for records in ((claim(1, (1, 1)),), (claim(2), claim(2, (1, 1)))):
        with pytest.raises(NotAcceptedError) as caught:
            add(vault, *records)
        assert caught.value.rule == "reused-commitment"
    with pytest.raises(NotAcceptedError) as caught:
        create(tmp_path / "vault")
    assert caught.value.rule == "file-exists"


def test_a_wrong_passphrase_is_said_and_changes_nothing(tmp_path):
    path = tmp_path / "vault"
    add(create(path, "correct horse"), claim(1))
    raw = path.read_bytes()
    for passphrase, rule in (("battery staple", "wrong-passphrase"), (None, "passphrase-needed")):
        with pytest.raises(NotAcceptedError) as caught:
            reopen(path, passphrase)
        assert caught.value.rule == rule
    assert path.read_bytes() == raw
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["vault", "vault.lock"]


def test_a_passphrase_never_opens_a_vault_that_has_none(tmp_path):
    path = tmp_path / "vault"
    create(path, "correct horse")
    path.unlink()
    create(path)  # put there by somebody who waits for openings in the clear
    raw = path.read_bytes()
    with pytest.raises(NotAcceptedError) as caught:
        reopen(path, "correct horse")
    assert caught.value.rule == "not-encrypted"
    assert "from a copy" in str(caught.value)
    assert path.read_bytes() == raw
    assert reopen(path).set_aside == 0


def test_a_vault_is_of_one_ledger_and_of_one_owner(tmp_path):
    path = tmp_path / "vault"
    create(path)
    with pytest.raises(NotAcceptedError) as caught:
        Vault.open(path, origin="other", passphrase=None)
    assert caught.value.rule == "wrong-ledger"
    path.chmod(0o640)
    with pytest.raises(NotAcceptedError) as caught:
        reopen(path)
    assert caught.value.rule == "file-open-to-others"
    with pytest.raises(NotFoundError):
        reopen(tmp_path / "none")


@both
def test_a_torn_write_is_set_aside_wherever_it_was_cut(tmp_path, passphrase):
    path = tmp_path / "vault"
    vault = create(path, passphrase)
    add(vault, claim(1))
    whole = path.read_bytes()
    add(vault, claim(2), claim(3))
    longer = path.read_bytes()
    lines = [len(whole) + len(line) for line in (b"", longer[len(whole) :].split(b"\n")[0] + b"\n")]
    for cut in (len(whole) + 1, lines[1] - 1, lines[1], lines[1] + 5, len(longer) - 1):
        files.replace_owner_only(path, longer[:cut])
        found = reopen(path, passphrase)
        kept = lines[1] if cut >= lines[1] else len(whole)
        assert found.set_aside == cut - kept
        assert path.read_bytes() == longer[:kept]
        assert found.claim(bytes([1]) * 96) == claim(1)
        assert reopen(path, passphrase).set_aside == 0
        if cut > kept:
            assert any(entry.read_bytes() == longer[kept:cut] for entry in tmp_path.glob("vault.torn-*"))
        add(found, claim(4))
        assert reopen(path, passphrase).claim(bytes([4]) * 96) == claim(4)


@both
def test_blocks_that_never_reached_the_disk_are_torn_too(tmp_path, passphrase):
    path = tmp_path / "vault"
    vault = create(path, passphrase)
    add(vault, claim(1))
    whole = path.read_bytes()
    files.replace_owner_only(path, whole + bytes(300) + b"\n" + bytes(20))
    assert reopen(path, passphrase).set_aside == 321
    assert path.read_bytes() == whole


@both
def test_damage_before_whole_lines_is_refused_and_touched_by_nothing(tmp_path, passphrase):
    path = tmp_path / "vault"
    add(create(path, passphrase), claim(1), claim(2), claim(3))
    raw = path.read_bytes()
    lines = raw.split(b"\n")
    swapped = b"\n".join([*lines[:2], lines[3], lines[2], *lines[4:]])
    without = b"\n".join([*lines[:2], *lines[3:]])
    at = raw.index(lines[2]) + 40
    flipped = raw[:at] + (b"B" if raw[at : at + 1] != b"B" else b"C") + raw[at + 1 :]
    for damaged in (swapped, without, flipped):
        files.replace_owner_only(path, damaged)
        if damaged is without:  # every later line stands in the wrong place, so all of them look torn
            assert reopen(path, passphrase).set_aside > 0
            continue
        with pytest.raises(MalformedError) as caught:
            reopen(path, passphrase)
        assert caught.value.rule == "vault-damaged"
        assert path.read_bytes() == damaged


def test_a_header_that_is_not_one_is_refused(tmp_path):
    path = tmp_path / "vault"
    create(path)
    header, rest = path.read_bytes().split(b"\n", 1)
    document = parse_canonical_json(header, what="", limit=9999)
    for change in ({"version": 0}, {"version": True}, {"format": "x"}, {"more": 1}, {"ledger": 3}, {"kdf": "x"}):
        files.replace_owner_only(path, canonical_json(document | change) + b"\n" + rest)
        with pytest.raises(MalformedError):
            reopen(path)
    files.replace_owner_only(path, header + b"\n")
    with pytest.raises(MalformedError):
        reopen(path)


@pytest.mark.parametrize(("version", "passphrase"), [(1, None), (1, "correct horse"), (3, None)])
def test_a_vault_of_another_layout_says_which(tmp_path, version, passphrase):
    path = tmp_path / "vault"
    create(path, passphrase)
    header, rest = path.read_bytes().split(b"\n", 1)
    document = parse_canonical_json(header, what="", limit=9999) | {"version": version}
    if version == 3:
        document["more"] = "fields that a later layout may have"
    files.replace_owner_only(path, canonical_json(document) + b"\n" + rest)
    with pytest.raises(MalformedError, match=f"^vault is a vault of version {version}; .* reads version 2") as caught:
        reopen(path, passphrase)
    assert caught.value.rule == "unknown-version"


def test_two_processes_do_not_write_over_each_other(tmp_path):
    path = tmp_path / "vault"
    mine, yours = create(path), reopen(path)
    add(mine, claim(1))
    with pytest.raises(NotAcceptedError) as caught:
        add(yours, claim(2))
    assert caught.value.rule == "file-in-use"
    with pytest.raises(NotFoundError):
        yours.claim(bytes([2]) * 96)
    again = reopen(path)
    add(again, claim(2))
    assert reopen(path).claim(bytes([1]) * 96) == claim(1)


def test_a_write_in_progress_is_not_cut_away(tmp_path):
    path = tmp_path / "vault"
    add(create(path), claim(1), claim(2))
    raw = path.read_bytes()
    files.replace_owner_only(path, raw[:-100])
    opened = []
    with locked(path), path.open("ab") as stream:  # another process, in the middle of its append
        reader = threading.Thread(target=lambda: opened.append(reopen(path)))
        reader.start()
        reader.join(0.2)
        stream.write(raw[-100:])
    reader.join(10)
    assert opened[0].set_aside == 0
    assert opened[0].claim(bytes([2]) * 96) == claim(2)
    assert path.read_bytes() == raw


def test_every_writer_waits_for_the_lock_and_gives_up_in_one_sentence(tmp_path, monkeypatch):
    path = tmp_path / "vault"
    vault = create(path)
    add(vault, claim(1))
    before = path.read_bytes()
    monkeypatch.setattr(lock, "TRIES", 2)
    with locked(path):
        for act in (
            lambda: reopen(path),
            lambda: add(vault, claim(2)),
            lambda: vault.erase(lambda _: True, randbytes=secrets.token_bytes),
        ):
            with pytest.raises(NotAcceptedError) as caught:
                act()
            assert caught.value.rule == "file-in-use"
    assert path.read_bytes() == before
    add(vault, claim(2))
    assert reopen(path).claim(bytes([2]) * 96) == claim(2)


def read_the_newest(folder, ready, stop, cut):
    """Another process: opens the newest vault as often as it can."""
    while not stop.is_set():
        for path in sorted(folder.glob("*.vault"))[-1:]:
            with contextlib.suppress(NotAcceptedError):
                if reopen(path).set_aside:
                    cut.set()
                    return
        ready.set()


def test_what_add_returned_from_is_there_however_many_read_meanwhile(tmp_path):
    context = multiprocessing.get_context("spawn")
    ready, stop, cut = (context.Event() for _ in range(3))
    many = [replace(claim(1), commitment=b"%96d" % number) for number in range(3000)]
    reader = context.Process(target=read_the_newest, args=(tmp_path, ready, stop, cut))
    reader.start()
    try:
        assert ready.wait(30)
        for trial in range(5):
            path = tmp_path / f"{trial}.vault"
            vault = create(path)
            time.sleep(0.1)  # the reader is at this one now, and still finds it short
            add(vault, *many)
            assert repr(reopen(path)) == f"Vault({trial}.vault, 3000 records)"
    finally:
        stop.set()
        reader.join()
    assert not cut.is_set()


def test_erasing_does_not_take_away_what_another_process_has_added(tmp_path):
    path = tmp_path / "vault"
    add(create(path), claim(1))
    mine, yours = reopen(path), reopen(path)
    add(yours, claim(2))
    with pytest.raises(NotAcceptedError) as caught:
        mine.erase(lambda record: record.commitment == claim(1).commitment, randbytes=secrets.token_bytes)
    assert caught.value.rule == "file-in-use"
    found = reopen(path)
    assert found.claim(bytes([1]) * 96) == claim(1)
    assert found.claim(bytes([2]) * 96) == claim(2)


def test_erasing_leaves_nothing_of_torn_writes_and_crashed_rewritings(tmp_path):
    path = tmp_path / "vault"
    add(create(path), claim(1), claim(2))
    files.replace_owner_only(path, path.read_bytes()[:-1])
    found = reopen(path)
    assert found.set_aside > 0
    files.create_owner_only(tmp_path / ".vault.ab1_cdef", path.read_bytes())
    files.create_owner_only(tmp_path / "vault.torn-notes", b"somebody's own file")
    assert found.erase(lambda _: False, randbytes=secrets.token_bytes) == 0
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["vault", "vault.lock", "vault.torn-notes"]
    assert reopen(path).claim(bytes([1]) * 96) == claim(1)


def test_a_full_disk_stops_the_vault_until_it_is_opened_anew(tmp_path, monkeypatch):
    path = tmp_path / "vault"
    vault = create(path)
    add(vault, claim(1))

    def full(_fd):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(files.os, "fsync", full)
        with pytest.raises(UnavailableError) as caught:
            add(vault, claim(2))
    assert "No space left" in str(caught.value)
    with pytest.raises(NotFoundError):
        vault.claim(bytes([2]) * 96)
    with pytest.raises(NotAcceptedError):  # what reached the disk is unknown
        add(vault, claim(3))
    assert reopen(path).claim(bytes([1]) * 96) == claim(1)
