"""What holds in a federation only once more than half of those below have said so: mandates, recalls, recovery keys.

Source: docs/spec/checks.md sections 1 and 6 to 8. Whoever acts above is chosen and recalled from below.
"""

from dataclasses import dataclass
from typing import Final, Literal

from msgspec.structs import replace

from ledger.records.councils import COUNCILS, MANDATES, MandateFact, children_of, children_since, council_of, is_over
from ledger.records.facts import KEYS, KeyFact
from ledger.records.recovering import RECOVERIES, RecoveryFact
from ledger.records.view import Fact, FactStruct, Space, View

Verdict = Literal["against", "conditions", "for"]


class ConsentFact(FactStruct, frozen=True):
    """A council's word, under the leaf hash of what it is about and the council's."""

    verdict: Verdict
    index: int


class MandateLeafFact(FactStruct, frozen=True):
    """The key of a mandate, under the leaf hash of its entry."""

    key: bytes


class RecallFact(FactStruct, frozen=True):
    """A recall, under its leaf hash; of a mandate's key, or, where that is empty, of the council's own."""

    council: bytes
    mandate: bytes
    index: int
    effective: bool


class RecoveryEntryFact(FactStruct, frozen=True):
    """Recovery keys that were set, under the leaf hash of their entry."""

    council: bytes
    keys: RecoveryFact
    index: int
    effective: bool


class ProposalFact(FactStruct, frozen=True):
    """The leaf hash of what needed assent when it was logged, under that of the federation and its index (8 bytes)."""

    leaf: bytes


CONSENTS: Final = Space("consent", ConsentFact)
MANDATE_LEAVES: Final = Space("mandate-leaf", MandateLeafFact)
RECALLS: Final = Space("recall", RecallFact)
RECOVERY_ENTRIES: Final = Space("recovery-entry", RecoveryEntryFact)
PROPOSALS: Final = Space("proposal", ProposalFact)


@dataclass(frozen=True, slots=True)
class Proposal:
    """What those below a council may say something about.

    Attributes:
        council: whose holder, key or recovery keys it is about.
        index: of its entry.
        effective: whether it holds.
        over: whether nothing that is said now can change anything.
        facts: what changes when it takes effect; the index of the entry that gives it effect stands in them.
    """

    council: bytes
    index: int
    effective: bool
    over: bool
    facts: tuple[Fact, ...]


def proposal_of(view: View, leaf: bytes, index: int) -> Proposal | None:
    """The mandate, recall or recovery of this leaf hash, as it would take effect at ``index``; None for other kinds."""
    holder = view.get(MANDATE_LEAVES, leaf)
    if holder is not None:
        mandate = mandate_of(view, holder.key)
        given = (MANDATES.put(holder.key, replace(mandate, effective=True)),)
        return Proposal(mandate.council, mandate.index, mandate.effective, is_over(view, mandate), given)
    recall = view.get(RECALLS, leaf)
    if recall is not None:
        return Proposal(
            recall.council,
            recall.index,
            recall.effective,
            _is_settled(view, recall),
            recalled(view, leaf, recall, index),
        )
    entry = view.get(RECOVERY_ENTRIES, leaf)
    if entry is not None:
        over = entry.effective or _is_overtaken(view, entry)
        return Proposal(entry.council, entry.index, entry.effective, over, recoverable(view, leaf, entry, index))
    return None


def proposed(council: bytes, leaf: bytes, index: int) -> Fact:
    """That the entry of this leaf hash needs the assent of those below the council."""
    return PROPOSALS.put(council + index.to_bytes(8, "big"), ProposalFact(leaf))


def mandate_of(view: View, key: bytes) -> MandateFact:
    """The mandate of this key, which there is."""
    mandate = view.get(MANDATES, key)
    if mandate is None:
        raise AssertionError("bad math in the facts: a mandate's key is known without it")
    return mandate


def recalled(view: View, leaf: bytes, recall: RecallFact, index: int) -> tuple[Fact, ...]:
    """What a recall changes when it takes effect at ``index``."""
    held = RECALLS.put(leaf, replace(recall, effective=True))
    if recall.mandate:
        return (held, MANDATES.put(recall.mandate, replace(mandate_of(view, recall.mandate), ended=index)))
    council = council_of(view, recall.council)
    old = view.get(KEYS, council.key)
    if old is None:
        return (held,)  # revoked in the meantime
    ended = KEYS.put(council.key, replace(old, ended=index))
    return (held, ended, COUNCILS.put(recall.council, replace(council, key=b"")))


def recoverable(view: View, leaf: bytes, entry: RecoveryEntryFact, index: int) -> tuple[Fact, ...]:
    """What recovery keys change when they take effect at ``index``: those before them that are not kept end."""
    before = view.get(RECOVERIES, entry.council)
    ended = () if before is None else tuple(key for key in before.keys if key not in entry.keys.keys)
    return (
        RECOVERY_ENTRIES.put(leaf, replace(entry, effective=True)),
        RECOVERIES.put(entry.council, replace(entry.keys, index=index)),
        *(KEYS.put(key, KeyFact("recovery", entry.council, index)) for key in ended),
        *(KEYS.put(key, KeyFact("recovery", entry.council, None)) for key in entry.keys.keys),
    )


def needs_assent(view: View, council: bytes) -> bool:
    """Whether the council is a federation that has a child now."""
    return bool(children_of(view, council))


def electorate(view: View, council: bytes, index: int) -> tuple[bytes, ...]:
    """Who has a say in what was proposed at ``index``: the children since before then that have keys of their own.

    Those who are taken in later have none, or else whoever is to be recalled could take in as many friends as it needs;
    nor those whose key was revoked or recalled, who can say nothing. (Nobody above can revoke one.)
    """
    return tuple(
        child for child, since in children_since(view, council) if since < index and council_of(view, child).key
    )


def more_than_half(view: View, about: bytes, council: bytes, index: int, assenting: bytes) -> bool:
    """Whether more than half of those who have a say are for it, ``assenting`` counted among them."""
    children = electorate(view, council, index)
    agreed = sum(child == assenting or _is_for(view, about, child) for child in children)
    return 2 * agreed > len(children)


def _is_for(view: View, about: bytes, council: bytes) -> bool:
    consent = view.get(CONSENTS, about + council)
    return consent is not None and consent.verdict == "for"


def _is_overtaken(view: View, entry: RecoveryEntryFact) -> bool:
    """Whether other recovery keys took effect, or the council was recovered, since these were proposed."""
    present = view.get(RECOVERIES, entry.council)
    overtaken = present is not None and present.index > entry.index
    return overtaken or council_of(view, entry.council).recovered > entry.index


def _is_settled(view: View, recall: RecallFact) -> bool:
    if recall.effective:
        return True
    if recall.mandate:
        return is_over(view, mandate_of(view, recall.mandate))
    return not council_of(view, recall.council).key
