"""The faces of a report as tests read them: the page by a strict reader, the tables as text, rows by their entry."""

import io
import re
from html.parser import HTMLParser

import msgspec
from rich.console import Console

from ledger.audit import AuditReport, report_json, report_page, report_table

VOID = {"meta", "br", "hr", "img", "link", "input"}


class Page(HTMLParser):
    """A strict reader: every tag closed in order, and the words inside each block kept with its class."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[tuple[str, str]] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: dict[str, str] = {}
        self.rows: list[str] = []
        self.text = ""
        self.feed(html)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "tr":
            self.rows.append("")
        elif tag in {"td", "th", "br"} and self.rows:
            self.rows[-1] += " "
        if tag not in VOID:
            self.open.append((tag, dict(attrs).get("class") or ""))

    def handle_endtag(self, tag: str) -> None:
        assert self.open, tag
        assert self.open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        if any(tag in {"style", "script"} for tag, _ in self.open):
            return
        self.text += data
        if any(tag == "tr" for tag, _ in self.open):
            self.rows[-1] += data
        for block in ("proved", "asserted"):
            if any(f"block {block}" == classes for _, classes in self.open):
                self.words[block] = self.words.get(block, "") + data


def told(report: AuditReport) -> str:
    """The tables, on a terminal that is wide enough for every row to be one."""
    out = io.StringIO()
    Console(file=out, width=2_000, color_system=None).print(report_table(report))
    return out.getvalue()


def page_rows(report: AuditReport, index: int) -> list[str]:
    """The rows of the page that begin with this entry."""
    found = (" ".join(row.split()) for row in Page(report_page(report)).rows)
    return [row for row in found if row.startswith(f"no. {index:,} ")]


def table_rows(report: AuditReport, index: int) -> list[str]:
    """The rows of the tables that begin with this entry; the lines of a cell one after the other."""
    rows: list[str] = []
    for line in told(report).splitlines():
        cells = [cell.strip() for cell in line.strip("│").split("│")] if line.startswith("│") else []
        if len(cells) < 2:
            continue
        if re.fullmatch(r"\d+", cells[0]):
            rows.append(" | ".join(cells))
        elif rows and not cells[0]:
            rows[-1] += " " + " | ".join(cells)
    return [row for row in rows if row.startswith(f"{index} |")]


def json_line(report: AuditReport, field: str, index: int) -> dict[str, object]:
    """The one line of this list that is about the entry at `index`, as a machine reads it."""
    found = [line for line in msgspec.json.decode(report_json(report))[field] if line["index"] == index]
    assert len(found) == 1, field
    return found[0]


def everywhere(report: AuditReport, index: int, *words: str) -> None:
    """Page and tables have each one row of the entry that says all of this."""
    for rows in (page_rows(report, index), table_rows(report, index)):
        assert any(all(word in row for word in words) for row in rows), (words, rows)


def nowhere(report: AuditReport, index: int, *words: str) -> None:
    """No row of the entry says any of this."""
    for rows in (page_rows(report, index), table_rows(report, index)):
        assert rows
        assert not any(word in row for row in rows for word in words), (words, rows)
