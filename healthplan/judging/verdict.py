"""One case to one row of *gaps* and the tables beside it: its figures, its status, and the codes of what is to be said about it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import pandas as pd

from healthplan import tables
from healthplan.judging import statuses, trends, yearly
from healthplan.judging.evidence import FEWEST, Case, Record
from healthplan.judging.measures import Measures, measure, reference_shortfall
from healthplan.judging.pacing import Pacing, pacing
from healthplan.judging.rare import latest_counts
from healthplan.judging.statuses import Facts, Status
from healthplan.language import comparators

EVERYBODY = "everybody"  # in a list of groups
UNSEEN = "no_detectable_change"
HELD_BACK = "held_back"
LATE = {*tables.SOFT, "break_last", "one_since_break"}  # they widen the outlook
HALF = 0.5  # below it a goal that is met now is more likely lost than kept
HELD = ("met_holding", "met_slipping")
JUDGED = ("met", "missed", *HELD, "on_course", "at_risk", "off_course")


@dataclass(frozen=True)
class Verdict:
    """A case with what was found. ``held``: the status if the target were current."""

    case: Case
    found: Measures
    paced: Pacing
    status: Status
    held: Status


def word(verdict: Verdict) -> dict[str, Any]:
    """The word and what goes with it: the first columns of *gaps*, and the chance."""
    case, status = verdict.case, verdict.status
    return {
        "target_id": case.target["target_id"],
        "method": case.method,
        "status": status.word,
        "rests_on": status.rests_on,
        "qualifier": status.qualifier,
        "basis": "borrowed" if case.lender else case.basis,
        "probability_met": verdict.found.probability if case.basis == "own" else None,
    }


def row(verdict: Verdict) -> dict[str, Any]:
    """One row of *gaps* and the tables beside it (plus ``past``: whether the deadline is judged)."""
    case, status = verdict.case, verdict.status
    return {
        **word(verdict),
        "status_if_held": verdict.held.word if status.rests_on == "state" else "",
        "why": ";".join(why(verdict)),
        "flip": flip(verdict),
        "reason": _reason(case),
        "data_indicator": case.record.indicator if case.basis != "none" else "",
        "data_area": case.record.area,
        "data_group": case.record.group if case.basis != "none" else "",
        "other_groups": _other_groups(case),
        "deadline_year": case.deadline.year,
        **_own_columns(verdict),
        **_count_columns(case, verdict.found),
        # What is superseded or not yet settled asks for no pace and stands on no schedule.
        **asdict(Pacing() if status.rests_on == "state" else verdict.paced),
        **_reference_columns(case, verdict.found.gap_ends),
        "decisive_year": verdict.found.decisive,
        "summed_since": case.first_year
        if case.summed and case.basis == "own" and not case.unbegun
        else None,
        "past": case.past,
        "years": yearly.rows(case),
    }


def decided(case: Case, stage_rows: pd.DataFrame, base_year: int | None) -> Verdict:
    """The case judged."""
    found = measure(case)
    # The rate of a rare event jumps with every single case: it has no pace.
    paced = Pacing() if found.rare else pacing(case, found.bar, stage_rows, base_year)
    facts = _facts(case, found, paced)
    held = statuses.decide(replace(facts, state="current"))
    return Verdict(case, found, paced, statuses.decide(facts), held)


def either_reading(verdicts: list[Verdict]) -> list[Verdict]:
    """Conflicting goals judged all the same where their figures meet, or miss, every reading of the text."""
    readings = {(v.case.target["target_id"], v.case.method): v for v in verdicts}
    return [_settled(verdict, readings) for verdict in verdicts]


def _settled(verdict: Verdict, readings: Mapping[tuple, Verdict]) -> Verdict:
    case = verdict.case
    if verdict.status.word != "conflicting":
        return verdict
    related = [readings.get((one, case.method)) for one in case.target["related"].split(";")]
    others = [r for r in related if r is not None and r.case.target["state"] != "superseded"]
    said = {reading.held.word for reading in (verdict, *others)}
    if not others or said not in ({"met"}, {"missed"}):
        return verdict
    return replace(verdict, status=verdict.held)


def _facts(case: Case, found: Measures, paced: Pacing) -> Facts:
    # No change is told from two figures alone, unless something better says how sure the outcome is.
    alone = found.probability is None and len(case.record.figures) < FEWEST
    return Facts(
        state=case.target["state"],
        basis=case.basis
        if case.record.latest_value is not None or found.rare is not None
        else "none",
        past=case.past,
        met_at_deadline=found.met_at_deadline,
        lost=found.lost,
        met_now=found.met_now,
        trend=found.trend,
        kept=found.kept,
        probability=found.probability,
        by_counts=found.rare is not None,
        beyond=_beyond(case),
        pace=paced.word,
        detectable=False if alone and found.detectable is not None else found.detectable,
        limits=_limits(case, found),
        before=case.before,
        years=(case.deadline.year or case.as_of) - case.as_of,
        arrives=_arrives(case, found),
    )


def _limits(case: Case, found: Measures) -> tuple[str, ...]:
    """What is wrong with the figures that a verdict rests on: that of the year that decided it, else the latest."""
    series = case.yearly or case.record
    if case.basis != "own" or series.latest_year is None:
        return ()
    if case.past or found.lost:
        return tuple(series.limits(found.decisive or case.deadline.year))
    age = case.as_of - series.latest_year
    old = ["too_old"] if age > statuses.TOO_OLD else ["old_figure"] if age > statuses.OLD else []
    return (*old, *series.limits(series.latest_year))


def _arrives(case: Case, found: Measures) -> bool | None:
    """Whether the pace of the last years would reach the goal; None without one, and for rare events, which have none."""
    pace, needed = found.observed_rate, found.required_rate
    if pace is None or not needed or found.rare is not None or case.level_growth:
        return None
    return pace * (1 if needed > 0 else -1) >= abs(needed)


def _beyond(case: Case) -> bool:
    """Whether the deadline lies beyond what the figures, or those that they are held against, can be carried on to."""
    others = () if case.ranking is None else case.ranking.others.values()
    all_of = (case.record, *([case.peer] if case.peer else []), *others)
    return any(one.beyond(case.method, case.deadline.year) for one in all_of)


def why(verdict: Verdict) -> list[str]:
    """The codes of the sentences that say why (keys of ``messages/gaps.csv``)."""
    case, status = verdict.case, verdict.status
    row = case.record.row(case.method, case.deadline.year)
    due = status.word == "due_unconfirmed"
    held = status.word == "conflicting" and verdict.held.word in JUDGED
    limits = status.qualifier.split(";")
    when = "past" if case.past or verdict.found.lost else "ahead"
    more = {
        "within_tolerance": case.target["state"] == "current" and _within_tolerance(verdict),
        "conflicting_held": held,
        "both_readings": case.target["state"] == "conflicting" and status.rests_on != "state",
        "due_nowcast": due and case.basis == "own" and row is not None,
        "due_reference_gap": due and reference_shortfall(case) is not None,
        "borrowed": bool(case.lender) and status.rests_on in ("probability", "counts"),
        "unseen": UNSEEN in status.qualifier.split(";") and status.rests_on != "pace",
        **_not_projected(verdict),
        **{f"{code}_{when}": True for code in limits if code not in ("", UNSEEN, HELD_BACK)},
        "a_year_wider": status.rests_on == "probability" and not LATE.isdisjoint(limits),
        "on_course" if _withheld(verdict) else status.word: _kept_and_lost(verdict),
        **_held_back(verdict),
        **(_of_kind(verdict) if case.basis == "own" else {}),
    }
    return [_first_reason(verdict), *(code for code, holds in more.items() if holds)]


def _kept_and_lost(verdict: Verdict) -> bool:
    """Whether a goal that is to be kept is judged, no longer met, by its probability."""
    lost = verdict.found.kept and verdict.found.met_now is False
    return lost and verdict.status.rests_on in ("probability", "counts")


def _held_back(verdict: Verdict) -> dict[str, bool]:
    """The codes of why another word is said than the probability alone would: it is not that sure yet, or the pace of
    the last years says otherwise."""
    said, chance = verdict.status, verdict.found.probability
    held = HELD_BACK in said.qualifier.split(";")
    if (
        not held or chance is None or (verdict.found.kept and chance >= HALF)
    ):  # that it was lost says why
        return {}
    paced = said.word == "at_risk" and _arrives(verdict.case, verdict.found) is (chance < HALF)
    return {"held_back_pace": paced, "held_back": not paced}


def _not_projected(verdict: Verdict) -> dict[str, bool]:
    """The codes of why nothing says that a goal which is met now is met at its deadline."""
    open_ = verdict.status.word in HELD and verdict.found.probability is None
    dated = verdict.case.deadline.year is not None
    return {"not_projected": open_ and dated, "not_dated": open_ and not dated}


def _of_kind(verdict: Verdict) -> dict[str, bool]:
    """The codes of what goals of special kinds have to say besides, and whether they have it."""
    case, rare = verdict.case, verdict.found.rare is not None
    return {
        "counts_spans": rare and case.record.latest_year is None,
        "rank_now": _place(case) is not None,
        "each_count": bool(case.target.get("each")) and latest_counts(case)[0] is not None,
        "years_so_far": not case.every_year and bool(yearly.rows(case)),
        "years_unknown": case.every_year
        and not case.past
        and not verdict.found.lost
        and any(year < (case.record.latest_year or 0) for year in yearly.unknown(case)),
        "baseline_differs": _printed_start(case) is not None,
    }


def _printed_start(case: Case) -> float | None:
    """The plan's own starting value, where the series says otherwise of that year and its figure is taken."""
    # A limit on growth from the figure before asks for no start.
    yearly_level = case.level_growth and case.target.get("per") == "year"
    free = case.target["comparator"] == comparators.GROWTH_MAX and not yearly_level
    return None if case.start is None or free else case.start.printed


def _place(case: Case) -> int | None:
    """The district's place among the areas that it is ranked with, in the last year that all have a figure of."""
    year, ranking = case.compared_year, case.ranking
    value = case.record.at(year)
    return None if ranking is None or year is None or value is None else ranking.place(year, value)


def _within_tolerance(verdict: Verdict) -> bool:
    """Whether the goal counts as met although its full number is not reached."""
    found, past = verdict.found, verdict.case.past
    met = found.met_at_deadline if past else found.met_now
    short = found.gap if past else found.needed_from_today
    return bool(met) and found.bar is not None and found.bar.tolerance > 0 and (short or 0.0) > 0


def _first_reason(verdict: Verdict) -> str:
    case, found, status = verdict.case, verdict.found, verdict.status
    word, trend = status.word, case.target["comparator"] == comparators.TREND
    if word in UNJUDGED:
        return UNJUDGED[word](case, found)
    if found.lost:
        return "missed_step" if trend and case.target["side"] != trends.STEADY else "missed_year"
    if case.every_year and word == "met":
        return "met_years"
    if status.rests_on == "pace":
        unseen = UNSEEN in status.qualifier.split(";")
        return "pace_unseen" if unseen else f"pace_{verdict.paced.word}"
    if status.rests_on == "counts":
        return "counts_holding" if word in HELD else "counts"
    if found.kept and word in ("at_risk", "off_course"):
        return _lost_reason(found)
    if _withheld(verdict):
        return "met_holding" if word in HELD else "on_course"
    if word in HELD:
        return "trend_shown" if trend and found.probability is None else _held_reason(word, found)
    return word


def _withheld(verdict: Verdict) -> bool:
    """Whether its probability would do for a promise that the figures it rests on forbid."""
    chance = verdict.found.probability
    green = verdict.status.word in statuses.GREEN
    sure = chance is not None and chance >= statuses.ON_COURSE
    return sure and not green and verdict.status.rests_on in ("probability", "counts")


def _lost_reason(found: Measures) -> str:
    if found.trend is None:
        return "kept_at_risk_open"
    return "kept_off_course" if found.trend < 0 else "kept_at_risk"


def _held_reason(word: str, found: Measures) -> str:
    """A worsening is only said where the figures moved away from the goal."""
    away = (found.trend or 0) < 0
    if found.probability is None:
        return "met_slipping_plain" if away else "met_now"
    if word == "met_holding" or away:
        return word
    return "met_slipping_unlikely" if found.probability < HALF else "met_slipping_unsure"


def _due_reason(case: Case, found: Measures) -> str:
    if case.record.latest_value is None or case.basis == "none":
        return "due_group" if _of_others(case) else "due_none"
    if case.basis == "reference":
        return "due_reference"
    return f"due_{DUE[found.missing]}" if found.missing in DUE else "due_other_year"


def _reference_reason(case: Case, _: Measures) -> str:
    if case.target["comparator"] in comparators.RELATIVE:
        return "reference_is_goal"
    return "reference_only_now" if reference_shortfall(case) is None else "reference_only"


def _of_others(case: Case) -> bool:
    """Whether the goal has no figures of its people, while there are some of others, or the goal names them."""
    named = case.other_groups or case.target.get("group")
    return case.record.latest_value is None and bool(named)


def _other_groups(case: Case) -> str:
    """The people of whom there are figures where those of the goal's are missing, | between."""
    return "|".join(one or EVERYBODY for one in case.other_groups) if _of_others(case) else ""


def _no_data_reason(case: Case, found: Measures) -> str:
    if _of_others(case):
        return "no_data_group"
    if case.basis != "own":
        return "no_data"
    if case.target["comparator"] == comparators.TREND and found.missing in ("", "trend"):
        return "no_data_trend" if found.missing == "trend" else "no_data_trend_open"
    if found.met_now is False and found.missing == "" and found.needed_from_today is not None:
        return _few_reason(case)
    return f"no_data_{found.missing or 'figures'}"


def _few_reason(case: Case) -> str:
    """Why figures of the district's own are not enough for a goal that they do not meet yet."""
    if len(case.record.figures) == 1:
        return "no_data_one"
    return "no_data_beyond" if _beyond(case) else "no_data_few"


UNJUDGED = {
    "due_unconfirmed": _due_reason,
    "reference_only": _reference_reason,
    "no_data": _no_data_reason,
}
FLIPS = {
    "conflicting": "flip_conflict",
    "superseded": "flip_none",
    "met": "flip_past",
    "missed": "flip_past",
    "due_unconfirmed": "flip_due",
}
# What is missing, and decides once it is there.
DECIDES = (
    "baseline",
    "since",
    "together",
    "deadline",
    "unit",
    "reference",
    "reference_unit",
    "rank",
    "place",
)
# What keeps a goal from being confirmed beside a missing figure of its year.
DUE = {"baseline": "baseline", "since": "since", "together": "together", "unit": "unit", "reference": "peer", "reference_year": "peer", "rank": "rank",
       "place": "place", "trend": "trend", "years": "years"}  # fmt: skip


def flip(verdict: Verdict) -> str:
    """The code of the sentence that says what would change the status."""
    case, found, word = verdict.case, verdict.found, verdict.status.word
    if word == "due_unconfirmed" and case.basis == "own" and found.missing in DUE:
        start = found.missing in ("baseline", "since", "together")
        there = start and case.record.at(case.deadline.year) is not None
        return f"flip_{found.missing}" if there else f"flip_due_{DUE[found.missing]}"
    if found.lost:
        return "flip_lost_year"
    if word in ("due_unconfirmed", "no_data") and _of_others(case):
        return "flip_due_group" if word == "due_unconfirmed" else "flip_collect_group"
    if word in FLIPS:
        return FLIPS[word]
    if word not in ("reference_only", "no_data"):
        short = word in ("at_risk", "off_course") and _units_short(case)
        old = _withheld(verdict) and HELD_BACK not in verdict.status.qualifier.split(";")
        return "flip_each" if short else "flip_newer" if old else "flip_next"
    return _to_collect(case, found)


def _to_collect(case: Case, found: Measures) -> str:
    """What is needed before a goal can be judged at all."""
    trend = case.basis == "own" and case.target["comparator"] == comparators.TREND
    if trend and found.missing in ("", "trend"):
        return "flip_trend"
    if found.missing in DECIDES:
        return f"flip_{found.missing}"
    return "flip_more" if case.basis == "own" and _beyond(case) else "flip_collect"


def _units_short(case: Case) -> bool:
    """Whether it is known how many units of each that has to meet the goal do not yet."""
    count, of_all = latest_counts(case)
    if not case.target.get("each") or count is None or of_all is None:
        return False
    return count < of_all


def _reason(case: Case) -> str:
    """The code why there is no projection of the district's own series."""
    if case.basis != "own":
        return ""
    return case.record.reasons.get(case.method) or next(iter(case.record.reasons.values()), "")


def _own_columns(verdict: Verdict) -> dict[str, Any]:
    """The district's columns; empty unless the series is the district's own."""
    case, found = verdict.case, verdict.found
    if case.basis != "own":
        return {}
    record, bar, year = case.record, found.bar, case.deadline.year
    due = verdict.status.word == "due_unconfirmed"
    return {
        "deadline_value": _deciding(case, found),
        "nowcast": record.expected(case.method, year) if due else None,
        "latest_year": record.latest_year,
        "latest_value": record.latest_value,
        **_projected(case, found),
        "goal_low": None if bar is None else bar.low,
        "goal_high": None if bar is None else bar.high,
        "goal_strict": None if bar is None else bar.strict,
        "goal_tolerance": None if bar is None or not bar.tolerance else bar.tolerance,
        "needed_from_today": found.needed_from_today,
        "gap": found.gap,
        "required_rate": found.required_rate,
        "observed_rate": found.observed_rate,
        "borrowed_from": case.lender,
    }


def _deciding(case: Case, found: Measures) -> float | None:
    """The figure that decides: of the deadline's year once it is past, of a goal for every year that of its worst."""
    if found.decisive is not None and (case.past or found.lost):
        return case.record.at(found.decisive)
    return case.record.at(case.deadline.year) if case.past else None


def _projected(case: Case, found: Measures) -> dict[str, Any]:
    """Median and 95 % interval of the one distribution that the gap and the probability come from; a projection
    without an interval has its middle only."""
    if case.past or found.lost:
        return {}
    ahead = found.ahead or case.record.outlook(case.method, case.deadline.year)
    if ahead is None:
        return {"projected_value": case.record.expected(case.method, case.deadline.year)}
    levels = {"projected_value": 0.5, "projected_lower_95": 0.025, "projected_upper_95": 0.975}
    return {name: ahead.quantile(level) for name, level in levels.items()}


def _count_columns(case: Case, found: Measures) -> dict[str, Any]:
    count, exposure = latest_counts(case)
    allowed, rare = found.allowed, found.rare
    columns: dict[str, Any] = {
        "latest_count": count,
        "latest_exposure": exposure,
        "exposure": None if allowed is None else allowed.exposure,
    }
    if allowed is not None and allowed.rare:
        columns["allowed_events"] = allowed.allowed
    if rare is not None:
        columns |= {
            "expected_events": rare.outlook.forecast.mean,
            "pooled_years": rare.pooled_years,
            "pooled_count": rare.pooled_count,
            "pooled_allowed": rare.pooled_allowed,
        }
    return columns


def _rank_columns(case: Case) -> dict[str, Any]:
    """The district's place now, among how many, and whose figures would be needed to say it."""
    ranking, year = case.ranking, case.compared_year
    if ranking is None or case.basis != "own":
        return {}
    wanted = case.deadline.year if case.past else case.record.latest_year
    place = _place(case)
    return {
        "rank": place,
        "rank_year": year if place is not None else wanted,
        "ranked": ranking.ranked,
        "unknown": ";".join(ranking.unknown(wanted)),
    }


def _reference_columns(case: Case, ends: tuple[float | None, ...]) -> dict[str, Any]:
    """The other area's columns: of the reference series, or of the area a goal is measured
    against. ``reference_projected`` is what ``reference_gap`` is taken from."""
    peer: Record | None = case.other if case.other is not None else case.peer
    if peer is None:
        return {}
    row: Mapping[str, Any] = peer.row(case.method, case.deadline.year) or {}
    return {
        **_rank_columns(case),
        "reference_area": peer.area,
        "reference_year": peer.latest_year,
        "reference_value": peer.latest_value,
        "reference_projected": peer.expected(case.method, case.deadline.year),
        "reference_lower_95": row.get("lower_95"),
        "reference_upper_95": row.get("upper_95"),
        "reference_gap": reference_shortfall(case),
        "gap_lower": ends[0],
        "gap_upper": ends[1],
    }
