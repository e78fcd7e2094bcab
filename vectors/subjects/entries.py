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
from vectors.subjects.entry_faults import faults_of
from vectors.subjects.entry_fields import BODIES, FIELDS

Case = dict[str, Any]
Path = tuple[str | int, ...]


def document() -> dict[str, Any]:
    """The twelve kinds, field by field; then the envelope."""
    cases = [*_worked(), *_fields(), *_crossed(), *_envelope()]
    return {"spec": 'entries.md sections 1, 2 and the lists "Form"', "cases": cases}


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


def _public(name: str) -> str:
    return encode_base64(key(name).public)


_BOTH = sorted((key("founder").public, key("founder 2").public))
_LEAF = encode_base64(bytes(32))
_ROW = BODIES["roster_public"][1]["rows"]
_HIDDEN = BODIES["roster_hidden"][1]["rows"]
_CATEGORY = BODIES["round"][1]["catalogue"]
_WIDE = [{**_CATEGORY[0], "code": f"c{i}", "width": 32} for i in range(32)]

CROSSED: dict[str, dict[str, tuple[str | None, Path, Any]]] = {
    "ledger": {
        "founding_ascending": (None, ("founding",), [encode_base64(each) for each in _BOTH]),
        "founding_descending": ("bad-field", ("founding",), [encode_base64(each) for each in _BOTH[::-1]]),
        "founding_key_twice": ("bad-field", ("founding",), [_public("founder")] * 2),
        "log_key_among_the_founding": ("bad-field", ("log_key",), _public("founder")),
    },
    "key_rotate": {
        "without_new": ("bad-field", ("new",), ...),
        "that_is_a_revocation_with_new": ("bad-field", ("action",), "revoke"),
    },
    "key_revoke": {"that_is_a_rotation_without_new": ("bad-field", ("action",), "rotate")},
    "roster_public": {
        "row_without_allowance": ("bad-field", ("rows", 1, "allowance"), ...),
        "row_with_a_commitment": ("bad-field", ("rows", 0, "commitment"), _HIDDEN[0]["commitment"]),
        "with_an_opening": ("bad-field", ("opening",), BODIES["roster_hidden"][1]["opening"]),
        "called_none": ("bad-field", ("allowance",), "none"),
        "called_hidden": ("bad-field", ("allowance",), "hidden"),
        "reference_twice": ("duplicate-member", ("rows", 1, "ref"), _ROW[0]["ref"]),
        "key_twice": ("duplicate-member", ("rows", 0, "key"), _ROW[1]["key"]),
        "row_without_a_key": (None, ("rows", 1, "key"), ...),
        "sum_of_2_to_53_minus_1": (None, ("rows", 0, "allowance"), 2**53 - 1 - _ROW[1]["allowance"]),
        "sum_of_2_to_53": ("allowance-overflow", ("rows", 0, "allowance"), 2**53 - _ROW[1]["allowance"]),
    },
    "roster_hidden": {
        "row_with_an_allowance": ("bad-field", ("rows", 0, "allowance"), 1),
        "row_without_commitment": ("bad-field", ("rows", 1, "commitment"), ...),
        "without_opening": ("bad-field", ("opening",), ...),
        "commitment_twice": ("reused-commitment", ("rows", 1, "commitment"), _HIDDEN[0]["commitment"]),
        "sum_of_2_to_53": ("allowance-overflow", ("opening", "sum"), str(2**53)),
        "commitment_off_the_curve": (None, ("rows", 0, "commitment"), encode_base64(bytes(96))),
        "blinding_not_reduced": (None, ("opening", "blinding"), encode_base64(b"\xff" * 32)),
    },
    "round": {
        "code_twice": ("bad-field", ("catalogue",), [_CATEGORY[0], _CATEGORY[0]]),
        "roster_twice": ("bad-field", ("rosters",), [_LEAF, _LEAF]),
        "without_slack_width": ("bad-field", ("allowance", "slack_width"), ...),
        "slack_width_without_a_rule": ("bad-field", ("allowance", "rule"), "none"),
        "opens_when_it_closes": ("bad-field", ("opens",), BODIES["round"][1]["closes"]),
        "closes_before_it_opens": ("bad-field", ("closes",), BODIES["round"][1]["opens"] - 1),
        "widths_of_1028_together": ("bad-field", ("catalogue",), _WIDE),
        "widths_of_1024_together": (None, ("catalogue",), [*_WIDE[:-1], {**_WIDE[-1], "width": 28}]),
    },
    "close": {
        "sum_of_the_identity": (None, ("sum",), ""),
        "sum_of_48_bytes": ("bad-field", ("sum",), encode_base64(bytes(48))),
        "sum_off_the_curve": (None, ("sum",), encode_base64(bytes(96))),
    },
    "resource": {
        "valid_for_no_time": ("bad-field", ("valid_until",), BODIES["resource"][1]["valid_from"]),
        "valid_backwards": ("bad-field", ("valid_until",), BODIES["resource"][1]["valid_from"] - 1),
    },
    "decision": {
        "leaf_twice": ("bad-field", ("adopts",), [_LEAF, _LEAF]),
        "more_votes_than_voters": ("bad-field", ("turnout", "voted"), 11),
        "as_many_votes_as_voters": (None, ("turnout", "voted"), 10),
    },
}


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
