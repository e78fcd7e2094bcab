"""The file in which a council writes its claim about the world, as the body of a ``resource`` entry."""

from pathlib import Path
from typing import Any, Final

import msgspec

from ledger.clerk.amounts import Notation, parse_amount
from ledger.clerk.toml_file import parse_toml
from ledger.cli.evidence import digest_of
from ledger.cli.lookup import parse_leaf
from ledger.cli.quantities import OF_CELLS
from ledger.cli.times import parse_time
from ledger.errors import MalformedError
from ledger.records.kinds.resource import KIND, Resource, ResourceType

_POINT: Final = Notation(".")

TYPES: Final[dict[str, ResourceType]] = {
    "base": "base",
    "capacity": "capacity",
    "ceiling": "ceiling",
    "resource base": "base",
    "pollution ceiling": "ceiling",
}
"""How the file may call what is claimed: as the entry does, or in plain words."""


def read_resource(raw: bytes, file: Path, council: bytes) -> Resource:
    """The body of the resource entry that a TOML file describes.

    Args:
        raw: the file's bytes.
        file: where it lies; evidence is looked for beside it.
        council: who claims.

    Raises:
        MalformedError: a field is missing, unknown or outside its limits.
        NotFoundError: there is no file of evidence.
    """
    top = parse_toml(raw, name=file.name)
    top.integer("version", 1, 1)
    scale = top.integer("scale", 0, 12)
    document: dict[str, Any] = {"council": council, "scale": scale}
    for field in ("quantity", "uncertainty"):
        document[field] = read_amount(top.text(field), scale, f"{file.name}: {field}")
    for field in ("affected", "area", "category", "mandate", "method", "resource", "unit"):
        document[field] = top.text(field)
    document["type"] = TYPES[top.choice("type", tuple(TYPES))]
    for field in ("valid_from", "valid_until"):
        document[field] = parse_time(top.take(field), f"{file.name}: {field}")
    evidence = top.optional_text("evidence")
    document["evidence"] = digest_of(None if evidence is None else file.parent / evidence)
    supersedes = top.optional_text("supersedes")
    if supersedes is not None:
        document["supersedes"] = parse_leaf(supersedes)
    top.done()
    try:
        body = msgspec.convert(document, Resource)
    except msgspec.ValidationError as exc:
        raise MalformedError(f"{file.name}: {exc}", rule="bad-field") from exc
    KIND.check(body)
    return body


def read_amount(text: str, scale: int, what: str) -> int:
    """An amount in units of its unit / 10^``scale``.

    Raises:
        MalformedError: it is none, or has more decimals; never rounded.
    """
    try:
        return parse_amount(text, notation=_POINT, scale=scale)
    except MalformedError as exc:
        plain = "write it in digits with a decimal point, such as 410.0, without a unit and without grouping"
        raise MalformedError(f"{what}: {plain if exc.rule in OF_CELLS else exc}", rule=exc.rule) from exc
