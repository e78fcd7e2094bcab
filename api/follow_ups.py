"""What followed on one entry, in pages: what was measured against a claim, what was replied to a challenge."""

from api.checks_answers import ReplyList, ReplyView, UseList, UseView
from api.lookups import body_at, index_of, page_of
from api.service import Service
from ledger.records.challenges import REPLIES
from ledger.records.kinds.reply import Reply
from ledger.records.kinds.resource import RESOURCES
from ledger.records.kinds.use import CLAIM_USES, USES, Use
from ledger.records.view import View
from ledger.storage.store import SqlStore


class FollowUps:
    """The JSON views about uses and replies of one service."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def uses(self, claim: bytes, after: bytes, limit: int) -> UseList:
        """A page of the uses that name a claim.

        Raises:
            NotFoundError: there is no claim of this leaf hash.
        """
        with self._service.store.snapshot() as snapshot:
            view = snapshot.view
            index_of(view, claim, "resource")
            fact = view.get(RESOURCES, claim)
            if fact is None:
                raise AssertionError("bad math in the facts: a resource entry has no claim")
            page, more = page_of(view.scan(CLAIM_USES, claim, claim + after), limit)
            return UseList(
                size=snapshot.size,
                claim=claim,
                unit=fact.unit,
                scale=fact.scale,
                uses=tuple(self._use(view, key, each.leaf) for key, each in page),
                next=page[-1][0][32:].hex() if more else None,
            )

    def replies(self, challenge: bytes, after: bytes, limit: int) -> ReplyList:
        """A page of the replies to a challenge.

        Raises:
            NotFoundError: there is no challenge of this leaf hash.
        """
        with self._service.store.snapshot() as snapshot:
            view = snapshot.view
            index_of(view, challenge, "challenge")
            replies, last = replies_to(self._service.store, view, challenge, after, limit)
            return ReplyList(
                size=snapshot.size,
                challenge=challenge,
                replies=replies,
                next=None if last is None else last.hex(),
            )

    def _use(self, view: View, key: bytes, leaf: bytes) -> UseView:
        fact = view.get(USES, leaf)
        if fact is None:
            raise AssertionError("bad math in the facts: a claim names a use that is not in the view")
        index = int.from_bytes(key[32:], "big")
        body = body_at(self._service.store, index, Use)
        return UseView(
            leaf=leaf,
            index=index,
            council=body.council,
            quantity=body.quantity,
            from_=body.from_,
            until=body.until,
            method=body.method,
            evidence=body.evidence,
            struck=fact.struck,
        )


def replies_to(
    store: SqlStore, view: View, challenge: bytes, after: bytes, limit: int
) -> tuple[tuple[ReplyView, ...], bytes | None]:
    """Up to ``limit`` replies to a challenge, and after which key to go on; None at the end."""
    page, more = page_of(view.scan(REPLIES, challenge, challenge + after), limit)
    listed: list[ReplyView] = []
    for key, fact in page:
        index = int.from_bytes(key[32:], "big")
        body = body_at(store, index, Reply)
        listed.append(
            ReplyView(leaf=fact.leaf, index=index, answer=body.answer, text=body.text, evidence=body.evidence)
        )
    return tuple(listed), page[-1][0][32:] if more else None
