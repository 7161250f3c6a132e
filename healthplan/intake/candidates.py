"""A simple target sheet as the rows of a plan: the columns of a confirmed sheet of candidate targets, and two more."""

from __future__ import annotations

import pandas as pd

from healthplan.intake.readers import Intake
from healthplan.tables.plans import CANDIDATES

COLUMNS = tuple(column.name for column in CANDIDATES.columns)


def as_candidates(found: Intake) -> pd.DataFrame:
    """The goals of :func:`read_targets` as confirmed candidate rows.

    ``indicator`` is empty for a name that is not registered; ``locator`` says where the row stands in the
    sheet; ``evidence`` is the source that the sheet gives; ``confidence`` is 1, because a person wrote it.
    """
    rows = [
        {
            "indicator": row["indicator"] if row["indicator"] != row["indicator_name"] else "",
            "name": row["indicator_name"],
            "comparator": row["comparator"],
            "value": row["value"],
            "value_high": float("nan"),
            "tolerance": row["tolerance"],
            "unit": row["unit"],
            "deadline": row["deadline"],
            "scope": row["scope"],
            "departments": row["departments"],
            "baseline": "" if pd.isna(row["baseline"]) else f"{row['baseline']:.10g}",
            "locator": f"{row['sheet']}!{row['row']}" if row["sheet"] else str(row["row"]),
            "evidence": row["source"],
            "confidence": 1.0,
            "why": "",
            "baseline_year": row["baseline_year"],
            "nature": row["nature"],
        }
        for row in found.table.to_dict("records")
    ]
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    return frame.astype(
        dict.fromkeys(("value", "value_high", "tolerance", "confidence"), "float64")
    )
