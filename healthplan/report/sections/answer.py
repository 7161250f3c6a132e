"""The answer in sentences that add up, how many goals will be met, what a larger area's figures say."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from healthplan import tables
from healthplan.judging.together import ALL, BINDING
from healthplan.language import comparators
from healthplan.language.dates import on
from healthplan.language.phrases import number, quantity
from healthplan.line import PlanView
from healthplan.messages import text
from healthplan.registers import departments
from healthplan.report import blocks
from healthplan.report.blocks import Html
from healthplan.report.sections.goals import JUDGED, dated, once

# What is left when the judged ones are taken away, in the order of the sentences.
UNJUDGED = tables.statuses("told")


def answer(seen: PlanView) -> Html:
    """The answer in sentences, how many goals will be met by department, what the reference says."""
    return blocks.join(
        blocks.head("answer", seen.lang),
        *(blocks.paragraph(words) for words in (*answer_sentences(seen), seen.followed_later) if words),
        expected_table(seen),
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
