"""Exit codes: what a script may rely on, and which error gives which."""

from enum import IntEnum

from ledger.errors import (
    ConflictError,
    FatalLogError,
    LedgerError,
    MalformedError,
    MisbehaviourError,
    NotAcceptedError,
    NotFoundError,
    UnavailableError,
    VerificationError,
)


class ExitCode(IntEnum):
    """The whole of the promise; written into every command's help."""

    HOLDS = 0
    DOES_NOT_HOLD = 1
    BAD_INPUT = 2
    LOG_LIED = 3
    NOT_CHECKED = 4
    INTERRUPTED = 130


_TABLE: tuple[tuple[type[LedgerError], ExitCode], ...] = (
    (MisbehaviourError, ExitCode.LOG_LIED),
    (UnavailableError, ExitCode.NOT_CHECKED),
    (ConflictError, ExitCode.NOT_CHECKED),
    (FatalLogError, ExitCode.NOT_CHECKED),
    (MalformedError, ExitCode.BAD_INPUT),
    (NotFoundError, ExitCode.BAD_INPUT),
    (VerificationError, ExitCode.DOES_NOT_HOLD),
    (NotAcceptedError, ExitCode.DOES_NOT_HOLD),
)


def exit_code(error: LedgerError) -> ExitCode:
    """The exit code of an error; the most specific class in the table decides."""
    for cls, code in _TABLE:
        if isinstance(error, cls):
            return code
    raise AssertionError(f"no exit code is fixed for {type(error).__name__}")
