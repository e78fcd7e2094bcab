"""The documentation leads where it says and names every command, every route and every rule under which things fail."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from api import routes, submissions
from api.problems import STATUS_BY_RULE, status_of
from ledger import errors
from ledger.cli.exits import exit_code
from ledger.cli.main import app
from ledger.crypto.batch import BatchFailure
from ledger.errors import ConflictError, LedgerError, MisbehaviourError
from ledger.records.rule_names import RULES, NotYet
from ledger.records.view import WrongFacts
from ledger.submit import looking

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]

CLASSES: dict[str, type[LedgerError]] = {
    name: value for name, value in vars(errors).items() if isinstance(value, type) and issubclass(value, LedgerError)
} | {"NotYet": NotYet, "WrongFacts": WrongFacts}

OF_PEOPLE = ("ledger/cli", "ledger/clerk", "ledger/audit", "ledger/client")
"""Programs on people's own machines: what they alone refuse has no HTTP status."""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_to_a_file(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if not re.match(r"[a-z]+:", target):
            path, _, fragment = target.partition("#")
            assert (page.parent / path).exists(), target
            if fragment and path.endswith(".md"):
                assert fragment in headings(page.parent / path), target


CITED = re.compile(r"(docs/[\w/.-]+\.md),?\s+(?:§|sections?\s+)(\d+(?:(?:,\s+|\s+and\s+|,\s+and\s+|\s+to\s+)\d+)*)")
"""A page of ours with the numbers of sections of it, as a docstring or a comment names it."""


def cited() -> set[tuple[str, str]]:
    """Every page and section that the code leads its reader to."""
    found: set[tuple[str, str]] = set()
    for top in ("ledger", "api", "vectors", "fuzz", "bench", "migrations", "tests"):
        for path in (ROOT / top).rglob("*.py"):
            for page, numbers in CITED.findall(path.read_text()):
                found.update((page, number) for number in re.findall(r"\d+", numbers))
    return found


def test_every_section_that_the_code_names_is_on_its_page() -> None:
    assert {("docs/spec/claim.md", number) for number in ("2", "4", "5", "7", "8")} <= cited()
    for page, number in cited():
        assert re.search(rf"^#+ {number}\. ", (ROOT / page).read_text(), re.MULTILINE), (
            f"{page} has no section {number}"
        )
    for top in ("ledger", "api"):
        for path in (ROOT / top).rglob("*.py"):
            assert not re.search(r"\bdesign(\.md)? §", path.read_text(), re.IGNORECASE), path


def headings(page: Path) -> set[str]:
    lines = (line.lstrip("#").strip() for line in page.read_text().splitlines() if line.startswith("#"))
    return {re.sub(r"[^\w\- ]", "", line.lower()).replace(" ", "-") for line in lines}


def first_cells(page: str) -> list[str]:
    """What stands in backquotes at the beginning of each row of a page's tables."""
    return re.findall(r"^\| `([^`]+)`", (DOCS / page).read_text(), re.MULTILINE)


def commands(command: object, words: tuple[str, ...]) -> Iterator[str]:
    below: dict[str, object] | None = getattr(command, "commands", None)
    if below is None:
        yield " ".join(words)
    for name, each in (below or {}).items():
        yield from commands(each, (*words, name))


def test_every_command_is_told_and_no_other() -> None:
    told = first_cells("commands.md")
    assert len(told) == len(set(told))
    assert set(told) == set(commands(typer.main.get_command(app), ("opentally",)))


def served() -> dict[str, set[str]]:
    """Every route and the names of its query parameters."""
    return {
        f"{method} {route.path.replace(':path', '')}": {parameter.alias for parameter in route.dependant.query_params}
        for router in (routes.router, submissions.router)
        for route in router.routes
        for method in route.methods
    }


def test_every_route_is_told_with_its_parameters_and_no_other() -> None:
    rows = dict(re.findall(r"^\| `([^`]+)` \|([^|]*)\|", (DOCS / "http.md").read_text(), re.MULTILINE))
    told = {route: set(re.findall(r"`(\w+)`", parameters)) for route, parameters in rows.items()}
    assert told == served()


def raised() -> dict[str, set[tuple[str, str]]]:
    """Every rule that the code names beside a class of error: which classes, in which files."""
    trees = {path: ast.parse(path.read_text()) for top in ("ledger", "api") for path in (ROOT / top).rglob("*.py")}
    constants = {
        target.id: node.value.value
        for tree in trees.values()
        for node in tree.body
        if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Constant)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name) and isinstance(node.value.value, str)
    }
    found: dict[str, set[tuple[str, str]]] = {}
    for path, tree in trees.items():
        where = str(path.relative_to(ROOT))
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CLASSES:
                for value in (each.value for each in node.keywords if each.arg == "rule"):
                    name = value.value if isinstance(value, ast.Constant) else constants.get(getattr(value, "id", ""))
                    if isinstance(name, str):
                        found.setdefault(name, set()).add((node.func.id, where))
    for name, cls in CLASSES.items():
        found.setdefault(cls.default_rule, set()).add((name, "ledger/errors.py"))
    for name, rule in RULES.items():
        found.setdefault(name, set()).add((rule.error.__name__, "ledger/records"))
    for name, _ in looking.NOT_SUBMITTED.values():
        found.setdefault(name, set()).add(("NotAcceptedError", "ledger/submit"))
    return found


def example(cls: str, rule: str) -> LedgerError:
    if CLASSES[cls] is ConflictError:
        return ConflictError("x", current_size=0, rule=rule)
    if CLASSES[cls] is MisbehaviourError:
        return MisbehaviourError("x", evidence=(), rule=rule)
    return CLASSES[cls]("x", rule=rule)


def codes(rule: str, where: set[tuple[str, str]]) -> tuple[str, str]:
    """The cells of a rule's HTTP statuses and exit codes."""
    made = [example(cls, rule) for cls, _ in where]
    statuses = {str(status_of(example(cls, rule))) for cls, path in where if not path.startswith(OF_PEOPLE)}
    exits = {str(int(exit_code(error))) for error in made if type(error) is not LedgerError}
    return ", ".join(sorted(statuses)) or "-", ", ".join(sorted(exits)) or "-"


def test_every_rule_is_told_with_its_status_its_exit_code_and_a_sentence_and_no_other() -> None:
    text = (DOCS / "refusals.md").read_text()
    rows = re.findall(r"^\| `([^`]+)` \| ([^|]+) \| ([^|]+) \| ([^|]+\.) \|$", text, re.MULTILINE)
    assert len(rows) == len({name for name, *_ in rows}) == len(first_cells("refusals.md"))
    told = {name: (status, code) for name, status, code, _ in rows}
    expected = {name: codes(name, where) for name, where in raised().items()}
    assert told == expected | {"internal": ("500", "4")}
    for name, *_, sentence in rows:
        if name in RULES and name not in {"too-long", "malformed"}:
            assert sentence.startswith(RULES[name].sentence.rstrip("."))


def test_no_status_is_fixed_for_a_rule_that_there_is_not() -> None:
    assert set(STATUS_BY_RULE) <= set(raised())
    assert BatchFailure.default_rule not in raised(), "it is caught where it is raised, and reaches nobody"
