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
        self._labels = _Labels()
        for line in sorted(self._councils.values(), key=lambda line: line.index):
            self._labels.add(line)

    def add(self, line: CouncilLine) -> None:
        """A council was registered."""
        self._councils[line.leaf] = line
        self._labels.add(line)

    def held(self) -> list[Fact]:
        """What is held in memory, as facts to keep."""
        return [COUNCIL_LINES.put(leaf, CouncilLineFact(line)) for leaf, line in self._councils.items()]

    def name(self, council: bytes) -> str:
        """What the report calls the council of this leaf hash: what it calls itself, and no other council's name."""
        return self._labels.at[self._councils[council].index]

    def name_or_none(self, council: bytes | None) -> str | None:
        """The same, for a field that may be absent."""
        return None if council is None else self.name(council)

    def name_at(self, index: int) -> str | None:
        """The same for the council registered at this index; None where there is none."""
        return self._labels.at.get(index)

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
            label=self._labels.at[line.index],
            federation=fact.parent or None,
            has_key=bool(fact.key),
            recovery=None if keys is None else RecoveryKeys(threshold=keys.threshold, keys=len(keys.keys)),
            recovered=fact.recovered or None,
            silent=fact.silent if is_federation else None,
            tags=fact.tags if is_federation else None,
        )


class _Labels:
    """A name for each council that no other has. Whoever takes a name later has the number of its entry beside it.

    What the first of a name is called is thus the same before and after, in every line of the book.
    """

    def __init__(self) -> None:
        self.at: dict[int, str] = {}
        self._taken = set[str]()

    def add(self, line: CouncilLine) -> None:
        """The next council in the order of the log."""
        label = line.name
        while label in self._taken:
            label = f"{label} (no. {line.index})"
        self._taken.add(label)
        self.at[line.index] = label
