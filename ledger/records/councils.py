"""Councils as the rules see them: keys, the tree of federations, and who acts for a council in a kind of entry."""

from collections.abc import Iterator
from typing import Any, Final, Literal

from ledger.records.facts import FOUNDERS, now
from ledger.records.kind import Record
from ledger.records.rule_names import refusal
from ledger.records.signers import require_signers
from ledger.records.view import FactStruct, Space, View

CouncilType = Literal["council", "federation", "steward", "other"]

MAX_LEVELS: Final = 16
"""How many levels a council may stand below one without a parent."""


class CouncilFact(FactStruct, frozen=True):
    """A council, under its leaf hash.

    Attributes:
        key: the one valid now; empty once it has been revoked.
        parent: the federation that it is in; empty without one.
        index: of its registration.
        silent, tags: the rule of a federation for its rollups.
        keyed: the index since which it has had a key without a break; of no meaning where it has none.
        recovered: the index at which it was last recovered; 0 if never.
        recalled: the index at which those in it recalled its key, for ever; 0 if not.
    """

    key: bytes
    name: str
    parent: bytes
    type: CouncilType
    index: int
    silent: Literal["default", "excluded"]
    tags: bool
    keyed: int
    recovered: int
    recalled: int


class CouncilIndexFact(FactStruct, frozen=True):
    """The leaf hash of a council, under the index of its registration (8 bytes)."""

    leaf: bytes


class ChildFact(FactStruct, frozen=True):
    """A council in a federation, under the federation's leaf hash and its own; since this index."""

    index: int


class MandateFact(FactStruct, frozen=True):
    """A mandate, under its key: who may act for a council.

    Attributes:
        leaf: of its entry.
        effective: whether those below, where there are any, have given it.
        ended: the index that recalled it, or at which its holder resigned.
    """

    leaf: bytes
    council: bytes
    kinds: tuple[str, ...]
    until: int
    index: int
    effective: bool
    ended: int | None


class CouncilMandateFact(FactStruct, frozen=True):
    """The key of a mandate, under the leaf hash of the council that gave it and its index (8 bytes)."""

    key: bytes


COUNCILS: Final = Space("council", CouncilFact)
COUNCIL_INDICES: Final = Space("council-index", CouncilIndexFact, lasting=True)
CHILDREN: Final = Space("child", ChildFact)
MANDATES: Final = Space("mandate", MandateFact)
COUNCIL_MANDATES: Final = Space("council-mandate", CouncilMandateFact)


def council_of(view: View, leaf: bytes) -> CouncilFact:
    """The council of this leaf hash.

    Raises:
        NotAcceptedError: ``unknown-council``.
    """
    fact = view.get(COUNCILS, leaf)
    if fact is None:
        raise refusal("unknown-council", "council is not the leaf hash of a council entry")
    return fact


def council_at(view: View, index: int) -> bytes | None:
    """The leaf hash of the council registered at ``index``; None for ``FOUNDERS``."""
    if index == FOUNDERS:
        return None
    fact = view.get(COUNCIL_INDICES, index.to_bytes(8, "big"))
    if fact is None:
        raise AssertionError("bad math in the facts: a council answers that is not in the view")
    return fact.leaf


def council_key(view: View, leaf: bytes) -> bytes:
    """The council's own key as valid now.

    Raises:
        NotAcceptedError: ``unknown-council``, ``revoked-key``.
    """
    fact = council_of(view, leaf)
    if not fact.key:
        raise refusal("revoked-key", "the council's key has been revoked, and it has no other")
    return fact.key


def acting_key(view: View, record: Record[Any], leaf: bytes) -> bytes:
    """The key that acts for the council in this entry: its own, or that of a mandate which has signed in its place.

    Source: docs/spec/entries.md section 5.

    Raises:
        NotAcceptedError: ``unknown-council``, ``revoked-key``, ``mandate-ended``, ``outside-mandate``.
    """
    own = council_key(view, leaf)
    if own in record.signers:
        return own
    held = [(key, view.get(MANDATES, key)) for key in record.signers]
    mandates = [(key, mandate) for key, mandate in held if mandate is not None and mandate.council == leaf]
    if not mandates:
        return own
    standing = [(key, mandate) for key, mandate in mandates if not has_ended(view, mandate)]
    if not standing:
        raise refusal("mandate-ended", "the mandate has run out, was recalled, or is not in effect yet")
    for key, mandate in standing:
        if record.kind in mandate.kinds:
            return key
    raise refusal("outside-mandate", f"the mandate does not name entries of the kind {record.kind}")


def has_ended(view: View, mandate: MandateFact) -> bool:
    """Whether nobody can act by the mandate: it has run out, was recalled or resigned, or is not in effect yet."""
    return not mandate.effective or is_over(view, mandate)


def is_over(view: View, mandate: MandateFact) -> bool:
    """Whether the mandate has ended, in effect before or not."""
    council = council_of(view, mandate.council)
    ended = mandate.ended is not None or now(view) >= mandate.until
    return ended or council.recovered > mandate.index or council.recalled > 0


def require_council(view: View, record: Record[Any], leaf: bytes) -> None:
    """Refuse the entry unless the key that acts for the council, and no other, has signed it."""
    require_signers(view, record, {acting_key(view, record, leaf): "the council"})


def require_own_key(view: View, record: Record[Any], leaf: bytes) -> None:
    """Refuse the entry unless the council's own key, and no other, has signed it: no mandate reaches so far."""
    require_signers(view, record, {council_key(view, leaf): "the council"})


def children_of(view: View, leaf: bytes) -> tuple[bytes, ...]:
    """The councils that are in this federation itself, in the order of their leaf hashes."""
    return tuple(child for child, _ in children_since(view, leaf))


def children_since(view: View, leaf: bytes) -> Iterator[tuple[bytes, int]]:
    """The councils that are in this federation itself, each with the index since which it is."""
    for key, fact in view.scan(CHILDREN, leaf):
        yield key[32:], fact.index


def councils_below(view: View, leaf: bytes, before: int) -> Iterator[bytes]:
    """All councils that are below this one and have been since before this index, each after the one it is in."""
    for child, since in children_since(view, leaf):
        if since < before:
            yield child
            yield from councils_below(view, child, before)


def is_below(view: View, leaf: bytes, above: bytes, before: int | None = None) -> bool:
    """Whether the council stands somewhere below ``above``; it does not stand below itself.

    With ``before``, whether it does and every step up to there is older than that index.
    """
    while parent := council_of(view, leaf).parent:
        since = view.get(CHILDREN, parent + leaf)
        if before is not None and (since is None or since.index >= before):
            return False
        if parent == above:
            return True
        leaf = parent
    return False


def level_of(view: View, leaf: bytes) -> int:
    """How many federations stand above the council."""
    level = 0
    while leaf := council_of(view, leaf).parent:
        level += 1
    return level


def levels_below(view: View, leaf: bytes) -> int:
    """How many levels of councils stand below the council."""
    return max((1 + levels_below(view, child) for child in children_of(view, leaf)), default=0)
