"""``opentally close``: a round ends, and the set of claims that count is fixed for everybody."""

import shlex
from typing import TYPE_CHECKING

from ledger.cli import options
from ledger.cli.screen import Screen, counted

if TYPE_CHECKING:
    from ledger.clerk.round_sheet import RoundSheet
    from ledger.cli.remote import Remote
    from ledger.records.kinds.claim import Claim


def close(
    round_: options.RoundArgument = None,
    *,
    council: options.Council = None,
    key: options.Key = None,
    desk: options.Desk = options.DEFAULT_DESK,
    ledger: options.Ledger = None,
    yes: options.Yes = False,
    as_json: options.Json = False,
) -> None:
    """Close a round: state the number, the sum and the set of its live claims. No claim changes afterwards.

    Example: opentally close 2026-W48
    """
    from ledger.cli.lookup import council_of, find_round, live_claims, name_of_round, signing_key
    from ledger.cli.remote import open_remote
    from ledger.cli.vaults import open_vault
    from ledger.crypto.group import sum_points
    from ledger.errors import NotFoundError
    from ledger.merkle.hashing import leaf_hash
    from ledger.merkle.tree import root_of
    from ledger.records.kinds.close import Close

    screen = Screen(json_output=as_json)
    with open_remote(desk, ledger, screen) as there:
        sheet = find_round(there, round_, council)
        live = claims_of(there, sheet, live_claims(there, sheet))
        vault = open_vault(there)
        closed = 0
        for claim in live.values():
            try:
                vault.claim(claim.commitment)
            except NotFoundError:
                closed += 1
        name, count = name_of_round(sheet), len(live)
        screen.plain(
            f"{name}: {count} of {counted(len(sheet.rows), 'member')} with a live claim; minimum {sheet.body.minimum}."
        )
        if count < sheet.body.minimum:
            screen.warn("With so few claims the total is not opened alone; a federation can roll it up.")
        if closed:
            screen.warn(
                f"This desk's vault lacks the openings of {counted(closed, 'claim')}: no total could be opened here."
            )
        screen.confirm(f"Close {name}? Afterwards nobody can claim, correct or withdraw.", yes=yes)
        body = Close(
            count=count,
            round=sheet.leaf,
            set=root_of([leaf_hash(leaf) for leaf in live]),
            sum=sum_points([claim.commitment for claim in live.values()]),
        )
        signer = signing_key(there, council_of(there, sheet.body.council), key, kind="close")
        entry = there.make("close", body, [signer])
        there.post_and_show(
            entry, f"{name} is closed with {counted(count, 'claim')}. Next: opentally total {shlex.quote(name)}"
        )


def claims_of(there: "Remote", sheet: "RoundSheet", leaves: "tuple[bytes, ...]") -> "dict[bytes, Claim]":
    """The claims with these leaf hashes, in this order: from this desk, else fetched and hashed.

    Raises:
        VerificationError: one of them is not a claim of the round.
    """
    from ledger.cli.sending import own_claims
    from ledger.errors import VerificationError
    from ledger.records.kinds.claim import Claim

    own = own_claims(there, sheet.leaf)
    found = {}
    with there.desk.screen.progress("reading claims", len(leaves)) as advance:
        for leaf in leaves:
            body = own[leaf] if leaf in own else there.entry(leaf).body
            if not isinstance(body, Claim) or body.round != sheet.leaf:
                raise VerificationError("the server lists an entry that is no claim of the round", rule="wrong-claim")
            found[leaf] = body
            advance(1)
    return found
