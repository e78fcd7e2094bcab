"""What stands before every route: limits for who asks, safe headers on every answer, and no bug that shows outside.

One plain ASGI application around the framework's, since each thing here concerns the whole life of a request and its
order matters: first the address is turned into a pseudonym, then it pays, then a place is taken (a submission takes its
own, once its body is there), and whatever comes back is given its headers, sent piece by piece within a time, counted
and logged. A place is for making an answer: what is made and waits for its reader takes no place, but memory, of which
there is a budget.
"""

import asyncio
import contextlib
import time
from collections.abc import Iterator
from typing import Final

from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.limits import Addresses, Buckets, Budget, Gate, Share
from api.problems import internal_problem, problem_response
from api.telemetry import Telemetry
from ledger.errors import LedgerError

_ALWAYS: Final = (
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"retry-after"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cross-origin-resource-policy", b"cross-origin"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
)
"""Everything served is public and none of it is a page: any origin may read it, no browser should run it."""

_PREFLIGHT: Final = {
    "access-control-allow-methods": "GET, POST",
    "access-control-allow-headers": "content-type",
    "access-control-max-age": "86400",
}

_UNMETERED: Final = frozenset({"/healthz", "/readyz"})
"""Asked by whoever decides whether this process lives: load must not look like death."""

_DRAIN_SECONDS: Final = 1.0
_DRAIN_BYTES: Final = 8 * 1024 * 1024

PIECE: Final = 65_536
"""Bytes handed to a connection at once: it takes what it is given, and keeps it for whoever does not read."""

ANSWER_MEMORY: Final = 256 * 1024 * 1024
"""Bytes of answers longer than a piece that are held at once while they are sent; a bundle may have 16 MiB."""

_BUNDLES: Final = "/tile/entries/"
_BUNDLES_AT_ONCE: Final = 4
"""Bundles that are being made: each takes twice its length until it is known what there is to be held."""

SUBMISSIONS: Final = "/v1/entries"


class _Intake:
    """A request's body on its way in, watched, so that what nobody read does not stay on the connection."""

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self._receive = receive
        self.open = any(name in {b"content-length", b"transfer-encoding"} for name, _ in scope["headers"])

    async def receive(self) -> Message:
        message = await self._receive()
        if message["type"] != "http.request" or not message.get("more_body", False):
            self.open = False
        return message

    async def drain(self) -> None:
        """Take in a little more of a body that was refused: whoever is still sending would not hear the answer."""
        taken = 0
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_DRAIN_SECONDS):
                while self.open and taken < _DRAIN_BYTES:
                    message = await self.receive()
                    taken += len(message.get("body", b""))


def _hold(message: Message, share: Share) -> None:
    """Hold what the answer that begins says to be its length; one of a piece or less stays on its connection."""
    for name, value in message["headers"]:
        if name == b"content-length" and int(value) > PIECE:
            share.add(int(value))


def _pieces(message: Message) -> Iterator[Message]:
    """The message, a long body cut into pieces."""
    body = message.get("body", b"")
    if len(body) <= PIECE:
        yield message
        return
    for start in range(0, len(body), PIECE):
        more = message.get("more_body", False) or start + PIECE < len(body)
        yield {**message, "body": bytes(body[start : start + PIECE]), "more_body": more}


class Shield:
    """See the module."""

    def __init__(
        self,
        app: ASGIApp,
        submit: ASGIApp,
        *,
        addresses: Addresses,
        reads: Buckets,
        gate: Gate,
        telemetry: Telemetry,
        send_patience: float,
    ) -> None:
        self._app = app
        self._submit = submit
        self._addresses = addresses
        self._reads = reads
        self._gate = gate
        self._bundles = asyncio.Semaphore(_BUNDLES_AT_ONCE)
        self._answers = Budget(ANSWER_MEMORY, "too many long answers are being sent at once; try again")
        self._telemetry = telemetry
        self._send_patience = send_patience

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        client = scope.get("client")
        pseudonym = self._addresses.pseudonym(client[0] if client else "")
        scope.setdefault("state", {})["pseudonym"] = pseudonym
        with self._answers.share(pseudonym) as share:
            await self._guard(pseudonym, share, scope, receive, send)

    async def _guard(self, pseudonym: bytes, share: Share, scope: Scope, receive: Receive, send: Send) -> None:
        started = time.perf_counter()
        status = 0
        intake = _Intake(scope, receive)

        async def send_guarded(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                _hold(message, share)
                status = message["status"]
                present = {name for name, _ in message["headers"]}
                extra = [(name, value) for name, value in _ALWAYS if name not in present]
                if intake.open:
                    await intake.drain()
                if intake.open:
                    extra.append((b"connection", b"close"))
                await send({**message, "headers": [*message["headers"], *extra]})  # kept until there is a body
                return
            for piece in _pieces(message):
                # A reader that stops reading would hold the rest for ever.
                try:
                    async with asyncio.timeout(self._send_patience):
                        await send(piece)
                except (TimeoutError, OSError) as exc:
                    raise ClientDisconnect from exc

        try:
            await self._answer(pseudonym, scope, intake.receive, send_guarded)
        except LedgerError as error:
            self._telemetry.refused(error.rule)
            if status == 0:  # half an answer is left as it is, and the connection ends
                await problem_response(error)(scope, receive, send_guarded)
        except ClientDisconnect:
            pass  # whoever asked is gone; nothing that was admitted depends on them
        except Exception as error:  # noqa: BLE001 - the process edge: a bug is logged here and shows nothing outside
            self._telemetry.bug(error)
            if status == 0:
                await internal_problem()(scope, receive, send_guarded)
        finally:
            route = getattr(scope.get("route"), "path", "none")
            self._telemetry.answered(scope["method"], route, status, time.perf_counter() - started)

    async def _answer(self, pseudonym: bytes, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] in _UNMETERED:
            await self._app(scope, receive, send)
            return
        self._reads.take(pseudonym, 1)
        if scope["method"] == "OPTIONS" and any(
            name == b"access-control-request-method" for name, _ in scope["headers"]
        ):
            await Response(status_code=204, headers=_PREFLIGHT)(scope, receive, send)
        elif scope["method"] == "POST" and scope["path"] == SUBMISSIONS:
            await self._submit(scope, receive, send)  # takes a place among the submissions, by itself
        else:
            async with contextlib.AsyncExitStack() as place:
                place.enter_context(self._gate.place())
                if scope["path"].startswith(_BUNDLES):
                    await place.enter_async_context(self._bundles)

                async def send_made(message: Message) -> None:
                    await place.aclose()
                    await send(message)

                await self._app(scope, receive, send_made)
