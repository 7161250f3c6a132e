"""How it was computed, how such calls came out, and what other methods say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from healthplan import calls as replayed
from healthplan.figures import reliability_chart
from healthplan.language.phrases import number
from healthplan.messages import text
from healthplan.report import blocks
from healthplan.report.blocks import Html

if TYPE_CHECKING:
    from healthplan.line import PlanView

FOLDED_FROM = 3  # so many series are shown open; more would bury the rest of the part


def method(seen: PlanView) -> Html:
    """How it was computed, how the plan itself says it is tracked, and which of the series used were not projected
    and why."""
    paths, lang = seen.trajectories, seen.lang
    version = paths["method_version"].iloc[0] if len(paths) else "—"
    name = text(f"method.{seen.method}", lang)
    return blocks.join(
        blocks.heading(text("report.method_head", lang), 2, "method"),
        blocks.paragraph(text("report.method_text", lang, method=name, version=version)),
        blocks.paragraph(text("report.method_reference", lang)),
        blocks.heading(text("report.tracking_head", lang), 3),
        blocks.paragraph(seen.tables.about[f"tracking_{lang}"]),
        _unprojected(seen),
    )


def _unprojected(seen: PlanView) -> Html:
    """The series that were used but have no projection, or none as far as asked, with the reason."""
    key, lang = ["indicator", "area"], seen.lang
    rows = seen.trajectories[seen.trajectories["reason"] != ""].drop_duplicates(key)
    rows = rows.merge(seen.used[key].drop_duplicates(), on=key)
    if rows.empty:
        return Html("")
    shown = pd.DataFrame(
        {
            "indicator": [seen.indicator_name(indicator) for indicator in rows["indicator"]],
            "area": [seen.area_name(area) for area in rows["area"]],
            "years": [_span(r) for r in rows.to_dict("records")],
            "reason": [text(f"gaps.reason_{reason}", lang) for reason in rows["reason"]],
        }
    )
    head = blocks.heading(text("report.unprojected_head", lang), 3, "unprojected")
    return blocks.join(head, blocks.worded(shown, lang, kind="small"))


def _span(row: dict[Any, Any]) -> str:
    first, last = int(row["data_first_year"]), int(row["data_last_year"])
    return str(first) if first == last else f"{first}–{last}"


def measures(seen: PlanView) -> Html:
    """What the published measures of progress say of each goal."""
    return measures_table(seen.measures, seen.card, seen.lang)


def measures_table(found: pd.DataFrame, card: pd.DataFrame, lang: str) -> Html:
    """A row a goal, a column a measure, and below them where each comes from; empty without goals that they can be
    asked about."""
    if found.empty:
        return Html("")
    names = dict(zip(card["target_id"], card["name"], strict=True))
    rows = replayed.readable_measures(found, names, lang)
    versions = text("report.semicolon", lang).join(replayed.measure_versions(found, lang))
    return blocks.join(
        blocks.heading(text("report.measures_head", lang), 3, "measures"),
        blocks.paragraph(text("report.measures_note", lang), "small"),
        blocks.table(rows, {c: c for c in rows.columns}, kind="small"),
        blocks.paragraph(versions, "small"),
    )


def calls(seen: PlanView) -> Html:
    """How often our calls and those of published rules came true on the figures at hand."""
    lang, (scored, reliability) = seen.lang, seen.calls
    head = blocks.heading(text("report.calls_head", lang), 3, "calls")
    note = blocks.paragraph(replayed.note(scored, lang), "small")
    if scored.empty:
        return blocks.join(head, note)
    rows = replayed.readable(scored, lang)
    figure = reliability_chart(reliability, lang=lang, synthetic=seen.synthetic)
    return blocks.join(
        head,
        note,
        blocks.table(rows, {c: c for c in rows.columns}, kind="small"),
        blocks.picture(figure, text("figures.alt_reliability", lang)),
    )


def history(seen: PlanView) -> Html:
    """What we said of each target in the last years: the call, since when, how often it changed."""
    lang = seen.lang
    due = seen.gaps.set_index("target_id")["deadline_year"].to_dict()
    told = replayed.call_history(seen.past_gaps, due)
    rows = told[told["call"] != ""].merge(seen.card[["target_id", "name", "deadline"]])
    if rows.empty:
        return Html("")
    rows["call"] = [text(f"calls.call_{word}", lang) for word in rows["call"]]
    shown = ("name", "deadline", "call", "since", "changes", "judged")
    return blocks.join(
        blocks.heading(text("report.history_head", lang), 3, "history"),
        blocks.paragraph(text("report.history_note", lang), "small"),
        blocks.worded(rows, lang, shown, kind="small"),
    )


def compared(seen: PlanView) -> Html:
    """How each named method would have done on the plan's own series at past origins: one row a method over all
    series (errors relative to the last value, coverage, weight in the ensemble), then series by series.

    Errors of different units cannot be averaged, so each series' error is first divided by that of the last value.
    """
    from healthplan.projection import compare_methods

    lang = seen.lang
    rows = compare_methods(seen.used, seen.registers.indicators, as_of=seen.as_of)
    head = blocks.heading(text("report.compared_head", lang), 3, "compared")
    if rows.empty:
        return blocks.join(head, blocks.paragraph(text("report.compared_none", lang)))
    note = blocks.paragraph(text("report.compared_note", lang), "small")
    return blocks.join(head, note, _summary(rows, lang), _each_series(rows, seen))


def _summary(compared: pd.DataFrame, lang: str) -> Html:
    series = ["indicator", "area"]
    last = compared[compared["method"] == "last_value"].set_index(series)
    rows = compared.join(last[["mae", "change_error"]], on=series, rsuffix="_last")
    for error in ("mae", "change_error"):
        rows[error] = (rows[error] / rows[f"{error}_last"]).where(rows[f"{error}_last"] > 0)
    measures = ["mae", "change_error", "coverage_80", "coverage_95", "weight"]
    mean = rows.groupby("method", sort=False)[measures].mean().reset_index()
    count = compared.groupby("method", sort=False)["forecasts"].sum().reset_index(drop=True)
    shown = pd.DataFrame(
        {
            "method": [text(f"method.{name}", lang) for name in mean["method"]],
            **{name: [number(v) for v in mean[name]] for name in ("mae", "change_error")},
            **{
                name: [_percent(v) for v in mean[name]]
                for name in ("coverage_80", "coverage_95", "weight")
            },
            "forecasts": [f"{n:,.0f}" for n in count],
        }
    )
    return blocks.worded(shown, lang, kind="small")


def _each_series(compared: pd.DataFrame, seen: PlanView) -> Html:
    lang = seen.lang
    errors, shares = ("mae", "change_error"), ("coverage_80", "coverage_95", "weight")
    shown = pd.DataFrame(
        {
            "indicator": [seen.indicator_name(indicator) for indicator in compared["indicator"]],
            "area": [seen.area_name(area) for area in compared["area"]],
            "method": [text(f"method.{name}", lang) for name in compared["method"]],
            **{f"{name}_unit": [number(v) for v in compared[name]] for name in errors},
            **{name: [_percent(v) for v in compared[name]] for name in shares},
            "forecasts": compared["forecasts"],
        }
    )
    table = blocks.worded(shown, lang, kind="small")
    if compared.groupby(["indicator", "area"]).ngroups < FOLDED_FROM:
        return table
    return blocks.details(text("report.compared_details", lang), table)


def _percent(share: float) -> str:
    return "" if pd.isna(share) else f"{share:.0%}"


def methods(seen: PlanView) -> Html:
    """What the ensemble and each named method say of every series for the plan's last year."""
    from healthplan.plans import last_year

    lang, year = seen.lang, max(last_year(seen.tables), seen.as_of)
    rows = methods_beside(seen, to=year)
    head = blocks.heading(text("analyst.methods_head", lang), 2, "methods")
    if rows.empty:
        return blocks.join(head, blocks.paragraph(text("analyst.methods_none", lang)))
    series = zip(rows["indicator"], rows["area"], strict=True)
    shown = pd.DataFrame(
        {
            "series": [
                series_name(seen.indicator_name(i), seen.area_name(a), lang) for i, a in series
            ],
            "method": [text(f"method.{name}", lang) for name in rows["method"]],
            "value": [number(v) for v in rows["value"]],
            **{f"range_{level}": _ranges(rows, level) for level in ("80", "95")},
        }
    )
    note = blocks.paragraph(text("analyst.methods_note", lang, year=year), "small")
    return blocks.join(head, note, blocks.worded(shown, lang, part="analyst"))


def methods_beside(seen: PlanView, *, to: int) -> pd.DataFrame:
    """What the ensemble and each named method say of every series for the year ``to``.

    Columns: indicator, area, method, year, value, lower_80, upper_80, lower_95, upper_95 (in the indicator's
    unit). A method that does not reach the year (too few points, or further than the series is long) has no row.
    """
    from healthplan.projection import project
    from healthplan.projection.engine import METHODS

    intervals = [f"{end}_{level}" for level in ("80", "95") for end in ("lower", "upper")]
    known, found = seen.registers, []
    for name in METHODS:
        rows = project(
            seen.used, known.indicators, to=to, as_of=seen.as_of, method=name, areas=known.areas
        )
        ahead = rows[(rows["year"] == to) & (rows["kind"] != "observed")]
        found.append(ahead.assign(method=name))
    columns = ["indicator", "area", "method", "year", "value", *intervals]
    return pd.concat(found, ignore_index=True)[columns].dropna(subset="value", ignore_index=True)


def _ranges(rows: pd.DataFrame, level: str) -> list[str]:
    ends = zip(rows[f"lower_{level}"], rows[f"upper_{level}"], strict=True)
    return [f"{number(low)} – {number(high)}" for low, high in ends]


def series_name(indicator: str, area: str, lang: str) -> str:
    """A series by its indicator and area."""
    return text("analyst.own_series", lang, indicator=indicator, area=area)
