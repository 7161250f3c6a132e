"""Our own words: said of past goals as ``judging.statuses`` says them, and what they have been of each target of a plan."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from healthplan.calls.events import Book, Judgements
from healthplan.judging.statuses import AHEAD, GREEN, PACE_YEARS, Facts, spoken

OURS = "healthplan"  # the name of our rule
HISTORY = ("target_id", "word", "since", "changes", "judged")


def said(probability: np.ndarray, book: Book, j: Judgements) -> np.ndarray:
    """The word of each judgement, beside that of the year before; empty where nothing is projected."""
    value = lambda at: book.values[j.series, at]  # noqa: E731
    met = j.sign * (value(j.now) - j.goal) >= 0
    span = np.minimum(j.now, PACE_YEARS)
    pace = (value(j.now) - value(j.now - span)) / span
    arrives = j.sign * (value(j.now) + pace * (j.due - j.now) - j.goal) >= 0
    out = np.full(len(j), "", object)
    for at, p in enumerate(probability):
        if not np.isnan(p):
            before = out[at - 1] if at and j.event[at] == j.event[at - 1] else ""
            facts = Facts(met_now=bool(met[at]), probability=float(p), before=before,
                          years=int(j.due[at] - j.now[at]), arrives=bool(arrives[at]))  # fmt: skip
            out[at] = spoken(facts)[0]
    return out


def colours(words: np.ndarray) -> np.ndarray:
    """0 for words that promise, 2 for off course, 1 between, -1 for none."""
    between = np.where(words == "off_course", 2, np.where(words == "", -1, 1))
    return np.where(np.isin(words, GREEN), 0, between).astype(np.int8)


def word_history(gaps_by_year: Mapping[int, pd.DataFrame]) -> pd.DataFrame:
    """One row a target: its word today, since which year, how often it changed and how often it was judged ahead of its
    deadline. ``gaps_by_year``: as-of year -> gap table made with the figures of that year only. What is not judged
    ahead today has no row."""
    years = sorted(gaps_by_year)
    rows = [gaps_by_year[year].assign(as_of=year) for year in years]
    told = pd.concat(rows) if rows else pd.DataFrame(columns=["target_id", "status", "as_of"])
    out = []
    for target, some in told[told["status"].isin(AHEAD)].groupby("target_id", sort=False):
        words, when = some["status"].tolist(), some["as_of"].tolist()
        turns = [k for k in range(1, len(words)) if words[k] != words[k - 1]]
        if when[-1] == years[-1]:
            out.append((target, words[-1], when[turns[-1] if turns else 0], len(turns), len(words)))
    return pd.DataFrame(out, columns=list(HISTORY))


@cache
def record() -> pd.DataFrame:
    """What became of the status words elsewhere (docs/record.md): data_set, rule, word, goal_kind (reach, hold), years_ahead; n, came_true, again (judged a year later too), flipped
    (then green, red or neither, and not what it was)."""
    return pd.read_csv(Path(__file__).with_name("record.csv"))


def of_words() -> pd.DataFrame:
    """Our words by data_set and word: n, and the shares came_true and flipped."""
    own = record()
    counts = ["n", "came_true", "again", "flipped"]
    found = own[own["rule"] == OURS].groupby(["data_set", "word"], sort=False)[counts].sum()
    shares = {"n": found["n"], "came_true": found["came_true"] / found["n"], "flipped": found["flipped"] / found["again"]}  # fmt: skip
    return pd.DataFrame(shares).reset_index()
