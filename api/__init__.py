"""The HTTP service over the ledger."""
