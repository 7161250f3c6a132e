"""Our own calls, scored: every status rule replayed at each past origin of the figures at hand.

``score_calls`` gives one row a rule (ours, the published ones, trivial ones) on identical past
goals: how often it was right, abstained and flipped, how often "on course" came true.
``reliability_of_calls`` shows whether our probabilities keep their word.
"""

from healthplan.calls.events import BOTH, HOLD, REACH
from healthplan.calls.measures import measure_versions, published_measures, readable_measures
from healthplan.calls.ours import call_history, settled_call
from healthplan.calls.rules import PUBLISHED, TRIVIAL
from healthplan.calls.score import OURS, note, readable, reliability_of_calls, score_calls

__all__ = [
    "BOTH",
    "HOLD",
    "OURS",
    "PUBLISHED",
    "REACH",
    "TRIVIAL",
    "call_history",
    "measure_versions",
    "note",
    "published_measures",
    "readable",
    "readable_measures",
    "reliability_of_calls",
    "score_calls",
    "settled_call",
]
