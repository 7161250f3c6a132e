"""What leaders read of each goal, said once for page, card, PDF, Word and Excel: table *brief*."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from healthplan import tables
from healthplan.explanations.kinds import Row
from healthplan.explanations.scorecards import bar_words
from healthplan.judging.changes import standing
from healthplan.judging.things import in_whole
from healthplan.language import comparators, units
from healthplan.language.phrases import goal as said_as_goal
from healthplan.language.phrases import half_up, number, points, probability, quantity
from healthplan.messages import text
from healthplan.registers import departments

BANDS = ((80, "high"), (50, "fair"), (20, "medium"), (0, "low"))  # from so many per cent on, as printed
BINDING = "binding"
CASES = "例"
DECIDED = ("met", "missed")


def brief(
    told: pd.DataFrame,
    card: pd.DataFrame,
    things: pd.DataFrame,
    trust: pd.DataFrame,
    before: pd.DataFrame | None,
    events: Mapping[str, str],
    as_of: int,
    lang: str = "zh",
) -> pd.DataFrame:
    """Table *brief* of the goals that count (*scorecard*: ``counted``, not replaced), what needs action first: by group of
    statuses, binding ones first, then the least likely.

    ``told``: goals with names and sentences (:func:`healthplan.explanations.scorecards.told`); ``before``: the *gaps* of the
    earlier edition, where there is one; ``events``: by indicator, whose events it counts; ``as_of``: a figure of
    another year says its own.
    """
    by = lambda frame: {row["target_id"]: row for row in frame.to_dict("records")}  # noqa: E731
    thing, grade, shown = by(things), by(trust), by(card)
    old = {} if before is None else by(before.drop_duplicates("target_id"))
    rows: list[dict[str, Any]] = []
    cards: dict[tuple, str] = {}
    for goal in told.to_dict("records"):
        one = goal["target_id"]
        if not shown[one]["counted"] or not standing(goal["status"]):
            continue
        place = _events_of(goal, events)
        card_of = cards.setdefault(place, one) if place else one
        rows.append(_row(goal, shown[one], thing.get(one), grade[one], old.get(one), as_of, lang) | {"card": card_of})
    frame = pd.DataFrame(rows, columns=tables.columns("brief"))
    order = frame.assign(group=frame["standing"].map({s: i for i, s in enumerate(tables.STANDINGS)}))
    order = order.sort_values(["group", "binding", "chance"], ascending=[True, False, True], kind="stable")
    return tables.check(order.drop(columns="group"), "brief")


def _events_of(goal: Row, events: Mapping[str, str]) -> tuple | None:
    """What tells the events that a rare goal is about: two goals on the same ones share a card."""
    if pd.isna(goal["expected_events"]):
        return None
    measured = goal["data_indicator"] or goal["indicator"]
    return events.get(measured, measured), goal["data_area"], goal["data_group"], goal["deadline_year"]


def _row(
    goal: Row, shown: Row, thing: Row | None, grade: Row, old: Row | None, as_of: int, lang: str
) -> dict[str, Any]:
    lead, _, support = goal["departments"].partition(";")
    # of two wordings neither is the goal: nothing is said to be short of it
    told = goal["status"] != "conflicting"
    chance = goal["probability_met"] if told else None
    short = goal["gap"] if told and pd.notna(goal["gap"]) and goal["gap"] > 0 else None
    value, unit = ("", "") if short is None else units.parted(points(short, goal["indicator_unit"], lang))
    needed, parts = _needed(goal, thing, lang) if told else ("", "")
    return {
        "target_id": goal["target_id"],
        "standing": standing(goal["status"]),
        "status": goal["status"],
        "status_word": shown["status_word"],
        "name": shown["name"],
        "goal": shown["goal"],
        "deadline": shown["deadline"],
        "binding": "yes" if goal.get("nature") == BINDING else "",
        "lead": departments(lead, lang),
        "support": departments(support, lang),
        "now": shown["now"],
        "now_value": _now(goal, lang),
        "goal_level": _level(goal, lang) if told else "",
        "decided_value": _decided(goal, lang) if goal["status"] in DECIDED else "",
        "unit": goal["indicator_unit"],
        "rare": "yes" if pd.notna(goal["expected_events"]) else "",
        "then": _then(goal, lang) if told else "",
        "course": _course(goal, as_of, lang) if told else _now(goal, lang),
        "gap": shown["gap"] if told else "",
        "gap_value": value,
        "gap_unit": unit,
        "gap_things": _things_short(short, goal["indicator_unit"], thing, lang),
        "chance": chance,
        "chance_band": band(chance),
        "chance_word": chance_word(chance, lang),
        "needed": needed,
        "needed_parts": parts,
        **_sum(goal, thing if told else None, lang),
        "speed": _speed(goal, thing, lang) if told else "",
        "trust": grade["trust"],
        "trust_word": text(f"brief.trust_{grade['trust']}", lang) if pd.notna(grade["trust"]) else "",
        "trust_why": _trust_why(goal, grade, lang),
        "trust_short": _trust_short(grade, lang),
        "standing_before": standing(old["status"]) if old else "",
        "chance_before": old["probability_met"] if old else None,
    }


def band(chance: float | None) -> str:
    """The band of a probability as it is printed, in whole per cent; empty where there is none."""
    if chance is None or pd.isna(chance):
        return ""
    return next(name for least, name in BANDS if half_up(100 * chance) >= least)


def chance_word(chance: float | None, lang: str) -> str:
    """Band and number of a probability: 低 3%; empty where there is none."""
    if not (name := band(chance)):
        return ""
    return text("brief.chance", lang, band=text(f"brief.band_{name}", lang), percent=probability(chance, lang))  # type: ignore[arg-type]


def amount(things: float, unit: str, lang: str) -> str:
    """Whole things with their measure word; in Chinese from ten thousand on in 万."""
    if lang == "zh" and abs(things) >= 10_000:
        return text("brief.wan", lang, number=f"{half_up(things / 10_000, 2):,.2f}") + units.word(unit, lang)
    return units.written(f"{things:,}".replace("-", "−"), unit, lang)


def _value(goal: Row, column: str, lang: str) -> str:
    return "" if pd.isna(goal[column]) else quantity(goal[column], goal["indicator_unit"], lang)


def _level(goal: Row, lang: str) -> str:
    """What a goal stated as a change comes to (≥3,040张): beside it stand levels."""
    low, high = goal["goal_low"], goal["goal_high"]
    known = goal["comparator"] in comparators.CHANGES and pd.isna(goal["summed_since"])
    return bar_words(goal, low, high, lang) if known and pd.notna(low) != pd.notna(high) else ""


def _decided(goal: Row, lang: str) -> str:
    """The figure of the deadline; of a goal stated as a change also the change that it is, in the words of the goal."""
    value, base = goal["deadline_value"], goal["base_value"]
    level = _value(goal, "deadline_value", lang)
    once = goal["comparator"] in (comparators.INCREASE_BY, comparators.INCREASE_BY_PCT) and goal["per"] != "year"
    if not once or pd.isna(value) or pd.isna(base) or pd.notna(goal["summed_since"]):
        return level
    relative = goal["comparator"] in comparators.PERCENT
    if relative and not base > 0:
        return level
    came = half_up(100 * (value / base - 1) if relative else value - base, 2)
    return text("brief.came_to", lang, change=said_as_goal({**goal, "value": came, "per": ""}, lang), level=level)


def _now(goal: Row, lang: str) -> str:
    """The latest figure, of a goal that is met or missed the one that decided it; of a rare event its count, where that is
    known."""
    if pd.notna(goal["expected_events"]):
        count = goal["latest_value"] if goal["indicator_kind"] == "event" else goal["latest_count"]
        if pd.notna(count):
            return _cases(count, lang)
    first, second = (
        ("deadline_value", "latest_value") if goal["status"] in DECIDED else ("latest_value", "deadline_value")
    )
    return _value(goal, first, lang) or _value(goal, second, lang)


def _then(goal: Row, lang: str) -> str:
    """The middle of the projection; of a rare event the count that is expected."""
    if pd.notna(goal["expected_events"]):
        return _cases(goal["expected_events"], lang)
    return _value(goal, "projected_value", lang)


def _course(goal: Row, as_of: int, lang: str) -> str:
    """Now and then with an arrow, now with its year where that is not ``as_of``; a unit that both have stands once, but for
    signs set close to a number."""
    now, then = _now(goal, lang), _then(goal, lang)
    if not (now and then):
        return now or then
    (bare, unit), (_, other) = units.parted(now), units.parted(then)
    if unit == other and unit not in units.CLOSE:
        now = bare
    if goal["status"] not in DECIDED and goal["latest_year"] != as_of:
        now = text("brief.course_of", lang, now=now, year=int(goal["latest_year"]))
    return text("brief.course", lang, now=now, then=then)


def _cases(count: float, lang: str) -> str:
    return quantity(round(count, 1), CASES, lang)


def _things_short(short: float | None, unit: str, thing: Row | None, lang: str) -> str:
    """The shortfall in things, where they can be counted and are not its unit already."""
    if short is None or thing is None or units.counts_things(unit):
        return ""
    beyond = in_whole(thing)["beyond_projection"]
    if not beyond or beyond < 0:
        return ""
    key, unit = ("short", thing["unit"]) if thing["what"] == "add" else ("over", CASES)
    return text(f"brief.things_{key}", lang, amount=amount(beyond, unit, lang))


def _needed(goal: Row, thing: Row | None, lang: str) -> tuple[str, str]:
    """What is needed from the latest figure on, and what of it the trend brings: needed = trend + shortfall."""
    say = lambda key, **fields: text(f"brief.needed_{key}", lang, **fields)  # noqa: E731
    if goal["conditions_met"]:
        return say("conditions"), ""
    if goal["status"] in ("met", "due_unconfirmed") or pd.isna(goal["latest_value"]):
        return "", ""
    if goal["status"] == "missed":
        return _since_missed(goal, lang), ""
    if pd.notna(goal["expected_events"]):
        found = _of_rare(goal, lang)
    elif thing is not None and in_whole(thing)["to_add"] > 0:  # type: ignore[operator]
        found = _of_things(goal, thing, lang)
    else:
        found = _of_unit(goal, lang)
    if goal["status"] == "met_holding" and goal["comparator"] in comparators.STATED and goal["needed_from_today"] > 0:
        return say("tolerated"), say("in_full", needed=found[0])  # so little short that it counts as met
    times = _times(goal, thing)
    more = [found[1], say("speed", times=number(half_up(times, 1))) if times and found[1] else ""]
    if goal["comparator"] in comparators.AGAINST_OTHERS and goal["comparator"] != comparators.RANK:
        more.append(say("moving", area=goal["goal_reference_name"]))
    return found[0], text("report.semicolon", lang).join(part for part in more if part)


def _sum(goal: Row, thing: Row | None, lang: str) -> dict[str, Any]:
    """needed = what the trend brings + the shortfall, as numbers and in words; empty unless all three are above nought."""
    need, gap, counted = _need_and_gap(goal, thing)
    if not 0 < gap <= need or goal["status"] in (*DECIDED, "conflicting") or pd.notna(goal["expected_events"]):
        return {"need": None, "need_gap": None, "need_word": "", "trend_word": "", "gap_word": ""}
    told = lambda value: points(value, goal["indicator_unit"], lang)  # noqa: E731
    if counted and thing is not None:
        unit = thing["unit"] if thing["what"] == "add" else CASES
        told = lambda value: amount(int(value), unit, lang)  # noqa: E731
    words = {"need_word": told(need), "trend_word": told(need - gap), "gap_word": told(gap)}
    return {"need": float(need), "need_gap": float(gap), **words}


def _need_and_gap(goal: Row, thing: Row | None) -> tuple[float, float, bool]:
    """What is needed from the latest figure to what the goal asks for at its deadline, and the shortfall of the projection, as
    they are printed: in things to add or events to avoid where there are some (True), else in the indicator's unit; nought where unknown."""
    if thing is not None and pd.isna(goal["expected_events"]):
        whole = in_whole(thing)
        if whole["to_add"] > 0 and whole["beyond_projection"] is not None:  # type: ignore[operator]
            return float(whole["to_add"]), float(whole["beyond_projection"]), True  # type: ignore[arg-type]
    need = to_the_bar(goal)[0]
    known = [0.0 if pd.isna(value) else half_up(value, 2) for value in (need, goal["gap"])]
    return known[0], known[1], False


def to_the_bar(goal: Row) -> tuple[float, float, bool]:
    """How far the latest figure is from what the goal asks for at its deadline (> 0 short of it), that number, and whether
    it is to be reached from below."""
    latest, low, high = goal["latest_value"], goal["goal_low"], goal["goal_high"]
    rises = bool(pd.notna(low) and (pd.isna(high) or latest < low))
    bar = low if rises else high
    return (bar - latest if rises else latest - bar), bar, rises


def _since_missed(goal: Row, lang: str) -> str:
    """What came after the deadline that was missed."""
    need = goal["needed_from_today"]
    if pd.isna(need) or pd.isna(goal["deadline_year"]) or goal["latest_year"] <= goal["deadline_year"]:
        return ""
    fields = {"year": int(goal["latest_year"]), "latest": _value(goal, "latest_value", lang)}
    if need <= 0:
        return text("brief.needed_since_met", lang, **fields)
    return text("brief.needed_still", lang, need=points(need, goal["indicator_unit"], lang), **fields)


def _of_things(goal: Row, thing: Row, lang: str) -> tuple[str, str]:
    say = lambda key, **fields: text(f"brief.needed_{key}", lang, **fields)  # noqa: E731
    whole = in_whole(thing)
    adds, beyond = thing["what"] == "add", whole["beyond_projection"]
    unit = thing["unit"] if adds else CASES
    told = lambda value: amount(int(value), unit, lang)  # noqa: E731
    bare = lambda value: f"{int(value):,}"  # noqa: E731
    if adds:
        fields = {"stock": bare(whole["stock"]), "required": bare(whole["required"])}
        grows = whole["owed_to_gap"] <= 0 < whole["owed_to_population"]  # type: ignore[operator]
        first = say("add_growing" if grows else "add", amount=told(whole["to_add"]), **fields)
        if beyond is None:
            return first, ""
        trend = whole["to_add"] - beyond  # type: ignore[operator]
        if beyond <= 0:
            return first, say("add_enough", trend=told(trend))
        key = "add_trend" if trend >= 0 else "add_loss"
        return first, say(key, trend=told(abs(trend)), beyond=told(beyond))
    year = {"year": int(goal["latest_year"]), "stock": told(whole["stock"])}
    projected = told(round(thing["projected"]))
    first = say("avoid", required=told(whole["required"]), **year)
    if not beyond or beyond <= 0:
        return first, say("avoid_enough", projected=projected)
    return first, say("avoid_trend", projected=told(whole["required"] + beyond), beyond=told(beyond))  # type: ignore[operator]


def _of_rare(goal: Row, lang: str) -> tuple[str, str]:
    """The most events that meet a goal, beside those of the latest year and those to be expected."""
    allowed = 0 if pd.isna(goal["allowed_events"]) else max(0, int(goal["allowed_events"]))
    expected = text("brief.needed_rare_then", lang, projected=_cases(goal["expected_events"], lang))
    if pd.isna(goal["latest_count"]) and pd.isna(goal["latest_value"]):
        return "", expected
    key = "needed_rare" if allowed else "needed_rare_none"
    fields = {"required": _cases(allowed, lang), "year": int(goal["latest_year"]), "stock": _now(goal, lang)}
    return text(f"brief.{key}", lang, **fields), expected


def _of_unit(goal: Row, lang: str) -> tuple[str, str]:
    """The same in the indicator's unit: from the latest figure to what the goal asks for at its deadline."""
    say = lambda key, **fields: text(f"brief.needed_{key}", lang, **fields)  # noqa: E731
    unit, gap = goal["indicator_unit"], goal["gap"]
    apart = lambda value: points(value, unit, lang)  # noqa: E731
    need, bar, rises = to_the_bar(goal)
    if pd.isna(bar):
        return "", ""
    short = pd.notna(gap) and gap > 0
    fields = {"need": apart(need), "latest": _value(goal, "latest_value", lang), "goal": quantity(bar, unit, lang)}
    if unit == units.PLACE and need > 0:
        return say("rank", **fields), ""
    if need <= 0:
        if goal["needed_from_today"] > 0:  # what it is held against will have moved by then
            then = say("then", projected=_then(goal, lang))
            return say("keep_above" if rises else "keep_below", **fields), then + (
                say("then_short", gap=apart(gap)) if short else ""
            )
        return say("hold"), say("hold_gap", gap=apart(gap)) if short else ""
    way = "up" if rises else "down"
    if pd.isna(gap):
        return say(way, **fields), ""
    if not short:
        return say(way, **fields), say("enough")
    trend = half_up(need, 2) - half_up(gap, 2)  # as printed, so that the parts add up
    bare = lambda value: units.parted(apart(half_up(value, 2)))[0]  # noqa: E731
    if trend >= 0:
        return say(way, **fields), say(f"trend_{way}", trend=bare(trend), gap=bare(gap))
    back = text(f"brief.way_{'fall' if rises else 'rise'}", lang)
    return say(f"{way}_turn", **fields), say("trend_back", way=back, trend=apart(-trend))


def _speed(goal: Row, thing: Row | None, lang: str) -> str:
    """How many times what the trend brings is needed, in words, where a shortfall is ahead."""
    need, gap, _ = _need_and_gap(goal, thing)
    if not gap > 0 or pd.isna(goal["latest_value"]) or goal["status"] in DECIDED or pd.notna(goal["expected_events"]):
        return ""
    times = _times(goal, thing)
    if times is None:
        return text("brief.speed_turn", lang) if need < gap else ""
    return text("brief.speed_times", lang, times=number(half_up(times, 1)))


def _times(goal: Row, thing: Row | None) -> float | None:
    """needed / what the trend brings, where it falls short and leads the right way."""
    need, gap, _ = _need_and_gap(goal, thing)
    return need / (need - gap) if 0 < gap < need else None


def _trust_short(grade: Row, lang: str) -> str:
    """The first reason in a word or two, for a narrow column."""
    code = grade["trust_why"].partition(";")[0]
    points_ = "" if pd.isna(grade["points"]) else int(grade["points"])
    return text(f"brief.short_{code}", lang, points=points_) if code else ""


def _trust_why(goal: Row, grade: Row, lang: str) -> str:
    """Why a verdict can be relied on as far as it says."""
    codes = [code for code in grade["trust_why"].split(";") if code]
    fields = {
        "points": "" if pd.isna(grade["points"]) else int(grade["points"]),
        "caught": "" if pd.isna(grade["caught_80"]) else f"{grade['caught_80']:.0%}",
        "error": "" if pd.isna(grade["past_error"]) else points(grade["past_error"], goal["indicator_unit"], lang),
        "area": goal["reference_name"],
    }
    return text("report.semicolon", lang).join(text(f"brief.trust_{code}", lang, **fields) for code in codes)
