"""The reading routes: the log as C2SP tlog-tiles has it, and JSON views beside it. Each is one call and bytes back."""

from typing import Annotated, Final

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from api import checks_routes
from api.answering import NO_STORE, answer, service_of
from api.answers import (
    ConsistencyView,
    CouncilList,
    Health,
    InclusionView,
    LeafView,
    LedgerView,
    OneRow,
    RoundList,
    RoundView,
    RowList,
    SetProofView,
    SetView,
)
from api.body import JSON
from api.openapi import gives, gives_bytes, gives_json
from api.parameters import After, Index, Leaf, LeafOrNone, Limit, Number, Row, StrictRoute
from api.telemetry import Telemetry
from api.views import Views
from ledger.encoding import MAX_SAFE_INTEGER
from ledger.errors import UnavailableError
from ledger.merkle.tiles import TilePath
from ledger.records.fields import MAX_ROWS

router = APIRouter(default_response_class=Response, route_class=StrictRoute)

IMMUTABLE: Final = {"cache-control": "public, max-age=604800, immutable"}

_NOTE: Final = "text/plain; charset=utf-8"
_BYTES: Final = "application/octet-stream"

_TILE: Final = (
    r"^([0-9]|[1-5][0-9]|6[0-3]|entries)/(x(?!000)[0-9]{3}/(x[0-9]{3}/){0,4})?[0-9]{3}"
    r"(\.p/([1-9][0-9]?|1[0-9]{2}|2[0-4][0-9]|25[0-5]))?$"
)
"""For the OpenAPI document; :meth:`TilePath.parse` decides."""


def views_of(request: Request) -> Views:
    """The views of the application."""
    views: Views = request.app.state.views
    return views


@router.get("/checkpoint", responses=gives_bytes("text/plain", "the signed checkpoint last published"), tags=["log"])
async def checkpoint(request: Request) -> Response:
    """The signed checkpoint (C2SP tlog-checkpoint)."""
    return Response(service_of(request).core.log.checkpoint(), headers=NO_STORE, media_type=_NOTE)


@router.get("/tile/{path:path}", responses=gives_bytes(_BYTES, "a tile or a bundle of entries"), tags=["log"])
def tile(request: Request, path: Annotated[str, Path(json_schema_extra={"pattern": _TILE})]) -> Response:
    """A tile of hashes, `<L>/<N>[.p/<W>]`, or a bundle of entries, `entries/<N>[.p/<W>]` (C2SP tlog-tiles)."""
    data = service_of(request).core.log.tile(TilePath.parse(f"tile/{path}"))
    return Response(data, headers=IMMUTABLE, media_type=_BYTES)


@router.get("/v1/entries/{index}", responses=gives_json("the entry"), tags=["entries"])
def entry(request: Request, index: Index) -> Response:
    """One entry, byte for byte as it was received: hash it to know that it is the right one."""
    return Response(service_of(request).core.log.entry(index), headers=IMMUTABLE, media_type=JSON)


@router.get("/v1/entries/{index}/receipt", responses=gives_bytes("text/plain", "a tlog-proof file"), tags=["entries"])
def receipt(request: Request, index: Index) -> Response:
    """A receipt that the entry is in the log (C2SP tlog-proof), against the checkpoint last published."""
    return Response(service_of(request).core.log.receipt(index), headers=NO_STORE, media_type=_NOTE)


@router.get("/v1/leaves/{leaf}", responses=gives(LeafView, "where the entry stands"), tags=["entries"])
def leaf_index(request: Request, leaf: Leaf) -> Response:
    """The index of the entry with this leaf hash."""
    log = service_of(request).core.log
    size = log.size
    raw = bytes.fromhex(leaf)
    return answer(LeafView(size=size, index=log.index_of(raw), leaf=raw))


@router.get("/v1/proofs/inclusion", responses=gives(InclusionView, "the path"), tags=["proofs"])
def inclusion(
    request: Request, index: Number, size: Annotated[int | None, Query(ge=1, le=MAX_SAFE_INTEGER)] = None
) -> Response:
    """The path from entry `index` to the root of the first `size` entries; without `size`, of all."""
    log = service_of(request).core.log
    under = log.size if size is None else size
    path = log.inclusion(index, under)
    return answer(InclusionView(size=under, index=index, root=log.root_at(under), path=path))


@router.get("/v1/proofs/consistency", responses=gives(ConsistencyView, "the proof"), tags=["proofs"])
def consistency(request: Request, first: Number, second: Number) -> Response:
    """The proof that the first `first` entries begin the first `second`."""
    log = service_of(request).core.log
    size = log.size
    path = log.consistency(first, second)
    return answer(ConsistencyView(size=size, first=first, second=second, path=path))


@router.get("/v1/ledger", responses=gives(LedgerView, "the ledger's constants"), tags=["views"])
def ledger(request: Request) -> Response:
    """What entry 0 fixed, and the time by the last clock."""
    return answer(views_of(request).ledger())


@router.get("/v1/councils", responses=gives(CouncilList, "a page of councils"), tags=["views"])
def councils(request: Request, after: After = "", limit: Limit = 100) -> Response:
    """Councils in the order of their leaf hashes."""
    return answer(views_of(request).councils(bytes.fromhex(after), limit))


@router.get("/v1/rounds", responses=gives(RoundList, "a page of rounds"), tags=["views"])
def rounds(
    request: Request,
    council: LeafOrNone = "",
    after: After = "",
    limit: Limit = 100,
) -> Response:
    """Rounds in the order of council, number and period."""
    return answer(views_of(request).rounds(bytes.fromhex(council), bytes.fromhex(after), limit))


@router.get("/v1/rounds/{leaf}", responses=gives(RoundView, "the round"), tags=["views"])
def one_round(request: Request, leaf: Leaf) -> Response:
    """One round: state, counts, totals, and what a claimant must know."""
    return answer(views_of(request).round(bytes.fromhex(leaf)))


@router.get("/v1/rounds/{leaf}/rows", responses=gives(RowList, "a page of rows"), tags=["views"])
def rows(
    request: Request, leaf: Leaf, start: Annotated[int, Query(ge=0, le=MAX_ROWS)] = 0, limit: Limit = 1000
) -> Response:
    """The round's rows from `start`: member reference, key, and what each has claimed so far."""
    return answer(views_of(request).rows(bytes.fromhex(leaf), start, limit))


@router.get("/v1/rounds/{leaf}/rows/{row}", responses=gives(OneRow, "the row"), tags=["views"])
def one_row(request: Request, leaf: Leaf, row: Row) -> Response:
    """One row of the round: the last sequence number and the live claim."""
    return answer(views_of(request).row(bytes.fromhex(leaf), row))


@router.get("/v1/rounds/{leaf}/set", responses=gives(SetView, "the live claims"), tags=["views"])
def live_set(request: Request, leaf: Leaf) -> Response:
    """The live claims in index order, and the root over them that a close states as `set`."""
    return answer(views_of(request).live(bytes.fromhex(leaf)))


@router.get("/v1/rounds/{leaf}/set-proof/{claim}", responses=gives(SetProofView, "the path"), tags=["views"])
def set_proof(request: Request, leaf: Leaf, claim: Leaf) -> Response:
    """The path from a live claim to `set`: what a member keeps to show that she is in the total."""
    return answer(views_of(request).set_proof(bytes.fromhex(leaf), bytes.fromhex(claim)))


@router.get("/healthz", responses=gives(Health, "the process answers"), tags=["operation"])
async def healthz(request: Request) -> Response:
    """Whether the process answers."""
    return answer(Health(status="ok", size=service_of(request).core.log.size))


@router.get("/readyz", responses=gives(Health, "entries are taken"), tags=["operation"])
async def readyz(request: Request) -> Response:
    """Whether entries are taken: 503 once the writer has stopped."""
    service = service_of(request)
    if service.stopped is not None:
        raise UnavailableError("the log's writer has stopped; reading goes on", retry_after=10, rule=service.stopped)
    return answer(Health(status="ok", size=service.core.log.size))


@router.get("/metrics", responses=gives_bytes("text/plain", "counters"), tags=["operation"])
def metrics(request: Request) -> Response:
    """Counters in Prometheus' text format."""
    telemetry: Telemetry = request.app.state.telemetry
    return Response(telemetry.exposition(), headers=NO_STORE, media_type="text/plain; version=0.0.4; charset=utf-8")


router.routes.extend(checks_routes.router.routes)
