"""``ledger``: entry 0. It fixes the origin, the suite, the log's key, the founding keys and the floor of cohorts."""

from typing import Annotated, Final, Literal

from msgspec import Meta

from ledger.crypto.generators import GENERATORS_DIGEST
from ledger.records.facts import FOUNDING, KEYS, LEDGER, ONE, FoundingFact, KeyFact, LedgerFact
from ledger.records.fields import MAX_ROWS, Body, Digest, Key, check_key
from ledger.records.kind import Kind, Record, nobody, nothing_owed
from ledger.records.rule_names import refusal
from ledger.records.signers import require_signers
from ledger.records.view import Fact, View


class ChallengeRule(Body, frozen=True, kw_only=True):
    """How many challenges one challenger may make within ``reply`` seconds, in which each is to be answered."""

    limit: Annotated[int, Meta(ge=1, le=1000)]
    reply: Annotated[int, Meta(ge=1, le=31_536_000)]


DEFAULT_CHALLENGES: Final = ChallengeRule(limit=3, reply=1_209_600)
"""Where entry 0 says nothing of challenges: three in two weeks."""


class Ledger(Body, frozen=True, kw_only=True):
    """What entry 0 says."""

    challenges: ChallengeRule | None = None
    cohort_floor: Annotated[int, Meta(ge=2, le=MAX_ROWS)]
    clock_period: Annotated[int, Meta(ge=1, le=3600)]
    founding: Annotated[tuple[Key, ...], Meta(min_length=1, max_length=16)]
    generators: Digest
    log_key: Key
    suite: Literal["OT1"]


def _check(body: Ledger) -> None:
    for key in body.founding:
        check_key(key, "founding")
    check_key(body.log_key, "log_key")
    if list(body.founding) != sorted(set(body.founding)):
        raise refusal("bad-field", "founding is not sorted by the keys' bytes, or holds a key twice")
    if body.log_key in body.founding:
        raise refusal("bad-field", "log_key stands among the founding keys")


def _step(view: View, record: Record[Ledger], index: int) -> tuple[Fact, ...]:
    body = record.body
    if body.generators != GENERATORS_DIGEST:
        raise refusal("wrong-generators", "generators is not the digest of the generators of suite OT1")
    require_signers(view, record, dict.fromkeys(body.founding, "each founding key"))
    rule = body.challenges or DEFAULT_CHALLENGES
    fact = LedgerFact(record.origin, body.cohort_floor, body.clock_period, body.log_key, rule.limit, rule.reply)
    return (
        LEDGER.put(ONE, fact),
        KEYS.put(body.log_key, KeyFact("log", b"", None)),
        *(KEYS.put(key, KeyFact("founding", b"", None)) for key in body.founding),
        *(FOUNDING.put(key, FoundingFact(index)) for key in body.founding),
    )


KIND: Final = Kind("ledger", Ledger, _check, nothing_owed, _step, nobody)
