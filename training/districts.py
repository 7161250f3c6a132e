"""The panel of sub-national series: real districts, most with their parent, as the trainings read it. Rows with
``judged`` false are parents: they lend, and nothing is learned from what came of them."""

from pathlib import Path

import numpy as np
import pandas as pd

from training.rows import COLUMNS, half, health_runs

TEXTS = ("indicator", "area", "parent", "unit", "kind", "series_id", "direction", "country", "level")
WAYS = {"increase": 1, "decrease": -1}
FACTS = ["way", "stock", "source", "share", "parent", "judged"]
SHARED = [name for name in COLUMNS if name not in FACTS]


def read(path: Path, areas: str = "all", until: int | None = None) -> pd.DataFrame:
    """The panel with plain texts (the parent empty where there is none), numerators as numbers. areas: ``0`` or ``1``
    keeps as judged only the areas of one half, ``none`` nothing. until: the last year of any figure."""
    panel = pd.read_parquet(path).astype(dict.fromkeys(TEXTS, "str"))
    panel = panel.sort_values(["series_id", "year"], ignore_index=True)
    panel["parent"] = panel["parent"].replace("nan", "")
    panel["year"] = panel["year"].astype(int)
    panel["numerator"] = panel["numerator"].astype(float)
    if areas in ("0", "1"):
        panel["judged"] &= half(panel["area"], "area") == int(areas)
    elif areas == "none":
        panel["judged"] = False
    return panel if until is None else panel[panel["year"] <= until].reset_index(drop=True)


def runs(panel: pd.DataFrame) -> pd.DataFrame:
    """The longest run of consecutive years of each series, parents included: the columns of ``rows.COLUMNS``, and way
    (+1 more is better, -1 less, 0 neither), stock, parent (area), judged."""
    found = health_runs(panel.rename(columns={"area": "entity"}))
    head = panel.drop_duplicates("series_id").set_index("series_id").loc[found["series_id"]]
    way = head["direction"].map(WAYS).fillna(0).astype(np.int8)
    facts = head.assign(way=way, source=head["country"], share=1.0)[FACTS].reset_index(drop=True)
    return pd.concat([found[SHARED], facts], axis=1)


def licences(panel: pd.DataFrame) -> dict[str, str]:
    """Each source of the panel with the licence found beside it."""
    pairs = panel[["source_repo", "licence"]].astype(str).drop_duplicates().sort_values("source_repo")
    return {source: "; ".join(some) for source, some in pairs.groupby("source_repo")["licence"]}
