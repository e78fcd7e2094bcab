"""A second prover, of claim.md section 8 with plain integers. It shows every value, and it can cheat."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import shake_256
from typing import Any

from ledger.crypto.backend import ORDER, POINT_BYTES
from ledger.crypto.backends import default_backend
from ledger.crypto.generators import GENERATORS_DIGEST, basis_G, basis_GG, basis_H, basis_HH, basis_K, basis_U
from ledger.crypto.shape import Allowance, Shape
from vectors.sponge import CLAIM_TAG, Sponge

Term = tuple[int, bytes]


@dataclass(frozen=True)
class Order:
    """What the owner of a claim knows.

    Attributes:
        quantities: q_g; whatever C says.
        blinding: b.
        amount: E, public or hidden; None without the rule.
        allowance_blinding: r_E; 0 where the allowance is not hidden.
        seed: 32 bytes.
    """

    quantities: tuple[int, ...]
    blinding: int
    seed: bytes
    amount: int | None = None
    allowance_blinding: int = 0


@dataclass(frozen=True)
class Cheat:
    """How a prover departs from section 8.

    Attributes:
        values: v_j as claimed, if they are not those of the quantities and the allowance.
        bits: aL as claimed; of any integers.
        committed: what T0 commits to: ``"quantities"``, or the claimed ``"values"``, so that equation (1) holds.
        shifts: points added to the proof's points of these names before they are hashed.
        adds: numbers added to the proof's scalars of these names before they are hashed.
        omit: labels that are not hashed.
    """

    values: tuple[int, ...] | None = None
    bits: tuple[int, ...] | None = None
    committed: str = "quantities"
    shifts: Mapping[str, bytes] = field(default_factory=dict)
    adds: Mapping[str, int] = field(default_factory=dict)
    omit: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Made:
    """A proof and everything on the way to it: the sponge with its steps, and all values under the spec's letters."""

    proof: bytes
    sponge: Sponge
    challenges: dict[str, Any]
    values: dict[str, Any]


HONEST = Cheat()


def points_of(row: bytes) -> list[bytes]:
    """A packed row of points, taken apart."""
    return [row[i : i + POINT_BYTES] for i in range(0, len(row), POINT_BYTES)]


def total(terms: Iterable[Term]) -> bytes:
    """Σ factor · point, for points of G1; ``b""`` for the identity."""
    kept = [(factor % ORDER, point) for factor, point in terms if factor % ORDER]
    return default_backend().multiexp(b"".join(p for _, p in kept), b"".join(f.to_bytes(32, "big") for f, _ in kept))


def dot(left: Sequence[int], right: Sequence[int]) -> int:
    """The inner product modulo r."""
    return sum(a * b for a, b in zip(left, right, strict=True)) % ORDER


def inverse(value: int) -> int:
    """1/value modulo r."""
    return pow(value, -1, ORDER)


def hexed(value: Any) -> Any:
    """Scalars as 32 bytes in hex, points in hex, rows as lists."""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, int):
        return f"{value % ORDER:064x}"
    return [hexed(item) for item in value]


def secret(name: str, seed: bytes, binding: bytes, quantities: Sequence[int]) -> int:
    """A secret of the claim, from its seed."""
    said = seed + binding + b"".join((q % 2**64).to_bytes(8, "big") for q in quantities)
    return int.from_bytes(shake_256(b"opentally/v1/secret/" + name.encode() + b"\0" + said).digest(48), "big") % ORDER


def commit(quantities: Sequence[int], blinding: int) -> bytes:
    """C = Σ q_g·K_g + b·H."""
    return total([*zip(quantities, points_of(basis_K(len(quantities))), strict=True), (blinding, basis_H())])


def commit_allowance(amount: int, blinding: int) -> bytes:
    """C_E = E·G + r_E·H."""
    return total([(amount, basis_G()), (blinding, basis_H())])


def begin(shape: Shape, allowance: Allowance, context: bytes, commitment: bytes, *, omit: frozenset[str]) -> Sponge:
    """The transcript up to the commitment."""
    sponge = Sponge(CLAIM_TAG, omit=omit)
    sponge.append("suite", b"OT1")
    sponge.append("generators", GENERATORS_DIGEST)
    sponge.append("sizes", b"".join(n.to_bytes(4, "little") for n in (shape.m, shape.M, shape.N)))
    sponge.append("widths", bytes(shape.widths_with_slack))
    sponge.append("prices", b"".join(p.to_bytes(4, "little") for p in shape.prices))
    if allowance is None:
        said = b"\0"
    elif isinstance(allowance, int):
        said = b"\1" + allowance.to_bytes(8, "little")
    else:
        said = b"\2" + allowance
    sponge.append("allowance", said)
    sponge.append("context", context)
    sponge.append("commitment", commitment)
    return sponge


def prove(
    shape: Shape, allowance: Allowance, context: bytes, commitment: bytes, *, order: Order, cheat: Cheat = HONEST
) -> Made:
    """The proof of section 8, steps 2 to 8, or what a cheat makes of it."""
    m, M, N, E = shape.m, shape.M, shape.N, order.amount or 0
    G, H, U, K, GG, HH = (
        basis_G(),
        basis_H(),
        basis_U(),
        *(points_of(r) for r in (basis_K(m), basis_GG(N), basis_HH(N))),
    )
    q, b, r_E = order.quantities, order.blinding, order.allowance_blinding
    sponge = begin(shape, allowance, context, commitment, omit=cheat.omit)
    shown: dict[str, Any] = {}

    def hide(name: str) -> int:
        return secret(name, order.seed, context, q)

    def send(name: str, terms: Iterable[Term]) -> bytes:
        point = default_backend().add(total(terms) + cheat.shifts.get(name, b""))
        sponge.append(name.split("_", maxsplit=1)[0], point)
        shown[name] = point
        return point

    # Step 2: bits.
    slack = () if shape.slack_width is None else (E - dot(shape.prices, q) % ORDER,)
    v = cheat.values or (*q, *slack)
    aL = list(cheat.bits or [v[j] >> e & 1 for j, n in enumerate(shape.widths_with_slack) for e in range(n)])
    aL += [0] * (N - len(aL))
    aR = [bit - 1 for bit in aL]
    # Step 3.
    alpha, rho = hide("alpha"), hide("rho")
    sL, sR = ([hide(f"{row}/{i}") for i in range(N)] for row in ("sL", "sR"))
    shown |= {"values": v, "aL": aL, "aR": aR, "alpha": alpha, "rho": rho, "sL": sL, "sR": sR}
    send("A", [(alpha, H), *zip(aL, GG, strict=True), *zip(aR, HH, strict=True)])
    send("S", [(rho, H), *zip(sL, GG, strict=True), *zip(sR, HH, strict=True)])
    y, z = sponge.challenge("y"), sponge.challenge("z")
    # Step 4.
    lam, w_i, delta = constants(shape, y, z)
    yi = [pow(y, i, ORDER) for i in range(N)]
    l0, l1 = [(a - z) % ORDER for a in aL], sL
    r0 = [(yi[i] * (aR[i] + z) + w_i[i]) % ORDER for i in range(N)]
    r1 = [yi[i] * sR[i] % ORDER for i in range(N)]
    t0, t1, t2 = dot(l0, r0), (dot(l0, r1) + dot(l1, r0)) % ORDER, dot(l1, r1)
    # Step 5.
    tau0, tau1, tau2 = hide("tau0"), hide("tau1"), hide("tau2")
    k, k_b, k_tau = [hide(f"k/{g}") for g in range(m)], hide("k-b"), hide("k-tau")
    said = dot(lam, q)
    if cheat.committed == "values":
        said = sum(pow(z, 2 + j, ORDER) * v[j] for j in range(M)) - (pow(z, 2 + m, ORDER) * E if slack else 0)
    shown |= {"lambda": lam, "w_i": w_i, "delta": delta, "l0": l0, "l1": l1, "r0": r0, "r1": r1}
    shown |= {
        "t0": t0,
        "t1": t1,
        "t2": t2,
        "tau0": tau0,
        "tau1": tau1,
        "tau2": tau2,
        "k": k,
        "k_b": k_b,
        "k_tau": k_tau,
    }
    send("T0", [(said, G), (tau0, H)])
    send("T1", [(t1, G), (tau1, H)])
    send("T2", [(t2, G), (tau2, H)])
    send("R0", [*zip(k, K, strict=True), (k_b, H)])
    send("R1", [(dot(lam, k), G), (k_tau, H)])
    x = sponge.challenge("x")
    # Step 6.
    left = [(l0[i] + x * l1[i]) % ORDER for i in range(N)]
    right = [(r0[i] + x * r1[i]) % ORDER for i in range(N)]
    hidden = pow(z, 2 + m, ORDER) * r_E if isinstance(allowance, bytes) else 0
    scalars = {
        "tx": [dot(left, right)],
        "taux": [tau0 + x * tau1 + x * x * tau2 + hidden],
        "mu": [alpha + x * rho],
        "z_g": [k[g] + x * q[g] for g in range(m)],
        "z_b": [k_b + x * b],
        "z_tau": [k_tau + x * tau0],
    }
    scalars = {name: [(s + cheat.adds.get(name, 0)) % ORDER for s in row] for name, row in scalars.items()}
    for name, row in scalars.items():
        sponge.append(name, b"".join(s.to_bytes(32, "big") for s in row))
        shown[name] = row if name == "z_g" else row[0]
    w = sponge.challenge("w")
    # Step 7.
    gs, hs, a, bb, us = GG, [total([(inverse(yi[i]), HH[i])]) for i in range(N)], left, right, list[int]()
    shown |= {"l": left, "r": right}
    while len(a) > 8:
        h, s = len(a) // 2, len(us) + 1
        cross_L, cross_R = w * dot(a[:h], bb[h:]), w * dot(a[h:], bb[:h])
        send(f"L_{s}", [*zip(a[:h], gs[h:], strict=True), *zip(bb[h:], hs[:h], strict=True), (cross_L, U)])
        send(f"R_{s}", [*zip(a[h:], gs[:h], strict=True), *zip(bb[:h], hs[h:], strict=True), (cross_R, U)])
        u = sponge.challenge("u")
        ui = inverse(u)
        a, bb = _fold(a, u, ui), _fold(bb, ui, u)
        gs = [total([(ui, gs[i]), (u, gs[i + h])]) for i in range(h)]
        hs = [total([(u, hs[i]), (ui, hs[i + h])]) for i in range(h)]
        us.append(u)
    shown |= {"a": a, "b": bb}
    # Step 8.
    heads = [shown[name] for name in ("A", "S", "T0", "T1", "T2", "R0", "R1")]
    halvings = [shown[f"{side}_{s + 1}"] for s in range(len(us)) for side in "LR"]
    numbers = [*(s for row in scalars.values() for s in row), *a, *bb]
    proof = b"".join([*heads, *halvings, *(n.to_bytes(32, "big") for n in numbers)])
    challenges = {"y": hexed(y), "z": hexed(z), "x": hexed(x), "w": hexed(w), "u": hexed(us)}
    return Made(proof, sponge, challenges, shown)


def _fold(row: list[int], lower: int, upper: int) -> list[int]:
    h = len(row) // 2
    return [(lower * row[i] + upper * row[i + h]) % ORDER for i in range(h)]


def constants(shape: Shape, y: int, z: int) -> tuple[list[int], list[int], int]:
    """λ_g, w_i and δ of section 3."""
    m, widths = shape.m, shape.widths_with_slack
    slack = 0 if shape.slack_width is None else pow(z, 2 + m, ORDER)
    lam = [(pow(z, 2 + g, ORDER) - slack * shape.prices[g]) % ORDER for g in range(m)]
    w_i = [pow(z, 2 + j, ORDER) * 2**e % ORDER for j, n in enumerate(widths) for e in range(n)]
    w_i += [0] * (shape.N - len(w_i))
    delta = (z - z * z) * sum(pow(y, i, ORDER) for i in range(shape.N))
    delta -= sum(pow(z, 3 + j, ORDER) * (2**n - 1) for j, n in enumerate(widths))
    return lam, w_i, delta % ORDER
