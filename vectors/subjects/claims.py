"""Claims: good ones of many shapes, and bad ones of one fault each."""

import functools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from ledger.crypto.backend import FIELD, ORDER
from ledger.crypto.backends import default_backend
from ledger.crypto.generators import basis_G, basis_K
from ledger.crypto.group import negate
from ledger.crypto.shape import Allowance, Shape
from ledger.encoding import encode_base64
from vectors.claimed import Claim, honest, honest_outside_of_g1, named
from vectors.proving import Cheat, commit, commit_allowance, hexed
from vectors.torsion import TORSION, xy

Case = dict[str, Any]
RANGE, FORM = "invalid-range-proof", "malformed"


@dataclass(frozen=True)
class Posted:
    """What a verifier is given."""

    shape: Shape
    allowance: Allowance
    context: bytes
    commitment: bytes
    proof: bytes

    def case(self, name: str, rule: str | None, **more: Any) -> Case:
        """As it stands in the file."""
        allowance = self.allowance.hex() if isinstance(self.allowance, bytes) else self.allowance
        return {
            "name": name,
            "rule": rule,
            "widths": list(self.shape.widths),
            "prices": list(self.shape.prices),
            "slack_width": self.shape.slack_width,
            "allowance": allowance,
            "context": self.context.hex(),
            "commitment": self.commitment.hex(),
            "proof": encode_base64(self.proof),
            **more,
        }


def posted(claim: Claim, cheat: Cheat | None = None) -> Posted:
    """The claim with its proof, honest or not."""
    made = claim.made(cheat) if cheat else claim.made()
    return Posted(claim.shape, claim.allowance, claim.context, claim.commitment, made.proof)


def document() -> dict[str, Any]:
    """All of it."""
    bad = [*_other_statements(), *_changed_points(), *_changed_scalars(), *_misspelt(), *_forged(), *_unhashed()]
    return {"spec": "claim.md", "cases": [*_good(), *bad]}


def _good() -> Iterator[Case]:
    for name, claim in honest().items():
        made, order = claim.made(), claim.order
        known: dict[str, Any] = {
            "quantities": list(order.quantities),
            "seed": order.seed.hex(),
            "core": claim.core.hex(),
        }
        if isinstance(claim.allowance, bytes):
            known |= {"amount": order.amount, "blinding": hexed(order.allowance_blinding)}
        yield posted(claim).case(
            name, None, challenges=made.challenges, delta=hexed(made.values["delta"]), made_from=known
        )
    for name, (claim, cheat) in honest_outside_of_g1().items():
        made = claim.made(cheat)
        yield posted(claim, cheat).case(name, None, challenges=made.challenges, delta=hexed(made.values["delta"]))


@functools.cache
def _base(name: str) -> Posted:
    return posted(honest()[name])


def _changes(of: str, rule: str, changes: dict[str, dict[str, Any]], prefix: str = "") -> Iterator[Case]:
    for name, change in changes.items():
        yield replace(_base(of), **change).case(prefix + name, rule, of=of)


def _other_statements() -> Iterator[Case]:
    """A good proof, for something else."""
    public, hidden, none = _base("n16_public"), _base("n16_hidden"), _base("n8_none")
    add = default_backend().add
    changes: dict[str, dict[str, Any]] = {
        "other_context": {"context": named("another context")},
        "one_bit_of_the_context": {"context": bytes([public.context[0] ^ 1]) + public.context[1:]},
        "other_commitment": {"commitment": commit((20, 3), 1)},
        "commitment_negated": {"commitment": negate(public.commitment)},
        "commitment_plus_torsion": {"commitment": add(public.commitment + TORSION)},
        "allowance_one_more": {"allowance": 101},
        "allowance_one_less": {"allowance": 99},
        "hidden_for_public": {"allowance": commit_allowance(100, 1)},
        "other_price": {"shape": Shape((5, 4), (2, 8), 6)},
        "price_of_zero": {"shape": Shape((5, 4), (0, 9), 6)},
        "prices_exchanged": {"shape": Shape((5, 4), (9, 2), 6)},
        "widths_exchanged": {"shape": Shape((4, 5), (2, 9), 6)},
        "wider_category": {"shape": Shape((6, 4), (2, 9), 6)},
        "narrower_category": {"shape": Shape((4, 4), (2, 9), 6)},
        "wider_slack": {"shape": Shape((5, 4), (2, 9), 7)},
        "narrower_slack": {"shape": Shape((5, 4), (2, 9), 5)},
        "no_allowance_rule": {"shape": Shape((5, 4), (2, 9), None), "allowance": None},
    }
    yield from _changes("n16_public", RANGE, changes)
    if not isinstance(hidden.allowance, bytes):
        raise AssertionError("bad math in n16_hidden: its allowance is not hidden")  # noqa: TRY004
    changes = {
        "other_hidden_allowance": {"allowance": commit_allowance(80, 2)},
        "hidden_allowance_negated": {"allowance": negate(hidden.allowance)},
        "hidden_allowance_plus_torsion": {"allowance": add(hidden.allowance + TORSION)},
        "hidden_allowance_plus_g": {"allowance": add(hidden.allowance + basis_G())},
        "public_for_hidden": {"allowance": 80},
    }
    yield from _changes("n16_hidden", RANGE, changes)
    ruled = {"with_an_allowance_rule_it_has_not": {"shape": Shape((3, 3), (1, 2), 2), "allowance": 14}}
    yield from _changes("n8_none", RANGE, ruled)
    changes = {
        "of_a_larger_shape": {"shape": Shape((5, 4), (2, 9), 8)},
        "of_a_smaller_shape": {"shape": Shape((2, 2), (2, 9), 4)},
        "of_one_category_more": {"shape": Shape((4, 4, 1), (2, 9, 0), 6)},
        "of_one_category_less": {"shape": Shape((9,), (2,), 6)},
    }
    yield from _changes("n16_public", FORM, changes)
    if len(none.proof) != 96 * 7 + 32 * 23:
        raise AssertionError("bad math in n8_none")


def _fields(shape: Shape) -> tuple[dict[str, int], dict[str, int]]:
    """Where each point and each scalar begins."""
    halvings = [f"{side}_{s}" for s in range(1, shape.rounds + 1) for side in "LR"]
    points = {name: 96 * i for i, name in enumerate(("A", "S", "T0", "T1", "T2", "R0", "R1", *halvings))}
    quantities = [f"z_{g}" for g in range(shape.m)]
    vectors = [f"{row}_{k}" for row in "ab" for k in range(8)]
    names = ("tx", "taux", "mu", *quantities, "z_b", "z_tau", *vectors)
    return points, {name: 96 * len(points) + 32 * i for i, name in enumerate(names)}


def _put(raw: bytes, at: int, field: bytes) -> dict[str, Any]:
    return {"proof": raw[:at] + field + raw[at + len(field) :]}


def _changed_points() -> Iterator[Case]:
    for of in ("n16_public", "n8_hidden"):
        base = _base(of)
        raw, points = base.proof, _fields(base.shape)[0]
        at = {name: raw[i : i + 96] for name, i in points.items()}
        changes = {f"{name}_negated": _put(raw, i, negate(at[name])) for name, i in points.items()}
        add = default_backend().add
        if of == "n16_public":
            changes |= {f"{name}_plus_torsion": _put(raw, i, add(at[name] + TORSION)) for name, i in points.items()}
        pairs = [("A", "S"), ("T0", "T1"), ("T1", "T2"), ("R0", "R1"), ("L_1", "R_1")]
        for one, other in pairs:
            if one in points:
                exchanged = _put(raw, points[one], at[other])["proof"]
                changes[f"{one}_and_{other}_exchanged"] = _put(exchanged, points[other], at[one])
        yield from _changes(of, RANGE, changes, f"{of}_")


def _changed_scalars() -> Iterator[Case]:
    for of in ("n16_public", "n8_hidden"):
        base = _base(of)
        raw, scalars = base.proof, _fields(base.shape)[1]
        value = {name: int.from_bytes(raw[i : i + 32], "big") for name, i in scalars.items()}
        one_more = {
            f"{name}_one_more": _put(raw, i, ((value[name] + 1) % ORDER).to_bytes(32, "big"))
            for name, i in scalars.items()
            if of == "n16_public" or name[:2] not in {"a_", "b_"}
        }
        yield from _changes(of, RANGE, one_more, f"{of}_")
        if of == "n16_public":
            unreduced = {
                f"{name}_not_reduced": _put(raw, i, (value[name] + ORDER).to_bytes(32, "big"))
                for name, i in scalars.items()
                if name in {"tx", "taux", "mu", "z_1", "z_b", "z_tau", "a_3", "b_7"}
            }
            yield from _changes(of, FORM, unreduced, f"{of}_")


def _misspelt() -> Iterator[Case]:
    """Wrong spellings of points, here and there; wrong lengths."""
    base, raw = _base("n8_hidden"), _base("n8_hidden").proof
    G = basis_G()
    x, y = int.from_bytes(G[:48], "big"), int.from_bytes(G[48:], "big")
    wrong = {
        "identity": bytes(96),
        "identity_with_its_flag": b"\x40" + bytes(95),
        "off_the_curve": xy(x, y + 1),
        "y_not_reduced": xy(x, y + FIELD),
        "compressed_and_filled_up": bytes([0x80 | G[0]]) + G[1:48] + bytes(48),
    }
    for what, point in wrong.items():
        changes = {
            f"{what}_for_C": {"commitment": point},
            f"{what}_for_the_allowance": {"allowance": point},
            f"{what}_for_A": _put(raw, 0, point),
            f"{what}_for_R1": _put(raw, 96 * 6, point),
        }
        yield from _changes("n8_hidden", FORM, changes)
    longer = _base("n16_public").proof
    changes = {
        "no_bytes_for_C": {"commitment": b""},
        "proof_of_one_byte": {"proof": b"\0"},
        "proof_one_byte_short": {"proof": raw[:-1]},
        "proof_one_byte_long": {"proof": raw + b"\0"},
        "proof_one_scalar_short": {"proof": raw[:-32]},
        "proof_one_scalar_long": {"proof": raw + bytes(32)},
        "proof_one_point_long": {"proof": G + raw},
    }
    yield from _changes("n8_hidden", FORM, changes)
    halving_gone = longer[: 96 * 7] + longer[96 * 9 :]
    yield from _changes("n16_public", FORM, {"without_its_halving": {"proof": halving_gone}})
    if base.shape.rounds:
        raise AssertionError("bad math in n8_hidden: it has a halving")


def _forged() -> Iterator[Case]:
    """Untrue statements, by provers who follow the protocol where it does not stop them."""
    shape = Shape((4,), (3,), 4)
    over = replace(honest()["n8_public"], name="over", allowance=29, context=named("context", "over"))
    over = replace(over, shape=shape, order=replace(over.order, quantities=(10,), amount=29))
    over = replace(over, commitment=commit((10,), over.order.blinding))
    forgeries: dict[str, Cheat] = {
        "over_allowance_slack_of_zero": Cheat(values=(10, 0)),
        "over_allowance_slack_of_zero_in_T0": Cheat(values=(10, 0), committed="values"),
        "over_allowance_slack_of_minus_1": Cheat(values=(10, 15)),
        "over_allowance_slack_of_minus_1_in_T0": Cheat(values=(10, 15), committed="values"),
        "over_allowance_slack_bit_of_minus_1": Cheat(values=(10, -1), bits=(0, 1, 0, 1, -1, 0, 0, 0)),
        "over_allowance_smaller_basket_in_the_proof": Cheat(values=(9, 2)),
        "over_allowance_smaller_basket_in_T0": Cheat(values=(9, 2), committed="values"),
    }
    for name, cheat in forgeries.items():
        yield posted(over, cheat).case(name, RANGE)
    for name, quantity, bits in (
        ("quantity_of_2_to_the_width", 16, (0, 0, 0, 2)),
        ("quantity_of_minus_1", -1, (-1, 0, 0, 0)),
    ):
        untrue = replace(over, shape=Shape((4,), (0,), 4), allowance=9, context=named("context", name))
        order = replace(over.order, quantities=(quantity,), amount=9)
        untrue = replace(untrue, order=order, commitment=commit((quantity,), order.blinding))
        value = (quantity, 9)
        yield posted(untrue, Cheat(values=value, bits=(*bits, 1, 0, 0, 1), committed="values")).case(name, RANGE)
        small = (quantity % 16, 9)
        yield posted(untrue, Cheat(values=small, committed="values")).case(f"{name}_as_its_low_bits", RANGE)
    yield from _loaded()
    one_weight = Cheat(adds={"taux": 12_345, "z_tau": -12_345})
    yield posted(honest()["n16_public"], one_weight).case("errors_that_cancel_under_one_weight", RANGE, of="n16_public")


def _loaded() -> Iterator[Case]:
    """C' = C + e·G: in C' + C_E it would look like an allowance of E + e. And other generators in C."""
    add = default_backend().add
    base = honest()["n8_hidden"]
    order = replace(base.order, quantities=(3, 3), amount=5)  # the basket costs 9
    allowance = commit_allowance(5, order.allowance_blinding)
    plain = commit((3, 3), order.blinding)
    richer = replace(order, amount=9)
    for name, commitment in (
        ("allowance_enlarged_inside_the_commitment", add(plain + commit_allowance(4, 0))),
        ("allowance_enlarged_in_the_proof_alone", plain),
    ):
        forged = replace(base, allowance=allowance, commitment=commitment, order=richer, context=named("context", name))
        yield posted(forged, Cheat()).case(name, RANGE)
    third = basis_K(3)[192:]
    loaded = replace(base, commitment=add(base.commitment + third), context=named("context", "loaded"))
    yield posted(loaded, Cheat()).case("commitment_loaded_with_another_category", RANGE)


def _unhashed() -> Iterator[Case]:
    """Proofs by provers who leave one message out of the transcript."""
    said = ("suite", "generators", "sizes", "widths", "prices", "allowance", "context", "commitment")
    sent = ("A", "S", "T0", "T1", "T2", "R0", "R1", "tx", "taux", "mu", "z_g", "z_b", "z_tau", "L", "R")
    for label in (*said, *sent):
        yield posted(honest()["n16_public"], Cheat(omit=frozenset({label}))).case(
            f"{label}_not_hashed", RANGE, of="n16_public"
        )
