"""The only SQL: entries, tiles and heads, which are only ever inserted; facts, a cache of what they mean."""
