"""Spans as people read them."""

import pytest

from ledger.cli.times import in_words, parse_span


@pytest.mark.parametrize(
    ("text", "words"),
    [("14d", "14 days"), ("1d", "1 day"), ("36h", "36 hours"), ("90m", "90 minutes"), ("61s", "61 seconds")],
)
def test_a_span_is_told_in_its_largest_whole_unit(text: str, words: str) -> None:
    assert in_words(parse_span(text, "the span")) == words
