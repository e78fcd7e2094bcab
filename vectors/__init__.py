"""The project's published test vectors, and what makes them."""
