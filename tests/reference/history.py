"""Histories made by hand: entries are signed and proved, and judged in order (docs/spec/entries.md section 3)."""

from base64 import b64encode
from copy import deepcopy
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from . import canonical, claim, prover, totals
from .claim import Allowance
from .curve import R, combine
from .encoding import base64_encode, write_point, write_scalar
from .entries import Entry, read_entry
from .generators import DIGEST, G, H
from .refusal import RefusedError
from .rules import judge
from .state import State

ORIGIN = "example.com/valley"


def pair(name: str) -> Ed25519PrivateKey:
    """The key pair of a name."""
    return Ed25519PrivateKey.from_private_bytes(sha256(f"opentally/v1/example/{name}".encode()).digest())


def key(name: str) -> str:
    """The public key of a name."""
    return base64_encode(pair(name).public_key().public_bytes_raw())


def digest(name: str) -> str:
    """Any digest."""
    return base64_encode(sha256(name.encode()).digest())


def make(kind: str, body: dict, *signers: str) -> bytes:
    """An entry signed by the keys of these names."""
    statement = {"body": body, "kind": kind, "ledger": ORIGIN, "v": 1}
    message = b"opentally/v1/" + kind.encode() + b"\x00" + canonical.write(statement)
    signed = sorted((key(name), b64encode(pair(name).sign(message)).decode()) for name in signers)
    return canonical.write({"signatures": [{"key": k, "sig": sig} for k, sig in signed], "statement": statement})


def without(body: dict, *names: str, **changes: object) -> dict:
    """The body without some fields, with others changed. A trailing underscore is for words of Python."""
    changed = body | {name.rstrip("_"): value for name, value in changes.items()}
    return {name: value for name, value in changed.items() if name not in names}


class History:
    """Entries that were accepted so far, and what they left."""

    def __init__(self) -> None:
        self.entries: list[bytes] = []
        self.state = State()
        self.openings: dict[str, tuple[tuple[int, ...], int]] = {}

    def copy(self) -> "History":
        """Another one, to go on differently."""
        other = History()
        other.entries, other.openings = list(self.entries), dict(self.openings)
        other.state = deepcopy(self.state)
        return other

    def read(self, name: str) -> Entry:
        """An accepted entry."""
        return read_entry(self.entries[self.state.entries[name].index], ORIGIN)

    def add(self, kind: str, body: dict, *signers: str) -> str:
        """The leaf hash of an entry that is accepted."""
        raw = make(kind, body, *signers)
        entry = judge(self.state, raw, len(self.entries), ORIGIN)
        self.entries.append(raw)
        return entry.name

    def rule(self, kind: str, body: dict, *signers: str) -> str | None:
        """The rule by which an entry is refused here, or None; nothing is added, and a refusal left nothing."""
        state = deepcopy(self.state)
        try:
            judge(state, make(kind, body, *signers), len(self.entries), ORIGIN)
        except RefusedError as refused:
            assert state == self.state
            return refused.rule
        return None

    def begin(self, floor: int = 2, **more: object) -> None:
        """A ledger of one founder, and its first clock."""
        body = {
            "clock_period": 10,
            "cohort_floor": floor,
            "founding": [key("founder")],
            "generators": base64_encode(DIGEST),
            "log_key": key("log"),
            "suite": "OT1",
        }
        self.add("ledger", body | more, "founder")
        self.clock(1000)

    def clock(self, time: int) -> str:
        """Now is this time."""
        return self.add("clock", {"time": time}, "log")

    def council(self, name: str, parent: tuple[str, str] | None = None, **more: object) -> str:
        """A council whose key is of its name, below a parent (leaf and name) or none."""
        body = {"key": key(name), "name": name, "type": "council"} | more
        if parent is None:
            return self.add("council", body, name, "founder")
        return self.add("council", body | {"parent": parent[0]}, name, parent[1])

    def roster(self, council: str, signer: str, *refs: str, keys: dict[str, str] | None = None) -> str:
        """A roster without allowances."""
        rows = [{"ref": ref} | ({"key": key(keys[ref])} if keys and ref in keys else {}) for ref in refs]
        return self.add("roster", {"allowance": "none", "council": council, "rows": rows}, signer)

    def round(self, council: str, signer: str, *rosters: str, number: int = 1, **more: object) -> str:
        """A round of one category, open from 0 to 5000, for March."""
        catalogue = [{"code": "bread", "name": "Bread", "price": 1, "scale": 0, "unit": "loaf", "width": 4}]
        body = {"allowance": {"rule": "none"}, "catalogue": catalogue, "closes": 5000, "council": council}
        body |= {"custody": "clerk", "early_close": True, "minimum": 2, "opens": 0, "period": "March"}
        return self.add("round", body | {"rosters": list(rosters), "round_no": number} | more, signer)

    def claim_body(self, name: str, row: int, who: str, quantity: int, seq: int = 1) -> tuple[dict, int]:
        """A claim with its proof, and the blinding of its commitment."""
        terms = self.state.rounds[name]
        body: dict = {"commitment": "", "key": key(who), "proof": "", "round": name, "row": row, "seq": seq}
        seed = sha256(f"{name}/{row}/{quantity}".encode()).digest()

        def message(*, core: bool) -> bytes:
            statement = {"body": body, "kind": "claim", "ledger": ORIGIN, "v": 1}
            return claim.message(terms.shape, Allowance(), name, statement, core=core)

        core = claim.core_of(message(core=True))
        b = prover.Secrets(seed, core, b"", (quantity,)).of("b")
        body["commitment"] = base64_encode(prover.commit((quantity,), b))
        secrets = prover.Secrets(seed, core, claim.context_of(message(core=False)), (quantity,))
        body["proof"] = base64_encode(prover.prove(terms.shape, Allowance(), 0, 0, secrets).proof)
        return body, b

    def claim(self, name: str, row: int, who: str, quantity: int, *signers: str) -> str:
        """A first claim by who holds this key, accepted."""
        body, b = self.claim_body(name, row, who, quantity)
        leaf = self.add("claim", body, who, *signers)
        self.openings[leaf] = ((quantity,), b)
        return leaf

    def close_body(self, name: str) -> dict:
        """What a close says now."""
        live = self.state.live(name)
        said = {"set": base64_encode(totals.closing_set(live)), "sum": base64_encode(totals.closing_sum(live))}
        return {"count": len(live), "round": name} | said

    def opened(self, *names: str) -> tuple[int, str]:
        """The amount and the blinding of the sum of all live claims of some rounds."""
        made = [self.openings[base64_encode(live.leaf)] for name in names for live in self.state.live(name)]
        return sum(q for (q,), _ in made), base64_encode(write_scalar(sum(b for _, b in made) % R))

    def total_body(self, name: str) -> dict:
        """The round's total."""
        amount, blinding = self.opened(name)
        unclaimed = len(self.state.rounds[name].rows) - len(self.state.live(name))
        return {"blinding": blinding, "round": name, "totals": [amount], "unclaimed": unclaimed}

    def rollup_body(self, federation: str, *names: str, number: int = 1, **more: object) -> dict:
        """A rollup of some rounds for March, with no requests and nobody silent unless it is said."""
        amount, blinding = self.opened(*names)
        body: dict = {"blinding": blinding, "count": sum(len(self.state.live(name)) for name in names)}
        body |= {"defaults": [], "federation": federation, "missing": [], "period": "March", "requested": ["0"]}
        return body | {"requests": 0, "round_no": number, "rounds": list(names), "totals": [str(amount)]} | more


def hidden_roster(council: str, *refs: str, mark: str = "", **more: object) -> dict:
    """A roster with a hidden allowance of 5 for each row; another mark gives other commitments."""
    blindings = [int.from_bytes(sha256(f"{mark}{ref}".encode()).digest(), "big") % R for ref in refs]
    points = [write_point(combine([(5, G), (r_E, H())])) for r_E in blindings]
    rows = [{"commitment": base64_encode(C), "ref": ref} for ref, C in zip(refs, points, strict=True)]
    opening = {"blinding": base64_encode(write_scalar(sum(blindings) % R)), "sum": str(5 * len(refs))}
    return {"allowance": "hidden", "council": council, "opening": opening, "rows": rows} | more


def resource_body(council: str, **more: object) -> dict:
    """A ceiling of 400 t of nitrate."""
    texts = dict.fromkeys(("affected", "area", "mandate", "method"), "Lower Spring")
    body = {"category": "nitrate", "council": council, "quantity": 400, "resource": "spring", "scale": 0}
    body |= {"type": "ceiling", "uncertainty": 5, "unit": "t", "valid_from": 0, "valid_until": 9000}
    return texts | body | more


def decision_body(council: str, *adopts: str) -> dict:
    """A decision by 7 of 9."""
    said = {"affected": "all", "body": "Assembly", "rule": "two thirds", "title": "Adopted"}
    return said | {"adopts": list(adopts), "council": council, "turnout": {"eligible": 9, "voted": 7}}


def request_body(council: str, quantity: int = 3, **more: object) -> dict:
    """Bread for the school in March; without `period` and of the type `default`, what counts if silent."""
    amounts = [{"code": "bread", "quantity": quantity, "scale": 0, "unit": "loaf"}]
    return {"amounts": amounts, "council": council, "period": "March", "purpose": "School", "type": "collective"} | more


def default_body(council: str, quantity: int, **more: object) -> dict:
    """What is to be counted if the council is silent."""
    return without(request_body(council, quantity, type="default", **more), "period")


def tags_body(council: str, roster: str, *members: str, period: str = "March") -> dict:
    """Tags of members for a period."""
    tags = sorted(sha256(f"{member}/{period}".encode()).digest() for member in members)
    return {"council": council, "period": period, "roster": roster, "tags": [base64_encode(tag) for tag in tags]}
