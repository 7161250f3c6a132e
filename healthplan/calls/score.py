"""Right, abstained, flipped: one row a rule, on identical events."""

from __future__ import annotations

import numpy as np
import pandas as pd

from healthplan.calls import ours
from healthplan.calls.events import Book, Judgements
from healthplan.calls.rules import Rule, reached

COLUMNS = (
    "rule",
    "series",
    "judgements",
    "events",
    "right",
    "abstained",
    "flips",
    "word_flips",
    "right_throughout",
    "on_course_said",
    "on_course_true",
    "off_course_said",
    "off_course_true",
)
OURS = "healthplan"


def published_row(rule: Rule, book: Book, j: Judgements) -> dict[str, float | str]:
    """The score of a published or trivial rule."""
    classes = rule.judge(book, j)
    call = np.where(classes < 0, -1, np.isin(classes, rule.positive).astype(np.int8))
    on, off = np.isin(classes, rule.on), np.isin(classes, rule.off)
    return {"rule": rule.name, **scores(j, call, classes, on, off)}


def own_row(probability: np.ndarray, book: Book, j: Judgements) -> dict[str, float | str]:
    """The score of our rule: the settled call, with the words of the probability."""
    classes = ours.words(probability)
    call = ours.settled(probability, j, reached(book, j))
    return {"rule": OURS, **scores(j, call, classes, classes == 0, classes == 2)}


def scores(
    j: Judgements, call: np.ndarray, classes: np.ndarray, on: np.ndarray, off: np.ndarray
) -> dict[str, float]:
    """All shares of one rule. ``call`` 1 met, 0 not met, -1 abstains (which counts as wrong)."""
    right = call == j.met
    again = np.flatnonzero(np.diff(j.event) == 0) + 1
    whole = np.bincount(j.event, minlength=1) if len(j) else np.zeros(0)
    good = np.bincount(j.event, weights=right, minlength=1) if len(j) else np.zeros(0)
    asked = whole > 0
    return {
        "series": len(np.unique(j.series)),
        "judgements": len(j),
        "events": int(asked.sum()),
        "right": _share(right),
        "abstained": _share(call < 0),
        "flips": _share(call[again] != call[again - 1]),
        "word_flips": _share(classes[again] != classes[again - 1]),
        "right_throughout": _share(good[asked] == whole[asked]),
        "on_course_said": _share(on),
        "on_course_true": _share(j.met[on]),
        "off_course_said": _share(off),
        "off_course_true": _share(~j.met[off]),
    }


def reliability(probability: np.ndarray, met: np.ndarray, bins: int = 10) -> pd.DataFrame:
    """Said against came true: rows by probability class with n, said (mean probability) and came
    (share met)."""
    known = ~np.isnan(probability)
    p, y = probability[known], met[known]
    place = np.minimum((p * bins).astype(int), bins - 1)
    rows = pd.DataFrame({"bin": place, "said": p, "came": y.astype(float)})
    out = rows.groupby("bin").agg(n=("said", "size"), said=("said", "mean"), came=("came", "mean"))
    out.insert(0, "from", out.index / bins)
    out.insert(1, "to", (out.index + 1) / bins)
    return out.reset_index(drop=True)


def _share(flags: np.ndarray) -> float:
    return float(np.mean(flags)) if len(flags) else float("nan")
