"""Challenges as a table, the overdue ones first."""

from collections.abc import Iterator

from rich.console import RenderableType

from ledger.audit.lines.challenges import ChallengeLine, ReplyLine
from ledger.audit.plain import challenge_state, challenger, cite, first, under
from ledger.audit.report import AuditReport
from ledger.audit.tables.grid import joined, listing
from ledger.audit.words import utc


def challenge_tables(report: AuditReport) -> Iterator[RenderableType]:
    """The table, where there are challenges."""
    columns = ("entry", "state", "against", "ground", "by", "answer owed by", "answers and outcome")
    title = "○ Asserted: challenges, the overdue ones first"
    yield from listing(title, columns, report.challenges, _challenge, chosen=first, which="first")


def _challenge(line: ChallengeLine) -> tuple[str, ...]:
    about = f"{line.about_kind} {cite(line.about_index)}"
    root = None if line.root_index == line.about_index else f"in the end {line.root_kind} {cite(line.root_index)}"
    outcome = line.outcome
    decided = None if outcome is None else joined(f"rule: {outcome.rule}", under(outcome.signed_under))
    more = f"and {len(line.replies) - 2} more answers between" if len(line.replies) > 2 else None
    return (
        f"{line.index}",
        challenge_state(line),
        joined(about, root),
        line.ground,
        joined(challenger(line), under(line.signed_under)),
        f"{line.answerer or 'the founding keys'}, until {utc(line.deadline)}",
        joined(*map(_reply, ends(line.replies)), more, decided),
    )


def ends(replies: tuple[ReplyLine, ...]) -> tuple[ReplyLine, ...]:
    """The first answer and the last one: nobody fills a page by answering himself."""
    return replies if len(replies) <= 2 else (replies[0], replies[-1])


def _reply(line: ReplyLine) -> str:
    late = ", late" if line.late else ""
    return joined(
        f"{line.council_name or 'a founding key'} {line.answer}{late}, {cite(line.index)}: {line.text}",
        under(line.signed_under),
    )
