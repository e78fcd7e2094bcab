"""What a benchmark is: a name, a function, and the figures and curves that come out; how all of them are found."""

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from typing_extensions import override

from bench import cases
from bench.made import Made


@dataclass(frozen=True, slots=True)
class Target:
    """What the figure must reach."""

    bound: float
    at_most: bool = True

    def holds(self, value: float) -> bool:
        """Whether the value reaches it."""
        return value <= self.bound if self.at_most else value >= self.bound

    @override
    def __str__(self) -> str:
        return f"{'≤' if self.at_most else '≥'} {self.bound:,.6g}"


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured number. Times are CPU seconds of this process unless ``unit`` says otherwise."""

    what: str
    value: float
    unit: str
    target: Target | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Curve:
    """How a cost grows: points (x, y) by name of the line; drawn as ``<name>.svg``."""

    name: str
    title: str
    x: str
    y: str
    lines: Mapping[str, tuple[tuple[float, float], ...]]
    logarithmic_x: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one benchmark found."""

    figures: tuple[Figure, ...]
    curves: tuple[Curve, ...] = ()


@dataclass(slots=True)
class Setting:
    """What a benchmark is given.

    Attributes:
        quick: small sizes, to see that it runs; the figures are rough.
        folder: a temporary folder, the benchmark's own.
        made: ledgers and claims made beforehand, shared by the benchmarks of a run.
        P: seconds of processor time a point in a sum of 16,384, measured just before.
    """

    quick: bool
    folder: Path
    made: Made
    P: float

    def size(self, whole: int, quick: int) -> int:
        """One of the two sizes."""
        return quick if self.quick else whole


@dataclass(frozen=True, slots=True)
class Benchmark:
    """One file of ``bench/cases``."""

    what: str
    run: Callable[[Setting], Outcome]


def find() -> dict[str, Benchmark]:
    """All benchmarks by name, which is their module's."""
    names = sorted(module.name for module in pkgutil.iter_modules(cases.__path__))
    return {name: importlib.import_module(f"bench.cases.{name}").BENCHMARK for name in names}
