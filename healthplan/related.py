"""Which of all figures a plan may rest on: nothing else reaches its verdicts, so nothing else makes a report old."""

from __future__ import annotations

import pandas as pd

from healthplan import registers, tables
from healthplan.language import comparators
from healthplan.plans import Plan
from healthplan.projection.siblings import FEWEST_POINTS
from healthplan.registers import Registers

LENDS_FROM = FEWEST_POINTS + 1  # years with figures, below which a series teaches no other one anything


def related(plan: Plan, figures: pd.DataFrame, known: Registers) -> pd.DataFrame:
    """The rows of table *observations* that may bear on a plan.

    These are all figures of its own areas, of the larger ones above them and of those that they are compared with or were
    merged from, and all that a user brought (those with a ``row``); of any other area the series of the plan's indicators
    that are long enough to lend a course or a width.
    """
    own = figures["area"].isin(_near(plan, known))
    own |= figures.reindex(columns=["row"])["row"].notna()
    others = figures[~own]
    lending = pd.Index([])
    for family in _families(plan, known.indicators):
        rows = others[others["indicator"].isin(family)]
        years = rows.groupby(["area", "group"], dropna=False)["year"].transform("nunique")
        lending = lending.union(rows.index[years >= LENDS_FROM])
    return figures[own | figures.index.isin(lending)].reset_index(drop=True)


def related_to_parts(above: str, figures: pd.DataFrame, known: Registers) -> pd.DataFrame:
    """The rows of table *observations* that may bear on a comparison of the parts of ``above``: theirs, those of the areas
    that they were merged from, of the larger ones above them, and all that a user brought."""
    tree, changes = registers.area_tree(known.areas), known.area_changes
    parts = tree.inside(above)
    near = {*parts, above, *tree.above(above), *changes.loc[changes["new"].isin(parts), "old"]}
    own = figures["area"].isin(near) | figures.reindex(columns=["row"])["row"].notna()
    return figures[own].reset_index(drop=True)


def _near(plan: Plan, known: Registers) -> set[str]:
    tree = registers.area_tree(known.areas)
    targets = tables.of_groups(plan.targets)
    found = {plan.area, *targets["area"], *targets["reference"], *tables.of_groups(plan.series)["area"]}
    for target in targets[targets["comparator"] == comparators.RANK].to_dict("records"):
        found |= set(tree.among(target["area"], target["reference"]))
    found |= {above for area in found for above in tree.above(area)}
    changes = known.area_changes
    return found | set(changes.loc[changes["new"].isin(found), "old"])


def _families(plan: Plan, indicators: pd.DataFrame) -> list[set[str]]:
    """Each indicator of the plan with what it is a rate of."""
    asked = {*plan.targets["indicator"], *plan.series["indicator"], *plan.targets.get("reference_indicator", [])}
    parts = indicators.set_index("indicator")[["numerator", "denominator"]]
    return [{one, *parts.loc[one]} - {""} if one in parts.index else {one} for one in sorted(asked - {""})]
