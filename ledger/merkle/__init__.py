"""RFC 6962 Merkle trees: hashes, proofs, compact ranges and C2SP tiles, without I/O."""
