"""The chapter of consents: what each council says last of an entry, looked up by the entry meant."""

from ledger.audit.chapters.noted import Noted, Notes
from ledger.audit.chapters.register import Register
from ledger.audit.chapters.shelf import Shelf
from ledger.audit.lines.world import ConsentLine
from ledger.records.kinds.consent import Consent
from ledger.records.kinds.recall import Recall


class Consents:
    """Consents by the index of what they are about, and by council: a later one takes the place of an earlier one."""

    def __init__(self, register: Register) -> None:
        self._register = register
        self._shelf = Shelf(register.facts, "consent", ConsentLine)
        self.notes: Notes = {Consent: self._note, Recall: self._note_recall}

    def about(self, index: int) -> tuple[ConsentLine, ...]:
        """What councils say of the entry at `index`, in the order in which they were registered."""
        return tuple(self._shelf.below(index))

    def _note(self, entry: Noted[Consent]) -> None:
        body = entry.body
        line = ConsentLine(
            index=entry.index,
            council_name=self._register.name(body.council),
            verdict=body.verdict,
            conditions=body.conditions,
            signed_under=entry.signed_under,
        )
        self._put(line, body.about, body.council)

    def _note_recall(self, entry: Noted[Recall]) -> None:
        """Who recalls from below is for it (docs/spec/checks.md section 7)."""
        body = entry.body
        if body.by != body.council:
            line = ConsentLine(index=entry.index, council_name=self._register.name(body.by), verdict="for")
            self._put(line, entry.leaf, body.by)

    def _put(self, line: ConsentLine, about: bytes, council: bytes) -> None:
        self._shelf.put(line, self._register.entry(about).index, self._register.entry(council).index)
