"""What a person is told before and after she signs something that everybody will read, and refer to, for ever."""

from typing import TYPE_CHECKING, Annotated, Final

import typer

from ledger.cli.screen import Screen

if TYPE_CHECKING:
    from ledger.cli.remote import Remote
    from ledger.client.poster import Posted

_FOR_EVER: Final = (
    "these words are public, and stay for ever: names, addresses and notes about people never belong in the log."
)


Again = Annotated[bool, typer.Option("--again", help="It was said before, and something else since: say it once more.")]


def again_number(there: "Remote", *, again: bool) -> int | None:
    """What sets an entry that is said once more apart from those before it: a number of no meaning, and never twice."""
    return there.head.size if again else None


def confirm_words(screen: Screen, question: str, *, yes: bool) -> None:
    """Ask before free text is signed; the warning is given once, also to whoever has said yes beforehand.

    Raises:
        typer.Exit: the answer was no, or nobody was there to ask.
    """
    screen.warn(_FOR_EVER)
    screen.confirm(question, yes=yes)


def post_and_name(there: "Remote", entry: bytes, words: str, *, again: bool | None = None) -> None:
    """Post an entry that others will name by its leaf hash; see :func:`name_posted`."""
    name_posted(there, there.post(entry), words, again=again)


def name_posted(
    there: "Remote",
    posted: "Posted",
    words: str,
    *,
    again: bool | None = None,
    waits: bool = False,
    **more: str | int | None,
) -> None:
    """Say in ``words`` what was done, in which entry, and its leaf hash whole.

    Args:
        there: the ledger.
        posted: the entry's place.
        words: what was done.
        again: None where it makes no sense to say the same once more; else whether that was asked for.
        waits: whether it takes effect only once more than half of the councils in the federation are for it.
        more: what ``words`` say beside it, for programs.
    """
    from ledger.encoding import encode_base64

    leaf = encode_base64(posted.leaf)
    if waits:
        words += " It takes effect once more than half of the councils in the federation are for it."
    facts = {"index": posted.index, "leaf": leaf, "new": posted.new, "message": words, **more}
    place = f"entry no. {posted.index}{'' if posted.new else ', there already'}"
    said = f"{words} It is {place}; its leaf hash is\n{leaf}"
    if waits:
        said += f"\nEach council says so with:\nopentally mandate assent {leaf} --for --council NAME"
    there.desk.screen.result(facts, lambda out: out.print(said, markup=False))
    if again is False and not posted.new:
        there.desk.screen.warn(
            f"exactly this was said before, in entry no. {posted.index}. If something else was said since, it does not "
            "hold again by that; then give --again."
        )
