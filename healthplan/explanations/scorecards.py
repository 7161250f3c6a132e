"""Gaps to the rows that a reader sees: words, rounded figures with units, and what a chart needs to say."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from healthplan import tables
from healthplan.explanations import explain, kinds
from healthplan.explanations.amounts import events_ahead
from healthplan.judging import one_goal_rows
from healthplan.language import comparators, groups, units
from healthplan.language.dates import on, when
from healthplan.language.phrases import bound, goal, half_up, number, points, probability, quantity
from healthplan.language.places import place
from healthplan.messages import text
from healthplan.registers import departments

# columns of a chart that are those of the goal
AS_TOLD = (
    "summed_since", "projected_value", "projected_lower_95", "projected_upper_95",
    "status", "why", "flip", "counts",
)  # fmt: skip


def told(
    gaps: pd.DataFrame,
    targets: pd.DataFrame,
    indicators: pd.DataFrame,
    areas: pd.DataFrame,
    *,
    series: pd.DataFrame,
    years: pd.DataFrame,
    lang: str = "zh",
) -> pd.DataFrame:
    """Goals with their targets, names and sentences (see :func:`explain`) in the order of the plan: what scorecard,
    charts and distances are made of. ``gaps``: see :meth:`healthplan.judging.Judged.whole`; ``years``: the table of
    that name."""
    words = explain(gaps, targets, indicators, areas, series=series, years=years, lang=lang)
    rows = targets.merge(gaps.drop(columns=["why", "flip"]), on="target_id", suffixes=("", "_gap"))
    rows = rows.merge(words, on=["target_id", "method"], how="left")
    names, about = areas.set_index("area")[f"name_{lang}"], indicators.set_index("indicator")
    records, known = rows.to_dict("records"), about.to_dict("index")
    measured = rows["data_indicator"].where(rows["data_indicator"] != "", rows["indicator"])
    against = pd.Series([kinds.reference_name(row, known, names.to_dict(), lang) for row in records], rows.index)
    beside = rows["reference_area"].map(names).fillna("")
    more = {
        f"name_{lang}": [kinds.goal_name(row, lang) for row in records],
        "indicator_name": rows["indicator"].map(about[f"name_{lang}"]),
        "indicator_unit": [units.written_unit(known[one]) for one in measured],
        "indicator_kind": measured.map(about["indicator_kind"]),
        "direction": measured.map(about["direction"]),
        "indicator_per": measured.map(about["per"]),
        "goal_reference_name": against,
        "reference_name": beside.where(rows["reference_indicator"] == "", against),
        "first_year": rows["target_id"].map(years.groupby("target_id")["year"].min()),
        "conditions_met": kinds.conditions_met(records, gaps, lang),
        "data_area_name": rows["data_area"].map(names).fillna(""),
        "own": rows["basis"].isin(["own", "borrowed"]),
    }
    return rows.assign(**more)


def scorecard(rows: pd.DataFrame, lang: str = "zh") -> pd.DataFrame:
    """One row a target (table ``scorecard``) from the rows of :func:`told`.

    Figures of a reference area always carry that area's name and the word reference.
    """
    once = one_goal_rows(rows)
    out = [_row(row, lang) | {"counted": once[i]} for i, row in rows.iterrows()]
    return tables.check(pd.DataFrame(out) if out else tables.empty("scorecard"), "scorecard")


def charts(rows: pd.DataFrame, lang: str = "zh", *, synthetic: bool = False, since: int | None = None) -> pd.DataFrame:
    """What each chart shows, one row a target that has its own or a reference series, from the rows of :func:`told`.

    ``goal_path``: pairs of year and value, of a goal that goes on from year to year; ``goal_steps``: the goal's heights as
    (first year, last year, value), of a staged goal a step a stage, from ``since``, the plan's first year, on.
    """
    drawn = rows["own"] & rows["latest_value"].notna() | rows["reference_value"].notna()
    made = rows[(rows["basis"] != "none") & drawn]
    return pd.DataFrame(
        [_chart(r, lang, synthetic) | {"goal_steps": _steps(r, rows, since)} for _, r in made.iterrows()]
    )


def _steps(row: pd.Series, rows: pd.DataFrame, since: int | None) -> tuple[tuple[float, float, float], ...]:
    """A goal held against others stands in its deadline's year alone: where they are before is their own line."""
    year = lambda one: one["deadline_year"] if pd.isna(one["decisive_year"]) else one["decisive_year"]  # noqa: E731
    due = year(row)
    if pd.isna(due):
        return ()
    stages = [row]
    if row["stage_of"]:
        stages = [r for _, r in rows[rows["stage_of"] == row["stage_of"]].iterrows() if year(r) <= due]
    start = due - 1 if row["comparator"] in comparators.AGAINST_OTHERS or since is None else float(since)
    steps: list[tuple[float, float, float]] = []
    for stage in sorted(stages, key=year):
        low, high = _goal_ends(stage)
        end, last = low if pd.notna(low) else high, float(year(stage))
        if pd.notna(end) and (not steps or last > steps[-1][1]):
            first = steps[-1][1] if steps else min(start, last - 1)
            steps.append((first, last, float(end)))
    return tuple(steps)


def _row(row: pd.Series, lang: str) -> dict[str, object]:
    as_told = ("target_id", "status", "why", "flip", "scope", "basis")
    return {
        **{name: row[name] for name in as_told},
        "locator": place(row["locator"], lang),
        "name": row[f"name_{lang}"],
        "goal": goal(row, lang, row["goal_reference_name"]),
        "deadline": _deadline(row, lang),
        "now": _now(row, lang),
        "outlook": _outlook(row, lang),
        "gap": _gap(row, lang),
        "probability": probability(row["probability_met"], lang),
        "status_word": text(f"status.{row['status']}", lang),
        "departments": departments(row["departments"], lang),
    }


def _deadline(row: pd.Series, lang: str) -> str:
    """The deadline as people write it; one that the plan does not name is said to be that of the plan."""
    if row["deadline"]:
        return when(row["deadline"], lang)
    if pd.isna(row["deadline_year"]):
        return text("scorecard.deadline_none", lang)
    return text("scorecard.deadline_end", lang, year=int(row["deadline_year"]))


def _now(row: pd.Series, lang: str) -> str:
    """The latest figure; of a goal that is met or missed the figure that decided it; how many of its conditions are
    met."""
    if row["conditions_met"]:
        return row["conditions_met"]
    for whose in ("deadline", "latest"):
        if pd.notna(row[f"{whose}_value"]):
            value = quantity(row[f"{whose}_value"], row["indicator_unit"], lang)
            decided = whose == "deadline" and pd.notna(row["decisive_year"])
            year = int(row["decisive_year"]) if decided else row[f"{whose}_year"]
            if row.get("until"):  # a part of the year
                return text("scorecard.value_until", lang, value=value, day=on(row["until"], lang))
            return text("scorecard.value_year", lang, value=value, year=year)
    if pd.notna(row["pooled_count"]):  # figures of several years together, no year's own
        counted = {"years": int(row["pooled_years"]), "count": int(row["pooled_count"])}
        return text("scorecard.pooled_now", lang, **counted)
    own = text("scorecard.no_own", lang)
    if pd.isna(row["reference_value"]):
        return own
    value = quantity(row["reference_value"], row["indicator_unit"], lang)
    shown = {"area": row["reference_name"], "value": value, "year": row["reference_year"]}
    return f"{own}\n{text('scorecard.reference_now', lang, **shown)}"


def _outlook(row: pd.Series, lang: str) -> str:
    """What is to be expected at the deadline: of the district's own series, else of the reference's."""
    own = pd.notna(row["projected_value"])
    value = row["projected_value" if own else "reference_projected"]
    if pd.isna(value):
        return text("scorecard.no_figure", lang)
    low, high = (row[f"{'projected' if own else 'reference'}_{end}_95"] for end in ("lower", "upper"))
    fields = {"area": row["reference_name"], "value": quantity(value, row["indicator_unit"], lang)}
    fields |= {"low": number(low), "high": number(high)}
    key = "outlook" if own else "outlook_reference"
    if pd.isna(low):
        key = "outlook_middle" if own else "reference_then"
    if own and pd.notna(row["expected_events"]) and pd.notna(row["indicator_per"]):
        about = {"indicator_kind": row["indicator_kind"], "per": row["indicator_per"]}
        key = "outlook_events"
        fields |= dict(zip(("middle", "least", "most"), events_ahead(row, about), strict=True))
    hardest = own and pd.notna(row["decisive_year"])
    more = text("scorecard.hardest", lang, year=int(row["decisive_year"])) if hardest else ""
    return text(f"scorecard.{key}", lang, **fields) + more


def _gap(row: pd.Series, lang: str) -> str:
    if pd.notna(row["gap"]):
        gap = _shortfall(row["gap"], row, lang)
        if pd.isna(row["expected_events"]):
            return gap
        counted = units.counts_things(row["indicator_unit"])
        unit = row["indicator_unit"] if counted else "例"
        allowed = quantity(row["allowed_events"], unit, lang)
        if row["gap"] <= 0:  # the middle may well be below a ceiling that half a case is above
            expected = quantity(half_up(row["expected_events"], 1), unit, lang)
            return text("scorecard.gap_expected", lang, expected=expected, allowed=allowed)
        return text("scorecard.gap_allowed", lang, gap=gap, allowed=allowed)
    if pd.notna(row["reference_gap"]):
        gap = _shortfall(row["reference_gap"], row, lang)
        return text("scorecard.gap_reference", lang, area=row["reference_name"], gap=gap)
    return text("scorecard.no_figure", lang)


def _shortfall(gap: float, row: pd.Series, lang: str) -> str:
    """``gap`` > 0 is a shortfall; what lies on the good side is said as the goal is put: above a floor, below a
    ceiling, within a range."""
    if gap == 0:
        return text("scorecard.gap_none", lang)
    value = points(abs(gap), row["indicator_unit"], lang)
    if gap > 0:
        return text(f"scorecard.gap_{'exceeds' if _exceeds(row) else 'short'}", lang, value=value)
    floor, ceiling = (pd.notna(row[end]) for end in ("goal_low", "goal_high"))
    if not (floor or ceiling):
        floor = row["comparator"] not in comparators.CEILINGS
        ceiling = not floor or row["comparator"] == comparators.RANGE
    if row["indicator_unit"] == units.PLACE or row["comparator"] == comparators.TREND:
        return text("scorecard.gap_beyond", lang, value=value)
    name = "gap_inside" if floor and ceiling else "gap_over" if floor else "gap_under"
    return text(f"scorecard.{name}", lang, value=value)


def _exceeds(row: pd.Series) -> bool:
    """Whether a shortfall is one above a ceiling; a place too far back is short of the goal."""
    low, high = _goal_ends(row)
    value = next((row[name] for name in ("deadline_value", "projected_value") if pd.notna(row[name])), float("nan"))
    return row["indicator_unit"] != units.PLACE and bool(pd.notna(high) and (pd.isna(low) or value > high))


def _chart(row: pd.Series, lang: str, synthetic: bool) -> dict[str, object]:
    say = lambda key, **fields: text(f"figures.{key}", lang, **fields)  # noqa: E731
    # The place that a rank asks for is no area's series.
    has_reference = pd.notna(row["reference_value"]) and row["comparator"] != comparators.RANK
    low, high = _goal_ends(row)
    deadline = row["deadline"][:4] or row["deadline_year"]
    if row["comparator"] in comparators.AGAINST_OTHERS and pd.notna(row["decisive_year"]):
        deadline = row["decisive_year"]  # where the others stand in one year is no goal of another
    return {
        "target_id": row["target_id"],
        "name": row[f"name_{lang}"],
        "indicator": row["data_indicator"] or row["indicator"],
        "own_area": row["data_area"] if row["own"] else "",
        "group": row["data_group"],
        "own_label": say("observed", area=row["data_area_name"]),
        "borrowed_label": say("borrowed", area=row["reference_name"]),
        "reference_indicator": row["reference_indicator"] or row["indicator"],
        "reference_area": row["reference_area"] if has_reference else "",
        "reference_group": "" if row["reference_indicator"] else row["data_group"],
        "reference_label": say("compared" if row["reference_indicator"] else "reference", area=row["reference_name"]),
        "reference_name": row["reference_name"],
        "goal_value": low if pd.notna(low) else high,
        "goal_value_high": high if pd.notna(low) else float("nan"),
        "goal_path": _path(row, low, high),
        "goal_bar": bar_words(row, low, high, lang),
        "judged": row["status"] != "no_data"
        and row["rests_on"] != "quarter"  # the ledger's word is not that of the projection
        and not (row["status"] == "missed" and pd.notna(row["decisive_year"])),
        "hardest": pd.notna(row["decisive_year"]),
        "goal_label": say("target", goal=_goal_label(row, low, high, lang)),
        "by_counts": pd.notna(row["expected_events"]),
        "deadline_year": float("nan") if pd.isna(deadline) else float(deadline),
        "unit": row["indicator_unit"],
        "axis_label": say(
            "value_axis",
            name=groups.of(row["indicator_name"], row["data_group"] or "", lang),
            unit=units.word(row["indicator_unit"], lang) or text("figures.number", lang),
        ),
        "synthetic": synthetic,
        **{name: row[name] for name in AS_TOLD},
    }


def _path(row: pd.Series, low: float, high: float) -> tuple[tuple[float, float], ...]:
    """What a change a year asks for from its start to the deadline, compounded where it is in per cent; the years of a
    goal that each one has to meet."""
    end, due = low if pd.notna(low) else high, row["deadline_year"]
    moving = row["comparator"] in comparators.AGAINST_OTHERS
    if row["per"] != "year" or moving or pd.isna(end) or pd.isna(due):
        return ()
    if row["comparator"] not in comparators.CHANGES:
        first = due if pd.isna(row["first_year"]) else row["first_year"]
        return tuple((float(year), float(end)) for year in range(int(first), int(due) + 1))
    if pd.notna(row["summed_since"]):
        since = int(row["summed_since"])
        years = range(since, int(due) + 1)
        return tuple((float(y), end * (y - since + 1) / len(years)) for y in years)
    start, first = row["base_value"], row["base_year"]
    if pd.isna(start) or pd.isna(first) or first >= due:
        return ()
    years = range(int(first), int(due) + 1)
    share = [(year - first) / (due - first) for year in years]
    grows = row["comparator"] in comparators.PERCENT and start > 0 and end > 0
    asked = [start * (end / start) ** s if grows else start + (end - start) * s for s in share]
    return tuple((float(year), float(value)) for year, value in zip(years, asked, strict=True))


def _goal_ends(row: pd.Series) -> tuple[float, float]:
    """The least and the most that meet the goal, on the indicator's own axis: worked out where the goal is an
    increase, a growth or a comparison; the plan's own number where nothing had to be worked out."""
    if pd.notna(row["goal_low"]) or pd.notna(row["goal_high"]):
        return row["goal_low"], row["goal_high"]
    nothing = float("nan")
    if row["unit"] != row["indicator_unit"] or row["each"]:
        return nothing, nothing
    comparator, value = row["comparator"], row["value"]
    if comparator in comparators.CEILINGS:
        return nothing, value
    low = value if comparator in comparators.STATED else nothing
    return low, row["value_high"] if comparator == comparators.RANGE else nothing


def bar_words(row: Mapping[Any, Any], low: float, high: float, lang: str) -> str:
    """The goal as it stands beside its line: sign and number."""
    unit = row["indicator_unit"]
    if pd.notna(low) and pd.notna(high):
        return text("scorecard.goal_range", lang, value=quantity(low, unit, lang), high=quantity(high, unit, lang))
    end, strict = low if pd.notna(low) else high, bool(row["goal_strict"]) if pd.notna(row["goal_strict"]) else False
    if pd.isna(end):
        return ""
    whole = (unit == "%" and end in (0, 100)) or end == 0
    over, under = (("＞", "＜") if lang == "zh" else (">", "<")) if strict else ("≥", "≤")
    sign = "" if whole or unit == units.PLACE else over if pd.notna(low) else under
    return sign + bound(end, unit, lang, floor=bool(pd.notna(low)))


def _goal_label(row: pd.Series, low: float, high: float, lang: str) -> str:
    """The goal in words; one that had to be worked out with the number it comes to."""
    words = goal(row, lang, row["goal_reference_name"])
    value = low if pd.notna(low) else high
    if row["comparator"] not in comparators.WORKED_OUT or pd.isna(value) or value == row["value"]:
        return words
    key = "worked_out"
    if row["comparator"] == comparators.TREND:
        key = "worked_out_pace" if row["side"] == "slowing" else "worked_out_start"
    return text(
        f"figures.{key}", lang, goal=words, value=bound(value, row["indicator_unit"], lang, floor=bool(pd.notna(low)))
    )
