"""What a random history says in rounds: rosters, rounds, claims, closes, totals; true, and not."""

from typing import Any

from msgspec.structs import replace

from ledger.records.facts import ENTRIES, u32
from ledger.records.kinds.close import Close, fold_claims
from ledger.records.kinds.roster import ROSTERS, RowFact
from ledger.records.kinds.round import AllowanceRule
from ledger.records.kinds.total import TOTALS, Total
from ledger.records.kinds.withdraw import Withdraw
from ledger.records.rounds import CLOSES, ROUNDS, SEATS, RoundFact, row_of
from tests.records.bodies import (
    RosterHandle,
    RoundHandle,
    Seat,
    category,
    make_entry,
    roster_parts,
    round_body,
)
from tests.rules.teller import Teller


class RoundTeller(Teller):
    """Actions in rounds."""

    def running(self, choice: int, lie: int) -> Any:
        """A round that still takes claims, where there is one and no lie."""
        view, time = self.server.view, self.time()
        found = [item for item in view.scan(ROUNDS) if time < item[1].closes and not view.get(CLOSES, item[0])]
        return found[choice % len(found)] if found and lie != 1 else self.among(ROUNDS, choice)

    def roster(self, a: int, b: int, c: int, lie: int) -> bytes | None:
        council = self.some_council(a, lie, "council")
        if council is None:
            return None
        rule = ("none", "public", "none", "hidden")[b % 4]
        members = [f"k{c % 40}"] if c % 2 else []
        prefix = f"p{c % 7}-{council.leaf[0] % 8 if c % 16 else 0}-"  # of one council mostly
        body, _ = roster_parts(council.leaf, [5 + c % 4] * (1 + b % 5), rule=rule, members=members, prefix=prefix)
        if lie == 2 or (rule == "hidden" and c % 3 == 0):
            body = replace(body, period="2028")
        return self.said("roster", council, **body.to_json())

    def round(self, a: int, b: int, c: int, lie: int) -> bytes | None:
        found = self.late(ROSTERS, a)
        if found is None:
            return None
        leaf, fact = found
        rosters = [leaf]
        if b % 6 == 0:
            rosters += [other for other, roster in self.server.view.scan(ROSTERS) if other != leaf][: 1 + c % 2]
        council = self.acting(fact.council, c, lie)
        body, _ = roster_parts(fact.council, [1, 1], rule=fact.allowance)
        changes = {
            "rosters": tuple(rosters),
            "opens": self.time() + (60 if b % 5 == 0 else 0),
            "closes": self.time() + 60 * (4 + b % 40),
            "early_close": c % 3 != 0,
            "minimum": 1 + lie if lie else 2,
            "period": f"20{27 + b % 4}",
            "round_no": 1 + c % 2,
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
        council = self.acting(fact.council, row, lie)
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
        view = self.server.view
        still = [item for item in view.scan(ROUNDS) if not view.get(CLOSES, item[0])]
        found = self.pick(still, a) if still and lie != 1 else self.among(ROUNDS, a)
        if found is None:
            return None
        leaf, fact = found
        fold = fold_claims(self.server.view, leaf)
        body = Close(count=len(fold.claims), round=leaf, set=fold.set, sum=fold.sum)
        if lie in (2, 3, 4):
            body = replace(body, **({2: {"count": body.count + 1}, 3: {"sum": b""}, 4: {"set": bytes(32)}}[lie]))
        return make_entry("close", body, self.acting(fact.council, b, lie).key)

    def total(self, a: int, b: int, c: int, lie: int) -> bytes | None:
        view = self.server.view
        due = [item for item in view.scan(CLOSES) if item[1].count >= 2 and not view.get(TOTALS, item[0])]
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
        return make_entry("total", body, self.acting(fact.council, b, lie).key)
