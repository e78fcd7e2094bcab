"""Rounds and rollups as tables: what is proved of them, and beside it what was withdrawn, left out or is too small."""

from collections.abc import Iterator, Sequence

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from ledger.audit.lines.federation import RollupLine
from ledger.audit.lines.rounds import ErratumLine, RoundLine
from ledger.audit.plain import cite, cites, left_out, many, newest, under
from ledger.audit.report import AuditReport
from ledger.audit.tables.grid import joined, listing, titled
from ledger.records.quantities import write_quantity


def round_tables(report: AuditReport) -> Iterator[RenderableType]:
    """One table for each total, one for the rounds without."""
    for line in report.rounds:
        if line.state == "totalled":
            yield from _total(line)
    pending = [line for line in report.rounds if line.state != "totalled"]
    columns = ("entry", "council", "period", "round", "state", "claims")
    yield from listing("Rounds without a total", columns, pending, _pending)


def rollup_tables(report: AuditReport) -> Iterator[RenderableType]:
    """One table for each rollup."""
    for line in newest(report.rollups):
        yield from _rollup(line)
    left = left_out(report.rollups)
    if left is not None:
        yield Text(left)


def _total(line: RoundLine) -> Iterator[RenderableType]:
    table = _amounts()
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
    yield from titled(
        f"{line.council_name}, {line.period}, round {line.round_no}{_withdrawn(line.total_withdrawn)}",
        table,
        f"■ proved: {many(line.count or 0, 'claim')}; cite {line.index} / {line.close_index} / {line.total_index}",
        *_signed(line),
        *_in_rollups(line),
        *_errata(line.errata),
        _open(line.challenged),
    )


def _amounts() -> Table:
    table = Table("category")
    table.add_column("total", justify="right")
    table.add_column("unit")
    return table


def _pending(line: RoundLine) -> tuple[str, ...]:
    claims = line.claims if line.count is None else line.count
    small = f"too small to be published alone: fewer than {line.minimum}" if line.too_small else None
    state = joined(line.state, small, *_in_rollups(line), *_signed(line), _open(line.challenged))
    return (f"{line.index}", line.council_name, line.period, f"{line.round_no}", state, f"{claims}")


def _signed(line: RoundLine) -> Iterator[str]:
    named = (("round", line.signed_under), ("close", line.close_signed_under), ("total", line.total_signed_under))
    yield from (f"{name} {under(mandate)}" for name, mandate in named if mandate is not None)


def _in_rollups(line: RoundLine) -> Iterator[str]:
    for each in line.rollups:
        yield f"in rollup {cite(each.index)} of {each.federation_name}{_withdrawn(each.withdrawn)}"


def _withdrawn(is_so: bool) -> str:  # noqa: FBT001 - a word, or none
    return ", WITHDRAWN" if is_so else ""


def _errata(errata: Sequence[ErratumLine]) -> Iterator[str]:
    for each in errata:
        word = "withdrawn" if each.effect == "withdrawn" else "note"
        yield joined(
            f"○ erratum {cite(each.index)} by {each.council_name}: {word}: {each.reason}", under(each.signed_under)
        )


def _open(challenged: Sequence[int]) -> str | None:
    return f"challenges open against it: {cites(challenged)}" if challenged else None


def _rollup(line: RollupLine) -> Iterator[RenderableType]:
    table = _amounts()
    table.add_column("asked for in the open, ○ asserted", justify="right")
    for category in line.categories:
        total, requested = (write_quantity(int(text), category.scale) for text in (category.total, category.requested))
        table.add_row(Text(category.name), Text(total), Text(category.unit), Text(requested))
    for each in line.uncounted:
        amount = write_quantity(each.amount.quantity, each.amount.scale)
        table.add_row(
            Text(f"{each.amount.code}: in no category"),
            "",
            Text(each.amount.unit),
            Text(f"{amount} ({each.council_name}, {cite(each.request)})"),
        )
    claims, rounds = many(line.count, "claim"), many(len(line.rounds), "round")
    yield from titled(
        f"Rollup of {line.federation_name}, {line.period}, round {line.round_no}{_withdrawn(line.withdrawn)}",
        table,
        f"■ proved: {claims} of {rounds}, at least {line.minimum}; cite {line.index}",
        under(line.signed_under),
        "tags are asked for" if line.tags else "tags are not asked for",
        *_parts(line),
        *_errata(line.errata),
        _open(line.challenged),
    )


def _parts(line: RollupLine) -> Iterator[str]:
    for counted in line.rounds:
        small = ", too small to be published alone" if counted.too_small else ""
        withdrawn = ", its own total WITHDRAWN" if counted.total_withdrawn else ""
        claims = many(counted.count, "claim")
        yield f"counted: {counted.council_name}, {claims}, round {cite(counted.index)}{small}{withdrawn}"
    if line.requests:
        yield f"requests counted: {cites(line.requests)}"
    for default in line.defaults:
        yield f"by default: {default.council_name}, {cite(default.request)}"
    for missing in line.missing:
        closed = "" if missing.closed is None else f", LEFT OUT although its round was closed, {cite(missing.closed)}"
        elsewhere = "" if missing.counted_in is None else f"; it is counted in rollup {cite(missing.counted_in)}"
        yield f"missing: {missing.council_name}{closed}{elsewhere}"
