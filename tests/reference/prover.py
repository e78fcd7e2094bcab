"""Making a claim from its seed (docs/spec/claim.md section 8), to see that the worked ones come out again."""

from dataclasses import dataclass
from hashlib import shake_256

from .claim import Allowance, Shape, begin, lambdas, position_weights
from .curve import Point, R, combine
from .encoding import write_point, write_scalar
from .generators import GG, HH, G, H, K, U


@dataclass(frozen=True)
class Secrets:
    """secret(name) for one claim."""

    seed: bytes
    core: bytes
    context: bytes
    quantities: tuple[int, ...]

    def of(self, name: str) -> int:
        """48 bytes of SHAKE256, big-endian, modulo r."""
        binding = self.core if name == "b" else self.context
        amounts = b"".join(q.to_bytes(8, "big") for q in self.quantities)
        hashed = b"opentally/v1/secret/" + name.encode() + b"\x00" + self.seed + binding + amounts
        return int.from_bytes(shake_256(hashed).digest(48), "big") % R


def commit(quantities: tuple[int, ...], b: int) -> bytes:
    """C = Σ q_g·K_g + b·H."""
    return write_point(combine([*((q, K(g)) for g, q in enumerate(quantities)), (b, H())]))


@dataclass(frozen=True)
class Making:
    """The proof's bytes, and the values on the way to it by the names of section 8."""

    proof: bytes
    values: dict[str, Point | int | list[int]]


def prove(shape: Shape, allowance: Allowance, amount: int, r_E: int, secrets: Secrets) -> Making:
    """Steps 1 to 8; `amount` is E, and r_E its blinding if it is hidden."""
    secret, m, N, q = secrets.of, shape.m, shape.N, secrets.quantities
    v = list(q)
    if shape.slack_width is not None:
        v.append(amount - sum(price * q_g for price, q_g in zip(shape.prices, q, strict=True)))
    b_open = secret("b")
    C = commit(q, b_open)
    aL = [v[j] >> e & 1 for j, e in shape.positions()]
    aL += [0] * (N - len(aL))
    aR = [bit - 1 for bit in aL]
    sL = [secret(f"sL/{i}") for i in range(N)]
    sR = [secret(f"sR/{i}") for i in range(N)]
    alpha, rho = secret("alpha"), secret("rho")
    A = combine([(alpha, H()), *((aL[i], GG(i)) for i in range(N)), *((aR[i], HH(i)) for i in range(N))])
    S = combine([(rho, H()), *((sL[i], GG(i)) for i in range(N)), *((sR[i], HH(i)) for i in range(N))])
    transcript = begin(shape, allowance, secrets.context, C)
    transcript.append("A", write_point(A))
    transcript.append("S", write_point(S))
    y, z = transcript.challenge("y"), transcript.challenge("z")

    weights, lam = position_weights(shape, z), lambdas(shape, z)
    powers = [pow(y, i, R) for i in range(N)]
    l0, l1 = [bit - z for bit in aL], sL
    r0 = [powers[i] * (aR[i] + z) + weights[i] for i in range(N)]
    r1 = [powers[i] * sR[i] for i in range(N)]
    t1, t2 = _inner(l0, r1) + _inner(l1, r0), _inner(l1, r1)
    tau0, tau1, tau2 = secret("tau0"), secret("tau1"), secret("tau2")
    k, k_b, k_tau = [secret(f"k/{g}") for g in range(m)], secret("k-b"), secret("k-tau")
    T0 = combine([(_inner(lam, q), G), (tau0, H())])
    T1 = combine([(t1, G), (tau1, H())])
    T2 = combine([(t2, G), (tau2, H())])
    R0 = combine([*((k[g], K(g)) for g in range(m)), (k_b, H())])
    R1 = combine([(_inner(lam, k), G), (k_tau, H())])
    for label, point in (("T0", T0), ("T1", T1), ("T2", T2), ("R0", R0), ("R1", R1)):
        transcript.append(label, write_point(point))
    x = transcript.challenge("x")

    a = [(l0[i] + x * l1[i]) % R for i in range(N)]
    b = [(r0[i] + x * r1[i]) % R for i in range(N)]
    tx, mu = _inner(a, b), (alpha + x * rho) % R
    taux = (tau0 + x * tau1 + x * x * tau2 + pow(z, 2 + m, R) * r_E) % R
    answers = [(k[g] + x * q[g]) % R for g in range(m)]
    z_b, z_tau = (k_b + x * b_open) % R, (k_tau + x * tau0) % R
    for label, scalars in (("tx", [tx]), ("taux", [taux]), ("mu", [mu]), ("z_g", answers)):
        transcript.append(label, b"".join(write_scalar(scalar) for scalar in scalars))
    transcript.append("z_b", write_scalar(z_b))
    transcript.append("z_tau", write_scalar(z_tau))
    w = transcript.challenge("w")

    values = {"aL": aL, "aR": aR, "sL": sL, "sR": sR, "alpha": alpha, "rho": rho, "l0": l0, "l1": l1, "r0": r0}
    values |= {"r1": r1, "t0": _inner(l0, r0), "t1": t1, "t2": t2, "tau0": tau0, "tau1": tau1, "tau2": tau2}
    values |= {"k": k, "k_b": k_b, "k_tau": k_tau, "A": A, "S": S, "T0": T0, "T1": T1, "T2": T2, "R0": R0, "R1": R1}
    values |= {"tx": tx, "taux": taux, "mu": mu, "z_g": answers, "z_b": z_b, "z_tau": z_tau, "l": a, "r": b}
    pairs: list[Point] = []
    left_basis = [GG(i) for i in range(N)]
    right_basis = [combine([(pow(y, -i, R), HH(i))]) for i in range(N)]
    while len(a) > 8:
        half = len(a) // 2
        a_lo, a_hi, b_lo, b_hi = a[:half], a[half:], b[:half], b[half:]
        G_lo, G_hi = left_basis[:half], left_basis[half:]
        H_lo, H_hi = right_basis[:half], right_basis[half:]
        cross = [(w * _inner(a_lo, b_hi), U()), (w * _inner(a_hi, b_lo), U())]
        L_s = combine([*zip(a_lo, G_hi, strict=True), *zip(b_hi, H_lo, strict=True), cross[0]])
        R_s = combine([*zip(a_hi, G_lo, strict=True), *zip(b_lo, H_hi, strict=True), cross[1]])
        pairs += [L_s, R_s]
        transcript.append("L", write_point(L_s))
        transcript.append("R", write_point(R_s))
        u = transcript.challenge("u")
        inverse = pow(u, -1, R)
        a = [(u * lo + inverse * hi) % R for lo, hi in zip(a_lo, a_hi, strict=True)]
        b = [(inverse * lo + u * hi) % R for lo, hi in zip(b_lo, b_hi, strict=True)]
        left_basis = [combine([(inverse, lo), (u, hi)]) for lo, hi in zip(G_lo, G_hi, strict=True)]
        right_basis = [combine([(u, lo), (inverse, hi)]) for lo, hi in zip(H_lo, H_hi, strict=True)]
    points = b"".join(write_point(point) for point in (A, S, T0, T1, T2, R0, R1, *pairs))
    scalars = b"".join(write_scalar(s) for s in (tx, taux, mu, *answers, z_b, z_tau, *a, *b))
    values |= {"a_k": a, "b_k": b}
    return Making(points + scalars, values)


def _inner(a: list[int] | tuple[int, ...], b: list[int] | tuple[int, ...]) -> int:
    return sum(x * y for x, y in zip(a, b, strict=True)) % R
