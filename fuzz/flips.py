"""Single-bit flips of whole entries and of whole ledgers: refused, always, also where the signers help the forger.

raw       a bit of the entry's bytes, as anybody on the way can flip it
signed    a bit of the statement's bytes, signed anew by all who must sign
inner     a bit of the commitment or of the proof under its base64, signed anew
ledger    a bit of any file of a published ledger
operator  a bit of any entry, with tree and checkpoint made anew by the log's own key
"""

import functools
import multiprocessing
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Final, Literal

from fuzz.judging import ACCEPTED, counted, verdict
from fuzz.published import publish
from fuzz.seeds import COUNCIL, MEMBER, NARROW, POLICY, START, WIDE, Small, small
from fuzz.targets.scratch import scratch
from ledger.audit import audit
from ledger.client.source import FolderSource
from ledger.encoding import encode_base64
from ledger.errors import LedgerError
from ledger.records.entry import build_statement, sign_entry
from ledger.records.kinds.claim import Claim

Way = Literal["raw", "signed", "inner", "ledger", "operator"]

SIGNERS: Final = (MEMBER, COUNCIL)
STEPS: Final = 512
"""Flips that a process tries before it says what came of them."""

Part = tuple[Way, tuple[int, ...], tuple[int, ...]]
"""How, in which ledger (by its categories' widths), and which bits."""


def flipped(raw: bytes, bit: int) -> bytes:
    """The bytes with one bit flipped."""
    at = bit // 8
    return raw[:at] + bytes([raw[at] ^ 1 << bit % 8]) + raw[at + 1 :]


@functools.cache
def ledger_of(widths: tuple[int, ...]) -> Small:
    """The ledger in which a claim is flipped: hidden allowances, a member with a key, the claim a second one."""
    return small("hidden", widths)


def _body(ledger: Small) -> Claim:
    body = ledger.record("replacement").body
    if not isinstance(body, Claim):
        raise AssertionError("bad math in the seeds: the replacement is no claim")  # noqa: TRY004
    return body


def length_of(way: Way, widths: tuple[int, ...]) -> int:
    """How many bits there are to flip."""
    ledger = ledger_of(widths)
    if way == "raw":
        return 8 * len(ledger.entry("replacement"))
    if way == "signed":
        return 8 * len(ledger.record("replacement").statement)
    if way == "inner":
        return 8 * len(_body(ledger).commitment + _body(ledger).proof)
    if way == "operator":
        return 8 * sum(map(len, ledger.entries))
    return 8 * sum(path.stat().st_size for path in _files(_published(widths)))


def try_bit(way: Way, widths: tuple[int, ...], bit: int) -> str:
    """What is said of the ledger or of the entry with this bit flipped."""
    if way in {"ledger", "operator"}:
        return _audit_flipped(way, widths, bit)
    ledger = ledger_of(widths)
    good = ledger.entry("replacement")
    record = ledger.record("replacement")
    if way == "raw":
        bad = flipped(good, bit)
    elif way == "signed":
        bad = sign_entry(flipped(record.statement, bit), "claim", SIGNERS)
    else:
        body = _body(ledger)
        inner = flipped(body.commitment + body.proof, bit)
        said = {**body.to_json(), "commitment": encode_base64(inner[:96]), "proof": encode_base64(inner[96:])}
        bad = sign_entry(build_statement("claim", record.origin, said), "claim", SIGNERS)
    return verdict(ledger.view_before("replacement"), bad, ledger.steps["replacement"])


@functools.cache
def _published(widths: tuple[int, ...]) -> Path:
    return publish(ledger_of(widths).entries, scratch("good"))


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _audit_flipped(way: Way, widths: tuple[int, ...], bit: int) -> str:
    work = scratch("flipped")
    try:
        if way == "operator":
            entries = list(ledger_of(widths).entries)
            index, inner = _at(list(map(len, entries)), bit)
            entries[index] = flipped(entries[index], inner)
            publish(entries, work)
        else:
            shutil.copytree(_published(widths), work, dirs_exist_ok=True)
            paths = _files(work)
            index, inner = _at([path.stat().st_size for path in paths], bit)
            paths[index].write_bytes(flipped(paths[index].read_bytes(), inner))
        report = audit(
            FolderSource(work),
            policy=POLICY,
            state=None,
            workers=1,
            progress=lambda _done, _size: None,
            randbytes=os.urandom,
            now=lambda: float(START),
        )
    except LedgerError as refusal:
        return refusal.rule
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return ACCEPTED if report.finding is None else report.finding.rule


def _at(lengths: list[int], bit: int) -> tuple[int, int]:
    """The piece in which a bit lies when all are laid end to end, and the bit's place there."""
    for index, length in enumerate(lengths):
        if bit < 8 * length:
            return index, bit
        bit -= 8 * length
    raise AssertionError("bad math in a flip: no such bit")


def parts(scale: float, seed: int) -> Iterator[tuple[str, Part]]:
    """Everything to be flipped, by name, cut in pieces."""
    whole: tuple[tuple[str, Way, tuple[int, ...], int | None], ...] = (
        ("claim of N = 8, every bit", "raw", NARROW, None),
        ("claim of N = 8, every bit of the statement, signed anew", "signed", NARROW, None),
        ("claim of N = 8, every bit of commitment and proof, signed anew", "inner", NARROW, None),
        ("claim of N = 256, bits by chance", "raw", WIDE, 4_000),
        ("claim of N = 256, bits of the statement by chance, signed anew", "signed", WIDE, 4_000),
        ("claim of N = 256, bits of commitment and proof by chance, signed anew", "inner", WIDE, 4_000),
        ("published ledger, bits of its files by chance", "ledger", NARROW, 1_000),
        ("published ledger, bits of its entries by chance, tree and checkpoint made anew", "operator", NARROW, 1_000),
    )
    random = Random(f"{seed}/flips")
    for name, way, widths, sample in whole:
        total = length_of(way, widths)
        count = round((sample or total) * min(1.0, scale)) or 1
        bits = range(total) if count == total else sorted(random.sample(range(total), min(count, total)))
        for start in range(0, len(bits), STEPS):
            yield name, (way, widths, tuple(bits[start : start + STEPS]))


def try_part(part: tuple[str, Part]) -> tuple[str, list[str]]:
    """The verdicts on a piece."""
    name, (way, widths, bits) = part
    return name, [try_bit(way, widths, bit) for bit in bits]


def run(*, scale: float, processes: int, seed: int) -> list[str]:
    """A line for each thing that was flipped; one with FAULT where a flip was accepted."""
    found: dict[str, list[str]] = {}
    for name, verdicts in spread(try_part, list(parts(scale, seed)), processes):
        found.setdefault(name, []).extend(verdicts)
    return [
        f"{'FAULT' if ACCEPTED in verdicts else 'fine '} {name}: {len(verdicts):,} flips: {counted(verdicts)}"
        for name, verdicts in found.items()
    ]


def spread(
    work: Callable[[tuple[str, Part]], tuple[str, list[str]]], pieces: list[tuple[str, Part]], processes: int
) -> Iterator[tuple[str, list[str]]]:
    """The results in order, worked out on several processes."""
    with multiprocessing.get_context("fork").Pool(processes) as pool:
        yield from pool.imap(work, pieces)
