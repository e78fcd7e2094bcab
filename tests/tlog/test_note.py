"""A note opens to what a known key has signed; whatever else its bytes say is refused."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.encoding import encode_base64
from ledger.errors import InvalidSignature, MalformedError
from ledger.signing import SigningKey
from ledger.tlog.cosignature import sign_cosignature
from ledger.tlog.key import KeyType, VerifierKey
from ledger.tlog.note import MAX_NOTE_BYTES, MAX_SIGNATURES, cosign_note, open_note, sign_note
from tests.tlog.mutations import mutated
from tests.tlog.people import CHECKPOINT, LOG, LOG_KEY, NOTE, ORIGIN, WITNESS_KEYS, WITNESS_NAMES, WITNESSES

EXAMPLE_KEY = VerifierKey.parse("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")
EXAMPLE = (
    "This is an example message.\n\n"
    "— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
).encode()  # C2SP signed-note, "Example"

SUMDB_KEY = VerifierKey.parse("sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8")
SUMDB = (
    "go.sum database tree\n35225469\nvt5T6GaLCXvyHFl9VUvvItR43XZxfLgftEcTyO3eJCQ=\n\n"
    "— sum.golang.org Az3grpukl5AXaVfYkLiDGORx/DN2nlcS5kZHR5uYOBV2KA2HgXpD+gu9HHONebHLAyaKbbTM75QTtPydhKCExixSfwQ=\n"
).encode()  # Go's checksum database at size 35,225,469, as in torchwood's cmd/litewitness/testdata/sumdb.txt


@pytest.mark.parametrize(("raw", "key"), [(EXAMPLE, EXAMPLE_KEY), (SUMDB, SUMDB_KEY)])
def test_notes_of_others(raw, key):
    note = open_note(raw, (key,))
    assert note.text.encode() == raw.partition(b"\n\n")[0] + b"\n"
    assert [(signature.key, signature.time) for signature in note.signatures] == [(key, None)]


def test_a_note_is_its_text_and_its_signatures():
    raw = cosign_note(NOTE, WITNESS_NAMES[0], WITNESSES[0], time=1_700_000_000)
    assert raw.startswith(NOTE)
    note = open_note(raw, (LOG_KEY, *WITNESS_KEYS))
    assert [(each.key, each.time) for each in note.signatures] == [(LOG_KEY, None), (WITNESS_KEYS[0], 1_700_000_000)]
    assert [each.key for each in open_note(raw, WITNESS_KEYS).signatures] == WITNESS_KEYS[:1]


@pytest.mark.parametrize("text", ["\n", "a\n", "a\n\nb\n", "\n\n\n", "è — x\n", "a\n\n— b QUFBQUE=\n", "\x7f\u2028\n"])
def test_texts(text):
    raw = sign_note(text, ORIGIN, LOG)
    assert open_note(raw, (LOG_KEY,)).text == text


@pytest.mark.parametrize("text", ["", "a", "a\r\n", "a\tb\n", "\0\n", "a\x1f\n", "\ud800\n", chr(0xDFFF) + "\n"])
def test_what_is_no_text(text):
    with pytest.raises(MalformedError):
        sign_note(text, ORIGIN, LOG)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\u00a0b", "a\nb"])
def test_what_is_no_name(name):
    with pytest.raises(MalformedError):
        sign_note("a\n", name, LOG)


LINE = NOTE.decode().splitlines()[-1]
SIGNATURE = LINE.split(" ")[2]


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\n",
        b"text\n",
        b"text\n\n",
        f"text\n{LINE}\n".encode(),
        f"text\n\n{LINE}".encode(),
        f"text\n\n{LINE}\n\n".encode(),
        f"text\n\n{LINE}\r\n".encode(),
        f"text\r\n\r\n{LINE}\n".encode(),
        f"te\0xt\n\n{LINE}\n".encode(),
        f"text\n\n{LINE} \n".encode(),
        f"text\n\n {LINE}\n".encode(),
        f"text\n\n{LINE[1:]}\n".encode(),
        f"text\n\n- {LINE[2:]}\n".encode(),  # a hyphen for the dash
        f"text\n\n—{LINE[2:]}\n".encode(),
        f"text\n\n—  {LINE[2:]}\n".encode(),
        f"text\n\n— {SIGNATURE}\n".encode(),
        f"text\n\n— a+b {SIGNATURE}\n".encode(),
        f"text\n\n— a\u2003b {SIGNATURE}\n".encode(),
        f"text\n\n— a {SIGNATURE[:-2]}\n".encode(),
        "text\n\n— a \n".encode(),
        "text\n\n— a\n".encode(),
        "text\n\n— a AAAAAA==\n".encode(),  # a key ID and no signature
        "text\n\n— a AAAAAAB=\n".encode(),  # not the canonical base64
        f"text\n\n{LINE}\n".encode() + b"\xff",
        b"t\xe8xt\n\n" + f"{LINE}\n".encode(),
        b"\xed\xa0\x80" + NOTE,  # a surrogate in UTF-8
        b"\xc0\xaf" + NOTE,  # an overlong slash
    ],
)
def test_what_is_no_note(raw):
    with pytest.raises(MalformedError):
        open_note(raw, (LOG_KEY,))


def test_unknown_keys_are_ignored():
    foreign = b"".join(f"— {name} {SIGNATURE}\n".encode() for name in ("other.example", "ledger.example"))
    assert len(open_note(NOTE + foreign, (LOG_KEY,)).signatures) == 1
    with pytest.raises(InvalidSignature) as refusal:
        open_note(NOTE, WITNESS_KEYS)
    assert refusal.value.rule == "unsigned"
    with pytest.raises(InvalidSignature):
        open_note(NOTE, ())
    impostor = VerifierKey(ORIGIN, KeyType.ED25519, WITNESSES[0].public)  # the same name, another key
    with pytest.raises(InvalidSignature):
        open_note(NOTE, (impostor,))


def test_a_bad_signature_of_a_known_key_refuses_the_note():
    bad = sign_note("another text\n", ORIGIN, LOG).rpartition(b"\n\n")[2]
    for raw in (NOTE + bad, NOTE.replace(LINE.encode() + b"\n", bad) + LINE.encode() + b"\n"):
        with pytest.raises(InvalidSignature) as refusal:
            open_note(raw, (LOG_KEY,))
        assert refusal.value.rule == "invalid-signature"
    signature = WITNESS_KEYS[0].key_id + sign_cosignature(str(CHECKPOINT), WITNESSES[0], time=6)
    moved = signature[:11] + b"\x07" + signature[12:]  # the same signature, at another time
    for raw, error in ((signature, None), (moved, InvalidSignature), (signature[:-1], InvalidSignature)):
        note = NOTE + f"— {WITNESS_NAMES[0]} {encode_base64(raw)}\n".encode()
        with pytest.raises(error) if error else contextlib.nullcontext():
            open_note(note, (LOG_KEY, WITNESS_KEYS[0]))


def test_two_known_keys_that_share_name_and_id_are_refused():
    """Two keys whose 4-byte IDs collide under one name, found by a birthday search over seeds 1, 2, …"""
    keys = [SigningKey(seed.to_bytes(32, "big")) for seed in (77213, 80252)]
    one, two = (VerifierKey("a", KeyType.ED25519, key.public) for key in keys)
    assert one != two
    assert one.key_id == two.key_id == bytes.fromhex("84d4da8e")
    raw = sign_note("text\n", "a", keys[0])
    open_note(raw, (one, one))
    with pytest.raises(MalformedError):
        open_note(raw, (one, two))


def test_of_two_signatures_by_one_key_the_first_counts():
    raw = cosign_note(NOTE, WITNESS_NAMES[0], WITNESSES[0], time=5)
    raw = cosign_note(raw, WITNESS_NAMES[0], WITNESSES[0], time=6)
    assert [each.time for each in open_note(raw, WITNESS_KEYS).signatures] == [5]


def test_a_text_without_its_last_newline_cannot_become_a_line_of_signatures():
    """The note would say "a", and its signature stand over something else."""
    with pytest.raises(MalformedError, match="does not end with a newline"):
        sign_note(f"a\n\n— other.example {SIGNATURE}", ORIGIN, LOG)


def test_limits():
    assert (MAX_NOTE_BYTES, MAX_SIGNATURES) == (65_536, 64)  # docs/spec/log.md
    long = "a" * (MAX_NOTE_BYTES - len(sign_note("\n", ORIGIN, LOG))) + "\n"
    raw = sign_note(long, ORIGIN, LOG)
    assert len(raw) == MAX_NOTE_BYTES
    open_note(raw, (LOG_KEY,))
    for make in (
        lambda: sign_note("a" + long, ORIGIN, LOG),
        lambda: cosign_note(raw, "w", WITNESSES[0], time=1),
        lambda: open_note(b"a" + raw, (LOG_KEY,)),
    ):
        with pytest.raises(MalformedError) as refusal:
            make()
        assert refusal.value.rule == "too-long"
    more = b"".join(f"— x{i} {SIGNATURE}\n".encode() for i in range(MAX_SIGNATURES - 1))
    open_note(NOTE + more, (LOG_KEY,))
    with pytest.raises(MalformedError):
        open_note(NOTE + more + LINE.encode() + b"\n", (LOG_KEY,))
    with pytest.raises(MalformedError):
        cosign_note(NOTE + more, "w", WITNESSES[0], time=1)


@given(mutated([NOTE, EXAMPLE, cosign_note(NOTE, WITNESS_NAMES[0], WITNESSES[0], time=5)]))
def test_a_changed_note_is_refused_or_says_the_same(raw):
    """What is accepted of a note that was changed is a text that the key did sign."""
    try:
        note = open_note(raw, (LOG_KEY, EXAMPLE_KEY, WITNESS_KEYS[0]))
    except (MalformedError, InvalidSignature):
        return
    assert note.text.encode() in {NOTE.partition(b"\n\n")[0] + b"\n", b"This is an example message.\n"}


@given(st.binary(max_size=200))
def test_any_bytes(raw):
    with pytest.raises((MalformedError, InvalidSignature)):
        open_note(raw, (LOG_KEY,))
