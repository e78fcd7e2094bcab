"""The report as tables for a terminal; words and signs carry the meaning, colour only repeats it."""

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from ledger.audit.report import AuditReport, Finding, RoundLine
from ledger.audit.words import LISTED, VERDICTS, first_line, left_out, utc
from ledger.encoding import encode_base64
from ledger.records.quantities import write_quantity

# Texts of the ledger go in as Text, never as markup: "[red]" in a council's name is six letters.


def report_table(report: AuditReport) -> Group:
    """What ``rich.print`` shows: the verdict, what is wrong, the rounds, and what is proved and what asserted."""
    words = VERDICTS[report.verdict]
    parts: list[RenderableType] = [
        Text(first_line(report), style="bold"),
        Panel(Text(words.sentence), title=Text(f"{words.sign} {words.word}", style=f"bold {words.style}")),
    ]
    if report.finding is not None:
        parts.append(_finding(report.finding, report.evidence))
    parts += [_round(line) for line in report.rounds if line.state == "totalled"]
    pending = [line for line in report.rounds if line.state != "totalled"]
    if pending:
        parts.append(_pending(pending))
    parts += _world(report)
    for title, sign, lines in (("Proved", "■", report.proved), ("Asserted, not proved", "○", report.asserted)):
        if lines:
            parts.append(Text(f"{sign} {title}", style="bold"))
            parts += [Text(f"  {sign} {line}") for line in lines]
    parts.append(_work(report))
    return Group(*parts)


def _finding(finding: Finding, evidence: tuple[str, ...]) -> Table:
    table = Table.grid(padding=(0, 2))
    rows = [
        ("entry", None if finding.index is None else f"{finding.index}"),
        ("kind", finding.kind),
        ("leaf hash", None if finding.leaf is None else encode_base64(finding.leaf)),
        ("rule", finding.rule),
        ("found", finding.found),
        *(("evidence", name) for name in evidence),
    ]
    for name, value in rows:
        if value is not None:
            table.add_row(Text(name, style="bold"), Text(value))
    return table


def _round(line: RoundLine) -> Table:
    table = Table(
        title=Text(f"{line.council_name}, {line.period}, round {line.round_no}"),
        caption=Text(f"■ proved: {line.count} claims; cite {line.index} / {line.close_index} / {line.total_index}"),
        title_justify="left",
        caption_justify="left",
    )
    table.add_column("category")
    table.add_column("total", justify="right")
    table.add_column("unit")
    for category in line.categories:
        total = "" if category.total is None else write_quantity(category.total, category.scale)
        table.add_row(Text(category.name), Text(total), Text(category.unit))
    table.add_section()
    cost = "" if line.cost is None else write_quantity(line.cost, line.cost_scale)
    table.add_row("cost", Text(cost), Text(f"{line.cost_unit}, ■ proved"))
    if line.allowances is not None:
        word = "■ proved" if line.allowances_proved else f"○ asserted: rows without a claim: {line.unclaimed}"
        table.add_row(
            "allowances", Text(write_quantity(line.allowances, line.cost_scale)), Text(f"{line.cost_unit}, {word}")
        )
    return table


def _pending(lines: list[RoundLine]) -> Table:
    table = Table(title="Rounds without a total", title_justify="left")
    for name in ("entry", "council", "period", "round", "state", "claims"):
        table.add_column(name)
    for line in lines:
        claims = line.claims if line.count is None else line.count
        table.add_row(
            f"{line.index}", Text(line.council_name), Text(line.period), f"{line.round_no}", line.state, f"{claims}"
        )
    return table


def _world(report: AuditReport) -> list[RenderableType]:
    parts: list[RenderableType] = []
    if report.resources:
        table = Table(title="○ Asserted: resource claims", title_justify="left", caption=left_out(report.resources))
        for name in ("entry", "who", "what", "quantity", "note"):
            table.add_column(name)
        for line in report.resources[-LISTED:]:
            note = "" if line.superseded_by is None else f"superseded by {line.superseded_by}"
            quantity = f"{write_quantity(line.quantity, line.scale)} {line.unit}"
            table.add_row(f"{line.index}", Text(line.council_name), Text(line.category), Text(quantity), note)
        parts.append(table)
    if report.decisions:
        table = Table(title="○ Asserted: decisions", title_justify="left", caption=left_out(report.decisions))
        for name in ("entry", "who signed", "decision", "turnout", "adopts"):
            table.add_column(name)
        for item in report.decisions[-LISTED:]:
            adopts = ", ".join(f"{entry.kind} {entry.index}" for entry in item.adopts)
            turnout = f"{item.voted} of {item.eligible}"
            table.add_row(f"{item.index}", Text(item.council_name), Text(item.title), turnout, adopts)
        parts.append(table)
    return parts


def _work(report: AuditReport) -> Text:
    work = report.work
    tree = f"{report.tree.origin}, {report.tree.size} entries; " if report.tree is not None else ""
    processes = "1 process" if work.workers == 1 else f"{work.workers} processes"
    return Text(
        f"{tree}now checked: {work.entries_now} entries, {work.signatures} signatures, {work.proofs} proofs and "
        f"openings in {work.seconds:.1f} s on {processes}; {utc(report.audited_at)}",
        style="dim",
    )
