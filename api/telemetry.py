"""What the operator sees: counters for Prometheus and JSON log lines, without values, keys or addresses.

A log line holds a route's template, never the path, the query or a header; a refusal is known by its rule.
"""

import contextlib
import logging
import sys
import traceback
from collections.abc import Callable
from typing import Any, BinaryIO, Final

import msgspec
import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Telemetry:
    """The counters of one application, in a registry of its own, and its log."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.log = lines_to(getattr(sys.stderr, "buffer", None))
        self._seconds = Histogram(
            "opentally_request_seconds",
            "Time from a request's first byte to its answer's last.",
            ["method", "route", "status"],
            registry=self.registry,
            buckets=(0.005, 0.02, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0),
        )
        self._entries = Counter(
            "opentally_entries", "Submitted entries by what became of them.", ["outcome"], registry=self.registry
        )
        self._refusals = Counter(
            "opentally_refusals", "Refused entries and requests by rule.", ["rule"], registry=self.registry
        )

    def watch(self, name: str, text: str, read: Callable[[], float]) -> None:
        """Show ``read()`` as the gauge ``opentally_<name>``."""
        Gauge(f"opentally_{name}", text, registry=self.registry).set_function(read)

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count and log one request."""
        known = method if method in _METHODS else "other"
        self._seconds.labels(known, route, str(status)).observe(seconds)
        self.log.info("request", method=known, route=route, status=status, ms=round(seconds * 1000, 1))

    def entry(self, outcome: str) -> None:
        """Count one submitted entry: ``new``, ``known`` or ``refused``."""
        self._entries.labels(outcome).inc()

    def refused(self, rule: str) -> None:
        """Count one refusal."""
        self._refusals.labels(rule).inc()

    def bug(self, error: BaseException) -> None:
        """Log a mistake of ours by its class and where it happened, not by its message, which could hold a value."""
        frames = traceback.extract_tb(error.__traceback__)
        self.log.error(
            "internal-error",
            error=type(error).__name__,
            where=[f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames[-8:]],
        )

    def exposition(self) -> bytes:
        """The counters in Prometheus' text format."""
        return generate_latest(self.registry)


class _Lines:
    """Writes lines, at once. One that cannot be written is lost: no answer and no repair may depend on it."""

    def __init__(self, stream: BinaryIO | None) -> None:
        self._stream = stream

    def msg(self, line: bytes) -> None:
        if self._stream is not None:
            with contextlib.suppress(OSError, ValueError):  # a full disk, a reader that has gone, a closed stream
                self._stream.write(line + b"\n")
                self._stream.flush()

    info = warning = error = msg


def lines_to(stream: BinaryIO | None) -> Any:
    """A logger that writes one JSON line an event to ``stream``, if there is one.

    It does without the standard library's records, handlers and locks: a line is written for every request.
    """
    return structlog.wrap_logger(
        _Lines(stream),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(serializer=_line),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
    ).bind()  # or each line would put a logger together


def _line(event: object, **_options: object) -> bytes:
    return msgspec.json.encode(event)


def log_config() -> dict[str, Any]:
    """One JSON line an event on standard error also for what the HTTP server has to say."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.JSONRenderer(),
                ],
                "foreign_pre_chain": [
                    structlog.stdlib.add_log_level,
                    structlog.processors.TimeStamper(fmt="iso", utc=True),
                ],
            },
        },
        "handlers": {
            "json": {"class": "logging.StreamHandler", "formatter": "json", "stream": sys.stderr},
        },
        "loggers": {
            "uvicorn": {"handlers": ["json"], "level": "WARNING", "propagate": False},
        },
    }
