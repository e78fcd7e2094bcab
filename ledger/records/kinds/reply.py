"""``reply``: whoever answers for a challenged entry answers the challenge."""

from typing import Final

from msgspec.structs import replace

from ledger.records.challenges import (
    CHALLENGES,
    REPLIES,
    THREADS,
    Answer,
    ReplyFact,
    ThreadFact,
    challenge_of,
)
from ledger.records.councils import COUNCILS, require_council
from ledger.records.facts import FOUNDERS, founding_keys
from ledger.records.fields import Body, Digest, LeafHash, Text
from ledger.records.kind import Kind, Record, nothing_owed, nothing_to_check
from ledger.records.rule_names import refusal
from ledger.records.signers import require_signers
from ledger.records.view import Fact, View


class Reply(Body, frozen=True, kw_only=True):
    """What a reply entry says. Without ``council`` a founding key answers, for what no council answers for."""

    answer: Answer
    challenge: LeafHash
    council: LeafHash | None = None
    evidence: Digest | None = None
    text: Text


def _step(view: View, record: Record[Reply], index: int) -> tuple[Fact, ...]:
    body = record.body
    challenge = challenge_of(view, body.challenge)
    council = None if body.council is None else view.get(COUNCILS, body.council)
    answering = FOUNDERS if body.council is None else council.index if council is not None else None
    if answering != challenge.answers:
        raise refusal("wrong-council", "council is not the one that has to answer the challenge")
    if body.council is not None:
        require_council(view, record, body.council)
    else:
        require_signers(view, record, {}, one_of=founding_keys(view), authority="a founding key")
    said = (
        THREADS.put(record.leaf, ThreadFact(body.challenge)),
        REPLIES.put(body.challenge + index.to_bytes(8, "big"), ReplyFact(record.leaf)),
    )
    if challenge.replied is not None:
        return said
    return (*said, CHALLENGES.put(body.challenge, replace(challenge, replied=index)))


KIND: Final = Kind("reply", Reply, nothing_to_check, nothing_owed, _step)
