"""Fiat-Shamir: the SHAKE128 duplex sponge of draft-irtf-cfrg-fiat-shamir, and labelled messages over it.

The sponge and the two codecs used are the draft's (§ "XOF duplex sponge", § "Unsigned integers", § "Byte strings").
On top, every message is framed, so that no two sequences of messages feed the same bytes:

    append(label, message)   absorbs  varlen(label) ‖ varlen(message)
    challenge(label)         absorbs  varlen(label) ‖ varlen("")  and squeezes 48 bytes, little-endian modulo r

where varlen(s) is the length of s in 4 bytes little-endian, then s (the draft's SerializeVarLenString). Squeezed bytes
are not fed back; the label of the next challenge restarts the stream over everything absorbed so far.
"""

import functools
import hashlib
from typing import Final

from py_arkworks_bls12381 import Scalar

from ledger.crypto.backend import ORDER, SCALAR_BYTES
from ledger.errors import InvalidRangeProof

RATE: Final = 168
"""Bytes of SHAKE128 absorbed by one permutation; the other 32 are its capacity."""

CHALLENGE_BYTES: Final = SCALAR_BYTES + 16
"""16 bytes more than a scalar: the bias of the reduction is below 2^-128."""


class DuplexSponge:
    """``squeeze(n)`` is the next n bytes of SHAKE128(session_id ‖ zeroes to the rate ‖ everything absorbed).

    Squeezes in a row continue one stream; absorbing anything but the empty string restarts it.
    """

    __slots__ = ("_offset", "_state")

    def __init__(self, session_id: bytes) -> None:
        if len(session_id) != 32:
            raise AssertionError("bad math in a session identifier: it has 32 bytes")
        self._state = hashlib.shake_128(session_id + bytes(RATE - 32))
        self._offset = 0

    def copy(self) -> "DuplexSponge":
        """Another sponge that has absorbed and squeezed the same."""
        other = object.__new__(DuplexSponge)
        other._state = self._state.copy()
        other._offset = self._offset
        return other

    def absorb(self, message: bytes) -> None:
        """Take the message in; none of it for the empty one."""
        if message:
            self._state.update(message)
            self._offset = 0

    def squeeze(self, count: int) -> bytes:
        """The next ``count`` bytes."""
        start, self._offset = self._offset, self._offset + count
        return self._state.digest(self._offset)[start:]


def derive_session_id(tag: bytes) -> bytes:
    """The 32-byte session identifier of an application tag (the draft's DeriveSessionID)."""
    sponge = DuplexSponge(b"irtf-cfrg-fiat-shamir/session-id")
    sponge.absorb(tag)
    return sponge.squeeze(32)


def varlen(message: bytes) -> bytes:
    """The message after its length in 4 bytes, little-endian (the draft's SerializeVarLenString)."""
    return len(message).to_bytes(4, "little") + message


def decode_uint(squeezed: bytes, modulus: int) -> int:
    """The squeezed bytes, little-endian, modulo ``modulus`` (the draft's DecodeUint)."""
    if len(squeezed) != ((modulus - 1).bit_length() + 7) // 8 + 16:
        raise AssertionError("bad math in a challenge: the wrong number of bytes was squeezed")
    return int.from_bytes(squeezed, "little") % modulus


class Transcript:
    """Labelled messages and challenges. Prover and verifier make the same calls in the same order."""

    __slots__ = ("_sponge",)

    def __init__(self, tag: bytes) -> None:
        self._sponge = DuplexSponge(_session_id(tag))

    def copy(self) -> "Transcript":
        """Another transcript that goes on from here."""
        other = object.__new__(Transcript)
        other._sponge = self._sponge.copy()
        return other

    def append(self, label: bytes, message: bytes) -> None:
        """Take one message in under its label."""
        self._sponge.absorb(_frame(label) + varlen(message))

    def challenge(self, label: bytes) -> Scalar:
        """The challenge that follows from everything taken in so far, never zero.

        Raises:
            InvalidRangeProof: the challenge is zero, under which equations would lose terms.
        """
        self._sponge.absorb(_frame(label) + _EMPTY)
        value = decode_uint(self._sponge.squeeze(CHALLENGE_BYTES), ORDER)
        if value == 0:
            raise InvalidRangeProof("a challenge is zero")
        return Scalar.from_be_bytes(value.to_bytes(SCALAR_BYTES, "big"))


_EMPTY: Final = varlen(b"")


@functools.cache
def _frame(label: bytes) -> bytes:
    return varlen(label)


@functools.cache
def _session_id(tag: bytes) -> bytes:
    return derive_session_id(tag)
