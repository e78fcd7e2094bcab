"""Random histories, true and false: each action looks at what stands in the log and makes an entry, or a lie."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from msgspec.structs import replace

from ledger.records.entry import parse_entry
from ledger.records.facts import CLOCK, ENTRIES, KEYS, ONE, ClockFact, founding_keys, u32
from ledger.records.kinds.clock import Clock
from ledger.records.kinds.close import Close, fold_claims
from ledger.records.kinds.council import COUNCILS, Council
from ledger.records.kinds.key import KeyChange
from ledger.records.kinds.resource import RESOURCES
from ledger.records.kinds.roster import ROSTERS, RowFact
from ledger.records.kinds.round import AllowanceRule
from ledger.records.kinds.total import Total
from ledger.records.kinds.withdraw import Withdraw
from ledger.records.rounds import CLOSES, ROUNDS, SEATS, RoundFact, row_of
from ledger.signing import SigningKey
from tests.records.builders import (
    FOUNDER,
    LOG,
    START,
    CouncilHandle,
    RosterHandle,
    RoundHandle,
    Seat,
    World,
    category,
    key,
    make_entry,
    roster_parts,
    round_body,
)
from tests.records.faults import decision_entry, resource_body
from tests.rules.paths import Server

Dice = tuple[int, int, int, int]
"""What an action draws: three choices, and a lie (0 to 5; 0 is none)."""


@dataclass
class Historian:
    """Makes entries against the server's state; it knows all secret keys."""

    server: Server
    keys: dict[bytes, SigningKey] = field(default_factory=dict)
    posted: list[bytes] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        for name in (LOG, FOUNDER, *(f"k{i}" for i in range(40))):
            self.keys[key(name).public] = key(name)
        self.server.post(World(proofs=False).found().entries)

    def post(self, actions: list[tuple[str, Dice]]) -> None:
        """One batch: all its entries are made before any of them is judged."""
        batch = [raw for name, dice in actions if (raw := getattr(self, name)(*dice)) is not None]
        self.posted += batch
        self.server.post(batch)

    # What stands in the log, and a choice among it.

    def among(self, space: Any, choice: int) -> Any:
        found = list(self.server.view.scan(space))
        return found[choice % len(found)] if found else None

    def running(self, choice: int, lie: int) -> Any:
        """A round that still takes claims, where there is one and no lie."""
        view, time = self.server.view, self.time()
        found = [item for item in view.scan(ROUNDS) if time < item[1].closes and not view.get(CLOSES, item[0])]
        return found[choice % len(found)] if found and lie != 1 else self.among(ROUNDS, choice)

    def founder(self) -> SigningKey:
        return self.keys[min(founding_keys(self.server.view))]

    def signer_of(self, council: bytes, lie: int) -> SigningKey:
        fact = self.server.view.get(COUNCILS, council)
        if lie == 1 or fact is None or not fact.key:
            return key(f"k{council[0] % 40}")
        return self.keys[fact.key]

    def time(self) -> int:
        return (self.server.view.get(CLOCK, ONE) or ClockFact(START)).time

    def world(self) -> World:
        return World(proofs=False, entries=self.server.log, view=self.server.view)

    # One action for each kind of entry, and three that repeat or damage one.

    def clock(self, a: int, b: int, c: int, lie: int) -> bytes:
        step = {1: -60, 2: 0, 3: 7}.get(lie, 60 * (1 + a % 4))
        return make_entry("clock", Clock(time=self.time() + step), key(FOUNDER if lie == 4 else LOG))

    def council(self, a: int, b: int, c: int, lie: int) -> bytes:
        mine = key(f"k{a % 40}")
        parent = self.among(COUNCILS, b) if c % 2 else None
        body = Council(key=mine.public, name=f"Council {c}", parent=parent[0] if parent else None, type="other")
        founding = self.founder() if lie != 2 else key("k1")
        authority = self.signer_of(parent[0], lie) if parent and b % 2 else founding
        return make_entry("council", body, *{k.public: k for k in (mine, authority)}.values())

    def key(self, a: int, b: int, c: int, lie: int) -> bytes | None:
        old, fact = self.among(KEYS, a)
        new = key(f"k{b % 40}") if c % 16 else None
        signer = self.keys.get(old)
        if c % 3 == 0 and fact.role == "council":
            parent = self.server.view.get(COUNCILS, fact.council).parent
            signer = self.signer_of(parent, lie) if parent else self.founder()
        if lie == 1 or signer is None:
            signer = key("k3")
        body = KeyChange(action="rotate" if new else "revoke", key=old, new=new.public if new else None)
        return make_entry("key", body, *{k.public: k for k in (signer, new) if k}.values())

    def roster(self, a: int, b: int, c: int, lie: int) -> bytes | None:
        found = self.among(COUNCILS, a)
        if found is None:
            return None
        rule = ("none", "public", "hidden", "none")[b % 4]
        members = [f"k{c % 40}"] if c % 2 else []
        body, _ = roster_parts(found[0], [5 + c % 4] * (1 + b % 5), rule=rule, members=members, prefix=f"p{c % 7}-")
        return make_entry("roster", body, self.signer_of(found[0], lie))

    def round(self, a: int, b: int, c: int, lie: int) -> bytes | None:
        found = self.among(ROSTERS, a)
        if found is None:
            return None
        leaf, fact = found
        rosters = [leaf]
        if b % 3 == 0:
            rosters += [other for other, roster in self.server.view.scan(ROSTERS) if other != leaf][: 1 + c % 2]
        council = CouncilHandle(fact.council, self.signer_of(fact.council, lie))
        body, _ = roster_parts(fact.council, [1, 1], rule=fact.allowance)
        changes = {
            "rosters": tuple(rosters),
            "opens": self.time() + (60 if b % 5 == 0 else 0),
            "closes": self.time() + 60 * (4 + b % 40),
            "early_close": c % 3 == 0,
            "minimum": 1 + lie if lie else 2,
            "round_no": 1 + c % 5,
            "catalogue": (category("flour", 3), category("beans", 2, price=2 if lie != 5 else 2**32 - 1)),
        }
        if fact.allowance != "none":
            changes["allowance"] = AllowanceRule(rule=fact.allowance, slack_width=3 + c % 2)
        return make_entry("round", round_body(council, RosterHandle(leaf, body, ()), **changes), council.key)

    def claim(self, a: int, b: int, c: int, lie: int) -> bytes | None:
        found = self.running(a % 3, lie)
        if found is None:
            return None
        leaf, fact = found
        row = b % (fact.rows + (lie == 5))
        handle, seat = self.handle(leaf, fact, row, lie)
        changes = {"salt": c}
        if lie == 2:
            changes["seq"] = seat.seq + c % 3
        if lie == 3:
            changes["superseded"] = self.among(ENTRIES, c)[0]
        if lie == 4:
            changes["signers"] = [handle.council.key]
        return self.world().claim_entry(handle, row, **{k: v for k, v in changes.items() if v != 0 or k != "seq"})

    def handle(self, leaf: bytes, fact: RoundFact, row: int, lie: int) -> tuple[RoundHandle, Seat]:
        """The round with what the log knows of this row (the other rows are not looked at)."""
        view = self.server.view
        here = row_of(view, fact, row) if row < fact.rows else RowFact("", b"", None)
        state = view.get(SEATS, leaf + u32(row))
        seat = Seat(self.keys.get(here.key), here.allowance, None)
        if state is not None:
            seat.seq, seat.live = state.seq, state.claim or None
        council = CouncilHandle(fact.council, self.signer_of(fact.council, lie))
        body, _ = roster_parts(fact.council, [1, 1], rule="none")
        return RoundHandle(leaf, round_body(council, RosterHandle(leaf, body, ())), council, (seat,) * (row + 1)), seat

    def withdraw(self, a: int, b: int, c: int, lie: int) -> bytes | None:
        running = self.running(b % 3, lie)
        seats = list(self.server.view.scan(SEATS, running[0])) if running else []
        found = seats[a % len(seats)] if seats else self.among(SEATS, a)
        if found is None:
            return None
        place, state = found
        leaf, row = place[:32], int.from_bytes(place[32:], "big")
        handle, seat = self.handle(leaf, self.server.view.get(ROUNDS, leaf), row, lie)
        claim = self.among(ENTRIES, c)[0] if lie == 2 else state.claim or bytes(32)
        signer = handle.council.key if lie == 3 else seat.member or handle.council.key
        return make_entry("withdraw", Withdraw(claim=claim, round=leaf, row=row), signer)

    def close(self, a: int, b: int, c: int, lie: int) -> bytes | None:
        found = self.among(ROUNDS, a)
        if found is None:
            return None
        leaf, fact = found
        fold = fold_claims(self.server.view, leaf)
        body = Close(count=len(fold.claims), round=leaf, set=fold.set, sum=fold.sum)
        if lie in (2, 3, 4):
            body = replace(body, **({2: {"count": body.count + 1}, 3: {"sum": b""}, 4: {"set": bytes(32)}}[lie]))
        return make_entry("close", body, self.signer_of(fact.council, lie))

    def total(self, a: int, b: int, c: int, lie: int) -> bytes | None:
        view = self.server.view
        due = [item for item in view.scan(CLOSES) if item[1].count >= 2]
        found = due[a % len(due)] if due and lie != 1 else self.among(ROUNDS, a)
        if found is None:
            return None
        leaf = found[0]
        fact = self.server.view.get(ROUNDS, leaf)
        close = self.server.view.get(CLOSES, leaf)
        body = Total(
            allowances=None if fact.allowance == "none" else fact.allowances + (lie == 3),
            blinding=bytes(32),
            round=leaf,
            totals=(1, 1) if lie != 4 else (1, 1, 1),
            unclaimed=fact.rows - (close.count if close else 0) + (lie == 5),
        )
        return make_entry("total", body, self.signer_of(fact.council, lie))

    def resource(self, a: int, b: int, c: int, lie: int) -> bytes | None:
        found, old = self.among(COUNCILS, a), self.among(RESOURCES, b)
        if found is None:
            return None
        council = CouncilHandle(found[0], self.signer_of(found[0], lie))
        supersedes = old[0] if old and c % 2 else self.among(ENTRIES, c)[0] if lie == 2 else None
        return make_entry("resource", resource_body(council, supersedes=supersedes, quantity=c), council.key)

    def decision(self, a: int, b: int, c: int, lie: int) -> bytes | None:
        found = self.among(COUNCILS, a)
        if found is None:
            return None
        council = CouncilHandle(found[0], self.signer_of(found[0], lie))
        adopts = (self.among(ENTRIES, b)[0] if lie != 2 else bytes([c % 256]) * 32,)
        return decision_entry(self.world(), council, adopts=adopts, title=f"Motion {c}")

    def again(self, a: int, b: int, c: int, lie: int) -> bytes | None:
        """An entry that was posted before, as it was."""
        return self.posted[a % len(self.posted)] if self.posted else self.server.log[a % len(self.server.log)]

    def damaged(self, a: int, b: int, c: int, lie: int) -> bytes | None:
        """An entry of the log with one bit turned."""
        raw = bytearray(self.server.log[a % len(self.server.log)])
        raw[(b << 8 | c) % len(raw)] ^= 1 << lie % 8
        return bytes(raw)

    def accepted_kinds(self) -> Counter[str]:
        return Counter(parse_entry(raw, origin=None).kind for raw in self.server.log)


ACTIONS = (
    *("clock", "council", "key", "roster", "roster", "round", "round", "claim", "claim", "claim", "claim", "claim"),
    *("withdraw", "close", "close", "total", "resource", "decision", "again", "damaged"),
)
