"""Valid ledgers to start from, judged by the rules as they grow: every kind of entry under every allowance rule."""

import functools
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final, Literal

from fuzz.seeds_checks import Place, ask, federate, hold, object_to
from ledger.crypto.commit import Opening, add_openings, commit_allowance
from ledger.crypto.generators import GENERATORS_DIGEST
from ledger.crypto.group import format_scalar
from ledger.crypto.prover import HiddenAllowance
from ledger.errors import LedgerError
from ledger.merkle.hashing import leaf_hash
from ledger.records.claiming import make_claim
from ledger.records.entry import build_statement, parse_entry, sign_entry
from ledger.records.kind import Record
from ledger.records.kinds.claim import ClaimTerms
from ledger.records.kinds.close import fold_claims
from ledger.records.kinds.round import AllowanceRule, Category, Round
from ledger.records.view import OverlayView, View
from ledger.rules.checks import run_checks, settle
from ledger.rules.engine import owed, step
from ledger.rules.memory import MemoryView
from ledger.signing import SigningKey
from ledger.tlog.key import KeyType, VerifierKey
from ledger.tlog.policy import Log, Policy

Rule = Literal["none", "public", "hidden"]

ORIGIN: Final = "fuzz.example.org/ledger"
PERIOD: Final = 60
START: Final = 1_800_000_000
CLOSES: Final = START + 3600
ALLOWANCE: Final = 7
ROWS: Final = 3

NARROW: Final = (3, 2)
"""The categories' bits of most rounds: with a slack of 3 bits N = 8."""

WIDE: Final = (32, 32, 32, 32, 30)
"""With a slack of 3 bits N = 256."""


def key(name: str) -> SigningKey:
    """The same key for the same name."""
    return SigningKey(sha256(b"fuzz key " + name.encode()).digest())


def secret(*parts: object) -> bytes:
    """The same 32 bytes for the same parts."""
    return sha256(repr(parts).encode()).digest()


LOG: Final = key("log")
FOUNDER: Final = key("founder")
COUNCIL: Final = key("council")
FEDERATION: Final = key("federation")
MEMBER: Final = key("member")

POLICY: Final = Policy((Log(VerifierKey(ORIGIN, KeyType.ED25519, LOG.public)),))


def make(kind: str, body: Mapping[str, object], *signers: SigningKey) -> bytes:
    """A signed entry."""
    return sign_entry(build_statement(kind, ORIGIN, body), kind, signers)


@dataclass
class Growth:
    """A ledger under way: it takes true entries only. ``steps`` names them for whoever looks for one."""

    entries: list[bytes] = field(default_factory=list)
    view: MemoryView = field(default_factory=MemoryView)
    steps: dict[str, int] = field(default_factory=dict)

    def add(self, name: str, kind: str, body: Mapping[str, object], *signers: SigningKey) -> bytes:
        """The leaf hash of the entry that says this, now in the log."""
        return self.take(name, make(kind, body, *signers))

    def take(self, name: str, raw: bytes) -> bytes:
        """The leaf hash of the entry, now in the log."""
        self.view.apply(judge(self.view, raw, len(self.entries)))
        self.steps[name] = len(self.entries)
        self.entries.append(raw)
        return leaf_hash(raw)


def judge(view: View, raw: bytes, index: int) -> tuple[Any, ...]:
    """The facts that the entry adds at ``index``, as a strict audit finds them; raises the refusal."""
    record = parse_entry(raw, origin=ORIGIN)
    (verified,) = settle([record], run_checks([owed(view, record)], randbytes=os.urandom))
    if isinstance(verified, LedgerError):
        raise verified
    return step(view, verified, index)


@dataclass(frozen=True)
class Small:
    """A whole small ledger.

    Attributes:
        entries: in log order.
        steps: the index of each entry by name, such as ``claim`` or ``close``.
        terms: of each row of the round.
        hidden: the openings of the rows' allowances, where they are hidden.
        openings: of the live claims.
    """

    entries: tuple[bytes, ...]
    steps: Mapping[str, int]
    terms: tuple[ClaimTerms, ...]
    hidden: tuple[HiddenAllowance | None, ...]
    openings: tuple[Opening, ...]

    def entry(self, name: str) -> bytes:
        """The entry of this name."""
        return self.entries[self.steps[name]]

    def record(self, name: str) -> Record[Any]:
        """The entry of this name, parsed."""
        return parse_entry(self.entry(name), origin=ORIGIN)

    def view_before(self, name: str) -> OverlayView:
        """The facts of the entries before the one of this name; what is laid over them stays with the caller."""
        return OverlayView(_view_at(self.entries[: self.steps[name]]))


@functools.lru_cache(maxsize=256)
def _view_at(entries: tuple[bytes, ...]) -> MemoryView:
    view = MemoryView()
    for index, raw in enumerate(entries):
        record = parse_entry(raw, origin=ORIGIN)
        (verified,) = settle([record], [None])  # judged before, in `small`
        if isinstance(verified, LedgerError):
            raise verified
        view.apply(step(view, verified, index))
    return view


@functools.cache
def small(rule: Rule = "none", widths: tuple[int, ...] = NARROW) -> Small:
    """A ledger from entry 0 to the total: every kind, one claim by a member with a key, one replaced, one withdrawn."""
    grown = Growth()
    founding = {
        "clock_period": PERIOD,
        "cohort_floor": 2,
        "founding": (FOUNDER.public,),
        "generators": GENERATORS_DIGEST,
        "log_key": LOG.public,
        "suite": "OT1",
    }
    grown.add("ledger", "ledger", founding, FOUNDER)
    grown.add("clock", "clock", {"time": START}, LOG)
    federation = {"key": FEDERATION.public, "name": "Upper valley", "type": "federation"}
    above = grown.add("federation", "council", federation, FEDERATION, FOUNDER)
    first = key("the council's first key")
    named = {"key": first.public, "name": "Riverside · Flussufer", "parent": above, "type": "council"}
    council = grown.add("council", "council", named, first, FEDERATION)
    grown.add("key", "key", {"action": "rotate", "key": first.public, "new": COUNCIL.public}, first, COUNCIL)
    other = key("founder to be")
    grown.add("founding", "key", {"action": "rotate", "key": FOUNDER.public, "new": other.public}, FOUNDER, other)
    hidden = tuple(hidden_allowance(row) if rule == "hidden" else None for row in range(ROWS))
    rows = [_row(rule, row, hidden[row]) for row in range(ROWS)]
    roster: dict[str, object] = {"allowance": rule, "council": council, "rows": rows}
    if rule == "hidden":
        together = add_openings(Opening((0,), one.blinding) for one in hidden if one)
        roster["opening"] = {"blinding": format_scalar(together.blinding), "sum": str(ALLOWANCE * ROWS)}
    listed = grown.add("roster", "roster", roster, COUNCIL)
    ask(grown, council, COUNCIL)
    terms = _open_round(grown, rule, widths, council, listed)
    openings = _claim(grown, terms, hidden)
    total, resource, decision = _finish(grown, terms, rule, council, openings)
    at = Place(
        origin=ORIGIN,
        start=START,
        digest=secret("evidence"),
        council=council,
        federation=above,
        roster=listed,
        round=terms[0].round,
        total=total,
        resource=resource,
        decision=decision,
        opening=add_openings(openings),
        count=len(openings),
        key=COUNCIL,
        above=FEDERATION,
        member=MEMBER,
        fresh=tuple(key(f"fresh {i}") for i in range(5)),
    )
    for say in (object_to, federate, hold):
        say(grown, at)
    return Small(tuple(grown.entries), grown.steps, terms, hidden, openings)


def hidden_allowance(row: int) -> HiddenAllowance:
    """The allowance of a row, and its opening."""
    blinding = int.from_bytes(secret("allowance", row)[1:], "big")
    return HiddenAllowance(ALLOWANCE, blinding, commit_allowance(ALLOWANCE, blinding))


def _row(rule: Rule, row: int, hidden: HiddenAllowance | None) -> dict[str, object]:
    said: dict[str, object] = {"ref": f"m{row}"}
    if row == 0:
        said["key"] = MEMBER.public
    if rule == "public":
        said["allowance"] = ALLOWANCE
    if hidden is not None:
        said["commitment"] = hidden.commitment
    return said


def _open_round(
    grown: Growth, rule: Rule, widths: tuple[int, ...], council: bytes, roster: bytes
) -> tuple[ClaimTerms, ...]:
    body = Round(
        allowance=AllowanceRule(rule=rule, slack_width=None if rule == "none" else 3),
        catalogue=tuple(
            Category(code=f"c{g}", name=f"Categoría {g}", price=g, scale=0, unit="kg", width=width)
            for g, width in enumerate(widths, 1)
        ),
        closes=CLOSES,
        council=council,
        custody="clerk",
        early_close=True,
        minimum=2,
        opens=START,
        period="2027",
        rosters=(roster,),
        round_no=1,
    )
    leaf = grown.take("round", sign_entry(build_statement("round", ORIGIN, body), "round", (COUNCIL,)))
    allowances = [hidden_allowance(row).commitment if rule == "hidden" else ALLOWANCE for row in range(ROWS)]
    return tuple(
        ClaimTerms(ORIGIN, leaf, row, body.shape(), None if rule == "none" else allowances[row]) for row in range(ROWS)
    )


def claim_entry(
    terms: ClaimTerms, quantities: tuple[int, ...], seq: int, old: bytes | None, hidden: HiddenAllowance | None
) -> tuple[bytes, Opening]:
    """A claim of a row, and its opening; the row 0 has a key of its own."""
    signers = (MEMBER, COUNCIL) if terms.row == 0 else (COUNCIL,)
    statement, opening = make_claim(
        terms,
        quantities,
        key=signers[0].public,
        seq=seq,
        superseded=old,
        seed=secret(terms.row, quantities, seq, terms.shape.widths),
        hidden=hidden,
    )
    return sign_entry(statement, "claim", signers), opening


def _claim(
    grown: Growth, terms: tuple[ClaimTerms, ...], hidden: tuple[HiddenAllowance | None, ...]
) -> tuple[Opening, ...]:
    zeroes = (0,) * (terms[0].shape.m - 1)
    first, _ = claim_entry(terms[0], (1, *zeroes), 1, None, hidden[0])
    old = grown.take("claim", first)
    again, mine = claim_entry(terms[0], (2, 1, *zeroes[1:]), 2, old, hidden[0])
    grown.take("replacement", again)
    second, theirs = claim_entry(terms[1], (3, *zeroes), 1, None, hidden[1])
    grown.take("other claim", second)
    third, _ = claim_entry(terms[2], (4, *zeroes), 1, None, hidden[2])
    taken_back = {"claim": grown.take("third claim", third), "round": terms[2].round, "row": 2}
    grown.add("withdraw", "withdraw", taken_back, COUNCIL)
    return (mine, theirs)


def _finish(
    grown: Growth, terms: tuple[ClaimTerms, ...], rule: Rule, council: bytes, openings: tuple[Opening, ...]
) -> tuple[bytes, bytes, bytes]:
    """The total, the resource claim that stands, and a decision."""
    leaf = terms[0].round
    fold = fold_claims(grown.view, leaf)
    count = len(fold.claims)
    grown.add("close", "close", {"count": count, "round": leaf, "set": fold.set, "sum": fold.sum}, COUNCIL)
    together = add_openings(openings)
    total: dict[str, object] = {
        "blinding": format_scalar(together.blinding),
        "round": leaf,
        "totals": together.quantities,
        "unclaimed": ROWS - count,
    }
    if rule != "none":
        total["allowances"] = ALLOWANCE * ROWS
    adopted = grown.add("total", "total", total, COUNCIL)
    resource: dict[str, object] = {
        "affected": "all who drink",
        "area": "upper valley",
        "category": "water",
        "council": council,
        "evidence": secret("evidence"),
        "mandate": "assembly of 2026",
        "method": "gauge 7",
        "quantity": 120_050,
        "resource": "upper-spring",
        "scale": 2,
        "type": "ceiling",
        "uncertainty": 1_000,
        "unit": "m³",
        "valid_from": START,
        "valid_until": START + 86_400,
    }
    old = grown.add("resource", "resource", resource, COUNCIL)
    standing = grown.add("resource again", "resource", {**resource, "quantity": 119_950, "supersedes": old}, COUNCIL)
    decision = {
        "adopts": (adopted, old),
        "affected": "Riverside",
        "body": "assembly",
        "council": council,
        "rule": "two thirds",
        "title": "The plan for 2027",
        "turnout": {"eligible": 40, "voted": 31},
    }
    return adopted, standing, grown.add("decision", "decision", decision, COUNCIL)
