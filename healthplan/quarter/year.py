"""A year at its closing: the words of its four quarters, what was late and caught up, and how good our chances were."""

from collections.abc import Iterable
from itertools import pairwise

import pandas as pd

from healthplan.ledger import quarters
from healthplan.quarter import lines, lists
from healthplan.quarter.lines import TONES, View, say

LEAST = 30  # chances below which nothing is said of how good they were
MET = (*TONES["done"][:2], "holding", "within")  # done, done_early; what was done too late is not met
MISSED = (*TONES["bad"], "done_late")
EDGES = (0.0, 0.2, 0.5, 0.8, 1.0)


def outcome(state: str) -> bool | None:
    """Whether a word of the last quarter is the goal met; None where it is no answer."""
    return True if state in MET else False if state in MISSED else None


def states(seen: View) -> pd.DataFrame:
    """One line a task: the words of the four quarters with what was made up, and the year's end."""
    found = [
        {**one, "_tone": {True: "done", False: "bad", None: "open"}[outcome(one["_row"]["state"])]}
        for one in seen.lines
    ]  # fmt: skip
    return lists.frame(found, "number named lead q1 q2 q3 q4 reached why _tone")


def caught_up(seen: View) -> pd.DataFrame:
    """The tasks that were behind in a quarter, had caught up in a later one and were met: with the old words."""
    late = {
        one["task_id"]
        for one in seen.lines
        if outcome(one["_row"]["state"])
        and any(lines.made_up(seen, one["task_id"], q) for q in quarters.of_year(quarters.year_of(seen.quarter)))
    }
    table = states(seen)
    return table[[one["task_id"] in late for one in seen.lines]].drop(columns=["why"])


def stated(seen: View, last_only: bool = False) -> pd.DataFrame:
    """Every chance that was stated while its goal was open and that has an answer now: edition, quarter, task_id, p, met.
    ``last_only``: of each quarter only its last edition."""
    end = {one["task_id"]: outcome(one["_row"]["state"]) for one in seen.lines}
    rows = seen.ledger.verdicts
    year = rows["quarter"].str.startswith(f"{quarters.year_of(seen.quarter)}Q") & (rows["quarter"] < seen.quarter)
    decided = rows["state"].isin([*TONES["done"], "breached", "overdue"])
    rows = rows[year & rows["p"].notna() & ~decided].assign(met=lambda f: f["task_id"].map(end))
    rows = rows[rows["met"].notna()]
    if last_only:
        order = rows["edition"].map(lines.edition_order)
        rows = rows[order == order.groupby(rows["quarter"]).transform("max")] if len(rows) else rows
    return rows[["edition", "quarter", "task_id", "p", "met"]].assign(met=rows["met"].astype("float"))


def brier(p: Iterable[float], met: Iterable[float]) -> float:
    """Mean squared difference of the chances from what became of the goals."""
    pairs = list(zip(p, met, strict=True))
    return sum((a - b) ** 2 for a, b in pairs) / len(pairs)


def scores(seen: View) -> pd.DataFrame:
    """Edition by edition how many chances were stated, their mean, what was met, and their Brier score."""
    found = []
    for edition, own in stated(seen).groupby("edition", sort=False):
        score = f"{brier(own['p'], own['met']):.3f}" if len(own) >= LEAST else few(len(own), seen.lang)
        found.append({"edition": edition, **_shares(own, seen.lang), "brier": score})
    return lists.frame(found, "edition n mean_p met brier")


def reliability(seen: View) -> pd.DataFrame:
    """By bands of the chance stated (each quarter's last edition): how many, their mean, and how many were met."""
    every = stated(seen, last_only=True)
    found = []
    for low, high in pairwise(EDGES):
        own = every[(every["p"] >= low) & ((every["p"] < high) | (high == 1.0))]
        if len(own):
            found.append(
                {"band": f"{low:.0%}{'～' if seen.lang == 'zh' else '–'}{high:.0%}", **_shares(own, seen.lang)}
            )
    return lists.frame(found, "band n mean_p met")


def _shares(own: pd.DataFrame, lang: str) -> dict[str, str]:
    met = say(lang, "met_of", n=len(own), met=int(own["met"].sum()))
    return {"n": str(len(own)), "mean_p": f"{own['p'].mean():.0%}", "met": met}


def few(n: int, lang: str) -> str:
    return say(lang, "score_few", n=n, least=LEAST)
