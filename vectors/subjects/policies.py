"""Policy files: good ones with what they say, and files with one fault."""

from typing import Any

from ledger.encoding import encode_base64
from ledger.tlog.key import KeyType, VerifierKey
from vectors.example import LOG_VKEY, key
from vectors.notes import WITNESSES
from vectors.subjects.verifier_keys import of_type

Case = dict[str, Any]
LIMIT = 131_072
LOG = f"log {LOG_VKEY}\n"
ONE, TWO, THREE = (f"witness w{i} {vkey}\n" for i, vkey in enumerate(WITNESSES, 1))
ALL = ONE + TWO + THREE
NONE = "quorum none\n"
OTHER_NAME = VerifierKey("other.example", KeyType.ED25519, key("log").public)
OTHER_KEY = VerifierKey(LOG_VKEY.name, KeyType.ED25519, key("log 2").public)


def document() -> dict[str, Any]:
    """Good ones, bad ones by rule."""
    return {"spec": "log.md section 4, reading a policy", "cases": [*_good(), *_bad()]}


def _case(name: str, rule: str | None, raw: bytes | str, **more: Any) -> Case:
    encoded = encode_base64(raw if isinstance(raw, bytes) else raw.encode())
    return {"name": name, "rule": rule, "policy": encoded, **more}


def _many_logs(count: int) -> list[VerifierKey]:
    return [VerifierKey(f"log-{i}", KeyType.ED25519, key(f"log of many {i}").public) for i in range(count)]


def _many_witnesses(count: int) -> list[VerifierKey]:
    return [VerifierKey(f"witness-{i}", KeyType.COSIGNATURE, key(f"witness of many {i}").public) for i in range(count)]


def _chain(count: int) -> str:
    """Groups of which each has the one before as its member."""
    return "".join(f"group g{i} any {'w1' if i == 0 else f'g{i - 1}'}\n" for i in range(count))


def _good() -> list[Case]:
    def case(name: str, raw: bytes | str, *, logs: int = 1, last: str | bytes | None = None, **more: Any) -> Case:
        quorum = last.encode() if isinstance(last, str) else last
        found = {"logs": logs, "witnesses": 0, "groups": []}
        said = {**found, "quorum": None if quorum is None else quorum.hex(), **more}
        said["groups"] = [{"name": n.encode().hex(), "k": k, "members": m} for n, k, m in said["groups"]]
        return _case(name, None, raw, **said)

    same_key = VerifierKey("witness.example/log", KeyType.COSIGNATURE, key("log").public)
    nested = f"{LOG}{ALL}group a 2 w1 w2\ngroup b any w3\ngroup c all a b\nquorum c\n"
    levels = [("a", 2, 2), ("b", 1, 1), ("c", 2, 2)]
    spaced = f"\t \n  # a comment\n#another\n \t log \t {LOG_VKEY} \t\n\n\tquorum\tnone \n"
    octets = LOG.encode() + b"# \xff\xfe\n" + b"witness \xff " + str(WITNESSES[0]).encode() + b"\nquorum \xff\n"
    kelvin = f"{LOG}witness K {WITNESSES[0]}\nwitness \u212a {WITNESSES[1]}\nquorum \u212a\n"
    keywords = f"{LOG}witness all {WITNESSES[0]}\nwitness log {WITNESSES[1]}\ngroup quorum any all log\nquorum quorum\n"
    many = "".join(f"log {vkey}\n" for vkey in _many_logs(64))
    many += "".join(f"witness w{i} {vkey}\n" for i, vkey in enumerate(_many_witnesses(64)))
    chained = [(f"g{i}", 1, 1) for i in range(64)]
    short = LOG + NONE
    return [
        case("one_log", short),
        case("quorum_before_the_log", NONE + LOG),
        case("no_log", NONE, logs=0),
        case("no_log_and_a_witness", f"{ONE}quorum w1\n", logs=0, witnesses=1, last="w1"),
        case("witness_that_is_not_used", f"{LOG}{ONE}{NONE}", witnesses=1),
        case("witness_as_quorum", f"{LOG}{ONE}quorum w1\n", witnesses=1, last="w1"),
        case("witness_before_the_log", f"{ONE}{LOG}quorum w1\n", witnesses=1, last="w1"),
        case("groups_in_groups", nested, witnesses=3, groups=levels, last="c"),
        case(
            "group_below_the_quorum",
            f"{LOG}{ALL}quorum w1\ngroup a any w1\n",
            witnesses=3,
            groups=[("a", 1, 1)],
            last="w1",
        ),
        case(
            "group_of_one_by_all", f"{LOG}{ONE}group a all w1\nquorum a\n", witnesses=1, groups=[("a", 1, 1)], last="a"
        ),
        case(
            "k_is_the_number_of_members",
            f"{LOG}{ALL}group a 3 w1 w2 w3\nquorum a\n",
            witnesses=3,
            groups=[("a", 3, 3)],
            last="a",
        ),
        case("blanks_tabs_and_comments", spaced),
        case("urls_of_any_sort", f"log {LOG_VKEY} #\nwitness w1 {WITNESSES[0]} \xe9://?\n{NONE}", witnesses=1),
        case("octets_that_are_not_utf_8", octets, witnesses=1, last=b"\xff"),
        case("names_that_look_alike", kelvin, witnesses=2, last="\u212a"),
        case(
            "no_break_space_in_a_name",
            f"{LOG}witness a\xa0b {WITNESSES[0]}\nquorum a\xa0b\n",
            witnesses=1,
            last="a\xa0b",
        ),
        case("keywords_as_names", keywords, witnesses=2, groups=[("quorum", 1, 2)], last="quorum"),
        case("two_logs_of_one_name", f"{LOG}log {OTHER_KEY}\n{NONE}", logs=2),
        case("key_of_the_log_as_a_witness", f"{LOG}witness w {same_key}\nquorum w\n", witnesses=1, last="w"),
        case(
            "sixty_four_of_each",
            many + _chain_from("w0") + "quorum g63\n",
            logs=64,
            witnesses=64,
            groups=chained,
            last="g63",
        ),
        case("as_long_as_may_be", short, then_line_feeds=LIMIT - len(short)),
    ]


def _chain_from(witness: str) -> str:
    return _chain(64).replace(" any w1\n", f" any {witness}\n", 1)


def _bad() -> list[Case]:
    start = LOG + ALL
    bad = "malformed"
    vkey, witness = str(LOG_VKEY), str(WITNESSES[0])
    again = VerifierKey("witness.example/again", KeyType.COSIGNATURE, WITNESSES[0].public)
    long_name = VerifierKey("x" * 1024, KeyType.ED25519, key("log").public)
    malformed: dict[str, bytes | str] = {
        "no_bytes": "",
        "no_line_feed_at_the_end": (LOG + NONE)[:-1],
        "carriage_returns": (LOG + NONE).replace("\n", "\r\n"),
        "null_byte_in_a_comment": f"# \0\n{LOG}{NONE}",
        "form_feed_between_words": f"{LOG}quorum\fnone\n",
        "delete_in_a_comment": f"# \x7f\n{LOG}{NONE}",
        "unknown_keyword": f"{LOG}logs\n{NONE}",
        "keyword_in_capitals": f"{LOG}Quorum none\n",
        "log_without_a_key": f"log\n{NONE}",
        "log_with_two_urls": f"log {vkey} a b\n{NONE}",
        "witness_without_a_name": f"{LOG}witness {witness}\n{NONE}",
        "witness_with_two_urls": f"{LOG}witness w1 {witness} a b\n{NONE}",
        "group_without_members": f"{start}group g any\n{NONE}",
        "group_without_k": f"{start}group g w1 w2\n{NONE}",
        "quorum_without_a_name": f"{LOG}quorum\n",
        "quorum_with_a_comment_behind": f"{LOG}quorum none # all\n",
        "key_that_is_none": f"log {vkey[:-1]}\n{NONE}",
        "key_of_another_id": f"log {vkey.replace('+f5', '+f6')}\n{NONE}",
        "key_name_not_utf_8": b"log \xff" + vkey.encode() + b"\n" + NONE.encode(),
        "no_break_space_in_a_key_name": f"log a\xa0{vkey}\n{NONE}",
        "key_of_a_witness_for_a_log": f"log {witness}\n{NONE}",
        "key_of_a_log_for_a_witness": f"{LOG}witness w {OTHER_KEY}\n{NONE}",
        "member_not_defined": f"{start}group g any w1 w4\n{NONE}",
        "member_defined_below": f"{LOG}group g any w1\n{ONE}{NONE}",
        "member_is_the_group": f"{start}group g any w1 g\n{NONE}",
        "member_none": f"{start}group g any w1 none\n{NONE}",
        "member_is_a_log": f"{start}group g any {LOG_VKEY.name}\n{NONE}",
        "quorum_not_defined": f"{start}quorum w4\n",
        "quorum_defined_below": f"{LOG}quorum w1\n{ONE}",
        "quorum_is_a_log": f"{LOG}quorum {LOG_VKEY.name}\n",
        "k_of_0": f"{start}group g 0 w1 w2\nquorum g\n",
        "k_more_than_members": f"{start}group g 3 w1 w2\nquorum g\n",
        "k_with_a_leading_zero": f"{start}group g 01 w1 w2\nquorum g\n",
        "k_with_a_plus": f"{start}group g +1 w1 w2\nquorum g\n",
        "k_negative": f"{start}group g -1 w1 w2\nquorum g\n",
        "k_in_other_digits": f"{start}group g \u0661 w1 w2\nquorum g\n",
        "k_in_capitals": f"{start}group g ALL w1 w2\nquorum g\n",
        "k_of_2_to_64_plus_1": f"{start}group g {2**64 + 1} w1 w2\nquorum g\n",
        "two_quorum_lines": f"{LOG}{NONE}{NONE}",
        "no_quorum_line": start,
        "sixty_five_logs": "".join(f"log {each}\n" for each in _many_logs(65)) + NONE,
        "sixty_five_witnesses": LOG
        + "".join(f"witness w{i} {each}\n" for i, each in enumerate(_many_witnesses(65)))
        + NONE,
        "sixty_five_groups": f"{LOG}{ONE}{_chain(65)}{NONE}",
        "member_twice_in_a_group": f"{start}group g any w1 w1\nquorum g\n",
        "member_of_two_groups": f"{start}group g any w1 w2\ngroup h any w2 w3\nquorum g\n",
        "group_in_two_groups": f"{start}group g any w1\ngroup h any g\ngroup i any g w2\nquorum i\n",
    }
    named: dict[str, str] = {
        "two_witnesses_of_one_name": f"{LOG}{ONE}witness w1 {WITNESSES[1]}\n{NONE}",
        "group_of_a_witness_s_name": f"{start}group w1 any w2\n{NONE}",
        "two_groups_of_one_name": f"{start}group g any w1\ngroup g any w2\n{NONE}",
        "witness_named_none": f"{LOG}witness none {witness}\n{NONE}",
        "group_named_none": f"{start}group none any w1\n{NONE}",
    }
    keyed: dict[str, str] = {
        "log_twice": f"{LOG}{LOG}{NONE}",
        "key_of_a_log_under_another_name": f"{LOG}log {OTHER_NAME}\n{NONE}",
        "key_of_a_witness_under_two_names": f"{LOG}{ONE}witness w2 {witness}\n{NONE}",
        "key_of_a_witness_under_another_key_name": f"{LOG}{ONE}witness w2 {again}\n{NONE}",
    }
    return [
        *(_case(name, bad, raw) for name, raw in malformed.items()),
        *(_case(name, "duplicate-name", raw) for name, raw in named.items()),
        *(_case(name, "duplicate-key", raw) for name, raw in keyed.items()),
        _case("log_key_of_type_2", "unknown-key-type", f"log {of_type(2)}\n{NONE}"),
        _case("witness_key_of_type_6", "unknown-key-type", f"{LOG}witness w {of_type(6)}\n{NONE}"),
        _case(
            "key_of_1089_characters",
            "too-long",
            f"log {str(long_name)[:1024]}{'x' * 11}{str(long_name)[1024:]}\n{NONE}",
        ),
        _case("one_byte_too_long", "too-long", LOG + NONE, then_line_feeds=LIMIT + 1 - len(LOG + NONE)),
    ]
