"""An entry as the chapters of the book see it, and under which mandate it was signed."""

from collections.abc import Callable, Mapping
from typing import Any, Final, Generic, TypeVar, get_args

import msgspec

from ledger.records.councils import MANDATES, MandateFact, acting_key
from ledger.records.fields import Body
from ledger.records.kind import Record
from ledger.records.kinds.mandate import MandatedKind
from ledger.records.kinds.withdraw import Withdraw
from ledger.records.registry import KINDS
from ledger.records.rounds import round_of, row_of
from ledger.records.view import View

B = TypeVar("B", bound=Body)

_MANDATED: Final = frozenset(get_args(MandatedKind))


class Noted(msgspec.Struct, Generic[B], frozen=True, gc=False):
    """An entry that has been stepped; the facts hold what it means to the rules already.

    Attributes:
        record: the entry.
        index: its own.
        time: of the last clock before it.
        signed_under: the index of the mandate under which it was signed; None where a council's own key did.
    """

    record: Record[B]
    index: int
    time: int
    signed_under: int | None

    @property
    def body(self) -> B:
        """What it says."""
        return self.record.body

    @property
    def leaf(self) -> bytes:
        """Its leaf hash."""
        return self.record.leaf


Notes = Mapping[type[Body], Callable[[Noted[Any]], None]]
"""What a chapter does with the kinds of entry that it is about."""


def mandate_behind(view: View, record: Record[Body]) -> MandateFact | None:
    """The mandate under which an entry was signed that has been accepted; None where a council's own key acted.

    Source: docs/spec/entries.md section 5. In the kinds that a mandate can be for, who acts is who answers.
    """
    if record.kind not in _MANDATED:
        return None
    council = KINDS[record.kind].answers(view, record)
    if not council or _is_members_own(view, record):
        return None
    return view.get(MANDATES, acting_key(view, record, council))


def _is_members_own(view: View, record: Record[Body]) -> bool:
    """Whether a member withdraws her own claim: her key acts for nobody else, even where it has a mandate too."""
    body = record.body
    return isinstance(body, Withdraw) and bool(row_of(view, round_of(view, body.round), body.row).key)
