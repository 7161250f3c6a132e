"""How far each verdict can be relied on: from the length of its series and from how past projections of it came out."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from healthplan import tables
from healthplan.judging import joined

SOUND, FAIR, CAUTION = 3, 2, 1
FEWEST = 3  # figures: below, no trend can be told from chance
CAUGHT = 0.7  # an 80 % interval that caught less of the past was too narrow
HALF = 0.5  # of the distance between projection and goal: a past error beyond it might close the gap by itself
SOFT = ("estimated", "preliminary", "old_figure", "too_old", "break_last", "one_since_break")
SERIES = ["data_indicator", "data_area", "data_group"]
Row = Mapping[Any, Any]


def trust(
    gaps: pd.DataFrame, targets: pd.DataFrame, observations: pd.DataFrame, compared: pd.DataFrame, events: pd.DataFrame
) -> pd.DataFrame:
    """Table *trust*, a row a goal of *gaps*. The rule (docs/methods-gaps.md):

    A fact (met, missed) starts and stays at 3, one that rests on a preliminary figure loses one. A projection starts at 3 and
    loses one for each of: an 80 % interval that caught less than 70 % of past figures, or too few figures to have tried
    it; a past mean error above half the distance to the goal; a trend borrowed from elsewhere; a latest figure that is
    preliminary, estimated, old or the first after a change of definition. Rare events and series of fewer than three
    figures are 1. A goal of several conditions has the lowest grade of them. ``observations``: the figures used; ``compared``: how our projection came out in the past
    (:func:`healthplan.projection.compare_methods`); ``events``: the table of that name.
    """
    points = tables.of_groups(observations).groupby(tables.SERIES)["year"].nunique()
    ours = compared[compared["method"] == "ensemble"].set_index(tables.SERIES)
    rare = set(events.loc[events["expected_events"].notna(), "target_id"])
    rows = []
    for gap in gaps.drop_duplicates("target_id").to_dict("records"):
        series = tuple("" if pd.isna(gap[name]) else gap[name] for name in SERIES)
        past = ours.loc[series] if series in ours.index else None
        about = {
            "target_id": gap["target_id"],
            "points": int(points.get(series, 0)) or None,
            "caught_80": None if past is None else past["coverage_80"],
            "past_error": None if past is None else past["mae"],
        }
        rows.append(about | _grade(gap, about, gap["target_id"] in rare))
    grades = {row["target_id"]: row["trust"] for row in rows}
    joined_of = {target["target_id"]: joined.members(target) for target in targets.to_dict("records")}
    for row in rows:
        known = [grades[one] for one in joined_of.get(row["target_id"], []) if grades.get(one)]
        if row["trust"] and known:
            row |= {"trust": min(known), "trust_why": "conditions"}
    return tables.check(pd.DataFrame(rows, columns=tables.columns("trust")), "trust")


def _grade(gap: Row, about: Row, rare: bool) -> dict[str, Any]:
    """The grade of one goal and the codes of its reasons."""
    if gap["status"] not in tables.statuses("judged"):
        return {"trust": None, "trust_why": ""}
    soft = [code for code in str(gap["qualifier"] or "").split(";") if code in SOFT][:1]
    if gap["status"] in ("met", "missed"):
        return {"trust": SOUND - len(soft), "trust_why": ";".join(soft or ["observed"])}
    if rare:
        return {"trust": CAUTION, "trust_why": "rare"}
    if not about["points"] or about["points"] < FEWEST:
        return {"trust": CAUTION, "trust_why": "few"}
    found = [*_tried(gap, about), *(["borrowed"] if gap["basis"] == "borrowed" else []), *soft]
    return {"trust": max(CAUTION, SOUND - len(found)), "trust_why": ";".join(found or ["sound"])}


def _tried(gap: Row, about: Row) -> list[str]:
    """What speaks against a projection in how earlier ones of the series came out."""
    if pd.isna(about["caught_80"]):
        return ["untested"]
    narrow = ["narrow"] if about["caught_80"] < CAUGHT else []
    large = pd.notna(gap["gap"]) and about["past_error"] > HALF * abs(gap["gap"])
    return [*narrow, *(["error"] if large else [])]
