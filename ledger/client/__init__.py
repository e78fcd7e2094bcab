"""Reads a ledger from a URL or a folder, believes only what it has verified, and posts entries to one."""
