"""Sentences beside the status: what a goal means as a count, and how the pace so far compares."""

from __future__ import annotations

from typing import Any

from healthplan import counts
from healthplan.judging.now import latest_interval
from healthplan.judging.phrases import difference
from healthplan.judging.telling import Telling
from healthplan.language.phrases import number, quantity
from healthplan.messages import text

EXAMPLE_BIRTHS = 3000  # a year, where the births of the district are not known
COUNT_WORDS = ("events", "exposed")


def count_sentences(tale: Telling, lang: str) -> str:
    """What the goal means at this number of births or people: passing count, luck, years, pools.

    Where the births are not known, up to how many a year only zero passes, and an example.
    """
    known = tale.allowed
    if known is None or known.per is None:
        return ""
    said = {} if known.births else {name: text(f"gaps.{name}", lang) for name in COUNT_WORDS}
    more: dict[str, Any] = {"per": known.per, "strict": known.strict, **said}
    gap = "" if lang == "zh" else " "
    if known.exposure is not None:
        lines = counts.describe(known.goal, known.exposure, lang, **more)
        return gap.join([*_now(tale, lang), *lines])
    if not known.births or known.goal <= 0 or known.per / known.goal <= EXAMPLE_BIRTHS:
        return ""
    limit = text("gaps.births_unknown", lang, limit=f"{known.per / known.goal:,.0f}")
    return gap.join([limit, *counts.describe(known.goal, EXAMPLE_BIRTHS, lang, **more)[:2]])


def _now(tale: Telling, lang: str) -> list[str]:
    """The latest count with its rate and the interval around it."""
    found = latest_interval(tale.case)
    if found is None:
        return []
    around, unit = found[0], tale.case.indicator["unit"]
    shown = {"rate": quantity(around.value, unit, lang), "year": tale.case.record.latest_year}
    shown |= {"lower": number(around.lower), "upper": number(around.upper)}
    return [text("gaps.now_count", lang, count=f"{around.events:,.0f}", **shown)]


def pace_sentences(tale: Telling, lang: str) -> str:
    """Where the path from the base asks one to be (序时进度), and both paces where they exist."""
    paced, case = tale.paced, tale.case
    unit, parts = case.indicator["unit"], []
    if paced.schedule is not None and paced.schedule_gap is not None:
        state = "on" if paced.schedule_gap == 0 else "behind" if paced.schedule_gap > 0 else "ahead"
        parts.append(
            text(
                f"gaps.schedule_{state}",
                lang,
                year=case.record.latest_year,
                asked=quantity(paced.schedule, unit, lang),
                latest=quantity(case.record.latest_value or 0.0, unit, lang),
                gap=difference(abs(paced.schedule_gap), unit, lang),
            )
        )
    if paced.linear is not None:
        key = "pace_linear" if paced.geometric is None else "pace_both"
        shown = {"linear": number(paced.linear), "base": paced.base_year}
        shown["geometric"] = "" if paced.geometric is None else number(paced.geometric)
        parts.append(text(f"gaps.{key}", lang, **shown))
    if "pace_disagrees" in paced.flags:
        parts.append(text("gaps.pace_disagrees", lang))
    return ("" if lang == "zh" else " ").join(parts)
