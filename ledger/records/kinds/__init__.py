"""The kinds of entry, one file each; ``ledger.records.registry`` finds them, so a new kind is one new file here."""
