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
    rule = "hidden"                      # "public", "hidden", or "none"
    slack_width = 32                     # bits for what is left of an allowance; not with "none"

    [[category]]
    code = "food"
    name = "Food"
    unit = "GBP"
    scale = 2                            # quantities are integers of 10^-2 unit
    price = 1                            # per smallest unit
    width = 16                           # quantities are below 2^16
"""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from ledger.clerk.toml_file import Section, parse_toml
from ledger.encoding import MAX_SAFE_INTEGER
from ledger.errors import MalformedError
from ledger.records.fields import MAX_ROWS
from ledger.records.kinds.roster import AllowanceName
from ledger.records.kinds.round import KIND, AllowanceRule, Category, Round

_LIMITS: Final = {"price": (0, 2**32 - 1), "scale": (0, 12), "width": (1, 32)}
"""The integers of a category, as :class:`ledger.records.kinds.round.Category` has them."""


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
        rule: AllowanceName = section.choice("rule", ("public", "hidden", "none"))
        allowance = {"rule": rule}
        if rule != "none":
            allowance["slack_width"] = section.integer("slack_width", 0, 48)
        section.done()
    document = {
        "allowance": allowance,
        "catalogue": _catalogue(top),
        "closes": _time(top, "closes"),
        "council": council,
        "custody": "clerk",
        "early_close": top.boolean("early_close", default=False),
        "minimum": top.integer("minimum", 2, MAX_ROWS),
        "opens": _time(top, "opens"),
        "period": top.text("period"),
        "rosters": tuple(rosters),
        "round_no": top.integer("round_no", 1, 2**31 - 1),
    }
    top.done()
    try:
        body = msgspec.convert(document, Round)
        KIND.check(body)
    except msgspec.ValidationError as exc:
        raise MalformedError(f"{name}: {_in_words(str(exc))}", rule="bad-field") from exc
    except MalformedError as exc:
        raise MalformedError(f"{name}: {str(exc).replace('catalogue', 'category')}", rule=exc.rule) from exc
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
                **{field: section.integer(field, *limits) for field, limits in _LIMITS.items()},
            }
        )
        section.done()
    return found


def _in_words(refused: str) -> str:
    """What the law of the kind refuses, in the file's own names: ``… - at `$.catalogue[0].code```.

    Integers never come here, since they were held against their limits one by one; texts and the number of categories
    do.
    """
    what, _, path = refused.partition(" - at `$.")
    if path == "catalogue`":
        return "there are 1 to 64 categories ([[category]])"
    place = re.fullmatch(r"catalogue\[(\d+)\]\.(\w+)`", path)
    field = place[2] if place else path.removesuffix("`")
    where = f"category {int(place[1]) + 1}: {field}" if place else field
    if field == "code":
        return f"{where} is not 1 to 32 of a to z, 0 to 9, _ and -"
    longest = re.search(r"length <= (\d+)", what)
    if longest:
        return f"{where} is longer than {longest[1]} characters"
    return f"{where} holds a control character or a mark of writing direction, or begins or ends with a space"


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
