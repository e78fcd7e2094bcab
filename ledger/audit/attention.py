"""What everybody should look at, whatever the verdict: the rules let it stand in the ledger, and it tells of somebody.

An audit cannot say that a ceiling is right or an answer good. It can see to it that nobody overlooks what is exceeded,
unanswered, withdrawn, left out or taken over.
"""

from collections.abc import Iterator

from ledger.audit.lines.challenges import ChallengeLine
from ledger.audit.lines.federation import Missing
from ledger.audit.plain import cite, cites
from ledger.audit.report import AuditReport

_NAMED = 10


def attention_lines(report: AuditReport) -> tuple[str, ...]:
    """One sentence for each sort of thing that was found, the overdue challenges first."""
    return tuple(
        sentence for part in (_challenges, _world, _published, _rollups, _powers, _twins) for sentence in part(report)
    )


def _challenges(report: AuditReport) -> Iterator[str]:
    overdue = 0
    named: list[str] = []
    for line in report.challenges:  # the overdue ones come first
        if line.state != "overdue":
            break
        overdue += 1
        if overdue <= _NAMED:
            named.append(_overdue(line))
    if overdue:
        more = f"; and {overdue - _NAMED:,} more" if overdue > _NAMED else ""
        yield (
            f"{_many(overdue, 'challenge is', 'challenges are')} overdue: not answered in time, by the operator's "
            f"clock: {'; '.join(named)}{more}."
        )
    if report.refused_challenges:
        yield (
            f"{_many(report.refused_challenges, 'challenge was', 'challenges were')} refused as too many, by the "
            "operator's word."
        )


def _overdue(line: ChallengeLine) -> str:
    owes = "the founding keys have" if line.answerer is None else f"{line.answerer} has"
    return f"{cite(line.index)} against {line.about_kind} {cite(line.about_index)}, which {owes} to answer"


def _world(report: AuditReport) -> Iterator[str]:
    above = [line.index for line in report.resources if "above" in line.marks]
    if above:
        yield f"More was measured than {_many(len(above), 'claim says', 'claims say')}: {cites(above)}."


def _published(report: AuditReport) -> Iterator[str]:
    withdrawn = [line.total_index or 0 for line in report.rounds if line.total_withdrawn]
    withdrawn += [line.index for line in report.rollups if line.withdrawn]
    if withdrawn:
        yield (
            f"{_many(len(withdrawn), 'published total was', 'published totals were')} withdrawn by the council that "
            f"answers for it: {cites(sorted(withdrawn))}."
        )
    adopting: list[int] = []
    carrying: list[int] = []
    for line in report.decisions:
        if any(each.withdrawn_by is not None or {"above", "overdue"} & set(each.marks) for each in line.adopts):
            adopting.append(line.index)
        if line.carried:
            carrying.append(line.index)
    if adopting:
        yield (
            f"{_many(len(adopting), 'decision adopts', 'decisions adopt')} what was withdrawn since, is exceeded, or "
            f"has an answer overdue: {cites(adopting)}."
        )
    if carrying:
        yield (
            f"{_many(len(carrying), 'decision was', 'decisions were')} taken while challenges were open against what "
            f"was adopted: {cites(carrying)}."
        )


def _rollups(report: AuditReport) -> Iterator[str]:
    leaving = [line.index for line in report.rollups if any(map(_is_left_out, line.missing))]
    if leaving:
        yield (
            f"{_many(len(leaving), 'rollup leaves', 'rollups leave')} out councils whose round was closed: "
            f"{cites(leaving)}."
        )


def _is_left_out(council: Missing) -> bool:
    return council.closed is not None and council.counted_in is None


def _powers(report: AuditReport) -> Iterator[str]:
    taken = [line for line in report.keys if line.change in {"recalled", "recovered"}]
    for line in taken[-_NAMED:]:
        if line.change == "recalled":
            yield f"{line.council_name} was recalled by the councils in it, {cite(line.index)}, and says nothing more."
        else:
            yield (
                f"{line.council_name} was taken back by its recovery keys, {cite(line.index)}: "
                "who signed for it before may have been a thief."
            )
    if len(taken) > _NAMED:
        yield f"{len(taken):,} councils were recalled or taken back; the last {_NAMED} are named here."


def _twins(report: AuditReport) -> Iterator[str]:
    by_name: dict[str, list[int]] = {}
    for line in report.councils:
        by_name.setdefault(line.name, []).append(line.index)
    twins = [(name, found) for name, found in by_name.items() if len(found) > 1]
    for name, found in twins[:_NAMED]:
        yield f"{len(found):,} councils call themselves {name}: {cites(found)}. The name alone means {cite(found[0])}."
    if len(twins) > _NAMED:
        yield f"{len(twins):,} names are of more than one council; the first {_NAMED} are named here."


def _many(count: int, one: str, several: str) -> str:
    return f"{count:,} {one if count == 1 else several}"
