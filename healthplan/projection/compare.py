"""How the ensemble and the named methods would have done on the user's own series, at past origins."""

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
import pandas as pd

from healthplan import distribution as dist
from healthplan.projection import classic
from healthplan.projection import prepare as prep
from healthplan.projection.experts import NAMES
from healthplan.projection.forecast import BACKTEST_FEWEST, forecast
from healthplan.projection.methods import study
from healthplan.projection.panel import Panel, read_panel
from healthplan.published import grey

ORIGINS = 8
AHEAD = 5
SHOWN = [dist.MEDIAN, dist.LOWER_80, dist.UPPER_80, dist.LOWER_95, dist.UPPER_95]
COLUMNS = ["indicator", "area", "group", "method", "mae", "change_error", "coverage_80", "coverage_95",
           "forecasts", "origins", "weight", "gm_c", "gm_p"]  # fmt: skip
_OF_EXPERT = {
    "last_value": ("last_value",),
    "drift": ("drift", "recent_drift", "median_drift"),
    "damped_trend": ("damped_trend", "scaled_damped_trend"),
    "theta": ("theta", "optimised_theta", "scaled_theta"),
}


def compare_methods(
    observations: pd.DataFrame,
    indicators: pd.DataFrame | None = None,
    *,
    as_of: int | None = None,
    study_methods: bool = False,
) -> pd.DataFrame:
    """One row a series and method, from forecasts 1-5 years ahead made at up to eight past origins of four points or
    more.

    Columns: indicator, area, group, method; mae; change_error (root mean square error of the change since the origin,
    WHO's RMChE, a year); coverage_80 and coverage_95 (of the named methods: of their usual interval); forecasts and
    origins (how many); weight (what the ensemble gives to methods of that name now); gm_c and gm_p (C and P of GM(1,1)
    on the whole series). Series with fewer than five points have no row. ``study_methods`` adds statsmodels' ETS,
    UnobservedComponents and ARIMA, which take about a second a series.
    """
    panel = read_panel(observations, indicators, as_of)
    usable = np.flatnonzero((panel.reason == 0) & (panel.n > BACKTEST_FEWEST))
    rows = [row for s in usable for row in _series(panel.take(np.array([s])), study_methods)]
    return pd.DataFrame(rows, columns=COLUMNS)


def _series(panel: Panel, study_methods: bool) -> Iterator[list]:
    runs = prep.prepare(panel)
    y = runs.values[0, runs.values.shape[1] - int(runs.n[0]) :]
    if len(y) <= BACKTEST_FEWEST:
        return
    origins = [len(y) - back for back in range(1, ORIGINS + 1) if len(y) - back >= BACKTEST_FEWEST]
    now = forecast(y[None], np.array([len(y)]), panel.facts, AHEAD)
    weights = dict(zip(NAMES, now.weights[0], strict=True))
    names = str(panel.indicators[panel.indicator[0]]), *panel.places(panel.area[:1])[0]
    ours = lambda train, ahead: forecast(train[None], np.array([len(train)]), panel.facts, ahead).quantiles[0]  # noqa: E731
    whole = {"ensemble": ours} | {name: partial(classic.quantiles, method=name) for name in classic.NAMES}
    methods: dict[str, Callable] = {n: lambda *given, of=of: of(*given)[:, SHOWN] for n, of in whole.items()}
    if study_methods:
        methods |= study.METHODS
    ratio, small = grey.grades(y[:, None])
    for name, method in methods.items():
        weight = sum(float(weights[e]) for e in _OF_EXPERT.get(name, ()))
        grades = (ratio[0], small[0]) if name == "gm11" else (np.nan, np.nan)
        shown = weight if name in _OF_EXPERT else np.nan
        yield [*names, name, *_judged(y, origins, method), shown, *grades]


def _judged(y: np.ndarray, origins: list[int], method: Callable) -> list[float]:
    """mae, change_error, coverage_80, coverage_95, forecasts, origins."""
    found = []
    for m in origins:
        ahead = min(AHEAD, len(y) - m)
        forecasts, truth = method(y[:m], ahead), y[m : m + ahead]
        usable = np.isfinite(forecasts[:, 0])
        if usable.any():
            years = np.arange(1, ahead + 1)
            error = forecasts[:, 0] - truth
            in_80 = (truth >= forecasts[:, 1]) & (truth <= forecasts[:, 2])
            in_95 = (truth >= forecasts[:, 3]) & (truth <= forecasts[:, 4])
            found.append(np.column_stack([error, error / years, in_80, in_95])[usable])
    if not found:
        return [np.nan] * 4 + [0, 0]
    every = np.concatenate(found)
    change = float(np.sqrt((every[:, 1] ** 2).mean()))
    cover = every[:, 2:].mean(0)
    return [float(np.abs(every[:, 0]).mean()), change, *map(float, cover), len(every), len(found)]
