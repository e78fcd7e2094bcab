"""``opentally init``: a server folder with its key, its database and entry 0."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from ledger.cli import options
from ledger.cli.screen import Screen, counted

if TYPE_CHECKING:
    from ledger.cli.desk import Desk
    from ledger.cli.founding import Founded
    from ledger.signing import PublicKey

FOUNDER = "founder"


def init(
    *,
    folder: Annotated[Path, typer.Argument(help="The server folder to make; empty, or not there yet.")],
    origin: Annotated[
        str, typer.Option("--origin", help="The ledger's name for ever: your host name and a path is a good one.")
    ],
    database: Annotated[
        str | None, typer.Option("--database", metavar="URL", help="Where entries are kept.", show_default="SQLite")
    ] = None,
    clock_period: Annotated[int, typer.Option("--clock-period", help="Seconds between clocks, 1 to 3600.")] = 60,
    cohort_floor: Annotated[
        int, typer.Option("--cohort-floor", help="No total is ever opened over fewer claims than this; at least 2.")
    ] = 10,
    challenge_limit: Annotated[
        int,
        typer.Option("--challenge-limit", help="How many challenges one challenger may make within --challenge-reply."),
    ] = 3,
    challenge_reply: Annotated[
        str,
        typer.Option(
            "--challenge-reply", metavar="TIME", help="How soon a challenge is to be answered: 14d, 36h, 90m or 600s."
        ),
    ] = "14d",
    founding_key: Annotated[
        list[str] | None,
        typer.Option(
            "--founding-key",
            metavar="NAME|PUBLICKEY",
            help="A key that may register councils; give several for several founders; without it one is made.",
        ),
    ] = None,
    desk: options.Desk = options.DEFAULT_DESK,
    no_passphrase: options.NoPassphrase = False,
    as_json: options.Json = False,
) -> None:
    """Found a ledger: make its folder, its key and its database, and write entry 0.

    Founders whose keys are elsewhere sign founding.json with `opentally key sign`; then run init again.

    Example: opentally init ./server --origin ledger.example.org/co-op
    """
    import secrets
    import time

    from ledger.cli.desk import Desk
    from ledger.cli.founding import check_origin, complete, found, standing
    from ledger.cli.server_folder import CONFIG
    from ledger.cli.times import parse_span
    from ledger.encoding import encode_base64
    from ledger.errors import NotAcceptedError
    from ledger.records.kinds.ledger import ChallengeRule

    def system_time() -> int:
        return int(time.time())

    screen = Screen(json_output=as_json)
    here = Desk(desk, screen, no_passphrase=no_passphrase)
    if (folder / CONFIG).exists():
        before = standing(folder)
        if before.server.origin != origin or not before.server.draft.exists():
            raise NotAcceptedError(
                f"{folder} holds the ledger {before.server.origin} already; start it with: opentally serve {folder}",
                rule="founded-already",
            )
        mine = [here.open_key_of(key, "a founder") for key in before.missing if here.name_of(key)]
        done = complete(before.server, signers=mine, randbytes=secrets.token_bytes, system_time=system_time)
    else:
        # Before a key is made and a passphrase asked for.
        check_origin(origin)
        reply = parse_span(challenge_reply, "--challenge-reply")
        founding = _founding_keys(here, founding_key or [])
        done = found(
            folder,
            origin=origin,
            founding=founding,
            signers=[here.open_key_of(key, "a founder") for key in founding if here.name_of(key)],
            randbytes=secrets.token_bytes,
            system_time=system_time,
            database=database,
            clock_period=clock_period,
            cohort_floor=cohort_floor,
            challenges=ChallengeRule(limit=challenge_limit, reply=reply),
        )
    missing = [encode_base64(key) for key in done.missing]
    if not missing:
        write_policy(folder, done)
    facts = {
        "folder": str(folder),
        "origin": done.server.origin,
        "vkey": done.vkey,
        "policy": done.policy,
        "missing_signatures": missing,
    }
    screen.result(facts, lambda out: _render(out, folder, done, missing))


def write_policy(folder: Path, done: "Founded") -> None:
    """Put the policy file for auditors into the server folder."""
    from ledger.cli.desk import write_public

    write_public(folder / "policy", done.policy.encode())


def _founding_keys(desk: "Desk", given: list[str]) -> "list[PublicKey]":
    """The founding keys that were named, by name or as they are; a fresh one if none was."""
    if given:
        return [desk.public_key(text) for text in given]
    known = desk.keys().get(FOUNDER)
    return [(known or desk.new_key(FOUNDER)).public]


def _render(out: Console, folder: Path, done: "Founded", missing: list[str]) -> None:
    if missing:
        out.print(
            f"The ledger {done.server.origin} waits for {counted(len(missing), 'signature')} in {done.server.draft}:"
        )
        for key in missing:
            out.print(f"  {key}", markup=False)
        out.print("Each founder signs the file: opentally key sign founding.json --key NAME\nThen run init again.")
        return
    out.print(f"The ledger {done.server.origin} is founded in {folder}. Its key:", markup=False)
    out.print(f"\n  {done.vkey}\n", markup=False)
    out.print(
        f"Hand the file {folder / 'policy'} to auditors and members by a way that this server does not control:\n",
        markup=False,
    )
    out.print("".join(f"  {line}\n" for line in done.policy.splitlines()), markup=False)
    out.print(f"Back up {done.server.log_key}: without it the ledger ends.", markup=False)
    out.print(f"Next: opentally serve {folder}", markup=False)
