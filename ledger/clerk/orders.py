"""A table, a mapping and a round's catalogue become orders, or a list of every row that cannot be sent, with reasons.

Nothing is sent unless every row passes: :meth:`Preview.accepted` is the only way from a preview to its orders.

Security: a preview is for the clerk's own screen; amounts stand in its fields and in no repr and no sentence.
"""

from collections.abc import Mapping as Map
from collections.abc import Sequence
from dataclasses import dataclass, field

from ledger.clerk.amounts import Notation
from ledger.clerk.mapping import Mapping
from ledger.clerk.table import Table
from ledger.clerk.tally import Refusal, Tallies, Tally, tally
from ledger.encoding import MAX_SAFE_INTEGER
from ledger.errors import MalformedError, NotAcceptedError
from ledger.records.kinds.round import Category
from ledger.records.quantities import write_quantity
from ledger.signing import PublicKey


@dataclass(frozen=True, slots=True)
class Order:
    """What one member asks for, as her rows say.

    Attributes:
        ref: her reference in the roster.
        rows: the rows of the table it was read from.
        quantities: in the order of the catalogue, in smallest units.
        allowance: what the order was held against; None where there is none.
    """

    ref: str
    rows: tuple[int, ...]
    quantities: tuple[int, ...] = field(repr=False)
    allowance: int | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Member:
    """One row of a roster to be: reference, own key if she has one, allowance if there is one."""

    ref: str
    key: PublicKey | None
    allowance: int | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Expected:
    """What the round knows of a member beforehand.

    Attributes:
        allowance: hers in the roster, as far as the clerk knows it; None without the rule.
        claims_herself: whether her row has her own key, so that nobody else can claim for her.
    """

    allowance: int | None = field(repr=False)
    claims_herself: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """How the table was read, for the clerk to see before she sends anything."""

    name: str
    encoding: str
    delimiter: str
    notation: Notation
    rows: int
    ignored_rows: int
    ignored_columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """What would be sent, and every reason why something cannot be.

    Attributes:
        source: how the table was read.
        refusals: every refused row, in the order of rows; a member with a refused row has no order.
        members: how many members the table has.
        absent: references of the round that the table has no row for; they simply do not claim.
    """

    source: Source
    refusals: tuple[Refusal, ...]
    members: int
    absent: tuple[str, ...]
    _orders: tuple[Order, ...] = field(repr=False)

    @property
    def passing(self) -> int:
        """How many members' orders pass."""
        return len(self._orders)

    def totals(self) -> tuple[int, ...]:
        """The sums of the passing orders, in the order of the catalogue: for the clerk to hold against her own."""
        return tuple(map(sum, zip(*(order.quantities for order in self._orders), strict=True)))

    def accepted(self) -> tuple[Order, ...]:
        """The orders, when every row has passed.

        Raises:
            NotAcceptedError: ``rows-refused``, how many; ``no-orders``.
        """
        if self.refusals:
            raise NotAcceptedError(
                f"{len(self.refusals)} rows of {self.source.name} cannot be sent, so nothing is; correct them first",
                rule="rows-refused",
            )
        if not self._orders:
            raise NotAcceptedError(f"{self.source.name} holds no orders", rule="no-orders")
        return self._orders


def read_orders(
    table: Table,
    mapping: Mapping,
    catalogue: Sequence[Category],
    *,
    slack_width: int | None,
    members: Map[str, Expected] | None,
) -> Preview:
    """The orders in a table, each held against the round and her allowance.

    Args:
        table: read with this mapping's columns.
        mapping: must name exactly the catalogue's categories, in their units and scales.
        catalogue: the round's.
        slack_width: the round's; None where it has no allowance rule.
        members: what the round expects, by reference; None where there is no roster yet, and the table's own allowance
            column is all that is known.

    Raises:
        MalformedError: the table or the mapping does not fit as a whole; the rule says how.
    """
    _refuse_other_catalogue(mapping, catalogue)
    tallies = tally(table, mapping)
    refusals = list(tallies.refusals)
    orders = []
    for member in tallies.members:
        if member.refused:
            continue
        verdict = _order(member, mapping, catalogue, slack_width, members)
        if isinstance(verdict, Order):
            orders.append(verdict)
        else:
            refusals.append(verdict)
    seen = {member.ref for member in tallies.members}
    return Preview(
        source=_source(table, tallies),
        refusals=tuple(sorted(refusals, key=lambda refusal: refusal.row)),
        members=len(tallies.members),
        absent=tuple(ref for ref in members or () if ref not in seen),
        _orders=tuple(orders),
    )


def most(category: Category) -> str:
    """The largest quantity of a category, in its own decimals and unit, such as ``655.35 GBP``."""
    return f"{write_quantity(2**category.width - 1, category.scale)} {category.unit}"


def read_members(table: Table, mapping: Mapping) -> tuple[tuple[Member, ...], tuple[Refusal, ...]]:
    """The members of a table for a roster, and every row refused; the caller shows these and writes no roster then.

    Raises:
        MalformedError: as :func:`ledger.clerk.tally.tally`.
    """
    tallies = tally(table, mapping)
    return (
        tuple(Member(member.ref, member.key, member.allowance) for member in tallies.members if not member.refused),
        tallies.refusals,
    )


def _refuse_other_catalogue(mapping: Mapping, catalogue: Sequence[Category]) -> None:
    """The mapping and the catalogue name the same categories, in the same units with the same decimals."""
    mapped = {category.code: category for category in mapping.categories}
    codes = {category.code for category in catalogue}
    for category in catalogue:
        source = mapped.get(category.code)
        if source is None:
            raise MalformedError(f"the mapping lacks the round's category {category.code}", rule="missing-category")
        if (source.unit, source.scale) != (category.unit, category.scale):
            raise MalformedError(
                f"the mapping counts {category.code} in {source.unit} with scale {source.scale}, the round in "
                f"{category.unit} with scale {category.scale}",
                rule="other-unit",
            )
    for code in sorted(mapped.keys() - codes):
        raise MalformedError(f"the round has no category {code}, which the mapping names", rule="unknown-category")


def _order(
    member: Tally,
    mapping: Mapping,
    catalogue: Sequence[Category],
    slack_width: int | None,
    members: Map[str, Expected] | None,
) -> Order | Refusal:
    """The member's order, or why her rows are none."""

    def refused(where: str, rule: str, reason: str, over: int | None = None) -> Refusal:
        return Refusal(member.rows[0], member.ref, where, rule, reason, over)

    if members is not None and member.ref not in members:
        return refused(mapping.member, "unknown-member", "the reference is in none of the round's rosters")
    expected = None if members is None else members[member.ref]
    if expected is not None and expected.claims_herself:
        return refused(mapping.member, "member-claims-herself", "the member has a key of her own and claims herself")
    for category in catalogue:
        amount = member.amounts.get(category.code)
        if amount is None and not mapping.empty_is_zero:
            return refused(
                category.code,
                "missing-row",
                'the member has no row for this category; if that means nothing was asked for, say empty = "zero"',
            )
        if (amount or 0) < 0:
            return refused(category.code, "negative", "the amounts of this member add up to less than nothing")
        if (amount or 0) >= 1 << category.width:
            return refused(category.code, "out-of-range", f"the round has room for at most {most(category)}")
    quantities = tuple(member.amounts.get(category.code, 0) for category in catalogue)
    if slack_width is None:
        return Order(member.ref, tuple(member.rows), quantities, None)
    agreed = None if expected is None else expected.allowance
    where = mapping.member if mapping.allowance is None else mapping.allowance.column
    if None not in (agreed, member.allowance) and agreed != member.allowance:
        return refused(where, "allowance-differs", "the allowance is not the one of the round's roster")
    allowance = member.allowance if agreed is None else agreed
    if allowance is None:
        return refused(where, "missing-allowance", "the round has an allowance rule and none is known")
    if allowance > MAX_SAFE_INTEGER:
        return refused(where, "out-of-range", "the allowance is over 2^53 - 1")
    left = allowance - sum(q * category.price for q, category in zip(quantities, catalogue, strict=True))
    if left < 0:
        return refused(where, "over-allowance", "the order costs more than the allowance", -left)
    if left >= 1 << slack_width:
        return refused(
            where, "slack-too-narrow", f"what is left of the allowance does not fit the round's {slack_width} bits"
        )
    return Order(member.ref, tuple(member.rows), quantities, allowance)


def _source(table: Table, tallies: Tallies) -> Source:
    return Source(
        table.name,
        table.encoding,
        table.delimiter,
        tallies.notation,
        tallies.rows,
        tallies.ignored_rows,
        tallies.ignored_columns,
    )
