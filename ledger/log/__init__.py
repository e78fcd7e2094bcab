"""The log itself, over opaque bytes: append, integrate, publish; one writer, and nothing shown that is not durable."""
