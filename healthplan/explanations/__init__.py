"""Numbers and codes told in sentences, one language at a time: of each row of *gaps* why a status, what would change it,
pace and counts."""

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from healthplan.explanations import amounts, kinds
from healthplan.explanations.kinds import Row, Tale
from healthplan.judging.cases import is_summed
from healthplan.judging.statuses import OLD, ON_COURSE, TOO_OLD
from healthplan.language import comparators, dates, units
from healthplan.language.phrases import bound, goal, measure_word, number, probability
from healthplan.messages import has

COLUMNS = ("target_id", "method", "why", "flip", "pace", "counts")
# cells that sentences name as they are, and those that they tell as figures
AS_JUDGED = (
    "deadline_year", "latest_year", "reference_year", "decisive_year", "base_year", "rank", "ranked", "rank_year",
    "pooled_years", "pooled_count", "pooled_allowed",
)  # fmt: skip
VALUES = ("nowcast", "reference_value", "reference_projected", "base_value")
UNUSUAL = 3  # from so many times the largest change of a year so far it is said how many
COLLECTS = ("flip_collect", "flip_more", "flip_newer")  # they ask for more figures than one
WORDS = {"meets": "met", "holding": "met_holding", "on_course": "on_course"}  # of what a next figure does
CASES = "例"


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
    about, known, judged = by(targets, "target_id"), by(indicators, "indicator"), by(gaps, "target_id")
    chosen, names = by(series, "target_id"), dict(zip(areas["area"], areas[f"name_{lang}"], strict=True))
    by_year = {one: rows.to_dict("records") for one, rows in years.groupby("target_id")}
    rows = []
    for gap in gaps.to_dict("records"):
        one = gap["target_id"]
        indicator = known[gap["data_indicator"] or about[one]["indicator"]]
        more = (known, judged, by_year.get(one, []))
        tale = Tale(gap, about[one], indicator, chosen.get(one, {}), names, about, lang, *more)
        rows.append([one, gap["method"], *_sentences(tale)])
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _sentences(tale: Tale) -> tuple[str, str, str, str]:
    """why, flip, pace and counts; the last two are empty where there is nothing to say."""
    said = _fields(tale)
    codes = tale.gap["why"].split(";")
    if not tale.years:
        codes = [code for code in codes if code != "years_so_far"]
    # the reason of a status that needs no more than one stands with its word
    why = [tale.say(code if has(f"gaps.{code}") else f"status.why_{code}", **said) for code in codes]
    return tale.join(why), _flip(tale, said), tale.join(_pace(tale)), tale.join(amounts.counts(tale))


def _fields(tale: Tale) -> dict[str, Any]:
    """Every word that a sentence of gaps.csv may use."""
    gap, lang, say = tale.gap, tale.lang, tale.value
    summed = is_summed(tale.target, tale.indicator)
    whole = lambda said: tale.say("in_all", value=said) if summed else said  # noqa: E731
    decisive = gap.get("decisive_year")
    related = [one for one in tale.target["related"].split(";") if one]
    quoted = [tale.say("scorecard.quoted", name=tale.called(one)) for one in related]
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
        "related": tale.listed(quoted) or "—",
        "ask": tale.indicator.get(f"ask_{lang}") or tale.say("ask_unknown"),
        "reason": _reason(tale),
        "tolerance": tale.difference(gap["goal_tolerance"]),
        "data_unit": units.word(tale.indicator["unit"], lang),
        "goal_unit": units.word(tale.target["unit"], lang),
        "held": tale.say(f"status.{gap['status_if_held']}") if gap["status_if_held"] else "",
        **kinds.fields(tale),
        **amounts.fields(tale),
    }


def _pace_so_far(gap: Row) -> Any:
    """The change a year over the recent figures; of two figures and a start, from the start."""
    years = _or_zero(gap["latest_year"]) - _or_zero(gap.get("base_year"))
    if pd.notna(gap["observed_rate"]) or pd.isna(gap.get("base_value")) or not years:
        return gap["observed_rate"]
    return (gap["latest_value"] - gap["base_value"]) / years


def _or_zero(amount: Any) -> float:
    return 0.0 if pd.isna(amount) else float(amount)


def _goal_words(tale: Tale) -> str:
    """The goal in words; where its number is worked out from a start or another area, with that number."""
    gap, target = tale.gap, tale.target
    about = {name: tale.indicator[name] for name in ("indicator_kind", "direction")}
    named = kinds.reference_name(target, tale.measures, tale.areas, tale.lang)
    said = goal({**target, **about}, tale.lang, named)
    unit, comparator, low, high = tale.indicator["unit"], target["comparator"], gap["goal_low"], gap["goal_high"]
    end, sign = (low, "≥") if pd.notna(low) else (high, "≤")
    sign = {"≥": ">", "≤": "<"}[sign] if gap["goal_strict"] is True else sign
    growth = comparator == comparators.GROWTH_MAX and unit == "%"
    converted = units.restated(target, unit)["unit"] != target["unit"]
    plain = comparator not in comparators.WORKED_OUT and not converted
    same = comparator == comparators.INCREASE_BY and end == target["value"]
    turned = comparator == comparators.TREND and pd.notna(gap.get("decisive_year"))
    if tale.unit == units.PLACE or plain or growth or same or turned or pd.isna(end):
        return said
    both = pd.notna(low) and pd.notna(high)
    between = tale.say("between", low=number(low), high=tale.value(high)) if both else ""
    least = bound(end, tale.unit, tale.lang, floor=bool(pd.notna(low)))
    bar = between or tale.join([sign, least])
    key = _how_worked_out(gap, target)
    return tale.say(key, goal=said, value=least, bar=bar, year=gap["deadline_year"])


def _how_worked_out(gap: Row, target: Row) -> str:
    """The sentence that puts a number beside a goal: a start, what it comes to, or what it will come to by then."""
    comparator, side = target["comparator"], target["side"]
    if comparator == comparators.TREND and side != "steady":
        return "goal_at_pace" if side == "slowing" else "goal_from_start"
    if pd.notna(gap.get("summed_since")):
        return "goal_summed"
    # of a deadline ahead, and another one today: the number of the others' projection, or of a growth
    ahead = pd.notna(gap["deadline_year"]) and gap["deadline_year"] > _or_zero(gap["latest_year"])
    others = comparator in comparators.AGAINST_OTHERS and pd.notna(gap["reference_projected"])
    return "goal_then" if ahead and (others or comparator == comparators.GROWTH_MAX) else "goal_resolved"


def _deadline(tale: Tale) -> str:
    """The deadline within a sentence, as precise as the text has it, or the year of the plan's end that stands in for
    it."""
    year = tale.gap["deadline_year"]
    deadline = tale.target["deadline"] or ("" if pd.isna(year) else str(int(year)))
    return dates.when(deadline, tale.lang, "gaps") if deadline else tale.say("no_deadline")


def _shortfall(tale: Tale, short: Any) -> str:
    if pd.isna(short):
        return "—"
    if short == 0:
        return tale.say("just_met")
    return tale.say("short_by" if short > 0 else "better_by", value=tale.difference(abs(short)))


def _reason(tale: Tale) -> str:
    """Why there is no projection, or why no series answers the target."""
    if tale.gap["basis"] not in ("own", "borrowed"):
        return str(tale.chosen.get(f"reason_{tale.lang}") or tale.say("no_data_figures")).rstrip("。.")
    key = f"reason_{tale.gap['reason'] or 'none'}"
    return tale.say(key if has(f"gaps.{key}") else "reason_none")


def _pace(tale: Tale) -> Iterator[str]:
    """Where the path from the base asks one to be (序时进度), and both paces where they exist."""
    gap, short = tale.gap, tale.gap["schedule_gap"]
    if pd.notna(short):
        state = "on" if short == 0 else "behind" if short > 0 else "ahead"
        shown = {"year": gap["latest_year"], "asked": tale.value(gap["schedule_value"])}
        shown |= {"latest": tale.value(gap["latest_value"]), "gap": tale.difference(abs(short))}
        yield tale.say(f"schedule_{state}", **shown)
    if pd.notna(gap["pace_linear"]):
        key = "pace_linear" if pd.isna(gap["pace_geometric"]) else "pace_both"
        yield tale.say(key, base=gap["base_year"], **{n: number(gap[f"pace_{n}"]) for n in ("linear", "geometric")})
    if "pace_disagrees" in gap["pace_flags"].split(";"):
        yield tale.say("pace_disagrees")


def _flip(tale: Tale, said: Mapping[str, Any]) -> str:
    """What would change the status: what has to come or to be settled, and the next figure that does it."""
    asked, found = str(tale.gap["flip"]), str(tale.gap["next_does"])
    told = [] if asked == "flip_next" and found else [tale.say(asked, **said)]
    if found and not (asked in COLLECTS and found == "none_can"):
        told.append(_next(tale, found.split(";")))
    return tale.join(told)


def _next(tale: Tale, codes: list[str]) -> str:
    """The next figure: how high or low it has to be, how far that is from the last one, what it makes of the goal."""
    gap, does = tale.gap, codes[0]
    fields = {"year": gap["next_year"], "deadline_year": gap["deadline_year"], "latest_year": gap["latest_year"]}
    if does == "none_can":
        reached = pd.notna(gap["needed_from_today"]) and gap["needed_from_today"] <= 0
        promise = "met_holding" if gap["status"] in WORDS.values() or reached else "on_course"
        key = "next_none" if gap["next_year"] + 1 >= gap["deadline_year"] else "next_open"
        return tale.say(key, value=tale.value(gap["next_value"]), word=tale.say(f"status.{promise}"), **fields)
    if does == "several":
        years = [one.split(":") for one in str(gap["next_path"]).split(";")]
        path = [tale.say("next_step", year=y, value=tale.value(float(v))) for y, v in years]
        word = tale.say(f"status.{WORDS[codes[1].removeprefix('several_')]}")
        return tale.say("next_several", first=years[0][0], path=tale.listed(path), word=word, **fields)
    kept = does.startswith("keeps_")
    status = WORDS[does.removeprefix("keeps_").removeprefix("turns_")]
    key = "keeps" if kept and status == gap["status"] else "is" if kept or status == "met" else "turns"
    figure = _figure(tale, kept, "onward" in codes)
    return tale.say(f"next_{key}", figure=figure, word=tale.say(f"status.{status}"), **fields)


def _figure(tale: Tale, kept: bool, onward: bool) -> str:
    """The figure with what it is beside the last one."""
    floor, summed = pd.notna(tale.gap["goal_low"]), pd.notna(tale.gap["summed_since"])
    key = "exactly" if not onward else "place" if tale.unit == units.PLACE else "over" if floor else "under"
    key += ("_keeps" if kept else "_turns") if key in ("over", "exactly") else ""
    said = tale.say(f"next_{key}", value=tale.value(tale.gap["next_value"]))
    count = "count" if not onward else "count_over" if floor else "count_under"
    beside = tale.say("comma").join(_beside(tale, count, summed))
    said = tale.say("next_alone", figure=said) if summed else said
    return tale.say("next_beside", figure=said, beside=beside) if beside else said


def _beside(tale: Tale, key: str, summed: bool) -> Iterator[str]:
    gap, year = tale.gap, tale.gap["latest_year"]
    if not summed:  # how far it is from the latest figure, as far as is printed
        by = gap["next_value"] - gap["latest_value"]
        place = tale.unit == units.PLACE
        way = ("further_back" if by > 0 else "further_up") if place else "higher" if by > 0 else "lower"
        same = tale.value(gap["next_value"]) == tale.value(gap["latest_value"])
        than = {"way": tale.say(way), "by": tale.difference(abs(by)), "year": year}
        yield tale.say("next_same", year=year) if same else tale.say("next_than", **than)
    if pd.notna(gap["next_count"]):
        whole = measure_word(tale.indicator) if pd.isna(gap["expected_events"]) else CASES
        count = units.written(f"{gap['next_count']:,}", whole, tale.lang)
        yield tale.say(f"next_{key}", count=count, exposure=f"{gap['latest_exposure']:,.0f}")
    if pd.notna(gap["next_times"]) and gap["next_times"] > UNUSUAL:
        yield tale.say("next_times", times=number(gap["next_times"]))
