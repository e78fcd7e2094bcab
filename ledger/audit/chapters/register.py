"""What all chapters of the book look up: the file of facts, councils by name, entries by leaf hash."""

from msgspec.structs import replace

from ledger.audit.lines.councils import CouncilLine, RecoveryKeys
from ledger.records.councils import COUNCILS
from ledger.records.facts import ENTRIES, EntryFact
from ledger.records.recovering import RECOVERIES
from ledger.records.view import Fact, FactStruct, Space
from ledger.storage.facts import FactFile


class CouncilLineFact(FactStruct, frozen=True):
    """A council's line."""

    line: CouncilLine


COUNCIL_LINES: Space[CouncilLineFact] = Space("audit-council", CouncilLineFact)


class Register:
    """The file of facts and the councils, which are held in memory: later entries name them again and again."""

    def __init__(self, facts: FactFile) -> None:
        """Take up what an earlier audit kept in `facts`."""
        self.facts = facts
        self._councils = {leaf: fact.line for leaf, fact in facts.scan(COUNCIL_LINES)}
        self._names = {line.index: line.name for line in self._councils.values()}

    def add(self, line: CouncilLine) -> None:
        """A council was registered."""
        self._councils[line.leaf] = line
        self._names[line.index] = line.name

    def held(self) -> list[Fact]:
        """What is held in memory, as facts to keep."""
        return [COUNCIL_LINES.put(leaf, CouncilLineFact(line)) for leaf, line in self._councils.items()]

    def name(self, council: bytes) -> str:
        """What the council of this leaf hash calls itself."""
        return self._councils[council].name

    def name_or_none(self, council: bytes | None) -> str | None:
        """The same, for a field that may be absent."""
        return None if council is None else self.name(council)

    def name_at(self, index: int) -> str | None:
        """What the council registered at this index calls itself; None where there is none."""
        return self._names.get(index)

    def entry(self, leaf: bytes) -> EntryFact:
        """Where the entry of this leaf hash stands, and of which kind it is."""
        fact = self.facts.get(ENTRIES, leaf)
        if fact is None:
            raise AssertionError("bad math in the book: an entry was stepped and names an unknown one")
        return fact

    def councils(self) -> tuple[CouncilLine, ...]:
        """All of them, as they stand now, in the order of the log."""
        return tuple(self._now(line) for line in sorted(self._councils.values(), key=lambda line: line.index))

    def _now(self, line: CouncilLine) -> CouncilLine:
        fact = self.facts.get(COUNCILS, line.leaf)
        if fact is None:
            raise AssertionError("bad math in the book: a council was stepped and is not in the view")
        keys = self.facts.get(RECOVERIES, line.leaf)
        is_federation = fact.type == "federation"
        return replace(
            line,
            federation=fact.parent or None,
            has_key=bool(fact.key),
            recovery=None if keys is None else RecoveryKeys(threshold=keys.threshold, keys=len(keys.keys)),
            recovered=fact.recovered or None,
            silent=fact.silent if is_federation else None,
            tags=fact.tags if is_federation else None,
        )
