"""Small tables for the tests of gaps: one indicator, one district, figures and intervals by
hand."""

from statistics import NormalDist

import numpy as np
import pandas as pd

from healthplan import distribution, tables
from healthplan.explanations import explain
from healthplan.judging import judge

Z80, Z95 = 1.2815515655446004, 1.959963984540054


def indicator(**changes) -> pd.DataFrame:
    """One indicator, a share in % that should rise, unless changed."""
    row = {
        "indicator": "coverage",
        "name_zh": "覆盖率",
        "name_en": "coverage",
        "unit": "%",
        "direction": "increase",
        "lower_bound": 0,
        "upper_bound": 100,
        "indicator_kind": "share",
        "numerator": "",
        "denominator": "",
        "per": 100,
        "definition_zh": "定义",
        "definition_en": "definition",
        "aliases": "",
        "plausible_low": None,
        "plausible_high": None,
        "ask_zh": "统计科",
        "ask_en": "the statistics section",
    }
    return tables.check(pd.DataFrame([row | changes]), "indicators")


def target(**changes) -> pd.DataFrame:
    """One target of 82 % by 2027, unless changed."""
    row = dict.fromkeys(tables.columns("targets"), "") | {
        "target_id": "p-t001",
        "plan_id": "p",
        "locator": "1",
        "name_zh": "覆盖率",
        "name_en": "coverage",
        "indicator": "coverage",
        "area": "here",
        "comparator": ">=",
        "value": 82.0,
        "unit": "%",
        "deadline": "2027",
        "wording": "must",
        "state": "current",
    }
    return tables.check(pd.DataFrame([row | changes]), "targets")


def figures(values: dict[int, float], area: str = "here", **columns) -> pd.DataFrame:
    """Observed figures of one series: ``values`` by year; further columns by year or as one
    value."""
    rows = [
        {
            "indicator": "coverage",
            "area": area,
            "year": year,
            "period": "",
            "value": value,
            "unit": "%",
            "numerator": np.nan,
            "denominator": np.nan,
            "source": "test",
            "obs_status": "final",
            "note": "",
        }
        | {k: v.get(year) if isinstance(v, dict) else v for k, v in columns.items()}
        for year, value in values.items()
    ]
    return tables.check(pd.DataFrame(rows, columns=tables.columns("observations")), "observations")


SCORES = {
    name: NormalDist().inv_cdf(level) for name, level in zip(distribution.COLUMNS, distribution.LEVELS, strict=True)
}


def projected(values: dict[int, tuple[float, float]], area: str = "here", **columns) -> pd.DataFrame:
    """Projected years with a normal interval: middle and standard deviation by year."""
    rows = [
        {
            "indicator": "coverage",
            "area": area,
            "method": "test",
            "year": year,
            "value": middle,
            "lower_80": middle - Z80 * sd,
            "upper_80": middle + Z80 * sd,
            "lower_95": middle - Z95 * sd,
            "upper_95": middle + Z95 * sd,
            "kind": "projected",
            "method_version": "test-1",
        }
        | {name: middle + score * sd for name, score in SCORES.items()}
        | columns
        for year, (middle, sd) in values.items()
    ]
    if not rows:
        return tables.empty("trajectories")
    return tables.check(pd.DataFrame(rows), "trajectories")


def series(basis: str = "own", area: str = "here", **changes) -> pd.DataFrame:
    """Which series answers the target."""
    row = {
        "target_id": "p-t001",
        "basis": basis,
        "indicator": "" if basis == "none" else "coverage",
        "area": "" if basis == "none" else area,
        "reason_zh": "说明。",
        "reason_en": "the reason",
    }
    return pd.DataFrame([row | changes])


AREAS = pd.DataFrame({"area": ["here", "city"], "name_zh": ["本区", "全市"], "name_en": ["here", "the city"]})
RISING = {2020: 70.0, 2021: 72.0, 2022: 74.0, 2023: 76.0, 2024: 78.0}
AHEAD = {2025: (79.0, 1.5), 2026: (79.5, 1.8), 2027: (80.0, 2.0)}


def gaps(
    targets: pd.DataFrame | None = None,
    known: pd.DataFrame | None = None,
    ahead: pd.DataFrame | None = None,
    indicators: pd.DataFrame | None = None,
    chosen: pd.DataFrame | None = None,
    **more,
) -> pd.DataFrame:
    """All tables of ``judge`` side by side on the small tables; whatever is not given is the standard case as of
    2024. Their sentences stand beside them (why_zh ... counts_en)."""
    pick = lambda given, standard: standard() if given is None else given  # noqa: E731
    targets = pick(targets, target)
    chosen = pick(chosen, lambda: series_for(targets))
    indicators = pick(indicators, indicator)
    areas = more.pop("areas", AREAS)
    made = judge(
        targets,
        pick(ahead, lambda: projected(AHEAD)),
        pick(known, lambda: figures(RISING)),
        indicators,
        chosen,
        areas,
        **{"as_of": 2024, **more},
    )
    found = made.whole()
    for lang in ("zh", "en"):
        told = explain(found, targets, indicators, areas, series=chosen, years=made.years, lang=lang)
        told = told.set_index(["target_id", "method"]).add_suffix(f"_{lang}")
        found = found.join(told, on=["target_id", "method"])
    found.attrs["years"] = made.years.to_dict("records")
    return found


def series_for(targets: pd.DataFrame) -> pd.DataFrame:
    """The district's own series for each of the targets."""
    return pd.concat([series(target_id=t) for t in targets["target_id"]], ignore_index=True)


def gap(*args, **more) -> pd.Series:
    """The one row of :func:`gaps`."""
    found = gaps(*args, **more)
    assert len(found) == 1
    return found.iloc[0]
