"""A chart for each target that has a series."""

from __future__ import annotations

from typing import Any

import pandas as pd

from healthplan.figures import trajectory_chart
from healthplan.messages import text
from healthplan.report import blocks
from healthplan.report.blocks import Html


def trajectories_section(chart_rows: pd.DataFrame, trajectories: pd.DataFrame, lang: str) -> Html:
    """A chart for each target that has a series, with its status and sentence."""
    head = blocks.heading(text("report.charts_head", lang), 2, "charts")
    if chart_rows.empty:
        return blocks.join(head, blocks.paragraph(text("report.charts_none", lang)))
    pieces = [_chart(row, trajectories, lang) for row in chart_rows.to_dict("records")]
    return blocks.join(head, blocks.paragraph(text("report.chart_read", lang), "small"), *pieces)


def _chart(row: dict[str, Any], trajectories: pd.DataFrame, lang: str) -> Html:
    """The chart with its status, why it has it, what would change it and, for rare events, what it means in
    counts."""
    figure = trajectory_chart(row, trajectories, lang=lang)
    alt = text("figures.alt_trajectory", lang, name=row["name"], summary=row["why"])
    badge = blocks.status_badge(row["status"], lang)
    head = f"<h3>{blocks.cell(row['name'])} {badge}</h3>"
    words = [blocks.paragraph(row[part]) for part in ("why", "flip", "counts") if row[part]]
    return Html(
        f'<section class="chart">{head}{blocks.picture(figure, alt)}{blocks.join(*words)}</section>'
    )
