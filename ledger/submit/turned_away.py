"""How many challenges were refused for coming too often: the next clock says so, and so everybody sees it.

Asserted by the operator: nobody else sees what was refused. Counted in memory, so what was refused between the last
clock and a crash is not told.
"""

from typing import Final

from ledger.errors import LedgerError

RULE: Final = "too-many-challenges"


class TurnedAway:
    """Counts refusals until a clock that tells of them is in the log; used by the one writer."""

    def __init__(self) -> None:
        self._count = 0
        self._told: tuple[int, int] | None = None

    def note(self, refusal: LedgerError) -> None:
        """Count the refusal, if it is of this rule."""
        if refusal.rule == RULE:
            self._count += 1

    def at(self, size: int) -> int | None:
        """How many the next clock has to tell of, in a transaction that begins at ``size``; None for none.

        What the transaction before told is told once it has been committed, which the size shows.
        """
        told, self._told = self._told, None
        if told is not None and size > told[0]:
            self._count -= told[1]
        return self._count or None

    def tell(self, index: int, count: int) -> None:
        """A clock at ``index`` tells of ``count``, if its transaction is committed."""
        self._told = (index, count)
