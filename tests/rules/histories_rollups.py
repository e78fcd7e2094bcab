"""What a random history says in federations: membership, requests, tags, rollups; true, and not."""

from itertools import chain

from ledger.records.councils import COUNCILS, councils_below, is_below
from ledger.records.facts import ENTRIES
from ledger.records.kinds.request import REQUESTS, default_of, live_requests
from ledger.records.kinds.rollup import ROLLUPS
from ledger.records.kinds.roster import ROSTERS, ROWS
from ledger.records.kinds.tags import member_tag
from ledger.records.rounds import CLOSES, ROUNDS, round_number
from tests.records.bodies import ORIGIN, USUAL, CouncilHandle
from tests.rules.teller import Teller


class RollupTeller(Teller):
    """Actions of federations and of those in them."""

    def membership(self, a: int, b: int, c: int, lie: int) -> bytes | None:
        found = self.among(COUNCILS, a)
        if found is None:
            return None
        leaf, fact = found
        to = self.some_council(b, lie, "federation") if c % 4 or not fact.parent else None
        left = fact.parent or None if lie != 2 else self.among(COUNCILS, c)[0]
        who = CouncilHandle(leaf, self.signer_of(leaf, lie))
        others = [to.key] if to and lie != 3 else []
        if left and c % 5 == 0:
            others.append(self.signer_of(left, 0))
        return self.said("membership", who, *others, from_=left, to=to and to.leaf, again=1 + c)

    def request(self, a: int, b: int, c: int, lie: int) -> bytes | None:
        old = self.among(REQUESTS, b) if c % 4 == 0 else None
        council = self.acting(old[0][32:64], a, lie) if old else self.some_council(a, lie)
        if council is None:
            return None
        said = {"type": "default", "period": None} if c % 4 == 1 else {"period": f"20{27 + b % 4}"}
        if old is not None:
            supersedes = old[0][64:] if lie != 2 else self.among(ENTRIES, c)[0]
            said |= {"supersedes": supersedes, "period": f"20{27 + a % 4}"}
        if lie == 3:
            said["period"] = None if said["period"] else "2027"
        amounts = [{**USUAL["request"]["amounts"][0], "quantity": c}]
        return self.said("request", council, amounts=amounts, again=1 + b, **said)

    def tags(self, a: int, b: int, c: int, lie: int) -> bytes | None:
        found = self.late(ROSTERS, a)
        if found is None:
            return None
        leaf, fact = found
        period = f"20{27 + b % 4}"
        refs = [row.ref for _, row in self.server.view.scan(ROWS, leaf)]
        names = [*refs[lie == 2 :], *([f"new {c}"] if lie in (2, 3) else [])]
        tags = sorted(member_tag(name.encode(), origin=ORIGIN, period=period) for name in names)
        council = self.acting(fact.council if lie != 5 else self.among(COUNCILS, c)[0], c, lie)
        roster = leaf if lie != 4 else self.among(ENTRIES, c)[0]
        return self.said("tags", council, period=period, roster=roster, tags=tags)

    def rollup(self, a: int, b: int, c: int, lie: int) -> bytes | None:
        """Of all closed rounds of a period and number below a federation that has none of it yet."""
        view = self.server.view
        closed = [(leaf, view.get(ROUNDS, leaf), close) for leaf, close in view.scan(CLOSES)]
        found = [
            (federation, period, number)
            for federation, fact in view.scan(COUNCILS)
            if fact.type == "federation" and fact.key
            for period, number in sorted({(rnd.period, rnd.round_no) for _, rnd, _ in closed})
            if not view.get(ROLLUPS, round_number(federation, number, period)) or lie == 2
        ]
        ready = [
            (each, rounds)
            for each in found
            if (rounds := [item for item in closed if self._counts(each, item[1])])
            and sum(item[2].count for item in rounds) >= 2
        ]
        chosen = self.pick(ready, a)
        if chosen is None:
            return None
        (federation, period, number), rounds = chosen
        cut = max(close.index for _, _, close in rounds)
        below = tuple(councils_below(view, federation, cut))
        asked = dict(chain.from_iterable(live_requests(view, period, one, cut) for one in (federation, *below)))
        counted = {rnd.council for _, rnd, _ in rounds}
        silent = [one for one in below if one not in counted and view.get(COUNCILS, one).type == "council"]
        with_default = view.get(COUNCILS, federation).silent == "default"
        taken = {item[1].council for item in closed if (item[1].period, item[1].round_no) == (period, number)}
        defaults = {
            one: fact.amounts
            for one in silent
            if with_default and one not in taken and (fact := default_of(view, one, cut)) is not None
        }
        requested = [
            str(
                sum(each[3] for amounts in (*asked.values(), *defaults.values()) for each in amounts if each[:3] == one)
            )
            for one in rounds[0][1].categories
        ]
        categories = len(requested)
        said = {
            "blinding": bytes(32),
            "count": sum(close.count for _, _, close in rounds) + (lie == 3),
            "defaults": sorted(defaults),
            "missing": sorted(one for one in silent if one not in defaults),
            "period": period,
            "requested": requested,
            "requests": len(asked) + (lie == 4),
            "round_no": number,
            "rounds": [leaf for leaf, _, _ in rounds],
            "totals": ["1"] * categories,
        }
        if lie == 5:
            said |= ({"missing": []}, {"requested": ["7"] * categories}, {"totals": ["1"] * (categories + 1)})[c % 3]
        return self.said("rollup", self.acting(federation, b, lie), **said)

    def _counts(self, each: tuple[bytes, str, int], rnd) -> bool:
        federation, period, number = each
        at = (rnd.period, rnd.round_no) == (period, number)
        return at and is_below(self.server.view, rnd.council, federation)
