"""The codes and numbers of *gaps* told in sentences: why a status, what would change it, pace and counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from healthplan.counts import intervals
from healthplan.explanations import kinds, next_figure
from healthplan.explanations.amounts import explain_count
from healthplan.judging.cases import is_summed
from healthplan.judging.rare import UPPER_ONLY
from healthplan.judging.statuses import OLD, ON_COURSE, TOO_OLD
from healthplan.language import comparators, dates, units
from healthplan.language.phrases import (
    goal,
    number,
    points,
    probability,
    quantity,
)
from healthplan.messages import has, text

Row = Mapping[Any, Any]
COLUMNS = ("target_id", "method", "why", "flip", "pace", "counts")
EXAMPLE_BIRTHS = 3000  # a year, where the births of the district are not known
COUNT_WORDS = ("events", "exposed")
# cells that sentences name as they are, and those that they tell as figures
AS_JUDGED = (
    "deadline_year", "latest_year", "reference_year", "decisive_year", "base_year", "rank", "ranked", "rank_year",
    "pooled_years", "pooled_count", "pooled_allowed",
)  # fmt: skip
VALUES = ("nowcast", "reference_value", "reference_projected", "base_value")


def explain(
    gaps: pd.DataFrame,
    targets: pd.DataFrame,
    indicators: pd.DataFrame,
    areas: pd.DataFrame,
    *,
    series: pd.DataFrame,
    years: pd.DataFrame,
    lang: str = "zh",
) -> pd.DataFrame:
    """The sentences of each row of *gaps* in ``lang``: columns target_id, method, why, flip, pace, counts.

    ``series`` (the plan's table of that name) says why no series answers a target. ``years``: the table of that name,
    by which goals for every year are told year by year. Other targets are named, never numbered.
    """
    by = lambda frame, key: {row[key]: row for row in frame.to_dict("records")}  # noqa: E731
    about, known = by(targets, "target_id"), by(indicators, "indicator")
    chosen = by(series, "target_id")
    names = dict(zip(areas["area"], areas[f"name_{lang}"], strict=True))
    by_year = {one: rows.to_dict("records") for one, rows in years.groupby("target_id")}
    judged = by(gaps, "target_id")
    rows = []
    for gap in gaps.to_dict("records"):
        one = gap["target_id"]
        target = about[one]
        indicator = known[gap["data_indicator"] or target["indicator"]]
        more = (known, judged, by_year.get(one, []))
        tale = Tale(gap, target, indicator, chosen.get(one, {}), names, about, lang, *more)
        rows.append([gap["target_id"], gap["method"], *tale.sentences()])
    return pd.DataFrame(rows, columns=list(COLUMNS))


@dataclass(frozen=True)
class Tale:
    """One gap with all that its sentences may name. ``targets`` and ``gaps``: by id, to name the related ones and the
    conditions of a goal; ``measures``: the indicators by id; ``years``: its rows of that table."""

    gap: Row
    target: Row
    indicator: Row
    chosen: Row
    areas: Mapping[str, str]
    targets: Mapping[str, Row]
    lang: str
    measures: Mapping[str, Row] = field(default_factory=dict)
    gaps: Mapping[str, Row] = field(default_factory=dict)
    years: Sequence[Row] = ()

    @property
    def unit(self) -> str:
        """The unit of the figures; of places their own words."""
        return units.written_unit(self.indicator)

    def reference(self) -> str:
        """What the goal is measured against, or whose figures stand beside it."""
        if self.target["comparator"] == comparators.RANK:
            return kinds.place_words(self)
        if self.target.get("reference_indicator"):
            return kinds.reference_name(self.target, self.measures, self.areas, self.lang)
        return self.area(self.gap["reference_area"] or self.target["reference"])

    def sentences(self) -> tuple[str, str, str, str]:
        """why, flip, pace and counts; the last two are empty where there is nothing to say."""
        said = _fields(self)
        codes = self.gap["why"].split(";")
        if not self.years:
            codes = [code for code in codes if code != "years_so_far"]
        why = [text(_sentence(code), self.lang, **said) for code in codes]
        return (
            self.join(why),
            next_figure.flip(self, said),
            self.join(_pace(self)),
            self.join(_counts(self)),
        )

    def join(self, parts: list[str]) -> str:
        """Sentences one after the other."""
        return ("" if self.lang == "zh" else " ").join(parts)

    def value(self, amount: Any) -> str:
        """A figure with its unit, a dash where there is none."""
        return "—" if pd.isna(amount) else quantity(amount, self.unit, self.lang)

    def difference(self, amount: Any) -> str:
        """A difference of two figures."""
        return "—" if pd.isna(amount) else points(amount, self.unit, self.lang)

    def area(self, area: Any) -> str:
        """An area by its name."""
        return self.areas.get(area, "" if pd.isna(area) else area)


def _sentence(code: str) -> str:
    """The key of a reason; that of a status which needs no more than one stands with its word."""
    return f"gaps.{code}" if has(f"gaps.{code}") else f"status.why_{code}"


def _fields(tale: Tale) -> dict[str, Any]:
    """Every word that a sentence of gaps.csv may use."""
    gap, lang, say = tale.gap, tale.lang, tale.value
    summed = is_summed(tale.target, tale.indicator)
    whole = lambda said: text("gaps.in_all", lang, value=said) if summed else said  # noqa: E731
    decisive = gap.get("decisive_year")
    return {
        **{name: gap.get(name) for name in AS_JUDGED},
        **{name: say(gap.get(name)) for name in VALUES},
        **{name: tale.difference(gap[name]) for name in ("gap", "needed_from_today")},
        "goal": _goal_words(tale),
        "deadline": kinds.hardest(tale) or _deadline(tale),
        "sure": probability(ON_COURSE, lang),
        "old": OLD,
        "too_old": TOO_OLD,
        "decided_year": gap["deadline_year"] if pd.isna(decisive) else decisive,
        "latest": whole(say(gap["latest_value"])),
        "at_deadline": whole(say(gap["deadline_value"])),
        "projected": whole(say(gap["projected_value"])),
        "lower": number(gap["projected_lower_95"]),
        "upper": number(gap["projected_upper_95"]),
        "probability": probability(gap["probability_met"], lang),
        "observed": tale.difference(_pace_so_far(gap)),
        "required": tale.difference(gap["required_rate"]),
        "reference": tale.reference(),
        "lender": tale.area(gap["borrowed_from"]),
        "reference_gap": _shortfall(tale, gap["reference_gap"]),
        "related": _related(tale),
        "ask": tale.indicator.get(f"ask_{lang}") or text("gaps.ask_unknown", lang),
        "reason": _reason(tale),
        "tolerance": tale.difference(gap["goal_tolerance"]),
        "data_unit": units.word(tale.indicator["unit"], lang),
        "goal_unit": units.word(tale.target["unit"], lang),
        "held": text(f"status.{gap['status_if_held']}", lang) if gap["status_if_held"] else "",
        **kinds.fields(tale),
        **_count_fields(tale),
    }


def _pace_so_far(gap: Row) -> Any:
    """The change a year over the recent figures; of two figures and a start, from the start."""
    years = _or_zero(gap["latest_year"]) - _or_zero(gap.get("base_year"))
    if pd.notna(gap["observed_rate"]) or pd.isna(gap.get("base_value")) or not years:
        return gap["observed_rate"]
    return (gap["latest_value"] - gap["base_value"]) / years


def _or_zero(amount: Any) -> float:
    return 0.0 if pd.isna(amount) else float(amount)


def _count_fields(tale: Tale) -> dict[str, Any]:
    gap, lang = tale.gap, tale.lang
    if pd.isna(gap["expected_events"]):
        return {}
    per, exposure = tale.indicator["per"], gap["exposure"]
    scale = 1.0 if tale.indicator["indicator_kind"] == "event" else per / exposure
    middle, low, high = events_ahead(gap, tale.indicator)
    return {
        "allowed": gap["allowed_events"],
        "middle": middle,
        "expected": number(gap["expected_events"]),
        "events_range": text("gaps.between", lang, low=low, high=high),
        "rate_now": tale.value(gap["expected_events"] * scale),
    }


def events_ahead(gap: Row, indicator: Row) -> tuple[str, str, str]:
    """The projection of a rare event in whole events: its middle, and the ends of the 95 % interval."""
    rate = indicator["indicator_kind"] != "event"
    times = gap["exposure"] / indicator["per"] if rate else 1.0
    middle, low, high = (
        number(round(gap[name] * times)) if pd.notna(gap[name]) else number(gap[name])
        for name in ("projected_value", "projected_lower_95", "projected_upper_95")
    )
    return middle, low, high


def _goal_words(tale: Tale) -> str:
    """The goal in words; where its number is worked out from a start or another area, with that number."""
    gap, target = tale.gap, tale.target
    about = {name: tale.indicator[name] for name in ("indicator_kind", "direction")}
    named = kinds.reference_name(target, tale.measures, tale.areas, tale.lang)
    said = goal({**target, **about}, tale.lang, named)
    unit, comparator = tale.indicator["unit"], target["comparator"]
    end, sign = (gap["goal_low"], "≥") if pd.notna(gap["goal_low"]) else (gap["goal_high"], "≤")
    sign = {"≥": ">", "≤": "<"}[sign] if gap["goal_strict"] is True else sign
    growth = comparator == comparators.GROWTH_MAX and unit == "%"
    converted = units.restated(target, unit)["unit"] != target["unit"]
    plain = comparator not in comparators.WORKED_OUT and not converted
    stated = tale.unit == units.PLACE or plain or growth
    same = comparator == comparators.INCREASE_BY and end == target["value"]
    turned = comparator == comparators.TREND and pd.notna(gap.get("decisive_year"))
    if stated or same or turned or pd.isna(end):
        return said
    return text(
        f"gaps.{_how_worked_out(gap, target)}",
        tale.lang,
        goal=said,
        value=tale.value(end),
        bar=_between(tale) or tale.join([sign, tale.value(end)]),
        year=gap["deadline_year"],
    )


def _between(tale: Tale) -> str:
    """Both ends of what meets the goal, empty where it has one."""
    low, high = tale.gap["goal_low"], tale.gap["goal_high"]
    if pd.isna(low) or pd.isna(high):
        return ""
    return text("gaps.between", tale.lang, low=number(low), high=tale.value(high))


def _how_worked_out(gap: Row, target: Row) -> str:
    """The sentence that puts a number beside a goal: a start, what it comes to, or what it will come to by then."""
    comparator, side = target["comparator"], target["side"]
    if comparator == comparators.TREND and side != "steady":
        return "goal_at_pace" if side == "slowing" else "goal_from_start"
    if pd.notna(gap.get("summed_since")):
        return "goal_summed"
    return "goal_then" if _moves(gap, comparator) else "goal_resolved"


def _moves(gap: Row, comparator: str) -> bool:
    """Whether the number is that of a deadline ahead, and another one today: of the others' projection, of a growth."""
    if pd.isna(gap["deadline_year"]) or not gap["deadline_year"] > _or_zero(gap["latest_year"]):
        return False
    others = comparator in comparators.AGAINST_OTHERS
    return comparator == comparators.GROWTH_MAX or (others and pd.notna(gap["reference_projected"]))


def _deadline(tale: Tale) -> str:
    """The deadline within a sentence, as precise as the text has it, or the year of the plan's end that stands in for
    it."""
    year = tale.gap["deadline_year"]
    deadline = tale.target["deadline"] or ("" if pd.isna(year) else str(int(year)))
    return dates.when(deadline, tale.lang, "gaps") if deadline else text("gaps.no_deadline", tale.lang)


def _related(tale: Tale) -> str:
    """The other rows of the goal by their names and deadlines."""
    ids = [one for one in tale.target["related"].split(";") if one]
    called = [kinds.goal_name(tale.targets[one], tale.lang) if one in tale.targets else one for one in ids]
    quoted = [text("scorecard.quoted", tale.lang, name=name) for name in called]
    return text("scorecard.list_comma", tale.lang).join(quoted) or "—"


def _shortfall(tale: Tale, short: Any) -> str:
    if pd.isna(short):
        return "—"
    if short == 0:
        return text("gaps.just_met", tale.lang)
    key = "gaps.short_by" if short > 0 else "gaps.better_by"
    return text(key, tale.lang, value=tale.difference(abs(short)))


def _reason(tale: Tale) -> str:
    """Why there is no projection, or why no series answers the target."""
    if tale.gap["basis"] not in ("own", "borrowed"):
        told = str(tale.chosen.get(f"reason_{tale.lang}") or text("gaps.no_data_figures", tale.lang))
        return told.rstrip("。.")
    key = f"gaps.reason_{tale.gap['reason'] or 'none'}"
    return text(key if has(key) else "gaps.reason_none", tale.lang)


def _counts(tale: Tale) -> list[str]:
    """What the goal means at this number of births or people: passing count, luck, years, pools.

    Where the births are not known, up to how many a year only zero passes, and an example.
    """
    gap, indicator, lang = tale.gap, tale.indicator, tale.lang
    rare, exposure = pd.notna(gap["allowed_events"]), gap["exposure"]
    if indicator["indicator_kind"] != "rate" or not (rare or _births_unknown(tale)):
        return []
    asked, per = float(_asked(tale)), float(indicator["per"])
    births = indicator["denominator"] == "live_births"
    words = {} if births else {name: text(f"gaps.{name}", lang) for name in COUNT_WORDS}
    more: dict[str, Any] = {
        "per": per,
        "strict": comparators.strict(tale.target["comparator"]),
        **words,
    }
    if rare:
        return [*_latest_count(tale), *explain_count(asked, exposure, lang, **more)]
    limit = text("gaps.births_unknown", lang, limit=f"{per / asked:,.0f}")
    return [limit, *explain_count(asked, EXAMPLE_BIRTHS, lang, **more)[:2]]


def _asked(tale: Tale) -> Any:
    """The goal's number in the indicator's unit."""
    return units.restated(tale.target, tale.indicator["unit"])["value"]


def _births_unknown(tale: Tale) -> bool:
    """Whether this is an upper limit on deaths among births of which only none would pass, at unknown births."""
    asked, indicator = _asked(tale), tale.indicator
    limit = tale.target["comparator"] in UPPER_ONLY and indicator["direction"] == "decrease"
    births = indicator["denominator"] == "live_births" and pd.isna(tale.gap["exposure"])
    return bool(limit and births and asked > 0 and float(indicator["per"]) / asked > EXAMPLE_BIRTHS)


def _latest_count(tale: Tale) -> list[str]:
    """The latest count with its rate and what chance alone leaves around it: exact Poisson below ten events, Byar
    from ten, as the English public health offices do."""
    gap = tale.gap
    if pd.isna(gap["latest_count"]):
        return []
    around = intervals.rate(gap["latest_count"], gap["latest_exposure"], per=float(tale.indicator["per"]))
    shown = {"rate": tale.value(around.value), "year": gap["latest_year"]}
    shown |= {"lower": number(around.lower), "upper": number(around.upper)}
    return [text("gaps.now_count", tale.lang, count=f"{around.events:,.0f}", **shown)]


def _pace(tale: Tale) -> list[str]:
    """Where the path from the base asks one to be (序时进度), and both paces where they exist."""
    gap, lang, parts = tale.gap, tale.lang, []
    short = gap["schedule_gap"]
    if pd.notna(short):
        state = "on" if short == 0 else "behind" if short > 0 else "ahead"
        shown = {"year": gap["latest_year"], "asked": tale.value(gap["schedule_value"])}
        shown |= {"latest": tale.value(gap["latest_value"]), "gap": tale.difference(abs(short))}
        parts.append(text(f"gaps.schedule_{state}", lang, **shown))
    if pd.notna(gap["pace_linear"]):
        key = "pace_linear" if pd.isna(gap["pace_geometric"]) else "pace_both"
        paces = {name: number(gap[f"pace_{name}"]) for name in ("linear", "geometric")}
        parts.append(text(f"gaps.{key}", lang, base=gap["base_year"], **paces))
    if "pace_disagrees" in gap["pace_flags"].split(";"):
        parts.append(text("gaps.pace_disagrees", lang))
    return parts
