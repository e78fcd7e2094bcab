"""A checkpoint is written in one way, and signed by its log under its own origin."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import InvalidSignature, MalformedError, VerificationError
from ledger.merkle.hashing import EMPTY_ROOT
from ledger.tlog.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from ledger.tlog.key import KeyType, VerifierKey
from ledger.tlog.note import sign_note
from tests.tlog.mutations import mutated
from tests.tlog.people import CHECKPOINT, LOG, LOG_KEY, NOTE, ORIGIN, WITNESS_KEYS, WITNESSES

ROOT = base64.b64encode(CHECKPOINT.root).decode()
EXAMPLE = (
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"  # C2SP tlog-checkpoint
)


def test_the_example():
    checkpoint = Checkpoint.parse(EXAMPLE)
    assert (checkpoint.origin, checkpoint.size) == ("example.com/behind-the-sofa", 20852163)
    assert checkpoint.root.hex().startswith("0ac5186a")
    assert str(checkpoint) == EXAMPLE


def test_signed_and_opened():
    assert NOTE.startswith(str(CHECKPOINT).encode() + b"\n\xe2\x80\x94 " + ORIGIN.encode() + b" ")
    assert open_checkpoint(NOTE, LOG_KEY) == CHECKPOINT


def test_extension_lines_are_kept():
    text = EXAMPLE + "opaque\nmore — \u00a0\n"
    checkpoint = Checkpoint.parse(text)
    assert checkpoint.extensions == ("opaque", "more — \u00a0")
    assert str(checkpoint) == text


def test_the_empty_tree():
    empty = Checkpoint(ORIGIN, 0, EMPTY_ROOT)
    assert open_checkpoint(sign_checkpoint(empty, LOG), LOG_KEY) == empty
    with pytest.raises(MalformedError):
        Checkpoint(ORIGIN, 0, bytes(32))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        f"{ORIGIN}\n11\n",
        f"{ORIGIN}\n11\n{ROOT}",
        f"\n11\n{ROOT}\n",
        f"{ORIGIN}\n\n{ROOT}\n",
        f"{ORIGIN}\n011\n{ROOT}\n",
        f"{ORIGIN}\n+11\n{ROOT}\n",
        f"{ORIGIN}\n-1\n{ROOT}\n",
        f"{ORIGIN}\n 11\n{ROOT}\n",
        f"{ORIGIN}\n1_1\n{ROOT}\n",
        f"{ORIGIN}\n1\u0661\n{ROOT}\n",
        f"{ORIGIN}\n{2**63}\n{ROOT}\n",
        f"{ORIGIN}\n{'9' * 5000}\n{ROOT}\n",
        f"{ORIGIN}\n11\n{ROOT[:-1]}\n",
        f"{ORIGIN}\n11\n{ROOT} \n",
        f"{ORIGIN}\n11\n{base64.b64encode(bytes(31)).decode()}\n",
        f"{ORIGIN}\n11\n{base64.b64encode(bytes(33)).decode()}\n",
        f"{ORIGIN}\n11\n{base64.urlsafe_b64encode(bytes([255]) * 32).decode()}\n",
        f"{ORIGIN}\n11\n{ROOT}\n\n",
        f"{ORIGIN}\n11\n{ROOT}\na\n\nb\n",
        f"{ORIGIN}\r\n11\r\n{ROOT}\r\n",
    ],
)
def test_what_is_no_checkpoint(text):
    with pytest.raises(MalformedError):
        Checkpoint.parse(text)


@pytest.mark.parametrize("lenient", ["parse_decimal", "decode_base64"])
def test_a_field_read_too_freely_would_be_found_out(monkeypatch, lenient):
    """Every field has one spelling; were one of them read with a second, the text written again would show it."""
    free = {"parse_decimal": lambda text, **_: int(text), "decode_base64": lambda text, **_: base64.b64decode(text)}
    monkeypatch.setattr(f"ledger.tlog.checkpoint.{lenient}", free[lenient])
    assert Checkpoint.parse(EXAMPLE).size == 20852163
    second = {"parse_decimal": EXAMPLE.replace("\n2", "\n02"), "decode_base64": EXAMPLE.replace("I=\n", "J=\n")}
    with pytest.raises(AssertionError, match="bad math"):
        Checkpoint.parse(second[lenient])


@pytest.mark.parametrize(
    "fields", [("", 1, bytes(32)), ("a\nb", 1, bytes(32)), ("a", -1, bytes(32)), ("a", 2**63, bytes(32)), ("a", 1, b"")]
)
def test_what_is_no_head_of_a_tree(fields):
    with pytest.raises(MalformedError):
        Checkpoint(*fields)


def test_signed_by_the_log_under_its_own_origin():
    other = VerifierKey("other.example", KeyType.ED25519, LOG.public)
    with pytest.raises(InvalidSignature):
        open_checkpoint(NOTE, other)
    with pytest.raises(InvalidSignature):
        open_checkpoint(NOTE, VerifierKey(ORIGIN, KeyType.ED25519, WITNESSES[0].public))
    with pytest.raises(InvalidSignature):
        open_checkpoint(NOTE, WITNESS_KEYS[0])
    with pytest.raises(VerificationError) as refusal:
        open_checkpoint(sign_note(str(CHECKPOINT), "other.example", LOG), other)
    assert refusal.value.rule == "wrong-origin"
    with pytest.raises(MalformedError):
        open_checkpoint(sign_note("no checkpoint\n", ORIGIN, LOG), LOG_KEY)


def test_an_origin_that_is_no_key_name_cannot_sign():
    with pytest.raises(MalformedError):
        sign_checkpoint(Checkpoint("go.sum database tree", 11, CHECKPOINT.root), LOG)


@given(mutated([EXAMPLE.encode(), f"{EXAMPLE}x\ny\n".encode()]) | st.binary(max_size=60))
def test_texts_are_refused_or_its_own(raw):
    try:
        checkpoint = Checkpoint.parse(raw.decode(errors="surrogateescape"))
    except MalformedError:
        return
    assert str(checkpoint).encode(errors="surrogateescape") == raw
