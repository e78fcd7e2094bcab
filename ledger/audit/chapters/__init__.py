"""The chapters of the book: each gathers the lines of a few kinds of entry, and hands them out for the report."""
