"""A member claims with her own key; the clerk countersigns once the opening she was handed is shown to be right.

Without the clerk's check one member could hand in a claim that nobody can open, and the round's total with it.
"""

from dataclasses import dataclass, field, replace
from typing import Final

from ledger.clerk.claims import CLAIM, ClaimDraft, MadeClaim, Seat, prove_claim, sign_claim
from ledger.clerk.round_sheet import RoundSheet
from ledger.clerk.sealing import open_sealed, seal
from ledger.clerk.vault import Vault
from ledger.clerk.vault_records import ClaimOpening, decode_record, encode_record
from ledger.crypto.commit import check_opening
from ledger.crypto.prover import HiddenAllowance
from ledger.errors import MalformedError, NotAcceptedError
from ledger.merkle.hashing import leaf_hash
from ledger.records.entry import add_signature, parse_entry, signing_message
from ledger.records.kinds.claim import Claim
from ledger.signing import PublicKey, RandBytes, SigningKey, verify

_OPENING: Final = "opening"


@dataclass(frozen=True, slots=True)
class HandedClaim:
    """What a member hands to the clerk: her signed claim, and its opening sealed to the council's key."""

    claim: MadeClaim
    sealed_opening: bytes = field(repr=False)


def claim_as_member(
    sheet: RoundSheet,
    row: int,
    quantities: tuple[int, ...],
    seat: Seat,
    *,
    hidden: HiddenAllowance | None,
    key: SigningKey,
    council: PublicKey,
    vault: Vault,
    randbytes: RandBytes,
) -> HandedClaim:
    """The member's own claim, its opening in her own vault and sealed for the clerk; the seed stays with her.

    Args:
        sheet: the round.
        row: hers.
        quantities: in the order of the catalogue, in smallest units.
        seat: what her row has said so far.
        hidden: her allowance as her invitation opens it; None where it is public or there is none.
        key: hers; must be the row's.
        council: the council's current key.
        vault: hers.
        randbytes: source of the seed and of the sealing.

    Raises:
        NotAcceptedError: ``wrong-key``; what proving refuses.
        UnavailableError: the disk refused.
    """
    if sheet.rows[row].key != key.public:
        raise NotAcceptedError("the row has another member key", rule="wrong-key")
    draft = ClaimDraft(sheet.terms(row), key.public, seat, quantities, hidden, randbytes(32))
    claim, opening = sign_claim(sheet, draft, prove_claim(draft), key)
    vault.add((opening,), randbytes=randbytes)
    sealed = seal(encode_record(replace(opening, seed=None)), to=council, label=_OPENING, randbytes=randbytes)
    return HandedClaim(claim, sealed)


def countersign(
    sheet: RoundSheet,
    raw: bytes,
    sealed_opening: bytes,
    *,
    key: SigningKey,
    vault: Vault,
    randbytes: RandBytes,
    name: str = "the opening",
) -> MadeClaim:
    """The member's claim with the council's signature, ready to be sent; its opening is right and in the vault.

    Args:
        sheet: the round.
        raw: the claim with the member's signature alone.
        sealed_opening: the file she sealed.
        key: the council's current key.
        vault: the clerk's.
        randbytes: source of masks and of the vault's nonces.
        name: how refusals call the sealed file.

    Raises:
        MalformedError: either file is not what it should be; ``unknown-version``, the sealed one is of another layout.
        NotAcceptedError: ``wrong-round``, ``wrong-key``, ``extra-signature``, ``wrong-recipient``, ``wrong-opening``,
            ``out-of-range``.
        InvalidSignature, InvalidOpening: the member's signature or her opening does not fit the claim.
    """
    record = parse_entry(raw, origin=sheet.origin)
    body = record.body
    if not isinstance(body, Claim):
        raise MalformedError("the member's file is not a claim", rule="bad-field")
    if body.round != sheet.leaf:
        raise NotAcceptedError("the claim is of another round", rule="wrong-round")
    terms = sheet.terms(body.row)
    if body.key != sheet.rows[body.row].key:
        raise NotAcceptedError("the claim's key is not the row's member key", rule="wrong-key")
    if record.signers != (body.key,):
        raise NotAcceptedError("the claim must carry the member's signature alone", rule="extra-signature")
    verify(record.signers[0], signing_message(CLAIM, record.statement), record.signatures[0])
    opening = decode_record(open_sealed(sealed_opening, key=key, label=_OPENING, name=name))
    place = (body.round, body.row, body.seq, body.commitment)
    if not isinstance(opening, ClaimOpening) or place != (
        opening.round_leaf,
        opening.row,
        opening.seq,
        opening.commitment,
    ):
        raise NotAcceptedError("the opening is of another claim", rule="wrong-opening")
    check_opening(terms.shape, body.commitment, opening.opening, seed=randbytes(32))
    vault.add((opening,), randbytes=randbytes)
    signed = add_signature(raw, key)
    return MadeClaim(sheet.rows[body.row].ref, body.row, body.seq, signed, leaf_hash(signed))
