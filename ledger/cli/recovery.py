"""``opentally key recovery-set`` and ``key recover``: k of n keys take a council back whose own is lost or stolen."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Annotated

import typer

from ledger.cli import options
from ledger.cli.public import name_posted
from ledger.cli.screen import Screen, counted
from ledger.cli.two_desks import Out

if TYPE_CHECKING:
    from ledger.cli.lookup import KnownCouncil
    from ledger.cli.remote import Remote
    from ledger.signing import SigningKey

Whose = Annotated[str, typer.Argument(metavar="COUNCIL", help="The council: its name or leaf hash.")]


def recovery_set(
    *,
    council: Whose,
    keys: Annotated[
        list[str],
        typer.Argument(metavar="NAME|PUBLICKEY…", help="The recovery keys: fresh ones, each held by another person."),
    ],
    threshold: Annotated[
        int, typer.Option("--threshold", min=1, max=12, help="How many of them are needed to recover.")
    ],
    out: Out = None,
    key: options.Key = None,
    desk: options.Desk = options.DEFAULT_DESK,
    ledger: options.Ledger = None,
    yes: options.Yes = False,
    as_json: options.Json = False,
) -> None:
    """Set the keys by which your council takes itself back. It signs, and so does each of them, to show that it works.

    Do this first of all: a lost key is replaced by these or not at all, and who steals the key could set its own. From
    then on the council's key cannot replace them: enough of the present recovery keys must sign. Those that are on
    other desks sign there: the file goes from desk to desk. Keep each where the council's key is not.

    Example: opentally key recovery-set Riverside PUBLICKEY PUBLICKEY PUBLICKEY --threshold 2
    """
    from ledger.cli.lookup import find_council, own_key
    from ledger.cli.powers import recovery_of
    from ledger.cli.proposals import is_waiting
    from ledger.cli.remote import open_remote
    from ledger.cli.two_desks import file_for, hand_on
    from ledger.records.kinds.recovery import Recovery

    screen = Screen(json_output=as_json)
    with open_remote(desk, ledger, screen) as there:
        known = find_council(there, council)
        public = tuple(sorted(there.desk.public_key(text) for text in keys))
        body = Recovery(council=known.leaf, keys=public, threshold=threshold)
        present = recovery_of(there, known.leaf)
        _require_fresh(there, known, set(public).difference(() if present is None else present.keys))
        what = f"{threshold} of {counted(len(public), 'recovery key')} of {known.name}"
        if present is None:
            screen.confirm(
                f"From now on {what} can set a new key for it, and replace these keys; its own key cannot. Sign this?",
                yes=yes,
            )
            signers = [own_key(there, known, key)]
            missing = 0
        elif (present.keys, present.threshold) == (public, threshold):
            screen.result(
                {"new": False, "message": f"{what} stand already."},
                lambda out: out.print(f"These are the recovery keys of {known.name} already.", markup=False),
            )
            return
        else:
            screen.confirm(f"{what} take the place of the present ones. Sign this?", yes=yes)
            signers = _at_hand(there, known, present.keys, present.threshold)
            missing = present.threshold - len(signers)
        fresh = set(public).difference(() if present is None else present.keys, (each.public for each in signers))
        here = _at_hand(there, known, fresh, len(fresh))
        missing += len(fresh) - len(here)
        entry = there.make("recovery", body, [*signers, *here])
        if missing > 0:
            hand_on(there, entry, file_for(out, "recovery", known.name), _holders(missing))
            return
        posted = there.post(entry)
        waits = is_waiting(there, posted.leaf)
        words = f"{what} {'are to' if waits else 'can'} set a new key for it."
        name_posted(there, posted, words, waits=waits)


def recover(
    *,
    council: Whose,
    new: Annotated[str, typer.Option("--new", metavar="NAME", help="The key of this desk that the council has then.")],
    out: Out = None,
    desk: options.Desk = options.DEFAULT_DESK,
    ledger: options.Ledger = None,
    yes: options.Yes = False,
    as_json: options.Json = False,
) -> None:
    """Set a new key for a council by its recovery keys. Whatever key it had ends, and all its mandates.

    The recovery keys of this desk sign at once; for the others the file goes from desk to desk, and is then posted.

    Example: opentally key recover Riverside --new riverside-2
    """
    from ledger.cli.lookup import find_council
    from ledger.cli.powers import recovery_of
    from ledger.cli.remote import open_remote
    from ledger.cli.two_desks import file_for, hand_on
    from ledger.records.kinds.recover import Recover
    from ledger.records.rule_names import refusal

    screen = Screen(json_output=as_json)
    with open_remote(desk, ledger, screen) as there:
        known = find_council(there, council)
        present = recovery_of(there, known.leaf)
        if present is None:
            raise refusal(
                "no-recovery",
                f"{known.name} has no recovery keys: none set, or its key was recalled from below, which is final; "
                "register it anew",
            )
        fresh = there.desk.open_key(new)
        screen.confirm(
            f"From now on {new} signs for {known.name}; the key it has now ends, and every mandate it has given. "
            "Sign this?",
            yes=yes,
        )
        signers = _at_hand(there, known, present.keys, present.threshold)
        entry = there.make("recover", Recover(council=known.leaf, new=fresh.public), [fresh, *signers])
        missing = present.threshold - len(signers)
        if missing > 0:
            hand_on(there, entry, file_for(out, "recover", known.name), _holders(missing))
            return
        there.post_and_show(entry, f"{known.name} is recovered; {new} signs for it from now on.")


def _require_fresh(there: "Remote", council: "KnownCouncil", keys: Collection[bytes]) -> None:
    """Refuse keys that the server knows as others already, before a file goes from desk to desk for nothing.

    Raises:
        NotAcceptedError: ``duplicate-key``.
    """
    from ledger.cli.lookup import councils
    from ledger.cli.powers import mandates_of
    from ledger.encoding import encode_base64
    from ledger.records.rule_names import refusal

    known = dict.fromkeys(there.constants.founding, "a founding key")
    known |= {one.key: f"the mandate “{one.role}”'s" for one in mandates_of(there, council.leaf)}
    known |= {one.key: f"{one.name}'s own" for one in councils(there)}
    for key in keys:
        if key in known:
            raise refusal(
                "duplicate-key",
                f"{encode_base64(key)} is {known[key]}; a recovery key is a fresh one, used for nothing else",
            )


def _at_hand(there: "Remote", council: "KnownCouncil", keys: Collection[bytes], threshold: int) -> "list[SigningKey]":
    """As many of the recovery keys as are needed and this desk holds."""
    from ledger.signing import PublicKey

    held = [public for key in keys if there.desk.name_of(public := PublicKey(key)) is not None]
    return [there.desk.open_key_of(key, council.name) for key in held[:threshold]]


def _holders(missing: int) -> str:
    return "whoever holds another recovery key" if missing == 1 else f"{missing} people who hold other recovery keys"
