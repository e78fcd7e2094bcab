"""One table of a TOML file whose fields are taken once and by name; what is left over is refused.

An unknown field is never ignored: it may be the misspelt name of a safeguard.
"""

import tomllib
from collections.abc import Mapping
from typing import Any, Final, TypeVar

from ledger.errors import MalformedError

MAX_TOML_BYTES: Final = 65_536

_MAX_DOTS: Final = 256
"""In one line. The decoder takes a time that grows with the square of a key's parts; ours have three at most."""

_Choice = TypeVar("_Choice", bound=str)


def parse_toml(raw: bytes, *, name: str) -> "Section":
    """The top table of a TOML file.

    Raises:
        MalformedError: ``too-long``, ``not-toml``.
    """
    return Section(decode_toml(raw, name=name), name)


def decode_toml(raw: bytes, *, name: str) -> dict[str, Any]:
    """The document that a TOML file spells.

    Raises:
        MalformedError: ``too-long``, ``not-toml``: not UTF-8, not TOML, or more than the decoder can take.
    """
    if len(raw) > MAX_TOML_BYTES:
        raise MalformedError(f"{name} is longer than {MAX_TOML_BYTES} bytes", rule="too-long")
    if any(line.count(b".") > _MAX_DOTS for line in raw.split(b"\n")):
        raise MalformedError(f"{name} is not TOML for us: a line has more than {_MAX_DOTS} dots", rule="not-toml")
    try:
        return tomllib.loads(raw.decode("utf-8"))
    except RecursionError as exc:
        raise MalformedError(f"{name} is not TOML for us: it is nested too deeply", rule="not-toml") from exc
    except ValueError as exc:  # also where Python refuses to read an integer of thousands of digits
        raise MalformedError(f"{name} is not TOML: {exc}", rule="not-toml") from exc


class Section:
    """One table; ``name`` is how refusals call it."""

    def __init__(self, document: Mapping[str, Any], name: str) -> None:
        self.name = name
        self._left = dict(document)

    def names(self) -> tuple[str, ...]:
        """The fields not taken yet."""
        return tuple(self._left)

    def take(self, field: str) -> Any:
        """The field's value, whatever it is.

        Raises:
            MalformedError: ``missing-field``.
        """
        if field not in self._left:
            raise MalformedError(f"{self.name} has no field {field}", rule="missing-field")
        return self._left.pop(field)

    def section(self, field: str) -> "Section":
        """The table under this name, empty where there is none."""
        value = self._left.pop(field, {})
        if not isinstance(value, dict):
            raise MalformedError(f"{self.name}: {field} is not a table", rule="bad-field")
        return Section(value, f"{self.name}: {field}")

    def text(self, field: str) -> str:
        """A text that is not empty."""
        value = self.take(field)
        if not isinstance(value, str) or not value:
            raise MalformedError(f"{self.name}: {field} is not a text", rule="bad-field")
        return value

    def optional_text(self, field: str) -> str | None:
        """A text that is not empty, or None where the field is absent."""
        return self.text(field) if field in self._left else None

    def integer(self, field: str, low: int, high: int, default: int | None = None) -> int:
        """An integer from ``low`` to ``high``."""
        if default is not None and field not in self._left:
            return default
        value = self.take(field)
        if type(value) is not int or not low <= value <= high:
            raise MalformedError(f"{self.name}: {field} is not an integer from {low} to {high}", rule="bad-field")
        return value

    def boolean(self, field: str, *, default: bool) -> bool:
        """True or false."""
        value = self._left.pop(field, default)
        if not isinstance(value, bool):
            raise MalformedError(f"{self.name}: {field} is neither true nor false", rule="bad-field")
        return value

    def choice(self, field: str, choices: tuple[_Choice, ...], default: _Choice | None = None) -> _Choice:
        """One of the texts in ``choices``."""
        if default is not None and field not in self._left:
            return default
        value = self.take(field)
        for choice in choices:
            if value == choice:
                return choice
        raise MalformedError(f"{self.name}: {field} is not one of: {', '.join(choices)}", rule="bad-field")

    def optional_choice(self, field: str, choices: tuple[_Choice, ...]) -> _Choice | None:
        """One of the texts in ``choices``, or None where the field is absent."""
        return self.choice(field, choices) if field in self._left else None

    def done(self) -> None:
        """Nothing is left over.

        Raises:
            MalformedError: ``unknown-field``.
        """
        for field in sorted(self._left):
            raise MalformedError(f"{self.name} has an unknown field {field}", rule="unknown-field")
