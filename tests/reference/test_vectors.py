"""Every published test vector is judged as it says: accepted, or refused by its rule."""

import pytest

from .judges import FOLDER, JUDGES, load
from .refusal import RefusedError


def subjects() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("*.json"))


def test_every_file_is_judged() -> None:
    assert subjects() == sorted([*JUDGES, "worked"])


@pytest.mark.parametrize("subject", sorted(JUDGES))
def test_every_case_is_judged_as_it_says(subject: str) -> None:
    disagreements = []
    file = load(subject)
    for case in file["cases"]:
        try:
            JUDGES[subject](case, file)
        except RefusedError as refused:
            found = refused.rule
        else:
            found = None
        if found != case["rule"]:
            disagreements.append((case["name"], case["rule"], found))
    assert disagreements == []
