"""Numbers and codes told in sentences, one language at a time."""
