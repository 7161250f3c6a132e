"""The codes of what is to be said about a verdict: why it is so, and what would change it. The words are told elsewhere."""

from healthplan import tables
from healthplan.judging import statuses, trends, yearly
from healthplan.judging.evidence import Case
from healthplan.judging.measures import Measures, reference_shortfall
from healthplan.judging.rare import latest_counts
from healthplan.judging.verdict import Verdict, arrives_by_pace, beyond_reach
from healthplan.language import comparators

EVERYBODY = "everybody"  # in a list of groups
UNSEEN = "no_detectable_change"
HELD_BACK = "held_back"
LATE = {*tables.SOFT, "break_last", "one_since_break"}  # they widen the outlook
HALF = 0.5  # below it a goal that is met now is more likely lost than kept
HELD = ("met_holding", "met_slipping")
JUDGED = ("met", "missed", *HELD, "on_course", "at_risk", "off_course")


def why(verdict: Verdict) -> list[str]:
    """The codes of the sentences that say why (keys of ``messages/gaps.csv``)."""
    case, status = verdict.case, verdict.status
    row, found = case.record.row(case.method, case.deadline.year), verdict.found
    due = status.word == "due_unconfirmed"
    held = status.word == "conflicting" and verdict.held.word in JUDGED
    open_ = status.word in HELD and found.probability is None
    # a goal that is to be kept is judged, no longer met, by its probability
    lost = found.kept and found.met_now is False and status.rests_on in ("probability", "counts")
    limits = status.qualifier.split(";")
    when = "past" if case.past or found.lost else "ahead"
    more = {
        "within_tolerance": case.target["state"] == "current" and _within_tolerance(case, found),
        "conflicting_held": held,
        "both_readings": case.target["state"] == "conflicting" and status.rests_on != "state",
        "due_nowcast": due and case.basis == "own" and row is not None,
        "due_reference_gap": due and reference_shortfall(case) is not None,
        "borrowed": bool(case.lender) and status.rests_on in ("probability", "counts"),
        "unseen": UNSEEN in status.qualifier.split(";") and status.rests_on != "pace",
        # Nothing says that a goal which is met now is met at its deadline.
        "not_projected" if case.deadline.year is not None else "not_dated": open_,
        **{f"{code}_{when}": True for code in limits if code not in ("", UNSEEN, HELD_BACK)},
        "a_year_wider": status.rests_on == "probability" and not LATE.isdisjoint(limits),
        "on_course" if _withheld(verdict) else status.word: lost,
        **_held_back(verdict),
        **(_of_kind(verdict) if case.basis == "own" else {}),
    }
    return [_first_reason(verdict), *(code for code, holds in more.items() if holds)]


def _within_tolerance(case: Case, found: Measures) -> bool:
    """Whether the goal counts as met although its full number is not reached."""
    met = found.met_at_deadline if case.past else found.met_now
    short = found.gap if case.past else found.needed_from_today
    return bool(met) and found.bar is not None and found.bar.tolerance > 0 and (short or 0.0) > 0


def _held_back(verdict: Verdict) -> dict[str, bool]:
    """The codes of why another word is said than the probability alone would: it is not that sure yet, or the pace of
    the last years says otherwise."""
    said, chance = verdict.status, verdict.found.probability
    held = HELD_BACK in said.qualifier.split(";")
    if not held or chance is None or (verdict.found.kept and chance >= HALF):  # that it was lost says why
        return {}
    paced = said.word == "at_risk" and arrives_by_pace(verdict.case, verdict.found) is (chance < HALF)
    return {"held_back_pace": paced, "held_back": not paced}


def _of_kind(verdict: Verdict) -> dict[str, bool]:
    """The codes of what goals of special kinds have to say besides, and whether they have it."""
    case, rare = verdict.case, verdict.found.rare is not None
    # A limit on growth from the figure before asks for no start.
    yearly_level = case.level_growth and case.target.get("per") == "year"
    free = case.target["comparator"] == comparators.GROWTH_MAX and not yearly_level
    return {
        "counts_spans": rare and case.record.latest_year is None,
        "rank_now": place_of(case) is not None,
        "each_count": bool(case.target.get("each")) and latest_counts(case)[0] is not None,
        "years_so_far": not case.every_year and bool(yearly.rows(case)),
        "years_unknown": case.every_year
        and not case.past
        and not verdict.found.lost
        and any(year < (case.record.latest_year or 0) for year in yearly.unknown(case)),
        # the series says otherwise of that year and its figure is taken
        "baseline_differs": not free and case.start is not None and case.start.printed is not None,
    }


def place_of(case: Case) -> int | None:
    """The district's place among the areas that it is ranked with, in the last year that all have a figure of."""
    year, ranking = case.compared_year, case.ranking
    value = case.record.at(year)
    return None if ranking is None or year is None or value is None else ranking.place(year, value)


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
        return {None: "kept_at_risk_open", -1: "kept_off_course"}.get(found.trend, "kept_at_risk")
    if _withheld(verdict):
        return "met_holding" if word in HELD else "on_course"
    if word in HELD:
        return "trend_shown" if trend and found.probability is None else _held_reason(case, word, found)
    return word


def _withheld(verdict: Verdict) -> bool:
    """Whether its probability would do for a promise that the figures it rests on forbid."""
    chance = verdict.found.probability
    green = verdict.status.word in statuses.GREEN
    sure = chance is not None and chance >= statuses.ON_COURSE
    return sure and not green and verdict.status.rests_on in ("probability", "counts")


def _held_reason(case: Case, word: str, found: Measures) -> str:
    """A worsening is only said where the figures moved away from the goal."""
    away = (found.trend or 0) < 0
    if found.probability is None:
        return "met_slipping_plain" if away else "met_now"
    if word == "met_holding" or away:
        return word
    if found.probability < HALF:
        return "met_slipping_unlikely"
    return "met_slipping_unsure" if _not_worse(case, found) else "met_slipping_open"


def _not_worse(case: Case, found: Measures) -> bool:
    """Whether the figures of the last years, enough for a pace, moved towards the goal or stayed."""
    pace, bar = case.record.yearly_change, found.bar
    if pace is None or bar is None:
        return False
    return all(end is None or pace * way >= 0 for end, way in ((bar.low, 1), (bar.high, -1)))


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


def other_groups(case: Case) -> str:
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
        alone = len(case.record.figures) == 1
        return "no_data_one" if alone else "no_data_beyond" if beyond_reach(case) else "no_data_few"
    return f"no_data_{found.missing or 'figures'}"


UNJUDGED = {"due_unconfirmed": _due_reason, "reference_only": _reference_reason, "no_data": _no_data_reason}
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
    "reference_old",
    "reference_unit",
    "rank",
    "place",
)
# What keeps a goal from being confirmed beside a missing figure of its year.
DUE = {"baseline": "baseline", "since": "since", "together": "together", "unit": "unit", "reference": "peer", "reference_old": "peer", "reference_year": "peer", "rank": "rank",
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
        count, of_all = latest_counts(case) if case.target.get("each") else (None, None)
        off = word in ("at_risk", "off_course")  # so many units of each that has to meet the goal do not yet
        short = off and count is not None and of_all is not None and count < of_all
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
    return "flip_more" if case.basis == "own" and beyond_reach(case) else "flip_collect"
