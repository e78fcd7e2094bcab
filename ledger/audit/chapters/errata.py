"""The chapter of errata: what councils say afterwards of their totals and rollups, looked up by the entry meant."""

from ledger.audit.chapters.noted import Noted, Notes
from ledger.audit.chapters.register import Register
from ledger.audit.chapters.shelf import Shelf
from ledger.audit.lines.rounds import ErratumLine
from ledger.records.kinds.erratum import Erratum


class Errata:
    """Errata by the index of what they are about."""

    def __init__(self, register: Register) -> None:
        self._register = register
        self._shelf = Shelf(register.facts, "erratum", ErratumLine)
        self.notes: Notes = {Erratum: self._note}

    def about(self, index: int) -> tuple[ErratumLine, ...]:
        """The errata about the entry at `index`, in the order of the log."""
        return tuple(self._shelf.below(index))

    def withdrew(self, index: int) -> bool:
        """Whether one of them withdrew it."""
        return any(line.effect == "withdrawn" for line in self._shelf.below(index))

    def _note(self, entry: Noted[Erratum]) -> None:
        body = entry.body
        line = ErratumLine(
            index=entry.index,
            leaf=entry.leaf,
            council_name=self._register.name(body.council),
            effect=body.effect,
            reason=body.reason,
            signed_under=entry.signed_under,
        )
        self._shelf.put(line, self._register.entry(body.about).index, entry.index)
