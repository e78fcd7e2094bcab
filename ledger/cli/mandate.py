"""``opentally mandate``: who may act for a council, in which kinds of entry, until when, by which decision."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from ledger.cli import options
from ledger.cli.consent import assent
from ledger.cli.proposals import proposals, show
from ledger.cli.public import confirm_words, name_posted
from ledger.cli.recall import recall
from ledger.cli.screen import Screen, entries
from ledger.cli.two_desks import Out

if TYPE_CHECKING:
    from ledger.records.kinds.mandate import MandatedKind

app = typer.Typer(
    no_args_is_help=True,
    help="Give somebody power to act for your council, list such powers, end one; agree to those above.",
)
app.command("recall")(recall)
app.command("assent")(assent)
app.command("proposals")(proposals)
app.command("show")(show)


@app.command("list")
def list_(
    *,
    council: options.Council = None,
    desk: options.Desk = options.DEFAULT_DESK,
    ledger: options.Ledger = None,
    as_json: options.Json = False,
) -> None:
    """List the mandates that a council has given, and how they stand, as the server tells it.

    Example: opentally mandate list --council Riverside
    """
    from ledger.cli.lookup import find_council
    from ledger.cli.powers import STATES, mandates_of
    from ledger.cli.remote import open_remote
    from ledger.cli.times import utc
    from ledger.encoding import encode_base64
    from ledger.signing import PublicKey

    screen = Screen(json_output=as_json)
    with open_remote(desk, ledger, screen) as there:
        known = find_council(there, council)
        given = mandates_of(there, known.leaf)
        rows: list[dict[str, Any]] = [
            {
                "leaf": encode_base64(one.leaf),
                "index": one.index,
                "role": one.role,
                "kinds": list(one.kinds),
                "until": one.until,
                "state": one.state,
                "ended": one.ended,
                "key": encode_base64(one.key),
                "key_on_this_desk": there.desk.name_of(PublicKey(one.key)),
                "decision": encode_base64(one.decision),
            }
            for one in given
        ]
        shown = entries(
            ("role", "state", "until", "key here", "kinds"),
            (
                (
                    [one.role, STATES[one.state], utc(one.until), row["key_on_this_desk"] or "", ", ".join(one.kinds)],
                    row["leaf"],
                )
                for one, row in zip(given, rows, strict=True)
            ),
        )
        facts = {"council": encode_base64(known.leaf), "mandates": rows}
        none = f"{known.name} has given no mandates."
        screen.result(facts, lambda out: out.print(shown if rows else none, markup=False))


@app.command()
def give(
    *,
    holder: Annotated[
        str, typer.Argument(metavar="NAME|PUBLICKEY", help="The holder's key: a fresh one, used for nothing else.")
    ],
    role: Annotated[str, typer.Option("--role", help="The office, such as: clerk. Never a person's name.")],
    kinds: Annotated[
        str, typer.Option("--kinds", metavar="KIND,…", help="Which entries the holder may sign: claim,close,total.")
    ],
    until: Annotated[
        str, typer.Option("--until", metavar="TIME", help="When it ends, such as 2027-01-01T00:00:00+01:00.")
    ],
    decision: Annotated[
        str, typer.Option("--decision", metavar="LEAF|INDEX", help="The council's decision by which it is given.")
    ],
    out: Out = None,
    council: options.Council = None,
    key: options.Key = None,
    desk: options.Desk = options.DEFAULT_DESK,
    ledger: options.Ledger = None,
    yes: options.Yes = False,
    as_json: options.Json = False,
) -> None:
    """Give the holder of a key power to act for your council. The holder signs too: here, or on a desk of her own.

    Kinds: challenge, claim, close, consent, decision, erratum, outcome, reply, request, resource, rollup, roster,
    round, tags, total, use, withdraw. Keys, mandates and membership are the council's own key's alone.

    A decision comes first. It may adopt any entry, such as the council's own registration, whose leaf hash opentally
    council list shows: opentally decision adopt COUNCIL-LEAF --title "A clerk is elected" …

    Example: opentally mandate give PUBLICKEY --role clerk --kinds claim,close,total,withdraw
    --until 2027-01-01T00:00:00+01:00 --decision LEAF
    """
    from ledger.cli.lookup import find_council, find_leaf, own_key
    from ledger.cli.proposals import is_waiting
    from ledger.cli.remote import open_remote
    from ledger.cli.times import parse_time, utc
    from ledger.cli.two_desks import file_for, hand_on
    from ledger.records.kinds.decision import Decision
    from ledger.records.kinds.mandate import Mandate
    from ledger.records.rule_names import refusal

    screen = Screen(json_output=as_json)
    words, ends = read_kinds(kinds), parse_time(until, "--until")
    with open_remote(desk, ledger, screen) as there:
        known = find_council(there, council)
        public = there.desk.public_key(holder)
        by = find_leaf(there, decision)
        decided = there.entry(by).body
        if not isinstance(decided, Decision) or decided.council != known.leaf:
            raise refusal("wrong-decision", f"--decision is not the leaf hash of a decision of {known.name}")
        screen.plain(f"{known.name}: {role} may sign {', '.join(words)} until {utc(ends)}, by “{decided.title}”.")
        confirm_words(screen, "Give this power?", yes=yes)
        body = Mandate(council=known.leaf, decision=by, key=public, kinds=words, role=role, until=ends)
        keys = [own_key(there, known, key)]
        if there.desk.name_of(public) is None:
            entry = there.make("mandate", body, keys)
            hand_on(there, entry, file_for(out, "mandate", f"{known.name} {role}"), "the holder")
            return
        entry = there.make("mandate", body, [*keys, there.desk.open_key_of(public, "the holder")])
        posted = there.post(entry)
        said = f"The mandate “{role}” of {known.name} is given."
        name_posted(there, posted, said, waits=is_waiting(there, posted.leaf))


def read_kinds(text: str) -> "tuple[MandatedKind, ...]":
    """The kinds of entry that a text names, sorted, each once.

    Raises:
        MalformedError: a word is no kind that a mandate can be for.
    """
    from typing import get_args

    from ledger.errors import MalformedError
    from ledger.records.kinds.mandate import MandatedKind

    known: tuple[MandatedKind, ...] = get_args(MandatedKind)
    words = {word.strip() for word in text.split(",")}
    for word in sorted(words.difference(known)):
        raise MalformedError(
            f"a mandate cannot be for entries of the kind {word or '(none)'}; it can for {', '.join(known)}",
            rule="bad-field",
        )
    return tuple(kind for kind in known if kind in words)
