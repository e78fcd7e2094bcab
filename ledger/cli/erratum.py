"""``opentally erratum``: a word of caution at a published total, without a second opening."""

from typing import Annotated, Literal

import typer

from ledger.cli import options
from ledger.cli.public import confirm_words
from ledger.cli.screen import Screen


def erratum(
    *,
    total: Annotated[str, typer.Argument(metavar="LEAF", help="The leaf hash of the total or rollup.")],
    effect: Annotated[
        Literal["note", "withdrawn"],
        typer.Option("--effect", help="note: it still stands, with this remark. withdrawn: it stands no longer."),
    ],
    reason: Annotated[str, typer.Option("--reason", help="Why. No amounts: what differs would be given away.")],
    council: options.Council = None,
    key: options.Key = None,
    desk: options.Desk = options.DEFAULT_DESK,
    ledger: options.Ledger = None,
    yes: options.Yes = False,
    as_json: options.Json = False,
) -> None:
    """Put a word of caution at a total that you have published. The total stays as it was; the remark stays beside it.

    Example: opentally erratum LEAF --effect withdrawn --reason "the price list was last year's"
    """
    from ledger.cli.lookup import find_council, parse_leaf, signing_key
    from ledger.cli.remote import open_remote
    from ledger.records.kinds.erratum import Erratum
    from ledger.records.kinds.rollup import Rollup
    from ledger.records.kinds.total import Total
    from ledger.records.rule_names import refusal

    screen = Screen(json_output=as_json)
    about = parse_leaf(total)
    with open_remote(desk, ledger, screen) as there:
        record = there.entry(about)
        if not isinstance(record.body, Total | Rollup):
            raise refusal(
                "wrong-entry", f"this is the leaf hash of a {record.kind} entry; an erratum is about a total or rollup"
            )
        known = find_council(there, council)
        body = Erratum(about=about, council=known.leaf, effect=effect, reason=reason)
        number = there.index_of(about)
        done = "is withdrawn" if effect == "withdrawn" else "has a remark"
        confirm_words(screen, f"Say for ever that the {record.kind}, entry no. {number}, {done}?", yes=yes)
        entry = there.make("erratum", body, [signing_key(there, known, key, kind="erratum")])
        there.post_and_show(entry, f"The {record.kind}, entry no. {number}, {done}: {reason}")
