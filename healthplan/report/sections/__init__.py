"""The sections of a plan's report, in reading order; each takes tables and returns a piece of the page."""

from healthplan.report.sections.action import things_section
from healthplan.report.sections.answer import answer, distance_section, headline, title
from healthplan.report.sections.cards import scorecard_table
from healthplan.report.sections.comparison import comparison_section
from healthplan.report.sections.data import missing_section
from healthplan.report.sections.deliverables import conflicts_section, milestones_section
from healthplan.report.sections.measures import measures_section
from healthplan.report.sections.method import calls_section, history_section, method_section
from healthplan.report.sections.paces import scenarios_section
from healthplan.report.sections.pacing import pace_section, stages_section
from healthplan.report.sections.pictures import trajectories_section
from healthplan.report.sections.sources import sources_section

__all__ = [
    "answer",
    "calls_section",
    "comparison_section",
    "conflicts_section",
    "distance_section",
    "headline",
    "history_section",
    "measures_section",
    "method_section",
    "milestones_section",
    "missing_section",
    "pace_section",
    "scenarios_section",
    "scorecard_table",
    "sources_section",
    "stages_section",
    "things_section",
    "title",
    "trajectories_section",
]
