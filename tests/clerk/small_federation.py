"""A federation in memory: entries by the real rules, without the proofs of claims, which nothing here looks at."""

import secrets

from ledger.clerk.subtotals import sub_total
from ledger.crypto.backend import SCALAR_BYTES
from ledger.crypto.commit import add_openings, commit
from ledger.crypto.generators import GENERATORS_DIGEST
from ledger.crypto.shape import Shape
from ledger.encoding import encode_base64
from ledger.merkle.hashing import leaf_hash
from ledger.records.entry import build_statement, parse_entry, sign_entry
from ledger.records.kinds.close import fold_claims
from ledger.rules.checks import VerifiedRecord
from ledger.rules.engine import step
from ledger.rules.memory import MemoryView
from ledger.signing import SigningKey

ORIGIN = "ledger.example/1"
SHAPE = Shape(widths=(16, 16), prices=(1, 1), slack_width=None)
CATALOGUE = (("food", "kg", 1), ("fuel", "l", 0))
PERIOD = "2026-W48"


def key_of(name: str) -> SigningKey:
    return SigningKey(leaf_hash(name.encode()))


class SmallFederation:
    """Valley, and councils in it."""

    def __init__(self, *, silent="excluded", tags=False, floor=3):
        self.view = MemoryView()
        self.size = 0
        self.names = {}
        self.openings, self.rosters = {}, {}
        founder = key_of("founder")
        founded = {
            "clock_period": 1,
            "cohort_floor": floor,
            "founding": [encode_base64(founder.public)],
            "generators": encode_base64(GENERATORS_DIGEST),
            "log_key": encode_base64(key_of("log").public),
            "suite": "OT1",
        }
        self.say("ledger", founded, founder)
        self.say("clock", {"time": 1000}, key_of("log"))
        self.valley = self.council("Valley", kind="federation", rule={"silent": silent, "tags": tags})

    def say(self, kind, body, *keys):
        """An entry by the rules; its leaf hash."""
        raw = sign_entry(build_statement(kind, ORIGIN, body), kind, keys)
        record = parse_entry(raw, origin=ORIGIN)
        self.view.apply(step(self.view, VerifiedRecord(record), self.size))
        self.size += 1
        return record.leaf

    def council(self, name, above=None, kind="council", **more):
        body = {"key": encode_base64(key_of(name).public), "name": name, "type": kind, **more}
        if above is not None:
            body["parent"] = encode_base64(above)
        approver = key_of("founder") if above is None else key_of(self.names[above])
        leaf = self.say("council", body, key_of(name), approver)
        self.names[leaf] = name
        return leaf

    def key(self, council):
        return key_of(self.names[council])

    def roster(self, council, refs):
        known = (council, *refs)
        if known not in self.rosters:
            body = {"allowance": "none", "council": encode_base64(council), "rows": [{"ref": ref} for ref in refs]}
            self.rosters[known] = self.say("roster", body, self.key(council))
        return self.rosters[known]

    def round(self, council, refs, *, claiming=None, period=PERIOD, round_no=1, minimum=3, catalogue=CATALOGUE):
        """A round over these members, in which those of ``claiming``, or all, claim; its leaf hash."""
        key = self.key(council)
        body = {
            "allowance": {"rule": "none"},
            "catalogue": [
                {"code": code, "name": code, "price": 1, "scale": scale, "unit": unit, "width": 16}
                for code, unit, scale in catalogue
            ],
            "closes": 2000,
            "council": encode_base64(council),
            "custody": "clerk",
            "early_close": True,
            "minimum": minimum,
            "opens": 0,
            "period": period,
            "rosters": [encode_base64(self.roster(council, refs))],
            "round_no": round_no,
        }
        leaf = self.say("round", body, key)
        self.openings[leaf] = []
        for row, ref in enumerate(refs):
            if claiming is None or ref in claiming:
                point, opening = commit(SHAPE, (row + 1, 1), seed=secrets.token_bytes(32), core=secrets.token_bytes(32))
                claim = {
                    "commitment": encode_base64(point),
                    "key": encode_base64(key.public),
                    "proof": "AAAA",
                    "round": encode_base64(leaf),
                    "row": row,
                    "seq": 1,
                }
                self.say("claim", claim, key)
                self.openings[leaf].append(opening)
        return leaf

    def close(self, council, leaf):
        """Close the round; its sub-total."""
        fold = fold_claims(self.view, leaf)
        body = {
            "count": len(fold.claims),
            "round": encode_base64(leaf),
            "set": encode_base64(fold.set),
            "sum": encode_base64(fold.sum),
        }
        self.say("close", body, self.key(council))
        if not self.openings[leaf]:
            return sub_total(ORIGIN, leaf, (0, 0), bytes(SCALAR_BYTES))
        opening = add_openings(self.openings[leaf])
        return sub_total(ORIGIN, leaf, opening.quantities, opening.blinding.to_bytes(SCALAR_BYTES, "big"))

    def closed(self, council, refs, **terms):
        """The sub-total of a new round that is closed."""
        return self.close(council, self.round(council, refs, **terms))
