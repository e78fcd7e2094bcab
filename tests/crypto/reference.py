"""A claim verifier written again from docs and the equations alone: own parser, own hashing, plain loops over integers.

Every point is first multiplied by the cofactor, by doubling and adding, so it works in G1 and compares exactly, one
equation after another; there are no weights and no batch. The group operations are injected: :class:`Fast` borrows
points from py-arkworks-bls12381, :class:`Slow` from py-ecc.
"""

import hashlib

R = 0x73EDA753299D7D483339D80809A1D80553BDA402FFFE5BFEFFFFFFFF00000001
P = 0x1A0111EA397FE69A4B1BA7B6434BACD764774B84F38512BF6730D2A0F6B0F6241EABFFFEB153FFFFB9FEFFFFFFFFAAAB
H_EFF = 0xD201000000010001


class Fast:
    def __init__(self):
        import py_arkworks_bls12381 as library

        self.library = library
        self.zero = library.G1Point.identity()

    def decode(self, raw):
        return self.library.G1Point.from_xy_bytes_unchecked_be(raw)

    def add(self, left, right):
        return left + right

    def times(self, factor, point):
        return point * self.library.Scalar.from_be_bytes((factor % R).to_bytes(32, "big"))

    def equal(self, left, right):
        return left == right


class Slow:
    def __init__(self):
        from py_ecc import optimized_bls12_381 as library

        self.library = library
        self.zero = library.Z1

    def decode(self, raw):
        x, y = int.from_bytes(raw[:48], "big"), int.from_bytes(raw[48:], "big")
        return (self.library.FQ(x), self.library.FQ(y), self.library.FQ(1))

    def add(self, left, right):
        return self.library.add(left, right)

    def times(self, factor, point):
        return self.library.multiply(point, factor % R)

    def equal(self, left, right):
        return self.library.eq(left, right)


class Hash:
    def __init__(self, tag):
        name = b"irtf-cfrg-fiat-shamir/session-id"
        session = hashlib.shake_128(name + bytes(168 - 32) + tag).digest(32)
        self.taken = session + bytes(168 - 32)

    def take(self, label, message):
        self.taken += len(label).to_bytes(4, "little") + label + len(message).to_bytes(4, "little") + message

    def draw(self, label):
        self.take(label, b"")
        return int.from_bytes(hashlib.shake_128(self.taken).digest(48), "little") % R


def generators(table):
    rows = [table[i : i + 96] for i in range(0, len(table), 96)]
    assert len(rows) == 3 + 64 + 1024 + 1024
    return rows[0], rows[1], rows[2], rows[3:67], rows[67:1091], rows[1091:]


def on_curve(raw):
    x, y = int.from_bytes(raw[:48], "big"), int.from_bytes(raw[48:], "big")
    return len(raw) == 96 and x < P and y < P and (y * y - x * x * x - 4) % P == 0


def accepts(check, table, ops):
    """Whether the claim holds."""
    widths, prices = list(check.shape.widths), check.shape.prices
    m, E = len(widths), check.allowance
    if E is not None:
        widths.append(check.shape.slack_width)
    M, bits = len(widths), sum(widths)
    N = 8
    while bits > N:
        N *= 2
    rounds = 0
    while N >> rounds > 8:
        rounds += 1

    # Parse.
    if len(check.proof) != (7 + 2 * rounds) * 96 + (m + 21) * 32:
        return False
    raws = [check.proof[i * 96 : i * 96 + 96] for i in range(7 + 2 * rounds)]
    tail = check.proof[96 * len(raws) :]
    numbers = [int.from_bytes(tail[i : i + 32], "big") for i in range(0, len(tail), 32)]
    if not all(map(on_curve, [*raws, check.commitment])) or any(n >= R for n in numbers):
        return False
    tx, taux, mu, z_g, z_b, z_tau = *numbers[:3], numbers[3 : 3 + m], numbers[3 + m], numbers[4 + m]
    a, b = numbers[5 + m : 13 + m], numbers[13 + m :]

    # Challenges.
    t = Hash(b"opentally/v1/claim/OT1/BLS12381G1-xy/SHAKE128")
    t.take(b"suite", b"OT1")
    t.take(b"generators", hashlib.sha256(table).digest())
    t.take(b"sizes", b"".join(n.to_bytes(4, "little") for n in (m, M, N)))
    t.take(b"widths", bytes(widths))
    t.take(b"prices", b"".join(p.to_bytes(4, "little") for p in prices))
    if E is None:
        t.take(b"allowance", b"\x00")
    elif isinstance(E, int):
        t.take(b"allowance", b"\x01" + E.to_bytes(8, "little"))
    else:
        t.take(b"allowance", b"\x02" + E)
    t.take(b"context", check.context)
    t.take(b"commitment", check.commitment)
    t.take(b"A", raws[0])
    t.take(b"S", raws[1])
    y, z = t.draw(b"y"), t.draw(b"z")
    for label, raw in zip((b"T0", b"T1", b"T2", b"R0", b"R1"), raws[2:7], strict=True):
        t.take(label, raw)
    x = t.draw(b"x")
    t.take(b"tx", tail[:32])
    t.take(b"taux", tail[32:64])
    t.take(b"mu", tail[64:96])
    t.take(b"z_g", tail[96 : 96 + 32 * m])
    t.take(b"z_b", tail[96 + 32 * m : 128 + 32 * m])
    t.take(b"z_tau", tail[128 + 32 * m : 160 + 32 * m])
    w = t.draw(b"w")
    u = []
    for s in range(rounds):
        t.take(b"L", raws[7 + 2 * s])
        t.take(b"R", raws[8 + 2 * s])
        u.append(t.draw(b"u"))
    if 0 in (y, z, x, w, *u):
        return False

    # Points, taken into G1.
    def clear(raw):
        point, total = ops.decode(raw), ops.zero
        for bit in f"{H_EFF:b}":
            total = ops.add(total, total)
            if bit == "1":
                total = ops.add(total, point)
        return total

    def total(terms):
        out = ops.zero
        for factor, point in terms:
            out = ops.add(out, ops.times(factor, point))
        return out

    G, H, U, K, GG, HH = generators(table)
    G, H, U = clear(G), clear(H), clear(U)
    K, GG, HH = ([clear(raw) for raw in row] for row in (K[:m], GG[:N], HH[:N]))
    A, S, T0, T1, T2, R0, R1 = (clear(raw) for raw in raws[:7])
    Ls, Rs = [clear(raw) for raw in raws[7::2]], [clear(raw) for raw in raws[8::2]]
    C = clear(check.commitment)

    # (1)
    delta = (z - z * z) * sum(pow(y, i, R) for i in range(N))
    delta -= sum(pow(z, 3 + j, R) * (2**n - 1) for j, n in enumerate(widths))
    terms = [(1, T0), (delta, G), (x, T1), (x * x, T2)]
    if isinstance(E, int):
        terms.append((pow(z, 2 + m, R) * E, G))
    elif E is not None:
        terms.append((pow(z, 2 + m, R), clear(E)))
    if not ops.equal(total([(tx, G), (taux, H)]), total(terms)):
        return False
    # (2)
    if not ops.equal(total([*zip(z_g, K, strict=True), (z_b, H)]), total([(1, R0), (x, C)])):
        return False
    # (3)
    lam = [pow(z, 2 + g, R) - (0 if E is None else pow(z, 2 + m, R) * prices[g]) for g in range(m)]
    left = total([(sum(p * q for p, q in zip(lam, z_g, strict=True)), G), (z_tau, H)])
    if not ops.equal(left, total([(1, R1), (x, T0)])):
        return False
    # (4)
    weight = []
    for j, n in enumerate(widths):
        for e in range(n):
            weight.append(pow(z, 2 + j, R) * 2**e)
    weight += [0] * (N - len(weight))
    inverse = pow(y, -1, R)
    left = [(1, A), (x, S), (-mu, H), (w * tx, U)]
    right = [(w * sum(p * q for p, q in zip(a, b, strict=True)), U)]
    for i in range(N):
        left += [(-z, GG[i]), (z + pow(inverse, i, R) * weight[i], HH[i])]
        factor = 1
        for s in range(rounds):
            top = i >> (N.bit_length() - 2 - s) & 1
            factor = factor * (u[s] if top else pow(u[s], -1, R)) % R
        right += [
            (a[i % 8] * factor, GG[i]),
            (pow(inverse, i, R) * b[i % 8] * pow(factor, -1, R), HH[i]),
        ]
    for s in range(rounds):
        left += [(u[s] ** 2, Ls[s]), (pow(u[s], -2, R), Rs[s])]
    return ops.equal(total(left), total(right))
