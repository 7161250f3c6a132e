"""What would a pace bring by the deadline? As now, the best ever here, the best of peers, needed,
your own.

A pace is stated in the way the indicator moves: shares in percentage points a year, positive
amounts in per cent a year (compound), anything else in its unit a year. The best pace is the best
over any span of three to five years; two neighbouring years are too noisy to be a promise. Paths
stop at the indicator's natural bounds.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from healthplan import tables
from healthplan.judging import outlook
from healthplan.judging.things import CLOSED
from healthplan.judging.threshold import bar_of
from healthplan.registers import area_tree

SPAN = (3, 5)  # years that a pace must have been kept to count
FEWEST = 3  # figures that a pace rests on, its ends included
Row = Mapping[Any, Any]
Places = Mapping[str, Row]
OWN_KINDS = ("percent", "unit", "people")  # how a user may state an own pace a year


@dataclass(frozen=True)
class Pace:
    """A change a year: ``kind`` percent (compound) or unit; where and when it was had, if it
    was."""

    kind: str
    rate: float
    area: str = ""
    first: int | None = None
    last: int | None = None

    def after(self, start: float, years: int) -> float:
        """The value that many years after ``start``."""
        if self.kind == "percent":
            return start * (1 + self.rate / 100) ** years
        return start + self.rate * years


def scenarios(
    gaps: pd.DataFrame,
    trajectories: pd.DataFrame,
    observations: pd.DataFrame,
    indicators: pd.DataFrame,
    areas: pd.DataFrame,
    *,
    as_of: int,
    own: Mapping[str, tuple[str, float]] | None = None,
) -> pd.DataFrame:
    """The table *scenarios*: a row a target, scenario and year, from the latest figure to the
    deadline.

    Only targets whose deadline lies ahead and that have a figure of the district's own.
    ``observations`` are all areas' figures (peers come from them); only years <= ``as_of`` count.
    Peers are the areas with the same parent; where none has a pace, all others of their rank in the nation.
    ``own``: by target_id, a pace a year as ``("percent", 2.5)``, ``("unit", 0.1)`` or ``("people",
    120)``: people need a known denominator.

    A scenario without figures to take its pace from has no rows. gap > 0 is a shortfall at the
    deadline. Raises ValueError for an own pace of another kind.
    """
    known = observations[
        (observations["period"].fillna("") == "") & (observations["year"] <= as_of)
    ].sort_values("year")
    about = {str(row["indicator"]): row for row in indicators.to_dict("records")}
    places = {str(row["area"]): row for row in areas.to_dict("records")}
    rows: list[dict[str, Any]] = []
    for gap in gaps.to_dict("records"):
        if not _open(gap, as_of):
            continue
        indicator = about[gap["data_indicator"]]
        same = known[known["indicator"] == gap["data_indicator"]]
        given = (own or {}).get(gap["target_id"])
        for name, path, pace in _paths(gap, indicator, same, trajectories, places, given):
            rows += _rows(gap, name, path, pace)
    if not rows:
        return tables.empty("scenarios")
    return tables.check(pd.DataFrame(rows)[tables.columns("scenarios")], "scenarios")


def best_pace(
    figures: pd.Series, direction: str, kind: str, breaks: Iterable[int] = ()
) -> Pace | None:
    """The best pace of a series (index year) over any span of three to five years; None without
    one.

    A span holds three figures or more and no year of ``breaks`` after its first: across a new
    definition nothing is a pace. ``direction`` decrease looks for the steepest fall, anything else
    for the steepest rise.
    """
    sign = -1 if direction == "decrease" else 1
    years, values = figures.index.to_numpy(int), figures.to_numpy(float)
    found: list[Pace] = []
    for i, j in _spans(years, tuple(breaks)):
        first, last = int(years[i]), int(years[j])
        rate = _rate(float(values[i]), float(values[j]), last - first, kind)
        if rate is not None:
            found.append(Pace(kind, rate, "", first, last))
    return max(found, key=lambda pace: sign * pace.rate) if found else None


def _spans(years: np.ndarray, breaks: tuple[int, ...]) -> Iterator[tuple[int, int]]:
    """Places of the first and the last figure of every span that a pace may rest on."""
    for i, first in enumerate(years):
        for j in range(i + FEWEST - 1, len(years)):
            whole = not any(first < year <= years[j] for year in breaks)
            if whole and SPAN[0] <= years[j] - first <= SPAN[1]:
                yield i, j


def pace_kind(indicator: Row, figures: pd.Series) -> str:
    """How this indicator's pace is stated: shares, growth rates and anything not positive in their
    unit a year, the rest in per cent."""
    in_points = indicator["indicator_kind"] == "share" or indicator["unit"] == "%"
    return "unit" if in_points or (figures <= 0).any() else "percent"


def _open(gap: Row, as_of: int) -> bool:
    if gap["basis"] not in ("own", "borrowed") or pd.isna(gap["latest_value"]):
        return False
    if pd.isna(gap["deadline_year"]) or gap["status"] in CLOSED:
        return False
    if pd.notna(gap["allowed_events"]):
        return False  # a rare event has no pace: its rate jumps with every single case
    goal = pd.notna(gap["goal_low"]) or pd.notna(gap["goal_high"])
    return goal and gap["deadline_year"] >= as_of and gap["deadline_year"] > gap["latest_year"]


def _paths(
    gap: Row,
    indicator: Row,
    same: pd.DataFrame,
    trajectories: pd.DataFrame,
    places: Places,
    given: tuple[str, float] | None,
) -> Iterator[tuple[str, dict[int, float], Pace | None]]:
    """Every scenario with its path by year."""
    here = same[same["area"] == gap["data_area"]]
    figures, breaks = _figures(here)
    kind = pace_kind(indicator, figures)
    years = range(int(gap["latest_year"]), int(gap["deadline_year"]) + 1)
    start = float(gap["latest_value"])
    middle = _as_now(gap, trajectories, start, years)
    if middle is not None:
        yield "as_now", middle, None
    direction: str = "increase" if pd.notna(gap["goal_low"]) else "decrease"
    options = {
        "best_here": _named(best_pace(figures, direction, kind, breaks), gap["data_area"]),
        "best_peer": _best_peer(gap, same, places, direction, kind),
        "needed": _needed(gap, start, len(years) - 1, kind),
        "own": _own(given, indicator, here),
    }
    for name, pace in options.items():
        if pace is not None:
            path = {year: _within(pace.after(start, year - years[0]), indicator) for year in years}
            yield name, path, pace


def _as_now(
    gap: Row, trajectories: pd.DataFrame, start: float, years: range
) -> dict[int, float] | None:
    rows = trajectories[
        (trajectories["indicator"] == gap["data_indicator"])
        & (trajectories["area"] == gap["data_area"])
        & (trajectories["method"] == gap["method"])
        & trajectories["year"].isin(years)
        & (trajectories["kind"] != "observed")
    ]
    path = {years[0]: start}
    for row in rows.to_dict("records"):
        ahead = outlook.from_row(row)
        path[int(row["year"])] = float(row["value"]) if ahead is None else ahead.quantile(0.5)
    if pd.notna(gap["projected_value"]):
        path[years[-1]] = float(gap["projected_value"])
    return path if years[-1] in path else None


def _best_peer(
    gap: Row,
    same: pd.DataFrame,
    places: Places,
    direction: str,
    kind: str,
) -> Pace | None:
    others = same[same["area"] != gap["data_area"]]
    sign = -1 if direction == "decrease" else 1
    for group in _peers(str(gap["data_area"]), others["area"].unique().tolist(), places):
        found = []
        for area in group:
            figures, breaks = _figures(others[others["area"] == area])
            found.append(_named(best_pace(figures, direction, kind, breaks), area))
        paces = [pace for pace in found if pace is not None]
        if paces:
            return max(paces, key=lambda pace: sign * pace.rate)
    return None


def _figures(rows: pd.DataFrame) -> tuple[pd.Series, list[int]]:
    """The values of one area by year, and the years in which a new definition begins."""
    values = pd.Series(rows["value"].to_numpy(float), index=rows["year"].to_numpy(int))
    return values, rows.loc[rows["obs_status"] == "break", "year"].astype(int).to_list()


def _peers(area: str, others: list[str], places: Places) -> tuple[list[str], list[str]]:
    """First the areas with the same parent; then all of the same rank and nation (an invented district has
    only invented peers)."""
    tree = area_tree(pd.DataFrame(places.values()))
    return [a for a in others if a in tree.peers(area)], [
        a for a in others if a in tree.alike(area)
    ]


def _named(pace: Pace | None, area: str) -> Pace | None:
    return None if pace is None else Pace(pace.kind, pace.rate, area, pace.first, pace.last)


def _needed(gap: Row, start: float, years: int, kind: str) -> Pace | None:
    """The pace that just reaches the goal; none where the latest figure is there already."""
    if pd.notna(gap["goal_low"]) and start < gap["goal_low"]:
        goal = float(gap["goal_low"])
    elif pd.notna(gap["goal_high"]) and start > gap["goal_high"]:
        goal = float(gap["goal_high"])
    else:
        return None
    rate, rate_kind = _rate(start, goal, years, kind), kind
    if rate is None:
        rate, rate_kind = _rate(start, goal, years, "unit"), "unit"
    return None if rate is None else Pace(rate_kind, rate)


def _own(given: tuple[str, float] | None, indicator: Row, here: pd.DataFrame) -> Pace | None:
    if given is None:
        return None
    kind, amount = given
    if kind not in OWN_KINDS:
        raise ValueError(f"an own pace is one of {', '.join(OWN_KINDS)}, not {kind!r}")
    if kind != "people":
        return Pace(kind, float(amount))
    below = here["denominator"].dropna()
    if below.empty or pd.isna(indicator["per"]):
        return None
    return Pace("unit", float(amount) * float(indicator["per"]) / float(below.iloc[-1]))


def _rate(start: float, end: float, years: int, kind: str) -> float | None:
    if kind == "unit":
        return (end - start) / years
    if start <= 0 or end <= 0:
        return None
    return ((end / start) ** (1 / years) - 1) * 100


def _within(value: float, indicator: Row) -> float:
    for bound, clip in ((indicator["lower_bound"], max), (indicator["upper_bound"], min)):
        if pd.notna(bound):
            value = clip(value, float(bound))
    return value


def _rows(
    gap: Row, name: str, path: Mapping[int, float], pace: Pace | None
) -> list[dict[str, Any]]:
    due = int(gap["deadline_year"])
    bar = bar_of(gap)
    # The pace needed just touches the goal; where touching is not enough a hair more is.
    met = bar.met(path[due]) or (name == "needed" and abs(bar.shortfall(path[due])) <= 1e-9)
    shared = {
        "target_id": gap["target_id"],
        "method": gap["method"],
        "scenario": name,
        "rate": None if pace is None else pace.rate,
        "rate_kind": "" if pace is None else pace.kind,
        "pace_area": "" if pace is None else pace.area,
        "pace_from": None if pace is None else pace.first,
        "pace_to": None if pace is None else pace.last,
        "gap": bar.shortfall(path[due]),
        "met": met,
    }
    return [shared | {"year": y, "value": v, "at_deadline": y == due} for y, v in path.items()]
