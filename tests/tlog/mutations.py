"""Bytes that are nearly right: a valid text with a few cuts, doublings and foreign bytes."""

from hypothesis import strategies as st

PIECES = [
    b"\n",
    b"\n\n",
    b" ",
    b"+",
    b"=",
    b"0",
    b"\r",
    b"\t",
    b"\0",
    b"\x7f",
    b"\x85",
    b"\xa0",
    b"\xff",
    "— ".encode(),
]
PIECES += [text.encode() for text in ("\u00a0", "\u2003", "\u0661", "\ufeff", "none", "all", "extra ", "index ", "#")]


@st.composite
def mutated(draw, valid):
    """One of the ``valid`` byte strings after one to three small changes."""
    raw = draw(st.sampled_from(valid))
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(raw)))
        end = min(len(raw), start + draw(st.integers(0, 6)))
        middle = draw(st.one_of(st.sampled_from(PIECES), st.binary(max_size=3), st.just(raw[start:end] * 2)))
        raw = raw[:start] + middle + raw[end:]
    return raw
