"""Times as people write and read them: with a date and a zone; spans as a number and a unit."""

import re
from datetime import UTC, datetime
from typing import Final

from ledger.cli.screen import counted
from ledger.errors import MalformedError

_UNITS: Final = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
_SPAN: Final = re.compile(r"([1-9][0-9]{0,8})([smhd])")


def parse_time(value: object, what: str) -> int:
    """The Unix seconds of a time that names its zone: a text, or what a TOML file holds.

    Raises:
        MalformedError: ``bad-time``; it is none, has no zone, or parts of a second.
    """
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            value = None
    if isinstance(value, datetime) and value.tzinfo is not None and not value.microsecond:
        return int(value.timestamp())
    raise MalformedError(f"{what} is not a time with its zone, such as 2026-11-23T08:00:00+01:00", rule="bad-time")


def parse_span(text: str, what: str) -> int:
    """The seconds of a span such as ``14d``.

    Raises:
        MalformedError: ``bad-time``.
    """
    found = _SPAN.fullmatch(text)
    if found is None:
        raise MalformedError(
            f"{what} is not a number of days, hours, minutes or seconds, such as 14d, 36h, 90m or 600s", rule="bad-time"
        )
    return int(found[1]) * _UNITS[found[2]]


def in_words(seconds: int) -> str:
    """A span in its largest whole unit, for people: ``14 days``."""
    for unit, name in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= unit and seconds % unit == 0:
            return counted(seconds // unit, name)
    return counted(seconds, "second")


def utc(seconds: int) -> str:
    """A time of an entry, for people."""
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    except (OverflowError, ValueError):
        return f"second {seconds}"  # entries may hold times that calendars do not
