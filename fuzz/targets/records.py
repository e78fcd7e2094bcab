"""Entries, and the body of each kind: read, held to the rules at its place in a ledger, written again."""

import functools
import itertools
from typing import Any

from fuzz.seeds import ORIGIN, Rule, Small, small
from fuzz.target import JUDGED, Broken, Prepared, Target, same
from ledger.encoding import canonical_json, encode_base64
from ledger.records.entry import build_statement, parse_entry
from ledger.records.kind import Record
from ledger.records.registry import KINDS
from ledger.records.view import OverlayView
from ledger.rules.checks import settle
from ledger.rules.engine import owed, step

RULES: tuple[Rule, ...] = ("none", "public", "hidden")


def written(record: Record[Any]) -> bytes:
    """The entry written anew from what was understood of it."""
    signatures = [
        {"key": encode_base64(key), "sig": encode_base64(sig)}
        for key, sig in zip(record.signers, record.signatures, strict=True)
    ]
    statement = build_statement(record.kind, record.origin, record.body)
    if build_statement(record.kind, record.origin, record.body.to_json()) != statement:
        raise Broken("a body and its JSON object are written in two ways")
    return b'{"signatures":' + canonical_json(signatures) + b',"statement":' + statement + b"}"


def _entries() -> Prepared:
    def read(raw: bytes) -> None:
        record = parse_entry(raw, origin=ORIGIN)
        same(written(record), raw)

    seeds = tuple(dict.fromkeys(itertools.chain.from_iterable(small(rule).entries for rule in RULES)))
    return Prepared(seeds, read, refusals=JUDGED)


def _bodies(kind: str) -> Prepared:
    """The body alone is broken; it is then judged in the facts before the first entry of its kind, unsigned.

    The first byte says in which of the three ledgers.
    """
    found: list[tuple[Small, str, bytes, bytes, bytes]] = []
    for rule in RULES:
        ledger = small(rule)
        for name, index in ledger.steps.items():
            record = parse_entry(ledger.entries[index], origin=ORIGIN)
            if record.kind == kind:
                body = canonical_json(record.body.to_json())
                head, tail = record.raw.split(body)
                found.append((ledger, name, head, body, tail))
    if not found:
        raise LookupError(f"no entry of kind {kind} in fuzz/seeds.py")

    def read(raw: bytes) -> None:
        ledger, name, head, _, tail = found[raw[0] % len(found) if raw else 0]
        record = parse_entry(head + raw[1:] + tail, origin=ORIGIN)
        same(written(record), record.raw)
        view = ledger.view_before(name)
        owed(view, record)
        (verified,) = settle([record], [None])
        OverlayView(view).apply(step(view, verified, ledger.steps[name]))  # type: ignore[arg-type]

    return Prepared(tuple(bytes([i]) + body for i, (*_, body, _) in enumerate(found)), read, refusals=JUDGED)


TARGETS: tuple[Target, ...] = (
    Target("entry", 140_000, _entries),
    *(Target(f"body of {kind}", 35_000, functools.partial(_bodies, kind)) for kind in sorted(KINDS)),
)
