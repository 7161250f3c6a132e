"""Numbers and codes told in sentences, one language at a time."""

from healthplan.explanations.goals import explain

__all__ = ["explain"]
