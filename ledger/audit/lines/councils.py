"""Councils in a report: as registered, and as they stand at the last entry that was audited."""

from typing import Literal

from ledger.audit.lines.value import Value

KeyChangeName = Literal["recalled", "recovered", "revoked", "rotated"]


class RecoveryKeys(Value, frozen=True, kw_only=True):
    """The recovery keys that a council has now: `threshold` of `keys` of them set a new key for it."""

    threshold: int
    keys: int


class CouncilLine(Value, frozen=True, kw_only=True):
    """A council as registered at `index`: `parent` is the federation that it was in from the beginning.

    The fields with a default tell how it stands now: `federation` is the one that it is in, `has_key` is false while
    its key is revoked or recalled, `recovered` is the index at which it was last recovered. `silent` and `tags` are a
    federation's rule for its rollups. `label` is what all other lines call it: its name, and beside it the number of
    its entry where an earlier council has that name.
    """

    index: int
    leaf: bytes
    name: str
    type: str
    parent: bytes | None
    label: str = ""
    federation: bytes | None = None
    has_key: bool = True
    recovery: RecoveryKeys | None = None
    recovered: int | None = None
    silent: str | None = None
    tags: bool | None = None


class MembershipLine(Value, frozen=True, kw_only=True):
    """A council joined the federation `joined`, left the federation `left`, or both."""

    index: int
    leaf: bytes
    council: bytes
    council_name: str
    left: bytes | None
    left_name: str | None
    joined: bytes | None
    joined_name: str | None


class KeyLine(Value, frozen=True, kw_only=True):
    """A key of a council, a founding key or that of a mandate ended, or another took its place.

    `rotated` and `revoked` by the key itself, `recalled` by the councils in this one, `recovered` by its recovery keys.
    `time` is the last clock before it.
    """

    index: int
    change: KeyChangeName
    role: str
    council: bytes | None
    council_name: str | None
    time: int
