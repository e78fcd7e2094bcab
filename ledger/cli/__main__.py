"""``python -m ledger.cli``: the same command, for where no script is on the path."""

from ledger.cli.main import main

if __name__ == "__main__":
    main()
