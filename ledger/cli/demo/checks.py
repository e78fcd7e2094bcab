"""The chapter on checks and balances: who claims, who objects, who may act, and what a total may give away.

A small ledger of its own, on a real server; every refusal that is shown is the server's answer.
"""

import secrets
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import msgspec

from ledger.audit.trace import Node
from ledger.cli.demo.assembly import Assembly, HouseholdRound
from ledger.cli.demo.checking import run_json
from ledger.cli.demo.council import InLog
from ledger.cli.demo.households import first_households
from ledger.cli.screen import Screen
from ledger.cli.trace import draw
from ledger.errors import LedgerError, VerificationError
from ledger.records.kinds.challenge import Challenge
from ledger.records.kinds.consent import Consent
from ledger.records.kinds.decision import Decision, Turnout
from ledger.records.kinds.key import KeyChange
from ledger.records.kinds.mandate import Mandate
from ledger.records.kinds.membership import Membership
from ledger.records.kinds.recall import Recall
from ledger.records.kinds.recover import Recover
from ledger.records.kinds.recovery import Recovery
from ledger.records.kinds.reply import Reply
from ledger.records.kinds.resource import Resource
from ledger.records.kinds.use import Use
from ledger.signing import SigningKey

REPLY_SECONDS: Final = 3
"""In which a challenge is to be answered here; elsewhere weeks."""

FLOOR: Final = 10
RIVERSIDE, HILLSIDE, LAKESIDE = 6, 7, 4
"""Households of the councils, none of which may publish a total alone."""

_DAY: Final = 86_400


@dataclass(slots=True)
class ChecksStory:
    """What has happened so far in this chapter."""

    screen: Screen
    folder: Path
    assembly: Assembly = field(init=False)
    parts: int = 0
    refusals: list[dict[str, str]] = field(default_factory=list)
    decision: InLog = field(init=False)
    rollup: InLog = field(init=False)

    @contextmanager
    def part(self, title: str) -> Iterator[None]:
        """One part, announced."""
        self.parts += 1
        self.screen.say(f"\n[bold]{self.parts}. {title}[/bold]")
        yield

    def refused(self, deed: str, rule: str, kind: str, body: Any, *keys: SigningKey) -> None:
        """The server refuses the entry by this rule and no other."""
        try:
            self.assembly.post(kind, body, *keys)
        except LedgerError as refusal:
            if refusal.rule != rule:
                raise
            self.refusals.append({"deed": deed, "rule": rule, "message": str(refusal)})
            self.screen.say(f"   {deed}:")
            self.screen.say(f"      [green]refused[/green] by the rule {rule}: {refusal}")
            return
        raise VerificationError(f"the server took what it must refuse: {deed}")

    # The parts, in order.

    def found(self) -> None:
        """A ledger, a federation and two councils in it, and who watches over the water."""
        with self.part("A federation of small councils"):
            there = self.assembly = Assembly.found(self.folder, floor=FLOOR, reply=REPLY_SECONDS)
            there.council("Valley", type="federation")
            there.council("Water stewards", type="steward")
            there.council("Riverside", parent="Valley")
            there.council("Hillside", parent="Valley")
            there.council("Lakeside")
            self.screen.say(f"   {there.server.url}: the federation Valley took in Riverside and Hillside, by the")
            self.screen.say("   signatures of both sides; Lakeside stands by itself; the stewards watch the water.")

    def resources(self) -> tuple[InLog, InLog]:
        """A ceiling by its claimant's own word, opposed by one affected; and a use above it."""
        there = self.assembly
        with self.part("A resource base, a ceiling, and a use above it"):
            now = int(time.time())
            said: dict[str, Any] = {
                "affected": "All who drink from the lower spring",
                "area": "Lower spring",
                "council": there.leaf("Water stewards"),
                "mandate": "Stewards' assembly, for the demonstration",
                "uncertainty": 20,
                "valid_from": now - _DAY,
                "valid_until": now + _DAY,
            }
            base = there.post(
                "resource",
                Resource(
                    **said,
                    category="water",
                    evidence=secrets.token_bytes(32),
                    method="Gauge at the weir",
                    quantity=52_000,
                    resource="lower-spring",
                    scale=0,
                    type="base",
                    unit="m³",
                ),
                there.key("Water stewards"),
            )
            ceiling = there.post(
                "resource",
                Resource(
                    **said,
                    category="nitrate",
                    method="Estimate",
                    quantity=4_000,
                    resource="nitrate-lower-spring",
                    scale=1,
                    type="ceiling",
                    unit="kg",
                ),
                there.key("Water stewards"),
            )
            for council, verdict in (("Riverside", "against"), ("Hillside", "for")):
                body = Consent(about=base.leaf, council=there.leaf(council), verdict="for")
                there.post("consent", body, there.key(council))
                if verdict == "against":
                    body = Consent(about=ceiling.leaf, council=there.leaf(council), verdict="against")
                    there.post("consent", body, there.key(council))
            use = Use(
                claim=ceiling.leaf,
                council=there.leaf("Hillside"),
                evidence=secrets.token_bytes(32),
                from_=now - 3600,
                method="Samples at the outlet",
                quantity=4_100,
                until=now - 60,
            )
            there.post("use", use, there.key("Hillside"))
            self.screen.say("   The stewards claim 52,000 m³ of water, and a ceiling of 400.0 kg of nitrate.")
            self.screen.say("   Riverside is against the ceiling; Hillside measures 410.0 kg. The ledger now says of")
            self.screen.say(f"   the ceiling: {', '.join(there.marks(ceiling.leaf))}.")
        return base, ceiling

    def object(self, base: InLog, ceiling: InLog) -> None:
        """One challenge is answered, one goes overdue, and the decision carries both."""
        there = self.assembly
        with self.part("A challenge is answered, another is not, and the decision carries what is open"):
            answered = there.post(
                "challenge",
                Challenge(
                    about=ceiling.leaf,
                    council=there.leaf("Riverside"),
                    evidence=secrets.token_bytes(32),
                    ground="evidence",
                ),
                there.key("Riverside"),
            )
            roster, member = there.member("Riverside")
            overdue = there.post(
                "challenge", Challenge(about=base.leaf, ground="measurement", roster=roster, row=0), member
            )
            there.post(
                "reply",
                Reply(
                    answer="explains",
                    challenge=answered.leaf,
                    council=there.leaf("Water stewards"),
                    text="The estimate follows the regional table; samples are being taken.",
                ),
                there.key("Water stewards"),
            )
            self.screen.say("   Riverside asks for the ceiling's evidence, and the stewards explain. A member of")
            self.screen.say(f"   Riverside doubts the gauge; {REPLY_SECONDS} seconds pass, and nobody answers her.")
            time.sleep(REPLY_SECONDS + 1)
            body = Decision(
                adopts=(base.leaf, ceiling.leaf),
                affected="All households of the valley",
                body="Assembly of the valley",
                council=there.leaf("Valley"),
                rule="Two thirds of the councils",
                title="We plan with this water and this ceiling",
                turnout=Turnout(eligible=3, voted=2),
            )
            self.decision = there.post("decision", body, there.key("Valley"))
            states = [there.challenge_state(leaf) for leaf in (answered.leaf, overdue.leaf)]
            if states != ["answered", "overdue"]:
                raise VerificationError(f"the challenges stand otherwise than they must: {states}")
            self.screen.say("   The valley adopts both claims. By rule the decision carries the two challenges that")
            self.screen.say(f"   are open: one {states[0]}, one [bold]{states[1]}[/bold].")

    def mandates(self) -> None:
        """A holder acts within her mandate, and not beyond it, and not after its recall."""
        there = self.assembly
        with self.part("A mandate is given, kept to, and recalled"):
            key = there.key("Riverside")
            decided = there.decide("Riverside", "We elect a clerk of orders")
            holder = SigningKey.generate(secrets.token_bytes)
            body = Mandate(
                council=there.leaf("Riverside"),
                decision=decided.leaf,
                key=holder.public,
                kinds=("close", "request", "round"),
                role="Clerk of orders",
                until=int(time.time()) + _DAY,
            )
            mandate = there.post("mandate", body, key, holder)
            there.post("request", there.request("Riverside", "The school's kitchen"), holder)
            self.screen.say("   The clerk of Riverside may open and close rounds and file requests; she files one.")
            outside = Consent(about=self.decision.leaf, council=there.leaf("Riverside"), verdict="for")
            self.refused("She speaks for Riverside in another matter", "outside-mandate", "consent", outside, holder)
            recall = Recall(
                by=there.leaf("Riverside"),
                council=there.leaf("Riverside"),
                mandate=mandate.leaf,
                reason="The assembly has elected another clerk",
            )
            there.post("recall", recall, key)
            again = there.request("Riverside", "Another kitchen")
            self.refused("Recalled, she files one more request", "mandate-ended", "request", again, holder)

    def recover(self) -> None:
        """A stolen key is used by its thief, and taken back by two of three members of the council."""
        there = self.assembly
        with self.part("A key is stolen, and the council takes itself back"):
            guardians = sorted((SigningKey.generate(secrets.token_bytes) for _ in range(3)), key=lambda k: k.public)
            keys = tuple(guardian.public for guardian in guardians)
            body = Recovery(council=there.leaf("Hillside"), keys=keys, threshold=2)
            there.post("recovery", body, there.key("Hillside"), *guardians)
            thief = SigningKey.generate(secrets.token_bytes)
            stolen = there.key("Hillside")
            there.post("key", KeyChange(action="rotate", key=stolen.public, new=thief.public), stolen, thief)
            self.screen.say("   Three members of Hillside hold a recovery key each. A thief rotates the council's key")
            self.screen.say("   to one of her own, and tries to lock the council out for ever.")
            own = SigningKey.generate(secrets.token_bytes)
            lock_out = Recovery(council=there.leaf("Hillside"), keys=(own.public,), threshold=1)
            self.refused("The thief sets recovery keys of her own", "wrong-key", "recovery", lock_out, thief, own)
            fresh = SigningKey.generate(secrets.token_bytes)
            alone = Recover(council=there.leaf("Hillside"), new=fresh.public)
            self.refused("One recovery key alone", "missing-signature", "recover", alone, fresh, guardians[0])
            there.post("recover", alone, fresh, *guardians[:2])
            there.renew("Hillside", fresh)
            body_after = there.request("Hillside", "A road for the thief")
            self.refused("After two of three have spoken, the thief", "revoked-key", "request", body_after, thief)

    def roll_up(self, base: InLog, ceiling: InLog) -> None:
        """Two councils too small to publish alone are published together; a difference of four is not."""
        there = self.assembly
        with self.part("Councils too small to publish alone are rolled up, and nobody can be had by subtraction"):
            there.council("County", type="federation")
            for name in ("Valley", "Lakeside"):
                joined = Membership(council=there.leaf(name), to=there.leaf("County"))
                there.post("membership", joined, there.key(name), there.key("County"))
            sizes = {"Riverside": RIVERSIDE, "Hillside": HILLSIDE, "Lakeside": LAKESIDE}
            households = iter(first_households(sum(sizes.values())))
            rounds = {
                name: HouseholdRound.closed(there, name, [next(households) for _ in range(size)])
                for name, size in sizes.items()
            }
            riverside = rounds["Riverside"]
            self.refused(
                f"Riverside publishes the total of its {RIVERSIDE} households",
                "under-minimum",
                "total",
                riverside.total(),
                there.key("Riverside"),
            )
            body = there.rollup("Valley", [riverside, rounds["Hillside"]])
            self.rollup = there.post("rollup", body, there.key("Valley"))
            _require_plain(body.totals, [riverside, rounds["Hillside"]])
            self.screen.say(
                f"   Valley opens the sum of both: {body.count} households, "
                f"food £{int(body.totals[0]) / 100:,.2f}, and in the open the school's kitchen."
            )
            all_three = there.rollup("County", list(rounds.values()))
            self.refused(
                f"County would add the {LAKESIDE} of Lakeside, who are what is left after subtracting Valley's sum",
                "differencing",
                "rollup",
                all_three,
                there.key("County"),
            )
            plan = Decision(
                adopts=(self.rollup.leaf, base.leaf, ceiling.leaf),
                affected="All households of the valley",
                body="Assembly of the valley",
                council=there.leaf("Valley"),
                rule="Two thirds of the councils",
                title="The plan for the week",
                turnout=Turnout(eligible=2, voted=2),
            )
            self.decision = there.post("decision", plan, there.key("Valley"))

    def check(self) -> dict[str, Any]:
        """An auditor checks the whole chapter from the URL, and follows the decision to its sources."""
        url = self.assembly.server.url
        with self.part("An auditor checks everything, and follows the decision to its sources"):
            code, report = run_json(self.folder, "audit", url, "--html", str(self.folder / "report.html"))
            if code:
                raise VerificationError(f"the audit of the true ledger ended with exit code {code}")
            self.screen.say(
                f"   {report['work']['entries']} entries hold. opentally trace {self.decision.index} shows:\n"
            )
            code, tree = run_json(self.folder, "trace", str(self.decision.index), url)
            if code:
                raise VerificationError(f"the trace ended with exit code {code}")
            if not self.screen.json_output:
                self.screen.out.print(draw(msgspec.convert(tree, Node)), soft_wrap=False)
        return report


def tell_checks(story: ChecksStory) -> None:
    """Every part in order, then what was shown."""
    start = time.perf_counter()
    story.found()
    base, ceiling = story.resources()
    story.object(base, ceiling)
    story.mandates()
    story.recover()
    story.roll_up(base, ceiling)
    report = story.check()
    facts = {
        "entries": report["work"]["entries"],
        "audit": report["verdict"],
        "refusals": story.refusals,
        "seconds": round(time.perf_counter() - start, 2),
    }
    story.screen.result(facts, lambda out: out.print(f"\n   Altogether {facts['seconds']:.1f} seconds."))


def _require_plain(totals: Sequence[str], rounds: Sequence[HouseholdRound]) -> None:
    """The opened sums are those of the households' own figures, added up here by hand."""
    plain = [sum(column) for column in zip(*(one for each in rounds for one in each.quantities), strict=True)]
    if [int(total) for total in totals] != plain:
        raise VerificationError("the rolled-up totals are not the plain sums of the households' figures")
