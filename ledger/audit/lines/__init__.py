"""The lines of a report, each a frozen value; one module for each group of kinds."""
