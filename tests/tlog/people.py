"""The log and the witnesses of these tests, with keys from fixed seeds."""

from ledger.merkle.hashing import leaf_hash
from ledger.merkle.tree import path_of, root_of
from ledger.signing import SigningKey
from ledger.tlog.checkpoint import Checkpoint, sign_checkpoint
from ledger.tlog.key import KeyType, VerifierKey

ORIGIN = "ledger.example/food"
LOG = SigningKey(bytes([1]) * 32)
LOG_KEY = VerifierKey(ORIGIN, KeyType.ED25519, LOG.public)

WITNESSES = [SigningKey(bytes([10 + i]) * 32) for i in range(4)]
WITNESS_NAMES = [f"w{i}.example" for i in range(4)]
WITNESS_KEYS = [
    VerifierKey(name, KeyType.COSIGNATURE, key.public) for name, key in zip(WITNESS_NAMES, WITNESSES, strict=True)
]

LEAVES = [leaf_hash(b"entry %d" % i) for i in range(11)]
CHECKPOINT = Checkpoint(ORIGIN, len(LEAVES), root_of(LEAVES))
NOTE = sign_checkpoint(CHECKPOINT, LOG)
PATH = path_of(LEAVES, 6)
