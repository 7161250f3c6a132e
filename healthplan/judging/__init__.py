"""Targets, trajectories and observations in, the table *gaps* out; and what closes a gap, in
things."""

from healthplan.judging.estimate import VERSION, estimate_gaps, newest_figures, one_goal_rows
from healthplan.judging.things import things_needed

__all__ = ["VERSION", "estimate_gaps", "newest_figures", "one_goal_rows", "things_needed"]
