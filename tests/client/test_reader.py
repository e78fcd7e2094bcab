"""Only entries under the believed root are given, and what is changed, cut or withheld is named."""

from pathlib import Path

import pytest
from typing_extensions import override

from ledger.client.reader import LedgerReader
from ledger.client.source import FolderSource
from ledger.client.trusted import TrustedLog
from ledger.errors import MalformedError, NotFoundError, UnavailableError, VerificationError
from ledger.merkle.hashing import leaf_hash
from ledger.merkle.tiles import TilePath
from ledger.merkle.tree import root_of
from ledger.tlog.proof import verify_tlog_proof
from tests.client.publisher import log_policy, publish

LONG = [f"entry {i}".encode() for i in range(1300)]


class Counting(FolderSource):
    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.asked: list[str] = []

    @override
    def get(self, path: str) -> bytes:
        self.asked.append(path)
        return super().get(path)


def open_reader(source: FolderSource) -> LedgerReader:
    reader = LedgerReader(source, TrustedLog(log_policy()))
    reader.update()
    return reader


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return publish(LONG, tmp_path_factory.mktemp("long"))


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return publish(LONG, tmp_path)


@pytest.mark.parametrize(
    ("start", "end"), [(0, 1300), (0, 0), (0, 1), (255, 257), (256, 512), (300, 1299), (1299, 1300)]
)
def test_entries_come_whole_in_order_and_with_their_leaves(folder: Path, start: int, end: int):
    entries = list(open_reader(FolderSource(folder)).entries(start, end))
    assert [entry.raw for entry in entries] == LONG[start:end]
    assert [entry.index for entry in entries] == list(range(start, end))
    assert all(entry.leaf == leaf_hash(entry.raw) for entry in entries)


def test_full_bundles_are_asked_for_full_and_only_the_last_one_partial(folder: Path):
    source = Counting(folder)
    list(open_reader(source).entries(0, 1300))
    bundles = sorted(path for path in source.asked if "entries" in path)
    assert bundles == [f"tile/entries/00{n}" for n in range(5)] + ["tile/entries/005.p/20"]
    again = [path for path in set(source.asked) if source.asked.count(path) > 1]
    assert all(
        ".p/" in path for path in again
    )  # the right edge alone is read twice: to believe it, and for the entries


def test_a_partial_tile_or_bundle_that_is_gone_is_cut_from_the_full_one(tmp_path: Path):
    publish(LONG, tmp_path)
    reader = LedgerReader(FolderSource(tmp_path), TrustedLog(log_policy()))
    old = publish(LONG[:1100], tmp_path / "old")
    (tmp_path / "checkpoint").write_bytes((old / "checkpoint").read_bytes())
    # level 0 and the bundle of the old tree's edge stand in full; nothing partial is left of it
    publish(LONG[:1280], tmp_path / "full")
    for path in ("tile/0/004", "tile/entries/004"):
        (tmp_path / path).write_bytes((tmp_path / "full" / path).read_bytes())
    (tmp_path / "tile/1/000.p/4").write_bytes((old / "tile/1/000.p/4").read_bytes())
    reader.update()
    assert [entry.raw for entry in reader.entries(0, 1100)] == LONG[:1100]


def test_a_flipped_byte_is_found_at_its_entry_and_what_stands_before_it_is_given(copy: Path):
    bundle = copy / "tile/entries/002"
    raw = bytearray(bundle.read_bytes())
    raw[2 + 5 * (2 + 9) + 3] ^= 1  # entry 512 + 5; all these have 9 bytes
    bundle.write_bytes(raw)
    seen = []
    with pytest.raises(VerificationError) as caught:
        for entry in open_reader(FolderSource(copy)).entries(0, 1300):
            seen.append(entry.index)
    assert caught.value.rule == "entry-not-in-tree"
    assert seen[-1] == 516


@pytest.mark.parametrize(("cut", "whole"), [(1, 255), (5, 255), (10, 255), (11, 255), (12, 254), (2000, 74), (2816, 0)])
def test_a_truncated_bundle_is_named_and_what_is_whole_in_it_is_given(copy: Path, cut: int, whole: int):
    """All its entries have 9 bytes, and so 11 with their length."""
    bundle = copy / "tile/entries/001"
    bundle.write_bytes(bundle.read_bytes()[:-cut])
    seen = []
    with pytest.raises(MalformedError, match="tile/entries/001") as caught:
        for entry in open_reader(FolderSource(copy)).entries(0, 1300):
            seen.append(entry.index)
    assert caught.value.rule == "bad-bundle"
    assert seen[-1] == 255 + whole


def test_a_bundle_cut_off_and_changed_before_that_is_faulty_where_it_was_changed(copy: Path):
    bundle = copy / "tile/entries/001"
    raw = bytearray(bundle.read_bytes()[:-100])
    raw[11 * 7 + 5] ^= 1
    bundle.write_bytes(raw)
    seen = []
    with pytest.raises(VerificationError) as caught:
        for entry in open_reader(FolderSource(copy)).entries(0, 1300):
            seen.append(entry.index)
    assert (caught.value.rule, seen[-1]) == ("entry-not-in-tree", 256 + 6)


def test_a_bundle_with_an_entry_too_many_is_named(copy: Path):
    bundle = copy / "tile/entries/005.p/20"
    bundle.write_bytes(bundle.read_bytes() + b"\0\1x")
    with pytest.raises(MalformedError) as caught:
        list(open_reader(FolderSource(copy)).entries(0, 1300))
    assert caught.value.rule == "bad-bundle"


@pytest.mark.parametrize("change", [lambda tile: tile[:-32], lambda tile: tile + bytes(32), lambda tile: tile[:-1]])
@pytest.mark.parametrize("path", ["tile/0/003", "tile/0/005.p/20", "tile/1/000.p/5"])
def test_a_tile_of_the_wrong_width_is_refused(copy: Path, path: str, change):
    tile = copy / path
    tile.write_bytes(change(tile.read_bytes()))
    with pytest.raises(MalformedError):
        list(open_reader(FolderSource(copy)).entries(0, 1300))


def test_a_tile_in_the_full_one_s_place_that_is_not_full_is_refused(copy: Path):
    partial = copy / "tile/0/005.p/20"
    partial.rename(copy / "tile/0/005")
    with pytest.raises(MalformedError, match="tile/0/005 has 640 bytes"):
        open_reader(FolderSource(copy))


def test_bundle_and_tile_changed_together_are_still_caught_by_the_parent(copy: Path):
    forged = [*LONG[:700], b"forged!!!", *LONG[701:]]
    other = publish(forged, copy / "other")
    for path in ("tile/0/002", "tile/entries/002"):
        (copy / path).write_bytes((other / path).read_bytes())
    with pytest.raises(VerificationError, match="tile/0/002") as caught:
        list(open_reader(FolderSource(copy)).entries(0, 1300))
    assert caught.value.rule == "wrong-tile"


def test_what_is_withheld_is_not_found_and_what_cannot_be_read_is_unavailable(copy: Path):
    (copy / "tile/entries/003").unlink()
    with pytest.raises(NotFoundError):
        list(open_reader(FolderSource(copy)).entries(0, 1300))

    class Dead(FolderSource):
        @override
        def get(self, path: str) -> bytes:
            if "entries" in path:
                raise UnavailableError("the network is down")
            return super().get(path)

    with pytest.raises(UnavailableError):
        list(open_reader(Dead(copy)).entries(0, 1300))


def test_a_reader_that_stops_early_leaves_no_thread_behind(folder: Path):
    import threading

    entries = open_reader(FolderSource(folder)).entries(0, 1300)
    next(entries)
    entries.close()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("fetch")]


@pytest.mark.parametrize("index", [0, 255, 256, 700, 1279, 1280, 1299])
def test_a_receipt_made_from_tiles_verifies(folder: Path, index: int):
    reader = open_reader(FolderSource(folder))
    found, checkpoint = verify_tlog_proof(reader.receipt(index), leaf_hash(LONG[index]), log_policy())
    assert (found, checkpoint.size) == (index, 1300)
    assert reader.entry(index).raw == LONG[index]


@pytest.mark.parametrize("index", [-1, 1300])
def test_there_is_no_entry_and_no_receipt_outside_the_tree(folder: Path, index: int):
    reader = open_reader(FolderSource(folder))
    for ask in (reader.entry, reader.receipt):
        with pytest.raises(NotFoundError):
            ask(index)


@pytest.mark.parametrize("size", [0, 1, 255, 256, 1000, 1300])
def test_the_root_at_an_earlier_size(folder: Path, size: int):
    assert open_reader(FolderSource(folder)).root_at(size) == root_of([leaf_hash(entry) for entry in LONG[:size]])


def test_a_path_of_a_bundle_is_as_wide_as_the_tree_makes_it():
    from ledger.client.reader import bundle_path

    assert bundle_path(0, 20) == TilePath("entries", 0, 20)
    assert bundle_path(1, 512) == TilePath("entries", 1)
