"""How exactly the level of each area is known, and its place among the others."""

from __future__ import annotations

import pandas as pd

from healthplan import tables


def league(figures: pd.DataFrame, indicators: pd.DataFrame, *, year: int | None = None) -> pd.DataFrame:
    """Table *league* without its outlook, of all areas in ``figures`` (table *observations*)."""
    return tables.empty("league")
