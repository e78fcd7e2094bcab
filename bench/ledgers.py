"""Ledgers to measure on: one council, rosters, one round, and as many claims and withdrawals as are asked for.

Keys, seeds and times are fixed, so that the same arguments give the same bytes. Claims are proved; or, where only the
number of entries matters, hold a point of no known opening and bytes in the place of the proof.
"""

import hashlib
import multiprocessing
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Final

from bench.claims import AMOUNT, BASKET
from ledger.crypto.generators import GENERATORS_DIGEST, basis_GG
from ledger.merkle.hashing import leaf_hash
from ledger.records.claiming import make_claim
from ledger.records.entry import build_statement, sign_entry
from ledger.records.fields import Body
from ledger.records.kinds.claim import Claim, ClaimTerms
from ledger.records.kinds.clock import Clock
from ledger.records.kinds.council import Council
from ledger.records.kinds.ledger import Ledger
from ledger.records.kinds.resource import Resource
from ledger.records.kinds.roster import Roster, Row
from ledger.records.kinds.round import AllowanceRule, Category, Round
from ledger.records.kinds.withdraw import Withdraw
from ledger.signing import SigningKey

ORIGIN: Final = "bench.example.org/ledger"
PERIOD: Final = 3600
START: Final = 1_800_000_000 - 1_800_000_000 % PERIOD
FOR_EVER: Final = 2**52
ROWS_AN_ENTRY: Final = 1_500
"""As many rows with a public allowance as fit into 65,535 bytes, with room."""

POINTS: Final = 64


def key(name: str) -> SigningKey:
    """The same key for the same name."""
    return SigningKey(hashlib.sha256(b"bench key " + name.encode()).digest())


LOG: Final = key("log")
FOUNDER: Final = key("founder")
COUNCIL: Final = key("council")


def entry(kind: str, body: Body, *signers: SigningKey) -> bytes:
    """A signed entry."""
    return sign_entry(build_statement(kind, ORIGIN, body), kind, signers)


def ledger_entry() -> bytes:
    """Entry 0."""
    body = Ledger(
        cohort_floor=2,
        clock_period=PERIOD,
        founding=(FOUNDER.public,),
        generators=GENERATORS_DIGEST,
        log_key=LOG.public,
        suite="OT1",
    )
    return entry("ledger", body, FOUNDER)


def clock_entry(time: int = START) -> bytes:
    """A clock, which only the log itself may add."""
    return entry("clock", Clock(time=time), LOG)


@dataclass(frozen=True)
class Plan:
    """A round of the shape ``BASKET`` for so many rows, each with a public allowance."""

    rows: int

    @cached_property
    def council(self) -> bytes:
        """The council's entry."""
        body = Council(key=COUNCIL.public, name="The bench's council", type="council")
        return entry("council", body, COUNCIL, FOUNDER)

    @cached_property
    def rosters(self) -> tuple[bytes, ...]:
        """The rosters' entries."""
        council = leaf_hash(self.council)
        return tuple(
            entry(
                "roster",
                Roster(
                    council=council,
                    allowance="public",
                    rows=tuple(
                        Row(ref=f"m{row}", allowance=AMOUNT)
                        for row in range(start, min(start + ROWS_AN_ENTRY, self.rows))
                    ),
                ),
                COUNCIL,
            )
            for start in range(0, self.rows, ROWS_AN_ENTRY)
        )

    @cached_property
    def round(self) -> bytes:
        """The round's entry; open at all times that a clock may say."""
        body = Round(
            allowance=AllowanceRule(rule="public", slack_width=BASKET.slack_width),
            catalogue=tuple(
                Category(code=f"c{g}", name=f"Category {g}", price=price, scale=0, unit="kg", width=width)
                for g, (width, price) in enumerate(zip(BASKET.widths, BASKET.prices, strict=True))
            ),
            closes=FOR_EVER,
            council=leaf_hash(self.council),
            custody="clerk",
            early_close=True,
            minimum=2,
            opens=0,
            period="2027",
            rosters=tuple(map(leaf_hash, self.rosters)),
            round_no=1,
        )
        return entry("round", body, COUNCIL)

    @property
    def round_name(self) -> str:
        """A name that changes with the bytes of the round."""
        return leaf_hash(self.round).hex()[:16]

    @cached_property
    def opening(self) -> tuple[bytes, ...]:
        """What stands before the claims, without entry 0 and clocks."""
        return (self.council, *self.rosters, self.round)

    def proved(self, count: int, workers: int) -> list[bytes]:
        """The claims of the first `count` rows, proved by so many processes."""
        prove = partial(_prove, leaf_hash(self.round))
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(workers, mp_context=context) as pool:
            return list(pool.map(prove, range(count), chunksize=8))

    def unproved(self, count: int, proof_bytes: int = BASKET.proof_bytes) -> Iterator[bytes]:
        """Claims of the first `count` rows as far as the rules see them: with bytes in the place of the proof."""
        points, this = basis_GG(POINTS), leaf_hash(self.round)
        for row in range(count):
            proof = hashlib.shake_128(row.to_bytes(4, "big")).digest(proof_bytes)
            at = 96 * (row % POINTS)
            body = Claim(round=this, row=row, key=COUNCIL.public, seq=1, commitment=points[at : at + 96], proof=proof)
            yield entry("claim", body, COUNCIL)

    def withdrawals(self, claims: Sequence[bytes]) -> Iterator[bytes]:
        """The withdrawal of each claim; claim i is row i's."""
        this = leaf_hash(self.round)
        for row, claim in enumerate(claims):
            yield entry("withdraw", Withdraw(claim=leaf_hash(claim), round=this, row=row), COUNCIL)

    def resources(self, count: int) -> Iterator[bytes]:
        """Claims about the world: entries that owe a signature and nothing else."""
        for number in range(count):
            body = Resource(
                affected="all who drink",
                area="upper valley",
                category="water",
                council=leaf_hash(self.council),
                evidence=hashlib.sha256(number.to_bytes(4, "big")).digest(),
                mandate="assembly of 2026",
                method="gauge 7",
                quantity=number,
                resource="upper-spring",
                scale=2,
                type="base",
                uncertainty=10,
                unit="m³",
                valid_from=START,
                valid_until=START + 86_400,
            )
            yield entry("resource", body, COUNCIL)


def _prove(this_round: bytes, row: int) -> bytes:
    terms = ClaimTerms(ORIGIN, this_round, row, BASKET, AMOUNT)
    quantities = tuple((row + g) % 100 for g in range(BASKET.m))
    seed = hashlib.sha256(b"bench claim %d" % row).digest()
    statement, _ = make_claim(terms, quantities, key=COUNCIL.public, seq=1, superseded=None, seed=seed)
    return sign_entry(statement, "claim", (COUNCIL,))
