"""A plan document to candidate targets, for a person to confirm.

`read_plan(path)` proposes rows (`read_figures(paths)` the figures of bulletins and summaries), `write_candidates` writes them as a sheet with a decision column, `load_confirmed`
takes the confirmed sheet back. Nothing enters a plan unconfirmed. `passed_over` says why nothing was proposed.
"""

from healthplan.planreader.figures import COLUMNS as FIGURE_COLUMNS
from healthplan.planreader.figures import read_figures
from healthplan.planreader.plan import deliverables, passed_over, read_and_tell, read_plan, unread, within_limits
from healthplan.planreader.sheet import load_confirmed, write_candidates

__all__ = [
    "FIGURE_COLUMNS",
    "deliverables",
    "load_confirmed",
    "passed_over",
    "read_and_tell",
    "read_figures",
    "read_plan",
    "unread",
    "within_limits",
    "write_candidates",
]
