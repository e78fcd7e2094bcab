"""``opentally fsck``: a server's database held against its own entries, facts included."""

import contextlib
import os
import secrets
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ledger.cli import options
from ledger.cli.screen import Screen

if TYPE_CHECKING:
    from ledger.cli.export import OpenedServer
    from ledger.records.view import Space, View
    from ledger.storage.facts import FactFile
    from ledger.storage.store import SqlStore


def fsck(
    folder: Annotated[Path, typer.Argument(help="The server folder.")],
    *,
    rebuild_facts: Annotated[
        bool,
        typer.Option(
            "--rebuild-facts", help="Write the facts anew from the entries, which must hold; stop the server."
        ),
    ] = False,
    workers: options.Workers = None,
    as_json: options.Json = False,
) -> None:
    """Check a server's database: every hash, tile and head, every rule again, and the facts that were kept of them.

    It may run beside the server, but on facts only while nothing new comes in. Exit code 1 means that the database
    contradicts itself; the message says where.

    Example: opentally fsck ./server
    """
    from ledger.errors import FatalLogError, VerificationError

    try:
        _check(folder, Screen(json_output=as_json), rebuild_facts=rebuild_facts, workers=workers)
    except FatalLogError as exc:
        # What stops a writer is, here, the finding that was asked for.
        raise VerificationError(str(exc), rule=exc.rule) from exc


def _check(folder: Path, screen: Screen, *, rebuild_facts: bool, workers: int | None) -> None:
    from ledger.cli.export import open_server
    from ledger.errors import UnavailableError
    from ledger.log.fsck import fsck as check_log

    opened = open_server(folder)
    store, head, policy = opened.store, opened.head, opened.policy
    with contextlib.closing(store):
        last = None
        with screen.progress("hashes, tiles, heads", head.size) as advance:
            done = 0
            for last in check_log(store, policy.logs[0].key):
                advance(last.checked - done)
                done = last.checked
        with replayed(opened, screen, workers) as facts_of_entries:
            if rebuild_facts:
                _rebuild(store, facts_of_entries, head.size)
            with store.snapshot() as now:
                if now.size != head.size:
                    raise UnavailableError("entries came in meanwhile; run this again", rule="log-grew")
                facts_checked = _compare(now.view, facts_of_entries)
    facts: dict[str, Any] = {
        "origin": opened.server.origin,
        "entries": head.size,
        "tiles": last.tiles if last is not None else 0,
        "heads": last.heads if last is not None else 0,
        "facts": facts_checked,
        "holds": True,
    }
    screen.result(
        facts,
        lambda out: out.print(
            f"{opened.server.origin}: {facts['entries']} entries, {facts['tiles']} full tiles, {facts['heads']} heads "
            f"and {facts_checked} facts agree.",
            markup=False,
        ),
    )


@contextlib.contextmanager
def replayed(opened: "OpenedServer", screen: Screen, workers: int | None) -> "Iterator[FactFile]":
    """The facts that the entries under the server's head give when each is held to every rule again.

    Raises:
        VerificationError: an entry does not hold; it is named.
        UnavailableError: it could not be found out.
    """
    from ledger.audit import audit
    from ledger.audit.state import FACTS_FILE
    from ledger.errors import UnavailableError, VerificationError
    from ledger.storage.facts import FactFile

    with tempfile.TemporaryDirectory(prefix="opentally-fsck-") as name:
        with screen.progress("rules and proofs", opened.head.size) as advance:
            checked = 0

            def progress(stepped: int, _of: int) -> None:
                nonlocal checked
                advance(stepped - checked)
                checked = stepped

            report = audit(
                opened.source,
                policy=opened.policy,
                state=Path(name),
                workers=workers or os.cpu_count() or 1,
                progress=progress,
                randbytes=secrets.token_bytes,
            )
        if report.finding is not None:
            where = "" if report.finding.index is None else f"entry {report.finding.index}: "
            if report.verdict == "not-checked":
                raise UnavailableError(f"{where}{report.finding.found}", rule=report.finding.rule)
            raise VerificationError(f"{where}{report.finding.found}", rule=report.finding.rule)
        with contextlib.closing(FactFile(Path(name) / FACTS_FILE)) as facts:
            yield facts


def spaces() -> "tuple[Space[Any], ...]":
    """Every space of facts that the rules define."""
    import sys

    from ledger.records.registry import KINDS
    from ledger.records.view import Space

    if not KINDS:
        raise AssertionError("bad math in the registry: there are no kinds")
    modules = [module for name, module in sys.modules.items() if name.startswith("ledger.records.")]
    found = {value.name: value for module in modules for value in vars(module).values() if isinstance(value, Space)}
    return tuple(found[name] for name in sorted(found))


def _rebuild(store: "SqlStore", replayed: "View", size: int) -> None:
    """Put the replayed facts in the place of the stored ones, all or none.

    Raises:
        UnavailableError: entries came in meanwhile: the server is running.
    """
    from ledger.errors import UnavailableError

    with store.begin() as transaction:
        standing = store.head()
        if standing is None or standing.size != size:
            raise UnavailableError("entries came in meanwhile; stop the server first", rule="log-grew")
        transaction.clear_facts()
        for space in spaces():
            transaction.put_facts([space.put(key, fact).row() for key, fact in replayed.scan(space)])


def _compare(stored: "View", replayed: "View") -> int:
    """How many facts there are, the same in the database as replayed from the entries.

    Raises:
        WrongFacts: they differ; the space is named.
    """
    from itertools import zip_longest

    from ledger.records.view import WrongFacts

    count = 0
    for space in spaces():
        for ours, theirs in zip_longest(stored.scan(space), replayed.scan(space)):
            if ours != theirs:
                raise WrongFacts(
                    f"the facts called {space.name} in the database are not those that the entries give; stop the "
                    "server and run opentally fsck --rebuild-facts",
                )
            count += 1
    return count
