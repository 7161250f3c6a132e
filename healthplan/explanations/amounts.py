"""What a rare goal means as a count, told in sentences."""

from typing import Any

import pandas as pd

from healthplan.counts import intervals, targets
from healthplan.explanations.kinds import Row, Tale
from healthplan.judging.rare import UPPER_ONLY
from healthplan.language import comparators, units
from healthplan.language.phrases import number
from healthplan.messages import default_language, text

EXAMPLE_BIRTHS = 3000  # a year, where the births of the district are not known
COUNT_WORDS = ("events", "exposed")


def explain_count(
    target: float,
    exposure: float,
    lang: str | None = None,
    *,
    per: float = targets.PER,
    events: str | None = None,
    exposed: str | None = None,
    strict: bool = False,
) -> list[str]:
    """Sentences in reading order: the passing count, the luck, the years needed, three and five pooled years.

    ``target`` events per ``per`` at a yearly ``exposure``. ``events`` and ``exposed`` name what is counted and among
    whom in the language asked for (deaths among live births by default). A target of zero has no sentence on luck:
    every event is a miss.
    """
    say = lambda key, **fields: text(f"counts.{key}", lang, **fields)  # noqa: E731
    one, event = targets.count_target(target, exposure, per=per, strict=strict), events or say("events")
    # the English plural is given; Chinese has none
    counted = lambda number: event.removesuffix("s") if number == 1 else event  # noqa: E731
    chinese = (lang or default_language()) == "zh" and per >= 10_000  # 100,000 as people write it: 10万
    names = {"event": event, "exposed": exposed or say("exposed"), "exposure": f"{exposure:,.0f}"}
    names |= {"target": f"{target:g}", "per": f"{per / 10_000:g}万" if chinese else f"{per:,.0f}"}
    key = "never" if one.allowed < 0 else "only_none" if one.allowed == 0 else "at_most"
    said = [say(key, **names, allowed=one.allowed, counted=counted(one.allowed))]
    if target <= 0:
        return said
    chances = {"on_target": one.passes_on_target, "by_luck": 1 - one.passes_on_target}
    chances |= {"double": one.passes_at_double, "half_fails": 1 - one.passes_at_half}
    said.append(say("luck", **{name: f"{p:.0%}" for name, p in chances.items()}))
    tell = targets.years_to_judge(target, exposure, per=per)
    prove = targets.years_to_prove(target, exposure, per=per)
    long = say("year_1" if prove == 1 else "year_n", n=prove)
    said.append(say("years_too_many" if tell is None else "years", judge=tell, prove=long, event=event))
    for years in (3, 5):
        found = targets.count_target(target, exposure, per=per, years=years, strict=strict)
        shown = {"on_target": f"{found.passes_on_target:.0%}", "allowed": found.allowed, "event": event}
        key = "pooled" if found.allowed > 0 else "pooled_none"
        said.append(say(key, years=years, counted=counted(found.allowed), **shown))
    return said


def fields(tale: Tale) -> dict[str, Any]:
    """Every word that only the sentences of rare events use."""
    gap = tale.gap
    if pd.isna(gap["expected_events"]):
        return {}
    scale = 1.0 if tale.indicator["indicator_kind"] == "event" else tale.indicator["per"] / gap["exposure"]
    middle, low, high = events_ahead(gap, tale.indicator)
    return {
        "allowed": gap["allowed_events"],
        "middle": middle,
        "expected": number(gap["expected_events"]),
        "events_range": tale.say("between", low=low, high=high),
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


def counts(tale: Tale) -> list[str]:
    """What the goal means at this number of births or people: passing count, luck, years, pools.

    Where the births are not known, up to how many a year only zero passes, and an example.
    """
    gap, indicator, lang = tale.gap, tale.indicator, tale.lang
    if indicator["indicator_kind"] != "rate":
        return []
    asked, per = units.restated(tale.target, indicator["unit"])["value"], float(indicator["per"])
    births = indicator["denominator"] == "live_births"
    words = {} if births else {name: tale.say(name) for name in COUNT_WORDS}
    more: dict[str, Any] = {"per": per, "strict": comparators.strict(tale.target["comparator"]), **words}
    if pd.notna(gap["allowed_events"]):
        return [*_latest_count(tale), *explain_count(float(asked), gap["exposure"], lang, **more)]
    # an upper limit on deaths among births of which only none would pass, at unknown births
    limit = tale.target["comparator"] in UPPER_ONLY and indicator["direction"] == "decrease"
    if not (limit and births and pd.isna(gap["exposure"]) and asked > 0 and per / asked > EXAMPLE_BIRTHS):
        return []
    unknown = tale.say("births_unknown", limit=f"{per / asked:,.0f}")
    return [unknown, *explain_count(float(asked), EXAMPLE_BIRTHS, lang, **more)[:2]]


def _latest_count(tale: Tale) -> list[str]:
    """The latest count with its rate and what chance alone leaves around it: exact Poisson below ten events, Byar
    from ten, as the English public health offices do."""
    gap = tale.gap
    if pd.isna(gap["latest_count"]):
        return []
    around = intervals.rate(gap["latest_count"], gap["latest_exposure"], per=float(tale.indicator["per"]))
    shown = {"rate": tale.value(around.value), "year": gap["latest_year"]}
    shown |= {"lower": number(around.lower), "upper": number(around.upper)}
    return [tale.say("now_count", count=f"{around.events:,.0f}", **shown)]
