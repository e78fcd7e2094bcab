"""The demonstration step by step: everything it shows is read back from the real server, nothing is told beforehand."""

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from rich.table import Table

from ledger.clerk.claims import proving_pool
from ledger.clerk.orders import Order
from ledger.cli.demo import COHORT_FLOOR, COUNCILS, ORIGIN
from ledger.cli.demo.council import DemoCouncil, InLog, post, signed
from ledger.cli.demo.households import ROUND, examples_folder, plain_sums, split_households
from ledger.cli.demo.server import ServerProcess
from ledger.cli.demo.tamper import Forgery
from ledger.cli.founding import Founded, found
from ledger.cli.screen import Screen
from ledger.client.connection import Connection
from ledger.errors import VerificationError
from ledger.records.kinds.council import Council
from ledger.records.kinds.decision import Decision, Turnout
from ledger.records.kinds.resource import Resource
from ledger.signing import SigningKey
from ledger.tlog.policy import Policy

_DAY: Final = 86_400


@dataclass(slots=True)
class Story:
    """What has happened so far, and how long each part took."""

    screen: Screen
    folder: Path
    households: int
    workers: int
    timings: list[tuple[str, float]] = field(default_factory=list)
    over_income: int = 0
    claims: int = 0
    councils: list[DemoCouncil] = field(default_factory=list)
    founding_key: SigningKey = field(default_factory=lambda: SigningKey.generate(secrets.token_bytes))
    founded: Founded = field(init=False)
    server: ServerProcess = field(init=False)
    connection: Connection = field(init=False)
    policy: Policy = field(init=False)
    withdrawn: tuple[DemoCouncil, str] = field(init=False)
    replaced: tuple[DemoCouncil, str] = field(init=False)
    resource: InLog = field(init=False)
    audit: dict[str, Any] = field(init=False)
    caught: list[tuple[Forgery, dict[str, Any]]] = field(default_factory=list)

    @contextmanager
    def part(self, title: str) -> Iterator[None]:
        """One part of the demonstration, announced and timed."""
        self.screen.say(f"\n[bold]{len(self.timings) + 1}. {title}[/bold]")
        start = time.perf_counter()
        yield
        self.timings.append((title, time.perf_counter() - start))

    # The parts, in order.

    def start_server(self) -> None:
        """A new ledger on disk, and the server an operator would run."""
        with self.part("A ledger is founded and a server started"):
            self.founded = found(
                self.folder / "server",
                origin=ORIGIN,
                founding=[self.founding_key.public],
                signers=[self.founding_key],
                randbytes=secrets.token_bytes,
                system_time=lambda: int(time.time()),
                clock_period=1,
                cohort_floor=COHORT_FLOOR,
            )
            (self.folder / "policy").write_text(self.founded.policy, encoding="utf-8")
            self.policy = Policy.parse(self.founded.policy.encode())
            self.server = ServerProcess(self.folder / "server", self.folder / "server.log")
            self.connection = Connection(self.server.url)
            self.screen.say(
                f"   {self.server.url}, SQLite in {self.folder / 'server'}; every second has its clock entry."
            )

    def register_councils(self) -> None:
        """Fifteen councils with their rosters; each household's income is a hidden allowance."""
        with self.part(f"{COUNCILS} councils register {self.households:,} households, incomes hidden"):
            round_file = (examples_folder() / ROUND).read_bytes()
            now = int(time.time())
            files = split_households(self.folder, councils=COUNCILS, households=self.households)
            with self.screen.progress("   councils", COUNCILS) as advance:
                for number, file in enumerate(files, 1):
                    council = DemoCouncil(number, self.folder, file, origin=ORIGIN)
                    council.register(self.connection, self.founding_key)
                    council.open_round(
                        self.connection, round_file, opens=now - 60, closes=now + _DAY, cohort_floor=COHORT_FLOOR
                    )
                    self.councils.append(council)
                    advance(1)
            self.screen.say("   Each has a key, a roster of pseudonyms, and an open round of six categories in pence.")

    def import_orders(self) -> list[tuple[DemoCouncil, tuple[Order, ...]]]:
        """The importer reads each clerk's CSV, refuses what is over an income, and reads the corrected file."""
        with self.part("The clerks import their members' orders"):
            orders = []
            example = ""
            for council in self.councils:
                preview = council.file.preview(council.sheet, council.vault)
                over = {refusal.ref: refusal.over for refusal in preview.refusals if refusal.rule == "over-allowance"}
                if len(over) != len(preview.refusals):
                    raise AssertionError("bad math in the demonstration's files: another refusal than over-allowance")
                self.over_income += len(over)
                example = example or next(
                    (f"row {r.row}: {r.reason}, by £{(r.over or 0) / 100:.2f}" for r in preview.refusals), ""
                )
                if over:
                    amounts = {ref: amount for ref, amount in over.items() if ref is not None and amount is not None}
                    council.file = council.file.ask_again(amounts, council.file.path.with_suffix(".second.csv"))
                orders.append((council, council.file.preview(council.sheet, council.vault).accepted()))
            self.screen.say(
                f"   {self.over_income} households asked for more than their income and were refused by the importer, "
                "which says by how much,"
            )
            self.screen.say(f"   for instance {example}. Nothing was sent. They ask again within their income.")
        return orders

    def claim(self, orders: list[tuple[DemoCouncil, tuple[Order, ...]]]) -> None:
        """Every household's claim is proved and posted; one is replaced, one withdrawn."""
        with self.part("Every household claims in private"):
            total = sum(len(own) for _, own in orders)
            with (
                self.screen.progress("   claims proved and posted", total) as advance,
                proving_pool(self.workers) as pool,
            ):
                for council, own in orders:
                    council.claim(self.connection, own, workers=pool, progress=lambda _done, _of: advance(1))
            self.claims = total
            first, second = orders[0], orders[1]
            again = Order(first[1][0].ref, (), _one_less(first[1][0].quantities), first[1][0].allowance)
            first[0].claim(self.connection, [again], workers=0, progress=lambda _done, _of: None)
            self.replaced = (first[0], again.ref)
            self.withdrawn = (second[0], second[1][0].ref)
            second[0].withdraw(self.connection, second[0].sheet.row_of(second[1][0].ref))
            self.screen.say(
                f"   {total:,} claims are in the log, each one point and one proof; {again.ref} replaced hers, "
                f"{self.withdrawn[1]} withdrew."
            )

    def state_resource(self) -> None:
        """A steward says what is there."""
        with self.part("A steward says what is there"):
            key = SigningKey.generate(secrets.token_bytes)
            body = Council(key=key.public, name="Stewards of the grain store", type="steward")
            (steward,) = post(self.connection, [signed("council", ORIGIN, body, key, self.founding_key)])
            now = int(time.time())
            claim = Resource(
                affected="All councils",
                area="The county",
                category="food",
                council=steward.leaf,
                evidence=secrets.token_bytes(32),
                mandate="Stewards' assembly, for the demonstration",
                method="Inventory of the store",
                quantity=2_500_000,
                resource="grain-store",
                scale=2,
                type="base",
                uncertainty=50_000,
                unit="GBP",
                valid_from=now,
                valid_until=now + 7 * _DAY,
            )
            (self.resource,) = post(self.connection, [signed("resource", ORIGIN, claim, key)])
            self.screen.say("   Food for £25,000.00 ± £500.00: the ledger shows who says so, not that it is true.")

    def publish_totals(self) -> None:
        """Rounds close, totals are opened, a decision adopts them."""
        with self.part("The rounds close, the totals are opened, a decision adopts them"):
            for council in self.councils:
                council.publish(self.connection)
            codes = [category.code for category in self.councils[0].sheet.body.catalogue]
            published = [
                sum(council.draft.preview.totals[at][1] for council in self.councils) for at in range(len(codes))
            ]
            plain = plain_sums([council.file for council in self.councils], codes, without=[self.withdrawn[1]])
            # The one replacement asks for a penny less of one category than the clerk's file says.
            order = self.replaced[0].file
            plain[
                _reduced_category(
                    order.preview(self.replaced[0].sheet, self.replaced[0].vault).accepted()[0].quantities
                )
            ] -= 1
            table = Table(box=None, pad_edge=False, padding=(0, 2))
            for heading in ("   category", "published", "plain sum of the files", ""):
                table.add_column(heading, justify="right" if heading.startswith("p") else "left")
            for code, ours, theirs in zip(codes, published, plain, strict=True):
                table.add_row(f"   {code}", _pounds(ours), _pounds(theirs), "equal" if ours == theirs else "NOT EQUAL")
            if published != plain:
                raise VerificationError("the published totals are not the plain sums of the clerks' files")
            allowances = sum(council.draft.preview.allowances or 0 for council in self.councils)
            table.add_row("   all cost", _pounds(sum(published)), f"all incomes {_pounds(allowances)}", "")
            self.screen.say("")
            if not self.screen.json_output:
                self.screen.out.print(table)
            body = Decision(
                adopts=tuple(council.total.leaf for council in self.councils),
                affected="All households of the councils",
                body="Assembly of the councils",
                council=self.councils[0].leaf,
                rule="Simple majority",
                title="The week's plan is the sum of what was asked for",
                turnout=Turnout(eligible=self.households, voted=self.claims),
            )
            post(self.connection, [signed("decision", ORIGIN, body, self.councils[0].key)])


def _reduced_category(quantities: tuple[int, ...]) -> int:
    return max(range(len(quantities)), key=quantities.__getitem__)


def _one_less(quantities: tuple[int, ...]) -> tuple[int, ...]:
    """A penny less of what was asked for most."""
    at = _reduced_category(quantities)
    return (*quantities[:at], quantities[at] - 1, *quantities[at + 1 :])


def _pounds(pence: int) -> str:
    return f"£{pence // 100:,}.{pence % 100:02}"
