"""How many goals of a plan will be met: of chances that lean together, the number with its 80 % interval. Goals of one
place do not come true independently. Their chances lean on one common score (a Gaussian copula of one factor), whose
share ``LEAN`` was measured on the entities of the panels (docs/record.md)."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri

from healthplan import tables
from healthplan.judging.estimate import one_goal_rows

LEAN = 0.04  # share of the common score
DECIDED = {"met": 1.0, "missed": 0.0}
LOW, HIGH = 0.1, 0.9
ALL, BINDING = "all", "binding"
SCORES, WEIGHTS = np.polynomial.hermite_e.hermegauss(31)


def chances_of(counts: Sequence[float], lean: float = LEAN) -> np.ndarray:
    """Probability that 0, 1, ... of several goals are met, from the chance of each (0-1): given the common score they are
    independent (Poisson-binomial), and the scores are averaged by Gauss-Hermite quadrature."""
    p = np.clip(np.asarray(counts, float), 0, 1)
    given = ndtr((ndtri(p)[None, :] + np.sqrt(lean) * SCORES[:, None]) / np.sqrt(1 - lean))
    spread = np.zeros((len(SCORES), len(p) + 1))
    spread[:, 0] = 1
    for chance in given.T:
        spread[:, 1:] = spread[:, 1:] * (1 - chance)[:, None] + spread[:, :-1] * chance[:, None]
        spread[:, 0] *= 1 - chance
    return WEIGHTS @ spread / WEIGHTS.sum()


def interval(chances: Sequence[float], lean: float = LEAN) -> tuple[float, int, int]:
    """The number of goals met that is expected, and the ends of its 80 % interval."""
    below = np.cumsum(chances_of(chances, lean)) + 1e-12
    low, high = (int(np.searchsorted(below, level)) for level in (LOW, HIGH))
    return float(np.sum(chances)), low, high


def expected(gaps: pd.DataFrame, targets: pd.DataFrame) -> pd.DataFrame:
    """Table *expected*: how many goals will be met, of all, of the binding ones where the plan marks any, and of each
    department that leads. ``gaps``: a row a goal. Replaced and conflicting goals, the conditions of another goal and
    what is printed twice do not count. Decided goals are certain; those without a probability are in ``goals`` alone,
    never in the expectation."""
    found = targets[one_goal_rows(targets)].merge(gaps.drop_duplicates("target_id"), on="target_id")
    found = found[~found["status"].isin(["superseded", "conflicting"])]
    settled = found["status"].map(DECIDED)
    found = found.assign(settled=settled, chance=settled.fillna(found["probability_met"]))
    binding, lead = found[found["nature"] == BINDING], found["departments"].str.partition(";")[0]
    rows = [_row(ALL, found), *([_row(BINDING, binding)] if len(binding) else [])]
    rows += [_row(department, found[lead == department]) for department in dict.fromkeys(lead[lead != ""])]
    return tables.check(pd.DataFrame(rows, columns=tables.columns("expected")), "expected")


def _row(scope: str, found: pd.DataFrame) -> dict[str, object]:
    known = found.loc[found["chance"].notna(), "chance"]
    middle, low, high = interval(known) if len(known) else (None, None, None)
    return {
        "scope": scope,
        "goals": len(found),
        "judged": len(known),
        "decided": int(found["settled"].notna().sum()),
        "expected": middle,
        "low_80": low,
        "high_80": high,
    }
