"""The chapter of claims about the world: resources, and what was measured against them."""

from collections.abc import Mapping

from msgspec.structs import replace

from ledger.audit.chapters.consents import Consents
from ledger.audit.chapters.noted import Noted, Notes
from ledger.audit.chapters.register import Register
from ledger.audit.chapters.shelf import Shelf
from ledger.audit.lines.packed import PackedLines
from ledger.audit.lines.world import ResourceLine, UseLine
from ledger.records.assent import CONSENTS
from ledger.records.kinds.resource import RESOURCES, Resource, ResourceFact
from ledger.records.kinds.use import USES, Use
from ledger.records.rivals import Rivals
from ledger.records.standing import resource_marks


class World:
    """Resource claims and uses."""

    def __init__(self, register: Register, consents: Consents) -> None:
        self._register = register
        self._consents = consents
        self._claims = Shelf(register.facts, "resource", ResourceLine)
        self._uses = Shelf(register.facts, "use", UseLine)
        self.notes: Notes = {Resource: self._note_resource, Use: self._note_use}

    def resources(self, rivals: Rivals) -> PackedLines[ResourceLine]:
        """All claims, as they stand at the last clock, in the order of the log."""

        def now(line: ResourceLine) -> ResourceLine:
            fact = self._fact(line.leaf)
            return replace(
                line,
                used=fact.used,
                consents=self._consents.about(line.index) if any(rivals.scan(CONSENTS, line.leaf)) else (),
                marks=resource_marks(rivals, line.leaf, rivals.time),
            )

        return self._claims.all(now)

    def uses(self) -> PackedLines[UseLine]:
        """All that was measured, in the order of the log."""
        measured: dict[int, int] = {}

        def now(line: UseLine) -> UseLine:
            fact = self._register.facts.get(USES, line.leaf)
            struck = fact is not None and fact.struck
            claim = self._claims.line(line.claim_index)
            total = self._measured(measured, claim) + (0 if struck else line.quantity)
            measured[claim.index] = total
            return replace(line, sum=total, above=not struck and total > claim.quantity, struck=struck)

        return self._uses.all(now)

    def _measured(self, measured: Mapping[int, int], claim: ResourceLine) -> int:
        """How much of the claim's use there is so far; of one without any, that of the claim whose place it took."""
        while claim.index not in measured:
            if claim.supersedes is None:
                return 0
            claim = self._claims.line(claim.supersedes)
        return measured[claim.index]

    def _note_resource(self, entry: Noted[Resource]) -> None:
        body = entry.body
        superseded, uses = None, 0
        if body.supersedes is not None:
            superseded = self._register.entry(body.supersedes).index
            old = self._claims.line(superseded)
            self._claims.put(replace(old, superseded_by=entry.index), superseded)
            uses = old.uses
        line = ResourceLine(
            index=entry.index,
            leaf=entry.leaf,
            council_name=self._register.name(body.council),
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
            resource=body.resource,
            type=body.type,
            uses=uses,
            signed_under=entry.signed_under,
        )
        self._claims.put(line, entry.index)

    def _note_use(self, entry: Noted[Use]) -> None:
        body = entry.body
        fact = self._fact(body.claim)
        claim = self._claims.line(fact.index)
        self._claims.put(replace(claim, uses=claim.uses + 1), fact.index)
        line = UseLine(
            index=entry.index,
            leaf=entry.leaf,
            claim_index=fact.index,
            resource=fact.resource,
            council_name=self._register.name(body.council),
            quantity=body.quantity,
            scale=fact.scale,
            unit=fact.unit,
            measured_from=body.from_,
            measured_until=body.until,
            method=body.method,
            evidence=body.evidence,
            sum=fact.used,
            above=fact.used > fact.quantity,
            signed_under=entry.signed_under,
        )
        self._uses.put(line, entry.index)

    def _fact(self, leaf: bytes) -> ResourceFact:
        fact = self._register.facts.get(RESOURCES, leaf)
        if fact is None:
            raise AssertionError("bad math in the book: a resource was stepped and is not in the view")
        return fact
