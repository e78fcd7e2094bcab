"""What an operator chooses about one serving process, as one frozen value."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ledger.errors import MalformedError
from ledger.signing import SigningKey

_FORGET_WITHIN: Final = 600


@dataclass(frozen=True, slots=True)
class Rate:
    """A token bucket: ``burst`` at once, then ``per_second``. A bucket that is full again is forgotten.

    So nothing is kept about an address for longer than ``burst / per_second`` seconds: ten minutes at most.
    """

    burst: int
    per_second: int

    def __post_init__(self) -> None:
        if not (0 < self.per_second <= self.burst <= self.per_second * _FORGET_WITHIN):
            raise MalformedError(
                f"a rate needs 0 < per_second ≤ burst ≤ {_FORGET_WITHIN}·per_second, so that addresses are forgotten "
                "within ten minutes"
            )


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of ``create_app`` and ``serve``.

    Attributes:
        origin: the log's name, first line of its checkpoints; must be the one in entry 0.
        database: SQLAlchemy URL of the store.
        head_file: where the last published head is kept, beside the log key.
        log_key: signs checkpoints and clocks.
        host: address to listen on.
        port: port to listen on; 0 takes a free one.
        workers: processes that run checks; None for one a core.
        max_body_bytes: the greatest body of a submission.
        max_entries: the greatest number of entries in one submission.
        body_memory: bytes of submissions held in memory at once, over all requests.
        body_patience: seconds that a body may take, however short it is.
        body_min_rate: bytes a second that a body must bring beyond that.
        send_patience: seconds that a reader may leave a piece of an answer unread.
        max_reads: requests other than submissions answered at once.
        max_writes: submissions worked on at once.
        read_rate: requests an address may make; None for no limit.
        write_rate: entries an address may submit; None for no limit.
        trust_proxy: addresses of reverse proxies whose X-Forwarded-For is believed; empty for none.
        confirmed_time: Unix seconds up to which the operator confirms the system's clock, when it is more than seven
            days ahead of the ledger's last one.
        shutdown_patience: seconds to finish what was admitted when stopping.
    """

    origin: str
    database: str
    head_file: Path
    log_key: SigningKey
    host: str = "127.0.0.1"
    port: int = 8080
    workers: int | None = None
    max_body_bytes: int = 32 * 1024 * 1024
    max_entries: int = 10_000
    body_memory: int = 256 * 1024 * 1024
    body_patience: float = 20.0
    body_min_rate: int = 65_536
    send_patience: float = 30.0
    max_reads: int = 256
    max_writes: int = 64
    read_rate: Rate | None = Rate(burst=4_000, per_second=200)
    write_rate: Rate | None = Rate(burst=50_000, per_second=500)
    trust_proxy: tuple[str, ...] = ()
    confirmed_time: int | None = None
    shutdown_patience: int = 60
