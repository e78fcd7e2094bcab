"""A round with its rows, as the clerk needs them side by side: who sits in which row, under which terms."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from ledger.clerk.orders import Expected
from ledger.clerk.vault import Vault
from ledger.crypto.prover import HiddenAllowance
from ledger.errors import NotAcceptedError, NotFoundError
from ledger.records.kind import Record
from ledger.records.kinds.claim import ClaimTerms
from ledger.records.kinds.roster import Roster, Row
from ledger.records.kinds.round import Round


@dataclass(frozen=True, slots=True)
class RoundSheet:
    """One round of one ledger.

    Attributes:
        origin: the ledger's.
        leaf: the round's leaf hash.
        body: what the round says.
        rows: the rows of its rosters, taken one after the other; a claim names its position here.
        allowances: the sum of the allowances over all rows.
    """

    origin: str
    leaf: bytes
    body: Round
    rows: tuple[Row, ...] = field(repr=False)
    allowances: int

    def row_of(self, ref: str) -> int:
        """The row of a member.

        Raises:
            NotFoundError: ``unknown-member``.
        """
        for position, row in enumerate(self.rows):
            if row.ref == ref:
                return position
        raise NotFoundError(f"{ref} is in none of the round's rosters", rule="unknown-member")

    def terms(self, row: int) -> ClaimTerms:
        """What the round and the row have fixed for a claim.

        Raises:
            NotFoundError: ``row-out-of-range``.
        """
        if not 0 <= row < len(self.rows):
            raise NotFoundError(f"row {row} is not below {len(self.rows)}", rule="row-out-of-range")
        member = self.rows[row]
        allowance = member.allowance if member.commitment is None else member.commitment
        return ClaimTerms(self.origin, self.leaf, row, self.body.shape(), allowance)

    def hidden_allowance(self, row: int, vault: Vault) -> HiddenAllowance | None:
        """The opening of a row's hidden allowance, from the vault; None where it is public or there is none.

        Raises:
            NotFoundError: ``no-opening``.
        """
        commitment = self.rows[row].commitment
        if commitment is None:
            return None
        opening = vault.allowance(commitment)
        return HiddenAllowance(opening.amount, opening.blinding, opening.commitment)

    def expected(self, vault: Vault) -> dict[str, Expected]:
        """What the preview of orders holds each member's rows against.

        Raises:
            NotFoundError: ``no-opening``.
        """
        found = {}
        for position, row in enumerate(self.rows):
            herself = row.key is not None
            # Who claims herself may have been invited by another; her allowance is not needed here.
            hidden = None if herself else self.hidden_allowance(position, vault)
            found[row.ref] = Expected(row.allowance if hidden is None else hidden.amount, claims_herself=herself)
        return found


def round_sheet(record: Record[Round], rosters: Sequence[Record[Roster]]) -> RoundSheet:
    """The sheet of a round from its entry and its rosters' entries, which the caller has verified.

    Raises:
        NotAcceptedError: ``wrong-roster``, these are not the round's rosters in its order.
    """
    if tuple(roster.leaf for roster in rosters) != record.body.rosters:
        raise NotAcceptedError("the rosters are not those that the round names, in its order", rule="wrong-roster")
    rows = tuple(row for roster in rosters for row in roster.body.rows)
    allowances = sum(roster.body.allowances() for roster in rosters)
    return RoundSheet(record.origin, record.leaf, record.body, rows, allowances)
