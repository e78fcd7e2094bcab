"""Notes as a log and its witnesses sign them, line by line, and the policies under which they are opened."""

from ledger.encoding import encode_base64
from ledger.merkle.tree import root_of
from ledger.tlog.cosignature import sign_cosignature
from ledger.tlog.key import KeyType, VerifierKey
from vectors.example import LOG_VKEY, OPENS, ORIGIN, example, key

LOG = key("log")
WITNESSES = [VerifierKey(f"witness.example/w{i}", KeyType.COSIGNATURE, key(f"witness {i}").public) for i in (1, 2, 3)]
WITNESS_LINES = "".join(f"witness w{i} {vkey}\n" for i, vkey in enumerate(WITNESSES, 1))
TWO_OF_THREE = f"log {LOG_VKEY}\n{WITNESS_LINES}group g 2 w1 w2 w3\nquorum g\n"
ONE_OF_ONE = f"log {LOG_VKEY}\n{WITNESS_LINES}quorum w1\n"
NESTED = f"log {LOG_VKEY}\n{WITNESS_LINES}group any any w2 w3\ngroup both all w1 any\nquorum both\n"


def head(size: int | str = 10, root: bytes | None = None, *, origin: str = ORIGIN, more: str = "") -> str:
    """The text of a checkpoint."""
    return f"{origin}\n{size}\n{encode_base64(example_root() if root is None else root)}\n{more}"


def example_root() -> bytes:
    """The root of the example."""
    return root_of(example().leaves)


def signature(text: str, *, name: str = ORIGIN, by: str = "log", vkey: VerifierKey | None = None) -> str:
    """A line of type 0x01."""
    known = vkey or VerifierKey(name, KeyType.ED25519, key(by).public)
    return line(name, known.key_id + key(by).sign(text.encode()))


def cosignature(text: str, number: int, *, time: int = OPENS, flip: int = 0) -> str:
    """A line of type 0x04."""
    raw = sign_cosignature(text, key(f"witness {number}"), time=time)
    vkey = WITNESSES[number - 1]
    return line(vkey.name, vkey.key_id + bytes([raw[0], *raw[1:-1], raw[-1] ^ flip]))


def line(name: str, raw: bytes) -> str:
    """A signature line."""
    return f"\u2014 {name} {encode_base64(raw)}\n"
