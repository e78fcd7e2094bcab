"""Members' secrets: made once, never shown, taken along; tags as the specification says."""

import hmac
import secrets

import pytest

from ledger.clerk.member_secrets import (
    MAX_TAGS,
    MovingLetter,
    make_tags,
    open_moving_letter,
    seal_moving_letter,
    secrets_of,
    take_in,
)
from ledger.clerk.sealing import seal
from ledger.clerk.subtotals import seal_sub_total, sub_total
from ledger.clerk.vault import Vault
from ledger.clerk.vault_records import MemberSecret
from ledger.encoding import canonical_json, encode_base64
from ledger.errors import LedgerError, MalformedError, NotAcceptedError
from ledger.records.entry import build_statement
from ledger.signing import SigningKey

ORIGIN = "ledger.example/1"
HERE, THERE = b"h" * 32, b"t" * 32
KEY = SigningKey(b"k" * 32)
RANDOM = secrets.token_bytes


@pytest.fixture
def vault(tmp_path):
    return Vault.create(tmp_path / "vault", origin=ORIGIN, passphrase=None, randbytes=RANDOM)


def made(vault, *refs, council=HERE):
    return secrets_of(vault, council, refs, randbytes=RANDOM)


def letter(secret=b"s" * 32, council=HERE):
    return MovingLetter(council=council, ledger=ORIGIN, secret=secret)


def tags(members, period="May", council=HERE):
    return make_tags(members, origin=ORIGIN, council=council, roster=b"r" * 32, period=period)


def rule(call):
    with pytest.raises(LedgerError) as caught:
        call()
    return caught.value.rule


def test_a_secret_is_made_once_and_kept(vault, tmp_path):
    first = made(vault, "a", "b")
    assert len({one.secret for one in first}) == 2
    assert {len(one.secret) for one in first} == {32}
    assert made(vault, "b", "a") == first[::-1]
    again = Vault.open(tmp_path / "vault", origin=ORIGIN, passphrase=None)
    assert made(again, "a", "b", "c")[:2] == first
    assert made(again, "a", council=THERE)[0].secret != first[0].secret


def test_nothing_is_made_with_a_secret_that_the_disk_refused(vault, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("ledger.clerk.files.os.fsync", full)
    with pytest.raises(LedgerError):
        made(vault, "a")
    assert vault.member_secret(HERE, "a") is None


def test_tags_are_those_of_the_specification_and_say_nothing_of_rows(vault):
    members = made(vault, "a", "b", "c")
    said, whose = tags(members)
    expected = {
        hmac.digest(one.secret, b"opentally/v1/tag\0" + ORIGIN.encode() + b"\0May", "sha256"): one.ref
        for one in members
    }
    assert whose == expected
    assert said.tags == tuple(sorted(expected))
    assert tags(members[::-1])[0] == said
    assert not set(tags(members, "June")[0].tags) & set(said.tags)
    build_statement("tags", ORIGIN, said)  # it is what the kind takes


def test_one_secret_in_two_rows_is_refused(vault):
    made(vault, "a")
    take_in(vault, letter(vault.member_secret(HERE, "a").secret), "b", randbytes=RANDOM)
    with pytest.raises(NotAcceptedError, match="a and b have the same secret") as caught:
        tags(made(vault, "a", "b"))
    assert caught.value.rule == "counted-twice"


def test_more_rows_than_an_entry_of_tags_holds(vault):
    members = [MemberSecret(HERE, f"m{n}", n.to_bytes(32, "big"), moved=False) for n in range(MAX_TAGS + 1)]
    assert rule(lambda: tags(members)) == "too-many-rows"
    build_statement("tags", ORIGIN, tags(members[:-1])[0])


def test_a_member_who_moves_has_the_same_tag(vault, tmp_path):
    (member,) = made(vault, "a")
    other = Vault.create(tmp_path / "other", origin=ORIGIN, passphrase=None, randbytes=RANDOM)
    raw = seal_moving_letter(letter(member.secret, THERE), to=KEY.public, randbytes=RANDOM)
    taken = open_moving_letter(raw, key=KEY, name="a.moving")
    assert take_in(other, taken, "z", randbytes=RANDOM)
    assert not take_in(other, taken, "z", randbytes=RANDOM)
    here, there = tags([member]), tags(made(other, "z", council=THERE), council=THERE)
    assert here[0].tags == there[0].tags


def test_the_secret_in_the_letter_takes_the_place_of_one_made_before_it_came(vault, tmp_path):
    (before,) = made(vault, "a")
    assert take_in(vault, letter(), "a", randbytes=RANDOM)
    for found in (vault, Vault.open(tmp_path / "vault", origin=ORIGIN, passphrase=None)):
        assert found.member_secret(HERE, "a") == MemberSecret(HERE, "a", b"s" * 32, moved=True)
        assert made(found, "a")[0].secret != before.secret


def test_a_secret_that_came_in_a_letter_is_not_replaced_by_another(vault):
    take_in(vault, letter(), "a", randbytes=RANDOM)
    assert rule(lambda: take_in(vault, letter(b"x" * 32), "a", randbytes=RANDOM)) == "other-secret"
    assert made(vault, "a")[0].secret == b"s" * 32


@pytest.mark.parametrize("passphrase", [None, "correct horse"])
def test_erasing_a_secret_leaves_no_earlier_one(tmp_path, passphrase):
    path = tmp_path / "erased"
    vault = Vault.create(path, origin=ORIGIN, passphrase=passphrase, randbytes=RANDOM, cost=16)
    made(vault, "a", "b")
    take_in(vault, letter(), "a", randbytes=RANDOM)
    assert vault.erase(lambda record: record.ref == "a", randbytes=RANDOM) == 1
    again = Vault.open(path, origin=ORIGIN, passphrase=passphrase)
    assert again.member_secret(HERE, "a") is None
    assert again.member_secret(HERE, "b") is not None
    assert len(path.read_bytes().split(b"\n")) == 4  # header, first line, one record, end


def test_no_repr_shows_a_secret(vault):
    (member,) = made(vault, "a")
    shown = f"{member!r}{letter()!r}{letter()}{[member]}{vault!r}"
    for secret in (member.secret, b"s" * 32):
        assert repr(secret)[2:-1] not in shown
        assert encode_base64(secret) not in shown


def _sealed(document, label="moving-letter"):
    return seal(canonical_json(document), to=KEY.public, label=label, randbytes=RANDOM)


GOOD = {"council": encode_base64(HERE), "ledger": ORIGIN, "secret": encode_base64(b"s" * 32)}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, None),
        ({"secret": encode_base64(b"s" * 31)}, "bad-field"),
        ({"secret": encode_base64(b"s" * 32)[:-2] + "t="}, "not-canonical"),  # the same bytes, spelled otherwise
        ({"secret": 3}, "bad-field"),
        ({"more": "x"}, "bad-field"),
        ({"ledger": "two words"}, "bad-field"),
    ],
)
def test_a_letter_is_read_in_one_spelling(change, expected):
    raw = _sealed(GOOD | change)
    if expected is None:
        assert open_moving_letter(raw, key=KEY, name="x") == letter()
    else:
        assert rule(lambda: open_moving_letter(raw, key=KEY, name="x")) == expected


def test_nobody_else_reads_a_letter_and_nothing_else_is_one():
    raw = seal_moving_letter(letter(), to=KEY.public, randbytes=RANDOM)
    assert rule(lambda: open_moving_letter(raw, key=SigningKey(b"o" * 32), name="x")) == "wrong-recipient"
    other = seal_sub_total(sub_total(ORIGIN, HERE, (1,), bytes(32)), to=KEY.public, randbytes=RANDOM)
    with pytest.raises(NotAcceptedError, match="x is not a moving letter") as caught:
        open_moving_letter(other, key=KEY, name="x")
    assert caught.value.rule == "wrong-label"
    for bad in (b"", b"{}", raw[:-1], raw.replace(b'"version":2', b'"version":1')):
        with pytest.raises(MalformedError):
            open_moving_letter(bad, key=KEY, name="x")
