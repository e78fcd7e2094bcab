"""The chapter of federations: who joined and left, what was asked for in the open, and the rollups of it all."""

from collections.abc import Collection

from msgspec.structs import replace

from ledger.audit.chapters.errata import Errata
from ledger.audit.chapters.noted import Noted, Notes
from ledger.audit.chapters.register import Register
from ledger.audit.chapters.rounds import Rounds, challenged
from ledger.audit.chapters.shelf import Shelf
from ledger.audit.lines.councils import MembershipLine
from ledger.audit.lines.federation import (
    AmountLine,
    CountedRound,
    Defaulted,
    Missing,
    RequestLine,
    RollupCategory,
    RollupLine,
    TagsLine,
    Uncounted,
)
from ledger.audit.lines.packed import PackedLines
from ledger.audit.lines.rounds import CategoryLine
from ledger.records.councils import COUNCILS
from ledger.records.kinds.membership import Membership
from ledger.records.kinds.request import Request
from ledger.records.kinds.rollup import Rollup, defaults_of, requests_of
from ledger.records.kinds.tags import Tags
from ledger.records.rounds import ROUND_NUMBERS, round_number
from ledger.records.view import FactStruct, Space, View


class DefaultLineFact(FactStruct, frozen=True):
    """The index of a council's default, under its leaf hash."""

    index: int


DEFAULT_LINES: Space[DefaultLineFact] = Space("audit-default", DefaultLineFact)


class Federation:
    """Memberships, requests, tags and rollups, by their index."""

    def __init__(self, register: Register, rounds: Rounds, errata: Errata) -> None:
        self._register = register
        self._rounds = rounds
        self._errata = errata
        self._memberships = Shelf(register.facts, "membership", MembershipLine)
        self._requests = Shelf(register.facts, "request", RequestLine)
        self._tags = Shelf(register.facts, "tags", TagsLine)
        self._rollups = Shelf(register.facts, "rollup", RollupLine)
        self.notes: Notes = {
            Membership: self._note_membership,
            Request: self._note_request,
            Tags: self._note_tags,
            Rollup: self._note_rollup,
        }

    def memberships(self) -> PackedLines[MembershipLine]:
        """Who joined, left and moved, in the order of the log."""
        return self._memberships.all()

    def requests(self) -> PackedLines[RequestLine]:
        """What was asked for in the open, in the order of the log."""
        return self._requests.all()

    def tags(self) -> PackedLines[TagsLine]:
        """Which rosters have tags, in the order of the log."""
        return self._tags.all()

    def rollups(self, withdrawn: Collection[int], view: View) -> PackedLines[RollupLine]:
        """All rollups, as they stand now, in the order of the log; `withdrawn` are rounds whose own total was."""

        def now(line: RollupLine) -> RollupLine:
            errata = self._errata.about(line.index)
            return replace(
                line,
                rounds=tuple(replace(each, total_withdrawn=each.index in withdrawn) for each in line.rounds),
                errata=errata,
                withdrawn=any(each.effect == "withdrawn" for each in errata),
                challenged=challenged(view, line.leaf),
            )

        return self._rollups.all(now)

    def _note_membership(self, entry: Noted[Membership]) -> None:
        body, name = entry.body, self._register.name_or_none
        line = MembershipLine(
            index=entry.index,
            leaf=entry.leaf,
            council=body.council,
            council_name=self._register.name(body.council),
            left=body.from_,
            left_name=name(body.from_),
            joined=body.to,
            joined_name=name(body.to),
        )
        self._memberships.put(line, entry.index)

    def _note_request(self, entry: Noted[Request]) -> None:
        body, facts = entry.body, self._register.facts
        earlier = None
        if body.type == "default":
            default = facts.get(DEFAULT_LINES, body.council)
            earlier = None if default is None else default.index
            facts.apply((DEFAULT_LINES.put(body.council, DefaultLineFact(entry.index)),))
        elif body.supersedes is not None:
            earlier = self._register.entry(body.supersedes).index
        if earlier is not None:
            self._requests.change(earlier, superseded_by=entry.index)
        line = RequestLine(
            index=entry.index,
            leaf=entry.leaf,
            council_name=self._register.name(body.council),
            type=body.type,
            period=body.period,
            purpose=body.purpose,
            amounts=tuple(
                AmountLine(code=each.code, unit=each.unit, scale=each.scale, quantity=each.quantity)
                for each in body.amounts
            ),
            signed_under=entry.signed_under,
        )
        self._requests.put(line, entry.index)

    def _note_tags(self, entry: Noted[Tags]) -> None:
        body = entry.body
        line = TagsLine(
            index=entry.index,
            leaf=entry.leaf,
            council_name=self._register.name(body.council),
            roster_index=self._register.entry(body.roster).index,
            period=body.period,
            count=len(body.tags),
            signed_under=entry.signed_under,
        )
        self._tags.put(line, entry.index)

    def _note_rollup(self, entry: Noted[Rollup]) -> None:
        body, register = entry.body, self._register
        federation = register.facts.get(COUNCILS, body.federation)
        if federation is None:
            raise AssertionError("bad math in the book: a rollup was stepped and its federation is not in the view")
        rounds = [self._rounds.line(leaf) for leaf in body.rounds]
        requests = sorted(register.entry(leaf).index for leaf in requests_of(register.facts, body))
        defaults = [
            Defaulted(council_name=register.name(council), request=register.entry(leaf).index)
            for council, leaf in zip(body.defaults, defaults_of(register.facts, body), strict=True)
        ]
        line = RollupLine(
            index=entry.index,
            leaf=entry.leaf,
            federation=body.federation,
            federation_name=federation.name,
            period=body.period,
            round_no=body.round_no,
            count=body.count,
            minimum=max(each.minimum for each in rounds),
            categories=tuple(
                RollupCategory(
                    code=each.code, name=each.name, unit=each.unit, scale=each.scale, total=total, requested=requested
                )
                for each, total, requested in zip(rounds[0].categories, body.totals, body.requested, strict=True)
            ),
            rounds=tuple(
                CountedRound(
                    index=each.index,
                    council_name=each.council_name,
                    count=each.count or 0,
                    too_small=(each.count or 0) < each.minimum,
                )
                for each in rounds
            ),
            requests=tuple(requests),
            defaults=tuple(defaults),
            missing=tuple(self._missing(council, body) for council in body.missing),
            uncounted=self._uncounted([*requests, *(each.request for each in defaults)], rounds[0].categories),
            tags=federation.tags,
            signed_under=entry.signed_under,
        )
        self._rollups.put(line, entry.index)

    def _missing(self, council: bytes, body: Rollup) -> Missing:
        """Whether the council had closed its round when it was left out."""
        name = self._register.name(council)
        number = self._register.facts.get(ROUND_NUMBERS, round_number(council, body.round_no, body.period))
        if number is None:
            return Missing(council_name=name, closed=None)
        line = self._rounds.line(number.round)
        counted_in = line.rollups[0].index if line.rollups else None
        return Missing(council_name=name, closed=line.close_index, counted_in=counted_in)

    def _uncounted(self, requests: list[int], categories: tuple[CategoryLine, ...]) -> tuple[Uncounted, ...]:
        counted = {(each.code, each.unit, each.scale) for each in categories}
        asked = (self._requests.line(index) for index in sorted(requests))
        return tuple(
            Uncounted(request=line.index, council_name=line.council_name, amount=amount)
            for line in asked
            for amount in line.amounts
            if (amount.code, amount.unit, amount.scale) not in counted
        )
