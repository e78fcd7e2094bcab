"""``opentally challenge``: somebody objects to an entry, and is owed an answer in time; who answers, and who judges."""

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from ledger.cli import options
from ledger.cli.challenges import list_, show
from ledger.cli.evidence import Evidence
from ledger.cli.public import Again, again_number, confirm_words, post_and_name
from ledger.cli.screen import Screen, counted

if TYPE_CHECKING:
    from ledger.cli.remote import Remote
    from ledger.records.kind import Record
    from ledger.records.kinds.challenge import Challenge
    from ledger.signing import SigningKey

app = typer.Typer(no_args_is_help=True, help="Object to an entry; answer an objection; judge one, or withdraw yours.")
app.command("list")(list_)
app.command()(show)

Ground = Literal["consultation", "double-count", "evidence", "harm", "mandate", "measurement", "privacy", "procedure"]
ChallengeLeaf = Annotated[
    str, typer.Argument(metavar="LEAF|INDEX", help="The challenge, by its leaf hash or entry number.")
]


@app.command()
def make(
    entry: Annotated[str, typer.Argument(metavar="LEAF|INDEX", help="The entry that you object to.")],
    *,
    ground: Annotated[Ground, typer.Option("--ground", help="Why; more may be said in the evidence, not in the log.")],
    evidence: Evidence = None,
    member: Annotated[
        bool, typer.Option("--member", help="Challenge as a member, with your own --key, and not as a council.")
    ] = False,
    roster: Annotated[
        str | None, typer.Option("--roster", metavar="LEAF", help="The roster that you are on, if it is not found.")
    ] = None,
    round_: Annotated[
        str | None, typer.Option("--round", metavar="LEAF|PERIOD", help="A round in which you are, if it is not found.")
    ] = None,
    council: Annotated[
        str | None,
        typer.Option("--council", metavar="NAME|LEAF", help="The council that challenges; for a member, hers."),
    ] = None,
    again: Again = False,
    key: options.Key = None,
    desk: options.Desk = options.DEFAULT_DESK,
    ledger: options.Ledger = None,
    yes: options.Yes = False,
    as_json: options.Json = False,
) -> None:
    """Object to any entry. Whoever answers for it owes a reply by the ledger's deadline; everybody sees if none comes.

    With --member your own key says who you are; your row is found in the rosters. Nobody above can remove a challenge.

    Example: opentally challenge make LEAF --ground measurement --evidence photo.jpg --member --key me
    """
    import time

    from ledger.cli.challenges import find_challenge
    from ledger.cli.evidence import digest_of
    from ledger.cli.lookup import find_council, find_leaf, signing_key
    from ledger.cli.own_row import find_own_row
    from ledger.cli.public import name_posted
    from ledger.cli.remote import open_remote
    from ledger.cli.times import in_words, utc
    from ledger.errors import MalformedError
    from ledger.records.kinds.challenge import Challenge

    screen = Screen(json_output=as_json)
    if member and key is None:
        raise MalformedError("name your own key with --key, by which your row is found", rule="missing-field")
    if not member and (roster is not None or round_ is not None):
        raise MalformedError("--roster and --round find the row of a member: give --member too", rule="bad-field")
    shown = digest_of(evidence)
    with open_remote(desk, ledger, screen) as there:
        about = find_leaf(there, entry)
        record = there.entry(about)
        number = again_number(there, again=again)
        if member and key is not None:
            signer = there.desk.open_key(key)
            own = find_own_row(there, signer.public, record, roster=roster, round_=round_, council=council)
            body = Challenge(about=about, again=number, evidence=shown, ground=ground, roster=own.roster, row=own.row)
            who = f"{own.ref}, a member,"
        else:
            known = find_council(there, council)
            signer = signing_key(there, known, key, kind="challenge")
            body = Challenge(about=about, again=number, council=known.leaf, evidence=shown, ground=ground)
            who = known.name
        if shown is None:
            screen.note("No evidence is given; you can challenge without, and show it when you are asked.")
        what = f"the {record.kind}, entry no. {there.index_of(about)}"
        term = there.constants.challenges
        # About: the time of the ledger's next clock counts, which nobody knows yet.
        due = f"An answer will be due within {in_words(term.reply)}, before about {utc(int(time.time()) + term.reply)}"
        screen.plain(f"{due}. In that time the ledger takes {counted(term.limit, 'challenge')} of one challenger.")
        screen.confirm(f"{who} challenges {what}, on the ground “{ground}”. Sign this, for ever?", yes=yes)
        posted = there.post(there.make("challenge", body, [signer]))
        deadline = find_challenge(there, posted.leaf).challenge.deadline
        words = f"{who} has challenged {what}; the answer is due before {utc(deadline)}."
        name_posted(there, posted, words, again=again, deadline=deadline)


@app.command()
def reply(
    challenge: ChallengeLeaf,
    *,
    answer: Annotated[
        Literal["accepts", "disputes", "explains"], typer.Option("--answer", help="What you say to the challenge.")
    ],
    text: Annotated[str, typer.Option("--text", help="Your answer, about the matter and never about people.")],
    evidence: Evidence = None,
    key: options.Key = None,
    desk: options.Desk = options.DEFAULT_DESK,
    ledger: options.Ledger = None,
    yes: options.Yes = False,
    as_json: options.Json = False,
) -> None:
    """Answer a challenge of an entry that your council answers for. Where no council does, a founding key answers.

    Example: opentally challenge reply LEAF --answer explains --text "the meter was read on Monday, see the evidence"
    """
    from ledger.cli.challenges import find_challenge
    from ledger.cli.evidence import digest_of
    from ledger.cli.lookup import council_of, find_leaf, signing_key
    from ledger.cli.remote import open_remote
    from ledger.errors import MalformedError
    from ledger.records.kinds.reply import Reply

    screen = Screen(json_output=as_json)
    shown = digest_of(evidence)
    with open_remote(desk, ledger, screen) as there:
        leaf = find_leaf(there, challenge)
        known = find_challenge(there, leaf).challenge
        if known.answers is None:
            if key is None:
                raise MalformedError(
                    "no council answers for the entry: answer with a founding key, --key NAME", rule="missing-field"
                )
            council, who, signer = None, "The founders", there.desk.open_key(key)
        else:
            whose = council_of(there, known.answers)
            council, who, signer = whose.leaf, whose.name, signing_key(there, whose, key, kind="reply")
        body = Reply(answer=answer, challenge=leaf, council=council, evidence=shown, text=text)
        confirm_words(screen, f"{who}: “{answer}”, {text} Sign this answer, for ever?", yes=yes)
        there.post_and_show(there.make("reply", body, [signer]), f"{who} has answered the challenge.")


@app.command()
def decide(
    challenge: ChallengeLeaf,
    *,
    outcome: Annotated[
        Literal["upheld", "rejected", "withdrawn"],
        typer.Option("--outcome", help="withdrawn: by who challenged; else by a council that may judge it."),
    ],
    rule: Annotated[
        str | None, typer.Option("--rule", help="Under which rule it was judged, such as: statute 7, board of three.")
    ] = None,
    evidence: Evidence = None,
    council: options.Council = None,
    key: options.Key = None,
    desk: options.Desk = options.DEFAULT_DESK,
    ledger: options.Ledger = None,
    yes: options.Yes = False,
    as_json: options.Json = False,
) -> None:
    """Put on the record how a challenge was judged, or take your own back. Nobody judges a case of her own.

    A federation above the challenger, or a member's own council, can reject; who has to answer, or a federation above
    it, can uphold; who challenged can withdraw. A challenge with nobody above both sides stays open for all to see.

    Example: opentally challenge decide LEAF --outcome upheld --rule "statute 7" --council Valley
    """
    from ledger.cli.challenges import find_challenge
    from ledger.cli.evidence import digest_of
    from ledger.cli.lookup import council_of, find_council, find_leaf, signing_key
    from ledger.cli.remote import open_remote
    from ledger.errors import MalformedError
    from ledger.records.kinds.challenge import Challenge
    from ledger.records.kinds.outcome import Outcome
    from ledger.records.rule_names import refusal

    screen = Screen(json_output=as_json)
    if rule is None:
        if outcome != "withdrawn":
            raise MalformedError("say under which rule it was judged, with --rule", rule="missing-field")
        rule = "withdrawn by who challenged"
    shown = digest_of(evidence)
    with open_remote(desk, ledger, screen) as there:
        leaf = find_leaf(there, challenge)
        record: Record[Challenge] = there.entry(leaf)
        made = record.body
        if not isinstance(made, Challenge):
            raise refusal("unknown-challenge", f"this is the leaf hash of a {record.kind} entry, not of a challenge")
        if outcome == "withdrawn" and made.council is None:
            judge, who, signer = None, "The member", _member_key(there, made, key)
        elif outcome == "upheld" and council is None and find_challenge(there, leaf).challenge.answers is None:
            if key is None:
                raise MalformedError("the founders have to answer it: name a founding key, --key", rule="missing-field")
            judge, who, signer = None, "The founders", there.desk.open_key(key)
        else:
            own = council_of(there, made.council) if outcome == "withdrawn" and made.council else None
            known = own or find_council(there, council)
            judge, who, signer = known.leaf, known.name, signing_key(there, known, key, kind="outcome")
        body = Outcome(challenge=leaf, council=judge, evidence=shown, outcome=outcome, rule=rule)
        said = "withdraws the challenge" if outcome == "withdrawn" else f"judges that the challenge is {outcome}"
        confirm_words(screen, f"{who} {said}, under: {rule}. Sign this, for ever?", yes=yes)
        post_and_name(there, there.make("outcome", body, [signer]), f"The challenge is {outcome}.")


def _member_key(there: "Remote", made: "Challenge", name: str | None) -> "SigningKey":
    """The key of the member who challenged: the one that was named, else the row's, if this desk holds it."""
    from ledger.cli.remote import unexpected
    from ledger.records.kinds.roster import Roster
    from ledger.signing import PublicKey

    if name is not None:
        return there.desk.open_key(name)
    if made.roster is None or made.row is None:
        raise unexpected("a challenge")
    roster = there.entry(made.roster).body
    row_key = roster.rows[made.row].key if isinstance(roster, Roster) and made.row < len(roster.rows) else None
    if row_key is None:
        raise unexpected("a challenge")
    return there.desk.open_key_of(PublicKey(row_key), "the member who challenged")
