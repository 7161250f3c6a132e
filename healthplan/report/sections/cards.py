"""A card a goal, half a page of paper each: answer, fan, what is needed, schedule, sources, an empty form."""

from healthplan.line import PlanView
from healthplan.report.blocks import Html


def cards(seen: PlanView) -> Html:
    """A card a goal, half a page of paper each: answer, fan, what is needed, schedule, sources, an empty form."""
    return Html("")
