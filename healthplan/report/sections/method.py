"""How it was computed."""

from __future__ import annotations

from typing import Any

import pandas as pd

from healthplan.messages import text
from healthplan.report import blocks
from healthplan.report.blocks import Html


def method_section(
    about: dict[str, Any], trajectories: pd.DataFrame, method: str, lang: str
) -> Html:
    """How it was computed, and how the plan itself says it is tracked."""
    version = trajectories["method_version"].iloc[0] if len(trajectories) else "—"
    return blocks.join(
        blocks.heading(text("report.method_head", lang), 2, "method"),
        blocks.paragraph(text("report.method_text", lang, method=method, version=version)),
        blocks.paragraph(text("report.method_reference", lang)),
        blocks.heading(text("report.tracking_head", lang), 3),
        blocks.paragraph(about[f"tracking_{lang}"]),
    )
