"""Quarterly work points: what was planned by the end of a quarter, what was reached, and what
became of it.

Rules: figures of a task are taken together as it declares (``how``): *cumulative* figures are to
date already, *added* ones are summed within the year, *last* looks at the latest quarter, *mean* at
the mean of the year's quarters so far. Percentages are never summed. A shortfall made up later
turns the old quarter *late*; it is not overwritten. More than planned is kept. Nothing reported is
not zero.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from healthplan import tables
from healthplan.errors import Fault, refuse
from healthplan.language.phrases import quantity
from healthplan.messages import text

RATIO_MARKS = ("%", "‰", "/")  # units of ratios, which cannot be added up
SAME_IN_A_TASK = ("task", "how", "better", "unit", "baseline")


def check_ledger(frame: pd.DataFrame, *, source: str = "") -> pd.DataFrame:
    """A ledger as a checked table: columns and words, and the rules between its rows.

    Raises :class:`~healthplan.errors.InputError` with every fault: a missing or wrong cell, summed
    percentages, cumulative plans that fall, quarters of one task that are not stated alike.
    """
    ledger = tables.check(frame, "ledger", source=source)
    faults = []
    summed = (ledger["how"] == "added") & ledger["unit"].map(_is_ratio)
    for i in np.flatnonzero(summed):
        faults.append(Fault("LEDGER-SUM", source, row=int(i) + 2, column="how", value="added"))
    for _, rows in ledger.groupby("task_id"):
        faults += _mixed(rows, source) + _falling(rows, source)
    refuse(faults)
    return ledger


def quarter_targets(year_target: float, shares: tuple[float, float, float, float]) -> list[float]:
    """Cumulative targets of the four quarters from a year's target and its seasonal shares.

    ``shares``: of the year's work that falls in each quarter; they add up to 1. Raises ValueError
    if not.
    """
    if min(shares) < 0 or not math.isclose(sum(shares), 1, abs_tol=1e-6):
        raise ValueError("seasonal shares are not negative and add up to 1")
    return [float(x) for x in year_target * np.cumsum(shares)]


def judge_ledger(ledger: pd.DataFrame, *, as_of: str) -> pd.DataFrame:
    """The state of every work point at the end of quarter ``as_of`` (YYYY-Qn): table
    *ledger_states*.

    Quarters before ``as_of`` are over: done, late, missed or unreported. ``as_of`` itself is
    running: done or due_soon. Later ones lie ahead (or are done already). Figures reported for
    quarters after ``as_of`` do not count. planned and actual are to date, as ``how`` takes quarters
    together.
    """
    rows = []
    for _, task in ledger.groupby("task_id", sort=False):
        rows += _judged_task(task.sort_values("quarter"), as_of)
    if not rows:
        return tables.empty("ledger_states")
    return tables.check(pd.DataFrame(rows)[tables.columns("ledger_states")], "ledger_states")


def year_outlook(ledger: pd.DataFrame, *, as_of: str) -> pd.DataFrame:
    """Will the year's plan be finished at the pace so far? One row a task that has quarters left.

    Columns: task_id, year, planned_year, actual, left (> 0: still to do), quarters_left,
    needed_ratio (of the amounts planned for the quarters left), pace_ratio (mean of reached /
    planned a quarter so far), probability (0-1), n. The ratios of the quarters left are taken to
    vary around their mean as the reported ones do (Student t with n - 1 degrees of freedom); fewer
    than two reported quarters, or figures that are not amounts (last, mean), give no probability.
    """
    columns = ["task_id", "year", "planned_year", "actual", "left", "quarters_left", "needed_ratio",
               "pace_ratio", "probability", "n"]  # fmt: skip
    rows = [_year(task.sort_values("quarter"), as_of) for _, task in ledger.groupby("task_id")]
    return pd.DataFrame([row for row in rows if row is not None], columns=columns)


def to_date(task: pd.DataFrame, column: str) -> pd.Series:
    """``planned`` or ``actual`` of one task's quarters, in order, as they stand at the end of each.

    A quarter without a report has no figure to date, and for *added* and *mean* neither have the
    later quarters of its year: a sum with a hole is not a sum.
    """
    values, how = task[column], task["how"].iloc[0]
    if how in ("cumulative", "last"):
        return values
    year = task["quarter"].str[:4]
    whole = values.notna().groupby(year).cummin().astype(bool)
    total = values.groupby(year).cumsum()
    done = total if how == "added" else total / (values.groupby(year).cumcount() + 1)
    return done.where(whole)


def _judged_task(task: pd.DataFrame, as_of: str) -> list[dict[str, object]]:
    task = task.assign(actual=task["actual"].where(task["quarter"] <= as_of))
    planned, actual = to_date(task, "planned"), to_date(task, "actual")
    reached = _reached(task, planned, actual)
    baseline = 0.0 if task["baseline"].isna().all() else float(task["baseline"].dropna().iloc[0])
    rows = []
    for i, row in enumerate(task.to_dict("records")):
        made_up = _made_up_in(task, planned, actual, i)
        state = _state(str(row["quarter"]), as_of, bool(reached.iloc[i]), actual.iloc[i], made_up)
        way = planned.iloc[i] - baseline
        rows.append(
            {
                **{k: row[k] for k in ("task_id", "task", "target_id", "owner", "quarter", "unit")},
                "planned": planned.iloc[i],
                "actual": actual.iloc[i],
                "progress": (actual.iloc[i] - baseline) / way if way else np.nan,
                "state": state,
                "made_up_in": made_up if state == "late" else "",
            }
        )
        rows[-1] |= {f"why_{lang}": _why(rows[-1], as_of, lang) for lang in ("zh", "en")}
    return rows


def _reached(task: pd.DataFrame, planned: pd.Series, actual: pd.Series) -> pd.Series:
    better = task["better"].iloc[0]
    return (actual >= planned) if better == "higher" else (actual <= planned)


def _made_up_in(task: pd.DataFrame, planned: pd.Series, actual: pd.Series, i: int) -> str:
    """The first later quarter whose figure reaches what quarter ``i`` asked for; "" where none does.

    Amounts that start again with a new year (sums, means, a cumulative plan that falls) are made up
    within their year only.
    """
    later = actual.iloc[i + 1 :]
    if _starts_again(task, planned):
        later = later[task["quarter"].iloc[i + 1 :].str[:4] == str(task["quarter"].iloc[i])[:4]]
    asked = planned.iloc[i]
    good = later >= asked if task["better"].iloc[0] == "higher" else later <= asked
    return str(task.loc[good.index[good][0], "quarter"]) if good.any() else ""


def _starts_again(task: pd.DataFrame, planned: pd.Series) -> bool:
    how = task["how"].iloc[0]
    falls = task["better"].iloc[0] == "higher" and bool((planned.diff() < 0).any())
    return how in ("added", "mean") or (how == "cumulative" and falls)


def _state(quarter: str, as_of: str, reached: bool, actual: float, made_up: str) -> str:
    if reached:
        return "done"
    if quarter > as_of:
        return "ahead"
    if quarter == as_of:
        return "due_soon"
    if made_up:
        return "late"
    return "unreported" if pd.isna(actual) else "missed"


def _why(row: dict[str, object], as_of: str, lang: str) -> str:
    state, unit = str(row["state"]), str(row["unit"])
    actual, planned = float(str(row["actual"])), float(str(row["planned"]))
    early = state == "done" and str(row["quarter"]) >= as_of
    said = text("ledger.not_reported", lang) if math.isnan(actual) else quantity(actual, unit, lang)
    return text(
        f"ledger.{'done_early' if early else state}",
        lang,
        quarter=row["quarter"],
        planned=quantity(planned, unit, lang),
        actual=said,
        short=quantity(abs(planned - actual), unit, lang),
        made_up_in=row["made_up_in"],
    )


def _year(task: pd.DataFrame, as_of: str) -> dict[str, object] | None:
    year, how = as_of[:4], task["how"].iloc[0]
    this = task[task["quarter"].str[:4] == year]
    left = this[this["quarter"] > as_of]
    if this.empty or left.empty:
        return None
    known = task[task["quarter"] <= as_of]
    planned, actual = to_date(this, "planned"), to_date(known, "actual").reindex(this.index)
    done = actual.dropna()
    row = {
        "task_id": task["task_id"].iloc[0],
        "year": int(year),
        "planned_year": float(planned.iloc[-1]),
        "actual": float(done.iloc[-1]) if len(done) else np.nan,
        "quarters_left": len(left),
    }
    row["left"] = row["planned_year"] - row["actual"]
    if how not in ("cumulative", "added") or task["better"].iloc[0] == "lower":
        return row | dict.fromkeys(("needed_ratio", "pace_ratio", "probability"), np.nan) | {"n": 0}
    ratios = _ratios(task, as_of)
    ahead = float(planned.iloc[-1] - planned[this["quarter"] <= as_of].max())
    needed = row["left"] / ahead if ahead > 0 else np.nan
    return row | {
        "needed_ratio": needed,
        "pace_ratio": float(ratios.mean()) if len(ratios) else np.nan,
        "probability": finish_probability(ratios, needed, len(left)),
        "n": len(ratios),
    }


def _ratios(task: pd.DataFrame, as_of: str) -> np.ndarray:
    """Reached / planned amount of every reported quarter of the task, this year's and earlier
    ones."""
    found = []
    for _, rows in task[task["quarter"] <= as_of].groupby(task["quarter"].str[:4]):
        planned, actual = to_date(rows, "planned"), to_date(rows, "actual")
        if task["how"].iloc[0] == "cumulative" and rows["baseline"].notna().any():
            planned, actual = planned - rows["baseline"], actual - rows["baseline"]
        asked = planned.diff().fillna(planned.iloc[0])
        reached = actual.diff()
        reached.iloc[0] = actual.iloc[0]
        found.append((reached / asked.where(asked > 0)).dropna().to_numpy())
    return np.concatenate(found) if found else np.array([])


def finish_probability(ratios: np.ndarray, needed: float, quarters_left: int) -> float:
    """Chance that the mean ratio of the quarters left reaches ``needed``; nan with fewer than two
    known.

    Predictive Student t: mean of the known ratios, spread s * sqrt(1 / quarters_left + 1 / n).
    """
    n = len(ratios)
    if n < 2 or not np.isfinite(needed) or quarters_left < 1:
        return float("nan")
    if needed <= 0:
        return 1.0
    spread = float(np.std(ratios, ddof=1)) * math.sqrt(1 / quarters_left + 1 / n)
    if spread == 0:
        return float(ratios.mean() >= needed)
    from scipy.special import stdtr

    return float(stdtr(n - 1, (ratios.mean() - needed) / spread))


def _is_ratio(unit: str) -> bool:
    return any(mark in unit for mark in RATIO_MARKS)


def _mixed(rows: pd.DataFrame, source: str) -> list[Fault]:
    faults = []
    for column in SAME_IN_A_TASK:
        first = rows[column].iloc[0]
        other = rows[column].ne(first) & ~(rows[column].isna() & pd.isna(first))
        for i in rows.index[other]:
            fields = {"expected": str(first)}
            faults.append(
                Fault(
                    "LEDGER-MIXED",
                    source,
                    row=int(i) + 2,
                    column=column,
                    value=rows.loc[i, column],
                    fields=fields,
                )
            )
    return faults


def _falling(rows: pd.DataFrame, source: str) -> list[Fault]:
    """Cumulative plans of amounts to raise that fall within a year."""
    if rows["how"].iloc[0] != "cumulative" or rows["better"].iloc[0] != "higher":
        return []
    ordered = rows.sort_values("quarter")
    fell = ordered["planned"].groupby(ordered["quarter"].str[:4]).diff() < 0
    return [
        Fault("LEDGER-BACK", source, row=int(i) + 2, column="planned", value=rows.loc[i, "planned"])
        for i in ordered.index[fell]
    ]
