"""What the explorer draws and reckons with, as plain values: of a plan, and of each goal that has a picture.

What the browser works out by itself is decided by trying: where the fifteen quantiles of the deadline's year give back
the very gap and probability of the gap table, pace, target and deadline can be moved there (``here``); what rests on
more goes through the library (``kernel``); what has no sense stands there with its reason."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from healthplan import distribution, registers, tables, workspace
from healthplan.explanations import quarterly, scorecards
from healthplan.figures import style
from healthplan.figures.goal import seen as drawn
from healthplan.judging.outlook import as_judged, from_row
from healthplan.judging.statuses import COVERAGE_TOLERANCE, OFF_COURSE, ON_COURSE
from healthplan.judging.supposed import as_supposed
from healthplan.judging.threshold import bar_of
from healthplan.language import comparators, units
from healthplan.language.names import RESIDENTS
from healthplan.language.phrases import half_up
from healthplan.line import PlanView, project_plan
from healthplan.messages import part, text
from healthplan.projection.engine import METHODS
from healthplan.registers import area_tree

FURTHER = 3  # years beyond the last deadline to which one may be moved
BACK = 4  # earlier years that may be asked for
INDICATORS = ("indicator", "reference_indicator", "data_indicator")
TOLD = ("outlook", "gap", "probability", "status_word")
DRAWN = [*tables.SERIES, "year", "kind", "value", "lower_80", "upper_80", "lower_95", "upper_95", "obs_status"]
HERE, KERNEL = "here", "kernel"
HANDLES = ("pace", "target", "deadline", "start", "population", "leavers")
LOOK = ("INK", "SOFT", "HAIR", "AXIS", "OWN", "BAND_80", "BAND_95", "REFERENCE", "TARGET", "SHORT", "RISK", "RISK_EDGE", "REACHED", "OPEN")  # fmt: skip
# The sentences of the scorecard that the browser fills in too.
IN_PICTURE = ("goal_here", "projected_here", "range_80", "range_ends")
SHARED = ("gap_short", "gap_exceeds", "gap_over", "gap_under", "gap_none", "gap_inside", "gap_beyond", "outlook", "goal_range",
          "value_year", "probability", "probability_low", "probability_high", "no_figure")  # fmt: skip
Row = Mapping[Any, Any]


def state(seen: PlanView) -> dict[str, Any]:
    """Everything that the page needs of a plan: words, looks, and every goal that has a picture (none: an empty list)."""
    lang, about = seen.lang, seen.tables.about
    known = Known(seen)
    named = {one: text(f"method.{one}", lang) for one in METHODS}
    return {
        "plan": about["plan_id"],
        "area": "" if seen.tables.area == _home(about["plan_id"]) else seen.tables.area,
        "title": about[f"title_{lang}"],
        "lang": lang,
        "method": seen.method,
        "methods": [[one, word] for one, word in named.items()],
        "as_of": seen.as_of,
        "newest": seen.newest,
        "cut_off": seen.cut_off,
        "shipped": not _own_figures(seen),
        "years": list(range(seen.as_of, seen.as_of - BACK - 1, -1)),
        "goals": [known.goal(row) for row in known.told.to_dict("records") if row["target_id"] in known.charts],
        "expected": expected_words(seen),
        "levels": distribution.LEVELS.tolist(),
        "thresholds": [ON_COURSE, OFF_COURSE],
        "standing": {status: facts["standing"] for status, facts in tables.STATUS_FACTS.items()},
        "statuses": {status: text(f"status.{status}", lang) for status in tables.STATUSES},
        "look": {name.lower(): getattr(style, name) for name in LOOK},
        "words": {key: row[lang] for key, row in part("explorer").items()}
        | {key: text(f"figures.{key}", lang) for key in IN_PICTURE},
        "score": {key: text(f"scorecard.{key}", lang) for key in SHARED},
        "synthetic": seen.synthetic,
    }


def _own_figures(seen: PlanView) -> bool:
    """Whether the plan rests on more than its name gives back: a user's files, or something supposed."""
    return bool(seen.supposed.told) or ("row" in seen.vintages and bool(seen.vintages["row"].notna().any()))


def _home(plan_id: str) -> str:
    """The area that the plan is of, whichever of its areas was asked for."""
    return str(registers.read_yaml(workspace.data("plans", plan_id, "plan.yaml")).get("area", ""))


def expected_words(seen: PlanView) -> str:
    """How many goals will be met, in words; empty where nothing is judged."""
    row = seen.expected[seen.expected["scope"] == "all"].iloc[0]
    if pd.isna(row["expected"]):
        return ""
    fields = {"expected": f"{half_up(row['expected'], 1):.1f}", "low": int(row["low_80"]), "high": int(row["high_80"])}
    return text("explorer.expected", seen.lang, **fields)


class Known:
    """What the goals of one plan rest on: each told once, without the search for the next figure, which takes seconds."""

    def __init__(self, seen: PlanView, only: Sequence[str] | None = None) -> None:
        self.seen = seen
        plan, about = seen.tables, seen.registers
        targets, verdicts = plan.targets, seen.verdicts
        if only is not None:
            wanted = targets["target_id"].isin(only)
            stages = targets.loc[wanted & (targets["stage_of"] != ""), "stage_of"]
            targets = targets[wanted | targets["stage_of"].isin(stages)]
            verdicts = verdicts[verdicts["target_id"].isin(targets["target_id"])]
        beside = {"series": plan.series, "years": seen.judged.years}
        told = scorecards.told(verdicts, targets, self._asked(verdicts, targets), about.areas, **beside, lang=seen.lang)
        self.told = told if seen.quarter is None else quarterly.told(told, seen.quarter, seen.lang)
        self.card = scorecards.scorecard(self.told, seen.lang).set_index("target_id").to_dict("index")
        since = int(plan.about["period_start"]) if plan.about["period_start"] else None
        found = scorecards.charts(self.told, seen.lang, synthetic=seen.synthetic, since=since)
        self.charts = {row["target_id"]: row for row in found.to_dict("records")}
        if only is not None:
            self.charts = {one: row for one, row in self.charts.items() if one in only}
        self.indicators = about.about
        self.tree = area_tree(about.areas)

    def _asked(self, *goals: pd.DataFrame) -> pd.DataFrame:
        """The register's rows of the indicators that these goals name, and of what they are rates of."""
        about = self.seen.registers.indicators
        names = {name for frame in goals for column in INDICATORS if column in frame for name in frame[column]}
        rows = about[about["indicator"].isin(names)]
        return about[about["indicator"].isin({*names, *rows["numerator"], *rows["denominator"]})]

    @cached_property
    def things(self) -> dict[str, Row]:
        """Who and what each goal needs."""
        return {row["target_id"]: row for row in self.seen.things().to_dict("records")}

    @cached_property
    def _paths(self) -> dict[str, pd.DataFrame]:
        return _by_indicator(self.seen.shown_trajectories[DRAWN])

    @cached_property
    def _known(self) -> dict[str, pd.DataFrame]:
        return _by_indicator(self.seen.nearby[[*tables.SERIES, "year", "value"]])

    @cached_property
    def _ahead(self) -> list[dict[str, pd.DataFrame]]:
        within = self.seen.trajectories
        after = _farther(self.seen, self._asked(self.told))
        return [_by_indicator(frame[frame["kind"] != "observed"]) for frame in (within, after)]

    def said(self, target_id: str) -> dict[str, str]:
        """The words of a goal's figures, those of its card."""
        return {key: self.card[target_id][key] for key in ("now", "status", *TOLD)}

    def drawn(self, target_id: str) -> dict[str, Any] | None:
        """One goal without what can be moved, which a move does not change; None where it has no picture any more."""
        rows = self.told[self.told["target_id"] == target_id].to_dict("records")
        return self._drawn(rows[0])[0] if target_id in self.charts else None

    def paths(self, chart: Row) -> pd.DataFrame:
        """The trajectories that a goal's chart may draw."""
        names = dict.fromkeys((chart["indicator"], chart["reference_indicator"]))
        found = [self._paths[name] for name in names if name in self._paths]
        return pd.concat(found) if len(found) > 1 else found[0] if found else self.seen.shown_trajectories.head(0)

    def goal(self, row: Row) -> dict[str, Any]:
        """One goal: what it says, what is drawn, and what can be moved."""
        found, mine = self._drawn(row)
        can = self._can(row, mine)
        people = self._people(row, self.indicators[row["data_indicator"]]) if can["population"] == KERNEL else None
        return found | {"can": can, "people": people}

    def _drawn(self, row: Row) -> tuple[dict[str, Any], bool]:
        """The goal as it stands, and whether the browser can judge it."""
        one, lang, chart = row["target_id"], self.seen.lang, self.charts[row["target_id"]]
        card, bar = self.card[one], bar_of(row)
        shown = drawn(chart, as_judged(self.paths(chart), chart))
        ahead = self.ahead(row)
        mine = _gives(row, ahead)
        indicator = self.indicators.get(row["data_indicator"], {})
        last = [_n(row["latest_year"]), _n(row["latest_value"])]
        found = {
            "id": one,
            "series": [
                row["data_indicator"],
                row["data_area"] if row["data_area"] != self.seen.tables.area else "",
                row["data_group"] or "",
            ],
            "name": card["name"],
            "goal": card["goal"],
            "deadline": card["deadline"],
            "told": self.said(one),
            "gap": _n(row["gap"]),
            "probability": _n(row["probability_met"]),
            "forced": row["status"] if row["rests_on"] == "state" else "",
            "bar": {"low": bar.low, "high": bar.high, "strict": bar.strict, "tolerance": bar.tolerance},
            "bar_words": chart["goal_bar"],
            "full": bool(indicator.get("indicator_kind") == "share"),
            "place": row["indicator_unit"] == units.PLACE,
            "trend": row["comparator"] == comparators.TREND,
            "stated": _stated(row, bar.low if bar.low is not None else bar.high),
            "forgiven": COVERAGE_TOLERANCE,
            "bounds": [_n(indicator.get(f"{end}_bound")) for end in ("lower", "upper")],
            "due": _n(chart["deadline_year"]),
            "as_of": self.seen.as_of,
            "latest": last if last[0] is not None and row["own"] else None,
            "own": _rows(shown.own.assign(soft=_soft(shown.own)), "year", "value", "soft"),
            "fan": _rows(shown.ahead, "year", "value", "lower_80", "upper_80", "lower_95", "upper_95"),
            "steps": [list(step) for step in shown.steps],
            "path": [list(point) for point in shown.path],
            "high": _n(chart["goal_value_high"]),
            "ahead": ahead if mine else {},
            "references": self._references(row, chart, shown.reference, shown.first),
            "unit": form(row["indicator_unit"], lang),
            "points": form(units.difference_unit(row["indicator_unit"]), lang),
            "axis": chart["axis_label"],
        }
        return found, mine

    def ahead(self, row: Row) -> dict[int, list[float]]:
        """The fifteen quantiles of each year ahead of the goal's own series."""
        found = {}
        for known in self._ahead:
            rows = _series(known, row["data_indicator"], row["data_area"], row["data_group"])
            values = np.maximum.accumulate(rows[distribution.COLUMNS].to_numpy(float), axis=1)
            for year, one in zip(rows["year"].tolist(), values, strict=True):
                if np.isfinite(one).all():
                    found[int(year)] = one.tolist()
        return found

    def _can(self, row: Row, mine: bool) -> dict[str, str]:
        """Of each handle where it is moved, or the reason why it is not (a key ``why_<reason>``)."""
        if self.seen.cut_off:
            return dict.fromkeys(HANDLES, "quarter")
        if row["status"] in ("met", "missed", "due_unconfirmed"):
            return dict.fromkeys(HANDLES, "decided")
        if not row["own"] or pd.isna(row["latest_value"]):
            return dict.fromkeys(HANDLES, "no_series")
        can = dict.fromkeys(HANDLES, KERNEL)
        if mine:
            can |= dict.fromkeys(("pace", "target", "deadline"), HERE)
            can["pace"] = HERE if self._middle(row) else KERNEL
        elif pd.isna(row["projected_value"]) or row["status"] == "no_data":
            can["pace"] = "no_outlook"
        reasons = {
            "state": row["rests_on"] == "state",
            "rare": pd.notna(row["allowed_events"]),
            "yearly": pd.notna(row["decisive_year"]),
            "place": row["indicator_unit"] == units.PLACE,
            "sum": pd.notna(row["summed_since"]),
        }
        can["pace"] = next((why for why, so in reasons.items() if so), can["pace"])
        can["target"] = self._target(row, can["target"])
        if row["stage_of"] or row["per"] or row["comparator"] not in (*comparators.STATED, comparators.INCREASE_BY, comparators.INCREASE_BY_PCT):  # fmt: skip
            can["deadline"] = KERNEL
        indicator = self.indicators[row["data_indicator"]]
        if not self._people(row, indicator):
            can["population"] = "no_people"
        thing = self.things.get(row["target_id"])
        if thing is None or thing["what"] != "add":
            can["leavers"] = "no_stock"
        return can

    def _middle(self, row: Row) -> bool:
        """Whether the value projected is the median, which an own pace moves."""
        rows = _series(self._ahead[0], row["data_indicator"], row["data_area"], row["data_group"])
        return bool(np.isclose(rows["value"], rows["q50"], rtol=1e-12).all())

    def _target(self, row: Row, found: str) -> str:
        if pd.isna(row["value"]):
            return "no_number"
        if row["comparator"] == comparators.RANGE or (row["comparator"] == comparators.EQUAL and row["tolerance"] > 0):
            return "range"
        both = pd.notna(row["goal_low"]) and pd.notna(row["goal_high"])
        return "range" if both else "worked_out" if _stated(row, 1.0) is None else found

    def _people(self, row: Row, indicator: Row) -> list[float] | None:
        """Year and number of the people that the rate is expected to be of at the deadline; None for what is no rate of a
        population."""
        below = indicator.get("denominator")
        if below != RESIDENTS or indicator["stock"] != "yes" or pd.isna(row["deadline_year"]) or row["data_group"]:
            return None
        rows = _series(self._paths, below, row["data_area"], row["data_group"]).sort_values("year")
        rows = rows[rows["year"] <= row["deadline_year"]].dropna(subset="value")
        if rows.empty or not rows["value"].iloc[-1] > 0:
            return None
        return [int(row["deadline_year"]), float(half_up(rows["value"].iloc[-1]))]

    def _references(self, row: Row, chart: Row, reference: pd.DataFrame, first: float) -> list[dict[str, Any]]:
        """What the goal may be seen against: what it is held against first, then the larger areas with figures of it."""
        columns = ("year", "value")
        found = []
        if len(reference):
            found = [{"name": chart["reference_name"], "rows": _rows(reference, *columns)}]
        for area in self.tree.above(row["data_area"] or row["area"]):
            if area == chart["reference_area"]:
                continue
            rows = _series(self._known, chart["indicator"], area, chart["group"]).sort_values("year")
            rows = rows[rows["year"] >= first].drop_duplicates("year", keep="last")
            if len(rows):
                found.append({"name": self.seen.area_name(area), "rows": _rows(rows, *columns)})
        return found


def _gives(row: Row, ahead: Mapping[int, list[float]]) -> bool:
    """Whether the quantiles of the deadline's year are what the goal was judged by."""
    bar, due = bar_of(row), row["deadline_year"]
    if pd.isna(row["probability_met"]) or pd.isna(row["gap"]) or pd.isna(due) or int(due) not in ahead:
        return False
    outlook = from_row(dict(zip(distribution.COLUMNS, ahead[int(due)], strict=True)))
    if outlook is None or row["indicator_unit"] == units.PLACE or (bar.low is None and bar.high is None):
        return False
    same = math.isclose(bar.shortfall(outlook.quantile(0.5)), row["gap"], rel_tol=1e-12, abs_tol=1e-12)
    return same and math.isclose(bar.probability(outlook), row["probability_met"], abs_tol=1e-12)


def _stated(row: Row, end: float | None) -> list[float] | None:
    """The bar as ``a + b x`` of the number ``x`` that the plan states, with that number: [a, b, x]; None where another
    number moves more than the bar (a change every year, another area, a count of units)."""
    value, comparator = row["value"], row["comparator"]
    if pd.isna(value) or end is None or row["per"] or row["each"]:
        return None
    value = float(value)
    by = units.convert(1.0, row["unit"], row["indicator_unit"]) if row["unit"] != row["indicator_unit"] else 1.0
    if comparator == comparators.INCREASE_BY_PCT:
        start = end / (1 + value / 100)
        return [start, start / 100, value]
    if comparator == comparators.INCREASE_BY:
        by = 1.0 if row["unit"] == units.POINTS else by
        return None if by is None else [end - by * value, by, value]
    if comparator == comparators.GROWTH_MAX and row["indicator_unit"] == "%" == row["unit"]:
        return [0.0, 1.0, value]
    return [0.0, by, value] if comparator in comparators.STATED and by is not None else None


def form(unit: str, lang: str) -> dict[str, Any]:
    """How a value of this unit is written: times ``scale``, with ``text`` around it (``one`` around a single one); ``whole``
    says that it is rounded to whole ones (``always``, from ten on ``big``); ``things``: whole people and things meet a goal."""
    scale, said = units.spoken(1.0, unit, lang)
    whole = "always" if said == units.PLACE else "big" if units.counts_things(said) else ""
    tiny = text("scorecard.tiny", lang, unit=units.word(said, lang)).rstrip()
    written = {"text": units.written("{}", said, lang), "one": units.written("1", said, lang)}
    return {"scale": scale, "whole": whole, "things": units.counts_things(unit), "tiny": tiny, **written}


def _farther(seen: PlanView, about: pd.DataFrame) -> pd.DataFrame:
    """The projections of these indicators (rows of the register) for the years after the plan's last deadline."""
    known = seen.nearby, about, seen.registers.areas
    how: dict[str, Any] = {"as_of": seen.as_of, "to": seen.horizon + FURTHER, "method": seen.method}
    used = seen.used[seen.used["indicator"].isin(about["indicator"])]
    paths = as_supposed(project_plan(seen.tables, *known, **how, used=used), seen.registers.about, seen.supposed)
    return paths[paths["year"] > seen.horizon]


def at_year(seen: PlanView, as_of: int, method: str) -> PlanView:
    """The plan as it was known in another year, by another method."""
    if as_of == seen.as_of:
        return seen if method == seen.method else replace(seen, method=method)
    return replace(seen, as_of=as_of, method=method, newest=False, cut_off="", quarter=None)


def _by_indicator(frame: pd.DataFrame) -> dict[str, pd.DataFrame]:
    return dict(tuple(tables.of_groups(frame).groupby("indicator")))


def _series(known: Mapping[str, pd.DataFrame], indicator: str, area: str, group: str) -> pd.DataFrame:
    rows = known.get(indicator)
    if rows is None:
        return pd.DataFrame(columns=["year", "value", *distribution.COLUMNS])
    return rows[(rows["area"] == area) & (rows["group"] == (group or ""))]


def _soft(own: pd.DataFrame) -> Any:
    return own["obs_status"].isin(tables.SOFT) if "obs_status" in own else np.zeros(len(own), bool)


def _n(value: Any) -> Any:
    return None if value is None or pd.isna(value) else value.item() if hasattr(value, "item") else value


def _rows(frame: pd.DataFrame, *columns: str) -> list[list[Any]]:
    return [[_n(value) for value in row] for row in frame[list(columns)].to_numpy(object).tolist()]
