"""What each refusal looks like over HTTP: the one table from error class to status, and problem details (RFC 9457).

``type`` is ``urn:opentally:problem:<rule>`` and stable; ``title`` is the rule in words; ``detail`` is the one sentence
of the error, which names the field and the limit and never a value.
"""

from typing import Any, Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from ledger.errors import (
    ConflictError,
    FatalLogError,
    InvalidSignature,
    LedgerError,
    MalformedError,
    MisbehaviourError,
    NotAcceptedError,
    NotFoundError,
    UnavailableError,
    VerificationError,
)

MEDIA_TYPE: Final = "application/problem+json"
TYPE_PREFIX: Final = "urn:opentally:problem:"

STATUS_BY_CLASS: Final[dict[type[LedgerError], int]] = {
    LedgerError: 500,
    MalformedError: 400,
    VerificationError: 422,
    InvalidSignature: 403,
    NotAcceptedError: 403,
    NotFoundError: 404,
    ConflictError: 409,
    UnavailableError: 503,
    FatalLogError: 503,
    MisbehaviourError: 502,  # raised by readers; a server meets one only when it reads another's log
}
"""A class that is not named has the status of the nearest class above it."""

STATUS_BY_RULE: Final[dict[str, int]] = {
    "method-not-allowed": 405,
    "not-acceptable-encoding": 415,
    "slow-request": 408,
    "too-long": 413,
    "too-many-entries": 413,
    "too-many-requests": 429,
    "unsupported-media-type": 415,
}
"""Refusals for which HTTP has a word of its own; they come before the class."""


def status_of(error: LedgerError) -> int:
    """The HTTP status of a refusal."""
    if error.rule in STATUS_BY_RULE:
        return STATUS_BY_RULE[error.rule]
    return next(STATUS_BY_CLASS[cls] for cls in type(error).__mro__ if cls in STATUS_BY_CLASS)


def problem(error: LedgerError) -> dict[str, Any]:
    """The problem details of a refusal, as a JSON object."""
    value: dict[str, Any] = {
        "type": TYPE_PREFIX + error.rule,
        "title": error.rule.replace("-", " ").capitalize(),
        "status": status_of(error),
        "detail": str(error),
    }
    if isinstance(error, ConflictError):
        value["size"] = error.current_size
    if isinstance(error, UnavailableError):
        value["retry_after"] = error.retry_after
    return value


def problem_response(error: LedgerError, headers: dict[str, str] | None = None) -> Response:
    """The refusal as an answer of its own, never cached."""
    value = problem(error)
    more = {"cache-control": "no-store", **(headers or {})}
    if "retry_after" in value:
        more["retry-after"] = str(value["retry_after"])
    return Response(msgspec.json.encode(value), status_code=value["status"], headers=more, media_type=MEDIA_TYPE)


async def on_http_exception(_request: Request, error: Exception) -> Response:
    """What the framework refuses by itself: an unknown path, a method that a path does not have."""
    headers = dict(getattr(error, "headers", None) or {})
    status = getattr(error, "status_code", 400)
    if status == 404:
        return problem_response(NotFoundError("there is nothing at this path"), headers)
    if status == 405:
        allowed = headers.get("allow", headers.get("Allow", "other methods"))
        return problem_response(MalformedError(f"this path takes only {allowed}", rule="method-not-allowed"), headers)
    return problem_response(MalformedError("the request is not one this service understands"), headers)


INTERNAL_PROBLEM: Final = msgspec.json.encode(
    {
        "type": TYPE_PREFIX + "internal",
        "title": "Internal",
        "status": 500,
        "detail": "the server made a mistake; nothing already accepted is lost",
    }
)
"""The whole answer to a bug of ours: no message, no trace."""


def internal_problem() -> Response:
    """The answer where the mistake is ours."""
    return Response(INTERNAL_PROBLEM, 500, {"cache-control": "no-store"}, MEDIA_TYPE)
