"""Tables to pictures. Nothing is computed here that a table does not already say."""

from healthplan.figures.calendar import milestone_calendar
from healthplan.figures.distance import distance_chart
from healthplan.figures.reliability import reliability_chart
from healthplan.figures.scenario import scenario_chart
from healthplan.figures.status import status_bar
from healthplan.figures.style import new_axes
from healthplan.figures.trajectory import trajectory_chart

__all__ = [
    "distance_chart",
    "milestone_calendar",
    "new_axes",
    "reliability_chart",
    "scenario_chart",
    "status_bar",
    "trajectory_chart",
]
