"""A ledger in memory, with one council, that takes entries by the real rules: for tests of what a clerk makes."""

import secrets

from ledger.crypto.generators import GENERATORS_DIGEST
from ledger.encoding import encode_base64
from ledger.errors import LedgerError
from ledger.merkle.hashing import leaf_hash
from ledger.records.entry import build_statement, parse_entry, sign_entry
from ledger.records.kinds.close import fold_claims
from ledger.rules.checks import run_checks, settle
from ledger.rules.engine import owed, step
from ledger.rules.memory import MemoryView
from ledger.signing import SigningKey

ORIGIN = "ledger.example/1"
FLOOR = 3
LOG, FOUNDER, COUNCIL = (SigningKey(bytes([number]) * 32) for number in (1, 2, 3))


class SmallLedger:
    def __init__(self):
        self.view = MemoryView()
        self.size = 0
        keys = {"founding": [encode_base64(FOUNDER.public)], "log_key": encode_base64(LOG.public)}
        self.say(
            "ledger",
            {
                "cohort_floor": FLOOR,
                "clock_period": 1,
                "generators": encode_base64(GENERATORS_DIGEST),
                "suite": "OT1",
                **keys,
            },
            FOUNDER,
        )
        self.clock(1000)
        self.council = self.say(
            "council", {"key": encode_base64(COUNCIL.public), "name": "North", "type": "council"}, COUNCIL, FOUNDER
        )

    def clock(self, time):
        self.say("clock", {"time": time}, LOG)

    def say(self, kind, body, *keys):
        return self.take(sign_entry(build_statement(kind, ORIGIN, body), kind, keys))

    def take(self, raw):
        """The entry's leaf hash, if the rules accept it; raises what they refuse it for."""
        record = parse_entry(raw, origin=ORIGIN)
        verdicts = run_checks([owed(self.view, record)], randbytes=secrets.token_bytes)
        (verified,) = settle([record], verdicts)
        if isinstance(verified, LedgerError):
            raise verified
        self.view.apply(step(self.view, verified, self.size))
        self.size += 1
        return leaf_hash(raw)

    def close(self, round_leaf, count):
        fold = fold_claims(self.view, round_leaf)
        assert len(fold.claims) == count
        body = {
            "count": count,
            "round": encode_base64(round_leaf),
            "set": encode_base64(fold.set),
            "sum": encode_base64(fold.sum),
        }
        return self.say("close", body, COUNCIL)
