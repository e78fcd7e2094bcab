"""Exit codes: what a script may rely on, and which error gives which."""

from enum import IntEnum
from typing import Final

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


_INPUT_RULES: Final = frozenset(
    {
        "empty-passphrase",
        "file-exists",
        "no-passphrase",
        "not-empty",
        "passphrase-needed",
        "several-councils",
        "several-rounds",
        "short-passphrase",
        "wrong-passphrase",
    }
)
"""Refusals of what the person typed or named, of whatever class: nothing of the ledger was judged."""

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
    """The exit code of an error; its rule decides where it is about the input, else the most specific class."""
    if isinstance(error, NotAcceptedError) and error.rule in _INPUT_RULES:
        return ExitCode.BAD_INPUT
    for cls, code in _TABLE:
        if isinstance(error, cls):
            return code
    raise AssertionError(f"no exit code is fixed for {type(error).__name__}")
