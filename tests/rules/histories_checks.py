"""What a random history says about the world and against what others said: true, and not."""

from ledger.records.challenges import CHALLENGES
from ledger.records.councils import COUNCILS
from ledger.records.facts import ENTRIES
from ledger.records.kinds.resource import RESOURCES
from ledger.records.kinds.rollup import ROLLUPS
from ledger.records.kinds.roster import ROSTERS, ROWS
from ledger.records.kinds.total import TOTALS
from tests.records.bodies import FOUNDER, CouncilHandle, key
from tests.rules.teller import Teller

GROUNDS = ("consultation", "double-count", "evidence", "harm", "mandate", "measurement", "privacy", "procedure")


class CheckTeller(Teller):
    """Actions that claim, measure, object and decide."""

    def resource(self, a: int, b: int, c: int, lie: int) -> bytes | None:
        old = self.among(RESOURCES, b) if c % 2 else None
        council = self.acting(old[1].council, a, lie) if old and c % 8 != 1 else self.some_council(a, lie)
        if council is None:
            return None
        supersedes = old[0] if old else self.among(ENTRIES, c)[0] if lie == 2 else None
        sort = ("base", "ceiling")[lie == 3]
        return self.said("resource", council, supersedes=supersedes, quantity=c, type=sort, valid_until=self.time() + c)

    def use(self, a: int, b: int, c: int, lie: int) -> bytes | None:
        found = self.among(ENTRIES if lie == 2 else RESOURCES, a)
        council = self.some_council(b, lie)
        if found is None or council is None:
            return None
        until = self.time() + (1 if lie == 3 else 0)
        quantity = 2**53 - 1 if lie == 4 else c
        return self.said("use", council, claim=found[0], quantity=quantity, until=until, method=f"meter {b}")

    def decision(self, a: int, b: int, c: int, lie: int) -> bytes | None:
        council = self.some_council(a, lie)
        if council is None:
            return None
        adopts = self.among(ENTRIES, b)[0] if lie != 2 else bytes([c % 256]) * 32
        return self.said("decision", council, adopts=[adopts], title=f"Motion {c}")

    def challenge(self, a: int, b: int, c: int, lie: int) -> bytes | None:
        """By a council, or by a member with a key."""
        view = self.server.view
        said = {"about": self.late(ENTRIES, a)[0], "ground": GROUNDS[c % 8], "again": 1 + b}
        if lie == 2:
            said["about"] = bytes([c]) * 32
        rows = [place for place, row in view.scan(ROWS) if row.key]
        if c % 3 == 0 and rows:
            place = self.pick(rows, b)
            said |= {"roster": place[:32], "row": int.from_bytes(place[32:], "big") + (lie == 3)}
            who = key("k1") if lie == 1 else self.keys[view.get(ROWS, place).key]
            if lie == 4:
                said["roster"] = self.among(ROSTERS, a)[0]
            return self.said("challenge", who, **said)
        council = self.some_council(b, lie)
        if council is None:
            return None
        return self.said("challenge", council, **said, **({"row": 0} if lie == 4 else {}))

    def reply(self, a: int, b: int, c: int, lie: int) -> bytes | None:
        found = self.among(CHALLENGES, a)
        if found is None:
            return None
        answering = self.by_index(found[1].answers)
        if lie == 3:
            answering = self.among(COUNCILS, b)[0]
        challenge = self.among(ENTRIES, b)[0] if lie == 2 else found[0]
        who = self.founder() if answering is None else self.acting(answering, b, lie)
        if lie == 4:
            who = key(FOUNDER)
        return self.said("reply", who, challenge=challenge, text=f"we explain {c}")

    def outcome(self, a: int, b: int, c: int, lie: int) -> bytes | None:
        """Whoever may end a challenge ends it; or somebody else."""
        view = self.server.view
        waiting = [item for item in view.scan(CHALLENGES) if item[1].outcome is None]
        found = self.pick(waiting, a) if lie != 2 else self.among(CHALLENGES, a)
        if found is None:
            return None
        leaf, fact = found
        word = ("withdrawn", "upheld", "rejected")[b % 3]
        home = view.get(COUNCILS, fact.home)
        judge = {
            "withdrawn": fact.challenger if fact.council else None,
            "upheld": self.by_index(fact.answers),
            "rejected": home.parent or fact.home if fact.council else fact.home,
        }[word]
        if lie == 3:
            judge = self.among(COUNCILS, c)[0]
        if judge is not None:
            who = self.acting(judge, c, lie)
        else:
            who = self.keys.get(fact.challenger, key("k2")) if word == "withdrawn" else self.founder()
        return self.said("outcome", who, challenge=leaf, outcome=word)

    def erratum(self, a: int, b: int, c: int, lie: int) -> bytes | None:
        view = self.server.view
        leaves = [fact.total for _, fact in view.scan(TOTALS)] + [fact.leaf for _, fact in view.scan(ROLLUPS)]
        leaf = self.among(ENTRIES, a)[0] if lie == 2 else self.pick(leaves, a)
        entry = None if leaf is None else view.get(ENTRIES, leaf)
        answering = None if entry is None else self.by_index(entry.answers)
        if answering is None or lie == 3:
            answering = (self.among(COUNCILS, b) or (None,))[0]
        if leaf is None or answering is None:
            return None
        who = CouncilHandle(answering, self.acting(answering, b, lie).key)
        return self.said("erratum", who, about=leaf, effect=("note", "withdrawn")[c % 2], reason=f"reason {c}")
