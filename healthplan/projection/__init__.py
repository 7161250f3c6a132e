"""Projections of annual indicators: observations in, trajectories out."""

from healthplan.projection.compare import compare_methods
from healthplan.projection.engine import project, unprojected
from healthplan.projection.files import project_file

__all__ = ["compare_methods", "project", "project_file", "unprojected"]
