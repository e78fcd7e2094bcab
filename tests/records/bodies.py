"""What entries say in tests: keys from names, signed entries, bodies with usual values, handles on what was made."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import msgspec

from ledger.crypto.commit import Opening, add_openings, commit_allowance
from ledger.crypto.generators import GENERATORS_DIGEST
from ledger.crypto.group import format_scalar
from ledger.crypto.prover import HiddenAllowance
from ledger.encoding import canonical_json
from ledger.records.entry import build_statement, sign_entry
from ledger.records.fields import Body
from ledger.records.kinds.ledger import Ledger
from ledger.records.kinds.roster import Roster, Row, SumOpening
from ledger.records.kinds.round import AllowanceRule, Category, Round
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


@dataclass
class CouncilHandle:
    leaf: bytes
    key: SigningKey


@dataclass
class Holder(CouncilHandle):
    """Somebody who acts for the council with a key of her own, by this mandate."""

    mandate: bytes


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


OWN = {"recall": "by", "rollup": "federation"}
"""Where a kind names the council that says it; for the others it is `council`."""

USUAL: dict[str, dict[str, Any]] = {
    "challenge": {"ground": "evidence"},
    "consent": {"verdict": "for"},
    "decision": {
        "affected": "all households",
        "body": "the assembly",
        "rule": "simple majority",
        "title": "We take it up",
        "turnout": {"eligible": 10, "voted": 9},
    },
    "erratum": {"effect": "note", "reason": "a meter was read twice"},
    "mandate": {"role": "coordinator"},
    "outcome": {"outcome": "upheld", "rule": "two thirds of the assembly"},
    "recall": {"reason": "trust is lost"},
    "reply": {"answer": "explains", "text": "the gauge was calibrated in spring"},
    "request": {
        "amounts": [{"code": "flour", "quantity": 5, "scale": 0, "unit": "kg"}],
        "period": "2027",
        "purpose": "the school's kitchen",
        "type": "collective",
    },
    "resource": {
        "affected": "all who drink from it",
        "area": "the upper valley",
        "category": "water",
        "evidence": bytes(32),
        "mandate": "assembly of 3 May",
        "method": "gauge at the weir",
        "quantity": 1200,
        "resource": "weir",
        "scale": 0,
        "type": "base",
        "uncertainty": 50,
        "unit": "m³/day",
        "valid_from": START,
        "valid_until": START + 86_400,
    },
    "tags": {"period": "2027"},
    "use": {"from": START - 3600, "method": "meter at the sluice", "quantity": 100, "until": START},
}


def body_of(kind: str, who: CouncilHandle | SigningKey, said: dict[str, Any]) -> dict[str, Any]:
    """The JSON of an entry's body: what is usual, who says it, what is said. `None` leaves a usual field out."""
    own = {OWN.get(kind, "council"): who.leaf} if isinstance(who, CouncilHandle) else {}
    body = {**USUAL.get(kind, {}), **own, **{name.rstrip("_"): value for name, value in said.items()}}
    known: dict[str, Any] = msgspec.to_builtins({name: value for name, value in body.items() if value is not None})
    return known
