"""Canonical JSON: documents in their one spelling, and each other spelling."""

from typing import Any

from ledger.encoding import encode_base64

LIMIT = 200


def document() -> dict[str, Any]:
    """Good ones, bad ones with their rule."""
    return {
        "spec": "encoding.md section 1",
        "cases": [
            *(_case(name, raw, None) for name, raw in GOOD.items()),
            *(_case(name, raw, rule) for rule, group in BAD.items() for name, raw in group.items()),
        ],
    }


def _case(name: str, raw: bytes, rule: str | None) -> dict[str, Any]:
    return {"name": name, "document": encode_base64(raw), "limit": LIMIT, "rule": rule}


GOOD: dict[str, bytes] = {
    "empty": b"{}",
    "one_of_each": b'{"a":[],"b":{},"c":"","d":0,"e":true,"f":false}',
    "integers_to_the_limits": b'{"a":9007199254740991,"b":-9007199254740991,"c":-1}',
    "short_escapes": rb'{"a":"\"\\\b\t\n\f\r"}',
    "long_escapes": rb'{"a":"\u0000\u0001\u000b\u001f"}',
    "no_escape_for_a_slash": b'{"a":"/"}',
    "no_escape_for_delete": b'{"a":"\x7f"}',
    "no_escape_for_line_separator": '{"a":"\u2028"}'.encode(),
    "no_escape_for_more_than_ascii": '{"a":"\u00e9\u4e2d\U0001f600"}'.encode(),
    "nothing_is_normalised": '{"a":"e\u0301"}'.encode(),
    "keys_sorted_by_bytes": b'{"":0,"A":1,"Z":2,"_":3,"a":4,"aa":5,"b":6}',
    "keys_with_escapes": rb'{"\t":0,"\"":1,"\\":2}',
    "nested_15_deep": b'{"a":' + b"[" * 14 + b"]" * 14 + b"}",
    "brackets_in_a_string": b'{"a":"' + b"[{" * 20 + b'"}',
    "as_long_as_the_limit": b'{"a":"' + b"x" * 192 + b'"}',
}

BAD: dict[str, dict[str, bytes]] = {
    "too-long": {
        "one_byte_over_the_limit": b'{"a":"' + b"x" * 193 + b'"}',
        "too_long_and_not_json": b"x" * 201,
    },
    "too-deep": {
        "nested_16_deep": b'{"a":' + b"[" * 15 + b"]" * 15 + b"}",
        "sixteen_brackets_never_closed": b"[" * 16,
        "brackets_after_a_string_with_escapes": rb'{"\\\"":' + b"[" * 15 + b"]" * 15 + b"}",
        "objects_16_deep": b'{"a":' * 16 + b"0" + b"}" * 16,
    },
    "not-json": {
        "no_bytes": b"",
        "half": b'{"a":1',
        "something_after": b'{"a":1}x',
        "two_documents": b"{}{}",
        "trailing_comma": b'{"a":1,}',
        "single_quotes": b"{'a':1}",
        "key_without_quotes": b"{a:1}",
        "leading_zero": b'{"a":01}',
        "plus_sign": b'{"a":+1}',
        "not_a_number": b'{"a":NaN}',
        "infinity": b'{"a":Infinity}',
        "comment": b'{"a":1/**/}',
        "byte_order_mark": b'\xef\xbb\xbf{"a":1}',
        "utf_16": '{"a":1}'.encode("utf-16-le"),
        "not_utf_8": b'{"a":"\xff"}',
        "overlong_utf_8": b'{"a":"\xc0\xaf"}',
        "surrogate_in_utf_8": b'{"a":"\xed\xa0\x80"}',
        "lone_surrogate_escaped": rb'{"a":"\ud800"}',
        "line_feed_in_a_string": b'{"a":"\n"}',
        "lone_low_surrogate_escaped": rb'{"a":"\udc00"}',
        "surrogates_exchanged": rb'{"a":"\udc00\ud800"}',
        "lone_surrogate_in_a_key": rb'{"\ud800":1}',
        "half_an_escape": rb'{"a":"\u00"}',
        "unknown_escape": rb'{"a":"\x41"}',
    },
    "malformed": {
        "an_array": b"[]",
        "a_string": b'"a"',
        "a_number": b"1",
        "null_inside": b'{"a":null}',
        "fraction": b'{"a":1.5}',
        "fraction_of_zero": b'{"a":1.0}',
        "minus_zero_with_a_fraction": b'{"a":-0.0}',
        "exponent": b'{"a":1e2}',
        "null_in_a_list": b'{"a":[0,null]}',
        "last_of_two_values_a_null": b'{"a":1,"a":null}',
        "key_inside_outside_of_ascii": '{"a":{"\u00e9":1}}'.encode(),
        "integer_over_the_limit": b'{"a":9007199254740992}',
        "integer_under_the_limit": b'{"a":-9007199254740992}',
        "key_outside_of_ascii": '{"\u00e9":1}'.encode(),
    },
    "not-canonical": {
        "space_after_a_colon": b'{"a": 1}',
        "space_in_front": b' {"a":1}',
        "line_feed_at_the_end": b'{"a":1}\n',
        "keys_not_sorted": b'{"b":1,"a":2}',
        "key_twice": b'{"a":1,"a":1}',
        "first_of_two_values_a_null": b'{"a":null,"a":1}',
        "keys_inside_not_sorted": b'{"a":{"c":1,"b":2}}',
        "tab_between": b'{"a":\t1}',
        "carriage_return_at_the_end": b'{"a":1}\r',
        "space_in_an_empty_list": b'{"a":[ ]}',
        "escaped_delete": rb'{"a":"\u007f"}',
        "escaped_line_separator": rb'{"a":"\u2028"}',
        "minus_zero": b'{"a":-0}',
        "escaped_letter": rb'{"a":"\u0061"}',
        "escaped_slash": rb'{"a":"\/"}',
        "escape_in_capitals": rb'{"a":"\u001F"}',
        "long_escape_for_a_short_one": rb'{"a":"\u000a"}',
        "escaped_pair_of_surrogates": rb'{"a":"\ud83d\ude00"}',
        "escaped_key": rb'{"\u0061":1}',
    },
}
