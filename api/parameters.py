"""What the parameters in a route's path and query may be, and the one sentence that refuses what they are not."""

import re
from collections.abc import Callable, Coroutine, Sequence
from typing import Annotated, Any, Final

from fastapi import Path, Query, Request
from fastapi.routing import APIRoute
from starlette.responses import Response
from typing_extensions import override

from api.problems import problem_response
from ledger.encoding import MAX_SAFE_INTEGER
from ledger.errors import MalformedError
from ledger.records.fields import MAX_ROWS

BAD_PARAMETER: Final = "bad-parameter"

_NAME: Final = re.compile("[A-Za-z_]{1,20}")

_LEAF: Final = "^[0-9a-f]{64}$"
_LEAF_OR_NONE: Final = "^([0-9a-f]{64})?$"
_AFTER: Final = "^([0-9a-f]{2}){0,400}$"

_RESOURCE: Final = "^([a-z0-9_-]{1,32})?$"
_STATE: Final = "^(answered|decided|open|overdue)?$"
_PROPOSAL_STATE: Final = "^(lapsed|took-effect|waiting)?$"
_PERIOD: Final = "^.{1,80}$"
_PERIOD_OR_NONE: Final = "^.{0,80}$"

_FORMS: Final = {
    _LEAF: "a leaf hash: 64 lower-case hex digits",
    _LEAF_OR_NONE: "a leaf hash: 64 lower-case hex digits",
    _AFTER: "the `next` of the page before: lower-case hex",
    _RESOURCE: "the name of a resource: 1 to 32 of a-z, 0-9, - and _",
    _STATE: "answered, decided, open or overdue",
    _PROPOSAL_STATE: "lapsed, took-effect or waiting",
    _PERIOD: "a period: 1 to 80 characters",
    _PERIOD_OR_NONE: "a period: 1 to 80 characters",
}

Leaf = Annotated[str, Path(pattern=_LEAF, description="a leaf hash in lower-case hex")]
LeafOrNone = Annotated[str, Query(pattern=_LEAF_OR_NONE, description="only this council's, by leaf hash")]
Index = Annotated[int, Path(ge=0, le=MAX_SAFE_INTEGER)]
Number = Annotated[int, Query(ge=0, le=MAX_SAFE_INTEGER)]
Limit = Annotated[int, Query(ge=1, le=1000)]
Row = Annotated[int, Path(ge=0, le=MAX_ROWS - 1)]
After = Annotated[str, Query(pattern=_AFTER, description="the `next` of the page before")]
About = Annotated[
    str, Query(pattern=_LEAF_OR_NONE, description="only those against this entry or what was said of it, by leaf hash")
]
ResourceName = Annotated[str, Query(pattern=_RESOURCE, description="only claims about the resource of this name")]
State = Annotated[str, Query(pattern=_STATE, description="only those that are in this state now")]
StateOfProposal = Annotated[
    str, Query(alias="state", pattern=_PROPOSAL_STATE, description="only those that are in this state now")
]
Period = Annotated[str, Query(pattern=_PERIOD, description="the period, as rounds write it")]
PeriodOrNone = Annotated[str, Query(pattern=_PERIOD_OR_NONE, description="only those for this period")]


class StrictRoute(APIRoute):
    """A route that takes no query parameter which it does not name, and none twice.

    A reader who asks for `?size=7` where there is no such parameter would else take the answer for one at size 7.
    """

    @override
    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()
        known = frozenset(parameter.alias for parameter in self.dependant.query_params)

        async def strict(request: Request) -> Response:
            refuse_others(request, known)
            return await handle(request)

        return strict


def refuse_others(request: Request, known: frozenset[str]) -> None:
    """Refuse a query that names anything else than ``known``, or a name twice.

    Raises:
        MalformedError: ``bad-parameter``.
    """
    if not request.scope["query_string"]:
        return
    names = [name for name, _ in request.query_params.multi_items()]
    others = sorted(set(names) - known)
    if others:
        # What looks like no name may be a value put in the wrong place, and values are never repeated.
        name = others[0] if _NAME.fullmatch(others[0]) else "what the query names"
        raise MalformedError(f"{name} is not a parameter of this path", rule=BAD_PARAMETER)
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise MalformedError(f"{twice} is given more than once", rule=BAD_PARAMETER)


async def on_bad_parameter(_request: Request, error: Exception) -> Response:
    """A path or query parameter that the framework's own validation refuses; the value is not repeated."""
    found: Sequence[dict[str, Any]] = getattr(error, "errors", tuple)()
    sentences = sorted({_sentence(one) for one in found}) or ["a parameter is missing or wrong"]
    return problem_response(MalformedError("; ".join(sentences), rule=BAD_PARAMETER))


def _sentence(fault: dict[str, Any]) -> str:
    name = str(fault["loc"][-1])
    limits = fault.get("ctx", {})
    match fault["type"]:
        case "missing":
            return f"{name} is missing"
        case "string_pattern_mismatch":
            return f"{name} is not {_FORMS[limits['pattern']]}"
        case "greater_than_equal":
            return f"{name} is below {limits['ge']}"
        case "less_than_equal":
            return f"{name} is above {limits['le']}"
        case _:
            return f"{name} is not a whole number"
