"""A cosignature covers the note and its time, and a time out of range is refused even if signed."""

import pytest

from ledger.errors import InvalidSignature, MalformedError
from ledger.signing import verify
from ledger.tlog.cosignature import sign_cosignature, verify_cosignature
from tests.tlog.people import CHECKPOINT, LOG, WITNESSES

TEXT = str(CHECKPOINT)
KEY = WITNESSES[0]


def test_the_signed_message():
    """As C2SP tlog-cosignature has it: two lines, then the note text."""
    signature = sign_cosignature(TEXT, KEY, time=1679315147)
    assert signature[:8] == (1679315147).to_bytes(8, "big")
    verify(KEY.public, b"cosignature/v1\ntime 1679315147\n" + TEXT.encode(), signature[8:])
    assert verify_cosignature(TEXT, signature, KEY.public) == 1679315147


@pytest.mark.parametrize("time", [0, 1, 2**63 - 1])
def test_times(time):
    assert verify_cosignature(TEXT, sign_cosignature(TEXT, KEY, time=time), KEY.public) == time


@pytest.mark.parametrize("time", [-1, 2**63])
def test_no_other_time(time):
    with pytest.raises(MalformedError):
        sign_cosignature(TEXT, KEY, time=time)


def test_a_time_beyond_the_limit_is_refused_even_if_signed():
    time = 2**63
    message = b"cosignature/v1\ntime %d\n" % time + TEXT.encode()
    with pytest.raises(InvalidSignature):
        verify_cosignature(TEXT, time.to_bytes(8, "big") + KEY.sign(message), KEY.public)


def test_what_the_witness_did_not_sign():
    signature = sign_cosignature(TEXT, KEY, time=7)
    for text, raw, key in (
        (TEXT + "\n", signature, KEY),
        (TEXT, (8).to_bytes(8, "big") + signature[8:], KEY),
        (TEXT, signature, LOG),
        (TEXT, signature[:-1], KEY),
        (TEXT, signature + b"\0", KEY),
        (TEXT, signature[8:], KEY),
        (TEXT, b"", KEY),
        (TEXT, bytes(8) + KEY.sign(TEXT.encode()), KEY),  # a plain signature is no cosignature
    ):
        with pytest.raises(InvalidSignature):
            verify_cosignature(text, raw, key.public)
