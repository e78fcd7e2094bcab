"""One council of the demonstration and its clerk: key, vault, roster, round, claims, close, total; posted over HTTP."""

import secrets
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from ledger.clerk.claims import MadeClaim, Seat, make_claims, make_withdrawal
from ledger.clerk.orders import Order
from ledger.clerk.outbox import Letter, Outbox
from ledger.clerk.rosters import make_rosters
from ledger.clerk.round_file import parse_round_file
from ledger.clerk.round_sheet import RoundSheet, round_sheet
from ledger.clerk.totals import LiveClaim, TotalDraft, draft_total
from ledger.clerk.vault import Vault
from ledger.cli.demo.households import ClerkFile
from ledger.client.connection import Connection
from ledger.client.poster import Declined, Posted, declined_error, post_entries
from ledger.crypto.group import sum_points
from ledger.merkle.hashing import leaf_hash
from ledger.merkle.tree import root_of
from ledger.records.entry import build_statement, parse_entry, sign_entry
from ledger.records.fields import Body
from ledger.records.kinds.close import Close
from ledger.records.kinds.council import Council
from ledger.signing import SigningKey

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class InLog:
    """An entry that is in the log, with its receipt."""

    raw: bytes
    leaf: bytes
    index: int
    receipt: bytes


def post(connection: Connection, entries: Sequence[bytes]) -> list[InLog]:
    """Every entry is in the log; the first refusal is raised."""
    posted = []
    for raw, result in zip(entries, post_entries(connection, entries), strict=True):
        if isinstance(result, Declined):
            raise declined_error(result)
        posted.append(InLog(raw, result.leaf, result.index, result.receipt))
    return posted


def signed(kind: str, origin: str, body: Body | dict[str, Any], *keys: SigningKey) -> bytes:
    """A signed entry of this kind."""
    return sign_entry(build_statement(kind, origin, body), kind, keys)


class DemoCouncil:
    """A council and all that its clerk holds."""

    def __init__(self, number: int, folder: Path, file: ClerkFile, *, origin: str) -> None:
        self.name = f"Council {number:02}"
        self.file = file
        self.key = SigningKey.generate(secrets.token_bytes)
        self.vault = Vault.create(
            folder / f"council-{number:02}.vault", origin=origin, passphrase=None, randbytes=secrets.token_bytes
        )
        self.live: dict[int, tuple[int, MadeClaim, bytes]] = {}
        self.receipts: dict[bytes, InLog] = {}
        self._origin = origin
        self._folder = folder
        self._number = number
        self._jobs = 0
        self.leaf = b""
        self.sheet: RoundSheet
        self.close: InLog
        self.total: InLog
        self.draft: TotalDraft

    def register(self, connection: Connection, founding_key: SigningKey) -> None:
        """The council enters the ledger under its own key and a founding key."""
        body = Council(key=self.key.public, name=self.name, type="council")
        (entry,) = post(connection, [signed("council", self._origin, body, self.key, founding_key)])
        self.leaf = entry.leaf

    def open_round(
        self, connection: Connection, round_file: bytes, *, opens: int, closes: int, cohort_floor: int
    ) -> None:
        """Roster with hidden allowances, and the round over it, at other times than the file's."""
        rosters = make_rosters(
            self.file.members(),
            origin=self._origin,
            council=self.leaf,
            rule="hidden",
            cohort_floor=cohort_floor,
            key=self.key,
            vault=self.vault,
            randbytes=secrets.token_bytes,
        )
        in_log = post(connection, rosters)
        body = parse_round_file(
            round_file, name="the round file", council=self.leaf, rosters=[entry.leaf for entry in in_log]
        )
        body = replace(body, opens=opens, closes=closes)
        (opened,) = post(connection, [signed("round", self._origin, body, self.key)])
        self.sheet = round_sheet(
            parse_entry(opened.raw, origin=self._origin), [parse_entry(raw, origin=self._origin) for raw in rosters]
        )

    def claim(
        self, connection: Connection, orders: Sequence[Order], *, workers: int | Executor, progress: Progress
    ) -> None:
        """Claims are proved, their openings kept, their bytes stored, and sent until each is in."""
        seats = {row: Seat(claim.seq, claim.leaf) for row, (_, claim, _) in self.live.items()}
        made = make_claims(
            self.sheet,
            orders,
            seats,
            key=self.key,
            vault=self.vault,
            randbytes=secrets.token_bytes,
            workers=workers,
            progress=progress,
        )
        self._jobs += 1
        outbox = Outbox.create(
            self._folder / f"council-{self._number:02}-{self._jobs}", [Letter(claim.ref, claim.raw) for claim in made]
        )
        outbox.run(partial(post_entries, connection))
        for claim, sent in zip(made, outbox.results(), strict=True):
            if not isinstance(sent.result, Posted):
                raise declined_error(sent.result)
            self.receipts[claim.leaf] = InLog(claim.raw, claim.leaf, sent.result.index, sent.result.receipt)
            commitment = parse_entry(claim.raw, origin=self._origin).body.commitment
            self.live[claim.row] = (sent.result.index, claim, commitment)

    def withdraw(self, connection: Connection, row: int) -> InLog:
        """The row's live claim counts no more."""
        _, claim, _ = self.live.pop(row)
        (entry,) = post(connection, [make_withdrawal(self.sheet, row, claim.leaf, key=self.key)])
        return entry

    @property
    def live_leaves(self) -> tuple[bytes, ...]:
        """The leaf hashes of the live claims in index order."""
        return tuple(claim.leaf for _, claim, _ in sorted(self.live.values(), key=lambda one: one[0]))

    def publish(self, connection: Connection) -> None:
        """The round closes over its live claims, and their sum is opened."""
        ordered = sorted(self.live.values(), key=lambda one: one[0])
        body = Close(
            count=len(ordered),
            round=self.sheet.leaf,
            set=root_of([leaf_hash(leaf) for leaf in self.live_leaves]),
            sum=sum_points(commitment for _, _, commitment in ordered),
        )
        (self.close,) = post(connection, [signed("close", self._origin, body, self.key)])
        live = [LiveClaim(claim.row, commitment) for _, claim, commitment in ordered]
        self.draft = draft_total(self.sheet, live, self.vault, randbytes=secrets.token_bytes)
        (self.total,) = post(connection, [signed("total", self._origin, self.draft.body(), self.key)])
