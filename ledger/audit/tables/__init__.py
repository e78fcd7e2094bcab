"""The tables of a report for a terminal, by the same groups as its lines; words and signs carry the meaning."""
