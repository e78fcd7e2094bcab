"""``opentally roster tags``, ``leave`` and ``join``: no rollup counts a member in two councils in one period."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ledger.cli import options
from ledger.cli.screen import Screen, counted

if TYPE_CHECKING:
    from ledger.cli.checked import CheckedLedger
    from ledger.cli.remote import Remote
    from ledger.records.kinds.tags import Tags


def tags(
    roster: Annotated[str, typer.Argument(metavar="ROSTER", help="The leaf hash of the roster.")],
    *,
    period: Annotated[str, typer.Option("--period", help="For which its members are counted.")],
    key: options.Key = None,
    desk: options.Desk = options.DEFAULT_DESK,
    ledger: options.Ledger = None,
    no_passphrase: options.NoPassphrase = False,
    yes: options.Yes = False,
    as_json: options.Json = False,
) -> None:
    """Post a blinded mark for each member of a roster, so that no rollup counts her in two councils in one period.

    Each member has a secret in your vault, made when it is first needed; her mark for a period is made from it. Two
    councils that count one member show the same mark, and a federation that asks for tags cannot count both. Without
    the secret a mark tells nothing, and marks of two periods cannot be connected.

    Who moves takes her secret along: roster leave, roster join. What this does not prevent: a lost secret, or a new one
    made for a member who moved, counts her twice, and nobody can see it; nor a clerk who invents members, or who keeps
    the secret of one who has left and has her rolled up first. That rows are people is for people to check.

    Example: opentally roster tags 3q2+7wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= --period 2026-W48
    """
    import secrets

    from ledger.clerk.member_secrets import make_tags, secrets_of
    from ledger.cli.checked import checked_ledger
    from ledger.cli.lookup import parse_leaf
    from ledger.cli.openings import signer_of
    from ledger.cli.remote import open_remote
    from ledger.cli.vaults import open_vault
    from ledger.encoding import encode_base64
    from ledger.errors import NotFoundError
    from ledger.records.kinds.roster import Roster
    from ledger.records.kinds.tags import tags_of

    screen = Screen(json_output=as_json)
    leaf = parse_leaf(roster)
    with open_remote(desk, ledger, screen, no_passphrase=no_passphrase) as there:
        body = there.entry(leaf).body
        if not isinstance(body, Roster):
            raise NotFoundError("the entry of this leaf hash is not a roster", rule="unknown-roster")
        with checked_ledger(there) as checked:
            council = checked.council(body.council)
            signer = signer_of(there, checked, body.council, "tags", key)
            refs = [row.ref for row in body.rows]
            members = secrets_of(open_vault(there), body.council, refs, randbytes=secrets.token_bytes)
            said, whose = make_tags(members, origin=there.origin, council=body.council, roster=leaf, period=period)
            elsewhere = _tell_tagged(there, checked, said, whose)
            if (
                tags_of(checked.view, period, leaf) != said.tags
            ):  # else the same entry is sent once more, for its receipt
                checked.would_take(checked.draft("tags", said, signer))
            screen.plain(f"{council.name}: {counted(len(refs), 'member')}, counted here for {period}.")
            screen.confirm("Post their tags? Only their number says anything.", yes=yes)
            posted = there.post(there.make("tags", said, [there.desk.open_key_of(signer, council.name)]))
        facts = {
            "index": posted.index,
            "leaf": encode_base64(posted.leaf),
            "new": posted.new,
            "roster": encode_base64(leaf),
            "period": period,
            "tags": len(refs),
            "tagged_elsewhere": elsewhere,
        }
        words = f"The tags of {counted(len(refs), 'member')} for {period} are entry no. {posted.index}."
        screen.result(facts, lambda out: out.print(words, markup=False))


def _tell_tagged(there: "Remote", checked: "CheckedLedger", said: "Tags", whose: "dict[bytes, str]") -> int:
    """Say which members have this tag in another council too, on the clerk's own screen; how many they are."""
    from ledger.clerk.member_secrets import tagged_elsewhere

    elsewhere = tagged_elsewhere(checked.view, said, whose)
    for ref, other in elsewhere:
        there.desk.screen.plain(f"{ref} is tagged by {checked.council(other).name} too.")
    if elsewhere:
        there.desk.screen.warn(
            f"{counted(len(elsewhere), 'tag')} of this roster stand in another council's for {said.period} too. Where "
            "tags are asked for, no rollup counts a member in both: a roster without those who have left, or have not "
            "come yet, is better."
        )
    return len(elsewhere)


def leave(
    ref: Annotated[str, typer.Argument(metavar="REF", help="The member's reference in your rosters.")],
    *,
    joins: Annotated[str, typer.Option("--joins", metavar="NAME|LEAF", help="The council that she joins.")],
    to: Annotated[Path, typer.Option("--to", metavar="FILE", help="The letter, which only its clerk can open.")],
    council: options.Council = None,
    desk: options.Desk = options.DEFAULT_DESK,
    ledger: options.Ledger = None,
    no_passphrase: options.NoPassphrase = False,
    yes: options.Yes = False,
    as_json: options.Json = False,
) -> None:
    """Write a moving letter: a member's secret, sealed to the key of the council that she joins. Nothing is posted.

    Her tags stay hers by it, so that nobody counts her twice in the period in which she moves. It names neither her nor
    your council. Your vault keeps the secret too: with it her later tags can be told. Count her in no later period:
    no rollup could count your council and hers.

    Example: opentally roster leave m017 --joins Hillside --to m017.moving
    """
    import secrets

    from ledger.clerk.member_secrets import MovingLetter, seal_moving_letter, secrets_of
    from ledger.cli.checked import checked_ledger
    from ledger.cli.desk import write_sealed
    from ledger.cli.lookup import find_council
    from ledger.cli.openings import present_key
    from ledger.cli.remote import open_remote
    from ledger.cli.vaults import open_vault
    from ledger.encoding import encode_base64
    from ledger.errors import NotAcceptedError

    screen = Screen(json_output=as_json)
    with open_remote(desk, ledger, screen, no_passphrase=no_passphrase) as there:
        if to.exists():  # asked again when it is written; here so that nobody says yes for nothing
            raise NotAcceptedError(f"{to} is there already and is left as it is", rule="file-exists")
        own, other = find_council(there, council), find_council(there, joins)
        if other.leaf == own.leaf:
            raise NotAcceptedError(f"{ref} is in {own.name} already", rule="wrong-council")
        with checked_ledger(there) as checked:
            _require_member(checked, own.leaf, ref)
            recipient = present_key(checked, other.leaf)
            vault = open_vault(there)
            screen.plain(f"{ref} leaves {own.name} and joins {other.name}, whose key is {encode_base64(recipient)}.")
            screen.confirm("Write her moving letter?", yes=yes)
            (member,) = secrets_of(vault, own.leaf, [ref], randbytes=secrets.token_bytes)
        letter = MovingLetter(council=other.leaf, ledger=there.origin, secret=member.secret)
        write_sealed(to, seal_moving_letter(letter, to=recipient, randbytes=secrets.token_bytes))
        facts = {"file": str(to), "joins": encode_base64(other.leaf), "posted": False}
        words = (
            f"Nothing was posted. Give {to} to the clerk of {other.name}, who runs: opentally roster join {to} "
            "--ref NEWREF"
        )
        screen.result(facts, lambda out: out.print(words, markup=False))


def _require_member(checked: "CheckedLedger", council: bytes, ref: str) -> None:
    """The reference stands in a roster of the council: a letter for a mistyped one would carry a secret of nobody.

    Raises:
        NotFoundError: ``unknown-member``.
    """
    from ledger.errors import NotFoundError
    from ledger.records.kinds.roster import ROSTERS, ROWS

    for leaf, fact in checked.view.scan(ROSTERS):
        if fact.council == council and any(row.ref == ref for _, row in checked.view.scan(ROWS, leaf)):
            return
    raise NotFoundError(f"{ref} is in none of the council's rosters", rule="unknown-member")


def join(
    file: Annotated[Path, typer.Argument(help="The moving letter from the council that she left.")],
    *,
    ref: Annotated[str, typer.Option("--ref", metavar="NEWREF", help="Her reference in your rosters.")],
    desk: options.Desk = options.DEFAULT_DESK,
    ledger: options.Ledger = None,
    no_passphrase: options.NoPassphrase = False,
    yes: options.Yes = False,
    as_json: options.Json = False,
) -> None:
    """Take in the secret of a member who comes from another council, before or after roster add. Nothing is posted.

    Do it before roster tags: without her own secret she gets a new one, and can be counted in both councils.

    Example: opentally roster join m017.moving --ref h042
    """
    import secrets

    import msgspec

    from ledger.clerk.member_secrets import open_moving_letter, take_in
    from ledger.clerk.sealed_documents import recipient_of
    from ledger.clerk.sealing import MAX_SEALED_BYTES
    from ledger.cli.checked import checked_ledger
    from ledger.cli.desk import read_bytes
    from ledger.cli.remote import open_remote
    from ledger.cli.vaults import open_vault
    from ledger.encoding import encode_base64
    from ledger.errors import MalformedError, NotAcceptedError
    from ledger.records.facts import KEYS
    from ledger.records.fields import Reference

    screen = Screen(json_output=as_json)
    try:
        msgspec.convert(ref, Reference)
    except msgspec.ValidationError as exc:
        raise MalformedError(
            "a reference has 1 to 64 letters, digits, dots, dashes or underscores", rule="bad-field"
        ) from exc
    raw = read_bytes(file, "moving letter", limit=MAX_SEALED_BYTES)
    recipient = recipient_of(raw, name=file.name)
    with open_remote(desk, ledger, screen, no_passphrase=no_passphrase) as there:
        if there.desk.name_of(recipient) is None:
            raise NotAcceptedError(f"{file.name} is sealed to a key that is not on this desk", rule="wrong-recipient")
        letter = open_moving_letter(raw, key=there.desk.open_key_of(recipient, "the council"), name=file.name)
        if letter.ledger != there.origin:
            raise NotAcceptedError(f"{file.name} is for another ledger", rule="wrong-ledger")
        with checked_ledger(there) as checked:
            holder = checked.view.get(KEYS, recipient)
            if holder is None or holder.council != letter.council:
                # Kept under another council the secret would not be found, and she would silently get a new one.
                raise NotAcceptedError(f"{file.name} names another council than its key is of", rule="wrong-council")
        vault = open_vault(there)
        known = vault.member_secret(letter.council, ref)
        if known is not None and not known.moved and known.secret != letter.secret:
            screen.warn(
                f"{ref} has a secret that was made here. From now on the one in the letter takes its place; if {ref} "
                "is another member than the one who comes, her own is lost, and she can be counted twice."
            )
            screen.confirm(f"Is {ref} the member who comes?", yes=yes)
        new = take_in(vault, letter, ref, randbytes=secrets.token_bytes)
        facts = {"member": ref, "council": encode_base64(letter.council), "new": new}
        words = f"{ref}'s secret is in the vault{'' if new else ' already'}; next: opentally roster tags."
        screen.result(facts, lambda out: out.print(words, markup=False))
