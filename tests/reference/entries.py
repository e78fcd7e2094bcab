"""Reading an entry (docs/spec/entries.md sections 1 and 2, and the lists "Form")."""

from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import pairwise

from . import canonical, ed25519, forms, forms_checks, forms_federation
from .canonical import MAX_INTEGER
from .encoding import base64_encode, base64_read
from .fields import Noted, ascending, is_key, twice
from .forms import ENVELOPE, STATEMENT
from .refusal import require

MAX_ENTRY = 65_535
BODIES = forms.BODIES | forms_checks.BODIES | forms_federation.BODIES


@dataclass(frozen=True)
class Entry:
    """An entry that was read. Keys and leaf hashes stay in their one base64 spelling."""

    raw: bytes = field(repr=False)
    kind: str
    ledger: str
    body: dict
    statement: dict = field(repr=False)
    signatures: tuple[tuple[str, str], ...] = field(repr=False)

    @property
    def leaf(self) -> bytes:
        """The leaf hash."""
        return sha256(b"\x00" + self.raw).digest()

    @property
    def name(self) -> str:
        """The leaf hash in base64, by which others refer to the entry."""
        return base64_encode(self.leaf)

    @property
    def signers(self) -> tuple[str, ...]:
        """The keys that signed, in the entry's order."""
        return tuple(key for key, _ in self.signatures)

    def signatures_hold(self) -> bool:
        """Whether every signature holds, whoever made it."""
        signed = b"opentally/v1/" + self.kind.encode() + b"\x00" + canonical.write(self.statement)
        return all(ed25519.verify(base64_read(key), base64_read(sig), signed) for key, sig in self.signatures)


def read_entry(raw: bytes, origin: str | None) -> Entry:
    """The eleven steps of section 2; without an origin step 8 is left out."""
    envelope = canonical.read(raw, MAX_ENTRY)
    noted: Noted = []
    ENVELOPE(envelope, noted)
    statement = envelope["statement"]
    STATEMENT(statement, noted)
    require(statement["v"] == 1, "unknown-version")
    kind, body = statement["kind"], statement["body"]
    require(kind in BODIES, "unknown-kind")
    BODIES[kind](body, noted)
    require(not noted, "bad-field")
    require(origin is None or statement["ledger"] == origin, "wrong-ledger")
    signatures = tuple((item["key"], item["sig"]) for item in envelope["signatures"])
    keys = [key for key, _ in signatures]
    require(all(a < b for a, b in pairwise(keys)), "unsorted-signatures")
    require(all(map(is_key, keys)), "bad-field")
    if kind in _OWN_FORM:
        _OWN_FORM[kind](body)
    return Entry(raw, kind, statement["ledger"], body, statement, signatures)


def _ledger(body: dict) -> None:
    founding = body["founding"]
    require(all(map(is_key, founding)) and is_key(body["log_key"]), "bad-field")
    require(ascending(founding), "bad-field")
    require(body["log_key"] not in founding, "bad-field")


def _council(body: dict) -> None:
    require(is_key(body["key"]), "bad-field")
    require("rule" not in body or body["type"] == "federation", "bad-field")


def _key(body: dict) -> None:
    require(("new" in body) == (body["action"] == "rotate"), "bad-field")
    require("new" not in body or is_key(body["new"]), "bad-field")


def _roster(body: dict) -> None:
    rule, rows = body["allowance"], body["rows"]
    for row in rows:
        require("key" not in row or is_key(row["key"]), "bad-field")
        require(("allowance" in row) == (rule == "public"), "bad-field")
        require(("commitment" in row) == (rule == "hidden"), "bad-field")
    require(("opening" in body) == (rule == "hidden"), "bad-field")
    require("period" not in body or rule == "hidden", "bad-field")
    require(not twice(row["ref"] for row in rows), "duplicate-member")
    require(not twice(row["key"] for row in rows if "key" in row), "duplicate-member")
    require(not twice(row["commitment"] for row in rows if rule == "hidden"), "reused-commitment")
    require(roster_sum(body) <= MAX_INTEGER, "allowance-overflow")


def roster_sum(body: dict) -> int:
    """The sum of a roster's allowances: added up, or `opening.sum`; 0 without the rule."""
    if body["allowance"] == "hidden":
        return int(body["opening"]["sum"])
    return sum(row.get("allowance", 0) for row in body["rows"])


def _round(body: dict) -> None:
    allowance = body["allowance"]
    require(not twice(category["code"] for category in body["catalogue"]), "bad-field")
    require(not twice(body["rosters"]), "bad-field")
    require(("slack_width" in allowance) == (allowance["rule"] != "none"), "bad-field")
    require(body["opens"] < body["closes"], "bad-field")
    widths = sum(category["width"] for category in body["catalogue"])
    require(widths + allowance.get("slack_width", 0) <= 1024, "bad-field")


def _close(body: dict) -> None:
    require(len(base64_read(body["sum"])) in (0, 96), "bad-field")


def _resource(body: dict) -> None:
    require(body["valid_from"] < body["valid_until"], "bad-field")


def _decision(body: dict) -> None:
    require(not twice(body["adopts"]), "bad-field")
    require(body["turnout"]["voted"] <= body["turnout"]["eligible"], "bad-field")


_OWN_FORM: dict[str, Callable[[dict], None]] = {
    "ledger": _ledger,
    "council": _council,
    "key": _key,
    "roster": _roster,
    "round": _round,
    "close": _close,
    "resource": _resource,
    "decision": _decision,
    **forms_checks.OWN_FORM,
    **forms_federation.OWN_FORM,
}
