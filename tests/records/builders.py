"""A world that is judged as it grows: it takes true entries only, and gives handles on what they made."""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from ledger.crypto.commit import Opening, add_openings
from ledger.crypto.generators import basis_GG
from ledger.crypto.group import format_scalar
from ledger.records.assent import CONSENTS
from ledger.records.claiming import make_claim
from ledger.records.entry import parse_entry, sign_entry
from ledger.records.fields import Body
from ledger.records.kind import Record
from ledger.records.kinds.claim import Claim, ClaimTerms
from ledger.records.kinds.clock import Clock
from ledger.records.kinds.close import Close, fold_claims
from ledger.records.kinds.council import Council, FederationRule
from ledger.records.kinds.total import Total
from ledger.records.kinds.withdraw import Withdraw
from ledger.records.recovering import RECOVERIES
from ledger.records.view import Fact, View
from ledger.rules.checks import run_checks, settle
from ledger.rules.engine import Owed, owed, step
from ledger.rules.memory import MemoryView
from ledger.signing import SigningKey
from tests.records.bodies import (
    CLOSES,
    FOUNDER,
    LOG,
    OPENS,
    ORIGIN,
    PERIOD,
    START,
    CouncilHandle,
    Holder,
    RosterHandle,
    RoundHandle,
    Seat,
    body_of,
    category,
    key,
    ledger_body,
    make_entry,
    raw_entry,
    roster_parts,
    round_body,
    seed,
)

__all__ = [
    "CLOSES",
    "FOUNDER",
    "LOG",
    "OPENS",
    "ORIGIN",
    "PERIOD",
    "START",
    "CouncilHandle",
    "Holder",
    "RosterHandle",
    "RoundHandle",
    "Seat",
    "World",
    "category",
    "judge",
    "key",
    "ledger_body",
    "make_entry",
    "parse_entry",
    "raw_entry",
    "roster_parts",
    "round_body",
    "seed",
    "small_world",
    "whole_world",
]


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

    def council(self, name: str = "Riverside", parent: CouncilHandle | None = None, **changes: Any) -> CouncilHandle:
        mine = key(name)
        values = {"key": mine.public, "name": name, "parent": parent.leaf if parent else None, "type": "council"}
        body = Council(**{**values, **changes})
        return CouncilHandle(self.add("council", body, mine, parent.key if parent else key(FOUNDER)).leaf, mine)

    def federation(
        self, name: str = "Valley", parent: CouncilHandle | None = None, *, silent: str = "excluded", tags: bool = False
    ) -> CouncilHandle:
        rule = FederationRule(silent=silent, tags=tags)
        return self.council(name, parent, type="federation", rule=rule)

    def entry(self, kind: str, who: CouncilHandle | SigningKey, *signers: SigningKey, **said: Any) -> bytes:
        """What is usual of this kind, said by a council under its name, or by a key; ``signed`` names all signers.

        A consent is counted on from the council's last one, as a client does, unless ``again`` is given.
        """
        if kind == "consent" and "again" not in said and isinstance(who, CouncilHandle):
            last = self.view.get(CONSENTS, said["about"] + who.leaf)
            said["again"] = None if last is None else last.again + 1 or None
        first = who.key if isinstance(who, CouncilHandle) else who
        keys = said.pop("signed", (first, *signers))
        return raw_entry(kind, body_of(kind, who, said), *keys, origin=self.origin)

    def say(self, kind: str, who: CouncilHandle | SigningKey, *signers: SigningKey, **said: Any) -> bytes:
        """The leaf hash of :meth:`entry`, which is accepted."""
        return self.accept(self.entry(kind, who, *signers, **said)).leaf

    def decision(self, council: CouncilHandle, *adopts: bytes, **said: Any) -> bytes:
        """A decision; where nothing is named, it adopts entry 0."""
        leaves = adopts or (parse_entry(self.entries[0], origin=None).leaf,)
        return self.say("decision", council, **{"adopts": leaves, "title": f"Motion {len(self.entries)}", **said})

    def mandate(self, council: CouncilHandle, name: str = "Ann", *kinds: str, days: int = 1, **said: Any) -> Holder:
        """Somebody who may act for the council until so many days from now, in these kinds of entry."""
        holder = key(name)
        given = {"decision": said.pop("decision", None) or self.decision(council), "until": self.time + 86_400 * days}
        given |= {"key": holder.public, "kinds": sorted(kinds) or ["decision"], **said}
        return Holder(council.leaf, holder, self.say("mandate", council, holder, **given))

    def recovery(self, council: CouncilHandle, *names: str, threshold: int = 2, **said: Any) -> bytes:
        """The leaf hash of :meth:`recovery_entry`, which is accepted."""
        return self.accept(self.recovery_entry(council, *names, threshold=threshold, **said)).leaf

    def recovery_entry(self, council: CouncilHandle, *names: str, threshold: int = 2, **said: Any) -> bytes:
        """Recovery keys of these names, signed by the new ones and by the council's own key, or by ``by``."""
        present = self.view.get(RECOVERIES, council.leaf)
        by = said.pop("by", (council.key,))
        fresh = [key(name) for name in names if present is None or key(name).public not in present.keys]
        usual = {"keys": sorted(key(name).public for name in names), "signed": [*by, *fresh]}
        return self.entry("recovery", council, **{**usual, "threshold": threshold, **said})

    def recover(self, council: CouncilHandle, new: str, *names: str) -> None:
        """The council under a new key, set by the recovery keys of these names."""
        signers = [key(new), *map(key, names)]
        self.say("recover", council, new=key(new).public, signed=signers)
        council.key = key(new)

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

    def total_entry(self, rnd: RoundHandle, **changes: Any) -> bytes:
        return make_entry("total", self.total_body(rnd, **changes), rnd.council.key, origin=self.origin)

    def closed(
        self, council: CouncilHandle, roster: RosterHandle, claiming: Iterable[int] | None = None, **changes: Any
    ) -> RoundHandle:
        """A round that was closed early, in which these rows of its roster have claimed; all of them, if none is."""
        rnd = self.round(council, roster, **{"early_close": True, **changes})
        for row in range(len(rnd.seats)) if claiming is None else claiming:
            self.claim(rnd, row, tuple(1 for _ in rnd.body.catalogue))
        self.close(rnd)
        return rnd

    def rollup_entry(self, who: CouncilHandle, /, *rounds: RoundHandle, **changes: Any) -> bytes:
        """The rollup of these rounds, with nobody silent and nothing asked for in the open."""
        body = rounds[0].body
        seats = [seat for rnd in rounds for seat in rnd.seats]
        openings = [seat.opening for seat in seats if seat.opening is not None]
        opening = add_openings(openings) if openings else Opening((0,) * len(body.catalogue), 0)
        said = {
            "blinding": format_scalar(opening.blinding),
            "count": sum(seat.live is not None for seat in seats),
            "defaults": (),
            "missing": (),
            "period": body.period,
            "requested": ["0"] * len(body.catalogue),
            "requests": 0,
            "round_no": body.round_no,
            "rounds": [rnd.leaf for rnd in rounds],
            "totals": [str(amount) for amount in opening.quantities],
        }
        return self.entry("rollup", who, **{**said, **changes})

    def rollup(self, who: CouncilHandle, /, *rounds: RoundHandle, **changes: Any) -> bytes:
        return self.accept(self.rollup_entry(who, *rounds, **changes)).leaf


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
