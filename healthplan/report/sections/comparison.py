"""How each named method would have done on the plan's own series at past origins."""

from __future__ import annotations

import pandas as pd

from healthplan.language.phrases import number
from healthplan.messages import text
from healthplan.report import blocks
from healthplan.report.blocks import Html

FOLDED_FROM = 3  # so many series are shown open; more would bury the rest of the part


def comparison_section(
    compared: pd.DataFrame, indicators: pd.DataFrame, areas: pd.DataFrame, lang: str
) -> Html:
    """One row a method over all series: errors relative to the last value, coverage, weight in the ensemble.

    ``compared`` comes from :func:`healthplan.projection.compare_methods`. Errors of different units cannot be
    averaged, so each series' error is first divided by that of the last value; the table of single series
    follows for those who want to look one up.
    """
    head = blocks.heading(text("report.compared_head", lang), 3, "compared")
    if compared.empty:
        return blocks.join(head, blocks.paragraph(text("report.compared_none", lang)))
    note = blocks.paragraph(text("report.compared_note", lang), "small")
    return blocks.join(
        head, note, _summary(compared, lang), _details(compared, indicators, areas, lang)
    )


def _summary(compared: pd.DataFrame, lang: str) -> Html:
    series = ["indicator", "area"]
    last = compared[compared["method"] == "last_value"].set_index(series)
    rows = compared.join(last[["mae", "change_error"]], on=series, rsuffix="_last")
    for error in ("mae", "change_error"):
        rows[error] = (rows[error] / rows[f"{error}_last"]).where(rows[f"{error}_last"] > 0)
    measures = ["mae", "change_error", "coverage_80", "coverage_95", "weight"]
    mean = rows.groupby("method", sort=False)[measures].mean().reset_index()
    count = compared.groupby("method", sort=False)["forecasts"].sum().reset_index(drop=True)
    shown = pd.DataFrame(
        {
            "method": [_method(name, lang) for name in mean["method"]],
            **{name: [number(v) for v in mean[name]] for name in ("mae", "change_error")},
            **{
                name: [_percent(v) for v in mean[name]]
                for name in ("coverage_80", "coverage_95", "weight")
            },
            "forecasts": [f"{n:,.0f}" for n in count],
        }
    )
    return blocks.table(shown, _headers(shown, lang), kind="small")


def _details(
    compared: pd.DataFrame, indicators: pd.DataFrame, areas: pd.DataFrame, lang: str
) -> Html:
    names = indicators.set_index("indicator")[f"name_{lang}"]
    places = areas.set_index("area")[f"name_{lang}"]
    shown = pd.DataFrame(
        {
            "indicator": compared["indicator"].map(names),
            "area": compared["area"].map(places),
            "method": [_method(name, lang) for name in compared["method"]],
            "mae_unit": [number(v) for v in compared["mae"]],
            "change_error_unit": [number(v) for v in compared["change_error"]],
            "coverage_80": [_percent(v) for v in compared["coverage_80"]],
            "coverage_95": [_percent(v) for v in compared["coverage_95"]],
            "weight": [_percent(v) for v in compared["weight"]],
            "forecasts": compared["forecasts"],
        }
    )
    table = blocks.table(shown, _headers(shown, lang), kind="small")
    if compared.groupby(["indicator", "area"]).ngroups < FOLDED_FROM:
        return table
    return Html(
        f"<details><summary>{text('report.compared_details', lang)}</summary>{table}</details>"
    )


def _headers(shown: pd.DataFrame, lang: str) -> dict[str, str]:
    return {c: text(f"report.col_{c}", lang) for c in shown.columns}


def _method(name: str, lang: str) -> str:
    return text(f"method.{name}", lang)


def _percent(share: float) -> str:
    return "" if pd.isna(share) else f"{share:.0%}"
