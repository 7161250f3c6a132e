"""All goals by probability, and small multiples."""

from healthplan.line import PlanView
from healthplan.report.blocks import Html


def overview(seen: PlanView) -> Html:
    """All goals by probability, and small multiples."""
    return Html("")
