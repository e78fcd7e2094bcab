"""``POST /v1/entries``: the raw body is read under caps; one entry goes in a group, many in a thread of their own."""

import asyncio
import contextlib
import threading
from collections import deque
from collections.abc import AsyncGenerator, Sequence
from typing import Any, Final

import msgspec
from fastapi import APIRouter, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from typing_extensions import override

from api.answering import NO_STORE, answer
from api.answers import Result
from api.body import NDJSON, BodyLimits, Line, media_type_of, read_entry, read_lines
from api.limits import Buckets, Budget, Gate
from api.openapi import results, takes_entries
from api.parameters import StrictRoute, refuse_others
from api.problems import problem, problem_response
from api.service import Service
from api.shield import SUBMISSIONS
from api.singles import Singles
from api.telemetry import Telemetry
from ledger.log.batch import Accepted, Outcome

router = APIRouter(default_response_class=Response, route_class=StrictRoute)

_END: Final = None


class Desk:
    """What submissions share: their places, their memory, and what addresses may submit."""

    def __init__(self, service: Service, writes: Buckets, telemetry: Telemetry) -> None:
        settings = service.settings
        self.service = service
        self.writes = writes
        self.telemetry = telemetry
        self.singles = Singles(service.writers, lambda: service.core.submitter)
        self.gate = Gate(settings.max_writes)
        self.budget = Budget(settings.body_memory)
        self.limits = BodyLimits(
            settings.max_body_bytes, settings.max_entries, settings.body_patience, settings.body_min_rate
        )

    def count(self, outcome: Outcome) -> None:
        """Count what became of an entry."""
        if isinstance(outcome, Accepted):
            self.telemetry.entry("new" if outcome.new else "known")
        else:
            self.telemetry.entry("refused")
            self.telemetry.refused(outcome.error.rule)


@router.post(SUBMISSIONS, responses=results(), openapi_extra=takes_entries(), status_code=201, tags=["entries"])
async def submit(request: Request) -> Response:
    """Submit one entry (`application/json`), or many, one a line (`application/x-ndjson`).

    One entry is answered with 201 if it is new and 200 if it was in the log already. A batch is answered with 200 and
    one line an entry, in order, each a result or a problem; a batch is not atomic. The same entry twice gets the same
    index, so the answer to a lost connection is to send again.
    """
    desk: Desk = request.app.state.desk
    pseudonym: bytes = request.state.pseudonym
    media_type = media_type_of(request)
    with contextlib.ExitStack() as stack:
        share = stack.enter_context(desk.budget.share(pseudonym))
        if media_type == NDJSON:
            lines = await read_lines(request, desk.limits, share)
            desk.writes.take(pseudonym, len(lines))
            stack.enter_context(desk.gate.place())  # for work, not for waiting: who sends slowly is in nobody's way
            return _Results(desk, lines, stack.pop_all())
        raw = await read_entry(request, desk.limits, share)
        desk.writes.take(pseudonym, 1)
        stack.enter_context(desk.gate.place())
        outcome = await desk.singles.submit(raw)
        desk.count(outcome)
        return _one(outcome)


_ROUTE: Final = router.routes[-1]


async def answer_directly(scope: Scope, receive: Receive, send: Send) -> None:
    """As the route does it, without the framework's way to a route: that takes a third of an append's time."""
    scope["route"] = _ROUTE
    request = Request(scope, receive)
    refuse_others(request, frozenset())
    response = await submit(request)
    await response(scope, receive, send)


class _Outbox:
    """Outcomes on their way from a thread to the event loop, which is woken once for all that have come meanwhile."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._ready = asyncio.Event()
        self._items: deque[Outcome | BaseException | None] = deque()
        self._woken = False

    def put(self, item: Outcome | BaseException | None) -> None:
        """An outcome, a failure, or the end; called by the thread."""
        self._items.append(item)
        if not self._woken:
            self._woken = True
            with contextlib.suppress(RuntimeError):  # the loop is closed: nobody is left to tell
                self._loop.call_soon_threadsafe(self._ready.set)

    async def take(self) -> list[Outcome | BaseException | None]:
        """What has come; waits for something."""
        await self._ready.wait()
        self._ready.clear()
        self._woken = False  # first: what comes from here on wakes the loop again
        return [self._items.popleft() for _ in range(len(self._items))]


async def _outcomes(desk: Desk, lines: Sequence[Line]) -> AsyncGenerator[list[Outcome]]:
    """The outcomes as they come from a thread of the service; abandoned, the thread hands nothing more over."""
    outbox = _Outbox()
    abandoned = threading.Event()

    def work() -> None:
        try:
            for outcome in desk.service.core.submitter.submit(lines):
                outbox.put(outcome)
                if abandoned.is_set():
                    return
            outbox.put(_END)
        except BaseException as error:  # noqa: BLE001 - raised again on the event loop, where somebody waits
            outbox.put(error)

    desk.service.writers.submit(work)
    try:
        while True:
            piece = list[Outcome]()
            for item in await outbox.take():
                if item is _END:
                    yield piece
                    return
                if isinstance(item, BaseException):
                    raise item
                desk.count(item)
                piece.append(item)
            yield piece
    finally:
        abandoned.set()


def _value(outcome: Outcome) -> Any:
    if not isinstance(outcome, Accepted):
        return problem(outcome.error)
    return Result(
        status=201 if outcome.new else 200,
        index=outcome.index,
        leaf=outcome.leaf,
        receipt=outcome.receipt.decode(),
    )


def _one(outcome: Outcome) -> Response:
    if not isinstance(outcome, Accepted):
        return problem_response(outcome.error)
    return answer(_value(outcome), 201 if outcome.new else 200)


class _Results(Response):
    """The answer to a batch, a line at a time; what the request holds is given back when it ends, however it ends."""

    media_type = NDJSON

    def __init__(self, desk: Desk, lines: Sequence[Line], held: contextlib.ExitStack) -> None:
        super().__init__(headers=NO_STORE)
        del self.headers["content-length"]
        self._desk = desk
        self._lines = lines
        self._held = held

    @override
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        del scope
        with self._held:
            await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
            async with contextlib.aclosing(_outcomes(self._desk, self._lines)) as outcomes:
                async for piece in outcomes:
                    body = b"".join(msgspec.json.encode(_value(outcome)) + b"\n" for outcome in piece)
                    await send({"type": "http.response.body", "body": body, "more_body": True})
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        del receive
