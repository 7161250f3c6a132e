"""Tables as an analyst takes them: the goal's name in front, one thing a row."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from healthplan import tables
from healthplan.explanations.kinds import goal_name
from healthplan.messages import text

OWN = ["indicator", "own_area", "group"]
REFERENCE = ["reference_indicator", "reference_area", "reference_group"]


def names(targets: pd.DataFrame, lang: str) -> dict[str, str]:
    """Each goal's name by its id."""
    return {row["target_id"]: goal_name(row, lang) for row in targets.to_dict("records")}


def named(frame: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    """A table of goals with the goal's name in front; of anything else as it is."""
    out = frame.reset_index(drop=True)
    if "target_id" not in out:
        return out.copy()
    out = out.drop(columns="name", errors="ignore")
    out.insert(0, "name", out["target_id"].map(names).astype("str"))
    return out


def series(charts: pd.DataFrame, trajectories: pd.DataFrame) -> pd.DataFrame:
    """The rows of *trajectories* by goal (``target_id``) and by what the series is to it (``role``: own, reference)."""
    rows = charts.reindex(columns=["target_id", *OWN, *REFERENCE])
    parts = {"own": OWN, "reference": REFERENCE}
    keys = [
        rows[["target_id", *columns]].set_axis(["target_id", *tables.SERIES], axis=1).assign(role=role)
        for role, columns in parts.items()
    ]
    whose = pd.concat(keys)[["target_id", "role", *tables.SERIES]].astype("str")
    return whose.merge(trajectories, on=tables.SERIES)


def sentences(words: pd.DataFrame, card: pd.DataFrame) -> pd.DataFrame:
    """What is said of each goal, with its status in words."""
    status = card[["target_id", "status_word"]].set_axis(["target_id", "status"], axis=1)
    return words.merge(status, on="target_id")[["target_id", "status", "why", "flip", "pace", "counts"]]


def findings(found: pd.DataFrame, names: Mapping[str, str], milestones: pd.DataFrame, lang: str) -> pd.DataFrame:
    """What was found, in one language, with the names of the goals and promises concerned in front."""
    out = found.rename(columns={f"message_{lang}": "message"})
    out = out.drop(columns=[c for c in out if c.startswith("message_")])
    all_names = {**names, **dict(zip(milestones["milestone_id"], milestones[f"deliverable_{lang}"], strict=True))}
    comma = text("scorecard.list_comma", lang)
    told = [comma.join(all_names.get(one, one) for one in ids.split(";") if one) for ids in out["target_ids"]]
    out.insert(0, "name", pd.Series(told, index=out.index, dtype="str"))
    return out
