"""Entries of every kind: canonical ones, and each one-fault spelling; judged by their form alone."""

import copy
import json
from collections.abc import Iterator
from typing import Any

from ledger.encoding import canonical_json, encode_base64
from ledger.merkle.hashing import leaf_hash
from ledger.records.entry import sign_entry
from ledger.signing import SigningKey
from vectors.example import ORIGIN, example, key
from vectors.subjects.entry_crossed import CROSSED
from vectors.subjects.entry_faults import faults_of
from vectors.subjects.entry_fields import BODIES, FIELDS
from vectors.subjects.entry_types import Path

Case = dict[str, Any]


def document() -> dict[str, Any]:
    """Every kind, field by field; what fields say together; then the envelope."""
    cases = [*_worked(), *_fields(), *_crossed(), *_envelope()]
    return {
        "spec": 'entries.md sections 1, 2; the lists "Form" of entries.md, checks.md, federation.md',
        "cases": cases,
    }


def _case(name: str, rule: str | None, raw: bytes) -> Case:
    case: Case = {"name": name, "rule": rule, "origin": ORIGIN, "entry": encode_base64(raw)}
    if rule is None:
        case |= {"kind": json.loads(raw)["statement"]["kind"], "leaf": leaf_hash(raw).hex()}
    return case


def _worked() -> Iterator[Case]:
    for index, raw in enumerate(example().entries):
        yield _case(f"worked_entry_{index}", None, raw)


def signers(kind: str) -> tuple[SigningKey, ...]:
    """Whose signatures stand on the entry; only their form is judged."""
    return (key("founder"),) if kind == "ledger" else (key("log"),)


def spelled(kind: str, body: dict[str, Any], *, signed: bool = False) -> bytes:
    """The entry of this body; null is written as it is."""
    statement = json.dumps(
        {"body": body, "kind": kind, "ledger": ORIGIN, "v": 1},
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
    )
    return sign_entry(statement.encode(), kind, signers(kind) if signed else ())


def _changed(body: dict[str, Any], path: Path, value: Any) -> dict[str, Any]:
    changed = copy.deepcopy(body)
    place: Any = changed
    for part in path[:-1]:
        place = place[part]
    if value is ...:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return changed


def _parents(body: Any, path: Path = ()) -> Iterator[Path]:
    """Every object in the body."""
    if isinstance(body, dict):
        yield path
        for name, value in body.items():
            yield from _parents(value, (*path, name))
    elif isinstance(body, list):
        for i, value in enumerate(body):
            yield from _parents(value, (*path, i))


def _fields() -> Iterator[Case]:
    tried = set[Any]()
    for variant, (kind, body) in BODIES.items():
        yield _case(variant, None, spelled(kind, body, signed=True))
        seen = set[str]()
        for path in _parents(body):
            where = "_".join(part for part in path if isinstance(part, str))
            if where not in seen:
                seen.add(where)
                more = _changed(body, (*path, "more"), 1)
                yield _case(f"{variant}_{where or 'body'}_with_a_field_more", "unknown-field", spelled(kind, more))
        for path, shape in FIELDS[variant].items():
            item = isinstance(path[-1], int)
            where = "_".join(part for part in path if isinstance(part, str)) + ("_item" if item else "")
            faults = faults_of(shape, _value(body, path), item=item, full=shape not in tried)
            tried.add(shape)
            for what, (rule, value) in faults.items():
                yield _case(f"{variant}_{where}_{what}", rule, spelled(kind, _changed(body, path, value)))


def _value(body: Any, path: Path) -> Any:
    for part in path:
        body = body[part]
    return body


def _crossed() -> Iterator[Case]:
    """What the lists "Form" say of several fields together."""
    for variant, changes in CROSSED.items():
        kind, body = BODIES[variant]
        for name, (rule, path, value) in changes.items():
            yield _case(f"{variant}_{name}", rule, spelled(kind, _changed(body, path, value)))


def _envelope() -> Iterator[Case]:
    """A clock, otherwise good, in wrong envelopes."""
    kind, body = BODIES["clock"]
    log = key("log")
    raw = spelled(kind, body, signed=True)
    value: dict[str, Any] = json.loads(raw)
    statement, signature = value["statement"], value["signatures"][0]
    both = sorted((log, key("council")), key=lambda each: encode_base64(each.public))

    def signed(said: dict[str, Any], *keys: SigningKey) -> bytes:
        return sign_entry(canonical_json(said), str(said.get("kind")), keys or (log,))

    def without(field: str) -> dict[str, Any]:
        return {name: item for name, item in statement.items() if name != field}

    def entry(signatures: Any, said: Any = statement) -> bytes:
        return canonical_json({"signatures": signatures, "statement": said})

    yield _case("signed_by_nobody", None, entry([]))
    yield _case("signed_by_two", None, sign_entry(canonical_json(statement), kind, both))
    yield _case("signature_that_does_not_verify", None, entry([{**signature, "sig": encode_base64(bytes(64))}]))
    two: list[Any] = json.loads(sign_entry(canonical_json(statement), kind, both))["signatures"]
    yield _case("signatures_descending", "unsorted-signatures", entry(two[::-1]))
    yield _case("signature_twice", "unsorted-signatures", entry([signature, signature]))
    signatures: dict[str, tuple[str, Any]] = {
        "signature_with_a_field_more": ("unknown-field", {**signature, "type": 1}),
        "signature_without_a_key": ("missing-field", {"sig": signature["sig"]}),
        "signature_without_a_sig": ("missing-field", {"key": signature["key"]}),
        "signature_of_63_bytes": ("bad-field", {**signature, "sig": encode_base64(bytes(63))}),
        "signature_in_other_base64": ("bad-field", {**signature, "sig": signature["sig"][:-3] + "x=="}),
        "signature_under_a_key_of_31_bytes": ("bad-field", {**signature, "key": encode_base64(bytes(31))}),
        "signature_under_a_key_of_small_order": ("bad-field", {**signature, "key": encode_base64(bytes(32))}),
        "signature_that_is_a_text": ("bad-field", signature["sig"]),
    }
    for name, (rule, spoilt) in signatures.items():
        yield _case(name, rule, entry([spoilt]))
    many = sorted((key(f"signer {i}") for i in range(17)), key=lambda each: encode_base64(each.public))
    yield _case("sixteen_signatures", None, sign_entry(canonical_json(statement), kind, many[:16]))
    yield _case("seventeen_signatures", "bad-field", sign_entry(canonical_json(statement), kind, many))
    yield _case("signatures_that_are_an_object", "bad-field", entry({}))
    yield _case("envelope_with_a_field_more", "unknown-field", canonical_json({**value, "v": 1}))
    yield _case("envelope_without_signatures", "missing-field", canonical_json({"statement": statement}))
    yield _case("envelope_without_a_statement", "missing-field", canonical_json({"signatures": [signature]}))
    yield _case("statement_that_is_an_array", "bad-field", entry([signature], []))
    yield _case("statement_with_a_field_more", "unknown-field", signed({**statement, "time": 1}))
    yield _case("statement_without_v", "missing-field", signed(without("v")))
    yield _case("statement_without_a_body", "missing-field", signed(without("body")))
    yield _case("statement_without_a_ledger", "missing-field", signed(without("ledger")))
    yield _case("statement_without_a_kind", "missing-field", entry([signature], without("kind")))
    statements: tuple[tuple[str, str, dict[str, Any]], ...] = (
        ("v_of_2", "unknown-version", {"v": 2}),
        ("v_of_0", "unknown-version", {"v": 0}),
        ("v_a_text", "bad-field", {"v": "1"}),
        ("v_true", "bad-field", {"v": True}),
        ("kind_nobody_knows", "unknown-kind", {"kind": "ballot"}),
        ("kind_in_capitals", "unknown-kind", {"kind": "Clock"}),
        ("kind_empty", "unknown-kind", {"kind": ""}),
        ("kind_a_number", "bad-field", {"kind": 1}),
        ("body_a_list", "bad-field", {"body": []}),
        ("body_a_text", "bad-field", {"body": ""}),
        ("ledger_of_another_name", "wrong-ledger", {"ledger": "example.com/other"}),
        ("ledger_empty", "bad-field", {"ledger": ""}),
        ("ledger_with_a_space", "bad-field", {"ledger": "example.com coop"}),
        ("ledger_with_a_plus", "bad-field", {"ledger": "example.com+coop"}),
        ("ledger_outside_of_ascii", "bad-field", {"ledger": "r\u00e4te.example"}),
        ("ledger_of_201_characters", "bad-field", {"ledger": "x" * 201}),
        ("ledger_of_200_characters_of_another", "wrong-ledger", {"ledger": "x" * 200}),
        ("ledger_a_number", "bad-field", {"ledger": 1}),
    )
    for name, rule, change in statements:
        yield _case(name, rule, signed({**statement, **change}))
    yield from _bytes(raw)


def _bytes(raw: bytes) -> Iterator[Case]:
    """The same clock in other bytes."""
    for length, rule in ((65_535, "not-canonical"), (65_536, "too-long")):
        yield _case(f"of_{length}_bytes", rule, raw) | {"then_spaces": length - len(raw)}
    changes = (
        ("of_no_bytes", "not-json", b""),
        ("half_of_it", "not-json", raw[: len(raw) // 2]),
        ("something_after_it", "not-json", raw + b"x"),
        ("line_feed_after_it", "not-canonical", raw + b"\n"),
        ("space_before_it", "not-canonical", b" " + raw),
        ("space_inside", "not-canonical", raw.replace(b":", b": ", 1)),
        (
            "fields_not_sorted",
            "not-canonical",
            raw.replace(b'"kind":"clock",', b"").replace(b'"v":1', b'"v":1,"kind":"clock"'),
        ),
        ("field_twice", "not-canonical", raw.replace(b'"v":1', b'"v":1,"v":1')),
        ("letter_as_an_escape", "not-canonical", raw.replace(b'"clock"', b'"\\u0063lock"')),
        ("slash_as_an_escape", "not-canonical", raw.replace(b"example.com/coop", b"example.com\\/coop")),
        ("number_with_a_point", "malformed", raw.replace(b'"v":1', b'"v":1.5')),
        ("null_inside", "malformed", raw.replace(b'"v":1', b'"v":null')),
        ("number_with_a_leading_zero", "not-json", raw.replace(b'"v":1', b'"v":01')),
        ("byte_order_mark", "not-json", b"\xef\xbb\xbf" + raw),
        ("not_utf_8", "not-json", raw.replace(b"clock", b"cl\xf6ck")),
        ("lists_in_lists", "too-deep", b'{"signatures":' + b"[" * 15 + b"]" * 15 + b"}"),
        ("an_array", "malformed", b"[" + raw + b"]"),
    )
    for name, rule, changed in changes:
        yield _case(name, rule, changed)
