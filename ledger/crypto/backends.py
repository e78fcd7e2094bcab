"""The two libraries of the group: the fast one, and the independent reference; each loads when it is first used."""

import functools
import sys

from ledger.crypto.backend import Backend


@functools.cache
def default_backend() -> Backend:
    """The fast library."""
    from ledger.crypto.arkworks import ArkworksBackend  # noqa: PLC0415 - libraries load when first used

    return ArkworksBackend()


@functools.cache
def reference_backend() -> Backend:
    """The slow, independent library: for tests, and for whoever wants a second opinion."""
    # py-ecc raises the recursion limit for the whole process, under which a deep document could end it.
    limit = sys.getrecursionlimit()
    from ledger.crypto.pyecc import PyEccBackend  # noqa: PLC0415 - it takes half a second to import

    sys.setrecursionlimit(limit)
    return PyEccBackend()
