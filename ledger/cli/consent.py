"""A council's word: on a claim about the world (``resource consent``), or on who acts above it (``mandate assent``)."""

from typing import TYPE_CHECKING, Annotated

import typer

from ledger.cli import options
from ledger.cli.proposals import THINGS
from ledger.cli.public import Again, again_number, confirm_words, name_posted
from ledger.cli.screen import Screen

if TYPE_CHECKING:
    from ledger.cli.remote import Remote
    from ledger.records.assent import Verdict

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
    claim: Annotated[str, typer.Argument(metavar="LEAF", help="The leaf hash of the claim about the world.")],
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
    from ledger.cli.lookup import parse_leaf
    from ledger.cli.remote import open_remote

    screen = Screen(json_output=as_json)
    said = _verdict(for_=for_, against=against, conditions=conditions)
    about = parse_leaf(claim)
    with open_remote(desk, ledger, screen) as there:
        _say(there, about, frozenset({"resource"}), said, conditions, again=again, council=council, key=key, yes=yes)


def assent(
    *,
    proposal: Annotated[
        str, typer.Argument(metavar="LEAF", help="The leaf hash of a mandate, a recall or a change of recovery keys.")
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
    from ledger.cli.lookup import parse_leaf
    from ledger.cli.remote import open_remote

    screen = Screen(json_output=as_json)
    said = _verdict(for_=for_, against=against, conditions=conditions)
    about = parse_leaf(proposal)
    with open_remote(desk, ledger, screen) as there:
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
    number = again_number(there, again=again)
    body = Consent(about=about, again=number, conditions=conditions, council=known.leaf, verdict=said)
    screen = there.desk.screen
    what = f"{_THINGS[record.kind]} (entry no. {there.index_of(about)})"
    question = f"Say for ever that {known.name} is {_WORDS[said]}: {what}?"
    if conditions is None:
        screen.confirm(question, yes=yes)
    else:
        confirm_words(screen, question, yes=yes)
    entry = there.make("consent", body, [signing_key(there, known, key, kind="consent")])
    posted = there.post(entry)
    words = f"{known.name} is {_WORDS[said]}: {what}."
    if record.kind in THINGS:
        words += f" Now it {how_it_stands(find_proposal(there, record))}."
    name_posted(there, posted, words, again=again)
