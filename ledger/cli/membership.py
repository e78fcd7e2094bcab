"""``opentally council join``, ``leave``, ``move``: which federation a council is in, by both sides' signatures."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ledger.cli import options
from ledger.cli.public import Again, again_number, name_posted
from ledger.cli.screen import Screen
from ledger.cli.two_desks import Out

if TYPE_CHECKING:
    from ledger.cli.lookup import KnownCouncil
    from ledger.cli.remote import Remote

Federation = Annotated[str, typer.Argument(metavar="NAME|LEAF", help="The federation.")]
ApproveWith = Annotated[
    str | None,
    typer.Option("--approve-with", metavar="NAME", help="The federation's key, if this desk holds it too."),
]


def join(
    *,
    federation: Federation,
    council: options.Council = None,
    key: options.Key = None,
    approve_with: ApproveWith = None,
    again: Again = False,
    out: Out = None,
    desk: options.Desk = options.DEFAULT_DESK,
    ledger: options.Ledger = None,
    yes: options.Yes = False,
    as_json: options.Json = False,
) -> None:
    """Join a federation: your council signs, and the federation. Nobody is taken in unasked, from either side.

    Example: opentally council join Valley --council Riverside
    """
    from ledger.cli.lookup import find_council
    from ledger.cli.remote import open_remote
    from ledger.records.rule_names import refusal

    screen = Screen(json_output=as_json)
    with open_remote(desk, ledger, screen) as there:
        known, above = find_council(there, council), find_council(there, federation)
        before = federation_of(there, known)
        if before is not None and before.leaf != above.leaf:
            raise refusal(
                "wrong-federation",
                f"{known.name} is in the federation {before.name}; to change: opentally council move",
            )
        screen.confirm(f"{known.name} joins the federation {above.name}. Sign this?", yes=yes)
        _change(there, known, None, above, again=again, key=key, approve_with=approve_with, out=out)


def leave(
    *,
    council: options.Council = None,
    again: Again = False,
    key: options.Key = None,
    desk: options.Desk = options.DEFAULT_DESK,
    ledger: options.Ledger = None,
    yes: options.Yes = False,
    as_json: options.Json = False,
) -> None:
    """Leave the federation that your council is in. Nobody has to agree.

    Example: opentally council leave --council Riverside
    """
    from ledger.cli.lookup import find_council
    from ledger.cli.remote import open_remote

    screen = Screen(json_output=as_json)
    with open_remote(desk, ledger, screen) as there:
        known = find_council(there, council)
        before = _present(there, known)
        screen.confirm(f"{known.name} leaves the federation {before.name}. Sign this?", yes=yes)
        _change(there, known, before, None, again=again, key=key)


def move(
    *,
    federation: Federation,
    council: options.Council = None,
    key: options.Key = None,
    approve_with: ApproveWith = None,
    again: Again = False,
    out: Out = None,
    desk: options.Desk = options.DEFAULT_DESK,
    ledger: options.Ledger = None,
    yes: options.Yes = False,
    as_json: options.Json = False,
) -> None:
    """Leave one federation and join another in one step. The one that is left has no say.

    Example: opentally council move Hills --council Riverside
    """
    from ledger.cli.lookup import find_council
    from ledger.cli.remote import open_remote
    from ledger.records.rule_names import refusal

    screen = Screen(json_output=as_json)
    with open_remote(desk, ledger, screen) as there:
        known, above = find_council(there, council), find_council(there, federation)
        before = _present(there, known)
        if before.leaf == above.leaf:
            raise refusal("wrong-federation", f"{known.name} is in the federation {above.name} already")
        screen.confirm(f"{known.name} leaves the federation {before.name} and joins {above.name}. Sign this?", yes=yes)
        _change(there, known, before, above, again=again, key=key, approve_with=approve_with, out=out)


def federation_of(there: "Remote", council: "KnownCouncil") -> "KnownCouncil | None":
    """The federation that the council is in, as the server tells it; the rules refuse a change that rests on a lie."""
    from ledger.cli.lookup import council_of

    return None if council.parent is None else council_of(there, council.parent)


def _present(there: "Remote", council: "KnownCouncil") -> "KnownCouncil":
    from ledger.records.rule_names import refusal

    found = federation_of(there, council)
    if found is None:
        raise refusal("wrong-federation", f"{council.name} is in no federation")
    return found


def _change(
    there: "Remote",
    council: "KnownCouncil",
    before: "KnownCouncil | None",
    after: "KnownCouncil | None",
    *,
    again: bool,
    key: str | None,
    approve_with: str | None = None,
    out: Path | None = None,
) -> None:
    from ledger.cli.lookup import council_of, own_key
    from ledger.cli.two_desks import file_for, hand_on
    from ledger.records.kinds.membership import Membership
    from ledger.records.rule_names import refusal

    body = Membership(
        again=again_number(there, again=again),
        council=council.leaf,
        from_=None if before is None else before.leaf,
        to=None if after is None else after.leaf,
    )
    keys = [own_key(there, council, key)]
    if after is not None and approve_with is None:
        entry = there.make("membership", body, keys)
        hand_on(there, entry, file_for(out, "membership", council.name), f"whoever holds the key of {after.name}")
        return
    if approve_with is not None:
        keys.append(there.desk.open_key(approve_with))
    entry = there.make("membership", body, keys)
    posted = there.post(entry)
    present = council_of(there, council.leaf).parent
    if not posted.new and present != (None if after is None else after.leaf):
        raise refusal(
            "duplicate-entry",
            f"exactly this was said before, in entry no. {posted.index}, and it does not hold again by being sent "
            "again; for a return, give --again",
        )
    where = "in no federation" if after is None else f"in the federation {after.name}"
    name_posted(there, posted, f"{council.name} is now {where}.")
