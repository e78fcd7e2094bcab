"""Broken inputs by the million for every parser that eats foreign bytes: nothing but the named refusals may come out.

    python -m fuzz                    the whole run: over 10^6 inputs, then every flipped bit, then torsion
    python -m fuzz --replay FILE      one failing input again, with its traceback

Seeded and reproducible: the same seed gives the same inputs, however many processes share the work.
"""
