"""py-ecc raises the recursion limit of the whole process when it is imported; tests run under the product's."""

import sys

_limit = sys.getrecursionlimit()
import py_ecc  # noqa: E402

sys.setrecursionlimit(_limit)
assert py_ecc
