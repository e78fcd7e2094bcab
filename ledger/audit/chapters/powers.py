"""The chapter of powers: who may act for whom, given and taken by whom; mandates, recalls, recovery keys, changed keys.

What needs the assent of those below takes effect by a later entry, a consent or the recall itself; the index of that
entry is noted as it passes.
"""

from typing import Any

from ledger.audit.chapters.noted import Noted, Notes
from ledger.audit.chapters.register import Register
from ledger.audit.chapters.shelf import Shelf
from ledger.audit.lines.councils import KeyChangeName, KeyLine
from ledger.audit.lines.packed import PackedLines
from ledger.audit.lines.powers import MandateLine, RecallLine, RecoveryLine
from ledger.records.assent import MANDATE_LEAVES, PROPOSALS, RECALLS, RECOVERY_ENTRIES, agreed, mandate_of
from ledger.records.councils import COUNCILS, MANDATES, MandateFact
from ledger.records.facts import KEYS
from ledger.records.kinds.consent import Consent
from ledger.records.kinds.key import KeyChange
from ledger.records.kinds.mandate import Mandate
from ledger.records.kinds.recall import Recall
from ledger.records.kinds.recover import Recover
from ledger.records.kinds.recovery import Recovery
from ledger.records.view import FactStruct, Space


class SignedFact(FactStruct, frozen=True):
    """How many entries were signed under a mandate, by kind, under the mandate's index (8 bytes)."""

    kinds: dict[str, int]


SIGNED: Space[SignedFact] = Space("audit-signed", SignedFact)


class Powers:
    """Mandates, recalls, recovery keys and changed keys, by their index."""

    def __init__(self, register: Register) -> None:
        self._register = register
        self.mandates = Shelf(register.facts, "mandate", MandateLine)
        self.recalls = Shelf(register.facts, "recall", RecallLine)
        self.recoveries = Shelf(register.facts, "recovery", RecoveryLine)
        self._keys = Shelf(register.facts, "key", KeyLine)
        self._ends = Shelf(register.facts, "ends", KeyLine)  # of all mandates; by the council's index and its own
        self.notes: Notes = {
            Consent: self._note_consent,
            KeyChange: self._note_key,
            Mandate: self._note_mandate,
            Recall: self._note_recall,
            Recover: self._note_recover,
            Recovery: self._note_recovery,
        }

    def keys(self) -> PackedLines[KeyLine]:
        """The keys that were changed, in the order of the log."""
        return self._keys.all()

    def signed(self, mandate: int) -> dict[str, int]:
        """How many entries were signed under the mandate at this index, by kind."""
        fact = self._register.facts.get(SIGNED, mandate.to_bytes(8, "big"))
        return {} if fact is None else dict(sorted(fact.kinds.items()))

    def first_end(self, council: bytes, after: int) -> KeyLine | None:
        """The first recovery or recall of the council's key after this index, which ended all its mandates."""
        lines = self._ends.below(self._register.entry(council).index)
        return next((line for line in lines if line.index > after), None)

    def count(self, mandate: int, kind: str) -> None:
        """One more entry was signed under the mandate at this index."""
        key = mandate.to_bytes(8, "big")
        fact = self._register.facts.get(SIGNED, key)
        kinds = {} if fact is None else fact.kinds
        self._register.facts.apply((SIGNED.put(key, SignedFact({**kinds, kind: kinds.get(kind, 0) + 1})),))

    def _note_mandate(self, entry: Noted[Mandate]) -> None:
        body = entry.body
        line = MandateLine(
            **self._about(entry, body.council),
            role=body.role,
            kinds=body.kinds,
            until=body.until,
            decision=self._register.entry(body.decision).index,
        )
        self.mandates.put(line, entry.index)
        self._see_mandate(entry.leaf, entry.index, entry.index)

    def _note_recall(self, entry: Noted[Recall]) -> None:
        body = entry.body
        line = RecallLine(
            **self._about(entry, body.council),
            by_name=self._register.name(body.by),
            mandate=None if body.mandate is None else self._register.entry(body.mandate).index,
            reason=body.reason,
        )
        self.recalls.put(line, entry.index)
        self._see_recall(entry.leaf, entry.index, entry)

    def _note_recovery(self, entry: Noted[Recovery]) -> None:
        body = entry.body
        about = self._about(entry, body.council)
        self.recoveries.put(RecoveryLine(**about, keys=len(body.keys), threshold=body.threshold), entry.index)
        self._see_recovery(entry.leaf, entry.index, entry.index)

    def _note_recover(self, entry: Noted[Recover]) -> None:
        self._change_key(entry, entry.body.council, "recovered")

    def _note_key(self, entry: Noted[KeyChange]) -> None:
        body, facts = entry.body, self._register.facts
        fact = facts.get(KEYS, body.key)
        if fact is None:
            raise AssertionError("bad math in the book: a key was changed and is not in the view")
        change: KeyChangeName = "rotated" if body.action == "rotate" else "revoked"
        self._change_key(entry, fact.council or None, change, role=fact.role)
        mandate = facts.get(MANDATES, body.key) if fact.role == "mandate" else None
        if mandate is not None and mandate.ended == entry.index and not self._is_over(mandate, entry.time):
            self.mandates.change(mandate.index, ended="given-up", ended_by=entry.index)

    def _note_consent(self, entry: Noted[Consent]) -> None:
        about = self._register.entry(entry.body.about)
        if about.kind == "mandate":
            self._see_mandate(entry.body.about, about.index, entry.index)
        elif about.kind == "recall":
            self._see_recall(entry.body.about, about.index, entry)
        elif about.kind == "recovery":
            self._see_recovery(entry.body.about, about.index, entry.index)

    def _is_over(self, mandate: MandateFact, time: int) -> bool:
        """Whether the mandate had ended before its holder gave up the key."""
        council = self._register.facts.get(COUNCILS, mandate.council)
        return time >= mandate.until or (council is not None and council.recovered > mandate.index)

    def _see_mandate(self, leaf: bytes, index: int, at: int) -> None:
        holder = self._register.facts.get(MANDATE_LEAVES, leaf)
        if holder is not None and mandate_of(self._register.facts, holder.key).effective:
            self._take_effect(self.mandates, index, at)

    def _see_recall(self, leaf: bytes, index: int, entry: Noted[Any]) -> None:
        fact = self._register.facts.get(RECALLS, leaf)
        if fact is None or not fact.effective or not self._take_effect(self.recalls, index, entry.index):
            return
        mandate = self.recalls.line(index).mandate
        if mandate is None:
            self._change_key(entry, fact.council, "recalled")
        else:
            self.mandates.change(mandate, ended="recalled", ended_by=entry.index)

    def _see_recovery(self, leaf: bytes, index: int, at: int) -> None:
        fact = self._register.facts.get(RECOVERY_ENTRIES, leaf)
        if fact is not None and fact.effective:
            self._take_effect(self.recoveries, index, at)

    def _take_effect(self, shelf: Shelf[Any], index: int, at: int) -> bool:
        """Note that the entry at `index` has effect since `at`; whether that is new."""
        line = shelf.line(index)
        if line.in_effect_since is not None:
            return False
        for_it = agreed(self._register.facts, line.leaf, line.council, index)
        shelf.change(index, in_effect_since=at, agreed=len(for_it) if line.quorum else 0)
        return True

    def _about(self, entry: Noted[Any], council: bytes) -> dict[str, Any]:
        waits = self._register.facts.get(PROPOSALS, council + entry.index.to_bytes(8, "big"))
        return {
            "index": entry.index,
            "leaf": entry.leaf,
            "council": council,
            "council_name": self._register.name(council),
            "quorum": 0 if waits is None else waits.quorum,
        }

    def _change_key(
        self, entry: Noted[Any], council: bytes | None, change: KeyChangeName, *, role: str = "council"
    ) -> None:
        line = KeyLine(
            index=entry.index,
            change=change,
            role=role,
            council=council,
            council_name=self._register.name_or_none(council),
            time=entry.time,
        )
        self._keys.put(line, entry.index)
        if change in {"recovered", "recalled"} and council is not None:
            self._ends.put(line, self._register.entry(council).index, entry.index)
