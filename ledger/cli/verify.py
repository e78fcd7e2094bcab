"""``opentally verify``: receipts checked offline, and in words what they show and what they do not."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from ledger.cli import options
from ledger.cli.screen import Screen

if TYPE_CHECKING:
    from ledger.tlog.policy import Policy


def verify(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE…", help="entry.json, receipt.tlog-proof, total-receipt.json, or their folder."),
    ],
    *,
    policy: Annotated[
        Path | None,
        typer.Option("--policy", help="The policy file with the log's key.", show_default="what the desk knows"),
    ] = None,
    desk: options.Desk = options.DEFAULT_DESK,
    as_json: options.Json = False,
) -> None:
    """Check receipts offline: no server is asked for anything.

    Example: opentally verify m017 --policy policy
    """
    import secrets

    from ledger.cli.desk import read_bytes
    from ledger.client.receipts import verify_receipt
    from ledger.client.total_receipt import MAX_TOTAL_RECEIPT_BYTES, TotalReceipt, verify_total_receipt
    from ledger.encoding import encode_base64
    from ledger.errors import MalformedError
    from ledger.tlog.proof import TlogProof

    screen = Screen(json_output=as_json)
    raws = {path: read_bytes(path, "file", limit=MAX_TOTAL_RECEIPT_BYTES) for path in _listed(files)}
    receipts = {path: raw for path, raw in raws.items() if raw.startswith(b"c2sp.org/tlog-proof")}
    totals = {path: raw for path, raw in raws.items() if raw.startswith(b'{"claim":')}
    entries = {path: raw for path, raw in raws.items() if raw.startswith(b'{"signatures":')}
    for path in raws:
        if path not in receipts and path not in totals and path not in entries:
            raise MalformedError(f"{path} is neither an entry nor a receipt", rule="unknown-file")
    if len(receipts) != len(entries) or len(entries) > 1 or len(totals) > 1 or not (receipts or totals):
        raise MalformedError(
            "give one entry with its receipt, or a total receipt, or all three; one member at a time",
            rule="wrong-files",
        )
    facts: dict[str, Any] = {"files": [str(path) for path in raws]}
    shows: list[str] = []
    leaves_open: list[str] = []
    own: bytes | None = None
    if receipts:
        (own,) = entries.values()
        (receipt,) = receipts.values()
        trusted = _policy(policy, desk, TlogProof.parse(receipt).checkpoint)
        finding = verify_receipt(own, receipt, trusted)
        facts |= {
            "ledger": finding.record.origin,
            "kind": finding.record.kind,
            "index": finding.index,
            "size": finding.size,
            "leaf": encode_base64(finding.record.leaf),
        }
        shows += finding.shows()
        leaves_open += () if totals else finding.leaves_open()  # what a total receipt leaves open includes it
    if totals:
        (raw,) = totals.values()
        close = TotalReceipt.parse(raw).close
        trusted = _policy(policy, desk, TlogProof.parse(close.receipt).checkpoint)
        opened = verify_total_receipt(raw, trusted, claim_entry=own, randbytes=secrets.token_bytes)
        facts |= {"count": opened.count, "position": opened.position, "totals": list(opened.totals)}
        shows += opened.shows()
        leaves_open += opened.leaves_open()
    facts |= {"holds": True, "shows": shows, "leaves_open": leaves_open}

    def render(out: Console) -> None:
        out.print("[green]✔ It holds.[/green] This is shown:")
        for line in shows:
            out.print(f"  • {line}", markup=False)
        out.print("This is not shown by it:")
        for line in leaves_open:
            out.print(f"  • {line}", markup=False)

    screen.result(facts, render)


def _listed(paths: list[Path]) -> list[Path]:
    """The files that were named, folders opened."""
    names = ("entry.json", "receipt.tlog-proof", "total-receipt.json")
    found: list[Path] = []
    for path in paths:
        found += [path / name for name in names if (path / name).exists()] if path.is_dir() else [path]
    return found


def _policy(given: Path | None, folder: Path, checkpoint: bytes) -> "Policy":
    """The policy file that was given, or what this desk has kept about the ledger that the receipt names."""
    from ledger.cli.desk import Desk, read_policy
    from ledger.cli.remote import POLICY, claimed_origin
    from ledger.errors import NotFoundError

    if given is not None:
        return read_policy(given)
    origin = claimed_origin(checkpoint)
    kept = Desk(folder, Screen(json_output=True)).ledger_path(origin) / POLICY
    if not kept.exists():
        raise NotFoundError(
            f"this desk has no policy for {origin}; give the one you were handed with --policy FILE", rule="no-policy"
        )
    return read_policy(kept)
