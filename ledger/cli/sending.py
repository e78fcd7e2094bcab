"""Entries on their way from this desk: stored before they are sent, sent again until each is in, found again later."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Final

from ledger.clerk.outbox import Letter, Outbox, Sent
from ledger.cli.desk import private_folder
from ledger.cli.remote import Remote
from ledger.cli.screen import counted
from ledger.client.poster import Posted, declined_error, post_entries
from ledger.errors import UnavailableError
from ledger.records.entry import parse_entry
from ledger.records.kinds.claim import Claim
from ledger.tlog.proof import verify_tlog_proof

_JOB: Final = ".job"


def jobs(there: Remote, prefix: str) -> Iterator[tuple[str, Outbox]]:
    """The jobs of this desk whose names begin so, in the order of their names."""
    folder = there.folder / "outbox"
    for path in sorted(folder.glob(f"{prefix}*{_JOB}")):
        name = path.name.removesuffix(_JOB)
        yield name, Outbox.open(folder / name)


def new_job(there: Remote, name: str, letters: Sequence[Letter]) -> Outbox:
    """A job with all its bytes on the disk; nothing is sent yet."""
    return Outbox.create(private_folder(there.folder / "outbox") / name, letters)


def next_name(there: Remote, prefix: str) -> str:
    """A name for one more job with this prefix."""
    return f"{prefix}{sum(1 for _ in (there.folder / 'outbox').glob(f'{prefix}*{_JOB}')):06d}"


def send(there: Remote, job: Outbox, label: str, what: str) -> tuple[Sent, ...]:
    """Send what has no result yet; give back what the server refused.

    Every receipt is held against this desk's policy before the job counts as sent.

    Args:
        there: the ledger.
        job: what is sent.
        label: how the progress bar calls it.
        what: what one letter holds, such as ``claim``.

    Raises:
        UnavailableError: the server or the disk stopped answering; it says how far the sending has come.
    """
    results = tuple(job.results())
    with there.desk.screen.progress(label, len(results) + job.pending) as advance:
        advance(len(results))
        done = len(results)

        def progress(so_far: int, _of: int) -> None:
            nonlocal done
            advance(so_far - done)
            done = so_far

        try:
            job.run(partial(post_entries, there.connection), progress=progress)
        except KeyboardInterrupt:
            there.desk.screen.note(f"Interrupted: {_so_far(job, what)}.")
            raise
        except UnavailableError as error:
            raise UnavailableError(
                f"{error}; {_so_far(job, what)}", retry_after=error.retry_after, rule=error.rule
            ) from error
    for sent in job.results():
        if isinstance(sent.result, Posted):
            verify_tlog_proof(sent.result.receipt, sent.result.leaf, there.policy)
    there.remember()
    return job.refused()


def _so_far(job: Outbox, what: str) -> str:
    """How many letters the ledger has answered, and what to do about the rest."""
    total = len(job.letters)
    return (
        f"{total - job.pending} of {counted(total, what)} sent and answered, {job.pending} unsent and stored on this "
        "desk; run the same command again, and it sends the rest"
    )


def send_all(there: Remote, job: Outbox, label: str, what: str) -> tuple[Posted, ...]:
    """Send a job in which nothing may be refused.

    Raises:
        LedgerError: the first refusal.
    """
    for sent in send(there, job, label, what):
        if not isinstance(sent.result, Posted):
            raise declined_error(sent.result)
    return tuple(sent.result for sent in job.results() if isinstance(sent.result, Posted))


def own_claims(there: Remote, round_leaf: bytes) -> dict[bytes, Claim]:
    """The claims of a round that went through this desk and are in the log, by leaf hash."""
    found: dict[bytes, Claim] = {}
    for _, job in jobs(there, claims_prefix(round_leaf)):
        for sent in job.results():
            if isinstance(sent.result, Posted):
                body = parse_entry(sent.letter.raw, origin=there.origin).body
                if isinstance(body, Claim):
                    found[sent.result.leaf] = body
    return found


def claims_prefix(round_leaf: bytes) -> str:
    """How the jobs with claims of a round are called."""
    return f"claims-{round_leaf.hex()[:16]}-"


def post_claim(there: Remote, round_leaf: bytes, ref: str, raw: bytes) -> Posted:
    """One claim is in the log; it is kept as a job, so that close and total find it again.

    Raises:
        LedgerError: the refusal of the rule that refused it.
    """
    job = new_job(there, next_name(there, claims_prefix(round_leaf)), [Letter(ref, raw)])
    (posted,) = send_all(there, job, "posting", "claim")
    return posted
