"""The sponge and a claim's challenges (docs/spec/transcript.md)."""

from hashlib import shake_128

from .curve import R
from .refusal import require

TAG = b"opentally/v1/claim/OT1/BLS12381G1-xy/SHAKE128"


def session(tag: bytes) -> bytes:
    """DeriveSessionID: 32 bytes."""
    return shake_128(b"irtf-cfrg-fiat-shamir/session-id" + bytes(136) + tag).digest(32)


def varlen(raw: bytes) -> bytes:
    """SerializeVarLenString."""
    return len(raw).to_bytes(4, "little") + raw


class Transcript:
    """All that was absorbed; every squeeze hashes it anew."""

    def __init__(self, tag: bytes = TAG) -> None:
        self.state = session(tag) + bytes(136)

    def append(self, label: str, message: bytes) -> None:
        """Absorb a message under its label."""
        self.state += varlen(label.encode()) + varlen(message)

    def challenge(self, label: str) -> int:
        """Draw a scalar; zero refuses the claim."""
        self.append(label, b"")
        number = int.from_bytes(shake_128(self.state).digest(48), "little") % R
        require(number != 0, "invalid-range-proof")
        return number
