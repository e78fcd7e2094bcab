"""``resource``: a council's claim about the world: so much of this, here, measured so, under this mandate."""

from typing import Final

from ledger.records.fields import Body, Code, Digest, LeafHash, Natural, Scale, ShortText, Text
from ledger.records.kind import Kind, Record, nothing_owed
from ledger.records.kinds.council import require_council
from ledger.records.rule_names import refusal
from ledger.records.view import Fact, FactStruct, Space, View


class Resource(Body, frozen=True, kw_only=True):
    """What a resource entry says. It is recorded, not made true.

    Attributes:
        category: what it is of; ``unit`` and ``scale`` say how ``quantity`` is read.
        uncertainty: half the width of the range around ``quantity``, in the same unit.
        evidence: the SHA-256 of the evidence, which is kept elsewhere.
        valid_from: Unix seconds; the claim holds until before ``valid_until``.
        supersedes: the council's earlier claim that this one replaces.
    """

    affected: Text
    area: Text
    category: Code
    council: LeafHash
    evidence: Digest
    mandate: Text
    method: Text
    quantity: Natural
    scale: Scale
    supersedes: LeafHash | None = None
    uncertainty: Natural
    unit: ShortText
    valid_from: Natural
    valid_until: Natural


class ResourceFact(FactStruct, frozen=True):
    """A resource claim, under its leaf hash, and the leaf hash of the one that replaced it (empty if none)."""

    council: bytes
    superseded_by: bytes


RESOURCES: Final = Space("resource", ResourceFact)


def _check(body: Resource) -> None:
    if not body.valid_from < body.valid_until:
        raise refusal("bad-field", "valid_until is not later than valid_from")


def _step(view: View, record: Record[Resource], _index: int) -> tuple[Fact, ...]:
    body = record.body
    require_council(view, record, body.council)
    stated = RESOURCES.put(record.leaf, ResourceFact(body.council, b""))
    if body.supersedes is None:
        return (stated,)
    old = view.get(RESOURCES, body.supersedes)
    if old is None:
        raise refusal("unknown-resource", "supersedes is not the leaf hash of a resource entry")
    if old.council != body.council:
        raise refusal("wrong-resource", "supersedes names a resource entry of another council")
    if old.superseded_by:
        raise refusal("wrong-resource", "supersedes names a resource entry that is superseded already")
    return (stated, RESOURCES.put(body.supersedes, ResourceFact(old.council, record.leaf)))


KIND: Final = Kind("resource", Resource, _check, nothing_owed, _step)
