"""A body's lines are the same however the network cuts it, and an overlong one is not kept whole."""

from hypothesis import given
from hypothesis import strategies as st

from api.body import Lines
from ledger.errors import LedgerError


@given(st.lists(st.binary(max_size=12).filter(lambda line: b"\n" not in line), max_size=8), st.data())
def test_lines_are_the_same_however_the_stream_is_cut(lines: list[bytes], data: st.DataObject) -> None:
    whole = b"".join(line + b"\n" for line in lines)
    if lines and lines[-1] and data.draw(st.booleans()):
        whole = whole[:-1]  # the last line feed may be missing
    reader = Lines(100)
    at = 0
    while at < len(whole):
        step = data.draw(st.integers(1, len(whole) - at))
        reader.feed(whole[at : at + step])
        at += step
    assert reader.close() == tuple(lines)


def test_no_more_of_an_overlong_line_is_kept_than_shows_it() -> None:
    reader = Lines(100)
    for _ in range(100):
        reader.feed(b"x" * 10_000)
    assert len(reader._open) == 65_536
    reader.feed(b"\nshort\n" + b"y" * 65_535)
    first, second, third = reader.close()
    assert isinstance(first, LedgerError)
    assert str(first) == "an entry has 1000000 bytes; at most 65535 are allowed"
    assert second == b"short"
    assert third == b"y" * 65_535
