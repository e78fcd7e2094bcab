"""``membership``: a council joins a federation, leaves it, or moves; nobody is taken in unasked, and nobody is kept."""

from typing import Final

from msgspec import field
from msgspec.structs import replace

from ledger.records.councils import (
    CHILDREN,
    COUNCILS,
    MAX_LEVELS,
    ChildFact,
    acting_key,
    council_of,
    is_below,
    level_of,
    levels_below,
)
from ledger.records.fields import Body, LeafHash, Ordinal
from ledger.records.kind import Kind, Record, nothing_owed
from ledger.records.rule_names import refusal
from ledger.records.signers import require_signers
from ledger.records.view import Fact, View


class Membership(Body, frozen=True, kw_only=True):
    """What a membership entry says: ``council`` leaves the federation ``from_`` and joins ``to``, or one of the two.

    ``again`` sets a return apart from what was said before.
    """

    again: Ordinal | None = None
    council: LeafHash
    from_: LeafHash | None = field(default=None, name="from")
    to: LeafHash | None = None


def _check(body: Membership) -> None:
    if body.from_ == body.to:
        raise refusal("bad-field", "from and to are both absent, or the same")


def _step(view: View, record: Record[Membership], index: int) -> tuple[Fact, ...]:
    body = record.body
    council = council_of(view, body.council)
    if (body.from_ or b"") != council.parent:
        raise refusal("wrong-federation", "from is not exactly the federation that the council is in, or absent")
    if body.to is not None:
        _require_place(view, body.council, body.to)
    signers = {acting_key(view, record, body.council): "the council"}
    if body.to is not None:
        signers[acting_key(view, record, body.to)] = "the federation that is joined"
    may = council_of(view, body.from_).key if body.from_ is not None else b""
    require_signers(view, record, signers, may=may)
    facts = [COUNCILS.put(body.council, replace(council, parent=body.to or b""))]
    if body.from_ is not None:
        facts.append(CHILDREN.delete(body.from_ + body.council))
    if body.to is not None:
        facts.append(CHILDREN.put(body.to + body.council, ChildFact(index)))
    return tuple(facts)


def _require_place(view: View, council: bytes, federation: bytes) -> None:
    if council_of(view, federation).type != "federation":
        raise refusal("wrong-federation", "to is a council of another type than federation")
    if federation == council or is_below(view, federation, council):
        raise refusal("wrong-federation", "to is the council itself or below it")
    if level_of(view, federation) + 1 + levels_below(view, council) > MAX_LEVELS:
        raise refusal("wrong-federation", f"somebody would stand more than {MAX_LEVELS} levels below the top")


KIND: Final = Kind("membership", Membership, _check, nothing_owed, _step)
