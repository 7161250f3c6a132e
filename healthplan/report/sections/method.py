"""How it was computed, how such calls came out, and what other methods say."""

import pandas as pd

from healthplan import projection, tables
from healthplan.calls import measures as replayed
from healthplan.calls import ours, score
from healthplan.figures.overview import reliability_chart
from healthplan.language import groups
from healthplan.language.phrases import number
from healthplan.line import PlanView
from healthplan.messages import text
from healthplan.plans import last_year
from healthplan.projection.engine import METHODS
from healthplan.registers import Registers
from healthplan.report import blocks
from healthplan.report.blocks import Html

RECORDED = ("on_course", "met_holding", "met_slipping", "at_risk", "off_course")
ERRORS, SHARES = ("mae", "change_error"), ("coverage_80", "coverage_95", "weight")
INTERVALS = {level: [f"lower_{level}", f"upper_{level}"] for level in ("80", "95")}
FOLDED_FROM = 3  # so many series are shown open; more would bury the rest of the part


def details(seen: PlanView) -> Html:
    """The head of the long part."""
    return blocks.join(
        blocks.heading(text("report.details_head", seen.lang), 1), blocks.said("details_note", seen.lang, "sub")
    )


def method(seen: PlanView) -> Html:
    """How it was computed, how the plan itself says it is tracked, and which of the series used were not projected
    and why."""
    lang, said = seen.lang, how(seen)
    used = seen.trajectories.merge(seen.used[tables.SERIES].drop_duplicates(), on=tables.SERIES)
    return blocks.join(
        blocks.head("method", lang),
        *map(blocks.paragraph, said["method"]),
        blocks.heading(text("report.tracking_head", lang), 3),
        *map(blocks.paragraph, said["tracking"]),
        unprojected(used, seen.registers, lang),
    )


def how(seen: PlanView) -> dict[str, list[str]]:
    """What is said of the method, of how the plan is tracked, and of how such words came out elsewhere."""
    paths, lang = seen.trajectories, seen.lang
    version = paths["method_version"].iloc[0] if len(paths) else "—"
    named = text("report.method_text", lang, method=text(f"method.{seen.method}", lang), version=version)
    return {
        "method": [named, text("report.method_reference", lang), seen.next_share, parameters(seen)],
        "tracking": [seen.tables.about[f"tracking_{lang}"]],
        "record": [record_line(lang)],
    }


def parameters(seen: PlanView) -> str:
    """What the page was asked for as it was understood, in a sentence: papermill passes over a name that it misspelt."""
    say = lambda key, **fields: text(f"report.parameters_{key}", seen.lang, **fields)  # noqa: E731
    own = seen.vintages["row"].notna() if "row" in seen.vintages else []
    given = {
        "plan": seen.tables.about["plan_id"],
        "area": seen.tables.area,
        "as_of": say("newest", year=seen.as_of) if seen.newest else seen.as_of,
        "cut_off": seen.cut_off,
        "lang": seen.lang,
        "method": seen.method,
        "observations": ", ".join(seen.vintages.loc[own, "file"].unique()),
    }
    told = [say("one", name=name, value=value or say("none")) for name, value in given.items()]
    return say("used", told=text("report.semicolon", seen.lang).join(told))


def record_line(lang: str) -> str:
    """How often each word came true when past goals of other places were judged."""
    sets = {name: rows.set_index("word") for name, rows in ours.of_words().groupby("data_set", sort=False)}
    near = sets.get("districts", next(iter(sets.values())))
    shares = [(word, near.loc[word]) for word in RECORDED if word in near.index]
    told = [
        text(
            "report.record_word",
            lang,
            word=text(f"status.{word}", lang),
            n=f"{row['n']:,}",
            share=f"{row['came_true']:.0%}",
        )
        for word, row in shares
    ]
    return text("report.record_line", lang, words=text("report.semicolon", lang).join(told))


def unprojected(paths: pd.DataFrame, known: Registers, lang: str) -> Html:
    """The series that have no projection, or none as far as asked, with the reason."""
    rows = projection.unprojected(paths) if len(paths) else paths
    if rows.empty:
        return Html("")
    spans = rows[["data_first_year", "data_last_year"]].astype(int).to_numpy()
    shown = {
        "series": series_names(rows, known, lang),
        "years": [
            str(first) if first == last else f"{first}{'—' if lang == 'zh' else '–'}{last}" for first, last in spans
        ],
        "reason": [text(f"gaps.reason_{reason}", lang) for reason in rows["reason"]],
    }
    return blocks.join(blocks.head("unprojected", lang, 3), blocks.worded(shown, lang, kind="small"))


def measures(seen: PlanView) -> Html:
    """What the published measures of progress say: a row a goal, a column a measure, and below them where each comes
    from; empty without goals that they can be asked about."""
    found, lang = seen.measures, seen.lang
    if found.empty:
        return Html("")
    names = dict(zip(seen.card["target_id"], seen.card["name"], strict=True))
    rows = replayed.readable_measures(found, names, lang)
    versions = text("report.semicolon", lang).join(replayed.measure_versions(found, lang))
    return blocks.join(
        blocks.head("measures", lang, 3),
        blocks.small("measures_note", lang),
        blocks.table(rows, {c: c for c in rows.columns}, kind="small"),
        blocks.paragraph(versions, "small"),
    )


def calls(seen: PlanView) -> Html:
    """How often our calls and those of published rules came true on the figures at hand."""
    lang, (scored, reliability) = seen.lang, seen.calls
    pieces = [blocks.head("record", lang, 3), *_record(seen), blocks.head("calls", lang, 3)]
    pieces.append(blocks.paragraph(score.note(scored, lang), "small"))
    if len(scored):
        rows = score.readable(scored, lang)
        figure = reliability_chart(reliability, lang=lang)
        pieces.append(blocks.table(rows, {c: c for c in rows.columns}, kind="small"))
        pieces.append(blocks.picture(figure, _said_and_came(reliability, lang), "reliability"))
    return blocks.join(*pieces)


def _said_and_came(reliability: pd.DataFrame, lang: str) -> str:
    rows = reliability[reliability["n"] > 0].to_dict("records")
    pairs = [f"{row['said']:.0%} → {row['came']:.0%}" for row in rows]
    return text("figures.alt_reliability", lang, pairs=text("scorecard.list_comma", lang).join(pairs))


def _record(seen: PlanView) -> list[Html]:
    """What became of each word elsewhere: a line for the words that promise or refuse, and a table with n."""
    lang, found = seen.lang, ours.of_words()
    sets = {name: rows.set_index("word") for name, rows in found.groupby("data_set", sort=False)}
    words = {word: text(f"status.{word}", lang) for word in RECORDED}
    present = [word for word in RECORDED if any(word in rows.index for rows in sets.values())]
    shown = {"status": [words[word] for word in present]}
    for name, rows in sets.items():
        cells = [
            {"n": f"{n:,.0f}", "came_true": f"{came:.0%}", "flipped": f"{flipped:.0%}"} if n > 0 else {}
            for n, came, flipped in rows.reindex(present)[["n", "came_true", "flipped"]].itertuples(index=False)
        ]
        shown[f"record_{name}"] = [text("report.record_cell", lang, **c) if c else "–" for c in cells]
    return [
        blocks.paragraph(record_line(lang)),
        blocks.worded(shown, lang, kind="small"),
        blocks.small("record_note", lang),
    ]


def history(seen: PlanView) -> Html:
    """What was said of each target in the years of the plan: the word, since when, how often it changed."""
    lang = seen.lang
    told = ours.word_history({**seen.past_gaps, seen.as_of: seen.gaps})
    rows = told[told["judged"] > 1].merge(seen.card[["target_id", "name", "deadline"]])
    if rows.empty:
        return Html("")
    rows["status"] = [text(f"status.{word}", lang) for word in rows["word"]]
    shown = ("name", "deadline", "status", "since", "changes", "judged")
    table = blocks.worded(rows, lang, shown, kind="small")
    return blocks.join(blocks.head("history", lang, 3), blocks.small("history_note", lang), table)


def compared(seen: PlanView) -> Html:
    """How each named method would have done on the plan's own series at past origins: one row a method over all
    series (errors relative to the last value, coverage, weight in the ensemble), then series by series.

    Errors of different units cannot be averaged, so each series' error is first divided by that of the last value.
    """
    lang = seen.lang
    rows = seen.compared
    head = blocks.head("compared", lang, 3)
    if rows.empty:
        return blocks.join(head, blocks.said("compared_none", lang))
    note = blocks.small("compared_note", lang)
    return blocks.join(head, note, _summary(rows, lang), _each_series(rows, seen))


def _summary(compared: pd.DataFrame, lang: str) -> Html:
    series = tables.SERIES
    last = compared[compared["method"] == "last_value"].set_index(series)
    rows = compared.join(last[["mae", "change_error"]], on=series, rsuffix="_last")
    for error in ERRORS:
        rows[error] = (rows[error] / rows[f"{error}_last"]).where(rows[f"{error}_last"] > 0)
    by_method = rows.groupby("method", sort=False)
    mean = by_method[[*ERRORS, *SHARES]].mean().reset_index()
    shown = {
        "method": [text(f"method.{name}", lang) for name in mean["method"]],
        **{name: [number(v) for v in mean[name]] for name in ERRORS},
        **{name: [_percent(v) for v in mean[name]] for name in SHARES},
        "forecasts": [f"{n:,.0f}" for n in by_method["forecasts"].sum()],
    }
    return blocks.worded(shown, lang, kind="small")


def _each_series(compared: pd.DataFrame, seen: PlanView) -> Html:
    lang = seen.lang
    shown = {
        "series": series_names(compared, seen.registers, lang),
        "method": [text(f"method.{name}", lang) for name in compared["method"]],
        **{f"{name}_unit": [number(v) for v in compared[name]] for name in ERRORS},
        **{name: [_percent(v) for v in compared[name]] for name in SHARES},
        "forecasts": compared["forecasts"],
    }
    table = blocks.worded(shown, lang, kind="small")
    if compared.groupby(tables.SERIES).ngroups < FOLDED_FROM:
        return table
    return blocks.details(text("report.compared_details", lang), table)


def _percent(share: float) -> str:
    return "" if pd.isna(share) else f"{share:.0%}"


def methods(seen: PlanView) -> Html:
    """What the ensemble and each named method say of every series for the plan's last year."""
    lang, year = seen.lang, max(last_year(seen.tables), seen.as_of)
    rows = methods_beside(seen, to=year)
    head = blocks.head("methods", lang, part="analyst")
    if rows.empty:
        return blocks.join(head, blocks.said("analyst.methods_none", lang))
    shown = {
        "series": series_names(rows, seen.registers, lang),
        "method": [text(f"method.{name}", lang) for name in rows["method"]],
        "value": [number(v) for v in rows["value"]],
        **{f"range_{level}": rows[ends].map(number).agg(" – ".join, axis=1) for level, ends in INTERVALS.items()},
    }
    note = blocks.small("analyst.methods_note", lang, year=year)
    return blocks.join(head, note, blocks.worded(shown, lang, part="analyst"))


def methods_beside(seen: PlanView, *, to: int) -> pd.DataFrame:
    """What the ensemble and each named method say of every series for the year ``to``.

    Columns: indicator, area, method, year, value, lower_80, upper_80, lower_95, upper_95 (in the indicator's
    unit). A method that does not reach the year (too few points, or further than the series is long) has no row.
    """
    known, span = seen.registers, {"to": to, "as_of": seen.as_of, "areas": seen.registers.areas}
    found = [projection.project(seen.used, known.indicators, method=n, **span).assign(method=n) for n in METHODS]
    found = [rows[(rows["year"] == to) & (rows["kind"] != "observed")] for rows in found]
    columns = [*tables.SERIES, "method", "year", "value", *INTERVALS["80"], *INTERVALS["95"]]
    return pd.concat(found, ignore_index=True)[columns].dropna(subset="value", ignore_index=True)


def series_names(rows: pd.DataFrame, known: Registers, lang: str) -> list[str]:
    """The series of each row by its indicator and area."""
    series = rows[tables.SERIES].itertuples(index=False, name=None)
    named = [(groups.of(known.indicator_name(one, lang), group, lang), area) for one, area, group in series]
    return [text("analyst.own_series", lang, indicator=name, area=known.area_name(at, lang)) for name, at in named]
