"""What each department leads, supports, owes and is asked for."""

from healthplan.line import PlanView
from healthplan.report.blocks import Html


def departments(seen: PlanView) -> Html:
    """What each department leads, supports, owes and is asked for."""
    return Html("")
