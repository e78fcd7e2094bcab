"""Published trees read whole: checkpoint, tiles and bundles, and files with one fault."""

from collections.abc import Sequence
from typing import Any

from ledger.encoding import encode_base64
from ledger.merkle.bundle import encode_bundle
from ledger.merkle.hashing import leaf_hash
from ledger.merkle.tree import root_of
from vectors.example import POLICY
from vectors.subjects.following import note

Case = dict[str, Any]
Files = dict[str, bytes]
ENTRIES = tuple(f"entry {i}".encode() for i in range(600))


class Pool:
    """Every file once."""

    def __init__(self) -> None:
        self.files: dict[bytes, int] = {}

    def places(self, files: Files) -> dict[str, int]:
        """Where in the pool the files are."""
        return {path: self.files.setdefault(raw, len(self.files)) for path, raw in files.items()}

    def encoded(self) -> list[str]:
        """All of them, in base64."""
        return [encode_base64(raw) for raw in self.files]


def published(entries: Sequence[bytes], checkpoint: str | None = None) -> Files:
    """The files of the log with these entries."""
    leaves = [leaf_hash(raw) for raw in entries]
    files = {"checkpoint": (note(leaves) if checkpoint is None else checkpoint).encode()}
    for n in range(0, len(entries), 256):
        files[f"tile/entries/{_name(n // 256, len(entries[n : n + 256]))}"] = encode_bundle(entries[n : n + 256])
    level, nodes = 0, leaves
    while nodes:
        for n in range(0, len(nodes), 256):
            width = len(nodes[n : n + 256])
            files[f"tile/{level}/{_name(n // 256, width)}"] = b"".join(nodes[n : n + 256])
        level, nodes = level + 1, [root_of(nodes[n : n + 256]) for n in range(0, len(nodes) - 255, 256)]
    return files


def _name(n: int, width: int) -> str:
    return f"{n:03}" if width == 256 else f"{n:03}.p/{width}"


def document() -> dict[str, Any]:
    """Good trees, files gone, files changed."""
    pool = Pool()
    cases = [*_good(pool), *_changed(pool)]
    return {"spec": "log.md section 2; audit.md step 4", "policy": POLICY, "files": pool.encoded(), "cases": cases}


def _good(pool: Pool) -> list[Case]:
    cases = [_case(pool, f"of_{n}_entries", published(ENTRIES[:n])) for n in (0, 1, 10, 256, 257, 600)]
    empty_entries = published([b"", b"", b"x", b""])
    instead = published(ENTRIES[:10])
    filled = instead.pop("tile/0/000.p/10") + bytes(32 * 246)
    bundle = instead.pop("tile/entries/000.p/10") + b"\0\0" * 246
    cases.append(_case(pool, "of_entries_without_a_byte", empty_entries))
    cases.append(
        _case(pool, "full_ones_for_partial_ones", {**instead, "tile/0/000": filled, "tile/entries/000": bundle})
    )
    return cases


def _case(pool: Pool, name: str, files: Files, fault: tuple[str, int | None] | None = None) -> Case:
    rule, index = fault or (None, None)
    return {"name": name, "rule": rule, **({"index": index} if fault else {}), "files": pool.places(files)}


def _flipped(raw: bytes, at: int) -> bytes:
    return raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :]


def _changed(pool: Pool) -> list[Case]:
    good = published(ENTRIES)
    ten = published(ENTRIES[:10])
    edge, second, last, top = "tile/0/002.p/88", "tile/0/001", "tile/entries/002.p/88", "tile/1/000.p/2"
    middle, small = "tile/entries/001", "tile/entries/000.p/10"
    own = published(tuple(b"other" if i == 300 else raw for i, raw in enumerate(ENTRIES)))
    of_small = ten[small]  # entries of 7 bytes, and so 9 with their length
    swapped = of_small[9:18] + of_small[:9] + of_small[18:]
    moved = b"\0\x08entry 0e\0\x06ntry 1" + of_small[18:]
    gone = {path: raw for path, raw in ten.items() if path != "tile/0/000.p/10"}
    cut = good[middle][:-1000]
    width_one_less = published(ENTRIES[:9])
    changes: dict[str, tuple[str, int | None, Files]] = {
        "edge_tile_changed": ("wrong-tile", None, {**good, edge: _flipped(good[edge], 5)}),
        "topmost_tile_changed": ("wrong-tile", None, {**good, top: _flipped(good[top], 5)}),
        "hashes_of_the_topmost_tile_exchanged": ("wrong-tile", None, {**good, top: good[top][32:] + good[top][:32]}),
        "full_tile_changed": ("wrong-tile", 256, {**good, second: _flipped(good[second], 5)}),
        "full_tiles_exchanged": ("wrong-tile", 0, {**good, second: good["tile/0/000"], "tile/0/000": good[second]}),
        "full_tile_and_bundle_of_another_tree": ("wrong-tile", 256, {**good, second: own[second], middle: own[middle]}),
        "tile_of_zeroes": ("wrong-tile", None, {**ten, "tile/0/000.p/10": bytes(320)}),
        "edge_tile_one_hash_short": ("malformed", None, {**good, edge: good[edge][:-32]}),
        "edge_tile_one_hash_long": ("malformed", None, {**good, edge: good[edge] + bytes(32)}),
        "edge_tile_one_byte_short": ("malformed", None, {**good, edge: good[edge][:-1]}),
        "edge_tile_empty": ("malformed", None, {**good, edge: b""}),
        "full_tile_one_hash_short": ("malformed", 256, {**good, second: good[second][:-32]}),
        "full_tile_one_byte_long": ("malformed", 0, {**good, "tile/0/000": good["tile/0/000"] + b"\0"}),
        "tile_that_is_not_full_for_a_partial_one": ("malformed", None, {**gone, "tile/0/000": ten["tile/0/000.p/10"]}),
        "bundle_cut_off_in_an_entry": ("bad-bundle", 256 + 165, {**good, middle: cut}),
        "bundle_one_byte_short": ("bad-bundle", 599, {**good, last: good[last][:-1]}),
        "bundle_one_entry_short": ("bad-bundle", 9, {**ten, small: width_one_less["tile/entries/000.p/9"]}),
        "bundle_without_a_byte": ("bad-bundle", 256, {**good, middle: b""}),
        "bundle_with_one_byte_of_a_length": ("bad-bundle", 9, {**ten, small: of_small[:82]}),
        "bundle_one_entry_long": ("bad-bundle", 512, {**good, middle: good[middle] + b"\0\1x"}),
        "last_bundle_one_entry_long": ("bad-bundle", None, {**ten, small: of_small + b"\0\1x"}),
        "last_bundle_one_byte_long": ("bad-bundle", None, {**ten, small: of_small + b"\0"}),
        "lengths_with_their_bytes_exchanged": ("bad-bundle", 0, {**ten, small: of_small.replace(b"\0\x07", b"\x07\0")}),
        "entry_changed": ("entry-not-in-tree", 301, {**good, middle: good[middle].replace(b"entry 301", b"entry 30l")}),
        "last_entry_changed": ("entry-not-in-tree", 599, {**good, last: _flipped(good[last], len(good[last]) - 1)}),
        "entries_exchanged": ("entry-not-in-tree", 0, {**ten, small: swapped}),
        "a_byte_moved_to_the_entry_before": ("entry-not-in-tree", 0, {**ten, small: moved}),
        "entry_emptied": ("entry-not-in-tree", 0, {**ten, small: b"\0\0" + of_small[9:]}),
        "bundle_cut_off_after_a_changed_entry": ("entry-not-in-tree", 256, {**good, middle: _flipped(cut, 5)}),
        "bundle_of_another_place": ("entry-not-in-tree", 256, {**good, middle: good["tile/entries/000"]}),
    }
    return [_case(pool, name, files, (rule, index)) for name, (rule, index, files) in changes.items()]
