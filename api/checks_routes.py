"""The reading routes about checks and balances: claims about the world, challenges, decisions, powers, federations."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.answering import answer
from api.assent_answers import MandateList, OneProposal, ProposalList
from api.assent_views import AssentViews
from api.checks_answers import (
    ChallengeList,
    DecisionList,
    OneChallenge,
    OneDecision,
    OneResource,
    ReplyList,
    ResourceList,
    UseList,
)
from api.checks_views import ChecksViews
from api.federation_answers import DefaultList, OneCouncil, OpeningList, RequestList, RollupList, RollupView
from api.federation_views import FederationViews
from api.follow_ups import FollowUps
from api.openapi import gives
from api.parameters import (
    About,
    After,
    Leaf,
    LeafOrNone,
    Limit,
    Period,
    PeriodOrNone,
    ResourceName,
    State,
    StateOfProposal,
    StrictRoute,
)

router = APIRouter(default_response_class=Response, route_class=StrictRoute)


def checks_of(request: Request) -> ChecksViews:
    """The views of claims, challenges and decisions."""
    views: ChecksViews = request.app.state.checks
    return views


def federations_of(request: Request) -> FederationViews:
    """The views of councils, powers and federations."""
    views: FederationViews = request.app.state.federations
    return views


def assent_of(request: Request) -> AssentViews:
    """The views of mandates and proposals."""
    views: AssentViews = request.app.state.assent
    return views


def follow_ups_of(request: Request) -> FollowUps:
    """The views of what followed on an entry."""
    views: FollowUps = request.app.state.follow_ups
    return views


@router.get("/v1/councils/{leaf}", responses=gives(OneCouncil, "the council"), tags=["views"])
def council(request: Request, leaf: Leaf) -> Response:
    """One council: its federation, those in it, its recovery keys and mandates."""
    return answer(federations_of(request).council(bytes.fromhex(leaf)))


@router.get("/v1/councils/{leaf}/mandates", responses=gives(MandateList, "a page of mandates"), tags=["views"])
def mandates(request: Request, leaf: Leaf, after: After = "", limit: Limit = 100) -> Response:
    """The mandates that a council has given, in the order of the log, and how each stands."""
    return answer(assent_of(request).mandates(bytes.fromhex(leaf), bytes.fromhex(after), limit))


@router.get("/v1/proposals", responses=gives(ProposalList, "a page of proposals"), tags=["views"])
def proposals(
    request: Request, council: LeafOrNone = "", state: StateOfProposal = "", after: After = "", limit: Limit = 100
) -> Response:
    """Mandates, recalls and recovery keys that wait for the assent of those below, or had it; `council` is above."""
    return answer(assent_of(request).proposals(bytes.fromhex(council), state, bytes.fromhex(after), limit))


@router.get("/v1/proposals/{leaf}", responses=gives(OneProposal, "the proposal"), tags=["views"])
def one_proposal(request: Request, leaf: Leaf) -> Response:
    """One proposal: what it is about, who has a say in it, who has said what, how many more must be for it."""
    return answer(assent_of(request).proposal(bytes.fromhex(leaf)))


@router.get("/v1/resources", responses=gives(ResourceList, "a page of claims"), tags=["views"])
def resources(request: Request, resource: ResourceName = "", after: After = "", limit: Limit = 100) -> Response:
    """Claims about the world in the order of their leaf hashes, with their use and marks."""
    return answer(checks_of(request).resources(resource, bytes.fromhex(after), limit))


@router.get("/v1/resources/{leaf}", responses=gives(OneResource, "the claim"), tags=["views"])
def one_resource(request: Request, leaf: Leaf) -> Response:
    """One claim about the world: its use, its marks, and what councils say of it."""
    return answer(checks_of(request).resource(bytes.fromhex(leaf)))


@router.get("/v1/resources/{leaf}/uses", responses=gives(UseList, "a page of uses"), tags=["views"])
def uses(request: Request, leaf: Leaf, after: After = "", limit: Limit = 100) -> Response:
    """What was measured against one claim, by whom and how, in the order of the log."""
    return answer(follow_ups_of(request).uses(bytes.fromhex(leaf), bytes.fromhex(after), limit))


@router.get("/v1/challenges", responses=gives(ChallengeList, "a page of challenges"), tags=["views"])
def challenges(
    request: Request, about: About = "", state: State = "", after: After = "", limit: Limit = 100
) -> Response:
    """Challenges in the order of their leaf hashes; all, those against one entry, or those in one state."""
    return answer(checks_of(request).challenges(bytes.fromhex(about), state, bytes.fromhex(after), limit))


@router.get("/v1/challenges/{leaf}", responses=gives(OneChallenge, "the challenge"), tags=["views"])
def one_challenge(request: Request, leaf: Leaf) -> Response:
    """One challenge: who owes the answer, until when, the first reply and the outcome."""
    return answer(checks_of(request).challenge(bytes.fromhex(leaf)))


@router.get("/v1/challenges/{leaf}/replies", responses=gives(ReplyList, "a page of replies"), tags=["views"])
def replies(request: Request, leaf: Leaf, after: After = "", limit: Limit = 100) -> Response:
    """What was replied to one challenge, in the order of the log."""
    return answer(follow_ups_of(request).replies(bytes.fromhex(leaf), bytes.fromhex(after), limit))


@router.get("/v1/decisions", responses=gives(DecisionList, "a page of decisions"), tags=["views"])
def decisions(request: Request, after: After = "", limit: Limit = 100) -> Response:
    """Decisions in the order of their leaf hashes."""
    return answer(checks_of(request).decisions(bytes.fromhex(after), limit))


@router.get("/v1/decisions/{leaf}", responses=gives(OneDecision, "the decision"), tags=["views"])
def one_decision(request: Request, leaf: Leaf) -> Response:
    """One decision: what it adopts, how that stands now, and the challenges that it carries."""
    return answer(checks_of(request).decision(bytes.fromhex(leaf)))


@router.get("/v1/requests", responses=gives(RequestList, "a page of requests"), tags=["views"])
def requests(request: Request, period: PeriodOrNone = "", after: After = "", limit: Limit = 100) -> Response:
    """Collective requests, of all periods or of one."""
    return answer(federations_of(request).requests(period, bytes.fromhex(after), limit))


@router.get("/v1/defaults", responses=gives(DefaultList, "a page of defaults"), tags=["views"])
def defaults(request: Request, after: After = "", limit: Limit = 100) -> Response:
    """What is to be counted for councils that are silent, in the order of council and log."""
    return answer(federations_of(request).defaults(bytes.fromhex(after), limit))


@router.get("/v1/rollups", responses=gives(RollupList, "a page of rollups"), tags=["views"])
def rollups(request: Request, council: LeafOrNone = "", after: After = "", limit: Limit = 100) -> Response:
    """Rollups in the order of federation, number and period; `council` is the federation."""
    return answer(federations_of(request).rollups(bytes.fromhex(council), bytes.fromhex(after), limit))


@router.get("/v1/rollups/{leaf}", responses=gives(RollupView, "the rollup"), tags=["views"])
def one_rollup(request: Request, leaf: Leaf) -> Response:
    """One rollup: totals, rounds, who is missing, what was asked for in the open, errata."""
    return answer(federations_of(request).rollup(bytes.fromhex(leaf)))


@router.get("/v1/openings", responses=gives(OpeningList, "a page of openings"), tags=["views"])
def openings(request: Request, period: Period, after: After = "", limit: Limit = 100) -> Response:
    """The sums opened in a period so far against which the disclosure rule holds a further one."""
    return answer(federations_of(request).openings(period, bytes.fromhex(after), limit))
