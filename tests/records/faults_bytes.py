"""Ways to be refused: the bytes of an entry, and its form."""

from ledger.encoding import encode_base64
from ledger.records.entry import parse_entry
from ledger.records.kinds.clock import Clock
from tests.records.builders import (
    FOUNDER,
    LOG,
    START,
    World,
    key,
    make_entry,
    raw_entry,
)
from tests.records.starts import fault, founded, open_world, pair, with_council
from tests.records.usual import council_entry


@fault("too-long")
def entry_of_65536_bytes():
    world = founded()
    raw = make_entry("clock", Clock(time=START + 60), key(LOG))
    return world, raw + b" " * (65_536 - len(raw))


@fault("not-canonical")
def entry_of_65535_bytes():
    world = founded()
    raw = make_entry("clock", Clock(time=START + 60), key(LOG))
    return world, raw + b" " * (65_535 - len(raw))


@fault("too-deep")
def an_entry_of_lists_in_lists():
    return founded(), b'{"signatures":' + b"[" * 9000 + b"]" * 9000 + b"}"


@pair("not-json")
def half_an_entry(wrong):
    raw = make_entry("clock", Clock(time=START + 60), key(LOG))
    return founded(), raw[:-1] if wrong else raw


@pair("not-canonical")
def a_space_too_many(wrong):
    raw = make_entry("clock", Clock(time=START + 60), key(LOG))
    return founded(), raw.replace(b":", b": ", 1) if wrong else raw


@fault("not-canonical")
def a_doubled_field():
    raw = make_entry("clock", Clock(time=START + 60), key(LOG))
    return founded(), raw.replace(b'"body":{', b'"body":{"time":1,')


@fault("not-canonical")
def a_letter_spelled_as_an_escape():
    return founded(), council_entry(key("New"), key(FOUNDER)).replace(b'"New"', b'"\\u004eew"')


@fault("malformed")
def a_time_with_a_fraction():
    return founded(), make_entry("clock", Clock(time=START), key(LOG)).replace(b"00}", b"00e0}")


@fault("malformed")
def a_null():
    raw = council_entry(key("New"), key(FOUNDER)).replace(b'"name":"New"', b'"name":"New","parent":null')
    return founded(), raw


@pair("unknown-version")
def version_2(wrong):
    return founded(), raw_entry("clock", {"time": START + 60}, key(LOG), v=2 if wrong else 1)


@pair("unknown-kind")
def a_kind_nobody_knows(wrong):
    return founded(), raw_entry("clocks" if wrong else "clock", {"time": START + 60}, key(LOG))


@pair("unknown-field")
def a_claim_with_an_opening(wrong):
    world, rnd = open_world()
    body = parse_entry(world.claim_entry(rnd, 1), origin=None).body.to_json()
    more = {"opening": {"quantities": [1, 1]}} if wrong else {}
    return world, raw_entry("claim", {**body, **more}, rnd.council.key)


@pair("missing-field")
def a_row_without_a_reference(wrong):
    world, council = with_council()
    rows = [{} if wrong else {"ref": "h-1"}]
    body = {"allowance": "none", "council": encode_base64(council.leaf), "rows": rows}
    return world, raw_entry("roster", body, council.key)


@pair("bad-field")
def a_negative_time(wrong):
    return founded(), raw_entry("clock", {"time": -60 if wrong else START + 60}, key(LOG))


@fault("bad-field")
def a_key_in_other_base64():
    world = founded()
    body = {"key": encode_base64(bytes(32))[:-2] + "B=", "name": "New", "type": "council"}
    return world, raw_entry("council", body, key("New"), key(FOUNDER))


@fault("bad-field")
def a_council_key_of_small_order():
    return founded(), raw_entry(
        "council", {"key": encode_base64(bytes(32)), "name": "New", "type": "council"}, key(FOUNDER)
    )


@fault("bad-field")
def a_name_that_turns_the_direction_of_writing():
    return founded(), raw_entry(
        "council", {"key": encode_base64(key("New").public), "name": "a\u202eb", "type": "council"}, key("New")
    )


@pair("unsorted-signatures")
def signatures_the_wrong_way_round(wrong):
    world = founded()
    raw = council_entry(key("New"), key(FOUNDER))
    signatures, statement = raw.removeprefix(b'{"signatures":[').split(b'],"statement":')
    first, second = signatures.split(b"},")
    if wrong:
        raw = b'{"signatures":[' + second + b"," + first + b'}],"statement":' + statement
    return world, raw


@fault("unsorted-signatures")
def a_signature_twice():
    return founded(), make_entry("clock", Clock(time=START + 60), key(LOG), key(LOG))


@pair("wrong-ledger")
def an_entry_of_another_ledger(wrong):
    origin = "example.org/other" if wrong else World.origin
    return founded(), make_entry("clock", Clock(time=START + 60), key(LOG), origin=origin)
