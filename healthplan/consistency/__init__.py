"""Where a plan contradicts itself, its parts or the past. Found from the rows alone: what a person has marked in
`state`, `related` and `note` is not looked at, so that a new plan is judged like an old one."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from healthplan import tables
from healthplan.consistency.completeness import missing, outside_period, units
from healthplan.consistency.contradictions import milestone_places, parts, stages, sums, target_places
from healthplan.consistency.finding import COLUMNS, SEVERITIES, Finding, records, table
from healthplan.consistency.groups import each_against_total, group_range, ranks
from healthplan.consistency.known import Known
from healthplan.consistency.paces import national_path, pace
from healthplan.consistency.ratios import few_events, ratios
from healthplan.language.units import in_indicator_units

__all__ = ["COLUMNS", "SEVERITIES", "consistency"]


def consistency(
    targets: pd.DataFrame,
    milestones: pd.DataFrame,
    indicators: pd.DataFrame,
    observations: pd.DataFrame,
    areas: pd.DataFrame,
    *,
    series: pd.DataFrame | None = None,
    about: dict[str, Any] | None = None,
) -> pd.DataFrame:
    """Findings about one plan, gravest first: finding, severity, target_ids, locator, message_zh, message_en.
    `target_ids` holds the ids of all rows a finding is about (targets or milestones), `;` between. `series` (which
    figures answer which target) and `about` (plan.yaml) may be absent; what needs them is then not looked for.
    Severity: error (the plan cannot mean both), warning, note. An empty table means that nothing was found, not that
    the plan is right."""
    # with the columns that plans of before did not have
    absent = [c.name for c in tables.ALL["targets"].columns if c.kind == "text" and c.name not in targets]
    targets = targets.assign(**dict.fromkeys(absent, ""))
    given = Known(targets, indicators, observations, areas)
    plan = Known(in_indicator_units(targets, indicators), indicators, observations, areas)

    def found() -> Iterator[Finding]:
        yield from units(given)
        yield from target_places(plan)
        yield from milestone_places(milestones)
        for rule in _RULES:
            yield from rule(plan)
        yield from outside_period(plan.rows + records(milestones), about or {})
        yield from missing(plan, series)

    return table(found())


_RULES = (stages, parts, sums, ratios, few_events, group_range, each_against_total, ranks, pace, national_path)
