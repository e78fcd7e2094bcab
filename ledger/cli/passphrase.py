"""Where a passphrase comes from: the environment, a question at the terminal, or the wish for none."""

import os
import sys
from dataclasses import dataclass, field

import typer

from ledger.cli.screen import Screen
from ledger.errors import NotAcceptedError

VARIABLE = "OPENTALLY_PASSPHRASE"
SHORTEST = 8


@dataclass(slots=True)
class Passphrases:
    """One command's passphrase: asked for at most once, kept only as long as the process lives, never shown."""

    screen: Screen
    none_wanted: bool = False
    _known: str | None = field(default=None, repr=False)

    def for_new_file(self, what: str) -> str | None:
        """The passphrase to encrypt a new file with; none, with a warning, when none is wanted.

        Raises:
            NotAcceptedError: shorter than the shortest allowed, or nobody is there to ask.
        """
        if self._known is None and os.environ.get(VARIABLE):
            self._known = os.environ[VARIABLE]
        if self._known is None and self.none_wanted:
            self.screen.warn(f"{what} is not encrypted: whoever can read the file can use it.")
            return None
        if self._known is None:
            self._require_terminal(what)
            self._known = _ask(f"New passphrase for {what}", twice=True)
        if len(self._known) < SHORTEST:
            raise NotAcceptedError(
                f"a passphrase has at least {SHORTEST} characters; nothing was written", rule="short-passphrase"
            )
        return self._known

    def for_old_file(self, what: str) -> str:
        """The passphrase of a file that is encrypted.

        Raises:
            NotAcceptedError: nobody is there to ask.
        """
        if self._known is None:
            self._known = os.environ.get(VARIABLE) or None
        if self._known is None:
            self._require_terminal(what)
            self._known = _ask(f"Passphrase of {what}", twice=False)
        return self._known

    def _require_terminal(self, what: str) -> None:
        if not sys.stdin.isatty():
            raise NotAcceptedError(
                f"{what} needs a passphrase and no one is there to ask; set {VARIABLE} or give --no-passphrase",
                rule="no-passphrase",
            )


def _ask(question: str, *, twice: bool) -> str:
    try:
        answer: str = typer.prompt(question, hide_input=True, confirmation_prompt=twice, err=True)
    except typer.Abort as exc:  # Ctrl-C at a question is Ctrl-C
        raise KeyboardInterrupt from exc
    return answer
