"""Challenges as the server tells them: a list, one with its answer and its outcome, what is open against an entry."""

from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
from rich.console import Console

from ledger.cli import options
from ledger.cli.screen import Screen, entries

if TYPE_CHECKING:
    from api.checks_answers import ChallengeView, OneChallenge, ReplyView
    from ledger.cli.remote import Remote

STATES: Final = {
    "answered": "answered",
    "decided": "decided",
    "open": "waits for an answer",
    "overdue": "answer overdue",
}
"""How the states of a challenge are written for people."""


def list_(
    *,
    about: Annotated[
        str | None,
        typer.Option("--about", metavar="LEAF|INDEX", help="Only those against this entry, and answers to it."),
    ] = None,
    overdue: Annotated[bool, typer.Option("--overdue", help="Only those that were not answered in time.")] = False,
    desk: options.Desk = options.DEFAULT_DESK,
    ledger: options.Ledger = None,
    as_json: options.Json = False,
) -> None:
    """List challenges, who made them and who owes the answer, as the server tells it.

    Example: opentally challenge list --overdue
    """
    from ledger.cli.lookup import councils, find_leaf
    from ledger.cli.remote import open_remote

    screen = Screen(json_output=as_json)
    with open_remote(desk, ledger, screen) as there:
        leaf = None if about is None else find_leaf(there, about)
        names = {known.leaf: known.name for known in councils(there)}
        rows = [facts_of(one, names) for one in find_challenges(there, about=leaf, state="overdue" if overdue else "")]
        shown = entries(
            ("no.", "state", "ground", "by", "who answers"),
            (
                ([str(row["index"]), STATES[row["state"]], row["ground"], row["by"], row["answers"]], row["leaf"])
                for row in rows
            ),
        )
        none = "No challenge is overdue." if overdue else "No challenges."
        screen.result({"challenges": rows}, lambda out: out.print(shown if rows else none))


def show(
    challenge: Annotated[
        str, typer.Argument(metavar="LEAF|INDEX", help="The challenge, by its leaf hash or entry number.")
    ],
    *,
    desk: options.Desk = options.DEFAULT_DESK,
    ledger: options.Ledger = None,
    as_json: options.Json = False,
) -> None:
    """Show a challenge: what it is about, who owes the answer and until when, what was answered, how it was judged.

    Example: opentally challenge show LEAF
    """
    from ledger.cli.lookup import councils, find_leaf
    from ledger.cli.pages import MOST_TOLD
    from ledger.cli.remote import open_remote
    from ledger.cli.times import utc
    from ledger.encoding import encode_base64

    screen = Screen(json_output=as_json)
    with open_remote(desk, ledger, screen) as there:
        leaf = find_leaf(there, challenge)
        one = find_challenge(there, leaf)
        names = {known.leaf: known.name for known in councils(there)}
        facts = facts_of(one.challenge, names)
        record = there.entry(one.challenge.about)
        facts["kind"] = record.kind
        facts["evidence"] = there.entry(leaf).body.to_json().get("evidence")
        facts["late"] = is_late(there, one)
        facts["reply"] = None if one.reply is None else {"answer": one.reply.answer, "text": one.reply.text}
        replies, facts["more_replies"] = find_replies(there, leaf, one)
        facts["replies"] = [
            {
                "leaf": encode_base64(each.leaf),
                "index": each.index,
                "answer": each.answer,
                "text": each.text,
                "evidence": None if each.evidence is None else encode_base64(each.evidence),
            }
            for each in replies
        ]
        if one.outcome is None:
            facts["judged"] = None
        else:
            judge = one.outcome.council
            who = facts["by"] if judge is None else names.get(judge, "another council")
            facts["judged"] = {"outcome": one.outcome.outcome, "by": who, "rule": one.outcome.rule}

        def render(out: Console) -> None:
            out.print(f"Entry no. {facts['index']}: {facts['by']}, on the ground “{facts['ground']}”", markup=False)
            out.print(f"against the {record.kind} with the leaf hash\n  {facts['about']}", markup=False)
            if facts["evidence"]:
                out.print(f"evidence, by its SHA-256: {facts['evidence']}", markup=False)
            stands = f"{STATES[one.challenge.state]}{', late' if facts['late'] else ''}"
            is_due = "is" if one.challenge.state == "open" else "was"
            due = f"the answer {is_due} due from {facts['answers']} before {utc(one.challenge.deadline)}"
            out.print(f"{stands}; {due}", markup=False)
            for reply in facts["replies"][:MOST_TOLD]:
                said = f"{facts['answers']} {reply['answer']}: {reply['text']} (entry no. {reply['index']})"
                out.print(said, markup=False)
                if reply["evidence"]:
                    out.print(f"  with evidence, by its SHA-256: {reply['evidence']}", markup=False)
            if len(replies) > MOST_TOLD:
                out.print(f"… and {len(replies) - MOST_TOLD}{' or more' if facts['more_replies'] else ''} later ones")
            if facts["judged"] is not None:
                judged = facts["judged"]
                out.print(f"{judged['outcome']} by {judged['by']}, under: {judged['rule']}", markup=False)

        screen.result(facts, render)


def find_challenges(there: "Remote", *, about: bytes | None = None, state: str = "") -> "tuple[ChallengeView, ...]":
    """All challenges, those against one entry, or those in one state, in the order of the log."""
    from api.checks_answers import ChallengeList
    from ledger.cli.pages import pages

    against = "" if about is None else about.hex()
    listed = pages(there, "v1/challenges", ChallengeList, about=against, state=state)
    return tuple(sorted((one for page in listed for one in page.challenges), key=lambda one: one.index))


def find_challenge(there: "Remote", leaf: bytes) -> "OneChallenge":
    """One challenge, with its first reply and its outcome.

    Raises:
        NotAcceptedError: ``unknown-challenge``.
    """
    from api.checks_answers import OneChallenge
    from ledger.records.rule_names import refusal

    record = there.entry(leaf)
    if record.kind != "challenge":
        raise refusal("unknown-challenge", f"this is the leaf hash of a {record.kind} entry, not of a challenge")
    return there.view(f"v1/challenges/{leaf.hex()}", OneChallenge)


def is_late(there: "Remote", one: "OneChallenge") -> bool:
    """Whether the first reply came at the deadline or later, by the last clock before it, which the tree holds."""
    from ledger.records.entry import parse_entry
    from ledger.records.kinds.clock import Clock

    challenge = one.challenge
    if challenge.replied is None or one.clock is None or one.clock < challenge.deadline:
        return False
    end = min(challenge.replied, there.head.size)
    while end > 0:
        start = max(0, end - 256)
        for entry in reversed(tuple(there.reader.entries(start, end))):
            body = parse_entry(entry.raw, origin=there.origin).body
            if isinstance(body, Clock):
                return body.time >= challenge.deadline
        end = start
    return False


def find_replies(there: "Remote", leaf: bytes, one: "OneChallenge") -> "tuple[tuple[ReplyView, ...], bool]":
    """The replies to a challenge, as many as one page has, in the order of the log; and whether there are more."""
    from api.checks_answers import ReplyList
    from ledger.cli.pages import PAGE

    if not one.more_replies:
        return (() if one.reply is None else (one.reply,)), False
    page = there.view(f"v1/challenges/{leaf.hex()}/replies", ReplyList, limit=PAGE)
    return page.replies, page.next is not None


def facts_of(one: "ChallengeView", names: dict[bytes, str]) -> dict[str, Any]:
    """A challenge for programs; who challenged and who answers in words."""
    from ledger.encoding import encode_base64

    home = names.get(one.home, "another council")
    return {
        "leaf": encode_base64(one.leaf),
        "index": one.index,
        "about": encode_base64(one.about),
        "root": encode_base64(one.root),
        "state": one.state,
        "ground": one.ground,
        "by": home if one.council is not None else f"a member of {home}",
        "answers": "the founders" if one.answers is None else names.get(one.answers, "another council"),
        "deadline": one.deadline,
        "outcome": one.outcome,
    }
