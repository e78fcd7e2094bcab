"""What a report tells about councils, rounds, resources and decisions, gathered while the log is played again.

The lines are kept as facts of the audit's own, in the same file and the same transaction as those of the rules, so that
a resumed audit can report on the whole ledger. Councils and rounds, to which later entries add, are held in memory;
resource claims and decisions, of which there may be any number, go to the file at once and are read again for the
report.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Final, TypeVar

import msgspec

from ledger.audit.lines import PackedLines
from ledger.audit.report import Adopted, CategoryLine, CouncilLine, DecisionLine, ResourceLine, RoundLine, cost_unit
from ledger.records.facts import ENTRIES
from ledger.records.kind import Record
from ledger.records.kinds.claim import Claim
from ledger.records.kinds.clock import Clock
from ledger.records.kinds.close import Close
from ledger.records.kinds.council import Council
from ledger.records.kinds.decision import Decision
from ledger.records.kinds.resource import Resource
from ledger.records.kinds.round import Round
from ledger.records.kinds.total import Total
from ledger.records.kinds.withdraw import Withdraw
from ledger.records.rounds import ROUNDS
from ledger.records.view import Fact, FactStruct, Space
from ledger.storage.facts import FactFile

Line = TypeVar("Line", ResourceLine, DecisionLine)


class TallyFact(FactStruct, frozen=True):
    """Entries by kind, and the first and last clock."""

    kinds: dict[str, int]
    first_clock: int | None
    last_clock: int | None


class CouncilLineFact(FactStruct, frozen=True):
    """A council's line."""

    line: CouncilLine


class RoundLineFact(FactStruct, frozen=True):
    """A round's line."""

    line: RoundLine


class ResourceLineFact(FactStruct, frozen=True):
    """A resource claim's line, packed (MessagePack): the file keeps many facts in memory before it writes them."""

    line: msgspec.Raw


class DecisionLineFact(FactStruct, frozen=True):
    """A decision's line, packed."""

    line: msgspec.Raw


TALLY: Final = Space("audit-tally", TallyFact)
COUNCIL_LINES: Final = Space("audit-council", CouncilLineFact)
ROUND_LINES: Final = Space("audit-round", RoundLineFact)
RESOURCE_LINES: Final = Space("audit-resource", ResourceLineFact)
DECISION_LINES: Final = Space("audit-decision", DecisionLineFact)


class Book:
    """The report's lines so far, by the leaf hashes of the entries that began them."""

    def __init__(self, facts: FactFile) -> None:
        """Take up what an earlier audit kept in `facts`."""
        self._facts = facts
        tally = facts.get(TALLY, b"") or TallyFact({}, None, None)
        self.kinds = dict(tally.kinds)
        self.first_clock = tally.first_clock
        self.last_clock = tally.last_clock
        self._councils = {leaf: fact.line for leaf, fact in facts.scan(COUNCIL_LINES)}
        self._rounds = {leaf: fact.line for leaf, fact in facts.scan(ROUND_LINES)}

    @property
    def councils(self) -> tuple[CouncilLine, ...]:
        """In the order of the log."""
        return tuple(sorted(self._councils.values(), key=_index))

    @property
    def rounds(self) -> tuple[RoundLine, ...]:
        """In the order of the log."""
        return tuple(_costed(line) for line in sorted(self._rounds.values(), key=_index))

    @property
    def resources(self) -> PackedLines[ResourceLine]:
        """In the order of the log."""
        return _in_order(ResourceLine, (fact.line for _, fact in self._facts.scan(RESOURCE_LINES)))

    @property
    def decisions(self) -> PackedLines[DecisionLine]:
        """In the order of the log."""
        return _in_order(DecisionLine, (fact.line for _, fact in self._facts.scan(DECISION_LINES)))

    def keep(self) -> None:
        """Put what is held in memory with the facts."""
        self._facts.apply(self._held())

    def _held(self) -> Iterator[Fact]:
        yield TALLY.put(b"", TallyFact(self.kinds, self.first_clock, self.last_clock))
        for leaf, council in self._councils.items():
            yield COUNCIL_LINES.put(leaf, CouncilLineFact(council))
        for leaf, line in self._rounds.items():
            yield ROUND_LINES.put(leaf, RoundLineFact(line))

    def note(self, record: Record[Any], index: int) -> None:
        """Write down an entry that has been stepped; the file of facts holds what it means to the rules already."""
        self.kinds[record.kind] = self.kinds.get(record.kind, 0) + 1
        body: object = record.body
        match body:
            case Clock():
                self.last_clock = body.time
                if self.first_clock is None:
                    self.first_clock = body.time
            case Council():
                self._councils[record.leaf] = CouncilLine(
                    index=index, leaf=record.leaf, name=body.name, type=body.type, parent=body.parent
                )
            case Round():
                self._rounds[record.leaf] = self._round(record.leaf, body, index)
            case Claim():
                line = self._rounds[body.round]
                replaced = line.replaced + (body.superseded is not None)
                self._rounds[body.round] = msgspec.structs.replace(line, claims=line.claims + 1, replaced=replaced)
            case Withdraw():
                line = self._rounds[body.round]
                self._rounds[body.round] = msgspec.structs.replace(line, withdrawn=line.withdrawn + 1)
            case Close():
                self._rounds[body.round] = msgspec.structs.replace(
                    self._rounds[body.round], close_index=index, close_leaf=record.leaf, count=body.count
                )
            case Total():
                self._rounds[body.round] = _totalled(self._rounds[body.round], body, record.leaf, index)
            case Resource():
                self._note_resource(record.leaf, body, index)
            case Decision():
                packed = _pack(self._decision(record.leaf, body, index))
                self._facts.apply((DECISION_LINES.put(record.leaf, DecisionLineFact(packed)),))
            case _:
                pass

    def _round(self, leaf: bytes, body: Round, index: int) -> RoundLine:
        fact = self._facts.get(ROUNDS, leaf)
        if fact is None:
            raise AssertionError("bad math in the book: a round was stepped and is not in the view")
        return RoundLine(
            index=index,
            leaf=leaf,
            council=body.council,
            council_name=self._councils[body.council].name,
            period=body.period,
            round_no=body.round_no,
            minimum=body.minimum,
            rows=fact.rows,
            opens=body.opens,
            closes=body.closes,
            allowance_rule=body.allowance.rule,
            categories=tuple(
                CategoryLine(code=each.code, name=each.name, unit=each.unit, scale=each.scale, price=each.price)
                for each in body.catalogue
            ),
        )

    def _note_resource(self, leaf: bytes, body: Resource, index: int) -> None:
        superseded = None
        if body.supersedes is not None:
            superseded = self._supersede(body.supersedes, index)
        line = ResourceLine(
            index=index,
            leaf=leaf,
            council_name=self._councils[body.council].name,
            category=body.category,
            quantity=body.quantity,
            scale=body.scale,
            unit=body.unit,
            uncertainty=body.uncertainty,
            area=body.area,
            mandate=body.mandate,
            method=body.method,
            evidence=body.evidence,
            affected=body.affected,
            valid_from=body.valid_from,
            valid_until=body.valid_until,
            supersedes=superseded,
        )
        self._facts.apply((RESOURCE_LINES.put(leaf, ResourceLineFact(_pack(line))),))

    def _supersede(self, leaf: bytes, by: int) -> int:
        """Write down that the resource claim of this leaf hash is superseded, and return its index."""
        fact = self._facts.get(RESOURCE_LINES, leaf)
        if fact is None:
            raise AssertionError("bad math in the book: a resource was stepped and supersedes an unknown one")
        old = msgspec.msgpack.decode(fact.line, type=ResourceLine)
        line = msgspec.structs.replace(old, superseded_by=by)
        self._facts.apply((RESOURCE_LINES.put(leaf, ResourceLineFact(_pack(line))),))
        return old.index

    def _decision(self, leaf: bytes, body: Decision, index: int) -> DecisionLine:
        adopts: list[Adopted] = []
        for adopted in body.adopts:
            entry = self._facts.get(ENTRIES, adopted)
            if entry is None:
                raise AssertionError("bad math in the book: a decision was stepped and adopts an unknown entry")
            adopts.append(Adopted(leaf=adopted, index=entry.index, kind=entry.kind))
        return DecisionLine(
            index=index,
            leaf=leaf,
            council_name=self._councils[body.council].name,
            title=body.title,
            body=body.body,
            rule=body.rule,
            affected=body.affected,
            eligible=body.turnout.eligible,
            voted=body.turnout.voted,
            adopts=tuple(adopts),
        )


def _totalled(line: RoundLine, body: Total, leaf: bytes, index: int) -> RoundLine:
    categories = tuple(
        msgspec.structs.replace(category, total=total)
        for category, total in zip(line.categories, body.totals, strict=True)
    )
    return msgspec.structs.replace(
        line,
        categories=categories,
        total_index=index,
        total_leaf=leaf,
        unclaimed=body.unclaimed,
        cost=sum(category.price * total for category, total in zip(line.categories, body.totals, strict=True)),
        allowances=body.allowances,
        allowances_proved=body.allowances is not None and (line.allowance_rule == "public" or body.unclaimed == 0),
    )


def _costed(line: RoundLine) -> RoundLine:
    unit, scale = cost_unit(line.categories)
    return msgspec.structs.replace(line, cost_unit=unit, cost_scale=scale)


def _pack(line: ResourceLine | DecisionLine) -> msgspec.Raw:
    return msgspec.Raw(msgspec.msgpack.encode(line))


def _in_order(line: type[Line], packed: Iterable[msgspec.Raw]) -> PackedLines[Line]:
    """The lines in the order of their indices, of which no more than one is unpacked at a time."""
    raws = sorted(packed, key=lambda raw: msgspec.msgpack.decode(raw, type=_Place).index)
    return PackedLines(line, (msgspec.msgpack.decode(raw, type=line) for raw in raws))


class _Place(msgspec.Struct, frozen=True):
    """What of a packed line tells its place; other fields are passed over."""

    index: int


def _index(line: CouncilLine | RoundLine) -> int:
    return line.index
