"""A plan document to candidate targets, for a person to confirm.

`read_plan(path)` proposes rows, `write_candidates` writes them as a sheet with a decision column, `load_confirmed`
takes the confirmed sheet back. Nothing enters a plan unconfirmed. `passed_over` says why nothing was proposed.
"""

from healthplan.planreader.passed import passed_over, unread
from healthplan.planreader.plan import read_plan
from healthplan.planreader.sheet import load_confirmed, write_candidates

__all__ = ["load_confirmed", "passed_over", "read_plan", "unread", "write_candidates"]
