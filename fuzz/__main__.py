"""``python -m fuzz``: the whole run, a part of it, or one failing input again."""

import argparse
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from fuzz import failures, flips, torsion
from fuzz.runner import Tally, run
from fuzz.target import Fault, Target, verdict
from fuzz.targets import TARGETS
from fuzz.targets.scratch import base


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code: 0 where nothing was found."""
    options = _options(arguments)
    if options.replay is not None:
        return _replay(options.replay)
    begun = time.perf_counter()
    base()
    found = 0
    if "inputs" in options.parts:
        found += _inputs(options)
    for name, part in (("flips", flips), ("torsion", torsion)):
        if name in options.parts:
            for line in (lines := part.run(scale=options.scale, processes=options.processes, seed=options.seed)):
                print(line, flush=True)
            found += sum("FAULT" in line for line in lines)
    print(f"{time.perf_counter() - begun:.0f} s with {options.processes} processes, seed {options.seed}: ", end="")
    print("nothing was found" if not found else f"{found} faults")
    return 1 if found else 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m fuzz", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=("inputs", "flips", "torsion", []), help="all, if none is named")
    parser.add_argument("--only", action="append", metavar="TARGET", help="of the inputs, only those of this target")
    parser.add_argument("--scale", type=float, default=1.0, help="how much of a full run (0.01: a hundredth)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--failures", type=Path, default=Path("build/fuzz"), help="where failing inputs are written")
    parser.add_argument("--replay", type=Path, metavar="FILE", help="try the input in this file again")
    options = parser.parse_args(arguments)
    options.parts = options.parts or ["inputs", "flips", "torsion"]
    return options


def _inputs(options: argparse.Namespace) -> int:
    chosen = [target for target in TARGETS if not options.only or target.name in options.only]
    if not chosen:
        raise SystemExit(f"there is no such target; there are: {', '.join(target.name for target in TARGETS)}")
    seen = set[str]()

    def told(tally: Tally) -> None:
        for where, found in tally.found.items():
            if where not in seen:  # the table comes at the end; who watches wants to know at once
                seen.add(where)
                print(f"FAULT in {where}", flush=True)
                failures.write(options.failures, found)

    tallies = run(chosen, seed=options.seed, scale=options.scale, processes=options.processes, told=told)
    _table(chosen, tallies)
    for tally in tallies.values():
        for where, found in tally.found.items():
            print(f"FAULT in {where}\n  {failures.write(options.failures, found)}")
    return sum(len(tally.found) for tally in tallies.values())


def _table(chosen: Sequence[Target], tallies: dict[str, Tally]) -> None:
    print(f"{'target':<26}{'inputs':>10}{'accepted':>10}{'refused':>10}{'seconds':>9}{'slowest ms':>12}{'faults':>8}")
    total = Tally()
    for target in chosen:
        tally = tallies[target.name]
        total.add(tally)
        _row(target.name, tally)
    _row("all", total)


def _row(name: str, tally: Tally) -> None:
    print(
        f"{name:<26}{tally.inputs:>10,}{tally.accepted:>10,}{tally.refused:>10,}{tally.seconds:>9.1f}"
        f"{tally.slowest * 1000:>12.1f}{len(tally.found):>8}"
    )


def _replay(path: Path) -> int:
    name, raw = failures.read(path)
    target = next((target for target in TARGETS if target.name == name), None)
    if target is None:
        raise SystemExit(f"there is no target {name} any more")
    result = verdict(target.prepare(), raw)
    if isinstance(result, Fault):
        print(result.story, end="")
    print(f"{name}, {len(raw)} bytes: {result if isinstance(result, Fault) else 'accepted' if result else 'refused'}")
    return 1 if isinstance(result, Fault) else 0


if __name__ == "__main__":
    sys.exit(main())
