"""How a claim about the world stands now: what makes it doubtful, by rules and not by anybody's choice."""

from typing import Literal

from ledger.records.assent import CONSENTS
from ledger.records.challenges import CHALLENGES, open_against
from ledger.records.kinds.decision import ADOPTIONS
from ledger.records.kinds.resource import RESOURCES, ResourceFact, claims_about
from ledger.records.view import View

Mark = Literal["above", "challenged", "contested", "expired", "overdue", "own-word", "superseded", "unevidenced"]
"""``above``: more was measured than the claim says, over a ceiling or beyond a base or capacity. ``challenged``: a
challenge is open against it; ``overdue``: one was not answered in time. ``contested``: another council claims something
about the same resource, and it is not one of these claims alone that a council other than its claimant has adopted.
``expired``: its validity is over. ``own-word``: no council but its own is for it or has adopted it. ``superseded``;
``unevidenced``: it names no evidence."""


def resource_marks(view: View, leaf: bytes, time: int) -> tuple[Mark, ...]:
    """What is to be shown beside the resource claim of this leaf hash, sorted; nothing if nothing is against it.

    Args:
        view: which holds the claim.
        leaf: the claim's leaf hash.
        time: the last clock.
    """
    fact = _known(view, leaf)
    marks: list[Mark] = []
    if fact.used > fact.quantity:
        marks.append("above")
    against = tuple(open_against(view, leaf))
    if against:
        marks.append("challenged")
    if _is_contested(view, leaf, fact, time):
        marks.append("contested")
    if time >= fact.valid_until:
        marks.append("expired")
    if any(_is_overdue(view, challenge, time) for challenge in against):
        marks.append("overdue")
    if not _has_others(view, leaf, fact.council):
        marks.append("own-word")
    if fact.superseded_by:
        marks.append("superseded")
    if not fact.evidenced:
        marks.append("unevidenced")
    return tuple(marks)


def _known(view: View, leaf: bytes) -> ResourceFact:
    fact = view.get(RESOURCES, leaf)
    if fact is None:
        raise AssertionError("bad math in the marks: the resource claim is not in the view")
    return fact


def _is_overdue(view: View, challenge: bytes, time: int) -> bool:
    fact = view.get(CHALLENGES, challenge)
    return fact is not None and fact.state(time) == "overdue"


def _has_others(view: View, leaf: bytes, claimant: bytes) -> bool:
    """Whether a council other than the claimant is for the claim, or has adopted it."""
    said = view.scan(CONSENTS, leaf)
    return any(key[32:] != claimant and consent.verdict == "for" for key, consent in said) or is_adopted(
        view, leaf, claimant
    )


def is_adopted(view: View, leaf: bytes, claimant: bytes) -> bool:
    """Whether a council other than the claimant has adopted the claim."""
    return any(adoption.council != claimant for _, adoption in view.scan(ADOPTIONS, leaf))


def _is_contested(view: View, leaf: bytes, fact: ResourceFact, time: int) -> bool:
    """Whether another council's living claim about the resource stands beside this one, unresolved."""
    if not _lives(fact, time):
        return False
    claimants = {
        other: rival.council
        for other in claims_about(view, fact.resource)
        if (rival := _known(view, other)).type == fact.type and rival.council != fact.council and _lives(rival, time)
    }
    if not claimants:
        return False
    claimants[leaf] = fact.council
    return sum(is_adopted(view, other, claimant) for other, claimant in claimants.items()) != 1


def _lives(fact: ResourceFact, time: int) -> bool:
    return not fact.superseded_by and time < fact.valid_until
