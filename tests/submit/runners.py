"""What the workers of test pools run, importable by name in their processes."""

import os
import signal
import time
from collections.abc import Sequence
from pathlib import Path

from ledger.rules.engine import Owed, SignatureCheck
from ledger.signing import PublicKey
from ledger.submit.pool import Verdict, check_here


def marked(word: bytes) -> Owed:
    """Something owed that carries a word for the runner."""
    return Owed((SignatureCheck(PublicKey(bytes(32)), word, b""),), ())


def word_of(owed: Owed) -> bytes:
    return owed.signatures[0].message


def report(owed: Sequence[Owed]) -> tuple[Verdict, ...]:
    """Writes the size of the chunk into the file that the words name, and finds nothing wrong."""
    if owed:
        with Path(word_of(owed[0]).decode()).open("a") as file:
            file.write(f"{len(owed)}\n")
        time.sleep(0.05)
    return (None,) * len(owed)


def die_on_poison(owed: Sequence[Owed]) -> tuple[Verdict, ...]:
    """Kills its own process when one of the words is ``poison``."""
    if any(word_of(one) == b"poison" for one in owed):
        os.kill(os.getpid(), signal.SIGKILL)
    return (None,) * len(owed)


def hang_once(owed: Sequence[Owed]) -> tuple[Verdict, ...]:
    """Sleeps for a minute if the file that the word names is not there, and makes it."""
    for one in owed:
        path = Path(word_of(one).decode())
        if not path.exists():
            path.touch()
            time.sleep(60)
    return (None,) * len(owed)


def signatures_only(owed: Sequence[Owed]) -> tuple[Verdict, ...]:
    """Takes every proof for true."""
    return check_here([Owed(one.signatures, ()) for one in owed])


def fail(owed: Sequence[Owed]) -> tuple[Verdict, ...]:
    """A bug."""
    if owed:
        raise AssertionError("bad math in a test")
    return ()
