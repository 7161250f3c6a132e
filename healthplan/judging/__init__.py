"""Targets, trajectories and observations in, *gaps* out; and what closes a gap, in things."""

from healthplan.judging.estimate import MEMORY, VERSION, Judged, judge, one_goal_rows, words
from healthplan.judging.things import things_needed

__all__ = ["MEMORY", "VERSION", "Judged", "judge", "one_goal_rows", "things_needed", "words"]
