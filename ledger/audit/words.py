"""The sentences of a report: the verdict, and what is proved and what only asserted, in words for everybody."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from ledger.audit.report import AuditReport, Verdict


@dataclass(frozen=True, slots=True)
class VerdictWords:
    """A verdict as word, sign and sentence; `css` and `style` colour it, and nothing is said by colour alone."""

    word: str
    sign: str
    css: str
    style: str
    sentence: str


VERDICTS: Final[dict[Verdict, VerdictWords]] = {
    "holds": VerdictWords(
        "It holds",
        "✔",
        "good",
        "green",
        "Every entry obeys the rules, and every published total is exactly the sum of the claims logged for it.",
    ),
    "does-not-hold": VerdictWords(
        "It does not hold",
        "✘",
        "bad",
        "red",
        "Something in this ledger is wrong. Do not rely on it beyond the entry named below.",
    ),
    "log-lied": VerdictWords(
        "The log contradicts itself",
        "▲",
        "bad",
        "red",
        "What is served now goes back behind, or contradicts, what the log's own key signed before. Keep the evidence.",
    ),
    "not-checked": VerdictWords(
        "It could not be checked",
        "?",
        "unknown",
        "yellow",
        "The source could not be read to the end. This says nothing good and nothing bad about the ledger.",
    ),
}


_WORDS_OF_OTHERS: Final = (
    (("resource",), "Resource claims: the word of the council that signed each."),
    (("use",), "What was used or emitted: the word of the council that measured it."),
    (("consent",), "Consents and their conditions: the word of the council that signed each."),
    (("decision",), "Decisions and their turnout: the word of the council that signed each."),
    (("challenge", "reply", "outcome"), "Challenges, replies and outcomes: the word of whoever signed each."),
    (("request",), "What councils ask for in the open: the word of the council that signed each."),
    (("erratum",), "Errata and their reasons: the word of the council that answers for the total."),
    (("tags",), "That tags are of members, one a person: the councils' word, for people to check."),
    (("mandate", "recall"), "Roles of mandates and reasons of recalls: the word of the council that signed each."),
)
"""Kinds of entry that say what nobody can compute, and the sentence that says so."""


def first_line(report: AuditReport) -> str:
    """What the whole report rests on: whose word the log's key is."""
    if report.tree is None:
        return "No signed state of the ledger could be read and believed."
    if report.tree.key_trust == "policy":
        return "The key of this log was given by the auditor's own policy file."
    return (
        "The key of this log is asserted by the ledger itself: no policy file was given, so whoever served these files "
        "could have made up the whole ledger."
    )


def utc(seconds: int) -> str:
    """A time in Unix seconds as a person reads it, in UTC; the bare number where no calendar reaches."""
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    except (OverflowError, ValueError, OSError):
        return f"Unix second {seconds}"


def proved_lines(report: AuditReport) -> tuple[str, ...]:
    """What this audit has shown, one sentence each; only for a report whose verdict is that everything holds."""
    if report.verdict != "holds" or report.tree is None:
        return ()
    complete = (
        f"The {report.tree.size:,} entries are exactly those under the signed checkpoint, in this order; nothing can "
        "be changed, left out or inserted without the checkpoint changing."
    )
    lines = [
        complete,
        "Every entry is signed by a key that was entitled to sign it at its place in the log.",
    ]
    if report.work.resumed_from:
        lines.append(
            f"The log only grew since the last audit kept on this computer: its first {report.work.resumed_from:,} "
            "entries are unchanged."
        )
    if any(line.state == "totalled" for line in report.rounds):
        lines.append("Each published total is exactly the sum of the round's live claims, each counted once.")
    if report.work.kinds.get("claim"):
        lines.append("Each claim asks for amounts in range, without showing them.")
    if any(line.allowance_rule != "none" for line in report.rounds):
        lines.append("Where a round has allowances, no claim costs more than its row's own allowance.")
    kinds = report.work.kinds
    if kinds.get("rollup"):
        lines.append(
            "Each rollup is exactly the sum of the closed rounds that it names, each council counted once; it names "
            "the councils that it does not count."
        )
    if kinds.get("total") or kinds.get("rollup"):
        lines.append(
            "No sum was opened by which, with those opened before it, the sum of fewer members than promised could be "
            "had by subtraction (the ledger's disclosure rule)."
        )
    if kinds.get("decision"):
        lines.append("Each decision carries every challenge that was open against what it adopts.")
    if kinds.get("mandate"):
        lines.append("What was signed under a mandate is within it: its kinds of entry, its time, and its effect.")
    if report.tree.witnessed:
        lines.append("As many witnesses as the policy asks for saw this same checkpoint.")
    return tuple(lines)


def asserted_lines(report: AuditReport) -> tuple[str, ...]:
    """What the ledger says and nobody can compute; shown whenever a tree was read."""
    if report.tree is None:
        return ()
    lines: list[str] = []
    if report.tree.key_trust == "asserted":
        lines.append("The key of the log: taken from the ledger's own first entry. Bring a policy file to pin it.")
    if not report.tree.witnessed:
        lines.append(
            "That everybody is shown this same history: no witnesses vouch for it, so a split view cannot be excluded. "
            "Compare the checkpoint with others'."
        )
    if report.last_clock is not None:
        lines.append(
            "All clock times: asserted by the operator. Only their order is checked; a missing one cannot be seen."
        )
    lines.append("That members are real, different households: rosters are the councils' word, for people to check.")
    if any(line.allowances is not None and not line.allowances_proved for line in report.rounds):
        lines.append(
            "The sum of hidden allowances in rounds where some rows have no live claim: the council's word until every "
            "row claims."
        )
    lines += (sentence for kinds, sentence in _WORDS_OF_OTHERS if any(report.work.kinds.get(kind) for kind in kinds))
    if report.refused_challenges:
        lines.append("How many challenges were refused as too many: the operator's word.")
    return tuple(lines)
