"""A council's word: on a claim about the world (``resource consent``), or on who acts above it (``mandate assent``)."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from ledger.cli import options
from ledger.cli.proposals import THINGS
from ledger.cli.public import Again, confirm_words, name_posted
from ledger.cli.screen import Screen

if TYPE_CHECKING:
    from ledger.cli.remote import Remote
    from ledger.records.assent import Verdict
    from ledger.records.kind import Record

For = Annotated[bool, typer.Option("--for", help="The council agrees.")]
Against = Annotated[bool, typer.Option("--against", help="The council does not agree.")]
Conditions = Annotated[
    str | None, typer.Option("--conditions", metavar="TEXT", help="The council agrees under these conditions only.")
]

_WORDS = {"for": "for it", "against": "against it", "conditions": "for it under conditions only"}
_THINGS = {**THINGS, "resource": "the claim about the world"}
_PROPOSALS = frozenset(THINGS)


def consent(
    *,
    claim: Annotated[
        str, typer.Argument(metavar="LEAF|INDEX", help="The claim about the world: its leaf hash or number.")
    ],
    for_: For = False,
    against: Against = False,
    conditions: Conditions = None,
    again: Again = False,
    council: options.Council = None,
    key: options.Key = None,
    desk: options.Desk = options.DEFAULT_DESK,
    ledger: options.Ledger = None,
    yes: options.Yes = False,
    as_json: options.Json = False,
) -> None:
    """Say what your council thinks of another one's claim about the world. It takes the place of what you said before.

    A claim that no council but its own is for is shown as its own word everywhere.

    Example: opentally resource consent LEAF --against --council Riverside
    """
    from ledger.cli.lookup import find_leaf
    from ledger.cli.remote import open_remote

    screen = Screen(json_output=as_json)
    said = _verdict(for_=for_, against=against, conditions=conditions)
    with open_remote(desk, ledger, screen) as there:
        about = find_leaf(there, claim)
        _say(there, about, frozenset({"resource"}), said, conditions, again=again, council=council, key=key, yes=yes)


def assent(
    *,
    proposal: Annotated[
        str, typer.Argument(metavar="LEAF|INDEX", help="A mandate, a recall or new recovery keys: leaf hash or number.")
    ],
    for_: For = False,
    against: Against = False,
    conditions: Conditions = None,
    again: Again = False,
    council: options.Council = None,
    key: options.Key = None,
    desk: options.Desk = options.DEFAULT_DESK,
    ledger: options.Ledger = None,
    yes: options.Yes = False,
    as_json: options.Json = False,
) -> None:
    """Say what your council thinks of who acts for the federation that it is in.

    A federation's mandate, a recall and new recovery keys hold once more than half of the councils in it are for them.
    What waits for your council: opentally mandate proposals

    Example: opentally mandate assent LEAF --for --council Riverside
    """
    from ledger.cli.lookup import find_leaf
    from ledger.cli.remote import open_remote

    screen = Screen(json_output=as_json)
    said = _verdict(for_=for_, against=against, conditions=conditions)
    with open_remote(desk, ledger, screen) as there:
        about = find_leaf(there, proposal)
        _say(there, about, _PROPOSALS, said, conditions, again=again, council=council, key=key, yes=yes)


def _verdict(*, for_: bool, against: bool, conditions: str | None) -> "Verdict":
    from ledger.errors import MalformedError

    if for_ + against + (conditions is not None) != 1:
        raise MalformedError("give one of --for, --against and --conditions TEXT", rule="missing-field")
    return "for" if for_ else "against" if against else "conditions"


def _say(
    there: "Remote",
    about: bytes,
    kinds: frozenset[str],
    said: "Verdict",
    conditions: str | None,
    *,
    again: bool,
    council: str | None,
    key: str | None,
    yes: bool,
) -> None:
    from ledger.cli.lookup import find_council, signing_key
    from ledger.cli.proposals import find_proposal, how_it_stands
    from ledger.records.kinds.consent import Consent
    from ledger.records.rule_names import refusal

    record = there.entry(about)
    if record.kind not in kinds:
        raise refusal(
            "wrong-entry", f"this is the leaf hash of a {record.kind} entry; needed is a {' or '.join(sorted(kinds))}"
        )
    known = find_council(there, council)
    screen = there.desk.screen
    last = _last_word(there, record, known.leaf)
    if last is not None and last[0] == said != "conditions" and not again:
        words = f"{known.name} has said so already, in entry no. {last[1]}."
        screen.result({"index": last[1], "new": False, "message": words}, lambda out: out.print(words, markup=False))
        return
    number = None if last is None else _next_word(there, last[1])
    body = Consent(about=about, again=number, conditions=conditions, council=known.leaf, verdict=said)
    what = f"{_THINGS[record.kind]} (entry no. {there.index_of(about)})"
    question = f"Say for ever that {known.name} is {_WORDS[said]}: {what}?"
    if conditions is None:
        screen.confirm(question, yes=yes)
    else:
        confirm_words(screen, question, yes=yes)
    before = find_proposal(there, record).proposal.state if record.kind in THINGS else "waiting"
    entry = there.make("consent", body, [signing_key(there, known, key, kind="consent")])
    posted = there.post(entry)
    words = f"{known.name} is {_WORDS[said]}: {what}."
    if record.kind in THINGS:
        words += f" Now it {how_it_stands(find_proposal(there, record), before=before)}."
    name_posted(there, posted, words)


def _next_word(there: "Remote", index: int) -> int | None:
    """The number of the word after the one in this entry; a recall's own word has none."""
    from ledger.records.entry import parse_entry
    from ledger.records.kinds.consent import Consent

    said = parse_entry(there.raw_entry(index), origin=there.origin).body
    return (said.again or 0) + 1 if isinstance(said, Consent) else None


def _last_word(there: "Remote", record: "Record[Any]", council: bytes) -> "tuple[Verdict, int] | None":
    """What the council has said about the entry so far, and in which entry, as the server tells it."""
    from ledger.cli.proposals import find_proposal
    from ledger.cli.resources import find_resource

    if record.kind == "resource":
        said = find_resource(there, record.leaf).consents
        return next(((one.verdict, one.index) for one in said if one.council == council), None)
    voices = find_proposal(there, record).voices
    own = next((one for one in voices if one.council == council), None)
    return None if own is None or own.verdict is None or own.index is None else (own.verdict, own.index)
