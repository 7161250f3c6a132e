"""The first page: the answer in sentences that add up, what needs action first, what a larger area's figures say, the
one place to ask."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from healthplan import tables
from healthplan.calls.reference_class import alike, gain
from healthplan.figures.overview import distance_chart, status_bar
from healthplan.judging.together import ALL, BINDING
from healthplan.language import comparators
from healthplan.language.dates import on
from healthplan.language.phrases import number, period, quantity
from healthplan.line import PlanView
from healthplan.messages import text
from healthplan.registers import departments
from healthplan.report import blocks
from healthplan.report.blocks import Html
from healthplan.report.sections.goals import JUDGED, URGENT, cards, conditions, dated, once

# What is left when the judged ones are taken away, in the order of the sentences.
UNJUDGED = tables.statuses("told")
OPEN = tables.statuses("open")  # a figure would decide these
TOP = 5  # so many urgent targets stand on the first page; the others are in the scorecard
NAMED = 6  # so many targets are named in a sentence


def title(seen: PlanView) -> Html:
    """Name of the plan, who issued it, up to which year its own area and a reference have figures; the mark of
    invented data."""
    about, lang = seen.tables.about, seen.lang
    parts = [blocks.heading(text("report.title", lang, plan=about[f"title_{lang}"]), 1)]
    if seen.synthetic:
        parts.append(blocks.said("synthetic", lang, "synthetic"))
    own, reference = seen.newest_figures()
    figures = [text("report.figures_own" if own else "report.figures_none", lang, year=own)]
    if reference:
        figures.append(text("report.figures_reference", lang, year=reference))
    words = about[f"issuer_{lang}"], period(about, lang), text("report.comma", lang).join(figures)
    byline = text("report.byline_gap", lang).join(word for word in words if word)
    return blocks.join(*parts, blocks.paragraph(byline, "byline"))


def answer(seen: PlanView) -> Html:
    """The answer, what needs action first, what to collect first, what the reference says."""
    lang, card = seen.lang, once(seen.card)
    counts = card["status"].value_counts()
    alt = "; ".join(f"{text(f'status.{s}', lang)} {n}" for s, n in counts.items())
    bar = status_bar(card, lang=lang)
    return blocks.join(
        blocks.head("answer", lang),
        *(blocks.paragraph(words) for words in answer_sentences(seen)),
        blocks.picture(bar, text("figures.alt_status", lang, summary=alt)),
        urgent(seen),
        expected_table(seen),
        collect_first(seen),
        reference_table(seen),
    )


def answer_sentences(seen: PlanView) -> list[str]:
    """The answer in sentences: totals, what can be judged, what a reference says, and for what is left why it
    cannot be judged. The counts add up to the rows of the scorecard."""
    counts = once(seen.card)["status"].value_counts()
    named = {status: int(counts.get(status, 0)) for status in UNJUDGED}
    left = [text(f"status.answer_{status}", seen.lang, count=n) for status, n in named.items() if n]
    judged = [_judged(counts, seen.lang), *_expected(seen)]
    return [_total(seen), *_by_quarter(seen), *judged, *left, *_against_reference(seen)]


def _by_quarter(seen: PlanView) -> Iterator[str]:
    """How many goals the ledger's quarter judges, and up to which day."""
    if seen.quarter is not None:
        count = int((once(seen.card.merge(seen.gaps[["target_id", "rests_on"]]))["rests_on"] == "quarter").sum())
        day, edition = (seen.quarter[name].iloc[0] for name in ("cut_off", "edition"))
        yield text("report.answer_quarter", seen.lang, day=on(day, seen.lang), count=count, edition=edition)


def _expected(seen: PlanView) -> Iterator[str]:
    """How many goals will be met, with the 80 % interval; how many of the goals that is said of."""
    for row in seen.expected.to_dict("records"):
        if row["scope"] in (ALL, BINDING) and row["judged"] > row["decided"]:
            fields = {name: row[name] for name in ("goals", "judged", "low_80", "high_80")}
            left = row["goals"] - row["judged"]
            rest = text("report.expected_rest", seen.lang, count=left) if left else ""
            fields |= {"expected": f"{row['expected']:.0f}", "rest": rest}
            yield text(f"report.expected_{row['scope']}", seen.lang, **fields)


def expected_table(seen: PlanView) -> Html:
    """The same by department, where more than one has goals that are open."""
    lang, rows = seen.lang, seen.expected
    rows = rows[~rows["scope"].isin([ALL, BINDING]) & (rows["judged"] > 0)]
    if len(rows) < 2:
        return Html("")
    shown = {
        "departments": [departments(one, lang) for one in rows["scope"]],
        "goals": rows["goals"],
        "goals_judged": rows["judged"],
        "goals_decided": rows["decided"],
        "goals_expected": [f"{value:.1f}" for value in rows["expected"]],
        "range_80": rows["low_80"].astype("str") + "–" + rows["high_80"].astype("str"),
    }
    return blocks.join(blocks.head("expected", lang, 3), blocks.worded(shown, lang, kind="small"))


def _total(seen: PlanView) -> str:
    lang, plan = seen.lang, seen.tables
    references = int(plan.targets["comparator"].isin(comparators.RELATIVE).sum())
    key = "total_references" if references else "total_targets"
    parts = text(f"report.{key}", lang, count=len(once(seen.card)), references=references)
    if n := len(plan.milestones):
        parts = text("report.total_both", lang, targets=parts, count=n)
    return text("report.answer_total", lang, parts=parts)


def _judged(counts: pd.Series, lang: str) -> str:
    judged = counts.reindex(JUDGED).dropna().astype(int)
    if not judged.sum():
        return text("report.answer_none_judged", lang)
    parts = [text("report.part", lang, count=n, status=text(f"status.{s}", lang)) for s, n in judged.items()]
    return text("report.answer_judged", lang, judged=judged.sum(), parts=text("report.comma", lang).join(parts))


def _against_reference(seen: PlanView) -> Iterator[str]:
    """How the targets with a reference would come out if the district stood where the reference stands."""
    rows = with_reference(seen.verdicts)
    if rows.empty:
        return
    short, lang = rows["reference_gap"], seen.lang
    found = {"met": (short <= 0).sum(), "missed": (short > 0).sum(), "open": short.isna().sum()}
    words = [text(f"report.reference_{name}", lang, count=n) for name, n in found.items() if n]
    parts = text("report.comma", lang).join(words)
    yield text("report.answer_if_reference", lang, count=len(rows), parts=parts)


def with_reference(gaps: pd.DataFrame) -> pd.DataFrame:
    """The gaps that only a larger area's figures can say something about, due ones included."""
    open_ones = gaps["status"].isin(["reference_only", "due_unconfirmed"])
    return gaps[open_ones & (gaps["basis"] == "reference") & gaps["reference_value"].notna()]


def headline(card: pd.DataFrame, lang: str) -> str:
    """One line for the index page; its counts add up to the number of targets."""
    card = once(card)
    counts = card["status"].value_counts()
    words = {status: text(f"status.{status}", lang) for status in UNJUDGED if counts.get(status, 0)}
    parts = [text("report.headline_judged", lang, count=int(counts.reindex(JUDGED).sum()))]
    parts += [text("report.part_after", lang, count=counts[s], status=word) for s, word in words.items()]
    return text("report.headline", lang, targets=len(card), parts=text("report.semicolon", lang).join(parts))


def distance(seen: PlanView) -> Html:
    """All targets with own projections on one scale, or nothing where there is none."""
    if seen.distances.empty:
        return Html("")
    figure = distance_chart(seen.distances, lang=seen.lang, synthetic=seen.synthetic)
    head = blocks.head("distance", seen.lang, 3)
    return blocks.chart(head, figure, text("figures.distance_alt", seen.lang))


def urgent(seen: PlanView) -> Html:
    """The few targets that need action first: worst status first, within it the least likely to be met."""
    lang, rows = seen.lang, once(seen.card)
    head = blocks.head("urgent", lang, 3)
    rows = rows[rows["status"].isin(URGENT)]
    if rows.empty:
        return blocks.join(head, *_nothing_urgent(seen))
    rows = rows.merge(seen.gaps[["target_id", "probability_met"]], on="target_id")
    rows = blocks.status_order(rows.sort_values("probability_met", kind="stable"))
    shown = ("target", "goal", "now", "outlook", "gap", "status_word", "flip")
    table = cards(rows.head(TOP), shown, lang, brief=True)
    more = [blocks.small("urgent_more", lang, count=len(rows) - TOP)] if len(rows) > TOP else []
    return blocks.join(head, table, *more)


def _nothing_urgent(seen: PlanView) -> list[Html]:
    """What to do where no target calls for action on figures of its own."""
    card = once(seen.card)
    counts = card["status"].value_counts()
    judged = len(card) > counts.reindex(UNJUDGED).sum()
    told = [blocks.said("urgent_none" if judged else "urgent_unknown", seen.lang)]
    if n := int(counts.get("conflicting", 0)):
        told.append(blocks.said("urgent_conflicts", seen.lang, count=n))
    return told


def reference_table(seen: PlanView) -> Html:
    """What the larger areas' figures say, on the first page but apart from the district's own."""
    lang, known = seen.lang, seen.verdicts
    known = known[(known["basis"] == "reference") & known["reference_value"].notna()]
    rows = seen.card[seen.card["status"].isin(["reference_only", "due_unconfirmed"])]
    rows = rows.merge(known.drop(columns=["status", "basis", "gap"]), on="target_id")
    if rows.empty:
        return Html("")
    records = rows.assign(unit=rows["target_id"].map(seen.written_units())).to_dict("records")
    shown = {
        "name": rows["name"],
        "goal_by": rows["goal"] + "\n" + rows["deadline"],
        "reference_area": rows["reference_area"].map(seen.area_name),
        "reference_now": [dated(r, "reference", lang) for r in records],
        "reference_then": [_reference_then(r, lang) for r in records],
        "reference_gap": rows["gap"],
    }
    return blocks.join(blocks.head("reference", lang, 3), blocks.worded(shown, lang, kind="reference"))


def _reference_then(row: dict[Any, Any], lang: str) -> str:
    known = row["deadline_year"] == row["reference_year"]
    if known or pd.isna(row["reference_projected"]):
        return text(f"report.reference_{'same' if known else 'unknown'}", lang)
    value = quantity(row["reference_projected"], row["unit"], lang)
    low, high = number(row["reference_lower_95"]), number(row["reference_upper_95"])
    return text("scorecard.outlook", lang, value=value, low=low, high=high)


def collect_first(seen: PlanView) -> Html:
    """What cannot be judged, and the one place whose figures would decide the most targets."""
    places, lang = asked(seen), seen.lang
    if places.empty:
        return Html("")
    first = places.iloc[0]
    names = text("scorecard.list_comma", lang).join(first["names"][:NAMED])
    if len(first["names"]) > NAMED:
        names = text("report.and_others", lang, names=names)
    fields = {"open": int(places["count"].sum()), "ask": first["ask"], "count": first["count"], "names": names}
    return blocks.join(blocks.head("collect", lang, 3), blocks.said("collect_first", lang, **fields))


def requests(seen: PlanView) -> pd.DataFrame:
    """Table *requests*: the goals that are not judged for want of figures, first those of which one figure decides most.

    A goal of several conditions asks for nothing itself: its conditions do.
    """
    given, lang = tables.of_groups(seen.tables.targets), seen.lang
    asking = seen.card["counted"] | seen.card["target_id"].isin(conditions(seen))
    open_ones = seen.card[asking & seen.card["status"].isin(OPEN)][["target_id", "status"]]
    beside = seen.verdicts.drop_duplicates("target_id").reindex(columns=["target_id", "deadline_year", "unknown"])
    rows = open_ones.merge(given, on="target_id").merge(beside, on="target_id", how="left")
    about = seen.registers.indicators.set_index("indicator")
    about = about.reindex(columns=[f"ask_{lang}", "indicator_kind"]).astype(object).fillna("")
    answered, out = with_figures(seen), []
    for row in rows[rows["comparator"] != comparators.ALL_OF].to_dict("records"):
        one, measure, due = row["target_id"], row["indicator"], row["deadline_year"]
        ask, kind = about.loc[measure] if measure in about.index else ("", "")
        found = None if one in answered else alike(row, due, kind)
        years = 5 if pd.isna(due) else int(due) - seen.as_of
        areas = [seen.area_name(area) for area in str(row["unknown"]).split(";") if area and area != "nan"]
        office = text("scorecard.list_comma", lang).join(areas) or ask or text("gaps.ask_unknown", lang)
        out.append({
            "office": office, "target_id": one, "what": measure, "group": row["group"],
            "gain": gain(row["status"], years, kind, found),
            "similar": found.n if found else None, "similar_met": found.met if found else None,
        })  # fmt: skip
    table = pd.DataFrame(out, columns=tables.columns("requests"))
    return tables.check(table.sort_values("gain", ascending=False, kind="stable"), "requests")


def with_figures(seen: PlanView) -> set[str]:
    """The goals of whose own series there is a figure, whatever the plan's table of series promises."""
    own = by_own_figures(seen.verdicts)
    there = pd.MultiIndex.from_frame(tables.of_groups(seen.used)[tables.SERIES])
    asked_for = own[["data_indicator", "data_area", "data_group"]].fillna("")
    return set(own.loc[pd.MultiIndex.from_frame(asked_for).isin(there), "target_id"])


def by_own_figures(gaps: pd.DataFrame) -> pd.DataFrame:
    """The gaps that rest on the district's own series, or would if it had figures."""
    return gaps[gaps["basis"].isin(["own", "borrowed"])]


def asked(seen: PlanView) -> pd.DataFrame:
    """Where the missing figures are kept, first the place that decides most: by the sum of what one figure of each of its
    goals would settle.

    Columns: ask (the place, or the areas whose figures a rank needs), gain, count, names (of its targets), indicators
    (their ids), groups (whose figures).
    """
    rows = requests(seen).merge(seen.card[["target_id", "name"]], on="target_id")
    named = {"names": ("name", list), "indicators": ("what", list), "groups": ("group", list)}
    places = rows.groupby("office", sort=False).agg(gain=("gain", "sum"), count=("target_id", "size"), **named)
    places = places.rename_axis("ask").reset_index()
    return places.sort_values(["gain", "count"], ascending=False, kind="stable")
