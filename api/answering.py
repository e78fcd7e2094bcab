"""What every reading route has at hand: the application's service and views, and an answer as JSON."""

from typing import Any, Final

import msgspec
from fastapi import Request
from starlette.responses import Response

from api.body import JSON
from api.service import Service

NO_STORE: Final = {"cache-control": "no-store"}


def service_of(request: Request) -> Service:
    """The service of the application."""
    service: Service = request.app.state.service
    return service


def answer(value: Any, status: int = 200) -> Response:
    """A struct as JSON, not to be cached: it stands at one size of the log."""
    return Response(msgspec.json.encode(value), status, NO_STORE, JSON)
