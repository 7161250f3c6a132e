"""What the steps give: trajectories, gaps, things to order, scenarios, the scorecard."""

from __future__ import annotations

from healthplan.tables.model import Column, Table, number, text, year
from healthplan.tables.words import (
    BASES,
    QUALIFIERS,
    RESTS_ON,
    SCENARIO_WORDS,
    STAGE_ROLES,
    STATUSES,
    TRAJECTORY_KINDS,
)

TRAJECTORIES = Table(
    "trajectories",
    "Observed and projected years of a series, told apart by kind.",
    (
        text("indicator", "indicator id", required=True),
        text("area", "area id", required=True),
        text("method", "projection method", required=True),
        year(),
        number(
            "value",
            "observed value, or the middle of the projection, in the indicator's unit",
            required=True,
        ),
        number("lower_80", "lower end of the 80 % interval"),
        number("upper_80", "upper end of the 80 % interval"),
        number("lower_95", "lower end of the 95 % interval"),
        number("upper_95", "upper end of the 95 % interval"),
        text("kind", "", required=True, words=TRAJECTORY_KINDS),
        text("method_version", "version of the method", required=True),
    ),
    ("indicator", "area", "method", "year"),
    open_ended=True,
)

GAPS = Table(
    "gaps",
    "What stands between a target and the figures, in numbers and codes: explanations.explain tells it. "
    "gap > 0 is a shortfall, in the indicator's unit.",
    (
        text("target_id", "target id", required=True),
        text("method", "projection method", required=True),
        text("status", "", required=True, words=STATUSES),
        text("rests_on", "what decided the status", words=RESTS_ON),
        text("qualifier", "set where the change so far cannot be told from none", words=QUALIFIERS),
        text(
            "status_if_held",
            "superseded and conflicting: the status if this row held",
            words=STATUSES,
        ),
        text("why", "codes of the sentences why, ; between (keys of gaps.csv)", required=True),
        text("flip", "code of the sentence what would change the status", required=True),
        text("reason", "code why there is no projection"),
        text("basis", "whose figures", required=True, words=BASES),
        text("data_indicator", "indicator id of the series used"),
        text("data_area", "area id of the series used"),
        year("deadline_year", "the year whose figure decides", required=False),
        number("deadline_value", "the figure of that year, once the deadline is past"),
        number("nowcast", "what the projection makes of a figure that is due and not there"),
        year("latest_year", "year of the district's latest figure", required=False),
        number("latest_value", "the district's latest figure"),
        number("latest_count", "count behind it, where known (deaths, people covered)"),
        number("latest_exposure", "births or people behind it"),
        number("projected_value", "median of the projection at the deadline"),
        number("projected_lower_95", "lower end of its 95 % interval"),
        number("projected_upper_95", "upper end of its 95 % interval"),
        number(
            "goal_low", "the least that meets the goal at the deadline, in the indicator's unit"
        ),
        number("goal_high", "the most that meets it"),
        Column("goal_strict", "flag", meaning="whether touching the goal is not enough"),
        number("goal_tolerance", "how far short of it still counts as met"),
        number("needed_from_today", "shortfall of the latest figure"),
        number(
            "gap",
            "needed beyond the projection: shortfall of its median; at a past deadline of the figure",
        ),
        number("gap_lower", "smallest shortfall within the 95 % interval"),
        number("gap_upper", "largest shortfall within the 95 % interval"),
        number("probability_met", "probability that the target is met", lower=0, upper=1),
        number(
            "flip_shift",
            "how far the figure at the deadline has to differ from the projection for flip",
        ),
        number("required_rate", "change a year needed from the latest figure, in unit a year"),
        number("observed_rate", "change a year over the figures there are, in unit a year"),
        number("exposure", "goals that allow events: births or people of the deadline's year"),
        Column(
            "allowed_events",
            "integer",
            meaning="rare events: the most that meets the goal; -1: none does",
        ),
        number("expected_events", "rare events: the count expected at the deadline"),
        Column("pooled_years", "integer", meaning="rare events: the last years taken together"),
        Column("pooled_count", "integer", meaning="the events of these years"),
        Column("pooled_allowed", "integer", meaning="what the goal allows them together"),
        text(
            "stage",
            "in a staged goal: the next stage rules, ended ones stay judged",
            words=STAGE_ROLES,
        ),
        year("base_year", "year that the pace is measured from", required=False),
        number("base_value", "value at the base year"),
        number("pace_geometric", "observed / required growth rate from the base, 1 = on schedule"),
        number(
            "pace_linear", "share of the way / share of the time from the base, 1 = on schedule"
        ),
        text("pace_class", "the cautious class of the two, in Open SDG's words"),
        text("pace_flags", "pace_disagrees and the like, ; between"),
        number("remaining_effort", "pace needed from now / pace so far"),
        number("schedule_value", "what the path from the base asks for at the latest year"),
        number("schedule_gap", "shortfall of the latest figure against that path"),
        text("borrowed_from", "area id whose trend carries the district's own figures on"),
        text("reference_area", "area id of the reference series"),
        year("reference_year", "year of the reference's latest figure", required=False),
        number("reference_value", "the reference's latest figure"),
        number("reference_projected", "the reference's figure or projection at the deadline"),
        number("reference_lower_95", "lower end of its 95 % interval"),
        number("reference_upper_95", "upper end of its 95 % interval"),
        number("reference_gap", "gap if the district stood where the reference stands"),
    ),
    ("target_id", "method"),
    open_ended=True,
)

MEASURES = Table(
    "measures",
    "What each published measure of progress says of a goal; our status rests on none of them.",
    (
        text("target_id", "target id", required=True),
        text("measure", "the measure's name in healthplan.published", required=True),
        number("value", "the source's own number; empty where it gives none"),
        text("class", "the source's own word; empty for a measure without classes"),
        text("source", "who publishes it", required=True),
        text("version", "which version of it", required=True),
    ),
    ("target_id", "measure"),
)

THINGS = Table(
    "things",
    "A gap in things one can order: who or what to add by the deadline, or events to avoid in its year.",
    (
        text("target_id", "target id", required=True),
        text("method", "projection method", required=True),
        text("indicator", "indicator id of the series", required=True),
        text(
            "what",
            "add: things to add; avoid: events to avoid",
            required=True,
            words=("add", "avoid"),
        ),
        text("unit", "measure word of the things", required=True),
        number("years_left", "from the latest figure to the deadline"),
        number("stock", "things there are now; for avoid: events of the latest year"),
        number("projected", "things or events that the projection brings in the deadline's year"),
        number("required", "things the goal asks for at the deadline; for avoid: events it allows"),
        number("population_now", "denominator that goes with the latest figure"),
        number("population_then", "denominator at the deadline"),
        number("population_low", "lower end of its 95 % interval"),
        number("population_high", "upper end of its 95 % interval"),
        Column(
            "population_projected", "flag", meaning="false: no projection, taken to stay as it is"
        ),
        number("leavers", "expected to leave until the deadline"),
        Column(
            "leavers_known", "flag", meaning="false: no share of leavers was given, none is counted"
        ),
        number("owed_to_gap", "missing at today's population"),
        number("owed_to_population", "added (or, < 0, spared) by the change of the population"),
        number("to_add", "needed from today, > 0 when something is missing; for avoid: events"),
        number("beyond_projection", "needed beyond the projection, > 0 when it falls short"),
        number("to_add_low", "at the lower end of the population"),
        number("to_add_high", "at the upper end of the population"),
        Column("per_year", "integer", meaning="whole things to add a year"),
        Column("per_quarter", "integer", meaning="whole things to add a quarter"),
        Column("met_by_shrinking", "flag", meaning="a smaller denominator alone meets the goal"),
    ),
    ("target_id", "method"),
)

SCENARIOS = Table(
    "scenarios",
    "What each pace would bring by the deadline: a row a scenario and year, from the latest figure on.",
    (
        text("target_id", "target id", required=True),
        text("method", "projection method", required=True),
        text("scenario", "", required=True, words=SCENARIO_WORDS),
        year(),
        number("value", "value of the indicator in that year, in unit", required=True),
        number("rate", "pace: % a year or unit a year, see rate_kind; empty for as_now"),
        text("rate_kind", "how the pace is stated", words=("percent", "unit")),
        text("pace_area", "area that once had this pace"),
        year("pace_from", "first year of the span in which it had it", required=False),
        year("pace_to", "last year of that span", required=False),
        Column("at_deadline", "flag", meaning="whether this is the deadline's year"),
        number("gap", "shortfall in the deadline's year, > 0 when short"),
        Column("met", "flag", meaning="whether the goal would be met in the deadline's year"),
    ),
    ("target_id", "method", "scenario", "year"),
)

SCORECARD = Table(
    "scorecard",
    "The rows a reader sees: words, rounded figures with units, and colours.",
    (
        text("target_id", "target id", required=True),
        text("name", "short name", required=True),
        text("goal", "the goal in words with its unit", required=True),
        text("deadline", "deadline in words", required=True),
        text("now", "latest figure with its year, or what there is instead", required=True),
        text("outlook", "projection at the deadline with its interval", required=True),
        text("gap", "shortfall in words", required=True),
        text("probability", "probability in words", required=True),
        text("status", "", required=True, words=STATUSES),
        text("status_word", "status as it is read", required=True),
        text("why", "one sentence why", required=True),
        text("flip", "one sentence what would change the status"),
        text("departments", "who is responsible"),
        text("locator", "where in the plan", required=True),
        Column(
            "counted",
            "flag",
            meaning="false: the same goal stands in an earlier row; totals count it once",
        ),
    ),
    ("target_id",),
    open_ended=True,
)
