"""How a claim is made: order, seed and terms in; the statement to sign and the opening to keep out."""

from ledger.crypto.commit import Opening, commit
from ledger.crypto.prover import HiddenAllowance, prove
from ledger.errors import MalformedError
from ledger.records.entry import build_statement
from ledger.records.kinds.claim import Claim, ClaimTerms, claim_context, claim_core


def make_claim(
    terms: ClaimTerms,
    quantities: tuple[int, ...],
    *,
    key: bytes,
    seq: int,
    superseded: bytes | None,
    seed: bytes,
    hidden: HiddenAllowance | None = None,
) -> tuple[bytes, Opening]:
    """The canonical statement of the claim, and the opening of its commitment. The same arguments give the same bytes.

    Args:
        terms: what the round and the row have fixed.
        quantities: what the row asks for, in the order of the catalogue, in smallest units.
        key: the row's member key, or the council's.
        seq: the row's next number in the round.
        superseded: the leaf hash of the row's live claim, None if there is none.
        seed: 32 fresh bytes, used for no other claim, not even for this one made again.
        hidden: E and r_E where ``terms.allowance`` is a C_E.

    Raises:
        NotAcceptedError: ``out-of-range``, ``over-allowance``; a false statement is never proved.
        InvalidOpening: E and r_E do not open C_E.
        MalformedError: ``hidden`` is not of this row's C_E.
    """
    allowance = terms.allowance
    if isinstance(allowance, bytes):
        if hidden is None or hidden.commitment != allowance:
            raise MalformedError("the row's allowance is hidden: its opening is needed")
    elif hidden is not None:
        raise MalformedError("the row's allowance is not hidden: no opening belongs here")
    core = claim_core(terms, key=key, seq=seq, superseded=superseded)
    commitment, opening = commit(terms.shape, quantities, seed=seed, core=core)
    proof = prove(
        terms.shape,
        opening,
        allowance=hidden if isinstance(allowance, bytes) else allowance,
        context=claim_context(terms, key=key, seq=seq, superseded=superseded, commitment=commitment),
        seed=seed,
        commitment=commitment,
    )
    body = Claim(
        round=terms.round,
        row=terms.row,
        key=key,
        seq=seq,
        superseded=superseded,
        commitment=commitment,
        proof=proof,
    )
    return build_statement("claim", terms.origin, body), opening
