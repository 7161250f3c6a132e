"""How the field writes numbers, units, dates, comparators and names: read and written side by side."""
