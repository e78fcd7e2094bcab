"""Claims about the world, what was measured, decisions and requests as tables: all of it somebody's word."""

from collections.abc import Iterator

from rich.console import RenderableType

from ledger.audit.lines.decisions import Adopted, DecisionLine
from ledger.audit.lines.federation import RequestLine
from ledger.audit.lines.world import ConsentLine, ResourceLine, UseLine
from ledger.audit.plain import TYPES, cite, cites, marks, under
from ledger.audit.report import AuditReport
from ledger.audit.tables.grid import joined, listing
from ledger.audit.words import utc
from ledger.records.quantities import write_quantity


def world_tables(report: AuditReport) -> Iterator[RenderableType]:
    """Resource claims, uses, decisions, requests; each where there are any."""
    columns: tuple[str, ...] = ("entry", "who", "what", "quantity", "used", "consents", "marks")
    yield from listing("○ Asserted: resource claims", columns, report.resources, _resource)
    columns = ("entry", "who", "against", "quantity", "altogether", "when and how")
    yield from listing("○ Asserted: measured use", columns, report.uses, _use)
    columns = ("entry", "who signed", "decision", "turnout", "adopts", "carries")
    yield from listing("○ Asserted: decisions", columns, report.decisions, _decision)
    columns = ("entry", "who", "for", "asks for", "purpose")
    yield from listing("○ Asserted: requests in the open", columns, report.requests, _request)


def consent(line: ConsentLine) -> str:
    """What a council says of something."""
    conditions = "" if line.conditions is None else f": {line.conditions}"
    mandate = "" if line.signed_under is None else f" ({under(line.signed_under)})"
    return f"{line.verdict}: {line.council_name}, {cite(line.index)}{conditions}{mandate}"


def _resource(line: ResourceLine) -> tuple[str, ...]:
    replaced = None if line.superseded_by is None else f"superseded by {line.superseded_by}"
    quantity = f"{write_quantity(line.quantity, line.scale)} {line.unit}"
    used = f"{write_quantity(line.used, line.scale)} {line.unit}" if line.uses else "none measured"
    return (
        f"{line.index}",
        joined(line.council_name, under(line.signed_under)),
        joined(line.resource, TYPES.get(line.type, ""), line.category),
        quantity,
        used,
        joined(*map(consent, line.consents)),
        joined(marks(line.marks), replaced),
    )


def _use(line: UseLine) -> tuple[str, ...]:
    above = "struck: a challenge of it was upheld" if line.struck else "exceeds the claim" if line.above else None
    return (
        f"{line.index}",
        joined(line.council_name, under(line.signed_under)),
        f"{line.resource}, {cite(line.claim_index)}",
        f"{write_quantity(line.quantity, line.scale)} {line.unit}",
        joined(f"{write_quantity(line.sum, line.scale)} {line.unit}", above),
        joined(f"{utc(line.measured_from)} to {utc(line.measured_until)}", line.method),
    )


def _decision(line: DecisionLine) -> tuple[str, ...]:
    carries = (f"{cite(each.index)}, {each.ground}: {each.state}" for each in line.carries)
    more = f"and {line.carried - len(line.carries):,} more" if line.carried > len(line.carries) else None
    challenged = f"challenges open against it: {cites(line.challenged)}" if line.challenged else None
    return (
        f"{line.index}",
        joined(line.council_name, under(line.signed_under)),
        joined(line.title, challenged),
        f"{line.voted} of {line.eligible}",
        joined(*map(_adopted, line.adopts)),
        joined(*carries, more),
    )


def _adopted(each: Adopted) -> str:
    said = [marks(each.marks)] if each.marks else []
    if each.withdrawn_by is not None:
        said.append(f"WITHDRAWN by erratum {cite(each.withdrawn_by)}")
    elif each.errata:
        said.append(f"errata: {cites(each.errata)}")
    return f"{each.kind} {each.index}" + (f" ({'; '.join(said)})" if said else "")


def _request(line: RequestLine) -> tuple[str, ...]:
    amounts = (f"{each.code}: {write_quantity(each.quantity, each.scale)} {each.unit}" for each in line.amounts)
    replaced = None if line.superseded_by is None else f"superseded by {line.superseded_by}"
    return (
        f"{line.index}",
        joined(line.council_name, under(line.signed_under)),
        joined(line.period if line.type == "collective" else "if it is silent", replaced),
        joined(*amounts),
        line.purpose,
    )
