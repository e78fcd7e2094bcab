"""A claim: parameters, proof, equations, context (docs/spec/claim.md)."""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

from . import canonical
from .curve import Point, R, vanishes
from .encoding import base64_encode, read_point, read_scalar, write_point, write_scalar
from .generators import DIGEST, GG, HH, G, H, K, U
from .refusal import require
from .transcript import Transcript

SUITE = "OT1"


@dataclass(frozen=True)
class Shape:
    """What the round fixes (section 1)."""

    widths: tuple[int, ...]
    prices: tuple[int, ...]
    slack_width: int | None

    @property
    def m(self) -> int:
        """The number of categories."""
        return len(self.widths)

    @property
    def all_widths(self) -> tuple[int, ...]:
        """n_0 to n_(M-1), the slack's last."""
        return self.widths if self.slack_width is None else (*self.widths, self.slack_width)

    @property
    def N(self) -> int:  # noqa: N802
        """The least power of two that is at least 8 and at least all widths together."""
        n = 8
        while n < sum(self.all_widths):
            n *= 2
        return n

    @property
    def halvings(self) -> int:
        """log2(N/8)."""
        return self.N.bit_length() - 4

    def positions(self) -> list[tuple[int, int]]:
        """(j, e) of every position that is not padding: bit e of value j."""
        return [(j, e) for j, width in enumerate(self.all_widths) for e in range(width)]


@dataclass(frozen=True)
class Allowance:
    """What the row fixes: nothing, E, or C_E as its 96 bytes."""

    amount: int | None = None
    commitment: bytes | None = None

    def hashed(self) -> bytes:
        """The message of step 6 of the transcript."""
        if self.amount is not None:
            return b"\x01" + self.amount.to_bytes(8, "little")
        return b"\x00" if self.commitment is None else b"\x02" + self.commitment

    def point(self) -> tuple[int, Point]:
        """A factor and a point whose product is E·G, or C_E, or the identity."""
        if self.amount is not None:
            return self.amount, G
        return 1, None if self.commitment is None else read_point(self.commitment)


@dataclass(frozen=True)
class Proof:
    """The fields of section 2; points and scalars read."""

    A: Point
    S: Point
    T: tuple[Point, ...]
    R: tuple[Point, ...]
    pairs: tuple[tuple[Point, Point], ...]
    tx: int
    taux: int
    mu: int
    z: tuple[int, ...]
    z_b: int
    z_tau: int
    a: tuple[int, ...]
    b: tuple[int, ...]


@dataclass(frozen=True)
class Challenges:
    """y, z, x, w and u_1 to u_h."""

    y: int
    z: int
    x: int
    w: int
    u: tuple[int, ...]


def read_proof(shape: Shape, raw: bytes) -> Proof:
    """The proof's bytes; `malformed` if they are not exactly that (section 2)."""
    h, m = shape.halvings, shape.m
    require(len(raw) == 96 * (7 + 2 * h) + 32 * (m + 21), "malformed")
    end = 96 * (7 + 2 * h)
    points = [read_point(raw[at : at + 96]) for at in range(0, end, 96)]
    scalars = [read_scalar(raw[at : at + 32]) for at in range(end, len(raw), 32)]
    return Proof(
        A=points[0],
        S=points[1],
        T=tuple(points[2:5]),
        R=tuple(points[5:7]),
        pairs=tuple(zip(points[7::2], points[8::2], strict=True)),
        tx=scalars[0],
        taux=scalars[1],
        mu=scalars[2],
        z=tuple(scalars[3 : 3 + m]),
        z_b=scalars[3 + m],
        z_tau=scalars[4 + m],
        a=tuple(scalars[5 + m : 13 + m]),
        b=tuple(scalars[13 + m :]),
    )


def begin(shape: Shape, allowance: Allowance, context: bytes, C: bytes) -> Transcript:
    """A transcript up to step 8 (transcript.md section 3)."""
    transcript = Transcript()
    transcript.append("suite", SUITE.encode())
    transcript.append("generators", DIGEST)
    sizes = (shape.m, len(shape.all_widths), shape.N)
    transcript.append("sizes", b"".join(size.to_bytes(4, "little") for size in sizes))
    transcript.append("widths", bytes(shape.all_widths))
    transcript.append("prices", b"".join(price.to_bytes(4, "little") for price in shape.prices))
    transcript.append("allowance", allowance.hashed())
    transcript.append("context", context)
    transcript.append("commitment", C)
    return transcript


def draw(shape: Shape, allowance: Allowance, context: bytes, C: bytes, proof: Proof) -> Challenges:
    """All challenges of the claim."""
    transcript = begin(shape, allowance, context, C)
    transcript.append("A", write_point(proof.A))
    transcript.append("S", write_point(proof.S))
    y, z = transcript.challenge("y"), transcript.challenge("z")
    for label, point in zip(("T0", "T1", "T2", "R0", "R1"), proof.T + proof.R, strict=True):
        transcript.append(label, write_point(point))
    x = transcript.challenge("x")
    for label, scalar in (("tx", proof.tx), ("taux", proof.taux), ("mu", proof.mu)):
        transcript.append(label, write_scalar(scalar))
    transcript.append("z_g", b"".join(write_scalar(scalar) for scalar in proof.z))
    transcript.append("z_b", write_scalar(proof.z_b))
    transcript.append("z_tau", write_scalar(proof.z_tau))
    w = transcript.challenge("w")
    u = []
    for left, right in proof.pairs:
        transcript.append("L", write_point(left))
        transcript.append("R", write_point(right))
        u.append(transcript.challenge("u"))
    return Challenges(y, z, x, w, tuple(u))


def delta(shape: Shape, y: int, z: int) -> int:
    """δ of section 3."""
    powers = sum(pow(y, i, R) for i in range(shape.N))
    values = sum(pow(z, 3 + j, R) * (2**width - 1) for j, width in enumerate(shape.all_widths))
    return ((z - z * z) * powers - values) % R


def lambdas(shape: Shape, z: int) -> list[int]:
    """λ_g of section 3."""
    price_weight = 0 if shape.slack_width is None else pow(z, 2 + shape.m, R)
    return [(pow(z, 2 + g, R) - price_weight * price) % R for g, price in enumerate(shape.prices)]


def position_weights(shape: Shape, z: int) -> list[int]:
    """w_i of section 3."""
    weights = [pow(z, 2 + j, R) * 2**e % R for j, e in shape.positions()]
    return weights + [0] * (shape.N - len(weights))


def folding(shape: Shape, u: tuple[int, ...]) -> list[int]:
    """c_i of section 3: bit 1 of i is its most significant one."""
    factors = []
    bits = shape.N.bit_length() - 1
    for i in range(shape.N):
        c = 1
        for s, challenge in enumerate(u, start=1):
            c = c * pow(challenge, 1 if i >> (bits - s) & 1 else -1, R) % R
        factors.append(c)
    return factors


@dataclass(frozen=True)
class Equation:
    """Left and right as section 4 writes them: factors and points."""

    left: tuple[tuple[int, Point], ...]
    right: tuple[tuple[int, Point], ...]

    def holds(self) -> bool:
        """left - right vanishes, cofactor cleared."""
        return vanishes([*self.left, *((-factor, point) for factor, point in self.right)])


def equation_1(shape: Shape, allowance: Allowance, proof: Proof, c: Challenges) -> Equation:
    """tx and τx are those of the committed polynomial, and its constant term is the statement's."""
    factor, point = allowance.point()
    Q = (pow(c.z, 2 + shape.m, R) * factor, point)
    T0, T1, T2 = proof.T
    right = ((1, T0), (delta(shape, c.y, c.z), G), Q, (c.x, T1), (c.x * c.x, T2))
    return Equation(((proof.tx, G), (proof.taux, H())), right)


def equation_2(C: Point, proof: Proof, c: Challenges) -> Equation:
    """The answers z_g, z_b open R0 + x·C."""
    left = [(z_g, K(g)) for g, z_g in enumerate(proof.z)]
    return Equation((*left, (proof.z_b, H())), ((1, proof.R[0]), (c.x, C)))


def equation_3(shape: Shape, proof: Proof, c: Challenges) -> Equation:
    """The same answers, weighed with λ, open R1 + x·T0."""
    weighed = sum(weight * z_g for weight, z_g in zip(lambdas(shape, c.z), proof.z, strict=True))
    return Equation(((weighed, G), (proof.z_tau, H())), ((1, proof.R[1]), (c.x, proof.T[0])))


def equation_4(shape: Shape, proof: Proof, c: Challenges) -> Equation:
    """The inner product argument, folded to vectors of eight."""
    weights, factors = position_weights(shape, c.z), folding(shape, c.u)
    powers = [pow(c.y, -i, R) for i in range(shape.N)]
    left = [(1, proof.A), (c.x, proof.S), (-proof.mu, H()), (c.w * proof.tx, U())]
    for i in range(shape.N):
        left += [(-c.z, GG(i)), (c.z + powers[i] * weights[i], HH(i))]
    for u, (L_s, R_s) in zip(c.u, proof.pairs, strict=True):
        left += [(u * u, L_s), (pow(u, -2, R), R_s)]
    inner = sum(a * b for a, b in zip(proof.a, proof.b, strict=True))
    right = [(c.w * inner, U())]
    for i in range(shape.N):
        b = proof.b[i % 8] * pow(factors[i], -1, R)
        right += [(proof.a[i % 8] * factors[i], GG(i)), (powers[i] * b, HH(i))]
    return Equation(tuple(left), tuple(right))


def equations(shape: Shape, allowance: Allowance, C: Point, proof: Proof, c: Challenges) -> Iterator[Equation]:
    """The four of section 4, in order."""
    yield equation_1(shape, allowance, proof, c)
    yield equation_2(C, proof, c)
    yield equation_3(shape, proof, c)
    yield equation_4(shape, proof, c)


def verify(shape: Shape, allowance: Allowance, context: bytes, C: bytes, proof: bytes) -> None:
    """Section 6: read, draw, and each equation alone."""
    commitment = read_point(C)
    fields = read_proof(shape, proof)
    challenges = draw(shape, allowance, context, C, fields)
    for equation in equations(shape, allowance, commitment, fields, challenges):
        require(equation.holds(), "invalid-range-proof")


def message(shape: Shape, allowance: Allowance, round_leaf: str, statement: dict, *, core: bool = False) -> bytes:
    """The message of the context, or of the core (section 7)."""
    left_out = {"proof", "commitment"} if core else {"proof"}
    body = {name: value for name, value in statement["body"].items() if name not in left_out}
    fields = {
        "M": len(shape.all_widths),
        "N": shape.N,
        "m": shape.m,
        "generators": base64_encode(DIGEST),
        "round": round_leaf,
        "statement": {**statement, "body": body},
        "suite": SUITE,
        "widths": list(shape.all_widths),
    }
    if allowance.amount is not None:
        fields["allowance"] = allowance.amount
    elif allowance.commitment is not None:
        fields["allowance"] = base64_encode(allowance.commitment)
    return canonical.write(fields)


def context_of(text: bytes) -> bytes:
    """The context over its message."""
    return sha256(b"opentally/v1/context\x00" + text).digest()


def core_of(text: bytes) -> bytes:
    """The core over its message."""
    return sha256(b"opentally/v1/core\x00" + text).digest()
