"""What the published measures say of each goal today: the table ``measures`` and how people read it."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from healthplan import messages, tables
from healthplan.judging.statuses import PACE_YEARS
from healthplan.published import PUBLISHED
from healthplan.published.measure import Goals, goals

FEWEST = 3  # two figures are no pace
Row = Mapping[Any, Any]


def published_measures(gaps: pd.DataFrame, observations: pd.DataFrame, indicators: pd.DataFrame) -> pd.DataFrame:
    """The table *measures*: a row a goal and published measure, with the source's own value and word. Only goals with
    one bound, a deadline still ahead and three figures of the district's own since the last break; none of rare events.
    The base is that of the pace where it lies on this side of the break, else the first figure of the last five years.
    Nothing is put for a zero."""
    kind = indicators.set_index("indicator")["indicator_kind"]
    series = dict(iter(tables.of_groups(observations).groupby(tables.SERIES)))
    found: list[tuple[str, dict[str, Any], pd.Series]] = []
    for gap in gaps.drop_duplicates("target_id").to_dict("records"):
        rows = series.get((gap["data_indicator"], gap["data_area"], gap["data_group"]))
        if rows is not None and _asked(gap):
            known = _comparable(rows, int(gap["latest_year"]))
            if len(known) >= FEWEST and known.index[-1] == gap["latest_year"]:
                share = kind.get(gap["data_indicator"]) == "share"
                found.append((gap["target_id"], _given(gap, known, share), known))
    if not found:
        return tables.empty("measures")
    # all goals as one set of arrays, their series right-aligned
    width = max(len(known) for *_, known in found)
    years, values = np.full((2, len(found), width), np.nan)
    for row, (*_, known) in enumerate(found):
        years[row, width - len(known) :] = known.index
        values[row, width - len(known) :] = known.to_numpy()
    columns = pd.DataFrame([columns for _, columns, _ in found]).items()
    given = goals(**{str(name): column.to_numpy() for name, column in columns}, years=years, values=values)
    return tables.check(_answers([target for target, *_ in found], given), "measures")


def _asked(gap: Row) -> bool:
    """Whether a goal is one that the published measures can be asked about."""
    one_bound = pd.isna(gap["goal_low"]) != pd.isna(gap["goal_high"])
    own = gap["basis"] in ("own", "borrowed") and pd.notna(gap["latest_value"])
    rare = pd.notna(gap.get("allowed_events"))
    # The figures of one year answer neither a sum of years nor a goal for each of them.
    years = pd.notna(gap.get("summed_since")) or pd.notna(gap.get("decisive_year"))
    if not (one_bound and own) or rare or years or gap["status"] in tables.statuses("closed"):
        return False
    return pd.notna(gap["deadline_year"]) and gap["deadline_year"] > gap["latest_year"]


def _comparable(rows: pd.DataFrame, latest: int) -> pd.Series:
    """The whole-year figures up to the latest since the last break of definition, by year."""
    whole = (rows["period"].fillna("") == "") & (rows["year"] <= latest) & rows["value"].notna()
    rows = rows[whole].sort_values("year")
    since = rows.loc[rows["obs_status"] == "break", "year"].max()
    rows = rows if pd.isna(since) else rows[rows["year"] >= since]
    return pd.Series(rows["value"].to_numpy(float), index=rows["year"].to_numpy(int))


def _given(gap: Row, known: pd.Series, share: bool) -> dict[str, Any]:
    rising = pd.notna(gap["goal_low"])
    base_year, base = gap.get("base_year"), gap.get("base_value")
    if pd.isna(base_year) or pd.isna(base) or not known.index[0] <= base_year < known.index[-1]:
        recent = known[known.index >= known.index[-1] - PACE_YEARS]
        base_year, base = recent.index[0], recent.iloc[0]
    return {
        "base_year": base_year, "base": base, "year": known.index[-1], "value": known.iloc[-1],
        "target": gap["goal_low"] if rising else gap["goal_high"],
        "target_year": gap["deadline_year"], "direction": 1 if rising else -1, "share": share,
    }  # fmt: skip


def _answers(names: list[str], given: Goals) -> pd.DataFrame:
    parts = []
    for measure in PUBLISHED.values():
        answer = measure.function(given)
        value = np.where(np.isfinite(answer.value), answer.value, np.nan)
        parts.append(
            pd.DataFrame({
                "target_id": names, "measure": measure.name, "value": value,
                "class": measure.words_of(answer), "source": measure.source, "version": measure.version,
            })
        )  # fmt: skip
    together = pd.concat(parts, ignore_index=True)
    return together.sort_values("target_id", key=lambda ids: ids.map(names.index), kind="stable")


def readable_measures(measures: pd.DataFrame, names: Mapping[str, str], lang: str | None = None) -> pd.DataFrame:
    """The table *measures* as people read it: a row a goal, a column a measure with the class in
    words (or the value where the source has no classes). ``names``: target_id -> name."""
    rows = measures.to_dict("records")
    told = pd.DataFrame(
        {"target_id": r["target_id"], "measure": named("rule", r["measure"], lang), "cell": _cell(r, lang)}
        for r in rows
    )  # fmt: skip
    wide = told.pivot_table(index="target_id", columns="measure", values="cell", aggfunc="first")
    wide = wide.loc[told["target_id"].unique(), told["measure"].unique()]
    goal = [str(names.get(target, target)) for target in wide.index]
    wide.insert(0, messages.text("calls.column_goal", lang), goal)
    return wide.reset_index(drop=True).rename_axis(columns=None)


def measure_versions(measures: pd.DataFrame, lang: str | None = None) -> list[str]:
    """Every measure of the table with its source and version, in its order."""
    once = measures.drop_duplicates("measure")
    return [
        messages.text(
            "calls.measure_version", lang, name=named("rule", row["measure"], lang),
            source=row["source"], version=row["version"],
        )
        for row in once.to_dict("records")
    ]  # fmt: skip


def _cell(row: Row, lang: str | None) -> str:
    words = PUBLISHED[row["measure"]].words if row["measure"] in PUBLISHED else ()
    if row["class"] in words:
        return named("class", f"{row['measure']}_{words.index(row['class'])}", lang, row["class"])
    return "–" if row["class"] or pd.isna(row["value"]) else f"{row['value']:.0f}"


def named(kind: str, name: str, lang: str | None, plain: str = "") -> str:
    """A name of the catalogue; a measure or class without one keeps its own."""
    key = f"calls.{kind}_{name}"
    return messages.text(key, lang) if messages.has(key) else plain or name
