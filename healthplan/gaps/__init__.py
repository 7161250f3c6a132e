"""Targets, trajectories and observations in, the table *gaps* out."""

from healthplan.gaps.estimate import VERSION, estimate_gaps

__all__ = ["VERSION", "estimate_gaps"]
