"""Rare events as counts: intervals, allowed counts, the luck in a verdict, the next count. Pure arithmetic on numbers.
Rates are per ``per`` (100,000 by default), chances run from 0 to 1."""
