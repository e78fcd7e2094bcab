"""The chapter of rounds, which are held in memory: every claim of a round adds to its line."""

from typing import Any, Final

from msgspec.structs import replace

from ledger.audit.chapters.errata import Errata
from ledger.audit.chapters.noted import Noted, Notes
from ledger.audit.chapters.register import Register
from ledger.audit.lines.rounds import CategoryLine, InRollup, RoundLine, cost_unit
from ledger.records.challenges import CHALLENGES, open_against
from ledger.records.kinds.claim import Claim
from ledger.records.kinds.close import Close
from ledger.records.kinds.rollup import Rollup
from ledger.records.kinds.round import Round
from ledger.records.kinds.total import Total
from ledger.records.kinds.withdraw import Withdraw
from ledger.records.rounds import ROUNDS
from ledger.records.view import Fact, FactStruct, Space, View


class RoundLineFact(FactStruct, frozen=True):
    """A round's line."""

    line: RoundLine


ROUND_LINES: Final = Space("audit-round", RoundLineFact)


class Rounds:
    """Rounds, their closes and totals."""

    def __init__(self, register: Register, errata: Errata) -> None:
        """Take up what an earlier audit kept."""
        self._register = register
        self._errata = errata
        self._lines = {leaf: fact.line for leaf, fact in register.facts.scan(ROUND_LINES)}
        self.notes: Notes = {
            Round: self._note_round,
            Claim: self._note_claim,
            Withdraw: self._note_withdraw,
            Close: self._note_close,
            Total: self._note_total,
            Rollup: self._note_rollup,
        }

    def line(self, leaf: bytes) -> RoundLine:
        """The round of this leaf hash, so far."""
        return self._lines[leaf]

    def held(self) -> list[Fact]:
        """What is held in memory, as facts to keep."""
        return [ROUND_LINES.put(leaf, RoundLineFact(line)) for leaf, line in self._lines.items()]

    def lines(self, view: View) -> tuple[RoundLine, ...]:
        """All of them, as they stand now, in the order of the log."""
        return tuple(self._now(line, view) for line in sorted(self._lines.values(), key=lambda line: line.index))

    def _now(self, line: RoundLine, view: View) -> RoundLine:
        unit, scale = cost_unit(line.categories)
        errata = () if line.total_index is None else self._errata.about(line.total_index)
        return replace(
            line,
            cost_unit=unit,
            cost_scale=scale,
            too_small=line.count is not None and line.count < line.minimum,
            rollups=tuple(replace(each, withdrawn=self._errata.withdrew(each.index)) for each in line.rollups),
            errata=errata,
            total_withdrawn=any(each.effect == "withdrawn" for each in errata),
            challenged=challenged(view, line.leaf, line.close_leaf, line.total_leaf),
        )

    def _change(self, leaf: bytes, **fields: Any) -> None:
        self._lines[leaf] = replace(self._lines[leaf], **fields)

    def _note_round(self, entry: Noted[Round]) -> None:
        body = entry.body
        fact = self._register.facts.get(ROUNDS, entry.leaf)
        if fact is None:
            raise AssertionError("bad math in the book: a round was stepped and is not in the view")
        self._lines[entry.leaf] = RoundLine(
            index=entry.index,
            leaf=entry.leaf,
            council=body.council,
            council_name=self._register.name(body.council),
            period=body.period,
            round_no=body.round_no,
            minimum=body.minimum,
            rows=fact.rows,
            opens=body.opens,
            closes=body.closes,
            allowance_rule=body.allowance.rule,
            categories=tuple(
                CategoryLine(code=each.code, name=each.name, unit=each.unit, scale=each.scale, price=each.price)
                for each in body.catalogue
            ),
            signed_under=entry.signed_under,
        )

    def _note_claim(self, entry: Noted[Claim]) -> None:
        body = entry.body
        line = self._lines[body.round]
        replaced = line.replaced + (body.superseded is not None)
        self._lines[body.round] = replace(line, claims=line.claims + 1, replaced=replaced)

    def _note_withdraw(self, entry: Noted[Withdraw]) -> None:
        self._change(entry.body.round, withdrawn=self._lines[entry.body.round].withdrawn + 1)

    def _note_close(self, entry: Noted[Close]) -> None:
        self._change(
            entry.body.round,
            close_index=entry.index,
            close_leaf=entry.leaf,
            count=entry.body.count,
            close_signed_under=entry.signed_under,
        )

    def _note_total(self, entry: Noted[Total]) -> None:
        body = entry.body
        line = self._lines[body.round]
        categories = tuple(
            replace(category, total=total) for category, total in zip(line.categories, body.totals, strict=True)
        )
        self._change(
            body.round,
            categories=categories,
            total_index=entry.index,
            total_leaf=entry.leaf,
            unclaimed=body.unclaimed,
            cost=sum(category.price * total for category, total in zip(categories, body.totals, strict=True)),
            allowances=body.allowances,
            allowances_proved=body.allowances is not None and (line.allowance_rule == "public" or body.unclaimed == 0),
            total_signed_under=entry.signed_under,
        )

    def _note_rollup(self, entry: Noted[Rollup]) -> None:
        name = self._register.name(entry.body.federation)
        counted = InRollup(index=entry.index, federation_name=name, withdrawn=False)
        for leaf in entry.body.rounds:
            self._change(leaf, rollups=(*self._lines[leaf].rollups, counted))


def challenged(view: View, *leaves: bytes | None) -> tuple[int, ...]:
    """The indices of the challenges that are open against any of these entries, in the order of the log."""
    found = (
        view.get(CHALLENGES, challenge) for leaf in leaves if leaf is not None for challenge in open_against(view, leaf)
    )
    return tuple(sorted(fact.index for fact in found if fact is not None))
