"""The plain words of a report, for marks, states, types and powers; and how much of a long list is shown."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final, TypeVar

from ledger.audit.lines.challenges import ChallengeLine, OutcomeLine
from ledger.audit.lines.councils import KeyChangeName
from ledger.audit.lines.powers import MandateEnd, MandateLine, RecallLine, RecoveryLine
from ledger.records.standing import Mark

T = TypeVar("T")

LISTED: Final = 1_000
"""Lines of one sort that the page and the table list; the JSON form has all of them."""

MARKS: Final[Mapping[Mark, tuple[str, str]]] = MappingProxyType(
    {
        "above": ("exceeded", "more was measured than the claim says"),
        "challenged": ("challenged", "an objection to it is open"),
        "contested": ("contested", "another council claims something about the same resource, and it is not resolved"),
        "expired": ("expired", "its time is over, by the operator's clock"),
        "overdue": ("answer overdue", "an objection to it was not answered in time"),
        "own-word": ("own word only", "no other council is for it or has adopted it"),
        "superseded": ("superseded", "its council replaced it"),
        "unevidenced": ("no evidence", "it names no evidence"),
    }
)
"""For each mark its word, and what it means."""

TYPES: Final = MappingProxyType({"base": "resource base", "capacity": "capacity", "ceiling": "ceiling"})
POWERS: Final[Mapping[KeyChangeName, str]] = MappingProxyType(
    {
        "recalled": "the councils in it",
        "recovered": "its recovery keys",
        "revoked": "the key itself",
        "rotated": "the key itself",
    }
)
_ENDS: Final[Mapping[MandateEnd, str]] = MappingProxyType(
    {
        "expired": "its time ran out",
        "given-up": "given up by its holder",
        "lapsed": "too few were for it within 90 days",
        "recalled": "recalled",
        "recovered": "its council took itself back",
    }
)


def newest(lines: Sequence[T]) -> Sequence[T]:
    """Those of very many lines in the order of the log that the page and the table list."""
    return lines[-LISTED:]


def first(lines: Sequence[T]) -> Sequence[T]:
    """The same, of lines in the order in which they matter."""
    return lines[:LISTED]


def left_out(lines: Sequence[object], which: str = "newest") -> str | None:
    """The sentence that says what a page or table does not list; None where it lists all."""
    if len(lines) <= LISTED:
        return None
    return (
        f"Only the {which} {LISTED:,} of {len(lines):,} are listed here; the JSON form of this report has all of them."
    )


def many(count: int, what: str) -> str:
    """So many of something."""
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"


def cite(index: int | None) -> str:
    """An entry as people cite it."""
    return "not in this tree" if index is None else f"no. {index:,}"


def cites(indices: Sequence[int]) -> str:
    """Several entries; a few of very many."""
    some = ", ".join(cite(index) for index in indices[:10])
    return some if len(indices) <= 10 else f"{some} and {len(indices) - 10:,} more"


def under(mandate: int | None) -> str:
    """What is said beside an entry that was signed under a mandate; nothing where a council's own key signed."""
    return "" if mandate is None else f"signed under mandate {cite(mandate)}"


def marks(found: Sequence[Mark]) -> str:
    """The words of these marks."""
    return ", ".join(MARKS[mark][0] for mark in found)


def challenger(line: ChallengeLine) -> str:
    """Who challenges."""
    if line.council_name is not None:
        return line.council_name
    return f"the member in row {line.row} of roster {cite(line.roster_index)}"


def judge(line: OutcomeLine) -> str:
    """Who decided a challenge."""
    return line.council_name or ("the founders" if line.outcome == "upheld" else "the member")


def challenge_state(line: ChallengeLine) -> str:
    """Where a challenge stands, in words."""
    if line.outcome is not None:
        return f"decided: {line.outcome.outcome}, by {judge(line.outcome)}, {cite(line.outcome.index)}"
    if line.replies:
        late = ", late" if line.replies[0].late else ""
        return f"answered{late}, {cite(line.replies[0].index)}"
    return "OVERDUE: no answer in time" if line.state == "overdue" else "open"


def proposal_state(line: MandateLine | RecallLine | RecoveryLine) -> str:
    """Whether a mandate, a recall or recovery keys have effect, in words."""
    if isinstance(line, MandateLine) and line.ended is not None:
        by = "" if line.ended_by is None else f", {cite(line.ended_by)}"
        return f"ended: {_ENDS[line.ended]}{by}" + ("" if line.in_effect_since is not None else "; never in effect")
    if line.state == "waiting":
        return f"waiting: {line.agreed} of {line.quorum} are for it, more than half are needed"
    if line.state == "settled":
        return "settled otherwise, or too few were for it within 90 days: it has no effect"
    if line.state == "replaced":
        return "replaced by later ones"
    since = line.in_effect_since
    by = f", by {line.agreed} of {line.quorum}" if line.quorum else ""
    return f"in effect{by}" if since in {None, line.index} else f"in effect since {cite(since)}{by}"
