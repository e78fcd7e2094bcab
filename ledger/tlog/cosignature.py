"""Timestamped Ed25519 cosignatures (type 0x04): a witness saw a consistent log with this checkpoint at this time."""

from typing import Final

from ledger.errors import InvalidSignature, MalformedError
from ledger.signing import PublicKey, SigningKey, verify

MAX_TIME: Final = 2**63 - 1

_TIME_BYTES: Final = 8


def sign_cosignature(text: str, key: SigningKey, *, time: int) -> bytes:
    """The ``timestamped_signature`` of a checkpoint (C2SP tlog-cosignature): 8 bytes of time, then 64 of Ed25519.

    Args:
        text: the note text, with its last newline and without signatures.
        key: the witness's key, used for nothing else.
        time: seconds since the epoch.

    Raises:
        MalformedError: the time is out of range.
    """
    if not 0 <= time <= MAX_TIME:
        raise MalformedError("the time of a cosignature is not between 0 and 2^63 - 1")
    return time.to_bytes(_TIME_BYTES, "big") + key.sign(_message(text, time))


def verify_cosignature(text: str, signature: bytes, public_key: PublicKey) -> int:
    """The time at which the key's holder cosigned this note text, in seconds since the epoch.

    Raises:
        InvalidSignature: it did not, or the signature has another form.
    """
    time = int.from_bytes(signature[:_TIME_BYTES], "big")
    if time > MAX_TIME:
        raise InvalidSignature("the time of a cosignature is over 2^63 - 1")
    verify(public_key, _message(text, time), signature[_TIME_BYTES:])
    return time


def _message(text: str, time: int) -> bytes:
    return f"cosignature/v1\ntime {time}\n{text}".encode()
