"""A round as a clerk writes it, in TOML, becomes the parameters of a round entry.

Everything but the council and the rosters, which are entries already in the log and are named by leaf hash::

    version = 1
    period = "2026-W48"
    round_no = 1
    opens = 2026-11-23T08:00:00+01:00    # with an offset, as text or as TOML's own; or Unix seconds
    closes = 2026-11-29T20:00:00+01:00
    minimum = 10
    early_close = false                  # optional

    [allowance]                          # optional: without it the rule is "none"
    rule = "hidden"                      # "public" or "hidden"
    slack_width = 32                     # bits for what is left of an allowance

    [[category]]
    code = "food"
    name = "Food"
    unit = "GBP"
    scale = 2                            # quantities are integers of 10^-2 unit
    price = 1                            # per smallest unit
    width = 16                           # quantities are below 2^16
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, Literal

import msgspec

from ledger.clerk.toml_file import Section, parse_toml
from ledger.encoding import MAX_SAFE_INTEGER
from ledger.errors import MalformedError
from ledger.records.kinds.round import KIND, AllowanceRule, Category, Round

_UNLIMITED: Final = MAX_SAFE_INTEGER


def parse_round_file(raw: bytes, *, name: str, council: bytes, rosters: Sequence[bytes]) -> Round:
    """The body of the round entry that the file describes, checked by the law of its kind.

    Args:
        raw: the TOML file.
        name: its name, for refusals.
        council: the leaf hash of the council's entry.
        rosters: the leaf hashes of its rosters' entries, in order.

    Raises:
        MalformedError: a field is unknown, missing or outside its limits; the field is named.
    """
    top = parse_toml(raw, name=name)
    top.integer("version", 1, 1)
    allowance: dict[str, object] = {"rule": "none"}
    if "allowance" in top.names():
        section = top.section("allowance")
        rule: Literal["public", "hidden"] = section.choice("rule", ("public", "hidden"))
        allowance = {"rule": rule, "slack_width": section.integer("slack_width", 0, 48)}
        section.done()
    document = {
        "allowance": allowance,
        "catalogue": _catalogue(top),
        "closes": _time(top, "closes"),
        "council": council,
        "custody": "clerk",
        "early_close": top.boolean("early_close", default=False),
        "minimum": top.integer("minimum", 2, _UNLIMITED),
        "opens": _time(top, "opens"),
        "period": top.text("period"),
        "rosters": tuple(rosters),
        "round_no": top.integer("round_no", 1, _UNLIMITED),
    }
    top.done()
    try:
        body = msgspec.convert(document, Round)
    except msgspec.ValidationError as exc:
        raise MalformedError(f"{name}: {exc}", rule="bad-field") from exc
    KIND.check(body)
    return body


def read_catalogue(raw: bytes, *, name: str) -> tuple[tuple[Category, ...], AllowanceRule]:
    """The catalogue and the allowance rule of a round file, for a preview before there is a round.

    Raises:
        MalformedError: as :func:`parse_round_file`.
    """
    body = parse_round_file(raw, name=name, council=bytes(32), rosters=(bytes(32),))
    return body.catalogue, body.allowance


def _catalogue(top: Section) -> list[dict[str, Any]]:
    tables = top.take("category")
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise MalformedError(f"{top.name}: category is not a list of tables ([[category]])", rule="bad-field")
    found = []
    for number, table in enumerate(tables, 1):
        section = Section(table, f"{top.name}: category {number}")
        found.append(
            {
                **{field: section.text(field) for field in ("code", "name", "unit")},
                **{field: section.integer(field, 0, _UNLIMITED) for field in ("price", "scale", "width")},
            }
        )
        section.done()
    return found


def _time(top: Section, field: str) -> int:
    """Unix seconds; a local time without an offset is refused, since readers live in different places."""
    value = top.take(field)
    if type(value) is int and 0 <= value <= MAX_SAFE_INTEGER:
        return value
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            value = None
    if isinstance(value, datetime) and value.tzinfo is not None and not value.microsecond and value.timestamp() >= 0:
        return int(value.timestamp())
    raise MalformedError(
        f"{top.name}: {field} is neither Unix seconds nor a time with an offset, such as 2026-11-23T08:00:00+01:00",
        rule="bad-field",
    )
