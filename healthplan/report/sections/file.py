"""One file of figures before it is taken: may it enter, what would it change, where do its figures lead."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import pandas as pd

from healthplan import tables, workspace
from healthplan.errors import Fault, InputError, whole
from healthplan.figures.goal import trajectory_chart
from healthplan.language import units
from healthplan.language.phrases import number
from healthplan.messages import text
from healthplan.projection import project
from healthplan.registers import Registers, load_registers
from healthplan.report import blocks
from healthplan.report.blocks import Html
from healthplan.report.sections.method import series_names, unprojected

if TYPE_CHECKING:
    from healthplan.intake import Intake

word_table = partial(blocks.worded, part="analyst")
SPAN = 3  # years ahead that own figures are projected when no year is asked for
# of a chart without a goal and a reference
WORDS = ("own_label", "borrowed_label", "reference_indicator", "reference_area", "reference_label", "goal_label")
NO_GOAL = dict.fromkeys(WORDS, "") | dict.fromkeys(("goal_value", "goal_value_high", "deadline_year"), float("nan"))
YEARS = 1949, 2100  # up to which series may be asked for
MOST = 10_000  # series that may be asked for
LISTED = 30  # rows of differences that a page lists


def intake(found: Intake, lang: str) -> Html:
    """Whether a file may enter, every fault with its place and remedy, and what was not read."""
    head = blocks.head("intake", lang, part="analyst")
    answer = blocks.paragraph(_intake_answer(found, lang), "" if found.ok else "synthetic")
    return blocks.join(head, answer, _faults(found, lang), _left_out(found, lang))


def _intake_answer(found: Intake, lang: str) -> str:
    if not found.ok:
        return text("analyst.intake_refused", lang, count=len(found.errors))
    table = found.table
    fields: dict[str, Any] = {"rows": len(table), "first": "—", "last": "—"}
    if len(table):
        fields |= {"first": table["year"].min(), "last": table["year"].max()}
    series = len(tables.of_groups(table)[tables.SERIES].drop_duplicates())
    return text("analyst.intake_ok", lang, series=series, **fields)


def _faults(found: Intake, lang: str) -> Html:
    if not found.faults:
        return blocks.said("analyst.intake_clean", lang)
    rows = {
        "severity": [text(f"analyst.{fault.severity}", lang) for fault in found.faults],
        "place": [replace(fault, file=workspace.shown(fault.file)).place(lang) for fault in found.faults],
        "found": ["" if fault.value is None else str(fault.value) for fault in found.faults],
        **{name: [fault.part(name, lang) for fault in found.faults] for name in ("problem", "fix")},
    }
    return word_table(rows, lang)


def _left_out(found: Intake, lang: str) -> Html:
    left = found.left_out
    if left.empty:
        return Html("")
    places = [
        Fault("", workspace.shown(file), sheet, int(row) if pd.notna(row) else None, column or "")
        for file, sheet, row, column in left[["file", "sheet", "row", "column"]].itertuples(index=False)
    ]
    place = [one.place(lang) for one in places]
    shown = {"place": place, "found": left["value"], "reason": left[f"reason_{lang}"]}
    return blocks.join(blocks.heading(text("analyst.left_head", lang), 3), word_table(shown, lang))


def changes_of(found: Intake) -> pd.DataFrame | None:
    """What taking the file would change (see :func:`healthplan.intake.diff_file`); None while it may not enter."""
    from healthplan.intake import diff_file

    try:
        return diff_file(found.table["file"].iloc[0]) if found.ok and len(found.table) else None
    except InputError:
        return None


def difference(found: Intake, lang: str) -> Html:
    """What taking the file would drop, change and add: the first rows."""
    changes = changes_of(found)
    head = blocks.head("difference", lang, part="analyst")
    if changes is None:
        return blocks.join(head, blocks.said("analyst.difference_refused", lang))
    if changes.empty:
        return blocks.join(head, blocks.said("analyst.difference_none", lang))
    first = changes.head(LISTED)
    shown = {
        "change": [text(f"analyst.{change}", lang) for change in first["change"]],
        **{name: first[name] for name in ("indicator", "area", "year")},
        "old": ["" if pd.isna(v) else number(v) for v in first["old_value"]],
        "new": ["" if pd.isna(v) else number(v) for v in first["new_value"]],
    }
    more = len(changes) - len(first)
    rest = blocks.said("analyst.difference_more", lang, count=more) if more else ""
    return blocks.join(head, word_table(shown, lang), rest)


def own(found: Intake, lang: str, *, to: int = 0, show: int = 6) -> Html:
    """Charts of the first ``show`` series that could be projected up to ``to``, and why the others could not."""
    whole("show", show, 0, MOST)
    whole("to", to, *YEARS, zero=True)
    known = load_registers()
    paths = own_trajectories(found.table, known, to=to)
    ahead = paths[paths["kind"] != "observed"]
    series = ahead[tables.SERIES].drop_duplicates()
    body = [blocks.said("analyst.methods_none", lang)]
    if len(series):
        shown = series.head(show)
        fields = {"year": int(ahead["year"].max()), "shown": len(shown), "all": len(series)}
        body = [blocks.small("analyst.own_note", lang, **fields)]
        body += _charts(shown, paths, known, lang)
    head = blocks.head("own", lang, part="analyst")
    return blocks.join(head, *body, unprojected(paths, known, lang))


def own_trajectories(figures: pd.DataFrame, known: Registers, *, to: int = 0) -> pd.DataFrame:
    """Trajectories (see :func:`healthplan.projection.project`) of a file's figures up to ``to``, or to :data:`SPAN`
    years after the last one; empty without figures."""
    if figures.empty:
        return tables.empty("trajectories")
    to = to or int(figures["year"].max()) + SPAN
    return project(figures, known.indicators, to=to, areas=known.areas)


def _charts(series: pd.DataFrame, paths: pd.DataFrame, known: Registers, lang: str) -> list[Html]:
    out = []
    names = series_names(series, known, lang)
    for name, (indicator, area, group) in zip(names, series.itertuples(index=False), strict=True):
        unit = units.word(known.unit(indicator), lang)
        said = text("figures.value_axis", lang, name=known.indicator_name(indicator, lang), unit=unit)
        chart = {"indicator": indicator, "own_area": area, "group": group, "axis_label": said, **NO_GOAL}
        chart["synthetic"] = known.invented(area)
        figure = trajectory_chart(chart, paths, lang=lang)
        alt = text("analyst.own_alt", lang, name=name)
        out.append(blocks.chart(blocks.heading(name, 3), figure, alt))
    return out
