"""Members' receipts of the worked ledger, good and with one fault."""

from typing import Any

from ledger.encoding import encode_base64
from ledger.merkle.hashing import leaf_hash
from ledger.merkle.tree import root_of
from ledger.tlog.key import KeyType, VerifierKey
from vectors.example import OPENS, ORIGIN, POLICY, entry, example, key
from vectors.notes import ONE_OF_ONE, cosignature, head, signature

Case = dict[str, Any]
BAD = 1
"""The entry whose receipts are spoilt: the clock, which is short."""


def document() -> dict[str, Any]:
    """Good ones, bad ones."""
    return {"spec": "receipts.md section 1", "cases": [*_good(), *_untrue(), *_misspelt()]}


def _case(name: str, rule: str | None, raw: bytes, receipt: bytes, policy: str = POLICY, **more: Any) -> Case:
    said = {"policy": policy, "entry": encode_base64(raw), "receipt": encode_base64(receipt)}
    return {"name": name, "rule": rule, **said, **more}


def receipt_of(raw: bytes, *, origin: str = ORIGIN, by: str = "log") -> bytes:
    """The receipt of an entry that stands alone in a tree."""
    text = head(1, leaf_hash(raw), origin=origin)
    note = f"{text}\n{signature(text, name=origin, by=by)}"
    return f"c2sp.org/tlog-proof@v1\nindex 0\n\n{note}".encode()


def _good() -> list[Case]:
    ledger = example()
    cases = [
        _case(f"of_entry_{i}", None, raw, ledger.receipt(i), index=i, size=10) for i, raw in enumerate(ledger.entries)
    ]
    text = ledger.checkpoint.decode().rpartition("\n\n")[0] + "\n"
    witnessed = ledger.receipt(5) + cosignature(text, 1).encode()
    with_extra = ledger.receipt(5).replace(b"\nindex", b"\nextra AAEC\nindex", 1)
    alone = ledger.entries[5]
    return [
        *cases,
        _case("witnessed", None, ledger.entries[5], witnessed, ONE_OF_ONE, index=5, size=10),
        _case("with_extra_data", None, ledger.entries[5], with_extra, index=5, size=10),
        _case("of_an_entry_alone", None, alone, receipt_of(alone), index=0, size=1),
    ]


def _untrue() -> list[Case]:
    ledger = example()
    raw, receipt = ledger.entries[BAD], ledger.receipt(BAD)
    lines = receipt.decode().split("\n")
    path, rest = lines[2:6], "\n".join(lines[6:])

    def shown(index: int = BAD, hashes: list[str] | None = None) -> bytes:
        return "\n".join([lines[0], f"index {index}", *(path if hashes is None else hashes), rest]).encode()

    first, spaces = path[0].encode() + b"\n", b" " * (65_536 - len(raw))
    flipped = encode_base64(bytes([leaf_hash(raw)[0] ^ 1]) + leaf_hash(raw)[1:])
    other_text = head(10, root_of([*ledger.leaves[:9], bytes(32)]))
    other_tree = f"{lines[0]}\nindex {BAD}\n" + "\n".join(path) + f"\n\n{other_text}\n{signature(other_text)}"
    resized = head(6)
    smaller = f"{lines[0]}\nindex {BAD}\n" + "\n".join(path) + f"\n\n{resized}\n{signature(resized)}"
    foreign = entry("clock", {"time": OPENS}, key("log"), origin="other.example")
    forged = entry("clock", {"time": OPENS + 60}, key("log")).replace(b"1800000060", b"1800000120")
    elsewhere = VerifierKey("other.example", KeyType.ED25519, key("log").public)
    inclusion = "invalid-inclusion-proof"
    return [
        _case("of_another_entry", inclusion, ledger.entries[7], receipt),
        _case("index_one_more", inclusion, raw, shown(BAD + 1)),
        _case("index_one_less", inclusion, raw, shown(BAD - 1)),
        _case("index_is_the_size", inclusion, raw, shown(10)),
        _case("path_one_short", inclusion, raw, shown(hashes=path[:-1])),
        _case("path_one_long", inclusion, raw, shown(hashes=[*path, path[-1]])),
        _case("path_empty", inclusion, raw, shown(hashes=[])),
        _case("path_reversed", inclusion, raw, shown(hashes=path[::-1])),
        _case("path_one_hash_off", inclusion, raw, shown(hashes=[flipped, *path[1:]])),
        _case("root_of_another_tree", inclusion, raw, other_tree.encode()),
        _case("size_of_another_tree", inclusion, raw, smaller.encode()),
        _case("greatest_index", inclusion, raw, shown(2**63 - 2)),
        _case("sixty_three_hashes", inclusion, raw, shown(hashes=path[:1] * 63)),
        _case("entry_with_a_line_feed", inclusion, raw + b"\n", receipt),
        _case("checkpoint_changed", "invalid-signature", raw, receipt.replace(b"\n10\n", b"\n11\n")),
        _case("empty_line_before_the_checkpoint", "invalid-signature", raw, receipt.replace(b"\n\n", b"\n\n\n", 1)),
        _case("empty_line_among_the_hashes", "invalid-signature", raw, receipt.replace(first, first + b"\n", 1)),
        _case(
            "bad_cosignature", "invalid-signature", raw, receipt + cosignature(head(), 1, flip=1).encode(), ONE_OF_ONE
        ),
        _case("checkpoint_of_a_stranger", "unsigned", raw, receipt_of(raw, by="stranger")),
        _case("checkpoint_of_another_origin", "unsigned", raw, receipt_of(raw, origin="other.example")),
        _case("no_witness", "no-quorum", raw, receipt, ONE_OF_ONE),
        _case("entry_of_another_ledger", "wrong-ledger", foreign, receipt_of(foreign)),
        _case(
            "entry_in_another_ledgers_log",
            "wrong-ledger",
            raw,
            receipt_of(raw, origin="other.example"),
            f"log {elsewhere}\nquorum none\n",
        ),
        _case("entry_changed_and_logged", "invalid-signature", forged, receipt_of(forged)),
        _case("entry_of_65536_bytes", "too-long", raw, receipt_of(raw + spaces), then_spaces=len(spaces)),
        _case("entry_of_65535_bytes", "not-canonical", raw, receipt_of(raw + spaces[1:]), then_spaces=len(spaces) - 1),
        _case("not_an_entry", "not-json", b"not an entry", receipt_of(b"not an entry")),
        _case("not_a_canonical_entry", "not-canonical", raw + b"\n", receipt_of(raw + b"\n")),
    ]


def _misspelt() -> list[Case]:
    ledger = example()
    raw, receipt = ledger.entries[BAD], ledger.receipt(BAD)
    header = b"c2sp.org/tlog-proof@v1\n"
    first = receipt.split(b"\n")[2]
    rootless = f"{ORIGIN}\n10\n"
    changes = {
        "no_bytes": b"",
        "no_header": receipt.removeprefix(header),
        "header_of_version_2": receipt.replace(b"@v1", b"@v2", 1),
        "no_index": receipt.replace(b"index 1\n", b"", 1),
        "index_with_a_leading_zero": receipt.replace(b"index 1", b"index 01", 1),
        "index_with_a_plus": receipt.replace(b"index 1", b"index +1", 1),
        "empty_line_above_the_index": receipt.replace(b"index 1\n", b"\nindex 1\n", 1),
        "index_of_2_to_63_minus_1": receipt.replace(b"index 1", b"index 9223372036854775807", 1),
        "checkpoint_without_a_root": f"c2sp.org/tlog-proof@v1\nindex 0\n\n{rootless}\n{signature(rootless)}".encode(),
        "header_with_a_space": receipt.replace(b"@v1\n", b"@v1 \n", 1),
        "not_ascii_above_the_checkpoint": receipt.replace(b"index 1\n", b"index 1\n\xc3\xa4\n", 1),
        "index_of_2_to_63": receipt.replace(b"index 1", b"index 9223372036854775808", 1),
        "index_negative": receipt.replace(b"index 1", b"index -1", 1),
        "two_spaces_before_the_index": receipt.replace(b"index 1", b"index  1", 1),
        "index_twice": receipt.replace(b"index 1\n", b"index 1\nindex 1\n", 1),
        "extra_after_the_index": receipt.replace(b"index 1\n", b"index 1\nextra AAEC\n", 1),
        "extra_of_no_bytes": receipt.replace(b"index 1\n", b"extra \nindex 1\n", 1),
        "extra_twice": receipt.replace(b"index 1\n", b"extra AAEC\nextra AAEC\nindex 1\n", 1),
        "hash_of_31_bytes": receipt.replace(first, encode_base64(bytes(31)).encode(), 1),
        "hash_in_other_base64": receipt.replace(first, first[:-2] + b"h=", 1),
        "sixty_four_hashes": receipt.replace(first, b"\n".join([first] * 61), 1),
        "no_checkpoint": receipt.split(b"\n\n")[0] + b"\n\n",
        "no_empty_line": receipt.replace(b"\n\n", b"\n", 1),
        "space_at_the_end_of_a_line": receipt.replace(b"index 1\n", b"index 1 \n", 1),
        "carriage_returns": receipt.replace(b"\n", b"\r\n"),
        "checkpoint_without_its_line_feed": receipt[:-1],
    }
    over, most = 155_817 - len(receipt), 155_816 - len(receipt)
    return [
        *(_case(name, "malformed", raw, each) for name, each in changes.items()),
        _case("one_byte_too_long", "too-long", raw, receipt, then_line_feeds=over),
        _case("as_long_as_may_be_in_empty_lines", "malformed", raw, receipt, then_line_feeds=most),
    ]
