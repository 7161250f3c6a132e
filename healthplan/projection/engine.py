"""Observations in, trajectories out: the one call."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import pandas as pd

from healthplan.errors import Fault, UsageError
from healthplan.projection import prior as store
from healthplan.projection.assemble import trajectories
from healthplan.projection.blocks import BLOCK, ENSEMBLE, METHODS, WHOLE_TABLE, Progress, blocks, no_rows, paths_of
from healthplan.projection.borrowing import borrow, lent_courses
from healthplan.projection.panel import read_panel
from healthplan.registers import with_parents
from healthplan.tables import SERIES


def project(observations: pd.DataFrame, indicators: pd.DataFrame | None = None, *, to: int, **how: Any) -> pd.DataFrame:
    """Trajectories: the observed years and the projected ones up to ``to``; ``how``: as_of, method (``ensemble``), areas,
    progress, backtest.

    observations: long table indicator, area, year, value, unit (optional: group, period, obs_status, numerator,
    denominator, indicator_kind, lower_bound, upper_bound, stock, direction, parent). indicators: the registry, or None.
    as_of: only observations of years <= as_of are used. areas: table area, parent; with it (or the column ``parent``),
    districts of one to four points borrow their trend. progress(done, all) is called after each block of series.
    backtest: past origins (8 is usual) at which the ensemble is tried on each series itself; adds past_forecasts,
    past_mae, past_coverage_80 and past_coverage_95, of forecasts one to five years ahead.

    Returns indicator, area, group, method, year, value, lower_80, upper_80, lower_95, upper_95 (all in the indicator's
    unit), kind, method_version, and: reason (why a series is not, or not wholly, projected; words in ``panel.REASONS``
    and ``beyond_reach``), data_first_year, data_last_year, n_years (points used), breaks, bounds_hit (share of the
    fifteen quantiles resting on a bound), indicator_kind, kind_inferred (registry, column or unit), interval_from
    (history, constant, counts or borrowed), reference_area, lent_course (change of the log a year of the larger area,
    where the interval is from counts), and the fifteen quantiles q01 ... q99. value is the median, for events with
    intervals from counts the course of their rate (kept within the 80 % interval). Observed rows have value only.
    Series without a projection keep their observed rows with the reason.

    Raises UsageError for an unknown method, InputError for missing columns. How: docs/methods-projection.md.

    >>> seen = hp.load_observations()
    >>> demo = seen[(seen["area"] == "demo") & (seen["indicator"] == "life_expectancy")]
    >>> paths = hp.project(demo, hp.load_indicators(), to=2027, as_of=2024)
    >>> paths[["year", "kind", "value", "lower_80", "upper_80"]].tail(2).round(2)
        year       kind  value  lower_80  upper_80
    12  2026  projected  79.51     79.02     79.79
    13  2027  projected  79.62     78.99     79.97
    """
    parts = list(project_blocks(observations, indicators, to=to, block=WHOLE_TABLE, **how))
    return pd.concat(parts, ignore_index=True) if len(parts) > 1 else parts[0]


def project_blocks(
    observations: pd.DataFrame,
    indicators: pd.DataFrame | None = None,
    *,
    to: int,
    as_of: int | None = None,
    method: str = "ensemble",
    areas: pd.DataFrame | None = None,
    progress: Progress | None = None,
    observed: bool = True,
    quantiles: bool = True,
    backtest: int = 0,
    block: int = BLOCK,
    coded: bool = False,
) -> Iterator[pd.DataFrame]:
    """The trajectories of :func:`project`, a block of series at a time; one empty block if there are none.
    ``observed=False`` leaves out the observed rows, ``quantiles=False`` the columns q01 ... q99; ``coded``: texts as
    categories."""
    if method not in METHODS:
        fields = {"expected": ", ".join(METHODS)}
        raise UsageError(Fault("NAME-METHOD", column="method", value=method, fields=fields))
    panel = read_panel(observations, indicators, as_of)
    if not len(panel):
        yield trajectories(panel, no_rows(panel), method, observed=observed, quantiles=quantiles, coded=coded)
        return
    loans, areas = [], with_parents(areas, observations)
    if areas is not None and method == ENSEMBLE:
        panel = replace(panel, course=lent_courses(panel, areas))
        loans = borrow(panel, areas, to, partial(paths_of, panel, to), store.load())
    shown = {"observed": observed, "quantiles": quantiles, "backtested": backtest > 0, "coded": coded}
    for part, rows in blocks(panel, to, loans, progress, method, backtest, block):
        yield trajectories(part, rows, method, **shown)


def unprojected(trajectories: pd.DataFrame) -> pd.DataFrame:
    """One row a series that is not, or not wholly, projected: indicator, area, group, reason, data years, n_years."""
    some = trajectories[trajectories["reason"] != ""]
    columns = [*SERIES, "reason", "data_first_year", "data_last_year", "n_years"]
    return some[columns].drop_duplicates(SERIES).reset_index(drop=True)
