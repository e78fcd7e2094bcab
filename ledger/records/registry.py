"""Every kind of entry that there is: the modules of ``ledger.records.kinds``, each with its ``KIND``."""

import importlib
import pkgutil
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from ledger.records import kinds
from ledger.records.kind import Kind


def _discover() -> dict[str, Kind[Any]]:
    found = dict[str, Kind[Any]]()
    for module in pkgutil.iter_modules(kinds.__path__):
        kind = importlib.import_module(f"{kinds.__name__}.{module.name}").KIND
        if kind.name != module.name:
            raise AssertionError(f"bad math in the registry: {module.name}.py holds the kind {kind.name}")
        found[kind.name] = kind
    return found


KINDS: Final[Mapping[str, Kind[Any]]] = MappingProxyType(_discover())
"""The kinds by name."""
