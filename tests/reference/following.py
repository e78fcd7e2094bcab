"""Following a log from one checkpoint to the next (docs/spec/log.md section 5)."""

from collections.abc import Sequence

from .merkle import root
from .policies import Opened, Policy, open_checkpoint
from .refusal import require


def follow(believed: bytes, shown: bytes, policy: Policy, leaves: Sequence[bytes]) -> Opened:
    """Steps 1 to 4; the tiles are those of the tree over these leaf hashes."""
    old, new = open_checkpoint(believed, policy), open_checkpoint(shown, policy)
    require(new.log.key == old.log.key, "wrong-key")
    require(new.checkpoint.size >= old.checkpoint.size, "rollback")
    if new.checkpoint.size == old.checkpoint.size:
        require(new.checkpoint.root == old.checkpoint.root, "split-view")
        return new
    require(len(leaves) == new.checkpoint.size and root(leaves) == new.checkpoint.root, "wrong-tile")
    require(root(leaves[: old.checkpoint.size]) == old.checkpoint.root, "split-view")
    return new
