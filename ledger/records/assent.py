"""Proposals: mandates, recalls, recovery keys of a federation, which hold once more than half of those in it say so.

Source: docs/spec/checks.md sections 1 and 6 to 8. Whoever acts above is chosen and recalled from below. How many must
be for a proposal is fixed when it is logged: who leaves, or is taken in later, makes no majority.
"""

from dataclasses import dataclass
from typing import Final, Literal

from msgspec.structs import replace

from ledger.records.councils import (
    CHILDREN,
    COUNCILS,
    MANDATES,
    MandateFact,
    children_of,
    council_of,
    is_over,
)
from ledger.records.facts import KEYS, KeyFact, now
from ledger.records.recovering import RECOVERIES, RecoveryFact
from ledger.records.view import Fact, FactStruct, Space, View

Verdict = Literal["against", "conditions", "for"]

LAPSES: Final = 7_776_000
"""Seconds after which a proposal that is not in effect has lapsed: 90 days."""

NOT_BY_CONSENT: Final = -1
"""In the place of ``again``, where a recall says that its own council is for it."""


class ConsentFact(FactStruct, frozen=True):
    """A council's word, under the leaf hash of what it is about and the council's; ``again`` as the entry has it."""

    verdict: Verdict
    index: int
    again: int


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
    """A proposal, under the leaf hash of the federation and its index (8 bytes).

    Attributes:
        leaf: of its entry.
        quorum: the councils with a key that were in the federation then; more than half must be for it.
        lapses: Unix seconds.
    """

    leaf: bytes
    quorum: int
    lapses: int


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
        quorum, lapses: as :class:`ProposalFact`; 0 where nobody's assent was needed.
        facts: what changes when it takes effect; the index of the entry that gives it effect stands in them.
    """

    council: bytes
    index: int
    effective: bool
    over: bool
    quorum: int
    lapses: int
    facts: tuple[Fact, ...]


def proposal_of(view: View, leaf: bytes, index: int) -> Proposal | None:
    """The mandate, recall or recovery of this leaf hash, as it would take effect at ``index``; None for other kinds."""
    given: tuple[Fact, ...]
    holder = view.get(MANDATE_LEAVES, leaf)
    if holder is not None:
        mandate = mandate_of(view, holder.key)
        given = (MANDATES.put(holder.key, replace(mandate, effective=True)),)
        return _proposal(view, mandate, given, over=is_over(view, mandate))
    recall = view.get(RECALLS, leaf)
    if recall is not None:
        return _proposal(view, recall, recalled(view, leaf, recall, index), over=_is_settled(view, recall))
    entry = view.get(RECOVERY_ENTRIES, leaf)
    if entry is not None:
        over = entry.effective or _is_overtaken(view, entry)
        return _proposal(view, entry, recoverable(view, leaf, entry, index), over=over)
    return None


def _proposal(
    view: View, made: MandateFact | RecallFact | RecoveryEntryFact, facts: tuple[Fact, ...], *, over: bool
) -> Proposal:
    known = view.get(PROPOSALS, made.council + made.index.to_bytes(8, "big"))
    quorum, lapses = (0, 0) if known is None else (known.quorum, known.lapses)
    has_lapsed = not made.effective and now(view) >= lapses
    return Proposal(made.council, made.index, made.effective, over or has_lapsed, quorum, lapses, facts)


def proposed(view: View, council: bytes, leaf: bytes, index: int, quorum: int) -> tuple[Fact, ...]:
    """That the entry of this leaf hash is a proposal; nothing where the council has no child that could say a word."""
    if not quorum:
        return ()
    return (PROPOSALS.put(council + index.to_bytes(8, "big"), ProposalFact(leaf, quorum, now(view) + LAPSES)),)


def mandate_of(view: View, key: bytes) -> MandateFact:
    """The mandate of this key, which there is."""
    mandate = view.get(MANDATES, key)
    if mandate is None:
        raise AssertionError("bad math in the facts: a mandate's key is known without it")
    return mandate


def recalled(view: View, leaf: bytes, recall: RecallFact, index: int) -> tuple[Fact, ...]:
    """What a recall changes when it takes effect at ``index``; of a council's key, it ends the recovery keys too."""
    held = RECALLS.put(leaf, replace(recall, effective=True))
    if recall.mandate:
        return (held, MANDATES.put(recall.mandate, replace(mandate_of(view, recall.mandate), ended=index)))
    council = council_of(view, recall.council)
    old = view.get(KEYS, council.key)
    keys = view.get(RECOVERIES, recall.council)
    return (
        held,
        *(() if old is None else (KEYS.put(council.key, replace(old, ended=index)),)),
        COUNCILS.put(recall.council, replace(council, key=b"", recalled=index)),
        *(KEYS.put(key, KeyFact("recovery", recall.council, index)) for key in (keys.keys if keys else ())),
        RECOVERIES.delete(recall.council),
    )


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


def quorum_of(view: View, council: bytes) -> int:
    """How many children with a key the council has now."""
    return sum(bool(council_of(view, child).key) for child in children_of(view, council))


def electorate(view: View, council: bytes, index: int) -> tuple[bytes, ...]:
    """Who has a say in what was proposed at ``index``: see :func:`has_say`."""
    return tuple(child for child in children_of(view, council) if has_say(view, council, index, child))


def has_say(view: View, council: bytes, index: int, child: bytes) -> bool:
    """Whether the child has a say in what was proposed at ``index``: it was there with a key, and is, without a break.

    Those who are taken in later have none, or else whoever is to be recalled could take in as many friends as it needs;
    nor have those who had no key then, and are not in the quorum.
    """
    fact = view.get(CHILDREN, council + child)
    if fact is None or fact.index >= index:
        return False
    known = council_of(view, child)
    return bool(known.key) and known.keyed < index


def agreed(view: View, about: bytes, council: bytes, index: int) -> frozenset[bytes]:
    """Those who have a say in what was proposed at ``index`` and are for it."""
    said = ((key[32:], consent) for key, consent in view.scan(CONSENTS, about))
    return frozenset(who for who, consent in said if consent.verdict == "for" and has_say(view, council, index, who))


def carries(view: View, about: bytes, proposal: Proposal, assenting: bytes) -> bool:
    """Whether the proposal takes effect once ``assenting``, who has a say in it, is for it too."""
    those_for = agreed(view, about, proposal.council, proposal.index) | {assenting}
    return 2 * len(those_for) > proposal.quorum


def _is_overtaken(view: View, entry: RecoveryEntryFact) -> bool:
    """Whether other recovery keys took effect, or the council was recovered or recalled, since these were proposed."""
    present = view.get(RECOVERIES, entry.council)
    council = council_of(view, entry.council)
    overtaken = present is not None and present.index > entry.index
    return overtaken or council.recovered > entry.index or council.recalled > 0


def _is_settled(view: View, recall: RecallFact) -> bool:
    if recall.effective:
        return True
    if recall.mandate:
        return is_over(view, mandate_of(view, recall.mandate))
    return not can_be_recalled(view, recall.council)


def can_be_recalled(view: View, council: bytes) -> bool:
    """Whether it has a key, or could have one again."""
    return bool(council_of(view, council).key) or view.get(RECOVERIES, council) is not None
