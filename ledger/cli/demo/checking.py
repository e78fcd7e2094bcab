"""The second half of the demonstration: what an auditor, a household and a liar each find."""

import json
import secrets
import subprocess
import sys
from pathlib import Path
from typing import Any

from ledger.clerk.keyfile import read_key
from ledger.cli.demo import ORIGIN
from ledger.cli.demo.story import Story
from ledger.cli.demo.tamper import forgeries, read_folder, write_folder
from ledger.client.export import export_folder
from ledger.client.reader import LedgerReader
from ledger.client.receipts import verify_receipt
from ledger.client.source import HttpSource
from ledger.client.total_receipt import LoggedEntry, make_total_receipt, verify_total_receipt
from ledger.client.trusted import TrustedLog
from ledger.errors import VerificationError


def run_audit(story: Story) -> None:
    """An audit from the URL, in a process of its own, with the log's key pinned by a policy."""
    with story.part("An auditor who trusts nobody checks everything from the URL"):
        code, story.audit = _audit(story, story.server.url, "--html", str(story.folder / "report.html"))
        if code:
            raise VerificationError(f"the audit of the true ledger ended with exit code {code}")
        story.screen.say(
            f"   {story.audit['work']['entries']:,} entries: every signature, rule, proof, close and total holds. "
            f"The report for people: {story.folder / 'report.html'}"
        )


def verify_receipts(story: Story) -> None:
    """One household checks, offline, that her claim is in the log and in the total."""
    with story.part("One household checks her receipts offline"):
        council = story.councils[2]
        claim = council.live_leaves[0]
        mine = council.receipts[claim]
        finding = verify_receipt(mine.raw, mine.receipt, story.policy)
        receipt = make_total_receipt(
            claim,
            council.live_leaves,
            LoggedEntry(council.close.raw, council.close.receipt),
            LoggedEntry(council.total.raw, council.total.receipt),
        ).encode()
        kept = story.folder / "household"
        kept.mkdir()
        for name, raw in (
            ("entry.json", mine.raw),
            ("receipt.tlog-proof", mine.receipt),
            ("total-receipt.json", receipt),
        ):
            (kept / name).write_bytes(raw)
        total = verify_total_receipt(receipt, story.policy, claim_entry=mine.raw, randbytes=secrets.token_bytes)
        for line in (*finding.shows()[:1], *total.shows()):
            story.screen.say(f"   [green]shown[/green]      {line}")
        for line in total.leaves_open():
            story.screen.say(f"   [yellow]not shown[/yellow]  {line}")


def catch_forgeries(story: Story) -> None:
    """Copies are tampered with as the operator could, and the audit names each."""
    with story.part("Four lies, each with the tree rebuilt and signed by the log's own key"):
        source = HttpSource(story.connection)
        reader = LedgerReader(source, TrustedLog(story.policy))
        size = reader.update().size
        export_folder(source, reader, story.folder / "copy", lambda _done, _of: None)
        log_key = read_key(story.founded.server.log_key, passphrase=None)
        entries = read_folder(story.folder / "copy", size)
        for forgery in forgeries(entries, origin=ORIGIN, council_keys=[council.key for council in story.councils]):
            folder = story.folder / "forged" / forgery.name
            write_folder(folder, forgery.entries, origin=ORIGIN, log_key=log_key)
            code, report = _audit(story, str(folder))
            finding = report.get("finding")
            if code != 1 or not finding:
                raise VerificationError(f"a forgery was not caught: {forgery.deed}")
            story.caught.append((forgery, report))
            story.screen.say(f"   {forgery.deed}:")
            where = f"entry {finding['index']}, rule {finding['rule']}"
            story.screen.say(f"      [green]caught[/green] at {where}: {finding['found']}")


def _audit(story: Story, where: str, *options: str) -> tuple[int, dict[str, Any]]:
    return run_json(story.folder, "audit", where, *options)


def run_json(folder: Path, command: str, *arguments: str) -> tuple[int, dict[str, Any]]:
    """The exit code and the JSON of an opentally command, in a process of its own, with the log's key pinned."""
    whole = [sys.executable, "-m", "ledger.cli", command, *arguments, "--policy", str(folder / "policy"), "--json"]
    done = subprocess.run(whole, capture_output=True, text=True, check=False)  # noqa: S603 - our own command
    try:
        return done.returncode, json.loads(done.stdout)
    except json.JSONDecodeError as exc:
        raise VerificationError(f"opentally {command} gave no report: {done.stderr.strip()}") from exc
