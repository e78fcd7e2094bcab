"""TOML that a decoder would choke on is refused like any other file that is not what it should be."""

import time

import pytest

from ledger.clerk.mapping import parse_mapping
from ledger.clerk.toml_file import MAX_TOML_BYTES, parse_toml
from ledger.cli.server_folder import CONFIG, read_config
from ledger.errors import MalformedError

NOT_TOML = {
    "an integer of more digits than Python reads": b"a = " + b"9" * 5000,
    "lists nested without end": b"a = " + b"[" * 50_000,
    "tables nested without end": b"a = " + b"{a=" * 15_000,
    "a key of as many parts as fit": b"a." * 30_000 + b"a = 1",
    "many keys of many parts": b"\n".join(b"k%d." % i + b"a." * 2_000 + b"a = 1" for i in range(16)),
    "not UTF-8": b"a = '\xff'",
    "nothing after the sign": b"a = ",
}


@pytest.mark.parametrize("raw", NOT_TOML.values(), ids=NOT_TOML)
def test_what_is_no_toml_is_refused_at_once(raw, tmp_path):
    start = time.process_time()
    with pytest.raises(MalformedError) as refusal:
        parse_toml(raw, name="the file")
    assert refusal.value.rule == "not-toml"
    assert str(refusal.value).startswith("the file is not TOML")
    (tmp_path / CONFIG).write_bytes(raw)
    with pytest.raises(MalformedError):
        read_config(tmp_path)
    assert time.process_time() - start < 1


def test_a_file_that_is_too_long_is_not_read():
    with pytest.raises(MalformedError) as refusal:
        parse_toml(b"#" * (MAX_TOML_BYTES + 1), name="the file")
    assert refusal.value.rule == "too-long"


def test_keys_of_a_few_parts_and_lines_of_many_dots_are_fine():
    top = parse_toml(b"# " + b"." * 200 + b"\na.b.c = 1\n", name="the file")
    assert top.section("a").section("b").integer("c", 0, 1) == 1


def test_a_mapping_of_as_many_columns_as_fit_takes_no_longer_than_reading_it():
    columns = ",".join(f'"{i:x}"' for i in range(9_000))
    text = f'version=1\nform="wide"\n[member]\ncolumn="h"\n[amount]\nunit="x"\nscale=0\n[category]\nfood=[{columns}]\n'
    start = time.process_time()
    assert len(parse_mapping(text.encode(), name="the file").columns) == 9_001
    assert time.process_time() - start < 0.5
