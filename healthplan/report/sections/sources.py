"""Where each figure was printed; what is missing and where to ask."""

from collections.abc import Iterable, Iterator
from typing import Any

import pandas as pd

from healthplan import tables
from healthplan.console import QUESTIONS, left_out
from healthplan.language import comparators, groups, units
from healthplan.language.dates import on
from healthplan.language.phrases import number, quantity
from healthplan.line import PlanView
from healthplan.messages import text
from healthplan.report import blocks
from healthplan.report.blocks import Html
from healthplan.report.sections.goals import JUDGED
from healthplan.report.sections.requests import asked, by_own_figures, requests, with_figures

MANY = 100  # goals with which methods and sources outgrow 800 kB
SHOWN = ("year", "value", "obs_status", "source", "trust", "place", "note")
BOTH = r"^([^（]*[一-鿿][^（]*)（([A-Z][A-Za-z ,'-]+)）$"
DATA = ["data_indicator", "data_area", "data_group"]
DOCUMENT = ("source", "producer", "date", "trust", "address")


def sources(seen: PlanView) -> Html:
    """Every figure used, by indicator and area, with its source, file and line; then the sources themselves. Of a plan
    with ``MANY`` goals they stand on a page of their own."""
    lang = seen.lang
    head = blocks.head("sources", lang)
    if len(seen.tables.targets) > MANY:
        onward = Html(f'<p><a href="@page:details-2@#sources">{text("report.sources_onward", lang)}</a></p>')
        head = blocks.join(onward, blocks.PART, head)
    if seen.used.empty:
        return blocks.join(head, blocks.said("sources_none", lang), _questions(seen))
    headers = {c: text(f"report.col_{c}", lang) for c in SHOWN}
    table = blocks.grouped_table(_groups(seen), headers, raw=("year",), kind="small figures")
    note = blocks.small("sources_note", lang, count=len(seen.used))
    return blocks.join(head, note, table, _documents(seen), _questions(seen))


def _questions(seen: PlanView) -> Html:
    """What was asked of the district's own figures (revisions, steps, populations, series that no goal uses), and what of
    its files was not taken, with its count."""
    asked = [fault for fault in seen.questions if fault.code in QUESTIONS]
    left = [fault for fault in seen.questions if left_out(fault)]
    heads = (
        text("report.questions_head", seen.lang),
        text("report.left_head", seen.lang, count=sum(map(left_out, left))),
    )
    pieces = []
    for head, faults in zip(heads, (asked, left), strict=True):
        lines = [blocks.paragraph(fault.text(seen.lang), "small") for fault in faults]
        pieces.append(blocks.join(blocks.heading(head, 3), *lines) if lines else "")
    return blocks.join(*pieces)


def _groups(seen: PlanView) -> Iterator[tuple[str, pd.DataFrame]]:
    """The figures of one indicator in one area under a line that names both and the unit, with the anchors of the goals
    that rest on them."""
    lang = seen.lang
    resting = _resting(seen)
    series = list(seen.used.groupby(tables.SERIES, sort=False).groups)
    told = figures(seen).groupby(["series", "area", "unit"], sort=False)
    for one, ((name, area, unit), rows) in zip(series, told, strict=True):
        about = {"name": name, "area": area, "unit": text("report.figure_unit", lang, unit=unit) if unit else ""}
        at = {year: "".join(map(_anchor, several)) for year, several in resting.get(one, {}).items()}
        years = [f"{y} {p}".strip() for y, p in zip(rows["year"], rows["period"], strict=True)]
        dated = [at.pop(y, "") + blocks.cell(shown) for y, shown in zip(rows["year"], years, strict=True)]
        words = "".join(at.values()) + blocks.cell(text("report.figure_group", lang, **about))
        yield Html(words), rows.assign(year=dated, value=rows["value"].map(number))


def _anchor(goal: str) -> str:
    return f'<span id="source-{goal}"></span>'


def _resting(seen: PlanView) -> dict[Any, dict[Any, list[str]]]:
    """By series and year the goals that show that figure."""
    found: dict[Any, dict[Any, list[str]]] = {}
    for goal in tables.of_groups(seen.told).drop_duplicates("target_id").to_dict("records"):
        series = tuple("" if pd.isna(goal[name]) else goal[name] for name in DATA)
        found.setdefault(series, {}).setdefault(year_shown(goal), []).append(goal["target_id"])
    return found


def anchored(seen: PlanView) -> set[str]:
    """The goals whose figures have an anchor among the sources."""
    goals = _resting(seen)
    every = (goals.get(one, {}).values() for one in seen.used.groupby(tables.SERIES).groups)
    return {goal for of_year in every for several in of_year for goal in several}


def figures(seen: PlanView) -> pd.DataFrame:
    """Table *figures*."""
    titles = seen.registers.sources.set_index("source")
    found = [
        figure_rows(rows, titles, seen.lang).assign(
            series=groups.of(seen.indicator_name(indicator), group, seen.lang),
            area=seen.area_name(area),
            unit=units.word(rows["unit"].iloc[0], seen.lang),
        )
        for (indicator, area, group), rows in seen.used.groupby(tables.SERIES, sort=False)
    ]
    if not found:
        return tables.empty("figures")
    every = pd.concat(found, ignore_index=True)
    return tables.check(every.assign(number=range(1, len(every) + 1))[tables.columns("figures")], "figures")


def figure_rows(observations: pd.DataFrame, titles: pd.DataFrame, lang: str) -> pd.DataFrame:
    shown = {
        "year": observations["year"],
        "period": observations["period"].fillna(""),
        "value": observations["value"],
        "obs_status": [text(f"observations.status_{s}", lang) for s in observations["obs_status"]],
        "source": _titled(observations["source"].map(titles["title"]).fillna(observations["source"]), lang),
        "trust": observations["source"].map(titles["trust_class"]),
        "place": places(observations, lang),
        "note": _notes(observations, lang),
    }
    return pd.DataFrame(shown)


def _titled(titles: pd.Series, lang: str) -> pd.Series:
    """Titles that stand in both languages, the English one in brackets behind the other, in this one."""
    return titles.astype("str").str.replace(BOTH, r"\1" if lang == "zh" else r"\2", regex=True)


def titled(title: str, lang: str) -> str:
    """The same of one title."""
    return _titled(pd.Series([title]), lang).iloc[0]


def year_shown(goal: dict[Any, Any]) -> float:
    """The year of the figure that a goal is shown with: the one that decided it, else the latest."""
    decided = goal["status"] in ("met", "missed") and pd.notna(goal["deadline_value"])
    if not decided:
        return goal["latest_year"]
    return goal["deadline_year"] if pd.isna(goal["decisive_year"]) else goal["decisive_year"]


def place_of(seen: PlanView, series: list[str], year: float) -> str:
    """File and line of one series' figure of a year; empty where there is none."""
    used = tables.of_groups(seen.used)
    rows = used[(used[tables.SERIES] == series).all(axis=1) & (used["year"] == year)]
    return next(iter(places(rows, seen.lang)), "")


def places(observations: pd.DataFrame, lang: str) -> list[str]:
    """File and line of each figure, of a shipped file its name alone, for they all lie in one folder; rates that
    were worked out from counts have no line of their own."""
    if "file" not in observations:
        return [""] * len(observations)
    # Shipped rows carry the line of their csv file, the user's own the row of their sheet.
    at = observations.reindex(columns=["line", "row"])
    line, computed = at["line"].fillna(at["row"]), text("report.computed", lang)
    names = observations["file"].str.replace("^data/observations/(?=[^/]+$)", "", regex=True)
    return [
        computed if pd.isna(name) else name + ("" if pd.isna(at) else f":{int(at)}")
        for name, at in zip(names, line, strict=True)
    ]


def _notes(observations: pd.DataFrame, lang: str) -> pd.Series:
    """Notes in this language; a user's own file has one note for both."""
    if lang == "zh" and "note_zh" in observations:
        chinese = observations["note_zh"].fillna("")
        return chinese.where(chinese != "", observations["note"])
    return observations["note"]


def documents(seen: PlanView) -> pd.DataFrame:
    """Table *documents*."""
    sources = seen.registers.sources
    used = sources[sources["source"].isin(seen.used["source"])]
    dates = used["date"].astype("str").replace("nan", "")
    told = used.assign(
        source=_titled(used["title"], seen.lang), trust=used["trust_class"], date=dates, number=range(1, len(used) + 1)
    )
    return tables.check(told[tables.columns("documents")], "documents")


def _documents(seen: PlanView) -> Html:
    lang, told = seen.lang, documents(seen)
    if told.empty:
        return Html("")
    table, words = blocks.worded(told, lang, DOCUMENT, kind="small"), text("report.documents", lang, count=len(told))
    return blocks.details(words, blocks.small("trust_note", lang), table)


def answers(seen: PlanView) -> pd.DataFrame:
    """Table *answers*: of each goal its own latest figure, that of a reference, or the office to ask, with the source."""
    offices, own = requests(seen).set_index("target_id")["office"].to_dict(), with_figures(seen)
    told = {row["target_id"]: row for row in tables.of_groups(seen.told).to_dict("records")}
    columns = tables.columns("answers")
    brief = seen.brief.set_index("target_id")[["standing", "lead", "card"]].to_dict("index")
    out = []
    for row in seen.card.to_dict("records"):
        goal, office = told[row["target_id"]], offices.get(row["target_id"], "")
        found = _answer(seen, goal, row["now"], own=row["target_id"] in own)
        given = {name: row.get(name, "") for name in columns} | brief.get(row["target_id"], {})
        counted = "yes" if row["counted"] else ""
        out.append(given | {"office": office, "counted": counted} | found)
    return tables.check(pd.DataFrame(out, columns=columns), "answers")


def _answer(seen: PlanView, goal: dict[Any, Any], now: str, *, own: bool) -> dict[str, str]:
    """What answers one row of ``told``; ``now``: its latest figure in words."""
    lang = seen.lang
    if goal["comparator"] == comparators.ALL_OF:
        return {"answered_by": "conditions"}
    if goal["rests_on"] == "quarter" and seen.quarter is not None:
        said = seen.quarter.set_index("target_id").loc[goal["target_id"]]
        source = text("report.source_ledger", lang, edition=said["edition"], day=on(said["cut_off"], lang))
        return {"answered_by": "own", "figure": now, "source": source}
    if own:
        source = _source(seen, [goal[name] for name in DATA], year_shown(goal))
        return {"answered_by": "own", "figure": now, "source": source}
    about = seen.registers.indicators.set_index("indicator")[f"ask_{lang}"]
    found = {"office": about.get(goal["indicator"]) or text("gaps.ask_unknown", lang)}
    if goal["basis"] != "reference" or pd.isna(goal["reference_value"]):
        return found | {"answered_by": "office"}
    other = goal["reference_indicator"]
    series = [other or goal["indicator"], goal["reference_area"], "" if other else goal["group"]]
    shown = {"area": goal["reference_name"], "year": goal["reference_year"]}
    shown["value"] = quantity(goal["reference_value"], goal["indicator_unit"], lang)
    figure = text("scorecard.reference_now", lang, **shown)
    source = _source(seen, series, goal["reference_year"])
    return found | {"answered_by": "reference", "figure": figure, "source": source}


def _source(seen: PlanView, series: list[str], year: float) -> str:
    """Where the figure of a year was printed (all of the series where no single year stands for it); of a rate made of
    counts both."""
    used, titles = tables.of_groups(seen.used), _titled(seen.registers.sources.set_index("source")["title"], seen.lang)
    rows = used[(used[tables.SERIES] == series).all(axis=1)]
    rows = rows if pd.isna(year) or year not in set(rows["year"]) else rows[rows["year"] == year]
    second = rows.reindex(columns=["second_source"])["second_source"].fillna("")
    both = [*rows["source"], *second[rows["obs_status"] == "derived"]]
    return text("report.semicolon", seen.lang).join(titles.get(s, s) for s in dict.fromkeys(both) if s)


def missing(seen: PlanView) -> Html:
    """Whom to ask for what, the place that decides most targets first; target by target, folded, why."""
    lang, places = seen.lang, asked(seen)
    head = blocks.head("missing", lang)
    if places.empty:
        return blocks.join(head, blocks.said("missing_none", lang))
    pairs = [zip(ids, whose, strict=True) for ids, whose in zip(places["indicators"], places["groups"], strict=True)]
    shown = {
        "ask": places["ask"],
        "figures": [_figures(wanted, seen) for wanted in pairs],
        "targets": places["names"].map(text("scorecard.names_comma", lang).join),
        "count": places["count"],
    }
    table = blocks.worded(shown, lang, kind="ask")
    why = blocks.details(text("report.missing_details", lang), _reasons(seen))
    return blocks.join(head, blocks.small("missing_note", lang), table, *_similar(seen), why)


def _similar(seen: PlanView) -> list[Html]:
    """How often goals like those without figures were met elsewhere, where the plan says where they start."""
    rows = requests(seen).dropna(subset="similar").merge(seen.card[["target_id", "name"]])
    shares = [
        {"name": name, "n": f"{int(n):,}", "share": f"{met / n:.0%}"}
        for name, n, met in rows[["name", "similar", "similar_met"]].itertuples(index=False)
    ]
    told = [text("report.similar_goal", seen.lang, **one) for one in shares]
    goals = text("report.semicolon", seen.lang).join(told)
    return [blocks.said("similar_goals", seen.lang, goals=goals)] if told else []


def _figures(wanted: Iterable[tuple[str, str]], seen: PlanView) -> str:
    """The indicators (and whose figures of them) with their units, each once."""
    words = []
    for indicator, group in dict.fromkeys(pair for pair in wanted if pair[0]):
        name = groups.of(seen.indicator_name(indicator), group, seen.lang)
        unit = units.word(seen.unit(indicator), seen.lang)
        words.append(text("report.in_unit", seen.lang, name=name, unit=unit) if unit else name)
    return text("report.semicolon", seen.lang).join(words)


def _reasons(seen: PlanView) -> Html:
    """Why each target has no figures of the district's own; where the plan's own words do not say it (its series is the
    district's own, with figures or without, or there are figures of others), what keeps it from being judged."""
    lang, plan = seen.lang, seen.tables
    lacking = seen.card[~seen.card["status"].isin([*JUDGED, "superseded"])]
    lacking = lacking[["target_id", "name", "why"]]
    rows = lacking.merge(plan.targets[["target_id", "indicator"]], on="target_id")
    rows = rows.merge(plan.series[["target_id", f"reason_{lang}"]], on="target_id", how="left")
    codes = seen.gaps.set_index("target_id")["why"].to_dict()
    own = set(by_own_figures(seen.verdicts)["target_id"])
    own |= set(plan.series.loc[plan.series["basis"] == "own", "target_id"])
    told = rows["target_id"].map(lambda one: one in own or _by_kind(codes[one])).astype(bool)
    reasons = rows[f"reason_{lang}"].fillna("").where(~told, rows["why"])
    pairs = zip(reasons, rows["indicator"], strict=True)
    words = []  # a reason that names the unit as the register writes it, with the unit as it is read
    for reason, unit in ((reason, seen.unit(indicator)) for reason, indicator in pairs):
        word = units.word(unit, lang)
        words.append(reason if word == unit else reason.replace(f" ({unit})", f" ({word})" if word else ""))
    return blocks.worded({"name": rows["name"], "collect": words}, lang)


# What the recorded decision on a series cannot say.
KINDS = ("group", "rank", "trend", "trend_open", "years", "reference_unit")


def _by_kind(why: str) -> bool:
    """Whether a goal is not judged for a reason of its kind."""
    first = why.split(";")[0]
    return first == "joined" or first in {f"{w}_{k}" for w in ("no_data", "due") for k in KINDS}
