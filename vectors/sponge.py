"""The transcript of transcript.md with plain integers, which remembers every message and every challenge."""

from collections.abc import Collection
from hashlib import shake_128
from typing import Any, Final

from ledger.crypto.backend import ORDER

RATE: Final = 168
CLAIM_TAG: Final = "opentally/v1/claim/OT1/BLS12381G1-xy/SHAKE128"


def varlen(message: bytes) -> bytes:
    """LE(length, 4) ‖ message."""
    return len(message).to_bytes(4, "little") + message


class Sponge:
    """A state to which everything absorbed is appended; a squeeze hashes all of it."""

    def __init__(self, tag: str, *, omit: Collection[str] = ()) -> None:
        self.tag = tag
        zeroes = bytes(RATE - 32)
        self.session = shake_128(b"irtf-cfrg-fiat-shamir/session-id" + zeroes + tag.encode()).digest(32)
        self.steps: list[dict[str, str]] = []
        self._state = self.session + zeroes
        self._omit = omit

    def append(self, label: str, message: bytes) -> None:
        """Take a message in; a prover who cheats leaves some out."""
        if label in self._omit:
            return
        absorbed = varlen(label.encode()) + varlen(message)
        self._state += absorbed
        self.steps.append({"append": label, "message": message.hex(), "absorbs": absorbed.hex()})

    def challenge(self, label: str) -> int:
        """The challenge, below r."""
        absorbed = varlen(label.encode()) + varlen(b"")
        self._state += absorbed
        squeezed = shake_128(self._state).digest(48)
        value = int.from_bytes(squeezed, "little") % ORDER
        if value == 0:
            raise AssertionError("bad math in a seed: a challenge is zero")
        self.steps.append(
            {"challenge": label, "absorbs": absorbed.hex(), "squeezes": squeezed.hex(), "value": f"{value:064x}"}
        )
        return value

    def document(self) -> dict[str, Any]:
        """What a case of transcripts.json says."""
        return {"tag": self.tag, "session": self.session.hex(), "steps": self.steps}
