"""A small ledger on a real server, its councils with their keys, and what they make of households' figures."""

import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from ledger.cli.demo import ORIGIN
from ledger.cli.demo.council import InLog, post, signed
from ledger.cli.demo.server import ServerProcess
from ledger.cli.founding import found
from ledger.client.connection import Connection
from ledger.client.poster import get_json
from ledger.crypto.commit import Opening, add_openings
from ledger.crypto.group import format_scalar, sum_points
from ledger.encoding import encode_base64
from ledger.merkle.hashing import leaf_hash
from ledger.merkle.tree import root_of
from ledger.records.claiming import make_claim
from ledger.records.entry import parse_entry, sign_entry
from ledger.records.kinds.claim import ClaimTerms
from ledger.records.kinds.close import Close
from ledger.records.kinds.council import Council
from ledger.records.kinds.decision import Decision, Turnout
from ledger.records.kinds.ledger import ChallengeRule
from ledger.records.kinds.request import Request, RequestAmount
from ledger.records.kinds.rollup import Rollup
from ledger.records.kinds.roster import Roster, Row
from ledger.records.kinds.round import AllowanceRule, Category, Round
from ledger.records.kinds.total import Total
from ledger.signing import SigningKey

CATEGORIES = ("food", "fuel", "clothing", "alcohol", "transport", "other")
PERIOD = "2026-W48"


@dataclass(slots=True)
class Assembly:
    """The ledger, and every council's leaf hash and present key."""

    server: ServerProcess
    connection: Connection
    policy: str
    founding_key: SigningKey
    floor: int
    _councils: dict[str, tuple[bytes, SigningKey]] = field(default_factory=dict)
    _members: dict[str, tuple[bytes, SigningKey]] = field(default_factory=dict)
    _requests: dict[str, bytes] = field(default_factory=dict)

    @classmethod
    def found(cls, folder: Path, *, floor: int, reply: int) -> Self:
        """Found a ledger in ``folder`` and serve it."""
        key = SigningKey.generate(secrets.token_bytes)
        founded = found(
            folder / "server",
            origin=ORIGIN,
            founding=[key.public],
            signers=[key],
            randbytes=secrets.token_bytes,
            system_time=lambda: int(time.time()),
            clock_period=1,
            cohort_floor=floor,
            challenges=ChallengeRule(limit=3, reply=reply),
        )
        (folder / "policy").write_text(founded.policy, encoding="utf-8")
        server = ServerProcess(folder / "server", folder / "server.log")
        return cls(server, Connection(server.url), founded.policy, key, floor)

    def stop(self) -> None:
        """Stop the server."""
        self.connection.close()
        self.server.stop()

    def post(self, kind: str, body: Any, *keys: SigningKey) -> InLog:
        """The entry is in the log, or its refusal is raised."""
        (entry,) = post(self.connection, [signed(kind, ORIGIN, body, *keys)])
        return entry

    def council(self, name: str, *, type: str = "council", parent: str | None = None) -> None:  # noqa: A002 - the field's name
        """Register a council; who stands above it signs too."""
        key = SigningKey.generate(secrets.token_bytes)
        above = self.founding_key if parent is None else self.key(parent)
        body: dict[str, Any] = {"key": key.public, "name": name, "type": type}
        if parent is not None:
            body["parent"] = self.leaf(parent)
        entry = self.post("council", Council(**body), key, above)
        self._councils[name] = (entry.leaf, key)

    def leaf(self, name: str) -> bytes:
        """The council's leaf hash."""
        return self._councils[name][0]

    def key(self, name: str) -> SigningKey:
        """The council's present key."""
        return self._councils[name][1]

    def renew(self, name: str, key: SigningKey) -> None:
        """Take note of the council's new key."""
        self._councils[name] = (self.leaf(name), key)

    def member(self, council: str) -> tuple[bytes, SigningKey]:
        """A member of the council with a key of her own, in row 0 of a roster of members who do not buy anything."""
        if council not in self._members:
            key = SigningKey.generate(secrets.token_bytes)
            body = Roster(council=self.leaf(council), allowance="none", rows=(Row(ref="member-1", key=key.public),))
            self._members[council] = (self.post("roster", body, self.key(council)).leaf, key)
        return self._members[council]

    def decide(self, council: str, title: str) -> InLog:
        """The council decides something about itself."""
        body = Decision(
            adopts=(self.leaf(council),),
            affected=f"All members of {council}",
            body=f"Assembly of {council}",
            council=self.leaf(council),
            rule="Simple majority",
            title=title,
            turnout=Turnout(eligible=6, voted=5),
        )
        return self.post("decision", body, self.key(council))

    def request(self, council: str, purpose: str) -> Request:
        """What the council asks for in the open: food for £150."""
        amounts = (RequestAmount(code="food", quantity=15_000, scale=2, unit="GBP"),)
        return Request(amounts=amounts, council=self.leaf(council), period=PERIOD, purpose=purpose, type="collective")

    def marks(self, leaf: bytes) -> tuple[str, ...]:
        """What the server says makes a claim about the world doubtful."""
        return tuple(self._view(f"v1/resources/{leaf.hex()}")["resource"]["marks"])

    def challenge_state(self, leaf: bytes) -> str:
        """How far a challenge has come, as the server says."""
        state: str = self._view(f"v1/challenges/{leaf.hex()}")["challenge"]["state"]
        return state

    def rollup(self, federation: str, rounds: Sequence["HouseholdRound"]) -> Rollup:
        """The federation's roll-up of these rounds, from the openings that their clerks have handed over."""
        opening = add_openings([each.opening for each in rounds])
        live = self._view(f"v1/requests?period={PERIOD}")["requests"]
        asked = [one for one in live if one["council"] in {encode_base64(each.council) for each in rounds}]
        food = sum(amount["quantity"] for one in asked for amount in one["amounts"])
        return Rollup(
            blinding=format_scalar(opening.blinding),
            count=sum(len(each.quantities) for each in rounds),
            defaults=(),
            federation=self.leaf(federation),
            missing=(),
            period=PERIOD,
            requested=(str(food), *("0" for _ in CATEGORIES[1:])),
            requests=len(asked),
            round_no=1,
            rounds=tuple(each.leaf for each in rounds),
            totals=tuple(str(quantity) for quantity in opening.quantities),
        )

    def _view(self, path: str) -> dict[str, Any]:
        answer: dict[str, Any] = get_json(self.connection, path)
        return answer


@dataclass(frozen=True, slots=True)
class HouseholdRound:
    """A closed round of one council, and what its clerk alone knows: the figures and the opening of their sum."""

    leaf: bytes
    council: bytes
    quantities: tuple[tuple[int, ...], ...]
    opening: Opening

    @classmethod
    def closed(cls, there: Assembly, council: str, households: Sequence[tuple[int, ...]]) -> Self:
        """Open a round, let every household claim, and close it."""
        key, leaf = there.key(council), there.leaf(council)
        rows = tuple(Row(ref=f"{council.lower()}-{number}") for number in range(1, len(households) + 1))
        roster = there.post("roster", Roster(council=leaf, allowance="none", rows=rows), key)
        now = int(time.time())
        body = Round(
            allowance=AllowanceRule(rule="none"),
            catalogue=tuple(
                Category(code=code, name=code.capitalize(), price=1, scale=2, unit="GBP", width=20)
                for code in CATEGORIES
            ),
            closes=now + 86_400,
            council=leaf,
            custody="clerk",
            early_close=True,
            minimum=there.floor,
            opens=now - 60,
            period=PERIOD,
            rosters=(roster.leaf,),
            round_no=1,
        )
        opened = there.post("round", body, key)
        openings, points, claims = [], [], []
        for row, quantities in enumerate(households):
            terms = ClaimTerms(ORIGIN, opened.leaf, row, body.shape(), None)
            statement, opening = make_claim(
                terms, quantities, key=key.public, seq=1, superseded=None, seed=secrets.token_bytes(32)
            )
            raw = sign_entry(statement, "claim", [key])
            (claim,) = post(there.connection, [raw])
            openings.append(opening)
            claims.append(leaf_hash(claim.leaf))
            points.append(parse_entry(raw, origin=ORIGIN).body.commitment)
        close = Close(count=len(claims), round=opened.leaf, set=root_of(claims), sum=sum_points(points))
        there.post("close", close, key)
        return cls(opened.leaf, leaf, tuple(households), add_openings(openings))

    def total(self) -> Total:
        """The opened total, which the rules refuse for so few."""
        return Total(
            blinding=format_scalar(self.opening.blinding),
            round=self.leaf,
            totals=self.opening.quantities,
            unclaimed=0,
        )
