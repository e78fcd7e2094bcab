"""What Opentally costs, as ratios inside one run: ``python -m bench``, or ``make bench``."""
