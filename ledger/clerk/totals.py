"""A round's total from the vault, and what publishing it would give away, for the clerk to see before she does."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

from ledger.clerk.round_sheet import RoundSheet
from ledger.clerk.subtotals import SubTotal, sub_total
from ledger.clerk.vault import Vault
from ledger.crypto.backend import SCALAR_BYTES
from ledger.crypto.batch import BatchFailure, SumCheck, verify_batch
from ledger.errors import InvalidOpening, NotAcceptedError
from ledger.records.kinds.total import Total
from ledger.records.rounds import SEATS
from ledger.records.view import View
from ledger.signing import RandBytes

NEARLY_ALL: Final = Fraction(1, 2)
"""A household with a greater share of a total than this has nearly published her own amount."""

NOTICEABLE: Final = Fraction(15, 100)
"""A household with a greater share than this stands out of the total."""


@dataclass(frozen=True, slots=True)
class LiveClaim:
    """A claim that a close counts: its row and its commitment, from verified entries."""

    row: int
    commitment: bytes


@dataclass(frozen=True, slots=True)
class TotalPreview:
    """What a total would show, and whom it would show. For the clerk's own screen.

    Attributes:
        count: live claims.
        minimum: how many the round asks for.
        totals: by category code; in no repr until they are published.
        dominated: codes of categories in which one household is more than half of the total, so that the total is
            nearly hers.
        prominent: codes of the other categories in which one household is more than 15 % of the total.
        unanimous: codes of categories whose total is nothing or the most there can be, so that it is everybody's.
        unclaimed: rows without a live claim.
        allowances: the sum of all rows' allowances; None without the rule.
        allowances_asserted: whether that sum is the council's word only: a row that never claims may hide a negative
            allowance.
    """

    count: int
    minimum: int
    totals: tuple[tuple[str, int], ...] = field(repr=False)
    dominated: tuple[str, ...]
    prominent: tuple[str, ...]
    unanimous: tuple[str, ...]
    unclaimed: int
    allowances: int | None
    allowances_asserted: bool

    @property
    def enough(self) -> bool:
        """Whether the ledger would accept the total."""
        return self.count >= self.minimum

    @property
    def gives_away(self) -> bool:
        """Whether some category's total says much about one household; a roll-up with other councils would not."""
        return bool(self.dominated or self.unanimous)


@dataclass(frozen=True, slots=True)
class TotalDraft:
    """A total that opens exactly the live claims' sum, not published yet."""

    preview: TotalPreview
    _body: Total = field(repr=False)

    def body(self) -> Total:
        """What the total entry says.

        Raises:
            NotAcceptedError: ``under-minimum``.
        """
        if not self.preview.enough:
            raise NotAcceptedError(
                f"the round has {self.preview.count} live claims and must have {self.preview.minimum} to be opened",
                rule="under-minimum",
            )
        return self._body

    def sub_total(self, origin: str) -> SubTotal:
        """The same opening for the federation's clerk, however few have claimed: it is not published."""
        return sub_total(origin, self._body.round, self._body.totals, self._body.blinding)


def live_claims(view: View, round_leaf: bytes) -> tuple[LiveClaim, ...]:
    """The claims of the round that are live, in the order of their rows; of a closed round those that its close counts.

    Args:
        view: facts of the ledger's entries, each of which was held to the rules.
        round_leaf: the round's leaf hash.
    """
    seats = view.scan(SEATS, round_leaf)
    return tuple(LiveClaim(int.from_bytes(key[32:], "big"), seat.commitment) for key, seat in seats if seat.claim)


def draft_total(sheet: RoundSheet, live: Sequence[LiveClaim], vault: Vault, *, randbytes: RandBytes) -> TotalDraft:
    """The opening of Σ C_i over exactly these claims, checked against their commitments.

    Args:
        sheet: the round.
        live: the claims that its close counts, at least one.
        vault: holds all their openings.
        randbytes: source of the check's weights.

    Raises:
        NotFoundError: ``no-opening``, and how many are missing.
        NotAcceptedError: ``under-minimum``, there are none.
        InvalidOpening: the vault's openings do not open the sum.
    """
    if not live:
        raise NotAcceptedError("the round has no live claim, so there is nothing to open", rule="under-minimum")
    commitments = tuple(claim.commitment for claim in live)
    opening = vault.sum_claims(commitments)
    blinding = opening.blinding.to_bytes(SCALAR_BYTES, "big")
    check = SumCheck(points=commitments, amounts=opening.quantities, basis="quantities", blinding=blinding)
    try:
        verify_batch((check,), randbytes=randbytes)
    except BatchFailure as exc:
        raise InvalidOpening("the vault's openings do not open the sum of the live claims") from exc
    dominated, prominent, unanimous = [], [], []
    for g, category in enumerate(sheet.body.catalogue):
        total = opening.quantities[g]
        most = max(vault.claim(commitment).opening.quantities[g] for commitment in commitments)
        if most > NEARLY_ALL * total:
            dominated.append(category.code)
        elif most > NOTICEABLE * total:
            prominent.append(category.code)
        if total in (0, len(live) * (2**category.width - 1)):
            unanimous.append(category.code)
    unclaimed = len(sheet.rows) - len(live)
    rule = sheet.body.allowance.rule
    allowances = None if rule == "none" else sheet.allowances
    codes = (category.code for category in sheet.body.catalogue)
    preview = TotalPreview(
        count=len(live),
        minimum=sheet.body.minimum,
        totals=tuple(zip(codes, opening.quantities, strict=True)),
        dominated=tuple(dominated),
        prominent=tuple(prominent),
        unanimous=tuple(unanimous),
        unclaimed=unclaimed,
        allowances=allowances,
        allowances_asserted=rule == "hidden" and unclaimed > 0,
    )
    body = Total(
        allowances=allowances,
        blinding=blinding,
        round=sheet.leaf,
        totals=opening.quantities,
        unclaimed=unclaimed,
    )
    return TotalDraft(preview, body)
