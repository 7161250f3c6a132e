"""Numbers and codes told in sentences, one language at a time."""

from healthplan.explanations.amounts import explain_scenarios, explain_things
from healthplan.explanations.goals import explain

__all__ = ["explain", "explain_scenarios", "explain_things"]
