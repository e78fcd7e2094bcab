"""The routes about checks and balances: what they give is what their structs say, and what is bad is refused."""

from collections.abc import Callable

import msgspec
import pytest

from api import assent_answers, checks_answers, federation_answers
from tests.api.desk import Desk, refused
from tests.api.valley import Valley

NOBODY = "0" * 64


NO_LEAF = "leaf is not a leaf hash: 64 lower-case hex digits"
NO_STATE = "state is not answered, decided, open or overdue"
NO_STATE_OF_PROPOSAL = "state is not lapsed, took-effect or waiting"
NO_NAME = "resource is not the name of a resource: 1 to 32 of a-z, 0-9, - and _"
NO_PERIOD = "period is not a period: 1 to 80 characters"


@pytest.mark.parametrize(
    ("path", "status", "rule", "sentence"),
    [
        (f"/v1/resources/{NOBODY}", 404, "not-found", "there is no resource of this leaf hash"),
        (f"/v1/challenges/{NOBODY}", 404, "not-found", "there is no challenge of this leaf hash"),
        (f"/v1/decisions/{NOBODY}", 404, "not-found", "there is no decision of this leaf hash"),
        (f"/v1/rollups/{NOBODY}", 404, "not-found", "there is no rollup of this leaf hash"),
        (f"/v1/councils/{NOBODY}", 404, "unknown-council", "there is no council of this leaf hash"),
        (f"/v1/councils/{NOBODY}/mandates", 404, "unknown-council", "there is no council of this leaf hash"),
        (f"/v1/proposals/{NOBODY}", 404, "not-found", "there is no proposal of this leaf hash"),
        (f"/v1/resources/{NOBODY}/uses", 404, "not-found", "there is no resource of this leaf hash"),
        (f"/v1/challenges/{NOBODY}/replies", 404, "not-found", "there is no challenge of this leaf hash"),
        ("/v1/councils/zz/mandates", 400, "bad-parameter", NO_LEAF),
        ("/v1/proposals/zz", 400, "bad-parameter", NO_LEAF),
        ("/v1/proposals?state=open", 400, "bad-parameter", NO_STATE_OF_PROPOSAL),
        ("/v1/proposals?council=me", 400, "bad-parameter", "council is not a leaf hash: 64 lower-case hex digits"),
        ("/v1/resources/zz/uses", 400, "bad-parameter", NO_LEAF),
        ("/v1/challenges/zz/replies", 400, "bad-parameter", NO_LEAF),
        ("/v1/resources/zz", 400, "bad-parameter", NO_LEAF),
        ("/v1/challenges/zz", 400, "bad-parameter", NO_LEAF),
        ("/v1/decisions/zz", 400, "bad-parameter", NO_LEAF),
        ("/v1/rollups/zz", 400, "bad-parameter", NO_LEAF),
        ("/v1/resources?resource=Weir", 400, "bad-parameter", NO_NAME),
        (f"/v1/resources?resource={'a' * 33}", 400, "bad-parameter", NO_NAME),
        ("/v1/resources?resource=a%00b", 400, "bad-parameter", NO_NAME),
        ("/v1/resources?limit=0", 400, "bad-parameter", "limit is below 1"),
        ("/v1/challenges?state=Open", 400, "bad-parameter", NO_STATE),
        ("/v1/challenges?about=me", 400, "bad-parameter", "about is not a leaf hash: 64 lower-case hex digits"),
        ("/v1/challenges?after=0", 400, "bad-parameter", "after is not the `next` of the page before: lower-case hex"),
        ("/v1/challenges?by=Ada", 400, "bad-parameter", "by is not a parameter of this path"),
        ("/v1/decisions?limit=1001", 400, "bad-parameter", "limit is above 1000"),
        ("/v1/rollups?council=me", 400, "bad-parameter", "council is not a leaf hash: 64 lower-case hex digits"),
        ("/v1/rollups?federation=me", 400, "bad-parameter", "federation is not a parameter of this path"),
        (f"/v1/requests?period={'x' * 81}", 400, "bad-parameter", NO_PERIOD),
        ("/v1/defaults?period=2027", 400, "bad-parameter", "period is not a parameter of this path"),
        ("/v1/openings", 400, "bad-parameter", "period is missing"),
        ("/v1/openings?period=", 400, "bad-parameter", NO_PERIOD),
        ("/v1/openings?period=a%0Ab", 400, "bad-parameter", NO_PERIOD),
        ("/v1/openings?period=a&period=b", 400, "bad-parameter", "period is given more than once"),
    ],
)  # fmt: skip
def test_a_bad_path_is_refused(desk: Desk, path: str, status: int, rule: str, sentence: str) -> None:
    refused(desk.get(path), status, rule, sentence)


def test_an_entry_of_another_kind_is_not_found_under_its_leaf_hash(desk: Desk, valley: Valley) -> None:
    for path, leaf in (
        ("resources", valley.decision),
        ("challenges", valley.ceiling),
        ("decisions", valley.rollup),
        ("rollups", valley.hers),
        ("councils", valley.ceiling),
        ("proposals", valley.ceiling),
    ):
        assert desk.get(f"/v1/{path}/{leaf.hex()}").status_code == 404
    for path, leaf in (
        (f"resources/{valley.hers.hex()}", "uses"),
        (f"challenges/{valley.ceiling.hex()}", "replies"),
        (f"councils/{valley.ceiling.hex()}", "mandates"),
    ):
        assert desk.get(f"/v1/{path}/{leaf}").status_code == 404


ANSWERS: list[tuple[str, Callable[[Valley], bytes] | None, type[msgspec.Struct]]] = [
    ("/v1/resources", None, checks_answers.ResourceList),
    ("/v1/resources/{}", lambda v: v.ceiling, checks_answers.OneResource),
    ("/v1/resources/{}/uses", lambda v: v.ceiling, checks_answers.UseList),
    ("/v1/challenges", None, checks_answers.ChallengeList),
    ("/v1/challenges/{}", lambda v: v.hers, checks_answers.OneChallenge),
    ("/v1/challenges/{}/replies", lambda v: v.hers, checks_answers.ReplyList),
    ("/v1/decisions", None, checks_answers.DecisionList),
    ("/v1/decisions/{}", lambda v: v.decision, checks_answers.OneDecision),
    ("/v1/councils/{}", lambda v: v.valley.leaf, federation_answers.OneCouncil),
    ("/v1/councils/{}/mandates", lambda v: v.valley.leaf, assent_answers.MandateList),
    ("/v1/proposals", None, assent_answers.ProposalList),
    ("/v1/proposals/{}", lambda v: v.mandate, assent_answers.OneProposal),
    ("/v1/requests", None, federation_answers.RequestList),
    ("/v1/defaults", None, federation_answers.DefaultList),
    ("/v1/rollups", None, federation_answers.RollupList),
    ("/v1/rollups/{}", lambda v: v.rollup, federation_answers.RollupView),
    ("/v1/openings?period=2027", None, federation_answers.OpeningList),
]


@pytest.mark.parametrize(("path", "which", "answer"), ANSWERS, ids=[one[0] for one in ANSWERS])
def test_answers_are_what_their_structs_say(
    desk: Desk, valley: Valley, path: str, which: Callable[[Valley], bytes] | None, answer: type[msgspec.Struct]
) -> None:
    given = desk.get(path.format(which(valley).hex() if which else ""))
    assert given.headers["cache-control"] == "no-store"  # it stands at one size of the log
    raw = given.content
    decoded = msgspec.json.decode(raw, type=answer)
    assert msgspec.json.encode(decoded) == raw
    if path.endswith(("s", "=2027")):
        (lines,) = (value for value in msgspec.structs.asdict(decoded).values() if isinstance(value, tuple))
        assert lines, path
