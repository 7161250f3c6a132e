"""The result of a report about areas beside each other, for the last cell of its notebook."""

from __future__ import annotations

import pandas as pd

from healthplan import tables
from healthplan.console import left_out, records
from healthplan.language import units
from healthplan.league_view import LeagueView
from healthplan.report.result import Result
from healthplan.report.sections.apart import every
from healthplan.report.sections.league import cells, heading, headline, heads, sentences, sources, speed_cells
from healthplan.report.sections.sources import figure_rows


def result(seen: LeagueView) -> Result:
    """Tables *league*, *speeds* and *trajectories* with names and units, every figure used with its source, the sentences and
    cells of the pages."""
    made = {
        "league": named(seen, seen.league),
        "speeds": named(seen, seen.speeds),
        "trajectories": named(seen, seen.trajectories),
        "figures": figures(seen),
        "documents": sources(seen),
        "sentences": pd.DataFrame(sentences(seen)),
        "shown": shown(seen),
    }
    return Result(
        plan="",
        area=seen.above,
        as_of=seen.as_of,
        lang=seen.lang,
        title=heading(seen),
        headline=headline(seen),
        gaps=[],
        scorecard=[],
        beside={name: records(table) for name, table in made.items()},
        left_out=sum(map(left_out, seen.doubts)),
        area_name=seen.area_name(seen.above),
    )


def named(seen: LeagueView, rows: pd.DataFrame) -> pd.DataFrame:
    """A table with the names of its indicators and areas, and units, in front of its own columns."""
    front = {
        "indicator_name": rows["indicator"].map(seen.indicator_name),
        "area_name": rows["area"].map(seen.area_name),
        "unit": rows["indicator"].map(seen.unit),
    }
    return pd.concat([pd.DataFrame(front, index=rows.index), rows], axis=1)


def figures(seen: LeagueView) -> pd.DataFrame:
    """Table *figures*: every figure that is compared, with its source, file and line."""
    order = {area: at for at, area in enumerate(seen.areas)}
    rows = seen.observations.sort_values(
        ["indicator", "area", "year"], key=lambda x: x.map(order) if x.name == "area" else x, kind="stable"
    )
    titles = seen.registers.sources.set_index("source")
    found = figure_rows(rows, titles, seen.lang).assign(
        series=rows["indicator"].map(seen.indicator_name),
        area=rows["area"].map(seen.area_name),
        unit=[units.word(seen.unit(one), seen.lang) for one in rows["indicator"]],
        number=range(1, len(rows) + 1),
    )
    return tables.check(found[tables.columns("figures")].reset_index(drop=True), "figures")


def shown(seen: LeagueView) -> pd.DataFrame:
    """The cells of the pages' tables in words, one by one: for paper, which says the same."""
    made = []
    for one in every(seen):
        league = [cells(one, row) for row in one.rows.to_dict("records")]
        league = [row | {"outlook": " ".join(filter(None, (row["outlook"], row["outlook_range"])))} for row in league]
        moved = one.rows[one.rows["speed_rate"].notna()].sort_values("speed_place", kind="stable")
        speeds = [speed_cells(one, row, linked=False) for row in moved.to_dict("records")]
        words = {
            "league": (heads(one), league),
            "speeds": ({c: one.say(f"col_{c}") for c in (speeds or [{}])[0]}, speeds),
        }
        for table, (head, rows) in words.items():
            for line, row in enumerate([head, *rows]):
                made += [(table, one.id, line, column, row[column]) for column in head if column in row]
    return pd.DataFrame(made, columns=["table", "indicator", "line", "column", "words"])
