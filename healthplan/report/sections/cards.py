"""A card a goal, half a page of paper each: answer, fan, what is needed, schedule, sources, an empty form."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pandas as pd

from healthplan import tables
from healthplan.explanations.brief import to_the_bar
from healthplan.figures.goal import card_chart
from healthplan.figures.goal import seen as drawn
from healthplan.figures.rare import event_chart
from healthplan.judging import counted, deadlines, joined
from healthplan.judging.outlook import as_judged
from healthplan.language import comparators, units
from healthplan.language.phrases import least, number, points, probability, quantity
from healthplan.line import PlanView
from healthplan.messages import text
from healthplan.report import blocks
from healthplan.report.blocks import A_PAGE, PART, Html
from healthplan.report.sections.action import a_quarter, on_schedule
from healthplan.report.sections.requests import requests
from healthplan.report.sections.sources import anchored, answers, place_of, year_shown

Row = dict[Any, Any]
YEARS = 7  # columns of the table beside the chart's years
WHOLE = 100  # per cent
UNHEARD = (
    3  # from so many times the largest change of a year so far no office would plan with it: the long part says it
)
BOXES = 10
_BARE: dict[str, Any] = {"head": "", "lines": [], "small": [], "dots": 0, "band": ""}
ROOM = 7  # rows of facts beside a picture and its bar, before they are the longer side
SENTENCES = 2  # of the reasons: the rest stands in the long part


class Known:
    """What the cards of one plan rest on, each table by goal."""

    def __init__(self, seen: PlanView) -> None:
        by = lambda frame: {r["target_id"]: r for r in frame.to_dict("records")}  # noqa: E731
        self.seen, self.lang = seen, seen.lang
        self.brief, self.told, self.card = by(seen.brief), by(tables.of_groups(seen.told)), by(seen.card)
        self.whom = requests(seen).set_index("target_id")["addressee"].to_dict()
        self.charts = by(seen.charts) if len(seen.charts) else {}
        self.things, self.answers, self.anchored = by(seen.things()), by(answers(seen)), anchored(seen)
        self._counted: dict[str, pd.DataFrame] = {}
        self._paths = dict(tuple(seen.shown_trajectories.groupby("indicator")))
        self.say = lambda key, **fields: text(f"cards.{key}", seen.lang, **fields)

    def counted(self, one: str) -> pd.DataFrame:
        """The events by year of a goal about rare ones; empty for any other."""
        goal = self.told[one]
        if one not in self._counted:
            rare = pd.notna(goal["expected_events"]) and goal["basis"] == "own"
            given = self.seen.used, self.seen.registers.indicators
            self._counted[one] = counted.by_year(goal, *given) if rare else pd.DataFrame()
        return self._counted[one]

    def paths(self, one: str) -> pd.DataFrame:
        """The trajectories that a goal's chart may draw."""
        chart = self.charts[one]
        names = dict.fromkeys((chart["indicator"], chart["reference_indicator"]))
        found = [self._paths[name] for name in names if name in self._paths]
        return pd.concat(found) if found else self.seen.shown_trajectories.head(0)

    def drawn(self, one: str) -> bool:
        """Whether the card has a picture, beside which there is room for the reasons."""
        return one in self.charts or len(self.counted(one)) > 0

    def pools(self, one: str) -> pd.DataFrame:
        per = self.told[one]["indicator_per"]
        return pd.DataFrame() if pd.isna(per) else counted.pooled(self.counted(one), per)


def cards(seen: PlanView) -> Html:
    """A card a goal that counts, what needs action first, then the others; goals on the same events share one."""
    known = Known(seen)
    if seen.brief.empty:
        return Html("")
    lang, say = seen.lang, known.say
    counts = seen.brief["standing"].value_counts()
    short = int(counts.get("short", 0))
    groups = []
    for standing in tables.STANDINGS:
        rows = seen.brief[seen.brief["standing"] == standing]
        words = say("group", name=text(f"brief.standing_{standing}", lang), count=len(rows))
        groups.append((words, standing, rows.loc[rows["card"] == rows["target_id"], "target_id"].tolist()))
    groups.append((say("others"), "others", [one for one in known.card if one not in known.brief]))
    judged = seen.brief["status"].isin(tables.statuses("judged")).any()
    head = say("head" if short else "head_none" if judged else "head_open", count=len(seen.brief), short=short)
    top = [blocks.heading(head, 1), blocks.paragraph(say("read"), "sub")]
    pieces, names = [], {row["target_id"]: row["name"] for row in seen.brief.to_dict("records")}
    order = [(one, group) for group in groups for one in group[2]]
    for page, start in enumerate(range(0, len(order), A_PAGE)):
        piece, last = list(top), None
        for one, group in order[start : start + A_PAGE]:
            if group is not last:
                piece.append(blocks.heading(group[0], 2, group[1] if group[2][0] == one else ""))
            piece.append(_card(one, known))
            last = group
        onward = [(one, names.get(one, known.card[one]["name"])) for one, _ in order[start + A_PAGE :]]
        if onward:  # whoever comes with the address of a card further on finds its name here
            piece.append(blocks.rendered("onward", lang, cards=onward, next=page + 2))
        pieces.append(blocks.join(*piece))
    return Html(PART.join(pieces))


def _card(one: str, known: Known) -> Html:
    goal, shown, brief, say = known.told[one], known.card[one], known.brief.get(one), known.say
    also = [row for row in known.brief.values() if row["card"] == one != row["target_id"]]
    answer = _answer(one, known)
    picture, bar, facts = _picture(one, known, answer), _bar(one, known) if brief else None, _facts(one, known, also)
    why = _first(goal["why"], known.lang) if picture else ""
    if why and bar and len(facts) < ROOM:  # where the picture stands above a bar there is more room beside it
        facts, why = [*facts, _fact(known, "why", small=[why])], ""
    fields = {
        "id": one,
        "also": [row["target_id"] for row in also],
        "standing": brief["standing"] if brief else "",
        "status": shown["status_word"],
        "title": say(
            "title" if shown["deadline"] else "title_undated", **{k: shown[k] for k in ("name", "goal", "deadline")}
        ),
        "answer": answer,
        "picture": picture,
        "boxes": _boxes(one, known),
        "bar": bar,
        "table": _table(one, known) if picture else None,
        "why": why,
        "facts": facts,
        "form": bool(brief),
        "source": _source(one, known),
        "anchor": f"source-{one}" if one in known.anchored else one,  # without figures its row of the scorecard
        "tag": text("figures.synthetic", known.lang) if known.seen.synthetic else "",
        "plan": known.seen.tables.about[f"title_{known.lang}"],
        "goal": goal,
    }
    return blocks.rendered("card", known.lang, **fields)


def _answer(one: str, known: Known) -> str:
    """The answer in a sentence, of the words of table *brief*."""
    brief, shown, say = known.brief.get(one), known.card[one], known.say
    if brief is None:
        return shown["status_word"]
    comma = text("report.comma", known.lang)
    if brief["standing"] == "open":
        why = _first(known.told[one]["why"], known.lang)
        return text("summary.stop", known.lang).join(filter(None, (shown["status_word"], why)))
    short, gap = brief["gap_value"], brief["gap"]
    if brief["gap_things"]:
        gap = say("gap_things", gap=gap, things=brief["gap_things"])
    if brief["status"] in ("met", "missed"):
        now = brief["decided_value"] if brief["goal_level"] else brief["now"].replace("\n", comma)
        parts = [now, gap if short else shown["status_word"], brief["needed"]]
    else:
        chance = say("chance", chance=brief["chance_word"]) if brief["chance_word"] else ""
        parts = [say("then", then=brief["then"]) if brief["then"] else "", gap if short else "", chance]
    return comma.join(part for part in parts if part)


def _first(words: str, lang: str) -> str:
    """The first sentences, so many as a card has room for."""
    stop = "。" if lang == "zh" else ". "
    parts = [part for part in str(words).split(stop) if part.strip()]
    return stop.join(parts[:SENTENCES]).rstrip(".") + ("。" if lang == "zh" and parts else "." if parts else "")


def _picture(one: str, known: Known, answer: str) -> Html | None:
    """The fan, or of rare events their counts; nothing where there is no figure."""
    chart, lang = known.charts.get(one), known.lang
    events = known.counted(one)
    if len(events):
        goal, pools = known.told[one], known.pools(one)
        rate = pd.notna(goal["indicator_per"])
        bar = float(goal["goal_high"]) if rate and pd.notna(goal["goal_high"]) else None
        words = text("figures.goal_here", lang, goal=(chart or {}).get("goal_bar", ""))
        unit = units.word(goal["indicator_unit"], lang)
        figure = event_chart(events, pools, goal=bar, goal_words=words, unit=unit, lang=lang)
        values = [(y, n) for y, n in zip(events["year"], events["events"], strict=True)]
    elif chart is not None:
        paths = as_judged(known.paths(one), chart)
        shown = drawn(chart, paths)
        figure = card_chart(chart, paths, lang=lang)
        rows = pd.concat([shown.own if len(shown.own) else shown.reference, shown.ahead])
        values = [(y, v) for y, v in zip(rows["year"], rows["value"], strict=True)]
    else:
        return None
    told = text("report.semicolon", lang).join(f"{year:.0f}: {number(value)}" for year, value in values)
    alt = known.say(
        "alt", name=known.card[one]["name"], answer=answer.rstrip("。."), values=told or known.say("alt_none")
    )
    return blocks.picture(figure, alt, one)


def _boxes(one: str, known: Known) -> dict[str, Any] | None:
    """Of ten years so many that meet a goal about rare events."""
    goal, say = known.told[one], known.say
    if not len(known.counted(one)) or pd.isna(goal["probability_met"]) or pd.isna(goal["allowed_events"]):
        return None
    met, most = round(BOXES * goal["probability_met"]), max(0, int(goal["allowed_events"]))
    good, bad = say("met_some", most=most) if most else say("met_none"), say("missed_some", least=most + 1)
    return {"words": say("years_met", met=met), "years": [good] * met + [bad] * (BOXES - met), "met": met}


def _bar(one: str, known: Known) -> dict[str, Any] | None:
    """What is needed as a bar: what the trend brings, the shortfall, and what a probability of 80 % asks beyond."""
    brief, goal, say = known.brief[one], known.told[one], known.say
    if not brief["need_word"]:
        return None
    need, gap = brief["need"], brief["need_gap"]
    sure, sure_words = _sure(one, known)
    whole = need + sure
    down = "_rank" if goal["comparator"] == comparators.RANK else "" if to_the_bar(goal)[2] else "_down"
    share = lambda value: round(100 * value / whole, 1)  # noqa: E731
    return {
        "trend": share(need - gap),
        "gap": share(gap),
        "sure": share(sure),
        "trend_words": say(f"bar_trend{down}", amount=brief["trend_word"]),
        "gap_words": say("bar_gap", amount=brief["gap_word"]),
        "sure_words": say("bar_sure", amount=sure_words) if sure else "",
        "total": say("bar_total", amount=brief["need_word"], year=int(goal["latest_year"])),
    }


def _sure(one: str, known: Known) -> tuple[float, str]:
    """How much further the middle has to move for a probability of 80 %, in the units of the bar."""
    chart, goal = known.charts.get(one), known.told[one]
    if chart is None or not chart["own_area"] or goal["gap"] <= 0 or goal["comparator"] in comparators.AGAINST_OTHERS:
        return 0.0, ""
    ahead = drawn(chart, known.paths(one)).ahead
    end = ahead[ahead["year"] == chart["deadline_year"]]
    if end.empty or "q20" not in end or pd.isna(end["q20"].iloc[0]):
        return 0.0, ""
    row, whole = end.iloc[0], goal["indicator_unit"] == "%" and goal["goal_low"] >= WHOLE
    if whole:  # nothing lies above all of them
        return 0.0, ""
    spread = row["q50"] - row["q20"] if pd.notna(goal["goal_low"]) else row["q80"] - row["q50"]
    if spread <= 0:
        return 0.0, ""
    thing = known.things.get(one)
    if thing is not None and thing["what"] == "add" and pd.notna(thing["beyond_projection"]):
        more = round(spread * thing["beyond_projection"] / goal["gap"])
        return float(more), quantity(more, thing["unit"], known.lang)
    return float(spread), points(spread, goal["indicator_unit"], known.lang)


def _table(one: str, known: Known) -> dict[str, Any] | None:
    """What the straight path asks for at the end of each year, and what was; of rare events counts and births."""
    goal, say, lang = known.told[one], known.say, known.lang
    events = known.counted(one)
    if len(events):
        rows = events.tail(YEARS - 1)
        body = [(say("events"), [f"{n:,.0f}" for n in rows["events"]] + [""])]
        if rows["exposure"].notna().any():
            body.append((say("exposure"), ["" if pd.isna(n) else f"{n:,.0f}" for n in rows["exposure"]] + [""]))
        return {"caption": "", "years": [*rows["year"], int(rows["year"].iloc[-1]) + 1], "rows": body}
    if goal["rests_on"] == "quarter":
        return _quarters(one, known)
    chart = known.charts[one]
    if not chart["own_area"] or pd.isna(chart["deadline_year"]):
        return None
    shown = drawn(chart, as_judged(known.paths(one), chart))
    own, due, asked = shown.own.set_index("year")["value"], int(chart["deadline_year"]), _asked(one, known)
    start = int(goal["base_year"]) if pd.notna(goal["base_year"]) else due - YEARS + 1
    years = list(range(max(start, due - YEARS + 1), due + 1))
    of_asked = [_should(asked(y), goal, lang) for y in years]
    of_own = [number(own[y]) if y in own.index else "" for y in years]
    unit, should, key = units.word(goal["indicator_unit"], lang), say("should"), "table"
    if goal["comparator"] in comparators.AGAINST_OTHERS and goal["comparator"] != comparators.RANK:
        others = shown.reference[shown.reference["kind"] == "observed"].set_index("year")["value"]
        of_asked = [number(others[y]) if y in others.index else "" for y in years]
        should, key = chart["reference_name"], "table_others"
    caption = say(key, unit=unit) if unit else say(f"{key}_bare")
    return {"caption": caption, "years": years, "rows": [(should, of_asked), (say("is"), of_own)]}


def _should(asked: float | None, goal: Row, lang: str) -> str:
    """What is asked for in a year: on the way there as the schedule says it, in the end the whole people and things that meet
    the goal, or both ends of a range."""
    if asked is None:
        return ""
    low, high = goal["goal_low"], goal["goal_high"]
    if asked not in (low, high):
        return number(asked)
    if pd.notna(low) and pd.notna(high):
        return text("scorecard.goal_range", lang, value=number(low), high=number(high))
    return number(least(asked, goal["indicator_unit"], floor=bool(pd.notna(low))))


def _quarters(one: str, known: Known) -> dict[str, Any]:
    """The same by quarter, in the ledger's unit, of a goal that the ledger judges."""
    said = known.seen.by_quarter
    rows = said[said["target_id"] == one]
    ends = [known.say("quarter", number=quarter[-1]) for quarter in rows["quarter"]]
    of = lambda name: ["" if pd.isna(value) else number(value) for value in rows[name]]  # noqa: E731
    unit = units.word(rows["unit"].iloc[-1], known.lang)
    caption = known.say("table_quarters" if unit else "table_quarters_bare", year=known.seen.cut_off[:4], unit=unit)
    pairs = [(known.say("should"), of("expected")), (known.say("is"), of("to_date"))]
    return {"caption": caption, "years": ends, "rows": pairs}


def _asked(one: str, known: Known) -> Any:
    """What a goal asks for in a year: on the straight path from its start through its stages, of a goal for every year
    its own number, of one whose start met it already the goal; where there is no path the deadline's alone."""
    goal, chart = known.told[one], known.charts[one]
    path = dict(chart["goal_path"])
    due = float(chart["deadline_year"])
    stated = {last: value for _, last, value in chart["goal_steps"]}
    staged = [row for row in known.told.values() if goal["stage_of"] and row["stage_of"] == goal["stage_of"]]
    ends = [(deadlines.moment(row["deadline"]), stated[float(row["deadline_year"])]) for row in staged or [goal]
            if row["deadline"] and pd.notna(row["deadline_year"]) and float(row["deadline_year"]) in stated]  # fmt: skip
    start = [] if pd.isna(goal["base_year"]) else [(float(goal["base_year"]), float(goal["base_value"]))]
    held = bool(start) and _meets(goal, start[0][1])
    points_ = (*start, *sorted(ends)) if pd.notna(goal["schedule_value"]) and ends else ()

    def asked(year: int) -> float | None:
        if year in path:
            return path[year]
        if points_:
            return points_[-1][1] if year >= points_[-1][0] else deadlines.schedule(points_, year)
        return stated.get(due if held else float(year))

    return asked


def _meets(goal: Row, value: float) -> bool:
    low, high = goal["goal_low"], goal["goal_high"]
    return (pd.isna(low) or value >= low) and (pd.isna(high) or value <= high) and not (pd.isna(low) and pd.isna(high))


def _facts(one: str, known: Known, also: list[Row]) -> list[dict[str, Any]]:
    """The column beside the chart: head, and lines (strong first, then small ones)."""
    facts = [*_of_figures(one, known, also), *_of_brief(one, known), *_of_reasons(one, known)]
    return [fact for fact in facts if fact["lines"] or fact["small"]]


def _fact(known: Known, key: str, *lines: str, small: Iterable[str] = (), **more: Any) -> dict[str, Any]:
    kept = {"lines": [line for line in lines if line], "small": [line for line in small if line]}
    return _BARE | {"head": known.say(key)} | kept | more


def _of_figures(one: str, known: Known, also: list[Row]) -> Iterator[dict[str, Any]]:
    """The latest figure with its counts, the goals on the same events, the schedule, the stages, the conditions."""
    goal, say, lang = known.told[one], known.say, known.lang
    now = known.card[one]["now"].replace("\n", text("report.semicolon", lang))
    of_year = year_shown(goal) == goal["latest_year"]
    if of_year and pd.notna(goal["latest_count"]) and pd.notna(goal["latest_exposure"]):
        counts = {"count": f"{goal['latest_count']:,.0f}", "exposure": f"{goal['latest_exposure']:,.0f}"}
        now = say("now_counts", now=now, **counts)
    yield _fact(known, "now", now)
    for other in also:
        same = say("same", name=other["name"], goal=other["goal"], status=other["status_word"])
        yield _BARE | {"lines": [same]}
    yield _fact(known, "schedule", on_schedule({**goal, "unit": goal["indicator_unit"]}, lang))
    yield _fact(known, "stages", *_stages(goal, known))
    yield _fact(known, "conditions", *(_member(member, known) for member in joined.members(goal)))


def _of_brief(one: str, known: Known) -> Iterator[dict[str, Any]]:
    """What is needed, the chance with that of the earlier edition, who acts, how far to trust it."""
    brief, say = known.brief.get(one), known.say
    if brief is None:
        return
    yield _fact(
        known, "needed", brief["needed"], small=(brief["needed_parts"], _pace(one, known)) if brief["needed"] else ()
    )
    if brief["chance_word"]:
        then = brief["chance_before"]
        before = "" if pd.isna(then) else say("chance_before", chance=probability(then, known.lang))
        yield _fact(known, "chance_row", brief["chance_word"], small=[before], band=brief["chance_band"])
    if brief["lead"] or brief["support"]:
        support = say("support", name=brief["support"]) if brief["support"] else ""
        yield _fact(known, "who", say("lead", name=brief["lead"]), small=[support])
    if pd.notna(brief["trust"]):
        yield _fact(known, "trust", brief["trust_word"], small=[brief["trust_why"]], dots=int(brief["trust"]))


def _of_reasons(one: str, known: Known) -> Iterator[dict[str, Any]]:
    """Why it is judged so, where no chart says it; what would change the verdict; whom to ask."""
    goal, lang = known.told[one], known.lang
    waits = known.card[one]["status"] in tables.statuses("open")
    if not known.drawn(one) and goal["why"]:
        yield _fact(known, "missing" if waits else "why", small=[_first(goal["why"], lang)])
    unheard = (pd.notna(goal["next_times"]) and goal["next_times"] > UNHEARD) or str(goal["next_does"]).startswith(
        "several"
    )
    if goal["flip"] not in ("", text("gaps.flip_none", lang)) and not unheard:
        head = "keeps" if str(goal["next_does"]).startswith("keeps") else "flip"
        yield _fact(known, head, small=[_first(goal["flip"], lang)])
    if waits:
        yield _fact(known, "ask", known.whom.get(one, ""), small=[known.answers[one]["office"]])


def _member(member: str, known: Known) -> str:
    row = known.card.get(member)
    return "" if row is None else known.say("stage", deadline=row["name"], goal=row["goal"], status=row["status_word"])


def _stages(goal: Row, known: Known) -> list[str]:
    if not goal["stage_of"]:
        return []
    rows = [known.card[o] for o, row in known.told.items() if row["stage_of"] == goal["stage_of"]]
    return [known.say("stage", deadline=r["deadline"], goal=r["goal"], status=r["status_word"]) for r in rows]


def _pace(one: str, known: Known) -> str:
    thing = known.things.get(one)
    if thing is None or pd.isna(thing["per_year"]) or not thing["per_year"] > 0 or not known.brief[one]["need_word"]:
        return ""
    said = {"year": quantity(thing["per_year"], thing["unit"], known.lang), "quarter": a_quarter(thing, known.lang)}
    return known.say("pace" if said["quarter"] else "pace_year", **said)


def _source(one: str, known: Known) -> str:
    """Place in the plan, and where the newest figure was printed."""
    found, locator = known.answers[one], known.card[one]["locator"]
    goal = known.told[one]
    if not found["source"]:
        return known.say("source_plan", locator=locator)
    place = place_of(known.seen, [goal["data_indicator"], goal["data_area"], goal["data_group"]], year_shown(goal))
    return known.say("source", locator=locator, source=found["source"], place=place).rstrip(" ·　")


def chart_data(seen: PlanView) -> pd.DataFrame:
    """Table *charts*: what the charts of the cards draw."""
    known, rows = Known(seen), []
    for one, chart in known.charts.items():
        events = known.counted(one)
        if len(events):
            base = {"chart": "events", "target_id": one, "indicator": chart["indicator"], "area": chart["own_area"]}
            rows += [
                base | {"role": "own", "kind": "observed", "year": r["year"], "value": r["events"]}
                for r in events.to_dict("records")
            ]
            rows += [
                base
                | {"role": "pooled", "kind": f"{r['events']:.0f}", "year": r["last"]}
                | {k: r[k] for k in ("value", "lower_95", "upper_95")}
                for r in known.pools(one).to_dict("records")
            ]
            continue
        shown = drawn(chart, as_judged(known.paths(one), chart))
        for role, frame in (("own", shown.own), ("own", shown.ahead), ("reference", shown.reference)):
            for r in frame.to_dict("records"):
                rows.append({"chart": "course", "role": role} | {"target_id": one} | {k: r[k] for k in _DRAWN})
        ends = [(x, v) for a, b, v in shown.steps for x in (a, b)] or list(shown.path)
        rows += [{"chart": "course", "role": "goal", "target_id": one, "year": x, "goal": v} for x, v in ends]
    table = pd.DataFrame(rows, columns=tables.columns("charts"))
    return tables.check(table.assign(point=table.groupby("target_id").cumcount() + 1), "charts")


_DRAWN = ("indicator", "area", "year", "kind", "value", "lower_80", "upper_80", "lower_95", "upper_95")
