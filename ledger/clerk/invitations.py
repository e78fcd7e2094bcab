"""What a member needs to claim for herself under a hidden allowance: E and r_E, encrypted to her key."""

from dataclasses import dataclass
from typing import Final

from typing_extensions import override

from ledger.clerk.sealing import open_sealed, seal
from ledger.clerk.vault_records import AllowanceOpening, decode_record, encode_record
from ledger.crypto.commit import commit_allowance
from ledger.crypto.prover import HiddenAllowance
from ledger.encoding import canonical_json, decode_base64, encode_base64, parse_canonical_json
from ledger.errors import InvalidOpening, MalformedError
from ledger.signing import PublicKey, RandBytes, SigningKey

_INVITATION: Final = "invitation"
_LIMIT: Final = 16_384


@dataclass(frozen=True, slots=True)
class Invitation:
    """A member's place in a roster, and her allowance there. It has no repr of the allowance.

    Attributes:
        origin: the ledger's.
        roster: the leaf hash of the roster entry.
        allowance: her reference, C_E, E and r_E.
    """

    origin: str
    roster: bytes
    allowance: AllowanceOpening

    @override
    def __repr__(self) -> str:
        return f"Invitation({self.origin})"

    def hidden_allowance(self) -> HiddenAllowance:
        """The allowance as the prover takes it."""
        return HiddenAllowance(self.allowance.amount, self.allowance.blinding, self.allowance.commitment)


def seal_invitation(invitation: Invitation, *, to: PublicKey, randbytes: RandBytes) -> bytes:
    """The invitation as a file that only the member opens."""
    document = {
        "allowance": encode_base64(encode_record(invitation.allowance)),
        "ledger": invitation.origin,
        "roster": encode_base64(invitation.roster),
    }
    return seal(canonical_json(document), to=to, label=_INVITATION, randbytes=randbytes)


def open_invitation(raw: bytes, *, key: SigningKey, name: str = "the invitation") -> Invitation:
    """The member's invitation, whose E and r_E open its C_E; whether that C_E stands in the roster is hers to see.

    Args:
        raw: the file's bytes.
        key: hers.
        name: how refusals call the file.

    Raises:
        MalformedError: not an invitation; ``unknown-version``, of an older or a newer layout.
        NotAcceptedError: ``wrong-recipient``, ``wrong-label``, ``sealed-altered``.
        InvalidOpening: E and r_E do not open C_E, so she could never prove with them.
    """
    plain = open_sealed(raw, key=key, label=_INVITATION, name=name)
    document = parse_canonical_json(plain, what="the invitation", limit=_LIMIT)
    if sorted(document) != ["allowance", "ledger", "roster"] or not all(isinstance(v, str) for v in document.values()):
        raise MalformedError("the invitation has other fields than allowance, ledger and roster", rule="unknown-field")
    allowance = decode_record(decode_base64(document["allowance"], what="allowance"))
    if not isinstance(allowance, AllowanceOpening):
        raise MalformedError("the invitation holds no allowance")
    if commit_allowance(allowance.amount, allowance.blinding) != allowance.commitment:
        raise InvalidOpening("the invitation's allowance does not open its commitment")
    return Invitation(document["ledger"], decode_base64(document["roster"], length=32, what="roster"), allowance)
