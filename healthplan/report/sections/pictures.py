"""A chart for each target that has a series."""

from __future__ import annotations

from typing import Any

import pandas as pd

from healthplan.figures import trajectory_chart
from healthplan.messages import text
from healthplan.report import blocks
from healthplan.report.blocks import Html

SENTENCES = ("why", "flip", "counts")


def trajectories_section(
    chart_rows: pd.DataFrame,
    trajectories: pd.DataFrame,
    lang: str,
    *,
    observations: pd.DataFrame | None = None,
) -> Html:
    """A chart for each target that has a series, with its status and sentences.

    With ``observations`` the charts show which figures are preliminary or estimated and where a definition
    changed.
    """
    head = blocks.heading(text("report.charts_head", lang), 2, "charts")
    if chart_rows.empty:
        return blocks.join(head, blocks.paragraph(text("report.charts_none", lang)))
    paths = trajectories if observations is None else with_status(trajectories, observations)
    pieces = [_chart(row, paths, lang) for row in chart_rows.to_dict("records")]
    return blocks.join(head, blocks.paragraph(text("report.chart_read", lang), "small"), *pieces)


def with_status(trajectories: pd.DataFrame, observations: pd.DataFrame) -> pd.DataFrame:
    """Trajectories with ``obs_status`` of each observed year; years without a figure of their own count as
    final."""
    key = ["indicator", "area", "year"]
    whole_years = observations[observations["period"].fillna("") == ""]
    known = whole_years[[*key, "obs_status"]].drop_duplicates(key)
    rows = trajectories.drop(columns="obs_status", errors="ignore").merge(known, on=key, how="left")
    return rows.assign(obs_status=rows["obs_status"].fillna("final"))


def _chart(row: dict[Any, Any], trajectories: pd.DataFrame, lang: str) -> Html:
    """The chart with its status, why it has it, what would change it and, for rare events, what it means in
    counts."""
    figure = trajectory_chart(row, trajectories, lang=lang)
    alt = text("figures.alt_trajectory", lang, name=row["name"], summary=row["why"])
    badge = blocks.status_badge(row["status"], lang)
    head = f"<h3>{blocks.cell(row['name'])} {badge}</h3>"
    nothing = ("", text("gaps.flip_none", lang))
    words = "".join(
        f"<p><b>{text(f'report.lead_{part}', lang)}</b> {blocks.cell(row[part])}</p>"
        for part in SENTENCES
        if row[part] not in nothing
    )
    return Html(f'<section class="chart">{head}{blocks.picture(figure, alt)}{words}</section>')
