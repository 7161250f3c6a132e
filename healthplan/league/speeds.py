"""How fast each area moved, against those that began at the same level."""

from __future__ import annotations

import pandas as pd

from healthplan import tables


def speeds(figures: pd.DataFrame, indicators: pd.DataFrame) -> pd.DataFrame:
    """Table *speeds* of all areas in ``figures`` (table *observations*)."""
    return tables.empty("speeds")
