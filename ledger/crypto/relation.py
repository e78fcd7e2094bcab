"""The linear relation that ties the committed quantities to the range proof; used by both sides.

Values v_j, j = 0 … M-1: the quantities q_g, and last the slack v_m = E - Σ p_g·q_g where there is an allowance. Then

    Σ_j z^(2+j)·v_j = Σ_g λ_g·q_g + z^(2+m)·E        λ_g = z^(2+g) - z^(2+m)·p_g

so a commitment to Σ λ_g q_g, shown against C, stands for commitments to the single values. Without an allowance there
is no term in z^(2+m) anywhere.
"""

from collections.abc import Sequence

from py_arkworks_bls12381 import Scalar

from ledger.crypto.scalars import dot, geometric_sum, powers
from ledger.crypto.shape import Shape, layout


def value_weights(shape: Shape, z: Scalar) -> list[Scalar]:
    """z^(2+j) for j = 0 … M-1, and one power more, z^(2+M), which δ needs."""
    return powers(z, shape.M + 3)[2:]


def lambdas(shape: Shape, weights: Sequence[Scalar]) -> list[Scalar]:
    """λ_g for g = 0 … m-1, from :func:`value_weights`."""
    if shape.slack_width is None:
        return list(weights[: shape.m])
    slack = weights[shape.m]
    return [weight - slack * price for weight, price in zip(weights, layout(shape).prices, strict=False)]


def delta(shape: Shape, y: Scalar, z: Scalar, weights: Sequence[Scalar]) -> Scalar:
    """δ = (z - z²)·Σ_(i<N) y^i - Σ_j z^(3+j)·(2^n_j - 1)."""
    log_N = shape.N.bit_length() - 1
    return (z - z.square()) * geometric_sum(y, log_N) - dot(weights[1:], layout(shape).maxima)
