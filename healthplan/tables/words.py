"""The words that a column may hold, each list declared once."""

from healthplan.language import comparators

COMPARATORS = comparators.ALL
DIRECTIONS = ("increase", "decrease", "two-sided", "none")
INDICATOR_KINDS = ("share", "rate", "level", "count", "event")
OBS_STATUSES = ("final", "preliminary", "estimated", "derived", "break")
TRAJECTORY_KINDS = ("observed", "projected", "borrowed", "reference")
BASES = ("own", "borrowed", "reference", "none")
# In the order in which they are decided: the first that applies is the status.
STATUSES = (
    "superseded",
    "conflicting",
    "met",
    "missed",
    "due_unconfirmed",
    "met_holding",
    "met_slipping",
    "on_course",
    "at_risk",
    "off_course",
    "reference_only",
    "no_data",
)
RESTS_ON = ("state", "observed", "probability", "counts", "pace", "reference", "none")
STAGE_ROLES = ("ended", "ruling", "later")
QUALIFIERS = ("no_detectable_change",)
SCENARIO_WORDS = ("as_now", "best_here", "best_peer", "needed", "own")
LEDGER_HOW = ("cumulative", "added", "last", "mean")
# green, yellow, red, grey (nothing reported, which is not 0), blue, and what lies ahead
QUARTER = r"\d{4}-Q[1-4]"
