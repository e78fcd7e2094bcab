"""Puts the application together: nothing is opened at import, everything in the lifespan, and closed cleanly."""

import asyncio
import contextlib
import secrets
import time
from collections.abc import AsyncIterator
from typing import Final

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware.errors import ServerErrorMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send
from typing_extensions import override

from api import openapi, routes, submissions
from api.assent_views import AssentViews
from api.checks_views import ChecksViews
from api.federation_views import FederationViews
from api.follow_ups import FollowUps
from api.limits import Addresses, Buckets, Gate
from api.parameters import on_bad_parameter
from api.problems import on_http_exception
from api.service import Service, open_service
from api.settings import Settings
from api.shield import Shield
from api.submissions import Desk
from api.telemetry import Telemetry
from api.views import Views
from ledger.errors import LedgerError

_WATCH_SECONDS: Final = 0.5

_ABOUT: Final = (
    "A privacy-preserving transparency ledger. What is to be believed is the log itself, served as C2SP tlog-tiles "
    "under /checkpoint and /tile; the JSON views are conveniences and say at which size of the log they stand. Leaf "
    "hashes are base64 in bodies and lower-case hex in paths. A query parameter that a path does not name is refused, "
    "not ignored. Refusals are problem details (RFC 9457) with a stable type, urn:opentally:problem:<rule>."
)


class _Application(FastAPI):
    """The framework behind the shield, which stands before all of it."""

    shield: Shield

    @override
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await super().__call__(scope, receive, send)
            return
        scope["app"] = self
        await self.shield(scope, receive, send)

    @override
    def build_middleware_stack(self) -> ASGIApp:
        stack = super().build_middleware_stack()
        # The framework's outermost layer answers 500 to all that a route raises; what is raised is the shield's matter.
        return stack.app if isinstance(stack, ServerErrorMiddleware) else stack

    async def framework(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request by its route."""
        await super().__call__(scope, receive, send)


def create_app(settings: Settings, service: Service | None = None) -> FastAPI:
    """The application over the ledger that the settings name.

    Args:
        settings: what the operator chose.
        service: one that is open already and is closed with the application; by default the lifespan opens it.
    """
    telemetry = Telemetry()

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        opened = service if service is not None else await asyncio.to_thread(open_service, settings)
        app.state.service = opened
        app.state.views = Views(opened)
        app.state.checks = ChecksViews(opened)
        app.state.federations = FederationViews(opened)
        app.state.assent = AssentViews(opened)
        app.state.follow_ups = FollowUps(opened)
        app.state.desk = Desk(opened, Buckets(settings.write_rate, time.monotonic), telemetry)
        app.state.telemetry = telemetry
        _watch(telemetry, opened, app.state.desk)
        watcher = asyncio.create_task(_mend(opened, telemetry))
        try:
            yield
        finally:
            watcher.cancel()
            try:
                with contextlib.suppress(asyncio.CancelledError):
                    await watcher
            finally:
                await asyncio.to_thread(opened.close)

    app = _Application(
        title="Opentally",
        version="1",
        description=_ABOUT,
        lifespan=lifespan,
        docs_url=None,  # the framework's pages load scripts from elsewhere
        redoc_url=None,
        redirect_slashes=False,  # to an address made of the request's own Host header, and no client of ours follows
        exception_handlers={
            RequestValidationError: on_bad_parameter,
            HTTPException: on_http_exception,
        },
    )
    app.include_router(routes.router)
    app.include_router(submissions.router)
    app.shield = Shield(
        app.framework,
        submissions.answer_directly,
        addresses=Addresses(secrets.token_bytes),
        reads=Buckets(settings.read_rate, time.monotonic),
        gate=Gate(settings.max_reads),
        telemetry=telemetry,
        send_patience=settings.send_patience,
    )
    openapi.install(app)
    return app


def _watch(telemetry: Telemetry, service: Service, desk: Desk) -> None:
    telemetry.watch("tree_size", "Entries under the checkpoint last published.", lambda: service.core.log.size)
    telemetry.watch("writer_running", "1 while entries are taken.", lambda: float(service.stopped is None))
    telemetry.watch("writer_pending", "Entries waiting for the writer.", lambda: service.core.sequencer.pending)
    telemetry.watch("checks_waiting", "Entries waiting for a worker.", lambda: service.pool.waiting)
    telemetry.watch("workers_replaced", "Workers that died or hung.", lambda: service.pool.replaced)
    telemetry.watch("submissions", "Submissions being worked on.", lambda: desk.gate.taken)
    telemetry.watch("body_bytes", "Bytes of bodies held in memory.", lambda: desk.budget.held)


async def _mend(service: Service, telemetry: Telemetry) -> None:
    """Load the log anew when its writer has stopped, for as long as the application lives."""
    reported: str | None = None
    while True:
        await asyncio.sleep(_WATCH_SECONDS)
        stopped = service.stopped
        if stopped != reported:
            reported = stopped
            telemetry.log.warning("writer", state="running" if stopped is None else "stopped", rule=stopped)
        if stopped is None:
            continue
        try:
            await asyncio.to_thread(service.mend, time.monotonic())
        except LedgerError as error:
            telemetry.log.warning("writer", state="stopped", rule=error.rule, reason=str(error))
