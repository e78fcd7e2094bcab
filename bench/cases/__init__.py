"""One benchmark a file: each module defines ``BENCHMARK``."""
