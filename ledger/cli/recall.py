"""``opentally mandate recall`` and ``council recall-key``: those who gave a power, or stand below it, end it."""

from typing import Annotated

import typer

from ledger.cli import options
from ledger.cli.public import Again, again_number, confirm_words, name_posted
from ledger.cli.screen import Screen

Reason = Annotated[str, typer.Option("--reason", help="Why. About the office, never about a person.")]
By = Annotated[
    str | None,
    typer.Option(
        "--by",
        "--council",
        metavar="NAME|LEAF",
        help="Your council, which recalls; not needed when the desk holds one's key only.",
    ),
]


def recall(
    *,
    mandate: Annotated[str, typer.Argument(metavar="LEAF|INDEX", help="The mandate, by leaf hash or number.")],
    reason: Reason,
    by: By = None,
    again: Again = False,
    key: options.Key = None,
    desk: options.Desk = options.DEFAULT_DESK,
    ledger: options.Ledger = None,
    yes: options.Yes = False,
    as_json: options.Json = False,
) -> None:
    """End a mandate. The council that gave it ends it at once; in a federation, more than half of those in it do.

    What was signed under it before stays valid. Others in the federation say yes with: opentally mandate assent LEAF

    Example: opentally mandate recall LEAF --reason "the office is given anew" --by Riverside
    """
    from ledger.cli.lookup import council_of, find_council, find_leaf, own_key
    from ledger.cli.proposals import is_waiting
    from ledger.cli.remote import open_remote
    from ledger.records.kinds.mandate import Mandate
    from ledger.records.kinds.recall import Recall
    from ledger.records.rule_names import refusal

    screen = Screen(json_output=as_json)
    with open_remote(desk, ledger, screen) as there:
        leaf = find_leaf(there, mandate)
        given = there.entry(leaf).body
        if not isinstance(given, Mandate):
            raise refusal("wrong-entry", f"this is the leaf hash of a {there.entry(leaf).kind} entry, not of a mandate")
        known, whose = find_council(there, by), council_of(there, given.council)
        confirm_words(screen, f"{known.name} recalls the mandate “{given.role}” of {whose.name}. Sign this?", yes=yes)
        number = again_number(there, again=again)
        body = Recall(again=number, by=known.leaf, council=given.council, mandate=leaf, reason=reason)
        entry = there.make("recall", body, [own_key(there, known, key)])
        words = f"{known.name} has recalled the mandate “{given.role}” of {whose.name}."
        posted = there.post(entry)
        name_posted(there, posted, words, again=again, waits=is_waiting(there, posted.leaf))


def recall_key(
    *,
    federation: Annotated[str, typer.Argument(metavar="NAME|LEAF", help="The federation whose key is recalled.")],
    reason: Reason,
    by: By = None,
    again: Again = False,
    key: options.Key = None,
    desk: options.Desk = options.DEFAULT_DESK,
    ledger: options.Ledger = None,
    yes: options.Yes = False,
    as_json: options.Json = False,
) -> None:
    """Recall the key of the federation that your council is in. It ends once more than half of those in it say so.

    That is final: the federation signs nothing more, and its recovery keys end too. Those in it leave or move, and may
    found another: opentally council leave, opentally council move

    Example: opentally council recall-key Valley --by Riverside --reason "signed what nobody had decided"
    """
    from ledger.cli.lookup import find_council, own_key
    from ledger.cli.proposals import is_waiting
    from ledger.cli.remote import open_remote
    from ledger.records.kinds.recall import Recall

    screen = Screen(json_output=as_json)
    with open_remote(desk, ledger, screen) as there:
        known, above = find_council(there, by), find_council(there, federation)
        confirm_words(screen, f"{known.name} recalls the key of {above.name}. Sign this?", yes=yes)
        body = Recall(again=again_number(there, again=again), by=known.leaf, council=above.leaf, reason=reason)
        entry = there.make("recall", body, [own_key(there, known, key)])
        posted = there.post(entry)
        words = f"{known.name} has recalled the key of {above.name}."
        name_posted(there, posted, words, again=again, waits=is_waiting(there, posted.leaf))
