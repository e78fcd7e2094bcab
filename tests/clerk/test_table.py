"""Spreadsheet exports as people have them."""

import csv
import io
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.clerk import table as table_module
from ledger.clerk.table import Declared, parse_table, read_table
from ledger.errors import MalformedError, NotFoundError, UnavailableError

FOUND = Declared()


def read(raw: bytes, declared: Declared = FOUND, columns=("member", "food")):
    return parse_table(raw, declared, columns=columns, name="t.csv")


def refused(raw: bytes, rule: str, declared: Declared = FOUND, columns=("member", "food")) -> str:
    with pytest.raises(MalformedError) as caught:
        list(read(raw, declared, columns).rows())
    assert caught.value.rule == rule
    assert "\n" not in str(caught.value)
    return str(caught.value)


cell = st.text(st.characters(codec="utf-8", exclude_characters="\0\ufeff", exclude_categories=("Cs",)), max_size=8)


@given(
    rows=st.lists(st.lists(cell, min_size=2, max_size=2), max_size=6),
    delimiter=st.sampled_from(",;\t|"),
    ending=st.sampled_from(("\n", "\r\n", "\r")),
    encoding=st.sampled_from(("utf-8", "utf-8-sig", "utf-16")),
    quoting=st.sampled_from((csv.QUOTE_MINIMAL, csv.QUOTE_ALL)),
)
def test_what_any_dialect_writes_is_read_back(rows, delimiter, ending, encoding, quoting):
    text = io.StringIO(newline="")
    if quoting == csv.QUOTE_MINIMAL:  # Python's writer then leaves a line end of another kind unquoted
        rows = [[part.replace("\r", "").replace("\n", "") for part in row] for row in rows]
    writer = csv.writer(text, delimiter=delimiter, lineterminator=ending, quoting=quoting)
    writer.writerows([["member", "food"], *rows])
    table = read(text.getvalue().encode(encoding))
    assert table.header == ("member", "food")
    assert table.delimiter == delimiter
    kept = [tuple(row) for row in rows if any(part.strip() for part in row)]
    assert [row.cells for row in table.rows()] == kept
    assert [row.cells for row in table.rows()] == kept  # and again


def test_row_numbers_are_those_of_the_spreadsheet():
    table = read(b'member,food\n\n"a\nb",1\n,\nc,2\n')
    assert [row.number for row in table.rows()] == [3, 5]


def test_records_before_the_header_are_skipped_when_declared():
    table = read(b"Report of March\n\nmember,food\na,1\n", Declared(skip=2))
    assert [(row.number, row.cells) for row in table.rows()] == [(4, ("a", "1"))]


def test_cp1252_is_read_when_declared_only():
    raw = "member,food,Größe\na,1,ß\n".encode("cp1252")
    assert 'encoding = "cp1252"' in refused(raw, "wrong-encoding")
    assert read(raw, Declared(encoding="cp1252")).header[2] == "Größe"


def test_a_table_of_one_column_has_no_delimiter():
    assert [row.cells for row in read(b"member\na\nb\n", columns=("member",)).rows()] == [("a",), ("b",)]


def test_the_delimiter_is_the_one_that_gives_the_columns():
    assert read(b'"member";"food, fresh"\na;1,5\n', columns=("member", "food, fresh")).delimiter == ";"


def test_two_possible_delimiters_are_never_guessed_between():
    raw = b"member,food;x,food,y;member\n"
    both = ("food",)
    message = refused(b"a;food;b,food,c\n", "ambiguous-delimiter", columns=both)
    assert '","' in message
    assert '";"' in message
    assert read(b"a;food;b,food,c\n", Declared(delimiter=";"), both).delimiter == ";"
    refused(raw, "missing-column", columns=("member", "food", "fuel"))


@pytest.mark.parametrize(
    ("raw", "rule"),
    [
        (b"", "no-header"),
        (b"\n\n", "no-header"),
        (b"member,fuel\na,1\n", "missing-column"),
        (b"member,food,food\na,1,2\n", "duplicate-column"),
        (b'member,food\na,"1\n', "quoting"),
        (b'member,food\na,"1"2\n', "quoting"),
        (b"member,food\na,\xff\n", "wrong-encoding"),
        ("member,food\na,1\n".encode("utf-16-le"), "wrong-encoding"),
        ("member,food\na,1\n".encode("utf-32"), "wrong-encoding"),
        ("member,food\na,1\n".encode("utf-16") + b"x", "wrong-encoding"),
        (b"PK\x03\x04\0\0member,food", "wrong-encoding"),
        (b"member,food\na," + b"1" * 5000 + b"\n", "too-long"),
        (b"member,food\na" + b"," * 2000 + b"\n", "too-long"),
    ],
)
def test_what_cannot_be_read_is_refused(raw, rule):
    refused(raw, rule)


def test_a_mark_and_a_declaration_that_disagree_are_refused():
    refused(b"\xef\xbb\xbfmember,food\n", "wrong-encoding", Declared(encoding="cp1252"))
    refused(b"member,food\n", "wrong-encoding", Declared(encoding="utf-16"))


def test_a_missing_header_shows_no_figures():
    assert "21.36" not in refused(b"h0001,21.36\nh0002,3.00\n", "missing-column")


def test_a_huge_file_is_refused_before_it_is_read_whole(tmp_path):
    path = tmp_path / "huge.csv"
    with path.open("wb") as stream:
        os.ftruncate(stream.fileno(), table_module.MAX_BYTES + 1)
    with pytest.raises(MalformedError) as caught:
        read_table(path, FOUND, columns=("member",))
    assert caught.value.rule == "too-long"


def test_too_many_rows_are_refused(monkeypatch):
    monkeypatch.setattr(table_module, "MAX_ROWS", 3)
    refused(b"member,food\na,1\nb,1\nc,1\n", "too-long")


def test_no_file_and_no_permission(tmp_path):
    with pytest.raises(NotFoundError):
        read_table(tmp_path / "none.csv", FOUND, columns=())
    with pytest.raises(UnavailableError):
        read_table(tmp_path, FOUND, columns=())


def test_cells_stand_in_no_repr():
    table = read(b"member,food\na,21.36\n")
    assert "21.36" not in repr(table)
    assert "21.36" not in repr(next(table.rows()))
