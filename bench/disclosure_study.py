"""``python -m bench.disclosure_study``: whom published sums give away, with real households, and what the rule costs.

Two questions. How often is one household a large part of a published cell? And whom can a reader get at by subtraction
when councils publish every round, and what is left of the publishing under docs/spec/disclosure.md?
The households are those of the demonstration. Assignments to councils are random, from a fixed seed.
"""

import csv
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from random import Random
from typing import Final

from ledger.cli.demo.households import DATA, examples_folder
from ledger.records import disclosure
from ledger.records.disclosure import Judgement, Member

SEED: Final = 20_261_122
CATEGORIES: Final = ("food", "fuel", "clothing", "alcohol", "transport", "other")
SIZES: Final = (15, 50, 100)
JOINED: Final = (1, 2, 4, 8)
ASSIGNMENTS: Final = 100
PART: Final = 15
"""Above so many hundredths of a cell a household counts as exposed."""

MINIMUM: Final = 10
ROUNDS: Final = 3
SKIPPING: Final = (0.02, 0.05, 0.10)
FEDERATION: Final = 8
HISTORIES: Final = 2

Set = frozenset[Member]


def main() -> int:
    """0; prints both studies in Markdown."""
    households = read_households()
    print_rows(
        f"One of {len(households):,} households above {PART} % of a cell ({ASSIGNMENTS} assignments, seed {SEED})",
        ("council of", "joined", *CATEGORIES, "any cell", "households in at least one"),
        dominance(households),
    )
    print_rows(
        f"{ROUNDS} rounds of one period, minimum {MINIMUM} ({HISTORIES} histories): everything published",
        ("council of", "councils in a federation", "skip a round", "alone", "in a set below the minimum", "of all"),
        naive(len(households)),
    )
    print_rows(
        "The same under the rule: of each council's rounds",
        (
            "council of",
            "councils in a federation",
            "skip a round",
            "published alone",
            "rolled up with others",
            "not at all",
            "federation's rollups refused",
            "of all refusals, not searched",
            "households given away",
        ),
        ruled(len(households)),
    )
    return 0


def read_households() -> list[tuple[int, ...]]:
    """What each household spends in each category, in pence."""
    with (examples_folder() / DATA).open(encoding="utf-8", newline="") as stream:
        return [tuple(int(Decimal(row[name]) * 100) for name in CATEGORIES) for row in csv.DictReader(stream)]


def print_rows(title: str, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A table in Markdown."""
    print(f"**{title}**\n")
    print(f"| {' | '.join(header)} |")
    print(f"|{'---|' * len(header)}")
    for row in rows:
        print(f"| {' | '.join(row)} |", flush=True)
    print()


# One large household


def dominance(households: Sequence[tuple[int, ...]]) -> Iterator[Sequence[str]]:
    """For each size and number of councils joined: how many cells have a household above the part, and how many are."""
    for size in SIZES:
        for joined in JOINED:
            random = Random(SEED)
            cells, found, exposed, members = 0, Counter[int](), 0, 0
            for _ in range(ASSIGNMENTS):
                order = random.sample(households, len(households))
                for start in range(0, len(order) - size * joined + 1, size * joined):
                    cohort = order[start : start + size * joined]
                    over = set[int]()
                    for category in range(len(CATEGORIES)):
                        bound = PART * sum(household[category] for household in cohort) // 100
                        large = [at for at, household in enumerate(cohort) if household[category] > bound]
                        found[category] += bool(large)
                        over.update(large)
                    cells += 1
                    exposed += len(over)
                    members += len(cohort)
            yield (
                str(size),
                str(joined),
                *(share(found[category], cells) for category in range(len(CATEGORIES))),
                share(found.total(), cells * len(CATEGORIES)),
                share(exposed, members),
            )


# Successive rounds


@dataclass(frozen=True, slots=True)
class Published:
    """A sum that was opened: of which councils' round, over whom, and whether later ones are held against it."""

    round_no: int
    councils: frozenset[int]
    members: Set
    adds: bool


Judge = Callable[[Sequence[Published], Set], Judgement]
"""What is said of a sum that is to be opened after these."""


@dataclass(slots=True)
class History:
    """What became of the rounds of one federation."""

    published: list[Published]
    alone: int = 0
    rolled_up: int = 0
    unpublished: int = 0
    rollups: int = 0
    refused_rollups: int = 0


def rounds(random: Random, councils: Sequence[Sequence[Member]], skipping: float) -> Iterator[list[Set]]:
    """Who claims in each council, round by round. The last of each council joins for the second round."""
    for number in range(ROUNDS):
        there = [council if number else council[:-1] for council in councils]
        yield [frozenset(member for member in council if random.random() >= skipping) for council in there]


def publish(history: Iterable[Sequence[Set]], random: Random, *, judge: Judge, in_groups: bool) -> History:
    """Each round: every council's total; those refused rolled up with others, if asked for; then all councils."""
    done = History([])
    for round_no, claims in enumerate(history):

        def opened(councils: Iterable[int], round_no: int = round_no, claims: Sequence[Set] = claims) -> bool:
            cohort = frozenset(councils)
            members = frozenset[Member]().union(*(claims[council] for council in cohort))
            if len(members) < MINIMUM:
                return False
            judgement = judge(done.published, members)
            if judgement.leak is None:
                done.published.append(Published(round_no, cohort, members, judgement.adds))
            return judgement.leak is None

        order = random.sample(range(len(claims)), len(claims))
        waiting = [council for council in order if not opened([council])]
        done.alone += len(order) - len(waiting)
        while waiting:
            group = [waiting.pop()]
            joined = False
            while in_groups and waiting and not joined and len(group) < FEDERATION:
                group.append(waiting.pop())
                joined = opened(group)
            done.rolled_up += joined * len(group)
            done.unpublished += (not joined) * len(group)
        done.rollups += 1
        done.refused_rollups += not opened(order)
    return done


def given_away(published: Sequence[Published]) -> tuple[set[Member], set[Member]]:
    """Who is alone in a difference, and who is in one about fewer than the minimum: what a patient reader finds.

    From each sum the reader takes off the sums of another round, or of the same one, that are of councils in it: the
    single totals, or the largest ones; and for each council the single total that differs least, of whatever round.
    """
    alone, few = set[Member](), set[Member]()
    for one in published:
        within = [other for other in published if other is not one and other.councils <= one.councils]
        for taken in (*parts_by_round(within), *nearest(one, within)):
            rest = one.members ^ frozenset[Member]().union(*(other.members for other in taken))
            if 0 < len(rest) < MINIMUM:
                few |= rest
                if len(rest) == 1:
                    alone |= rest
    return alone, few


def parts_by_round(within: Sequence[Published]) -> Iterator[list[Published]]:
    """For each round the sums without a council in common: the smallest ones first, then the largest ones first."""
    for round_no in range(ROUNDS):
        of_round = sorted(
            (other for other in within if other.round_no == round_no), key=lambda other: len(other.councils)
        )
        for order in (of_round, of_round[::-1]):
            taken: list[Published] = []
            seen = set[int]()
            for other in order:
                if seen.isdisjoint(other.councils):
                    seen |= other.councils
                    taken.append(other)
            yield taken


def nearest(one: Published, within: Sequence[Published]) -> Iterator[list[Published]]:
    """For each council the single total nearest to its part in the sum, that of the sum's own round included or not."""
    parts = {name(council): frozenset[Member]() for council in one.councils}
    for council, members in groupby(sorted(one.members), key=itemgetter(0)):
        parts[council] = frozenset(members)
    for others in (within, [other for other in within if other.round_no != one.round_no]):
        best: dict[bytes, tuple[int, Published]] = {}
        for other in others:
            if len(other.councils) == 1:
                (council,) = map(name, other.councils)
                differing = len(parts[council] ^ other.members)
                if council not in best or differing < best[council][0]:
                    best[council] = differing, other
        yield [other for _, other in best.values()]


def name(council: int) -> bytes:
    """In the place of a leaf hash."""
    return b"%d" % council


def settings(count: int) -> Iterator[tuple[int, int, float, list[list[list[Member]]]]]:
    """Size of councils, how many in a federation, who skips, and as many federations as there are people for."""
    for size in SIZES:
        councils = [[(name(number), f"{member:03}") for member in range(size)] for number in range(count // size)]
        for together in (FEDERATION, len(councils)):
            for skipping in SKIPPING:
                starts = range(0, len(councils) - together + 1, together)
                yield size, together, skipping, [councils[start : start + together] for start in starts]


def naive(count: int) -> Iterator[Sequence[str]]:
    """What a reader has when everything above the minimum is published."""
    for size, together, skipping, federations in settings(count):
        alone = few = members = 0
        for number in range(HISTORIES):
            random = Random(f"{SEED}/{size}/{together}/{skipping}/{number}")
            for councils in federations:
                claims = rounds(random, councils, skipping)
                done = publish(claims, random, judge=lambda *_: Judgement(), in_groups=False)
                singled, small = given_away(done.published)
                alone += len(singled)
                few += len(small)
                members += sum(map(len, councils))
        found = f"{alone / HISTORIES:,.0f}", f"{few / HISTORIES:,.0f}", share(few, members)
        yield str(size), str(together), f"{skipping:.0%}", *found


def ruled(count: int) -> Iterator[Sequence[str]]:
    """What is published under the rule, and whom it gives away."""
    for size, together, skipping, federations in settings(count):
        unsearched = [0, 0]

        def judge(earlier: Sequence[Published], members: Set, unsearched: list[int] = unsearched) -> Judgement:
            held = [dict.fromkeys(one.members, MINIMUM) for one in earlier if one.adds]
            judgement = disclosure.judge(held, dict.fromkeys(members, MINIMUM))
            if judgement.leak is not None:
                unsearched[judgement.leak.members == 0] += 1
            return judgement

        histories = list[History]()
        given = 0
        for number in range(HISTORIES):
            random = Random(f"{SEED}/{size}/{together}/{skipping}/{number}")
            for councils in federations:
                done = publish(rounds(random, councils, skipping), random, judge=judge, in_groups=True)
                given += len(given_away(done.published)[1])
                histories.append(done)
        alone, rolled, unpublished = (
            sum(getattr(done, what) for done in histories) for what in ("alone", "rolled_up", "unpublished")
        )
        every = alone + rolled + unpublished
        yield (
            *(str(size), str(together), f"{skipping:.0%}"),
            *(share(part, every) for part in (alone, rolled, unpublished)),
            share(sum(done.refused_rollups for done in histories), sum(done.rollups for done in histories)),
            share(unsearched[1], sum(unsearched)),
            str(given),
        )


def share(part: int, whole: int) -> str:
    """A percentage."""
    return f"{part / whole:.1%}" if whole else "-"


if __name__ == "__main__":
    sys.exit(main())
