"""The recursive definitions of RFC 6962 §2.1, written as they stand there: slow, and obviously right."""

from hashlib import sha256


def mth(entries):
    """Merkle Tree Hash (§2.1)."""
    n = len(entries)
    if n == 0:
        return sha256(b"").digest()
    if n == 1:
        return sha256(b"\x00" + entries[0]).digest()
    k = largest_power_of_two_smaller_than(n)
    return sha256(b"\x01" + mth(entries[:k]) + mth(entries[k:])).digest()


def path(m, entries):
    """Merkle audit path PATH(m, D[n]) (§2.1.1)."""
    n = len(entries)
    if n == 1:
        return []
    k = largest_power_of_two_smaller_than(n)
    if m < k:
        return [*path(m, entries[:k]), mth(entries[k:])]
    return [*path(m - k, entries[k:]), mth(entries[:k])]


def proof(m, entries):
    """Merkle consistency proof PROOF(m, D[n]), 0 < m <= n (§2.1.2)."""
    return subproof(m, entries, complete=True)


def subproof(m, entries, *, complete):
    """SUBPROOF(m, D[n], b) (§2.1.2)."""
    n = len(entries)
    if m == n:
        return [] if complete else [mth(entries)]
    k = largest_power_of_two_smaller_than(n)
    if m <= k:
        return [*subproof(m, entries[:k], complete=complete), mth(entries[k:])]
    return [*subproof(m - k, entries[k:], complete=False), mth(entries[:k])]


def largest_power_of_two_smaller_than(n):
    """k < n <= 2k (§2.1)."""
    k = 1
    while 2 * k < n:
        k *= 2
    return k
