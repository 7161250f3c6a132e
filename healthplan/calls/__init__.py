"""Our own calls, scored: every status rule replayed at each past origin of the figures at hand."""
