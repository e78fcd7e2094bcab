"""A strict verifier of draft-irtf-cfrg-sigma-protocols over BLS12-381 G1: only for its vectors.

It shows that our sponge, session identifiers and scalar codec are the draft's. Points are compressed, in the subgroup,
never the identity. Raises ValueError on anything that is to be rejected.
"""

from py_arkworks_bls12381 import G1Point, Scalar

from ledger.crypto.backend import ORDER
from ledger.crypto.group import parse_scalar
from ledger.crypto.transcript import DuplexSponge, decode_uint, derive_session_id


class Reader:
    def __init__(self, raw):
        self.raw = raw

    def take(self, count):
        if len(self.raw) < count:
            raise ValueError("truncated")
        out, self.raw = self.raw[:count], self.raw[count:]
        return out

    def number(self):
        return int.from_bytes(self.take(4), "little")

    def scalar(self):
        return parse_scalar(self.take(32))

    def point(self):
        raw = self.take(48)
        point = G1Point.from_compressed_bytes(raw)
        if point == G1Point.identity() or point.to_compressed_bytes() != raw:
            raise ValueError("identity or not canonical")
        return point

    def end(self):
        if self.raw:
            raise ValueError("left-over bytes")


def total(terms):
    out = G1Point.identity()
    for factor, point in terms:
        out = out + point * factor
    return out


def verify(tag, instance, narg, *, compact):
    reader = Reader(instance)
    equations = []
    for _ in range(reader.number()):
        image = [(reader.number(), reader.scalar()) for _ in range(reader.number())]
        terms = [(reader.number(), reader.number(), reader.scalar()) for _ in range(reader.number())]
        equations.append((image, terms))
    if not equations or any(not image or not terms for image, terms in equations):
        raise ValueError("an empty equation")
    used = {i for image, terms in equations for i in [e for e, _ in image] + [e for _, e, _ in terms]}
    elements = [G1Point()] + [reader.point() for _ in range(max(used))]
    reader.end()
    if not set(range(1, len(elements))) <= used:
        raise ValueError("an element that no equation names")
    scalars = {s for _, terms in equations for s, _, _ in terms}
    if scalars != set(range(len(scalars))):
        raise ValueError("a scalar that no equation binds")
    images = [total((c, elements[e]) for e, c in image) for image, _ in equations]
    if G1Point.identity() in images:
        raise ValueError("a trivial equation")
    for i in scalars:
        if all(total((c, elements[e]) for s, e, c in terms if s == i) == G1Point.identity() for _, terms in equations):
            raise ValueError("a scalar whose terms cancel")

    proof = Reader(narg)
    challenge = proof.scalar() if compact else None
    commitments = [] if compact else [proof.point() for _ in equations]
    responses = [proof.scalar() for _ in scalars]
    proof.end()
    mapped = [total((c * responses[s], elements[e]) for s, e, c in terms) for _, terms in equations]
    if challenge is not None:
        commitments = [m - i * challenge for m, i in zip(mapped, images, strict=True)]
        if G1Point.identity() in commitments:
            raise ValueError("a commitment is the identity")
    sponge = DuplexSponge(derive_session_id(tag))
    sponge.absorb(instance)
    sponge.absorb(b"".join(c.to_compressed_bytes() for c in commitments))
    derived = Scalar(decode_uint(sponge.squeeze(48), ORDER))
    if challenge is not None and derived != challenge:
        raise ValueError("another challenge")
    for commitment, image, right in zip(commitments, images, mapped, strict=True):
        if commitment + image * derived != right:
            raise ValueError("an equation does not hold")
