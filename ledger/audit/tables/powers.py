"""Councils and who may act for them as tables: federations, mandates, recalls, recovery keys, changed keys."""

from collections.abc import Iterator, Mapping

from rich.console import RenderableType

from ledger.audit.lines.councils import CouncilLine, KeyLine, MembershipLine
from ledger.audit.lines.federation import TagsLine
from ledger.audit.lines.powers import MandateLine, RecallLine, RecoveryLine
from ledger.audit.plain import POWERS, cite, proposal_state, under
from ledger.audit.report import AuditReport
from ledger.audit.tables.grid import joined, listing
from ledger.audit.tables.world import consent
from ledger.audit.words import utc


def power_tables(report: AuditReport) -> Iterator[RenderableType]:
    """Each table where there is anything to tell."""
    names = {line.leaf: line.label for line in report.councils}
    columns: tuple[str, ...] = ("entry", "name", "type", "federation", "keys")
    yield from listing("Councils", columns, report.councils, lambda line: _council(line, names))
    columns = ("entry", "council", "left", "joined")
    yield from listing("■ Proved: who joined and left federations", columns, report.memberships, _membership)
    columns = ("entry", "for", "role", "kinds of entry", "until", "decision", "state", "signed under it")
    yield from listing("■ Proved: mandates", columns, report.mandates, _mandate)
    columns = ("entry", "by", "ends", "reason, ○ asserted", "state")
    yield from listing("■ Proved: recalls", columns, report.recalls, _recall)
    columns = ("entry", "council", "recovery keys", "state")
    yield from listing("■ Proved: recovery keys", columns, report.recoveries, _recovery)
    columns = ("entry", "whose key", "what", "by", "when")
    yield from listing("■ Proved: changed keys", columns, report.keys, _key)
    columns = ("entry", "council", "period", "roster", "tags")
    yield from listing("○ Asserted: tags, one a member", columns, report.tags, _tags)


def _council(line: CouncilLine, names: Mapping[bytes, str]) -> tuple[str, ...]:
    keys = line.recovery
    recovery = "no recovery keys" if keys is None else f"recovery: {keys.threshold} of {keys.keys} keys"
    return (
        f"{line.index}",
        line.label,
        line.type,
        "" if line.federation is None else names[line.federation],
        joined(
            None if line.has_key else "NO KEY: revoked or recalled",
            recovery,
            None if line.recovered is None else f"recovered, {cite(line.recovered)}",
        ),
    )


def _membership(line: MembershipLine) -> tuple[str, ...]:
    return (f"{line.index}", line.council_name, line.left_name or "", line.joined_name or "")


def _mandate(line: MandateLine) -> tuple[str, ...]:
    signed = ", ".join(f"{count} {kind}" for kind, count in line.signed.items())
    return (
        f"{line.index}",
        line.council_name,
        line.role,
        ", ".join(line.kinds),
        utc(line.until),
        cite(line.decision),
        joined(proposal_state(line), *map(consent, line.consents)),
        signed or "nothing",
    )


def _recall(line: RecallLine) -> tuple[str, ...]:
    what = "the key" if line.mandate is None else f"mandate {cite(line.mandate)}"
    state = joined(proposal_state(line), *map(consent, line.consents))
    return (f"{line.index}", line.by_name, f"{what} of {line.council_name}", line.reason, state)


def _recovery(line: RecoveryLine) -> tuple[str, ...]:
    state = joined(proposal_state(line), *map(consent, line.consents))
    return (f"{line.index}", line.council_name, f"{line.threshold} of {line.keys}", state)


def _key(line: KeyLine) -> tuple[str, ...]:
    whose = line.council_name or "the founders"
    role = f"{whose}, a mandate's" if line.role == "mandate" else whose
    return (f"{line.index}", role, line.change, POWERS[line.change], utc(line.time))


def _tags(line: TagsLine) -> tuple[str, ...]:
    council = joined(line.council_name, under(line.signed_under))
    return (f"{line.index}", council, line.period, cite(line.roster_index), f"{line.count}")
