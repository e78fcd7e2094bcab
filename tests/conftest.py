"""For all tests: the recursion limit, which py-ecc raises when it is imported, is the product's; nothing is timed."""

import sys

from hypothesis import HealthCheck, settings

_limit = sys.getrecursionlimit()
import py_ecc  # noqa: E402

sys.setrecursionlimit(_limit)
assert py_ecc

# On a loaded machine a property takes long and has not failed.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")
