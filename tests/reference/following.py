"""Following a log from one checkpoint to the next (docs/spec/log.md section 5)."""

from dataclasses import replace

from .policies import Opened, Policy, open_checkpoint, open_followed
from .refusal import require
from .tiles import Files, Tree


def follow(believed: bytes, shown: bytes, policy: Policy, files: Files) -> Opened:
    """The five steps, with the tiles of the tree that is shown."""
    old = open_checkpoint(believed, replace(policy, witnesses={}, groups={}, quorum=None))
    new = open_followed(shown, policy)
    require(new.log.key == old.log.key, "wrong-key")
    require(new.checkpoint.size >= old.checkpoint.size, "rollback")
    if new.checkpoint.size == old.checkpoint.size:
        require(new.checkpoint.root == old.checkpoint.root, "split-view")
    tree = Tree(files, new.checkpoint.size, new.checkpoint.root)
    require(tree.beginning(old.checkpoint.size) == old.checkpoint.root, "split-view")
    return new
