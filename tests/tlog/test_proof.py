"""A receipt is written in one way, and a changed one is refused or shows the very same."""

import base64
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import InvalidInclusionProof, InvalidSignature, LedgerError, MalformedError, NotAcceptedError
from ledger.merkle.tree import path_of
from ledger.tlog.note import cosign_note
from ledger.tlog.policy import Log, Policy, Witness
from ledger.tlog.proof import MAX_EXTRA_BYTES, MAX_PATH, TlogProof, verify_tlog_proof
from tests.tlog.mutations import mutated
from tests.tlog.people import CHECKPOINT, LEAVES, LOG_KEY, NOTE, PATH, WITNESS_KEYS, WITNESS_NAMES, WITNESSES

HASH1, HASH2 = (hashlib.sha256(text).digest() for text in (b"hash1", b"hash2"))
POLICY = Policy((Log(LOG_KEY),))
COSIGNED = cosign_note(
    cosign_note(NOTE, WITNESS_NAMES[0], WITNESSES[0], time=9), "stranger.example", WITNESSES[1], time=9
)
RECEIPT = TlogProof(6, PATH, NOTE).encode()
FULL_RECEIPT = TlogProof(6, PATH, COSIGNED, b"extra data").encode()


def text(*lines, checkpoint="checkpoint\n"):
    return "".join(f"{line}\n" for line in ("c2sp.org/tlog-proof@v1", *lines, "")).encode() + checkpoint.encode()


def b64(raw):
    return base64.b64encode(raw).decode()


@pytest.mark.parametrize(
    ("proof", "raw"),
    [
        (TlogProof(5, (HASH1, HASH2), b"checkpoint\n"), text("index 5", b64(HASH1), b64(HASH2))),
        (TlogProof(10, (HASH1,), b"checkpoint\n", b"e"), text("extra ZQ==", "index 10", b64(HASH1))),
        (TlogProof(0, (), b"checkpoint\n"), text("index 0")),
        (
            TlogProof(2**63 - 2, (HASH1,) * 63, b"c\n\nd"),
            text(f"index {2**63 - 2}", *[b64(HASH1)] * 63, checkpoint="c\n\nd"),
        ),
    ],
)
def test_the_form(proof, raw):
    """C2SP tlog-proof, "Format"."""
    assert proof.encode() == raw
    assert TlogProof.parse(raw) == proof


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"c2sp.org/tlog-proof@v1\n",
        text("index 0", checkpoint=""),
        text("index 0").replace(b"@v1", b"@v2"),
        text("index 0").replace(b"\n", b"\r\n"),
        b"\xef\xbb\xbf" + text("index 0"),
        b"\n" + text("index 0"),
        text(),
        text(b64(HASH1)),
        text("index"),
        text("index "),
        text("index  0"),
        text("index 0 "),
        text("Index 0"),
        text("index 00"),
        text("index -0"),
        text("index +1"),
        text("index 1_0"),
        text("index \u0661"),
        text(f"index {2**63 - 1}"),
        text(f"index {2**64}"),
        text("index 0", "index 0"),
        text("index 0", "extra ZQ=="),
        text("extra ZQ==", "extra ZQ==", "index 0"),
        text("extra", "index 0"),
        text("extra ", "index 0"),
        text("extra ZR==", "index 0"),  # not the canonical base64
        text("extra ZQ", "index 0"),
        text("extra ZQ== ", "index 0"),
        text("other ZQ==", "index 0"),
        text("index 0", b64(HASH1[:31])),
        text("index 0", b64(HASH1 + b"\0")),
        text("index 0", b64(HASH1) + " "),
        text("index 0", b64(HASH1).replace("=", "")),
        text("index 0", *[b64(HASH1)] * (MAX_PATH + 1)),
        text("index 0", checkpoint="c" * 65_537),
        text("extra " + b64(bytes(MAX_EXTRA_BYTES + 1)), "index 0"),
        text("extra " + b64(bytes(200_000)), "index 0"),
    ],
)
def test_what_is_no_proof(raw):
    with pytest.raises(MalformedError):
        TlogProof.parse(raw)


def test_a_field_read_too_freely_would_be_found_out(monkeypatch):
    """Every field has one spelling; were one of them read with a second, the receipt written again would show it."""
    monkeypatch.setattr("ledger.tlog.proof.parse_decimal", lambda line, **_: int(line))
    assert TlogProof.parse(text("index 7")).index == 7
    with pytest.raises(MalformedError, match="one spelling"):
        TlogProof.parse(text("index 07"))


@pytest.mark.parametrize(
    "fields", [(-1, (), b"c"), (2**63 - 1, (), b"c"), (0, (b"",), b"c"), (0, (), b""), (0, (), b"c", b"")]
)
def test_what_has_no_spelling(fields):
    with pytest.raises(MalformedError):
        TlogProof(*fields)


def test_a_proof_that_is_too_long_is_not_read():
    with pytest.raises(MalformedError) as refusal:
        TlogProof.parse(bytes(250_000))
    assert refusal.value.rule == "too-long"


def test_the_longest_proof_can_be_read():
    proof = TlogProof(2**63 - 2, (HASH1,) * MAX_PATH, bytes(65_536), bytes(MAX_EXTRA_BYTES))
    assert TlogProof.parse(proof.encode()) == proof


def test_every_entry_has_a_receipt():
    for index, leaf in enumerate(LEAVES):
        raw = TlogProof(index, path_of(LEAVES, index), NOTE).encode()
        assert verify_tlog_proof(raw, leaf, POLICY) == (index, CHECKPOINT)
        with pytest.raises(InvalidInclusionProof):
            verify_tlog_proof(raw, LEAVES[index - 1], POLICY)


def test_what_a_receipt_does_not_show():
    raw = TlogProof(11, path_of(LEAVES, 10), NOTE).encode()
    with pytest.raises(InvalidInclusionProof):
        verify_tlog_proof(raw, LEAVES[10], POLICY)
    with pytest.raises(InvalidSignature):
        verify_tlog_proof(RECEIPT, LEAVES[6], Policy(()))
    witnessed = Policy((Log(LOG_KEY),), (Witness(b"w", WITNESS_KEYS[0]),), quorum=b"w")
    assert verify_tlog_proof(FULL_RECEIPT, LEAVES[6], witnessed) == (6, CHECKPOINT)
    with pytest.raises(NotAcceptedError):
        verify_tlog_proof(RECEIPT, LEAVES[6], witnessed)


def test_every_flipped_bit_is_refused_or_changes_nothing():
    """Only what nobody signed may change: the extra data, and the line of a witness that the policy does not know."""
    policy = Policy((Log(LOG_KEY),), (Witness(b"w", WITNESS_KEYS[0]),), quorum=b"w")
    extra = range(FULL_RECEIPT.index(b"extra ") + 6, FULL_RECEIPT.index(b"\nindex"))
    stranger = range(FULL_RECEIPT.index("— stranger".encode()) + 4, len(FULL_RECEIPT) - 1)
    accepted = set()
    for at in range(len(FULL_RECEIPT)):
        for bit in range(8):
            raw = bytearray(FULL_RECEIPT)
            raw[at] ^= 1 << bit
            try:
                result = verify_tlog_proof(bytes(raw), LEAVES[6], policy)
            except LedgerError:
                continue
            assert result == (6, CHECKPOINT)
            accepted.add(at)
    assert accepted <= {*extra, *stranger}
    assert accepted & {*extra}
    assert accepted & {*stranger}


@given(mutated([RECEIPT, FULL_RECEIPT]))
def test_a_changed_receipt_is_refused_or_shows_the_same(raw):
    try:
        proof = TlogProof.parse(raw)
        result = verify_tlog_proof(raw, LEAVES[6], POLICY)
    except (MalformedError, InvalidSignature, InvalidInclusionProof):
        return
    assert proof.encode() == raw
    assert result == (6, CHECKPOINT)


@given(mutated([RECEIPT, FULL_RECEIPT]) | st.binary(max_size=80).map(lambda raw: b"c2sp.org/tlog-proof@v1\n" + raw))
def test_bytes_are_refused_or_its_own(raw):
    try:
        proof = TlogProof.parse(raw)
    except MalformedError:
        return
    assert proof.encode() == raw
