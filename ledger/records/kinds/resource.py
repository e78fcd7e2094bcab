"""``resource``: a council's claim about the world: so much of this, here, measured so, under this mandate."""

from collections.abc import Iterator
from typing import Final, Literal

from msgspec.structs import replace

from ledger.records.councils import require_council
from ledger.records.fields import Body, Code, Digest, LeafHash, Natural, Scale, ShortText, Text
from ledger.records.kind import Kind, Record, nothing_owed
from ledger.records.rule_names import refusal
from ledger.records.view import Fact, FactStruct, Space, View

ResourceType = Literal["base", "capacity", "ceiling"]


class Resource(Body, frozen=True, kw_only=True):
    """What a resource entry says. It is recorded, not made true.

    Attributes:
        category: what it is of; ``unit`` and ``scale`` say how ``quantity`` is read.
        uncertainty: half the width of the range around ``quantity``, in the same unit.
        evidence: the SHA-256 of the evidence, which is kept elsewhere; absent where there is none.
        resource: which one it is; claims of several councils about one stand side by side.
        type: so much is there, so much can be made or carried, or no more than so much is acceptable.
        valid_from: Unix seconds; the claim holds until before ``valid_until``.
        supersedes: the council's earlier claim that this one replaces.
    """

    affected: Text
    area: Text
    category: Code
    council: LeafHash
    evidence: Digest | None = None
    mandate: Text
    method: Text
    quantity: Natural
    resource: Code
    scale: Scale
    supersedes: LeafHash | None = None
    type: ResourceType
    uncertainty: Natural
    unit: ShortText
    valid_from: Natural
    valid_until: Natural


class ResourceFact(FactStruct, frozen=True):
    """A resource claim, under its leaf hash.

    Attributes:
        used: what was measured against it and the ones it replaced, but for uses that were judged to be wrong.
        superseded_by: the leaf hash of the claim that replaced it; empty if none did.
    """

    council: bytes
    resource: str
    type: ResourceType
    unit: str
    scale: int
    quantity: int
    valid_from: int
    valid_until: int
    evidenced: bool
    index: int
    used: int
    superseded_by: bytes


class ResourceNameFact(FactStruct, frozen=True):
    """A claim about a resource, under the resource's name, a zero byte and the claim's leaf hash."""

    index: int


RESOURCES: Final = Space("resource", ResourceFact)
RESOURCE_NAMES: Final = Space("resource-name", ResourceNameFact)


def claims_about(view: View, resource: str, after: bytes = b"") -> Iterator[bytes]:
    """The leaf hashes of the claims about the resource of this name, in their own order; those after ``after``."""
    prefix = _name(resource)
    for key, _ in view.scan(RESOURCE_NAMES, prefix, prefix + after):
        yield key[len(prefix) :]


def resource_of(view: View, leaf: bytes, field: str) -> ResourceFact:
    """The resource claim of this leaf hash, if it has not been superseded.

    Raises:
        NotAcceptedError: ``unknown-resource``, ``wrong-resource``.
    """
    fact = view.get(RESOURCES, leaf)
    if fact is None:
        raise refusal("unknown-resource", f"{field} is not the leaf hash of a resource entry")
    if fact.superseded_by:
        raise refusal("wrong-resource", f"{field} names a resource entry that is superseded already")
    return fact


def struck(view: View, claim: bytes, quantity: int) -> tuple[Fact, ...]:
    """What changes when so much that was measured against the claim turns out wrong: it, and what took its place."""
    facts: list[Fact] = []
    while claim:
        fact = view.get(RESOURCES, claim)
        if fact is None:
            raise AssertionError("bad math in the facts: a use is against a resource that is not in the view")
        facts.append(RESOURCES.put(claim, replace(fact, used=fact.used - quantity)))
        claim = fact.superseded_by
    return tuple(facts)


def _name(resource: str) -> bytes:
    return resource.encode() + b"\0"


def _check(body: Resource) -> None:
    if not body.valid_from < body.valid_until:
        raise refusal("bad-field", "valid_until is not later than valid_from")


def _step(view: View, record: Record[Resource], index: int) -> tuple[Fact, ...]:
    body = record.body
    require_council(view, record, body.council)
    fact = ResourceFact(
        council=body.council,
        resource=body.resource,
        type=body.type,
        unit=body.unit,
        scale=body.scale,
        quantity=body.quantity,
        valid_from=body.valid_from,
        valid_until=body.valid_until,
        evidenced=body.evidence is not None,
        index=index,
        used=0,
        superseded_by=b"",
    )
    named = RESOURCE_NAMES.put(_name(body.resource) + record.leaf, ResourceNameFact(index))
    if body.supersedes is None:
        return (RESOURCES.put(record.leaf, fact), named)
    old = view.get(RESOURCES, body.supersedes)
    if old is None:
        raise refusal("unknown-resource", "supersedes is not the leaf hash of a resource entry")
    if old.council != body.council:
        raise refusal("wrong-resource", "supersedes names a resource entry of another council")
    if (old.resource, old.type, old.unit, old.scale) != (body.resource, body.type, body.unit, body.scale):
        raise refusal("wrong-resource", "supersedes names an entry of another resource, type, unit or scale")
    if old.superseded_by:
        raise refusal("wrong-resource", "supersedes names a resource entry that is superseded already")
    return (
        RESOURCES.put(record.leaf, replace(fact, used=old.used)),  # nobody resets a meter by claiming again
        named,
        RESOURCES.put(body.supersedes, replace(old, superseded_by=record.leaf)),
    )


KIND: Final = Kind("resource", Resource, _check, nothing_owed, _step)
