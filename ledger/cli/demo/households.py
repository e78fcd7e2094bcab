"""The households of the demonstration: 1,519 of them, as one clerk's file a council."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ledger.clerk.mapping import Mapping, parse_mapping
from ledger.clerk.orders import Member, Preview, read_members, read_orders
from ledger.clerk.round_sheet import RoundSheet
from ledger.clerk.table import read_table
from ledger.clerk.vault import Vault
from ledger.errors import NotFoundError

DATA: Final = "data/uk-household-weekly-spending.csv"
MAPPING: Final = "uk-household-weekly-spending.mapping.toml"
ROUND: Final = "uk-household-weekly-spending.round.toml"


def examples_folder() -> Path:
    """Where the example files are: beside the packages in a checkout, inside the package once installed.

    Raises:
        NotFoundError: neither is there.
    """
    package = Path(__file__).resolve().parents[2]
    for folder in (package / "_examples", package.parent / "examples"):
        if (folder / DATA).is_file():
            return folder
    raise NotFoundError("the example files are not installed with this copy of opentally", rule="no-examples")


@dataclass(frozen=True, slots=True)
class ClerkFile:
    """One council's orders, as its clerk has them: a CSV file, and how to read it."""

    path: Path
    mapping: Mapping

    def members(self) -> tuple[Member, ...]:
        """Its rows as members of a roster, with their allowances."""
        members, refusals = read_members(
            read_table(self.path, self.mapping.declared, columns=self.mapping.columns), self.mapping
        )
        if refusals:
            raise AssertionError("bad math in the demonstration's files: a member was refused")
        return members

    def preview(self, sheet: RoundSheet, vault: Vault) -> Preview:
        """What the importer says of the file, row by row, before anything is sent."""
        return read_orders(
            read_table(self.path, self.mapping.declared, columns=self.mapping.columns),
            self.mapping,
            sheet.body.catalogue,
            slack_width=sheet.body.allowance.slack_width,
            members=sheet.expected(vault),
        )

    def ask_again(self, over: dict[str, int], path: Path) -> "ClerkFile":
        """A second file in which each household of ``over`` asks for less, by just as much, its largest part first.

        Args:
            over: by how many pence each order was over its allowance.
            path: where the second file goes.
        """
        header, *rows = _read(self.path)
        columns = [header.index(source) for category in self.mapping.categories for source in category.sources]
        ref = header.index(self.mapping.member)
        for row in rows:
            left = over.get(row[ref], 0)
            for column in sorted(columns, key=lambda at: -_pence(row[at])):
                cut = min(left, _pence(row[column]))
                row[column] = f"{(_pence(row[column]) - cut) // 100}.{(_pence(row[column]) - cut) % 100:02}"
                left -= cut
        _write(path, [header, *rows])
        return ClerkFile(path, self.mapping)


def split_households(folder: Path, *, councils: int, households: int) -> list[ClerkFile]:
    """The first ``households`` of the example, as one file for each of ``councils`` of nearly equal size."""
    examples = examples_folder()
    mapping = parse_mapping((examples / MAPPING).read_bytes(), name=MAPPING)
    header, *rows = _read(examples / DATA)
    rows = rows[:households]
    files = []
    for number in range(councils):
        part = rows[len(rows) * number // councils : len(rows) * (number + 1) // councils]
        path = folder / f"council-{number + 1:02}.csv"
        _write(path, [header, *part])
        files.append(ClerkFile(path, mapping))
    return files


def first_households(count: int) -> list[tuple[int, ...]]:
    """What the first households of the example spend in a week, in pence, in the order of the categories."""
    examples = examples_folder()
    mapping = parse_mapping((examples / MAPPING).read_bytes(), name=MAPPING)
    header, *rows = _read(examples / DATA)
    columns = [[header.index(source) for source in category.sources] for category in mapping.categories]
    return [tuple(sum(_pence(row[at]) for at in sources) for sources in columns) for row in rows[:count]]


def household_count() -> int:
    """How many households the example holds."""
    return len(_read(examples_folder() / DATA)) - 1


def plain_sums(files: Sequence[ClerkFile], codes: Sequence[str], *, without: Sequence[str]) -> list[int]:
    """The sums of the files' cells in pence by category: added up here by plain reading, not by the ledger's code."""
    sums = [0] * len(codes)
    for file in files:
        with file.path.open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                if row[file.mapping.member] not in without:
                    for at, code in enumerate(codes):
                        sums[at] += _pence(row[code])
    return sums


def _pence(text: str) -> int:
    pounds, _, pence = text.partition(".")
    return int(pounds) * 100 + int(pence.ljust(2, "0"))


def _read(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.reader(stream))


def _write(path: Path, rows: Sequence[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows(rows)
