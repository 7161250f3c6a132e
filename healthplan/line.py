"""The straight line for one plan: its observations, their trajectories, its gaps. Tables in, tables out."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from healthplan import registers
from healthplan.plans import Plan, last_year


def plan_observations(
    plan: Plan, observations: pd.DataFrame, indicators: pd.DataFrame, areas: pd.DataFrame
) -> pd.DataFrame:
    """The observations that the plan's targets rest on.

    These are the series that ``series.csv`` names; the targets' indicators in the targets' areas, in the larger
    areas above them (from which a short series may borrow its trend) and in the areas they are compared with; and
    what these are rates of.
    """
    tree = registers.area_tree(areas)
    wanted = set(zip(plan.series["indicator"], plan.series["area"], strict=True))
    for target in plan.targets.itertuples():
        places = (target.area, target.reference, *tree.above(target.area))
        wanted |= {(target.indicator, place) for place in places}
    parts = indicators.set_index("indicator")[["numerator", "denominator"]]
    wanted |= {
        (part, area)
        for indicator, area in wanted
        if indicator in parts.index
        for part in parts.loc[indicator]
    }
    have = pd.MultiIndex.from_frame(observations[["indicator", "area"]])
    return observations[have.isin(wanted)].reset_index(drop=True)


def newest_year(observations: pd.DataFrame) -> int:
    """The newest year of these observations: the default ``as_of``, never the clock."""
    return int(observations["year"].max())


def project_plan(
    plan: Plan,
    observations: pd.DataFrame,
    indicators: pd.DataFrame,
    areas: pd.DataFrame,
    *,
    as_of: int,
    method: str,
) -> pd.DataFrame:
    """Trajectories of the plan's series up to its last deadline (table ``trajectories``).

    Series of one to four points borrow the trend of a larger area, said in ``kind`` and ``reference_area``; so all
    areas' figures of the same indicators take part.
    """
    from healthplan.projection import project

    series = plan_observations(plan, observations, indicators, areas)[["indicator", "area"]]
    same = observations[observations["indicator"].isin(series["indicator"])]
    to = max(last_year(plan), as_of)
    paths = project(same, indicators, to=to, as_of=as_of, method=method, areas=areas)
    # Peers have lent what they had to lend: only the plan's own series go on.
    kept = pd.MultiIndex.from_frame(paths[["indicator", "area"]])
    return paths[kept.isin(pd.MultiIndex.from_frame(series))].reset_index(drop=True)


def plan_gaps(
    plan: Plan,
    *,
    as_of: int | None = None,
    method: str = "ensemble",
    observations: Sequence[str] = (),
) -> pd.DataFrame:
    """The whole line for one plan: table ``gaps``. ``observations`` are the user's own files, added to ours."""
    indicators, areas = registers.load_indicators(), registers.load_areas()
    known = all_observations(observations, as_of=as_of, area=plan.area)
    year = as_of or newest_year(known)
    return _gaps_at(plan, known, indicators, areas, as_of=year, method=method)


def _gaps_at(
    plan: Plan,
    known: pd.DataFrame,
    indicators: pd.DataFrame,
    areas: pd.DataFrame,
    *,
    as_of: int,
    method: str,
) -> pd.DataFrame:
    """The plan's gaps from figures up to ``as_of``."""
    from healthplan.judging import estimate_gaps

    paths = project_plan(plan, known, indicators, areas, as_of=as_of, method=method)
    used = plan_observations(plan, known, indicators, areas)
    return estimate_gaps(
        plan.targets, paths, used, indicators, plan.series, areas, **plan.judged_at(as_of)
    )


def all_observations(
    paths: Sequence[str] = (), *, as_of: int | None = None, area: str = ""
) -> pd.DataFrame:
    """Shipped observations, the user's own files, and the rates that their counts allow.

    A user's figure for the same indicator, area and year stands in the place of the shipped one. ``area``: the
    area of the plan that is judged; then invented figures are left out of what a real area may be compared with,
    borrow from or be scored on, and real ones of what an invented area may. This is the one place where they part.
    """
    from healthplan.observations import load_observations, with_rates

    found = load_observations(as_of=as_of)
    if paths:
        found = _with_own(found, paths, as_of)
    if area:
        found = found[found["area"].isin(registers.same_world(registers.load_areas(), area))]
    return with_rates(found, registers.load_indicators())


def _with_own(shipped: pd.DataFrame, paths: Sequence[str], as_of: int | None) -> pd.DataFrame:
    from healthplan.intake import load_user_observations

    own, _ = load_user_observations(list(paths))
    own = own if as_of is None else own[own["year"] <= as_of]
    key = ["indicator", "area", "year", "period"]
    return pd.concat([own, shipped], ignore_index=True).drop_duplicates(key, keep="first")


def past_gaps(
    plan: Plan,
    known: pd.DataFrame,
    indicators: pd.DataFrame,
    areas: pd.DataFrame,
    *,
    as_of: int,
    method: str,
) -> dict[int, pd.DataFrame]:
    """The gap tables that the last five years' figures would have given, by as-of year; none for a plan that has
    no series of its own."""
    if not (plan.series["basis"] == "own").any():
        return {}
    return {
        year: _gaps_at(
            plan, known[known["year"] <= year], indicators, areas, as_of=year, method=method
        )
        for year in range(as_of - 4, as_of + 1)
    }


def scored_calls(
    observations: pd.DataFrame, indicators: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """How our calls and the published rules would have come out on these figures, and the reliability of our
    probabilities (see :mod:`healthplan.calls`)."""
    from healthplan import calls, projection
    from healthplan.projection.distribution import probability

    scored = calls.score_calls(
        observations, indicators, project=projection.project, chance=probability
    )
    if scored.empty:
        return scored, pd.DataFrame(columns=["from", "to", "n", "said", "came"])
    reliability = calls.reliability_of_calls(
        observations, indicators, project=projection.project, chance=probability
    )
    return scored, reliability


def plan_findings(plan: Plan, paths: Sequence[str] = ()) -> pd.DataFrame:
    """Where a plan contradicts itself, its parts or the past (see :func:`healthplan.consistency.consistency`)."""
    from healthplan.consistency import consistency

    return consistency(
        plan.targets,
        plan.milestones,
        registers.load_indicators(),
        all_observations(paths, area=plan.area),
        registers.load_areas(),
        series=plan.series,
        about=plan.about,
    )
