"""The whole audit of public records from a folder: claims about the world, consents, uses, challenges, decisions."""

from bench.auditing import audit_folder
from bench.benchmark import Benchmark, Figure, Outcome, Setting, Target
from bench.public import PublicPlan
from bench.publish import publish
from bench.unit import cpu_median, one_core


def _run(setting: Setting) -> Outcome:
    plan = PublicPlan(setting.size(2_000, 100))
    records = tuple(plan.records())
    folder, bare = setting.folder / "records", setting.folder / "bare"
    publish((*plan.opening, *records), folder)
    publish(plan.opening, bare)
    repeats = setting.size(5, 1)
    with one_core():
        processor = cpu_median(repeats, lambda: audit_folder(folder, 1))
        without = cpu_median(repeats, lambda: audit_folder(bare, 1))
    each = (processor - without) / len(records)
    note = f"{len(records):,} records of the kinds {', '.join(sorted(set(plan.KINDS)))}"
    return Outcome(
        (
            Figure("audit a public record, one core", each / setting.P, "P", Target(15), note),
            Figure("audit a public record, one core", each * 1e6, "µs"),
        )
    )


BENCHMARK = Benchmark("whole audit of public records from a folder", _run)
