"""The events behind a goal about rare ones: by year, and three years together with what chance alone allows."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from healthplan import tables
from healthplan.counts import intervals
from healthplan.judging.statuses import POOLED_YEARS


def by_year(goal: Mapping[Any, Any], observations: pd.DataFrame, indicators: pd.DataFrame) -> pd.DataFrame:
    """Events and births or people of each year (columns year, events, exposure, missing where it is not known) of the series
    that a row of *gaps* rests on; a rate printed without its count has it worked out."""
    about = indicators[indicators["indicator"] == goal["data_indicator"]].iloc[0]
    rows = tables.of_groups(observations)
    rows = rows[(rows["indicator"] == goal["data_indicator"]) & (rows["area"] == goal["data_area"])]
    rows = rows[(rows["group"] == goal["data_group"]) & (rows["period"].fillna("") == "")].sort_values("year")
    if about["indicator_kind"] == "event":
        events = rows["value"]
    else:
        events = rows["numerator"].fillna((rows["value"] * rows["denominator"] / about["per"]).round())
    found = pd.DataFrame({"year": rows["year"], "events": events, "exposure": rows["denominator"]})
    return found[found["events"].notna()].drop_duplicates("year").reset_index(drop=True)


def pooled(events: pd.DataFrame, per: float) -> pd.DataFrame:
    """The last years three by three, the newest last: columns first, last, events, exposure, and the rate per ``per`` with
    its 95 % limits (value, lower_95, upper_95): exact below ten events."""
    known, rows = events[events["exposure"] > 0].sort_values("year"), []
    years = known["year"].tolist()
    for end in range(len(years), POOLED_YEARS - 1, -POOLED_YEARS):
        part = known.iloc[end - POOLED_YEARS : end]
        if part["year"].iloc[-1] - part["year"].iloc[0] != POOLED_YEARS - 1:
            break
        count, exposure = float(part["events"].sum()), float(part["exposure"].sum())
        found = intervals.rate(count, exposure, per=per)
        rows.append((*part["year"].iloc[[0, -1]], count, exposure, found.value, found.lower, found.upper))
    names = ["first", "last", "events", "exposure", "value", "lower_95", "upper_95"]
    return pd.DataFrame(rows[::-1], columns=names)
