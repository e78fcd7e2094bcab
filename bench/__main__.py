"""``python -m bench``: runs the benchmarks, prints a table of figures and targets, and writes JSON and plots."""

import argparse
import json
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.benchmark import Benchmark, Curve, Figure, Outcome, Setting, find
from bench.machine import describe
from bench.made import Made
from bench.plot import draw
from bench.unit import measure_unit


def main(arguments: list[str]) -> int:
    """0, or 1 where a figure misses its target and ``--strict`` is given."""
    benchmarks = find()
    options = _parse(arguments, benchmarks)
    out = Console(width=None if sys.stdout.isatty() else 140)
    machine = describe()
    results: dict[str, tuple[float, Outcome]] = {}
    with tempfile.TemporaryDirectory(prefix="opentally-bench-") as name:
        folder = Path(name)
        made = Made(folder / "made", options.keep)
        for chosen in options.only or benchmarks:
            own = folder / chosen
            own.mkdir()
            P = measure_unit(3 if options.quick else 5)
            outcome = benchmarks[chosen].run(Setting(options.quick, own, made, P))
            results[chosen] = (P, outcome)
            out.print(_table(chosen, benchmarks[chosen], P, outcome))
    figures = [figure for _, outcome in results.values() for figure in outcome.figures]
    missed = [figure for figure in figures if figure.target is not None and not figure.target.holds(figure.value)]
    out.print(f"{len(missed)} of {sum(figure.target is not None for figure in figures)} targets missed", style="bold")
    if options.json is not None:
        options.json.write_text(json.dumps(_report(machine, options.quick, results), indent=1, ensure_ascii=False))
    if options.plots is not None:
        options.plots.mkdir(parents=True, exist_ok=True)
        for curve in (curve for _, outcome in results.values() for curve in outcome.curves):
            (options.plots / f"{curve.name}.svg").write_text(draw(curve))
    return 1 if options.strict and missed else 0


def _parse(arguments: list[str], benchmarks: dict[str, Benchmark]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench",
        description=__doc__,
        epilog="Benchmarks: " + "; ".join(f"{name}: {one.what}" for name, one in benchmarks.items()),
    )
    parser.add_argument("--quick", action="store_true", help="small sizes: to see that all of it runs")
    parser.add_argument("--only", action="append", choices=list(benchmarks), metavar="NAME", help="may be repeated")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write figures and curves, with machine and commit")
    parser.add_argument("--plots", type=Path, metavar="FOLDER", help="write each curve as SVG")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep proved claims there for the next run")
    parser.add_argument("--strict", action="store_true", help="exit 1 where a target is missed")
    return parser.parse_args(arguments)


def _table(name: str, benchmark: Benchmark, P: float, outcome: Outcome) -> Table:
    table = Table(title=f"{name}: {benchmark.what} (P = {P * 1e6:.2f} µs)", title_justify="left", expand=True)
    table.add_column("what", ratio=3)
    table.add_column("measured", justify="right")
    table.add_column("target", justify="right")
    table.add_column("")
    table.add_column("note", ratio=2)
    for figure in outcome.figures:
        table.add_row(
            figure.what,
            f"{_short(figure.value)} {figure.unit}",
            "" if figure.target is None else f"{figure.target} {figure.unit}",
            "" if figure.target is None else "yes" if figure.target.holds(figure.value) else "[red]MISSED[/red]",
            figure.note,
        )
    return table


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000 else f"{value:,.3g}"


def _report(machine: dict[str, object], quick: bool, results: dict[str, tuple[float, Outcome]]) -> dict[str, Any]:  # noqa: FBT001
    return {
        "machine": machine,
        "quick": quick,
        "benchmarks": {
            name: {
                "P_us": P * 1e6,
                "figures": [_figure(figure) for figure in outcome.figures],
                "curves": [_curve(curve) for curve in outcome.curves],
            }
            for name, (P, outcome) in results.items()
        },
    }


def _figure(figure: Figure) -> dict[str, Any]:
    holds = None if figure.target is None else figure.target.holds(figure.value)
    return {**asdict(figure), "target": None if figure.target is None else str(figure.target), "holds": holds}


def _curve(curve: Curve) -> dict[str, Any]:
    return asdict(curve)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
