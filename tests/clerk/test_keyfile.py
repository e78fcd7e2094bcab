"""Key files."""

import stat

import pytest

from ledger.clerk.keyfile import KeyFile, describe_key, read_key, write_key
from ledger.encoding import canonical_json, parse_canonical_json
from ledger.errors import LedgerError, MalformedError, NotAcceptedError, NotFoundError
from ledger.signing import SigningKey

KEY = SigningKey(bytes(range(32)))
COST = 16


def drawn(count: int) -> bytes:
    return bytes(count)


def write(path, passphrase):
    return write_key(path, KEY, passphrase=passphrase, randbytes=drawn, cost=COST)


@pytest.mark.parametrize("passphrase", [None, "correct horse", "pässword ✓"])
def test_what_is_written_is_read_back(tmp_path, passphrase):
    path = tmp_path / "council.key"
    assert write(path, passphrase) == KeyFile(KEY.public, encrypted=passphrase is not None)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert describe_key(path) == KeyFile(KEY.public, encrypted=passphrase is not None)
    assert read_key(path, passphrase=passphrase).seed == KEY.seed
    raw = path.read_bytes()
    assert canonical_json(parse_canonical_json(raw[:-1], what="", limit=9999)) + b"\n" == raw


def test_the_seed_is_not_in_an_encrypted_file(tmp_path):
    path = tmp_path / "council.key"
    write(path, "correct horse")
    assert b'"seed"' not in path.read_bytes()
    clear = tmp_path / "clear.key"
    write(clear, None)
    assert b'"seed"' in clear.read_bytes()


def test_two_spellings_of_an_accent_are_one_passphrase(tmp_path):
    write(tmp_path / "k", "caf\u00e9")
    assert read_key(tmp_path / "k", passphrase="cafe\u0301").seed == KEY.seed


def test_a_key_file_is_never_overwritten(tmp_path):
    path = tmp_path / "council.key"
    write(path, None)
    raw = path.read_bytes()
    with pytest.raises(NotAcceptedError) as caught:
        write(path, "other")
    assert caught.value.rule == "file-exists"
    assert path.read_bytes() == raw


def test_a_wrong_passphrase_is_said_clearly(tmp_path):
    path = tmp_path / "council.key"
    write(path, "correct horse")
    with pytest.raises(NotAcceptedError) as caught:
        read_key(path, passphrase="battery staple")
    assert caught.value.rule == "wrong-passphrase"
    assert "battery" not in str(caught.value)
    with pytest.raises(NotAcceptedError) as caught:
        read_key(path, passphrase=None)
    assert caught.value.rule == "passphrase-needed"
    with pytest.raises(NotAcceptedError) as caught:
        write(tmp_path / "empty", "")
    assert caught.value.rule == "empty-passphrase"
    assert not (tmp_path / "empty").exists()


def test_an_open_file_is_refused(tmp_path):
    path = tmp_path / "council.key"
    write(path, None)
    path.chmod(0o644)
    with pytest.raises(NotAcceptedError) as caught:
        read_key(path, passphrase=None)
    assert caught.value.rule == "file-open-to-others"


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(NotFoundError):
        read_key(tmp_path / "none", passphrase=None)


@pytest.mark.parametrize(
    "change",
    [
        lambda document: document | {"version": 2},
        lambda document: document | {"version": True},
        lambda document: document | {"format": "other"},
        lambda document: document | {"note": "mine"},
        lambda document: {name: value for name, value in document.items() if name != "kdf"},
        lambda document: document | {"kdf": document["kdf"] | {"cost": 2**30}},
        lambda document: document | {"kdf": document["kdf"] | {"cost": 17}},
        lambda document: document | {"kdf": document["kdf"] | {"name": "none"}},
        lambda document: document | {"kdf": document["kdf"] | {"salt": "AAAA"}},
        lambda document: document | {"box": "AAAA"},
        lambda document: document | {"public": document["box"]},
    ],
)
def test_an_altered_file_does_not_open(tmp_path, change):
    path = tmp_path / "council.key"
    write(path, "correct horse")
    document = parse_canonical_json(path.read_bytes()[:-1], what="", limit=9999)
    path.write_bytes(canonical_json(change(document)) + b"\n")
    with pytest.raises(LedgerError):
        read_key(path, passphrase="correct horse")


def test_every_flipped_bit_is_noticed(tmp_path):
    path = tmp_path / "council.key"
    write(path, "correct horse")
    raw = path.read_bytes()
    for position in range(0, len(raw), 3):
        path.write_bytes(raw[:position] + bytes([raw[position] ^ 1]) + raw[position + 1 :])
        with pytest.raises(LedgerError):
            read_key(path, passphrase="correct horse")


def test_a_key_file_whose_halves_do_not_belong_together_is_refused(tmp_path):
    path = tmp_path / "council.key"
    write(path, None)
    other = SigningKey(bytes(32))
    write_key(tmp_path / "other", other, passphrase=None, randbytes=drawn)
    mine = parse_canonical_json(path.read_bytes()[:-1], what="", limit=9999)
    theirs = parse_canonical_json((tmp_path / "other").read_bytes()[:-1], what="", limit=9999)
    path.write_bytes(canonical_json(mine | {"public": theirs["public"]}) + b"\n")
    with pytest.raises(MalformedError):
        read_key(path, passphrase=None)


def test_a_torn_file_is_refused(tmp_path):
    path = tmp_path / "council.key"
    write(path, None)
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(MalformedError):
        describe_key(path)
