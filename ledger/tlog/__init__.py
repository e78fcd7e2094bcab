"""The C2SP texts of a transparency log: signed notes, checkpoints, cosignatures, policies and proofs, without I/O."""
