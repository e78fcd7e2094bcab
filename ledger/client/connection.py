"""One HTTP conversation with one ledger: capped, timed, retried, and never led elsewhere.

A server is not trusted with our memory or our patience: an answer is cut off at its cap as it arrives (after
decompression), a request has a deadline as well as a timeout for each read, and a redirect is refused, because the
address that a person gave is the address that a report names.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Final, Self

import httpx2
import msgspec

from ledger.encoding import refuse_depth
from ledger.errors import (
    LedgerError,
    MalformedError,
    NotAcceptedError,
    NotFoundError,
    UnavailableError,
    VerificationError,
)

ATTEMPTS: Final = 6
"""Tries for one request; with the waits below a restart of the server of about ten seconds is outlived."""

FIRST_WAIT: Final = 0.2
LONGEST_WAIT: Final = 30.0
READ_TIMEOUT: Final = 10.0
WRITE_PATIENCE: Final = 60.0
"""Seconds until the first result of a batch: a server under load checks what came before first."""

DEADLINE: Final = 120.0

_PROBLEM_LIMIT: Final = 65_536
_RETRIED: Final = frozenset({429, 500, 502, 503, 504})
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_PROBLEM_PREFIX: Final = "urn:opentally:problem:"


class Connection:
    """A base URL and the patience to ask it.

    Safe to use from several threads. `sleep` and `clock` (seconds, monotonic) are arguments so that tests need not
    wait; `transport` replaces the network.
    """

    def __init__(
        self,
        url: str,
        *,
        transport: httpx2.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.url = parse_base_url(url)
        self.sleep = sleep
        self._clock = clock
        self._client = httpx2.Client(
            transport=transport,
            follow_redirects=False,
            headers={"accept-encoding": "gzip, identity", "user-agent": "opentally"},
            # A proxy of the environment is for the network outside, not for a server on this machine.
            trust_env=httpx2.URL(self.url).host not in _LOOPBACK,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the sockets."""
        self._client.close()

    def get(self, path: str, *, limit: int, params: Mapping[str, str | int] | None = None) -> bytes:
        """The body served at `path`, of at most `limit` bytes.

        Raises:
            NotFoundError: the server has no such resource.
            UnavailableError: no answer after several tries, or an answer that is none (a redirect, a server error).
            MalformedError: the body is longer than `limit`.
        """
        waited = Backoff(self.sleep)
        while True:
            try:
                with self.stream("GET", path, params=params) as response:
                    return self._read(response, limit, path)
            except UnavailableError as error:
                waited.after(error)

    @contextmanager
    def stream(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str | int] | None = None,
        content: bytes | None = None,
        content_type: str | None = None,
    ) -> Iterator[httpx2.Response]:
        """An open answer of status 200 or 201, its body not yet read; one try.

        Raises:
            UnavailableError: connection, time limit or server error; worth another try unless ``rule`` is
                ``redirected`` or ``unexpected-answer``.
            LedgerError: the refusal that the server sent as problem details.
        """
        headers = {"content-type": content_type} if content_type is not None else {}
        timeout = httpx2.Timeout(READ_TIMEOUT, read=READ_TIMEOUT if content is None else WRITE_PATIENCE)
        url = f"{self.url}/{path}"
        try:
            with self._client.stream(
                method, url, params=params, content=content, headers=headers, timeout=timeout
            ) as response:
                if response.status_code not in {200, 201}:
                    raise self._refusal(response, path)
                yield response
        except httpx2.HTTPError as exc:
            raise UnavailableError(f"{self.url} does not answer: {type(exc).__name__}") from exc

    def body(self, response: httpx2.Response, *, limit: int, what: str) -> Iterator[bytes]:
        """The pieces of an answer as they arrive; stops the server at `limit` bytes or at the deadline.

        Raises:
            MalformedError: more than `limit` bytes.
            UnavailableError: slower than the deadline.
        """
        end = self._clock() + DEADLINE
        received = 0
        for piece in response.iter_bytes():
            received += len(piece)
            if received > limit:
                raise MalformedError(f"{what} is longer than {limit} bytes", rule="too-long")
            if self._clock() > end:
                raise UnavailableError(f"{what} takes longer than {DEADLINE:.0f} seconds")
            yield piece

    def _read(self, response: httpx2.Response, limit: int, what: str) -> bytes:
        return b"".join(self.body(response, limit=limit, what=what))

    def _refusal(self, response: httpx2.Response, path: str) -> LedgerError:
        status = response.status_code
        if 300 <= status < 400:
            return UnavailableError(f"{self.url} sends {path} elsewhere; give its present address", rule="redirected")
        if status in _RETRIED:
            return UnavailableError(f"{self.url} answers {status} for {path}", retry_after=_retry_after(response))
        try:
            raw = self._read(response, _PROBLEM_LIMIT, "a problem document")
        except MalformedError:
            raw = b""
        return problem_error(status, raw, path)


class Backoff:
    """Waits that double, up to a number of tries; told of progress, it starts anew."""

    def __init__(self, sleep: Callable[[float], None]) -> None:
        self._sleep = sleep
        self._failed = 0

    def progress(self) -> None:
        """Something was achieved: patience is full again."""
        self._failed = 0

    def after(self, error: UnavailableError) -> None:
        """Wait before the next try.

        Raises:
            UnavailableError: `error` itself, when waiting would not help or the tries are used up.
        """
        self._failed += 1
        if error.rule in {"redirected", "unexpected-answer"} or self._failed >= ATTEMPTS:
            raise error
        self._sleep(min(max(FIRST_WAIT * 2.0**self._failed, float(error.retry_after - 1)), LONGEST_WAIT))


def parse_base_url(url: str) -> str:
    """`url` without its trailing slash, if it is the http(s) prefix of a ledger.

    Raises:
        MalformedError: another scheme, no host, a user name, a query or a fragment.
    """
    try:
        parsed = httpx2.URL(url)
    except httpx2.InvalidURL as exc:
        raise MalformedError("the address of the ledger is not a URL", rule="bad-url") from exc
    if parsed.scheme not in {"http", "https"} or not parsed.host:
        raise MalformedError("the address of the ledger must begin with http:// or https://", rule="bad-url")
    if parsed.userinfo or parsed.query or parsed.fragment or "?" in url or "#" in url:
        raise MalformedError("the address of the ledger must hold no user name, query or fragment", rule="bad-url")
    return url.rstrip("/")


def problem_rule(problem_type: str) -> str:
    """The rule that a problem type names (``urn:opentally:problem:<rule>``)."""
    return problem_type.removeprefix(_PROBLEM_PREFIX) if problem_type.startswith(_PROBLEM_PREFIX) else "unnamed"


class _Problem(msgspec.Struct, frozen=True):
    type: str = "about:blank"
    title: str = ""
    detail: str = ""


def problem_error(status: int, raw: bytes, path: str) -> LedgerError:
    """The error that an HTTP refusal stands for, with the rule the server named (RFC 9457)."""
    try:
        refuse_depth(raw, what="a refusal")
        problem = msgspec.json.decode(raw, type=_Problem)
    except (MalformedError, msgspec.DecodeError, UnicodeDecodeError):
        problem = _Problem()
    message = problem.detail or problem.title or f"the server answers {status} for {path}"
    if not problem.type.startswith(_PROBLEM_PREFIX) and status not in {404, 410}:
        return UnavailableError(f"the server answers {status} for {path}", rule="unexpected-answer")
    return refusal(status, message, problem_rule(problem.type))


def refusal(status: int, message: str, rule: str) -> LedgerError:
    """The error class that an HTTP status stands for, carrying the server's words and rule."""
    named = rule if rule != "unnamed" else None
    if status in {400, 413, 415}:
        return MalformedError(message, rule=named)
    if status in {403, 409}:
        return NotAcceptedError(message, rule=named)
    if status in {404, 410}:
        return NotFoundError(message, rule=named)
    if status == 422:
        return VerificationError(message, rule=named)
    return UnavailableError(f"the server answers {status}: {message}", rule="unexpected-answer")


def _retry_after(response: httpx2.Response) -> int:
    text = response.headers.get("retry-after", "")
    return int(text) if len(text) <= 4 and text.isascii() and text.isdigit() else 1
