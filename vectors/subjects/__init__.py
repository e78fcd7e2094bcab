"""One module for each file of vectors: ``document()`` is what stands in the file."""
