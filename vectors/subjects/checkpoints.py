"""Checkpoints under policies: good notes, and notes with one fault."""

from typing import Any

from ledger.encoding import encode_base64
from ledger.merkle.hashing import EMPTY_ROOT
from ledger.tlog.cosignature import sign_cosignature
from ledger.tlog.key import KeyType, VerifierKey
from vectors.example import LOG_VKEY, OPENS, ORIGIN, POLICY, key
from vectors.notes import (
    LOG,
    NESTED,
    ONE_OF_ONE,
    TWO_OF_THREE,
    WITNESS_LINES,
    WITNESSES,
    cosignature,
    example_root,
    head,
    line,
    signature,
)

Case = dict[str, Any]
COLLISION = (46_375, 68_885)
"""Names of two keys that have one key ID under the example's origin, found by trying."""


def document() -> dict[str, Any]:
    """Good ones, bad ones by rule."""
    return {"spec": "log.md sections 3 and 4", "cases": [*_good(), *_bad(), *_badly_spelled(), *_lines(), *_quorums()]}


def _case(name: str, rule: str | None, note: str | bytes, policy: str = POLICY, **more: Any) -> Case:
    raw = note.encode() if isinstance(note, str) else note
    return {"name": name, "rule": rule, "policy": policy, "note": encode_base64(raw), **more}


def _good() -> list[Case]:
    text = head()
    mine, foreign = signature(text), signature(text, name="other.example", by="stranger")
    empty, largest, extended = head(0, EMPTY_ROOT), head(2**63 - 1), head(more="an extension\nanother\n")
    known: dict[str, Any] = {"origin": ORIGIN, "size": 10, "root": example_root().hex()}
    notes: dict[str, tuple[str, str, dict[str, Any]]] = {
        "signed_by_the_log": (f"{text}\n{mine}", POLICY, {}),
        "signed_twice_the_same": (f"{text}\n{mine}{mine}", POLICY, {}),
        "with_a_line_of_an_unknown_key": (f"{text}\n{foreign}{mine}", POLICY, {}),
        "with_an_unknown_type_under_the_logs_name": (f"{text}\n{mine}{line(ORIGIN, bytes(36))}", POLICY, {}),
        "cosignature_that_the_policy_does_not_know": (f"{text}\n{mine}{cosignature(text, 1)}", POLICY, {}),
        "of_size_0": (f"{empty}\n{signature(empty)}", POLICY, {"size": 0, "root": EMPTY_ROOT.hex()}),
        "of_the_greatest_size": (f"{largest}\n{signature(largest)}", POLICY, {"size": 2**63 - 1}),
        "with_extension_lines": (f"{extended}\n{signature(extended)}", POLICY, {}),
        "one_witness": (f"{text}\n{mine}{cosignature(text, 1)}", ONE_OF_ONE, {}),
        "two_of_three": (f"{text}\n{mine}{cosignature(text, 1)}{cosignature(text, 3)}", TWO_OF_THREE, {}),
        "three_of_three": (f"{text}\n{mine}{''.join(cosignature(text, i) for i in (1, 2, 3))}", TWO_OF_THREE, {}),
        "witnesses_before_the_log": (f"{text}\n{cosignature(text, 2)}{cosignature(text, 1)}{mine}", TWO_OF_THREE, {}),
        "groups_in_groups": (f"{text}\n{mine}{cosignature(text, 3)}{cosignature(text, 1)}", NESTED, {}),
        "cosigned_at_time_0": (f"{text}\n{mine}{cosignature(text, 1, time=0)}", ONE_OF_ONE, {}),
    }
    return [_case(name, None, note, policy, **{**known, **more}) for name, (note, policy, more) in notes.items()]


def _bad() -> list[Case]:
    text, other = head(), head(11)
    mine, wrong = signature(text), signature(other)
    stranger = signature(text, by="stranger")
    foreign = head(origin="other.example")
    unlike_origin = signature(foreign)
    late = (2**63).to_bytes(8, "big") + bytes(64)
    vkey = WITNESSES[0]
    two_logs = (
        f"log {LOG_VKEY}\nlog {VerifierKey('other.example', KeyType.ED25519, key('stranger').public)}\nquorum none\n"
    )
    swapped = signature(text, name="other.example", by="stranger")
    as_log = VerifierKey(ORIGIN, KeyType.ED25519, key("witness 1").public)
    plain = line(vkey.name, vkey.key_id + bytes(8) + key("witness 1").sign(text.encode()))
    return [
        _case("signature_of_another_text", "invalid-signature", f"{text}\n{wrong}"),
        _case("signature_of_an_entry", "invalid-signature", f"{text}\n{_signed_as_entry(text)}"),
        _case("good_signature_then_bad_one", "invalid-signature", f"{text}\n{mine}{wrong}"),
        _case("signature_one_byte_short", "invalid-signature", f"{text}\n{line(ORIGIN, _raw(text)[:-1])}"),
        _case("bad_cosignature", "invalid-signature", f"{text}\n{mine}{cosignature(text, 1, flip=1)}", ONE_OF_ONE),
        _case("cosignature_of_another_text", "invalid-signature", f"{text}\n{mine}{cosignature(other, 1)}", ONE_OF_ONE),
        _case("cosignature_without_its_header", "invalid-signature", f"{text}\n{mine}{plain}", ONE_OF_ONE),
        _case(
            "cosignature_of_a_time_of_2_to_63",
            "invalid-signature",
            f"{text}\n{mine}{line(vkey.name, vkey.key_id + late)}",
            ONE_OF_ONE,
        ),
        _case("key_id_of_the_log_under_another_key", "invalid-signature", f"{text}\n{_forged_id(text)}"),
        _case("no_known_key", "unsigned", f"{text}\n{stranger}"),
        _case("only_a_witness", "unsigned", f"{text}\n{cosignature(text, 1)}", ONE_OF_ONE),
        _case("the_logs_key_under_another_name", "unsigned", f"{text}\n{signature(text, name='other.example')}"),
        _case("a_witness_as_log", "unsigned", f"{text}\n{signature(text, by='witness 1', vkey=as_log)}", ONE_OF_ONE),
        _case("origin_of_another_log", "unsigned", f"{foreign}\n{unlike_origin}"),
        _case("signed_by_the_other_log_of_the_policy", "unsigned", f"{text}\n{swapped}", two_logs),
        _case("no_witness", "no-quorum", f"{text}\n{mine}", ONE_OF_ONE),
        _case("another_witness", "no-quorum", f"{text}\n{mine}{cosignature(text, 2)}", ONE_OF_ONE),
        _case("one_of_three", "no-quorum", f"{text}\n{mine}{cosignature(text, 2)}", TWO_OF_THREE),
        _case(
            "one_witness_twice",
            "no-quorum",
            f"{text}\n{mine}{cosignature(text, 2)}{cosignature(text, 2, time=OPENS + 1)}",
            TWO_OF_THREE,
        ),
        _case(
            "two_of_the_inner_group", "no-quorum", f"{text}\n{mine}{cosignature(text, 2)}{cosignature(text, 3)}", NESTED
        ),
    ]


def _raw(text: str) -> bytes:
    return LOG_VKEY.key_id + LOG.sign(text.encode())


def _signed_as_entry(text: str) -> str:
    return line(ORIGIN, LOG_VKEY.key_id + LOG.sign(b"opentally/v1/clock\0" + text.encode()))


def _forged_id(text: str) -> str:
    return line(ORIGIN, LOG_VKEY.key_id + key("stranger").sign(text.encode()))


def _badly_spelled() -> list[Case]:
    text = head()
    mine = signature(text)
    note = f"{text}\n{mine}"
    root = encode_base64(example_root())
    texts = {
        "size_with_a_leading_zero": head("010"),
        "size_with_a_plus": head("+10"),
        "size_of_2_to_63": head(2**63),
        "size_negative": head(-1),
        "size_in_other_digits": head("1\u0660"),
        "size_0_with_another_root": head(0),
        "root_of_31_bytes": head(root=example_root()[:-1]),
        "root_in_other_base64": text.replace(root, root[:-2] + "B="),
        "root_without_padding": text.replace(root, root.rstrip("=")),
        "no_root": f"{ORIGIN}\n10\n",
        "empty_origin": head(origin=""),
        "empty_extension_line": head(more="\nmore\n"),
        "tab_in_an_extension_line": head(more="a\tb\n"),
    }
    cases = [_case(name, "malformed", f"{each}\n{signature(each)}") for name, each in texts.items()]
    carriage = text.replace("\n", "\r\n")
    notes: dict[str, str | bytes] = {
        "no_bytes": "",
        "no_empty_line": text + mine,
        "no_signature": text + "\n",
        "no_line_feed_at_the_end": note[:-1],
        "something_after_the_signatures": note + "x\n",
        "carriage_returns": f"{carriage}\n{signature(carriage)}",
        "hyphen_for_a_dash": note.replace("\u2014", "-"),
        "two_spaces_before_the_name": note.replace("\u2014 ", "\u2014  "),
        "space_at_the_end_of_a_signature": note[:-1] + " \n",
        "signature_in_other_base64": f"{text}\n{mine[:-3]}{_other_last(mine[-3])}=\n",
        "signature_of_four_bytes": f"{text}\n{mine}{line(ORIGIN, bytes(4))}",
        "not_utf_8": note.encode() + b"\xe2\x80\x94 \xff AAAAAAA=\n",
        "sixty_five_signatures": f"{text}\n{mine * 65}",
    }
    cases += [_case(name, "malformed", each) for name, each in notes.items()]
    return [*cases, _case("sixty_four_signatures", None, f"{text}\n{mine * 64}", size=10)]


def _other_last(letter: str) -> str:
    """The base64 digit after this one: it differs in bits that padding leaves unused."""
    digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    return digits[digits.index(letter) + 1]


def _lines() -> list[Case]:
    """Signature lines, whoever they are of; empty lines; two keys where one is expected."""
    text = head()
    mine, wrong = signature(text), signature(head(11))
    stranger = signature(text, by="stranger")
    note = f"{text}\n{mine}"
    vkey, cosigned = WITNESSES[0], sign_cosignature(text, key("witness 1"), time=OPENS)
    second = VerifierKey(ORIGIN, KeyType.ED25519, key("log 2").public)
    two_keys, turned = (f"log {a}\nlog {b}\nquorum none\n" for a, b in ((LOG_VKEY, second), (second, LOG_VKEY)))
    by_second = signature(text, by="log 2")
    colliding = [VerifierKey(ORIGIN, KeyType.ED25519, key(f"collision {i}").public) for i in COLLISION]
    collision = "".join(f"log {each}\n" for each in (LOG_VKEY, *colliding)) + "quorum none\n"
    extended = head(more="\x7f\n")
    known: dict[str, Any] = {"origin": ORIGIN, "size": 10, "root": example_root().hex()}

    def log_key(name: str) -> dict[str, Any]:
        return {**known, "log_key": key(name).public.hex()}

    def named(name: str) -> str:
        return note + line(name, bytes(5))

    return [
        _case("delete_in_an_extension_line", None, f"{extended}\n{signature(extended)}", **known),
        _case("line_of_five_bytes_of_an_unknown_key", None, note + line("other.example", bytes(5)), **known),
        _case("line_of_a_name_of_1024_bytes", None, named("x" * 1024), **known),
        _case("line_of_a_name_of_1025_bytes", "malformed", named("x" * 1025)),
        _case("line_of_no_name", "malformed", named("")),
        _case("line_of_a_name_with_a_plus", "malformed", named("a+b")),
        _case("line_of_a_name_with_an_em_space", "malformed", named("a\u2003b")),
        _case("line_without_base64", "malformed", note + "\u2014 other.example\n"),
        _case("bad_signature_then_good_one", "invalid-signature", f"{text}\n{wrong}{mine}"),
        _case("signature_one_byte_long", "invalid-signature", f"{text}\n{line(ORIGIN, _raw(text) + bytes(1))}"),
        *(
            _case(
                f"cosignature_one_byte_{what}",
                "invalid-signature",
                note + line(vkey.name, vkey.key_id + raw),
                ONE_OF_ONE,
            )
            for what, raw in {"short": cosigned[:-1], "long": cosigned + bytes(1)}.items()
        ),
        _case(
            "good_cosignature_then_bad_one",
            "invalid-signature",
            note + cosignature(text, 1) + cosignature(text, 1, flip=1),
            ONE_OF_ONE,
        ),
        _case("empty_line_after_the_signatures", "malformed", note + "\n"),
        _case("empty_line_too_many_before_the_signatures", "invalid-signature", f"{text}\n\n{mine}"),
        _case("empty_line_in_front", "invalid-signature", f"\n{note}"),
        _case("empty_line_between_signatures", "unsigned", f"{note}\n{stranger}"),
        _case("one_byte_too_long", "too-long", note, then_line_feeds=65_537 - len(note.encode())),
        _case("as_long_as_may_be_in_empty_lines", "malformed", note, then_line_feeds=65_536 - len(note.encode())),
        _case("first_of_two_logs_of_one_name", None, note, two_keys, **log_key("log")),
        _case("second_of_two_logs_of_one_name", None, f"{text}\n{by_second}", two_keys, **log_key("log 2")),
        _case("both_of_two_logs_of_one_name", None, f"{text}\n{by_second}{mine}", two_keys, **log_key("log")),
        _case("both_of_two_logs_in_the_other_order", None, f"{text}\n{by_second}{mine}", turned, **log_key("log 2")),
        _case("second_log_s_signature_bad", "invalid-signature", note + signature(head(11), by="log 2"), two_keys),
        _case("two_keys_of_one_name_and_key_id", "malformed", note, collision),
    ]


def _quorums() -> list[Case]:
    """Which cosignatures meet which quorum."""
    text = head()
    policies = {
        "any": f"log {LOG_VKEY}\n{WITNESS_LINES}group g any w1 w2 w3\nquorum g\n",
        "two": TWO_OF_THREE,
        "all": f"log {LOG_VKEY}\n{WITNESS_LINES}group g all w1 w2 w3\nquorum g\n",
        "three": f"log {LOG_VKEY}\n{WITNESS_LINES}group g 3 w1 w2 w3\nquorum g\n",
        "one_and_one_of_two": NESTED,
        "inner_group": f"log {LOG_VKEY}\n{WITNESS_LINES}group g all w1 w2\ngroup h any g w3\nquorum g\n",
        "two_or_one": f"log {LOG_VKEY}\n{WITNESS_LINES}group g all w1 w2\ngroup h any g w3\nquorum h\n",
        "no_log": f"{WITNESS_LINES}quorum w1\n",
    }
    met: dict[str, tuple[tuple[int, ...], ...]] = {
        "any": ((1,), (3,), (1, 2)),
        "two": ((2, 3),),
        "all": ((1, 2, 3),),
        "three": ((3, 2, 1),),
        "one_and_one_of_two": ((1, 2), (1, 2, 3)),
        "inner_group": ((1, 2),),
        "two_or_one": ((3,), (1, 2)),
    }
    not_met: dict[str, tuple[tuple[int, ...], ...]] = {
        "any": ((),),
        "two": ((3,),),
        "all": ((1, 2), (2, 3)),
        "three": ((1, 2),),
        "one_and_one_of_two": ((1,), (2, 3)),
        "inner_group": ((3,), (1, 3)),
        "two_or_one": ((1,), (2,)),
    }

    def cases(rule: str | None, sets: dict[str, tuple[tuple[int, ...], ...]]) -> list[Case]:
        return [
            _case(
                f"quorum_{name}_with_{'_'.join(map(str, witnesses)) or 'none'}",
                rule,
                f"{text}\n{signature(text)}{''.join(cosignature(text, i) for i in witnesses)}",
                policies[name],
                **({} if rule else {"origin": ORIGIN, "size": 10}),
            )
            for name, each in sets.items()
            for witnesses in each
        ]

    no_log = f"{text}\n{signature(text)}{cosignature(text, 1)}"
    unlogged = _case("quorum_met_under_a_policy_of_no_log", "unsigned", no_log, policies["no_log"])
    return [*cases(None, met), *cases("no-quorum", not_met), unlogged]
