"""Orders become signed claims, proved on all cores; their openings are in the vault before anybody sees an entry.

A claim's randomness comes from one fresh seed, also for a replacement and after a crash: bytes once made are sent again
(:mod:`ledger.clerk.outbox`), never made again.
"""

import contextlib
import multiprocessing
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from dataclasses import dataclass, field
from typing import Final

from ledger.clerk.orders import Order
from ledger.clerk.round_sheet import RoundSheet
from ledger.clerk.vault import Vault
from ledger.clerk.vault_records import ClaimOpening
from ledger.crypto.commit import Opening
from ledger.crypto.prover import HiddenAllowance
from ledger.errors import NotAcceptedError
from ledger.records.claiming import make_claim
from ledger.records.entry import build_statement, parse_entry, sign_entry
from ledger.records.kinds.claim import Claim, ClaimTerms
from ledger.records.kinds.withdraw import Withdraw
from ledger.signing import PublicKey, RandBytes, SigningKey

CLAIM: Final = "claim"
WITHDRAW: Final = "withdraw"

Progress = Callable[[int, int], None]
"""Is told how many are done, and of how many."""


@dataclass(frozen=True, slots=True)
class Seat:
    """What a row has said in the round so far, as the ledger shows it.

    Attributes:
        seq: the number of its last claim; 0 before the first.
        live: the leaf hash of its live claim; None before the first and after a withdrawal.
    """

    seq: int = 0
    live: bytes | None = None


@dataclass(frozen=True, slots=True)
class MadeClaim:
    """A claim entry whose opening is in the vault.

    Attributes:
        ref: the member's reference.
        row: her row in the round.
        seq: the claim's sequence number.
        raw: the signed entry.
        leaf: its leaf hash.
    """

    ref: str
    row: int
    seq: int
    raw: bytes = field(repr=False)
    leaf: bytes


@dataclass(frozen=True, slots=True)
class ClaimDraft:
    """All that a claim is made from; a secret, so it has a repr of its place only. Can be sent to another process."""

    terms: ClaimTerms
    key: PublicKey
    seat: Seat
    quantities: tuple[int, ...] = field(repr=False)
    hidden: HiddenAllowance | None = field(repr=False)
    seed: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class ProvedClaim:
    """What proving a draft gives: the canonical statement to be signed, and the opening to be kept."""

    statement: bytes = field(repr=False)
    opening: Opening = field(repr=False)


def prove_claim(draft: ClaimDraft) -> ProvedClaim:
    """The statement of the draft's claim, with its proof, and the opening of its commitment.

    Raises:
        NotAcceptedError: ``out-of-range``, ``over-allowance``; no value is named.
        InvalidOpening: the hidden allowance's opening is not of the row's commitment.
    """
    return ProvedClaim(
        *make_claim(
            draft.terms,
            draft.quantities,
            key=draft.key,
            seq=draft.seat.seq + 1,
            superseded=draft.seat.live,
            seed=draft.seed,
            hidden=draft.hidden,
        )
    )


def make_claims(
    sheet: RoundSheet,
    orders: Sequence[Order],
    seats: Mapping[int, Seat],
    *,
    key: SigningKey,
    vault: Vault,
    randbytes: RandBytes,
    workers: int | Executor,
    progress: Progress | None = None,
) -> tuple[MadeClaim, ...]:
    """The council's claim entries for rows without a member key, one an order, ready to be sent.

    Args:
        sheet: the round.
        orders: as :meth:`ledger.clerk.orders.Preview.accepted` gives them.
        seats: what each row has said so far; a row that is absent has said nothing.
        key: the council's current key.
        vault: takes the openings, on the disk before this returns; holds hidden allowances.
        randbytes: 32 bytes are drawn for each claim.
        workers: how many processes prove; 0 proves here. Or a pool (:func:`proving_pool`) that several imports share.
        progress: is told of each claim proved.

    Raises:
        NotFoundError: ``unknown-member``, or ``no-opening`` of a hidden allowance.
        NotAcceptedError: ``member-claims-herself``; ``duplicate-member``; what proving refuses.
        UnavailableError: the disk refused the vault: nothing may be sent.
    """
    rows = {member.ref: position for position, member in enumerate(sheet.rows)}
    drafts = []
    for order in orders:
        row = rows[order.ref] if order.ref in rows else sheet.row_of(order.ref)
        if sheet.rows[row].key is not None:
            raise NotAcceptedError(f"{order.ref} has a key of her own and claims herself", rule="member-claims-herself")
        drafts.append(
            ClaimDraft(
                terms=sheet.terms(row),
                key=key.public,
                seat=seats.get(row, Seat()),
                quantities=order.quantities,
                hidden=sheet.hidden_allowance(row, vault),
                seed=randbytes(32),
            )
        )
    if len({draft.terms.row for draft in drafts}) != len(drafts):
        raise NotAcceptedError("a member has two orders", rule="duplicate-member")
    proved = []
    with contextlib.ExitStack() as stack:
        if workers == 0:
            results: Iterator[ProvedClaim] = map(prove_claim, drafts)
        else:
            pool = stack.enter_context(proving_pool(workers)) if isinstance(workers, int) else workers
            with _interrupts_held_back():  # the processes are started by this call
                results = pool.map(prove_claim, drafts, chunksize=4)
        for result in results:
            proved.append(result)
            if progress is not None:
                progress(len(proved), len(drafts))
    made = []
    openings = []
    for draft, result in zip(drafts, proved, strict=True):
        claim, opening = sign_claim(sheet, draft, result, key)
        made.append(claim)
        openings.append(opening)
    vault.add(openings, randbytes=randbytes)
    return tuple(made)


def sign_claim(
    sheet: RoundSheet, draft: ClaimDraft, proved: ProvedClaim, key: SigningKey
) -> tuple[MadeClaim, ClaimOpening]:
    """The claim signed by one key, and its opening, which must be in a vault before the claim goes anywhere."""
    record = parse_entry(sign_entry(proved.statement, CLAIM, (key,)), origin=sheet.origin)
    body: Claim = record.body
    claim = MadeClaim(sheet.rows[body.row].ref, body.row, body.seq, record.raw, record.leaf)
    return claim, ClaimOpening(body.round, body.row, body.seq, body.commitment, proved.opening, draft.seed)


def make_withdrawal(sheet: RoundSheet, row: int, claim: bytes, *, key: SigningKey) -> bytes:
    """The signed entry that withdraws a row's live claim; ``key`` is the row's member key, else the council's.

    Raises:
        NotFoundError: ``row-out-of-range``.
        NotAcceptedError: ``wrong-key``, the row has a member key and this is another.
    """
    sheet.terms(row)
    owner = sheet.rows[row].key
    if owner is not None and owner != key.public:
        raise NotAcceptedError("only the row's own key may withdraw its claim", rule="wrong-key")
    body = Withdraw(claim=claim, round=sheet.leaf, row=row)
    return sign_entry(build_statement(WITHDRAW, sheet.origin, body), WITHDRAW, (key,))


@contextlib.contextmanager
def proving_pool(workers: int) -> Iterator[Executor]:
    """Processes that prove, for any number of :func:`make_claims`; what has not begun is dropped on the way out."""
    # Spawned, not forked: a fork while a progress bar's thread holds a lock would hang.
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_leave_interrupts_to_the_parent)
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


@contextlib.contextmanager
def _interrupts_held_back() -> Iterator[None]:
    """Ctrl-C comes after the block. A process started in it never gets one, also not before its first line has run."""
    if not hasattr(signal, "pthread_sigmask"):  # as on Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _leave_interrupts_to_the_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
