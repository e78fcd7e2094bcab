"""A closed round's sub-total, handed to the federation's clerk: the opening of the round's sum, sealed to one key.

It needs no signature: it opens the sum that the council's own close has signed, or it does not.

Security: whoever holds the key reads what the round asked for altogether, also where so few claimed that the ledger
would refuse to have it opened. Nothing else leaves the vault: no single claim's opening.
"""

from collections.abc import Sequence
from typing import Annotated, Final

from msgspec import Meta
from typing_extensions import override

from ledger.clerk.sealed_documents import open_document, seal_document
from ledger.crypto.batch import SumCheck
from ledger.crypto.commit import Opening, add_openings
from ledger.errors import MalformedError
from ledger.records.fields import Body, LeafHash, Origin, Scalar
from ledger.signing import PublicKey, RandBytes, SigningKey

_LABEL: Final = "sub-total"
_AMOUNT_BYTES: Final = 8


class SubTotal(Body, frozen=True, kw_only=True):
    """The opening of one round's sum. It has no repr of the amounts.

    Attributes:
        amounts: T_g, 8 bytes big-endian each, so that the file is as long for any amounts.
        blinding: R.
        ledger: the origin.
        round: the leaf hash of the round.
    """

    amounts: Annotated[bytes, Meta(min_length=_AMOUNT_BYTES, max_length=64 * _AMOUNT_BYTES)]
    blinding: Scalar
    ledger: Origin
    round: LeafHash

    @override
    def __repr__(self) -> str:
        return "SubTotal(…)"

    @property
    def totals(self) -> tuple[int, ...]:
        """T_g in the order of the catalogue."""
        cut = range(0, len(self.amounts), _AMOUNT_BYTES)
        return tuple(int.from_bytes(self.amounts[at : at + _AMOUNT_BYTES], "big") for at in cut)

    def opens(self, sum_: bytes) -> SumCheck:
        """The equation by which it opens the ``sum`` of its round's close, which is empty for the identity."""
        points = (sum_,) if sum_ else ()
        return SumCheck(points=points, amounts=self.totals, basis="quantities", blinding=self.blinding)


def sub_total(origin: str, round_leaf: bytes, totals: Sequence[int], blinding: bytes) -> SubTotal:
    """The sub-total of a round whose sum these totals and this blinding open."""
    amounts = b"".join(total.to_bytes(_AMOUNT_BYTES, "big") for total in totals)
    return SubTotal(amounts=amounts, blinding=blinding, ledger=origin, round=round_leaf)


def add_up(parts: Sequence[SubTotal]) -> Opening:
    """The opening of the sum of the rounds' sums.

    Pre-conditions: there are some, each of them opens its round's sum, and the rounds have the same categories.
    """
    return add_openings(Opening(part.totals, int.from_bytes(part.blinding, "big")) for part in parts)


def seal_sub_total(part: SubTotal, *, to: PublicKey, randbytes: RandBytes) -> bytes:
    """The sub-total as a file that only the federation's clerk opens."""
    return seal_document(part, to=to, label=_LABEL, randbytes=randbytes)


def open_sub_total(raw: bytes, *, key: SigningKey, name: str) -> SubTotal:
    """The sub-total in a file; whether it opens its round's sum is still to be checked.

    Raises:
        MalformedError: not a sub-total.
        NotAcceptedError: ``wrong-recipient``, ``wrong-label``, ``sealed-altered``.
    """
    part = open_document(raw, SubTotal, key=key, label=_LABEL, what="a sub-total", name=name)
    if len(part.amounts) % _AMOUNT_BYTES:
        raise MalformedError(f"{name} holds amounts that are not of {_AMOUNT_BYTES} bytes each", rule="bad-field")
    return part
