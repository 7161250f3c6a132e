"""One target in depth: the plan cut down to it, and what every method says of its series."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from healthplan.errors import Fault, UsageError
from healthplan.language.phrases import number
from healthplan.messages import text
from healthplan.plans import Plan
from healthplan.report import blocks
from healthplan.report.blocks import Html

INTERVALS = ("lower_80", "upper_80", "lower_95", "upper_95")


def only_target(plan: Plan, target_id: str) -> Plan:
    """The plan with one of its targets alone. Raises :class:`UsageError` for an unknown id."""
    if target_id not in set(plan.targets["target_id"]):
        known = f"{plan.targets['target_id'].iloc[0]} … {plan.targets['target_id'].iloc[-1]}"
        raise UsageError(Fault("NAME-TARGET", value=target_id, fields={"expected": known}))
    keep = lambda frame: frame[frame["target_id"] == target_id].reset_index(drop=True)  # noqa: E731
    return replace(plan, targets=keep(plan.targets), series=keep(plan.series))


def methods_beside(
    observations: pd.DataFrame,
    indicators: pd.DataFrame,
    areas: pd.DataFrame,
    *,
    to: int,
    as_of: int,
) -> pd.DataFrame:
    """What the ensemble and each named method say of every series for the year ``to``.

    Columns: indicator, area, method, year, value, lower_80, upper_80, lower_95, upper_95 (in the indicator's
    unit). A method that does not reach the year (too few points, or further than the series is long) has no row.
    """
    from healthplan.projection import project
    from healthplan.projection.classic import NAMES

    columns = ["indicator", "area", "method", "year", "value", *INTERVALS]
    found = []
    for method in ("ensemble", *NAMES):
        rows = project(observations, indicators, to=to, as_of=as_of, method=method, areas=areas)
        found.append(
            rows[(rows["year"] == to) & (rows["kind"] != "observed")].assign(method=method)
        )
    return pd.concat(found, ignore_index=True)[columns].dropna(subset="value", ignore_index=True)


def methods_section(
    methods: pd.DataFrame, indicators: pd.DataFrame, areas: pd.DataFrame, lang: str
) -> Html:
    """A row a series and method from :func:`methods_beside`."""
    head = blocks.heading(text("analyst.methods_head", lang), 2, "methods")
    if methods.empty:
        return blocks.join(head, blocks.paragraph(text("analyst.methods_none", lang)))
    note = text("analyst.methods_note", lang, year=int(methods["year"].iloc[0]))
    shown = pd.DataFrame(
        {
            "series": series_names(methods, indicators, areas, lang),
            "method": [text(f"method.{name}", lang) for name in methods["method"]],
            "value": [number(v) for v in methods["value"]],
            **{
                f"range_{level}": [
                    f"{number(low)} – {number(high)}"
                    for low, high in zip(
                        methods[f"lower_{level}"], methods[f"upper_{level}"], strict=True
                    )
                ]
                for level in ("80", "95")
            },
        }
    )
    return blocks.join(head, blocks.paragraph(note, "small"), word_table(shown, lang))


def series_names(
    rows: pd.DataFrame, indicators: pd.DataFrame, areas: pd.DataFrame, lang: str
) -> list[str]:
    """Indicator and area in words; ids where they are not registered."""
    words = indicators.set_index("indicator")[f"name_{lang}"]
    places = areas.set_index("area")[f"name_{lang}"]
    return [
        text("analyst.own_series", lang, indicator=words.get(i, i), area=places.get(a, a))
        for i, a in zip(rows["indicator"], rows["area"], strict=True)
    ]


def word_table(shown: pd.DataFrame, lang: str) -> Html:
    """A table whose columns have their words in the catalogue of the analyst's notebooks."""
    return blocks.table(shown, {c: text(f"analyst.col_{c}", lang) for c in shown.columns})
