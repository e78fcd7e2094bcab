"""``challenge``: a council or a member on a roster objects to an entry, on a ground, and is owed an answer in time."""

from typing import Final, Literal

from ledger.records.challenges import (
    AGAINST,
    CHALLENGERS,
    CHALLENGES,
    AgainstFact,
    ChallengeFact,
    ChallengerFact,
    root_of_entry,
)
from ledger.records.councils import require_council
from ledger.records.facts import ENTRIES, ledger_of, now, u32
from ledger.records.fields import Body, Digest, LeafHash, Ordinal, RowNumber
from ledger.records.kind import Kind, Record, nothing_owed
from ledger.records.kinds.roster import ROSTERS, ROWS
from ledger.records.rule_names import refusal
from ledger.records.signers import require_signers
from ledger.records.view import Fact, View

Ground = Literal["consultation", "double-count", "evidence", "harm", "mandate", "measurement", "privacy", "procedure"]


class Challenge(Body, frozen=True, kw_only=True):
    """What a challenge entry says.

    Attributes:
        about: the entry meant.
        again: sets what is challenged once more apart from the time before.
        council: who challenges; or else
        roster, row: the member who does, by her row in a roster, which has her key.
        evidence: the SHA-256 of what is shown for it, which is kept elsewhere.
        ground: why. There are no words about people in the log.
    """

    about: LeafHash
    again: Ordinal | None = None
    council: LeafHash | None = None
    evidence: Digest | None = None
    ground: Ground
    roster: LeafHash | None = None
    row: RowNumber | None = None


def _check(body: Challenge) -> None:
    by_member = body.roster is not None and body.row is not None
    if (body.council is not None) == by_member or (body.roster is None) != (body.row is None):
        raise refusal("bad-field", "council stands alone, or roster and row without it")


def _step(view: View, record: Record[Challenge], index: int) -> tuple[Fact, ...]:
    body = record.body
    root = root_of_entry(view, body.about)
    challenger, home = _challenger(view, record)
    rule, time = ledger_of(view), now(view)
    known = view.get(CHALLENGERS, challenger) or ChallengerFact(())
    recent = tuple(each for each in known.times if each > time - rule.challenge_reply)
    if len(recent) >= rule.challenge_limit:
        raise refusal(
            "too-many-challenges",
            f"the challenger has challenged {len(recent)} times within {rule.challenge_reply} s; "
            f"{rule.challenge_limit} are allowed",
        )
    entry = view.get(ENTRIES, body.about)
    if entry is None:
        raise AssertionError("bad math in the facts: an entry has a root and is not in the view")
    fact = ChallengeFact(
        about=body.about,
        root=root,
        challenger=challenger,
        home=home,
        council=body.council is not None,
        answers=entry.answers,
        deadline=time + rule.challenge_reply,
        index=index,
        replied=None,
        outcome=None,
        decided=None,
    )
    return (
        CHALLENGES.put(record.leaf, fact),
        AGAINST.put(root + record.leaf, AgainstFact(index)),
        CHALLENGERS.put(challenger, ChallengerFact((*recent, time))),
    )


def _challenger(view: View, record: Record[Challenge]) -> tuple[bytes, bytes]:
    """The council's leaf hash, or the member's key, which has signed the entry; and the council that she is in."""
    body = record.body
    if body.council is not None:
        require_council(view, record, body.council)
        return body.council, body.council
    if body.roster is None or body.row is None:
        raise AssertionError("bad math in the check of a challenge: it has neither a council nor a row")
    roster = view.get(ROSTERS, body.roster)
    if roster is None:
        raise refusal("unknown-roster", "roster is not the leaf hash of a roster entry")
    row = view.get(ROWS, body.roster + u32(body.row))
    if row is None:
        raise refusal("row-out-of-range", f"the roster has no row {body.row}")
    if not row.key:
        raise refusal("wrong-key", "the row has no member key; its council can challenge for it")
    require_signers(view, record, {row.key: "the row's member key"})
    return row.key, roster.council


KIND: Final = Kind("challenge", Challenge, _check, nothing_owed, _step)
