"""The write side on people's own machines: tables, keys, openings, claims and their delivery."""
