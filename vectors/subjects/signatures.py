"""Ed25519 signatures: good ones, bad ones, and those on which libraries differ."""

from collections.abc import Callable
from hashlib import sha512
from typing import Any

from ledger.signing import SigningKey
from vectors.claimed import named
from vectors.edwards import L, Q, add, base_point, encode, hashed, order_8_point, times
from vectors.example import key

Case = dict[str, Any]


def document() -> dict[str, Any]:
    """All of it."""
    return {"spec": "encoding.md section 6", "cases": [*_good(), *_bad(), *_mixed()]}


def secret_number(signer: SigningKey) -> int:
    """a, of RFC 8032 §5.1.5."""
    a = int.from_bytes(sha512(signer.seed).digest()[:32], "little")
    return (a & ((1 << 254) - 8)) | 1 << 254


def mixed_key(small: tuple[int, int]) -> tuple[int, int]:
    """The example's log key plus a point of small order."""
    return add(times(secret_number(key("log")), base_point()), small)


def _case(name: str, public: bytes, message: bytes, signature: bytes, rule: str | None) -> Case:
    said = {"key": public.hex(), "message": message.hex(), "signature": signature.hex()}
    return {"name": name, "rule": rule, **said}


def _good() -> list[Case]:
    log = key("log")
    empty = bytes.fromhex(
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
    )
    return [
        _case(
            "rfc_8032_test_1",
            bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"),
            b"",
            empty,
            None,
        ),
        _case("short_message", log.public, b"a message", log.sign(b"a message"), None),
        _case("long_message", log.public, bytes(1000), log.sign(bytes(1000)), None),
        _case("nonce_of_one", log.public, b"a message", _signed(log, b"a message", nonce=1), None),
    ]


def _signed(signer: SigningKey, message: bytes, *, nonce: int) -> bytes:
    R = encode(times(nonce, base_point()))
    return R + ((nonce + hashed(R, signer.public, message) * secret_number(signer)) % L).to_bytes(32, "little")


def _bad() -> list[Case]:
    log, message = key("log"), b"a message"
    good = log.sign(message)
    R, S = good[:32], int.from_bytes(good[32:], "little")
    changes = {
        "no_bytes": b"",
        "one_byte_short": good[:-1],
        "one_byte_long": good + b"\0",
        "zeroes": bytes(64),
        "S_plus_L": R + (S + L).to_bytes(32, "little"),
        "S_plus_8_L": R + (S + 8 * L).to_bytes(32, "little"),
        "S_one_more": R + (S + 1).to_bytes(32, "little"),
        "S_negated": R + (L - S).to_bytes(32, "little"),
        "S_with_its_highest_bit_set": R + (S | 1 << 255).to_bytes(32, "little"),
        "R_with_its_sign_changed": R[:31] + bytes([R[31] ^ 0x80]) + good[32:],
        "R_and_S_exchanged": good[32:] + R,
        "of_another_message": log.sign(b"another message"),
        "of_another_key": key("founder").sign(message),
    }
    cases = [_case(name, log.public, message, raw, "invalid-signature") for name, raw in changes.items()]
    neutral = (Q + 1).to_bytes(32, "little")  # R is the identity, spelled with y = q + 1
    S_neutral = hashed(neutral, log.public, message) * secret_number(log) % L
    spelled = neutral + S_neutral.to_bytes(32, "little")
    cases.append(_case("R_not_reduced", log.public, message, spelled, "invalid-signature"))
    one = encode((0, 1))
    S_one = hashed(one, log.public, message) * secret_number(log) % L
    cases.append(_case("R_is_the_identity", log.public, message, one + S_one.to_bytes(32, "little"), None))
    return cases


def _mixed() -> list[Case]:
    """Keys and R with a part of order 8: the equation is without the cofactor, and k is reduced modulo L before."""
    small = order_8_point()
    public = encode(mixed_key(small))

    def find(name: str, fits: Callable[[int], bool], rule: str | None) -> Case:
        for count in range(10_000):
            message = f"{name} {count}".encode()
            nonce = int.from_bytes(named("nonce", name, str(count)), "little") % L
            R = encode(times(nonce, base_point()))
            k = hashed(R, public, message)
            if fits(k):
                S = (nonce + k % L * secret_number(key("log"))) % L
                return _case(name, public, message, R + S.to_bytes(32, "little"), rule)
        raise AssertionError("bad math in a search for a signature")

    cases = [
        find("mixed_key_k_a_multiple_of_8_reduced_and_not", lambda k: k % L % 8 == 0 and k % 8 == 0, None),
        find("mixed_key_k_a_multiple_of_8_only_reduced", lambda k: k % L % 8 == 0 and k % 8 != 0, None),
        find(
            "mixed_key_k_a_multiple_of_8_only_unreduced", lambda k: k % L % 8 != 0 and k % 8 == 0, "invalid-signature"
        ),
        find("mixed_key_holds_with_the_cofactor_only", lambda k: k % L % 8 != 0 and k % 8 != 0, "invalid-signature"),
    ]
    log, message, nonce = key("log"), b"R with a part of order 8", 7
    R = encode(add(times(nonce, base_point()), small))
    S = (nonce + hashed(R, log.public, message) * secret_number(log)) % L
    signature = R + S.to_bytes(32, "little")
    cases.append(_case("mixed_R_holds_with_the_cofactor_only", log.public, message, signature, "invalid-signature"))
    return cases
