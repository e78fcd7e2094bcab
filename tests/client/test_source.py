"""A source gives the public files and nothing else, none longer than its kind can be."""

import os
from pathlib import Path

import pytest

from ledger.client.source import FolderSource, HttpSource, open_source, size_limit
from ledger.errors import MalformedError, NotFoundError

ESCAPES = [
    "../checkpoint",
    "tile/../../etc/passwd",
    "/etc/passwd",
    "tile/0/000/../../../secret",
    "tile/0/..",
    "checkpoint/",
    "./checkpoint",
    "checkpoint\0",
    "tile/0/000.p/256",
    "tile/0/000.p/0",
    "tile/0/0",
    "tile/64/000",
    "tile/0/x000/000",
    "tile\\0\\000",
    "secret",
    "",
]


@pytest.mark.parametrize("path", ESCAPES)
def test_a_folder_serves_the_checkpoint_and_tiles_and_nothing_else(tmp_path: Path, path: str):
    (tmp_path / "copy").mkdir()
    (tmp_path / "secret").write_bytes(b"secret")
    (tmp_path / "copy" / "secret").write_bytes(b"secret")
    (tmp_path / "copy" / "checkpoint").write_bytes(b"note")
    with pytest.raises(MalformedError):
        FolderSource(tmp_path / "copy").get(path)


@pytest.mark.parametrize("target", ["secret", "/dev/zero", "copy/tile"])
def test_a_link_in_the_copy_cannot_lead_out_of_it_or_to_what_is_no_file(tmp_path: Path, target: str):
    copy = tmp_path / "copy"
    (copy / "tile" / "0").mkdir(parents=True)
    (tmp_path / "secret").write_bytes(b"secret")
    (copy / "tile" / "0" / "000").symlink_to(tmp_path / target)
    with pytest.raises(MalformedError):
        FolderSource(copy).get("tile/0/000")


def test_a_pipe_in_the_copy_does_not_hang_the_reader(tmp_path: Path):
    os.mkfifo(tmp_path / "checkpoint")
    with pytest.raises(MalformedError):
        FolderSource(tmp_path).get("checkpoint")


def test_a_folder_gives_its_files_and_says_what_is_missing(tmp_path: Path):
    (tmp_path / "checkpoint").write_bytes(b"note")
    (tmp_path / "tile" / "entries").mkdir(parents=True)
    (tmp_path / "tile" / "entries" / "000").write_bytes(b"bundle")
    source = FolderSource(tmp_path)
    assert source.get("checkpoint") == b"note"
    assert source.get("tile/entries/000") == b"bundle"
    with pytest.raises(NotFoundError):
        source.get("tile/0/000")
    with pytest.raises(NotFoundError):
        source.get("tile/entries/000.p/5")  # 000 is a file, not a folder


@pytest.mark.parametrize(
    ("path", "limit"), [("checkpoint", 65_536), ("tile/0/000", 8192), ("tile/entries/000", 16_777_472)]
)
def test_a_file_longer_than_its_kind_can_be_is_not_read_whole(tmp_path: Path, path: str, limit: int):
    assert size_limit(path) == limit
    file = tmp_path / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch()
    os.truncate(file, limit)
    assert len(FolderSource(tmp_path).get(path)) == limit
    os.truncate(file, limit + 1)
    with pytest.raises(MalformedError) as caught:
        FolderSource(tmp_path).get(path)
    assert caught.value.rule == "too-long"


def test_a_url_opens_http_and_a_path_opens_a_folder(tmp_path: Path):
    assert isinstance(open_source("http://localhost:1/log/"), HttpSource)
    assert open_source("http://localhost:1/log/").name == "http://localhost:1/log"
    assert isinstance(open_source(str(tmp_path)), FolderSource)
    with pytest.raises(NotFoundError):
        open_source(str(tmp_path / "nowhere"))
