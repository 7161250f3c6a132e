"""Tables to pictures. Nothing is computed here that a table does not already say."""

from healthplan.figures.goal import scenario_chart, trajectory_chart
from healthplan.figures.overview import (
    distance_chart,
    milestone_calendar,
    reliability_chart,
    status_bar,
)
from healthplan.figures.style import new_axes

__all__ = [
    "distance_chart",
    "milestone_calendar",
    "new_axes",
    "reliability_chart",
    "scenario_chart",
    "status_bar",
    "trajectory_chart",
]
