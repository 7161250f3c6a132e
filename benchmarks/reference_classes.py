"""How goals of a kind, so far away and so soon, came out: ``healthplan/calls/reference_classes.csv``.

    python -m benchmarks.reference_classes

From both open panels, without any projection: at up to six origins a series, with the last value alone, goals at each of
``REACHES`` away from it in the direction of the indicator (both where it has none), one to five years on. The classes are
those that ``healthplan.calls.reference_class`` looks a goal up in.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.record import BENCH, districts
from healthplan.calls.events import HORIZON, read_book
from healthplan.calls.reference_class import CLASSES, distance_class, relative

OUT = Path(__file__).resolve().parents[1] / "healthplan" / "calls" / "reference_classes.csv"
REACHES = np.array([-0.05, 0.0, 0.01, 0.03, 0.07, 0.15, 0.3, 0.6, 1.0])  # of the value; of shares of the smaller part
ORIGINS = 6
KEY = ["indicator_kind", "way", "distance", "years_ahead"]


def main() -> None:
    """Write the classes."""
    world = pd.read_parquet(BENCH / "health_panel.parquet").rename(columns={"kind": "indicator_kind"})
    world = world.assign(area=world["series_id"], direction="")
    near = districts()
    parts = []
    for table in (world, near[near["judged"]]):
        book = read_book(table[["indicator", "area", "year", "value", "indicator_kind", "direction"]])
        kinds = table.drop_duplicates(["indicator", "area"]).set_index(["indicator", "area"])["indicator_kind"]
        kind = kinds.loc[list(zip(book.names["indicator"], book.names["area"], strict=True))].to_numpy(object)
        for series, n in enumerate(book.n):
            parts += goals(book.values[series, :n], str(kind[series]), int(book.way[series]))
    found = pd.DataFrame(parts, columns=[*KEY, "met"])
    found = found.groupby(KEY)["met"].agg(n="size", met="sum").reset_index()
    found.to_csv(OUT, index=False)
    print(
        found.groupby("distance")[["n", "met"]].sum().assign(share=lambda t: t["met"] / t["n"]),
        len(found),
    )


def goals(values: np.ndarray, kind: str, way: int) -> list[tuple[str, str, str, int, bool]]:
    """Kind, way, distance class, years ahead and outcome of the goals on one series."""
    at = np.flatnonzero(values[:-1] > 0)
    if len(at) > ORIGINS:
        at = at[np.linspace(0, len(at) - 1, ORIGINS).round().astype(int)]
    out = []
    for origin in at:
        value = values[origin]
        for side in [way] if way else (1, -1):
            word = "increase" if side > 0 else "decrease"
            for goal in value + side * REACHES * relative(value, kind):
                if goal < 0 or (kind == "share" and goal > 100):
                    continue
                place = distance_class(value, goal, side, kind)
                for ahead in range(1, min(HORIZON, len(values) - 1 - origin) + 1):
                    met = side * (values[origin + ahead] - goal) >= -1e-9
                    out.append((kind, word, CLASSES[place], ahead, bool(met)))
    return out


if __name__ == "__main__":
    main()
