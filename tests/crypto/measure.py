"""Costs of a claim in P, the processor time of a point in a sum of 16,384: python -m tests.crypto.measure."""

import secrets
import sys
import time

from py_arkworks_bls12381 import G1Point, Scalar

from ledger.crypto.batch import verify_batch
from ledger.crypto.shape import Shape
from tests.crypto.claims import make


def best(repeats, run):
    times = []
    for _ in range(repeats):
        start = time.process_time()
        run()
        times.append(time.process_time() - start)
    return min(times)


def main():
    shape, size = Shape((16,) * 14, tuple(range(1, 15)), 32), 256
    points = [G1Point.hash_to_curve(bytes([i]), b"measure") for i in range(256)] * 64
    scalars = [Scalar.from_be_bytes_mod_order(secrets.token_bytes(40)) for _ in points]
    P = best(3, lambda: G1Point.multiexp_unchecked(points, scalars)) / len(points)
    claims = [make(shape, tuple(range(i, i + 14)), 10**6, number=i) for i in range(16)] * (size // 16)
    proving = best(8, lambda: make(shape, (7,) * 14, 10**6))
    verifying = best(5, lambda: verify_batch(claims, randbytes=secrets.token_bytes)) / size
    sys.stdout.write(f"P = {P * 1e6:.2f} µs; N = {shape.N}, batch of {size}\n")
    sys.stdout.write(f"commit and prove: {proving * 1e3:.1f} ms = {proving / P:.0f} P\n")
    sys.stdout.write(f"verify, a claim:  {verifying * 1e6:.0f} µs = {verifying / P:.1f} P\n")


if __name__ == "__main__":
    main()
