"""What changed between two editions, and why."""

from healthplan.line import PlanView
from healthplan.report.blocks import Html


def changes(seen: PlanView) -> Html:
    """What changed between two editions, and why."""
    return Html("")
