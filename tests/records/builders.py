"""Builders of small ledgers for tests: keys from names, entries of every kind, a world that takes only true ones."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from ledger.crypto.commit import Opening, add_openings, commit_allowance
from ledger.crypto.generators import GENERATORS_DIGEST, basis_GG
from ledger.crypto.group import format_scalar
from ledger.crypto.prover import HiddenAllowance
from ledger.encoding import canonical_json
from ledger.records.claiming import make_claim
from ledger.records.entry import build_statement, parse_entry, sign_entry
from ledger.records.fields import Body
from ledger.records.kind import Record
from ledger.records.kinds.claim import Claim, ClaimTerms
from ledger.records.kinds.clock import Clock
from ledger.records.kinds.close import Close, fold_claims
from ledger.records.kinds.council import Council
from ledger.records.kinds.ledger import Ledger
from ledger.records.kinds.roster import Roster, Row, SumOpening
from ledger.records.kinds.round import AllowanceRule, Category, Round
from ledger.records.kinds.total import Total
from ledger.records.kinds.withdraw import Withdraw
from ledger.records.view import Fact, View
from ledger.rules.checks import run_checks, settle
from ledger.rules.engine import Owed, owed, step
from ledger.rules.memory import MemoryView
from ledger.signing import SigningKey

ORIGIN = "example.org/ledger"
PERIOD = 60
START = 1_800_000_000
"""The time of the first clock; a multiple of the period."""

OPENS, CLOSES = START, START + 3600
LOG = "the log"
FOUNDER = "founder"


def key(name: str) -> SigningKey:
    """The same key for the same name."""
    return SigningKey(sha256(name.encode()).digest())


def seed(*parts: object) -> bytes:
    return sha256(repr(parts).encode()).digest()


def make_entry(kind: str, body: Body | dict[str, Any], *signers: SigningKey, origin: str = ORIGIN) -> bytes:
    """A signed entry whose body is held to its limits."""
    return sign_entry(build_statement(kind, origin, body), kind, signers)


def raw_entry(kind: str, body: dict[str, Any], *signers: SigningKey, origin: str = ORIGIN, v: int = 1) -> bytes:
    """A signed entry that may say anything that is canonical JSON."""
    return sign_entry(canonical_json({"body": body, "kind": kind, "ledger": origin, "v": v}), kind, signers)


def ledger_body(**changes: Any) -> Ledger:
    values = {
        "cohort_floor": 2,
        "clock_period": PERIOD,
        "founding": (key(FOUNDER).public,),
        "generators": GENERATORS_DIGEST,
        "log_key": key(LOG).public,
        "suite": "OT1",
    }
    return Ledger(**{**values, **changes})


def judge(view: View, raw: bytes, index: int, *, origin: str = ORIGIN, proofs: bool = True) -> tuple[Fact, ...]:
    """The facts that the entry adds at ``index``, as a strict audit finds them; raises the refusal.

    ``proofs=False`` leaves the group equations out (and nothing else), for histories with many steps.
    """
    record = parse_entry(raw, origin=origin)
    debt = owed(view, record)
    if not proofs:
        debt = Owed(debt.signatures, ())
    (verified,) = settle([record], run_checks([debt], randbytes=os.urandom))
    if isinstance(verified, Exception):
        raise verified
    return step(view, verified, index)


@dataclass
class CouncilHandle:
    leaf: bytes
    key: SigningKey


@dataclass
class Seat:
    """What the builder knows of one row: who claims, under which allowance, and how often she has."""

    member: SigningKey | None
    allowance: int | bytes | None
    hidden: HiddenAllowance | None
    seq: int = 0
    live: bytes | None = None
    opening: Opening | None = None


@dataclass
class RosterHandle:
    leaf: bytes
    body: Roster
    seats: tuple[Seat, ...]


@dataclass
class RoundHandle:
    leaf: bytes
    body: Round
    council: CouncilHandle
    seats: tuple[Seat, ...]


@dataclass
class World:
    """A ledger that is judged as it grows. ``accept`` takes true entries only; ``entries`` is the log."""

    origin: str = ORIGIN
    proofs: bool = True
    entries: list[bytes] = field(default_factory=list)
    view: MemoryView = field(default_factory=MemoryView)
    time: int = START

    def judge(self, raw: bytes) -> tuple[Fact, ...]:
        return judge(self.view, raw, len(self.entries), origin=self.origin, proofs=self.proofs)

    def accept(self, raw: bytes) -> Record[Any]:
        self.view.apply(self.judge(raw))
        self.entries.append(raw)
        return parse_entry(raw, origin=self.origin)

    def add(self, kind: str, body: Body | dict[str, Any], *signers: SigningKey) -> Record[Any]:
        return self.accept(make_entry(kind, body, *signers, origin=self.origin))

    def found(self, **changes: Any) -> "World":
        """Entry 0 and the first clock."""
        self.add("ledger", ledger_body(**changes), key(FOUNDER))
        return self.tick(0)

    def tick(self, seconds: int = PERIOD) -> "World":
        self.time += seconds
        self.add("clock", Clock(time=self.time), key(LOG))
        return self

    def council(self, name: str = "Riverside", parent: CouncilHandle | None = None) -> CouncilHandle:
        mine = key(name)
        body = Council(key=mine.public, name=name, parent=parent.leaf if parent else None, type="council")
        return CouncilHandle(self.add("council", body, mine, parent.key if parent else key(FOUNDER)).leaf, mine)

    def roster(
        self,
        council: CouncilHandle,
        allowances: Sequence[int | None] = (None, None, None),
        *,
        rule: str = "none",
        members: Sequence[str | None] = (),
        prefix: str = "m",
    ) -> RosterHandle:
        body, seats = roster_parts(council.leaf, allowances, rule=rule, members=members, prefix=prefix)
        return RosterHandle(self.add("roster", body, council.key).leaf, body, seats)

    def round(self, council: CouncilHandle, *rosters: RosterHandle, **changes: Any) -> RoundHandle:
        body = round_body(council, *rosters, **changes)
        seats = tuple(Seat(s.member, s.allowance, s.hidden) for roster in rosters for s in roster.seats)
        return RoundHandle(self.add("round", body, council.key).leaf, body, council, seats)

    def claim_entry(self, rnd: RoundHandle, row: int, quantities: tuple[int, ...] = (1, 1), **changes: Any) -> bytes:
        return self.claim_parts(rnd, row, quantities, **changes)[0]

    def claim_parts(
        self, rnd: RoundHandle, row: int, quantities: tuple[int, ...] = (1, 1), **changes: Any
    ) -> tuple[bytes, Opening | None]:
        """A claim as the row would make it now; ``changes`` to seq, superseded, key, signers, terms make it false."""
        seat = rnd.seats[row]
        claimant: SigningKey = changes.get("key", seat.member or rnd.council.key)
        signers = changes.get("signers", {k.public: k for k in (claimant, rnd.council.key)}.values())
        terms = changes.get("terms", ClaimTerms(self.origin, rnd.leaf, row, rnd.body.shape(), seat.allowance))
        said = {
            "key": claimant.public,
            "seq": changes.get("seq", seat.seq + 1),
            "superseded": changes.get("superseded", seat.live),
        }
        secret = seed(len(self.entries), rnd.leaf, row, quantities, changes.get("salt"))
        if self.proofs:
            statement, opening = make_claim(terms, quantities, **said, seed=secret, hidden=seat.hidden)
            return sign_entry(statement, "claim", tuple(signers)), opening
        points = basis_GG(64)  # real points of no known opening: good enough where no proof is checked
        place = 96 * (secret[0] % 64)
        body = Claim(round=terms.round, row=terms.row, commitment=points[place : place + 96], proof=secret, **said)
        return make_entry("claim", body, *signers, origin=self.origin), None

    def claim(self, rnd: RoundHandle, row: int, quantities: tuple[int, ...] = (1, 1)) -> Record[Any]:
        raw, opening = self.claim_parts(rnd, row, quantities)
        record = self.accept(raw)
        seat = rnd.seats[row]
        seat.seq, seat.live, seat.opening = seat.seq + 1, record.leaf, opening
        return record

    def withdraw_entry(self, rnd: RoundHandle, row: int) -> bytes:
        seat = rnd.seats[row]
        body = Withdraw(claim=seat.live or bytes(32), round=rnd.leaf, row=row)
        return make_entry("withdraw", body, seat.member or rnd.council.key, origin=self.origin)

    def withdraw(self, rnd: RoundHandle, row: int) -> Record[Any]:
        record = self.accept(self.withdraw_entry(rnd, row))
        rnd.seats[row].live = rnd.seats[row].opening = None
        return record

    def close_body(self, rnd: RoundHandle) -> Close:
        fold = fold_claims(self.view, rnd.leaf)
        return Close(count=len(fold.claims), round=rnd.leaf, set=fold.set, sum=fold.sum)

    def close(self, rnd: RoundHandle) -> Record[Any]:
        """The close, after the clock has been brought to closing time where it must be."""
        if self.time < rnd.body.closes and not rnd.body.early_close:
            self.tick(-(-(rnd.body.closes - self.time) // PERIOD) * PERIOD)
        return self.add("close", self.close_body(rnd), rnd.council.key)

    def total_body(self, rnd: RoundHandle, **changes: Any) -> Total:
        openings = [seat.opening for seat in rnd.seats if seat.opening is not None]
        opening = add_openings(openings) if openings else Opening((0,) * len(rnd.body.catalogue), 0)
        amounts = [s.hidden.amount if s.hidden else s.allowance for s in rnd.seats]
        values = {
            "allowances": None if rnd.body.allowance.rule == "none" else sum(a for a in amounts if isinstance(a, int)),
            "blinding": format_scalar(opening.blinding),
            "round": rnd.leaf,
            "totals": opening.quantities,
            "unclaimed": sum(1 for seat in rnd.seats if seat.live is None),
        }
        return Total(**{**values, **changes})

    def total(self, rnd: RoundHandle) -> Record[Any]:
        return self.add("total", self.total_body(rnd), rnd.council.key)


def roster_parts(
    council: bytes,
    allowances: Sequence[int | None],
    *,
    rule: str,
    members: Sequence[str | None] = (),
    prefix: str = "m",
) -> tuple[Roster, tuple[Seat, ...]]:
    """The body of a roster and what its members know. ``members`` names the rows that have a key of their own."""
    rows, seats, blindings = [], [], []
    for position, amount in enumerate(allowances):
        name = members[position] if position < len(members) else None
        member = key(name) if name else None
        hidden = None
        if rule == "hidden":
            blinding = int.from_bytes(seed(council, prefix, position)[1:], "big")
            hidden = HiddenAllowance(amount, blinding, commit_allowance(amount, blinding))
            blindings.append(blinding)
        rows.append(
            Row(
                ref=f"{prefix}{position}",
                key=member.public if member else None,
                allowance=amount if rule == "public" else None,
                commitment=hidden.commitment if hidden else None,
            )
        )
        seats.append(Seat(member, hidden.commitment if hidden else amount if rule == "public" else None, hidden))
    opening = None
    if rule == "hidden":
        total = add_openings([Opening((0,), blinding) for blinding in blindings]).blinding
        opening = SumOpening(blinding=format_scalar(total), sum=str(sum(amount or 0 for amount in allowances)))
    return Roster(council=council, allowance=rule, rows=tuple(rows), opening=opening), tuple(seats)


def category(code: str, width: int, price: int = 1) -> Category:
    return Category(code=code, name=code.title(), price=price, scale=0, unit="kg", width=width)


def round_body(council: CouncilHandle, *rosters: RosterHandle, **changes: Any) -> Round:
    rule = rosters[0].body.allowance
    values = {
        "allowance": AllowanceRule(rule=rule, slack_width=None if rule == "none" else 3),
        "catalogue": (category("flour", 3), category("beans", 2, price=2)),
        "closes": CLOSES,
        "council": council.leaf,
        "custody": "clerk",
        "early_close": False,
        "minimum": 2,
        "opens": OPENS,
        "period": "2027",
        "rosters": tuple(roster.leaf for roster in rosters),
        "round_no": 1,
    }
    return Round(**{**values, **changes})


def small_world(rule: str = "none", *, rows: int = 3, proofs: bool = True) -> tuple[World, RoundHandle]:
    """A ledger with one council and one open round; row 0 has a member key. With allowances, each row has 7."""
    world = World(proofs=proofs).found()
    council = world.council()
    roster = world.roster(council, [None if rule == "none" else 7] * rows, rule=rule, members=["Ada"])
    return world, world.round(council, roster)


def whole_world(rule: str = "none", *, rows: int = 3) -> tuple[World, RoundHandle]:
    """A small ledger from entry 0 to the total, with a claim of every row, one replaced and one withdrawn."""
    world, rnd = small_world(rule, rows=rows)
    for row in range(rows):
        world.claim(rnd, row, (row % 3, 1))
    world.claim(rnd, 0, (3, 2))
    world.withdraw(rnd, rows - 1)
    world.tick()
    world.claim(rnd, rows - 1, (2, 1))
    world.close(rnd)
    world.total(rnd)
    return world, rnd
