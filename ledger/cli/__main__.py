"""``python -m ledger.cli``: the same command, for where no script is on the path."""

import sys


def main() -> None:
    """The command; Ctrl-C while it is still being loaded ends it as quietly as later."""
    try:
        from ledger.cli.main import main as run
    except KeyboardInterrupt:
        sys.stderr.write("Interrupted.\n")
        sys.exit(130)
    run()


if __name__ == "__main__":
    main()
