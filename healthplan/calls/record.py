"""What became of the status words elsewhere: ``record.csv``, made by ``benchmarks/record.py`` (docs/record.md)."""

from functools import cache
from pathlib import Path

import pandas as pd

OURS = "healthplan"


@cache
def record() -> pd.DataFrame:
    """data_set, rule, word, goal_kind (reach, hold), years_ahead; n, came_true, again (judged a year later too), flipped
    (then green, red or neither, and not what it was)."""
    return pd.read_csv(Path(__file__).with_name("record.csv"))


def of_words() -> pd.DataFrame:
    """Our words by data_set and word: n, and the shares came_true and flipped."""
    own = record()
    counts = ["n", "came_true", "again", "flipped"]
    found = own[own["rule"] == OURS].groupby(["data_set", "word"], sort=False)[counts].sum()
    shares = {"n": found["n"], "came_true": found["came_true"] / found["n"], "flipped": found["flipped"] / found["again"]}  # fmt: skip
    return pd.DataFrame(shares).reset_index()
