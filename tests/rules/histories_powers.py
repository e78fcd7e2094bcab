"""What a random history says of councils, keys, mandates, recalls, recovery, and who has a say; true, and not."""

from ledger.records.assent import CONSENTS, MANDATE_LEAVES, RECALLS, RECOVERY_ENTRIES, electorate, proposal_of
from ledger.records.councils import COUNCILS, MANDATES, children_of
from ledger.records.facts import ENTRIES, KEYS
from ledger.records.kinds.decision import DECISIONS
from ledger.records.kinds.resource import RESOURCES
from ledger.records.recovering import RECOVERIES
from tests.records.bodies import FOUNDER, LOG, CouncilHandle, key
from tests.rules.teller import Teller

MOST_COUNCILS = 16
WORDS = (
    *("challenge", "claim", "close", "consent", "decision", "erratum", "outcome", "reply", "request", "resource"),
    *("rollup", "roster", "round", "tags", "total", "use", "withdraw"),
)


class PowerTeller(Teller):
    """Actions on keys and on who may use them."""

    def clock(self, a: int, b: int, c: int, lie: int) -> bytes:
        step = {1: -60, 2: 0, 3: 7}.get(lie, 60 * (1 + a % 4))
        refused = 1 + b if c % 8 == 0 else None
        return self.said("clock", key(FOUNDER if lie == 4 else LOG), time=self.time() + step, refused=refused)

    def council(self, a: int, b: int, c: int, lie: int) -> bytes | None:
        if len(list(self.server.view.scan(COUNCILS))) >= MOST_COUNCILS and a % 8:
            return None
        mine = self.fresh(a, lie)
        above = self.some_council(b, lie, "federation") if c % 3 else None
        sort = ("federation", "council", "council", "steward")[a % 4]
        rule = {"silent": ("default", "excluded")[b % 2], "tags": b % 4 == 1}
        authority = above.key if above else self.founder() if lie != 2 else key("k1")
        return self.said(
            "council",
            mine,
            authority,
            key=mine.public,
            name=f"Council {c}",
            parent=above and above.leaf,
            rule=rule if (sort == "federation") != (lie == 3) else None,
            type=sort,
        )

    def key(self, a: int, b: int, c: int, lie: int) -> bytes:
        """Most keys stay: councils without one do nothing more."""
        found = list(self.server.view.scan(KEYS))
        valid = [item for item in found if item[1].ended is None and item[1].role in ("council", "mandate", "founding")]
        old, fact = self.pick(valid if lie != 2 else found, a)
        new = self.fresh(b, lie) if fact.role != "mandate" and c % 12 else None
        if lie == 3:
            new = None if new else self.fresh(b)
        signer = self.keys.get(old, key("k3"))
        if lie == 1 and fact.role == "council":  # somebody above tries
            parent = self.server.view.get(COUNCILS, fact.council).parent
            signer = self.signer_of(parent, lie) if parent else self.founder()
        elif lie == 1:
            signer = key("k3")
        said = {"action": "rotate" if new else "revoke", "key": old, "new": new and new.public}
        return self.said("key", signer, *([new] if new else []), **said)

    def mandate(self, a: int, b: int, c: int, lie: int) -> bytes | None:
        found = self.among(DECISIONS, a)
        if found is None:
            return None
        council = CouncilHandle(found[1].council, self.signer_of(found[1].council, lie))
        decision = self.among(ENTRIES, b)[0] if lie == 2 else found[0]
        holder = self.fresh(b, lie)
        kinds = [word for i, word in enumerate(WORDS) if (a * 257 + c) >> i % 13 & 1] or ["decision"]
        until = self.time() + (0 if lie == 3 else 60 * (3 + c % 40))
        said = {"decision": decision, "key": holder.public, "kinds": kinds, "until": until}
        return self.said("mandate", council, holder, **said)

    def recall(self, a: int, b: int, c: int, lie: int) -> bytes | None:
        view, time = self.server.view, self.time()
        held = [fact for _, fact in view.scan(MANDATES) if fact.ended is None and time < fact.until]
        mandate = self.pick(held, a) if lie != 2 else (self.among(MANDATES, a) or (None, None))[1]
        federations = [leaf for leaf, _ in view.scan(COUNCILS) if children_of(view, leaf)]
        if mandate is None or (c % 4 == 0 and federations):
            mandate, of = None, self.pick(federations, a)
        else:
            of = mandate.council
        if of is None:
            return None
        by = self.pick(children_of(view, of), b) if (mandate is None or c % 2) else of
        if by is None or lie == 3:
            by = self.among(COUNCILS, b)[0]
        who = CouncilHandle(by, self.signer_of(by, lie))
        return self.said("recall", who, council=of, mandate=mandate and mandate.leaf, again=1 + b)

    def recovery(self, a: int, b: int, c: int, lie: int) -> bytes | None:
        council = self.some_council(a, lie)
        if council is None:
            return None
        present = self.server.view.get(RECOVERIES, council.leaf)
        fresh = [self.fresh(b + 11 * i, lie if i == 0 else 0) for i in range(1 + b % 3)]
        keys = {each.public for each in fresh} | ({present.keys[0]} if present and c % 2 else set())
        signed = [council.key]
        if present is not None and lie != 3:
            signed = [self.keys[each] for each in present.keys[: present.threshold - (lie == 2)]]
        elif c % 4:
            signed = [self.signer_of(council.leaf, lie)]
        signed += fresh if lie != 4 else fresh[1:]
        return self.said("recovery", council, keys=sorted(keys), threshold=1 + c % len(keys), signed=signed)

    def recover(self, a: int, b: int, c: int, lie: int) -> bytes | None:
        found = self.among(RECOVERIES, a) if lie != 5 else None
        council, present = found or ((self.among(COUNCILS, a) or (None,))[0], None)
        if council is None:
            return None
        new = self.fresh(b, lie)
        signed = [key("k5")] if present is None else [self.keys[each] for each in present.keys]
        if present is not None:
            signed = signed[: present.threshold - (lie == 2)]
        said = {"council": council, "new": new.public, "signed": [*signed, *([] if lie == 3 else [new])]}
        return self.said("recover", new, **said)

    def consent(self, a: int, b: int, c: int, lie: int) -> bytes | None:
        view = self.server.view
        waiting = [
            leaf for space in (RECALLS, RECOVERY_ENTRIES) for leaf, fact in view.scan(space) if not fact.effective
        ]
        waiting += [leaf for leaf, fact in view.scan(MANDATE_LEAVES) if not view.get(MANDATES, fact.key).effective]
        resources = [leaf for leaf, _ in view.scan(RESOURCES)]
        about = self.pick((waiting if c % 4 else resources) or resources, a)
        if lie == 2 or about is None:
            about = self.among(ENTRIES, a)[0]
        proposal = proposal_of(view, about, 0) if about is not None else None
        voters = electorate(view, proposal.council, proposal.index) if proposal else ()
        council = self.pick([each for each in voters if not view.get(CONSENTS, about + each)] or list(voters), b)
        if council is None or lie == 3:
            council = (self.among(COUNCILS, b) or (None,))[0]
        if council is None:
            return None
        verdict = ("for", "for", "for", "against", "conditions")[c % 5]
        conditions = "not in August" if (verdict == "conditions") != (lie == 4) else None
        who = self.acting(council, b, lie)
        last = view.get(CONSENTS, about + council)
        again = c % 4 if c % 8 == 0 else 0 if last is None else last.again + 1
        return self.said("consent", who, about=about, verdict=verdict, conditions=conditions, again=again or None)
