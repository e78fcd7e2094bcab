"""``opentally mandate proposals`` and ``mandate show``: what waits for the assent of those below, and who said what."""

from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
from rich.console import Console

from ledger.cli import options
from ledger.cli.screen import Screen, counted, entries

if TYPE_CHECKING:
    from api.assent_answers import OneProposal, ProposalState, ProposalView
    from ledger.cli.lookup import KnownCouncil
    from ledger.cli.remote import Remote
    from ledger.records.kind import Record

STATES: Final = {"waiting": "waits for assent", "took-effect": "took effect", "lapsed": "settled without effect"}
"""How the states of a proposal are written for people."""

MOST_ASKED: Final = 100
"""Proposals about which the server is asked one by one; the newest of those that fit."""

THINGS: Final = {"mandate": "the mandate", "recall": "the recall", "recovery": "the recovery keys"}
"""What a proposal is, by the kind of its entry."""


def proposals(
    *,
    settled: Annotated[bool, typer.Option("--settled", help="Those too that wait for nobody any more.")] = False,
    council: options.Council = None,
    desk: options.Desk = options.DEFAULT_DESK,
    ledger: options.Ledger = None,
    as_json: options.Json = False,
) -> None:
    """List what waits for the assent of your council, or of those in your federation, as the server tells it.

    Those are mandates, recalls and recovery keys of the federation that your council is in. Say yes or no with:
    opentally mandate assent LEAF

    Example: opentally mandate proposals --council Riverside
    """
    from ledger.cli.lookup import council_of, find_council
    from ledger.cli.remote import open_remote
    from ledger.encoding import encode_base64

    screen = Screen(json_output=as_json)
    with open_remote(desk, ledger, screen) as there:
        known = find_council(there, council)
        above = [] if known.parent is None else [council_of(there, known.parent)]
        found = [(whose, one) for whose in (*above, known) for one in _proposals_of(there, whose.leaf, settled=settled)]
        newest = sorted(found, key=lambda pair: pair[1].index)[-MOST_ASKED:]
        rows = [_row(there, known, whose, one) for whose, one in newest]
        shown = entries(
            ("no.", "state", "your word", "still needed", "of", "what"),
            (
                (
                    [
                        str(row["index"]),
                        STATES[row["state"]],
                        row["said"] or ("" if not row["has_say"] else "none yet"),
                        "" if row["lacking"] is None else str(row["lacking"]),
                        row["federation"],
                        row["what"],
                    ],
                    row["leaf"],
                )
                for row in rows
            ),
        )
        facts = {"council": encode_base64(known.leaf), "proposals": rows, "more": len(found) > len(newest)}
        none = f"Nothing waits for the assent of {known.name} or of those in it."

        def render(out: Console) -> None:
            out.print(shown if rows else none, markup=False)
            if facts["more"]:
                out.print(f"There are {len(found) - len(newest)} older ones.")

        screen.result(facts, render)


def show(
    proposal: Annotated[
        str,
        typer.Argument(metavar="LEAF|INDEX", help="A mandate, a recall, new recovery keys: leaf hash or entry number."),
    ],
    *,
    desk: options.Desk = options.DEFAULT_DESK,
    ledger: options.Ledger = None,
    as_json: options.Json = False,
) -> None:
    """Show what needs the assent of those in a federation: what it says, who has a say, what they said, who is missing.

    Example: opentally mandate show LEAF
    """
    from ledger.cli.lookup import council_of, find_leaf
    from ledger.cli.pages import MOST_TOLD
    from ledger.cli.remote import open_remote
    from ledger.records.rule_names import refusal

    screen = Screen(json_output=as_json)
    with open_remote(desk, ledger, screen) as there:
        record = there.entry(find_leaf(there, proposal))
        if record.kind not in THINGS:
            raise refusal("wrong-entry", f"this is the leaf hash of a {record.kind} entry; needed is one of {_KINDS}")
        one = find_proposal(there, record)
        whose = council_of(there, one.proposal.council)
        voices = [
            {"council": each.name, "has_say": each.has_say, "verdict": each.verdict, "index": each.index}
            for each in one.voices
        ]
        ended = _end_of(one)
        facts: dict[str, Any] = {
            **_facts(one, whose.name, _what(record)),
            "ended": ended is not None,
            "ended_by": None if one.mandate is None else one.mandate.ended,
            "says": record.body.to_json(),
            "voices": voices,
            "more_voices": one.more_voices,
        }

        def render(out: Console) -> None:
            out.print(f"Entry no. {facts['index']} of {whose.name}: {facts['what']}", markup=False)
            out.print(how_it_stands(one), markup=False)
            if ended is not None:
                out.print(ended, markup=False)
            # Who has said something first: what is cut off is silence.
            for each in sorted(voices, key=lambda voice: voice["index"] is None)[:MOST_TOLD]:
                said = "has said nothing" if each["index"] is None else f"{each['verdict']} (entry no. {each['index']})"
                out.print(f"{each['council']}: {said}{'' if each['has_say'] else '; has no say now'}", markup=False)
            if len(voices) > MOST_TOLD:
                out.print(f"… and {len(voices) - MOST_TOLD}{' or more' if one.more_voices else ''} others")

        screen.result(facts, render)


def find_proposal(there: "Remote", record: "Record[Any]") -> "OneProposal":
    """How the mandate, recall or recovery of this entry stands with those below.

    Raises:
        NotAcceptedError: ``wrong-entry``, it needed nobody's assent.
    """
    from api.assent_answers import OneProposal
    from ledger.errors import NotFoundError
    from ledger.records.rule_names import refusal

    try:
        return there.view(f"v1/proposals/{record.leaf.hex()}", OneProposal)
    except NotFoundError as exc:
        raise refusal(
            "wrong-entry", f"{THINGS[record.kind]} needed nobody's assent, and holds from its entry on"
        ) from exc


def is_waiting(there: "Remote", leaf: bytes) -> bool:
    """Whether the entry of this leaf hash has no effect yet, for want of the assent of those below."""
    from ledger.errors import NotAcceptedError

    record = there.entry(leaf)
    if record.kind not in THINGS:
        return False
    try:
        return find_proposal(there, record).proposal.state == "waiting"
    except NotAcceptedError:  # it needed nobody's assent
        return False


def how_it_stands(one: "OneProposal", *, before: "ProposalState" = "waiting") -> str:
    """Whether a proposal has effect, or how many more have to be for it.

    Args:
        one: how it stands now.
        before: how it stood before what was said last.
    """
    from ledger.cli.times import utc
    from ledger.encoding import encode_base64

    if one.proposal.state == before == "took-effect":
        told = "took effect earlier; words said now change nothing"
        if one.proposal.kind != "mandate":
            return told
        return f"{told}; to end a mandate: opentally mandate recall {encode_base64(one.proposal.leaf)}"
    if one.lacking is None:
        return STATES[one.proposal.state]
    so_far = f"{STATES['waiting']}; for it so far: {one.agreed} of {counted(one.quorum, 'council')}"
    return f"{so_far}; {one.lacking} more must be, before {utc(one.lapses)}"


def _end_of(one: "OneProposal") -> str | None:
    """That a mandate which took effect has ended since, and by what; None for all else."""
    from ledger.cli.times import utc

    mandate = one.mandate
    if mandate is None or mandate.state != "ended" or one.proposal.state != "took-effect":
        return None
    if mandate.ended is not None:
        return f"it has ended since, by entry no. {mandate.ended}"
    if one.clock is not None and one.clock >= mandate.until:
        return f"it has ended since: its time ran out at {utc(mandate.until)}"
    return "it has ended since: its council took itself back, or was recalled"


def _proposals_of(there: "Remote", council: bytes, *, settled: bool) -> "list[ProposalView]":
    from api.assent_answers import ProposalList
    from ledger.cli.pages import pages

    state = "" if settled else "waiting"
    listed = pages(there, "v1/proposals", ProposalList, council=council.hex(), state=state)
    return [one for page in listed for one in page.proposals]


def _row(there: "Remote", known: "KnownCouncil", whose: "KnownCouncil", listed: "ProposalView") -> dict[str, Any]:
    from ledger.cli.remote import unexpected

    record = there.entry(listed.leaf)
    if record.kind not in THINGS:
        raise unexpected("v1/proposals")
    one = find_proposal(there, record)
    own = next((voice for voice in one.voices if voice.council == known.leaf), None)
    return {
        **_facts(one, whose.name, _what(record)),
        "said": None if own is None else own.verdict,
        "has_say": own is not None and own.has_say,
    }


def _facts(one: "OneProposal", federation: str, what: str) -> dict[str, Any]:
    from ledger.encoding import encode_base64

    return {
        "leaf": encode_base64(one.proposal.leaf),
        "index": one.proposal.index,
        "kind": one.proposal.kind,
        "federation": federation,
        "what": what,
        "state": one.proposal.state,
        "quorum": one.quorum,
        "lapses": one.lapses,
        "electorate": one.electorate,
        "agreed": one.agreed,
        "lacking": one.lacking,
    }


def _what(record: "Record[Any]") -> str:
    """What the entry says, in a few words; read from the entry itself."""
    from ledger.cli.times import utc
    from ledger.encoding import encode_base64

    body = record.body
    if record.kind == "mandate":
        return f"the mandate “{body.role}” for {', '.join(body.kinds)}, until {utc(body.until)}"
    if record.kind == "recovery":
        return f"{body.threshold} of {counted(len(body.keys), 'recovery key')} can set a new key"
    ended = "the federation's key" if body.mandate is None else f"the mandate {encode_base64(body.mandate)}"
    return f"the recall of {ended}: {body.reason}"


_KINDS: Final = ", ".join(THINGS)
