"""Projections of annual indicators: observations in, trajectories out."""

from healthplan.projection.distribution import probability_met
from healthplan.projection.engine import project, unprojected

__all__ = ["probability_met", "project", "unprojected"]
