"""The demonstration: real households, a real server, an auditor who trusts nobody, and four ways to cheat her."""

from typing import Final

ORIGIN: Final = "demo.invalid/opentally"
COUNCILS: Final = 15
COHORT_FLOOR: Final = 10
LEAST_HOUSEHOLDS: Final = COUNCILS * (COHORT_FLOOR + 1)
"""Every council keeps its minimum after one household has withdrawn."""
