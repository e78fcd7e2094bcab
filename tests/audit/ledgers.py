"""A ledger with two rounds for the audit's tests, where everything is, and an audit of any list of entries."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from secrets import token_bytes

from ledger.audit import AuditReport, audit
from ledger.client.source import FolderSource
from ledger.signing import SigningKey
from ledger.tlog.policy import Policy
from tests.client.publisher import log_policy, publish
from tests.records.builders import CLOSES, PERIOD, START, RoundHandle, World, key


@dataclass(frozen=True)
class Ledger:
    """Where things stand in `entries`; the two rounds run side by side, one with hidden allowances, one without."""

    world: World
    first: RoundHandle
    second: RoundHandle
    entries: tuple[bytes, ...]
    claims: tuple[int, ...]
    other_claims: tuple[int, ...]
    withdrawal: int
    late_clock: int
    close: int
    total: int
    resource: int
    decision: int


@functools.cache
def good_ledger() -> Ledger:
    world = World().found()
    one, two = world.council("Riverside"), world.council("Hillside <script>alert(1)</script>")
    first = world.round(one, world.roster(one, [7] * 4, rule="hidden", members=["Ada"]))
    second = world.round(two, world.roster(two, [None] * 4, prefix="n"), early_close=True)
    claims, others = [], []
    for row in range(4):
        claims.append(len(world.entries))
        world.claim(first, row, (row % 3, 1))
        others.append(len(world.entries))
        world.claim(second, row, (1, row % 2))
    world.claim(first, 0, (3, 2))
    withdrawal = len(world.entries)
    world.withdraw(first, 3)
    late_clock = len(world.entries)
    world.tick(CLOSES - START)
    close = len(world.entries)
    closed = world.close(first)
    total = len(world.entries)
    opened = world.total(first)
    resource = len(world.entries)
    said = world.add("resource", resource_body(one.leaf), one.key)
    world.add("resource", resource_body(one.leaf, quantity=119_950, supersedes=said.leaf), one.key)
    decision = len(world.entries)
    world.add("decision", decision_body(one.leaf, (closed.leaf, opened.leaf)), one.key)
    world.close(second)
    return Ledger(
        world,
        first,
        second,
        tuple(world.entries),
        tuple(claims),
        tuple(others),
        withdrawal,
        late_clock,
        close,
        total,
        resource,
        decision,
    )


def resource_body(council: bytes, **changes):
    from ledger.records.kinds.resource import Resource

    values = {
        "affected": "all who drink",
        "area": "upper valley",
        "category": "water",
        "council": council,
        "evidence": bytes(32),
        "mandate": "assembly of 2026",
        "method": "gauge 7",
        "quantity": 120_050,
        "resource": "upper-spring",
        "scale": 2,
        "type": "base",
        "uncertainty": 1_000,
        "unit": "m³",
        "valid_from": START,
        "valid_until": START + 86_400,
    }
    return Resource(**{**values, **changes})


def decision_body(council: bytes, adopts: tuple[bytes, ...]):
    from ledger.records.kinds.decision import Decision, Turnout

    return Decision(
        adopts=adopts,
        affected="Riverside",
        body="assembly",
        council=council,
        rule="two thirds",
        title="The plan for 2027",
        turnout=Turnout(eligible=40, voted=31),
    )


def audit_entries(
    entries: Sequence[bytes],
    folder: Path,
    *,
    signer: SigningKey | None = None,
    policy: Policy | None = log_policy(),  # noqa: B008
    state: Path | None = None,
    workers: int = 1,
) -> AuditReport:
    """What an audit says when the operator, who has the log's key, publishes exactly these entries."""
    publish(entries, folder, signer=signer)
    return audit_folder(folder, policy=policy, state=state, workers=workers)


def audit_folder(folder: Path, *, policy: Policy | None, state: Path | None, workers: int = 1) -> AuditReport:
    return audit(
        FolderSource(folder),
        policy=policy,
        state=state,
        workers=workers,
        progress=lambda _done, _size: None,
        randbytes=token_bytes,
        now=lambda: 1_800_009_999.0,
    )


def signed_by(*names: str) -> tuple[SigningKey, ...]:
    return tuple(key(name) for name in names)


__all__ = ["PERIOD", "Ledger", "audit_entries", "audit_folder", "good_ledger", "signed_by"]
