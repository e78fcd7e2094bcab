"""The report as tables for a terminal; words and signs carry the meaning, colour only repeats it."""

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from ledger.audit.report import AuditReport, Finding
from ledger.audit.tables.challenges import challenge_tables
from ledger.audit.tables.powers import power_tables
from ledger.audit.tables.rounds import rollup_tables, round_tables
from ledger.audit.tables.world import world_tables
from ledger.audit.words import VERDICTS, first_line, utc
from ledger.encoding import encode_base64


def report_table(report: AuditReport) -> Group:
    """What ``rich.print`` shows: the verdict, what is wrong, what to look at, and what is proved and what asserted."""
    words = VERDICTS[report.verdict]
    parts: list[RenderableType] = [
        Text(first_line(report), style="bold"),
        Panel(Text(words.sentence), title=Text(f"{words.sign} {words.word}", style=f"bold {words.style}")),
    ]
    if report.finding is not None:
        parts.append(_finding(report.finding, report.evidence))
    if report.attention:
        lines = Text("\n".join(f"! {line}" for line in report.attention))
        parts.append(Panel(lines, title=Text("! Look at this", style="bold yellow")))
    parts += [*challenge_tables(report), *round_tables(report), *rollup_tables(report)]
    parts += [*world_tables(report), *power_tables(report)]
    for title, sign, lines_ in (("Proved", "■", report.proved), ("Asserted, not proved", "○", report.asserted)):
        if lines_:
            parts.append(Text(f"{sign} {title}", style="bold"))
            parts += [Text(f"  {sign} {line}") for line in lines_]
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


def _work(report: AuditReport) -> Text:
    work = report.work
    tree = f"{report.tree.origin}, {report.tree.size} entries; " if report.tree is not None else ""
    processes = "1 process" if work.workers == 1 else f"{work.workers} processes"
    return Text(
        f"{tree}now checked: {work.entries_now} entries, {work.signatures} signatures, {work.proofs} proofs and "
        f"openings in {work.seconds:.1f} s on {processes}; {utc(report.audited_at)}",
        style="dim",
    )
