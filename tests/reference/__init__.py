"""A slow verifier made from docs/spec alone: plain loops over integers, one equation at a time."""
