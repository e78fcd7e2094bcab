"""Opentally: private entries, public totals, and a history that cannot be rewritten unseen."""
