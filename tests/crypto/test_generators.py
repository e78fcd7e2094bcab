"""The generators are what their labels hash to, and the table is what was digested."""

import hashlib

import pytest

from ledger.crypto import generators
from ledger.crypto.backends import default_backend, reference_backend
from tests.crypto.tables import table

# RFC 9380, appendix J.9.1: suite BLS12381G1_XMD:SHA-256_SSWU_RO_, P.x and P.y.
RFC_TAG = b"QUUX-V01-CS02-with-BLS12381G1_XMD:SHA-256_SSWU_RO_"
RFC_VECTORS = [
    (
        b"",
        "052926add2207b76ca4fa57a8734416c8dc95e24501772c814278700eed6d1e4e8cf62d9c09db0fac349612b759e79a1",
        "08ba738453bfed09cb546dbb0783dbb3a5f1f566ed67bb6be0e8c67e2e81a4cc68ee29813bb7994998f3eae0c9c6a265",
    ),
    (
        b"abc",
        "03567bc5ef9c690c2ab2ecdf6a96ef1c139cc0b2f284dca0a9a7943388a49a3aee664ba5379a7655d3c68900be2f6903",
        "0b9c15f3fe6e5cf4211f346271d7b01c8f3b28be689c8429c85b67af215533311f0b8dfaaa154fa6b88176c229f2885d",
    ),
    (
        b"abcdef0123456789",
        "11e0b079dea29a68f0383ee94fed1b940995272407e3bb916bbf268c263ddd57a6a27200a784cbc248e84f357ce82d98",
        "03a87ae2caf14e8ee52e51fa2ed8eefe80f02457004ba4d486d6aa1f517c0889501dc7413753f9599b099ebcbbd2d709",
    ),
    (
        b"q128_" + b"q" * 128,
        "15f68eaa693b95ccb85215dc65fa81038d69629f70aeee0d0f677cf22285e7bf58d7cb86eefe8f2e9bc3f8cb84fac488",
        "1807a1d50c29f430b8cafc4f8638dfeeadf51211e1602a5f184443076715f91bb90a48ba1e370edce6ae1062f5e6dd38",
    ),
    (
        b"a512_" + b"a" * 512,
        "082aabae8b7dedb0e78aeb619ad3bfd9277a2f77ba7fad20ef6aabdc6c31d19ba5a6d12283553294c1825c4b3ca2dcfe",
        "05b84ae5a942248eea39e1d91030458c40153f3b654ab7872d779ad1e942856a20c438e8d99bc8abfbf74729ce1f7ac8",
    ),
]


@pytest.mark.parametrize("backend", [default_backend, reference_backend])
@pytest.mark.parametrize(("message", "x", "y"), RFC_VECTORS)
def test_hashing_to_the_curve_agrees_with_rfc_9380(backend, message, x, y):
    assert backend().hash_to_curve(message, RFC_TAG) == bytes.fromhex(x + y)


def test_the_whole_table_is_rebuilt_from_the_labels():
    rebuilt = generators.build_table(default_backend())
    assert rebuilt == table()
    assert hashlib.sha256(rebuilt).digest() == generators.GENERATORS_DIGEST


@pytest.mark.parametrize("index", [0, 1, 2, 65, 66, 700, 1089, 1090, 2113])
def test_the_reference_backend_agrees_on_a_sample(index):
    label = generators.labels()[index].encode()
    expected = table()[96 * (index + 1) : 96 * (index + 2)]
    assert reference_backend().hash_to_curve(label, generators.DOMAIN_TAG) == expected


def test_labels_are_written_as_documented():
    labels = generators.labels()
    assert len(labels) == len(set(labels)) == 2 + 64 + 1024 + 1024
    assert labels[:3] == ("opentally/v1/generator/H", "opentally/v1/generator/U", "opentally/v1/generator/K/0")
    assert labels[66] == "opentally/v1/generator/GG/0"
    assert labels[-1] == "opentally/v1/generator/HH/1023"


def test_all_generators_differ_and_each_basis_is_its_part_of_the_table():
    rows = [table()[i : i + 96] for i in range(0, len(table()), 96)]
    assert len(rows) == len(set(rows)) == 2115
    assert rows[0] == generators.basis_G()
    assert rows[1] == generators.basis_H()
    assert rows[2] == generators.basis_U()
    assert b"".join(rows[3:67]) == generators.basis_K(64)
    assert b"".join(rows[67:1091]) == generators.basis_GG(1024)
    assert b"".join(rows[1091:]) == generators.basis_HH(1024)


@pytest.mark.parametrize("call", [lambda: generators.basis_K(65), lambda: generators.basis_GG(1025)])
def test_no_basis_reaches_into_the_next(call):
    with pytest.raises(AssertionError, match="bad math"):
        call()
    with pytest.raises(AssertionError, match="bad math"):
        generators.basis_HH(1025)


def test_a_changed_table_is_refused(monkeypatch):
    monkeypatch.setattr(generators, "GENERATORS_DIGEST", bytes(32))
    generators._table.cache_clear()
    try:
        with pytest.raises(AssertionError, match="digest"):
            generators._table()
    finally:
        generators._table.cache_clear()
