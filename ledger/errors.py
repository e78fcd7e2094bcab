"""The ways in which something can be wrong: bad bytes, untrue statements, refusals, conflicts, outages, a lying log.

Each class fixes one HTTP status (``api/problems.py``) and one exit code (``ledger/cli/exits.py``), in tables there, not
here. ``rule`` is the stable, machine-readable name of what refused; the message is one sentence for a person that names
the field and the limit and never holds a secret.
"""

from typing_extensions import override


class LedgerError(Exception):
    """Anything the ledger refuses, could not do, or found out.

    Attributes:
        rule: a stable kebab-case name, for instance ``round-closed``; part of the public interface.
    """

    default_rule = "error"

    def __init__(self, message: str, *, rule: str | None = None) -> None:
        super().__init__(message)
        self.rule = rule if rule is not None else self.default_rule

    @override
    def __reduce__(self) -> tuple[object, ...]:
        """Keep ``rule`` and every attribute when an error crosses a process border."""
        return (_rebuild, (type(self), str(self), dict(self.__dict__)))


def _rebuild(cls: type[LedgerError], message: str, state: dict[str, object]) -> LedgerError:
    error = cls.__new__(cls)
    Exception.__init__(error, message)
    error.__dict__.update(state)
    return error


class MalformedError(LedgerError, ValueError):
    """The bytes are not the canonical form of what they should be."""

    default_rule = "malformed"


class VerificationError(LedgerError):
    """A well-formed thing is not true."""

    default_rule = "not-true"


class InvalidSignature(VerificationError):  # noqa: N818 - the field's own name for it
    """A signature does not verify under the key it names."""

    default_rule = "invalid-signature"


class InvalidRangeProof(VerificationError):  # noqa: N818
    """Some quantity may be out of range or over the allowance. Where the proof fails is not reported."""

    default_rule = "invalid-range-proof"


class InvalidOpening(VerificationError):  # noqa: N818
    """The amounts and the blinding do not open the commitment."""

    default_rule = "invalid-opening"


class InvalidInclusionProof(VerificationError):  # noqa: N818
    """The path does not lead from the leaf to the root of the signed checkpoint."""

    default_rule = "invalid-inclusion-proof"


class InvalidConsistencyProof(VerificationError):  # noqa: N818
    """The larger tree is not shown to be an extension of the smaller one."""

    default_rule = "invalid-consistency-proof"


class NotAcceptedError(LedgerError):
    """True perhaps, but a rule of the ledger says no; ``rule`` names it."""

    default_rule = "not-accepted"


class NotFoundError(LedgerError):
    """There is no such entry, tile, round or council here."""

    default_rule = "not-found"


class ConflictError(LedgerError):
    """Somebody else wrote first; ``current_size`` is the size of the tree that stands."""

    default_rule = "conflict"

    def __init__(self, message: str, *, current_size: int, rule: str | None = None) -> None:
        super().__init__(message, rule=rule)
        self.current_size = current_size


class UnavailableError(LedgerError):
    """It cannot be done or checked just now: network, disk, load; ``retry_after`` is in seconds."""

    default_rule = "unavailable"

    def __init__(self, message: str, *, retry_after: int = 1, rule: str | None = None) -> None:
        super().__init__(message, rule=rule)
        self.retry_after = retry_after


class FatalLogError(LedgerError):
    """The outcome of a commit is unknown, or the store contradicts what was published: the writer stops."""

    default_rule = "log-stopped"


class MisbehaviourError(LedgerError):
    """The LOG lied: two heads that disagree, a rollback, entries that do not hash. Raised by readers only.

    Attributes:
        evidence: the signed notes (and other bytes) that show it, to be saved and shown to others.
    """

    default_rule = "log-misbehaved"

    def __init__(self, message: str, *, evidence: tuple[bytes, ...], rule: str | None = None) -> None:
        super().__init__(message, rule=rule)
        self.evidence = evidence
