"""The next figure told: how high or low it has to be, how far that is from the last one, and what it makes of the goal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from healthplan.language import units
from healthplan.language.phrases import measure_word, number
from healthplan.messages import text

if TYPE_CHECKING:
    from healthplan.explanations.goals import Tale

UNUSUAL = 3  # from so many times the largest change of a year so far it is said how many
COLLECTS = ("flip_collect", "flip_more", "flip_newer")  # they ask for more figures than one
WORDS = {"meets": "met", "holding": "met_holding", "on_course": "on_course"}
CASES = "例"


def flip(tale: Tale, said: Mapping[str, Any]) -> str:
    """What would change the status: what has to come or to be settled, and the next figure that does it."""
    gap, lang = tale.gap, tale.lang
    asked, found = str(gap["flip"]), str(gap["next_does"])
    told = [] if asked == "flip_next" and found else [text(f"gaps.{asked}", lang, **said)]
    if found and not (asked in COLLECTS and found == "none_can"):
        told.append(_next(tale, found.split(";")))
    return tale.join(told)


def _next(tale: Tale, codes: list[str]) -> str:
    gap, lang, does = tale.gap, tale.lang, codes[0]
    word = does if does in ("none_can", "several") else does.removeprefix("keeps_").removeprefix("turns_")
    fields = {
        "year": gap["next_year"],
        "deadline_year": gap["deadline_year"],
        "latest_year": gap["latest_year"],
    }
    if does == "none_can":
        promise = "met_holding" if gap["status"] in WORDS.values() or _reached(gap) else "on_course"
        most = tale.value(gap["next_value"])
        last = gap["next_year"] + 1 >= gap["deadline_year"]
        key = "gaps.next_none" if last else "gaps.next_open"
        return text(key, lang, value=most, word=_word(promise, lang), **fields)
    if does == "several":
        years = [one.split(":") for one in str(gap["next_path"]).split(";")]
        comma = text("scorecard.list_comma", lang)
        path = [text("gaps.next_step", lang, year=y, value=tale.value(float(v))) for y, v in years]
        status = WORDS[codes[1].removeprefix("several_")]
        more = {"first": years[0][0], "path": comma.join(path), "word": _word(status, lang)}
        return text("gaps.next_several", lang, **fields, **more)
    kept = does.startswith("keeps_")
    key = "keeps" if kept and WORDS[word] == gap["status"] else "is" if kept or word == "meets" else "turns"
    figure = _figure(tale, kept, "onward" in codes)
    return text(f"gaps.next_{key}", lang, figure=figure, word=_word(WORDS[word], lang), **fields)


def _word(status: str, lang: str) -> str:
    return text(f"status.{status}", lang)


def _reached(gap: Mapping[Any, Any]) -> bool:
    return pd.notna(gap["needed_from_today"]) and gap["needed_from_today"] <= 0


def _figure(tale: Tale, kept: bool, onward: bool) -> str:
    """The figure with what it is beside the last one."""
    gap, lang = tale.gap, tale.lang
    floor = pd.notna(gap["goal_low"])
    key = "exactly" if not onward else "place" if tale.unit == units.PLACE else "over" if floor else "under"
    key += ("_keeps" if kept else "_turns") if key in ("over", "exactly") else ""
    summed = pd.notna(gap["summed_since"])
    said = text(f"gaps.next_{key}", lang, value=tale.value(gap["next_value"]))
    beside = text("gaps.comma", lang).join(_beside(tale, floor, onward, summed))
    said = text("gaps.next_alone", lang, figure=said) if summed else said
    return text("gaps.next_beside", lang, figure=said, beside=beside) if beside else said


def _beside(tale: Tale, floor: bool, onward: bool, summed: bool) -> Iterator[str]:
    gap, lang = tale.gap, tale.lang
    if not summed:
        yield _than(tale)
    if pd.notna(gap["next_count"]):
        whole = measure_word(tale.indicator) if pd.isna(gap["expected_events"]) else CASES
        count = units.written(f"{gap['next_count']:,}", whole, lang)
        key = "count" if not onward else "count_over" if floor else "count_under"
        exposure = f"{gap['latest_exposure']:,.0f}"
        yield text(f"gaps.next_{key}", lang, count=count, exposure=exposure)
    if pd.notna(gap["next_times"]) and gap["next_times"] > UNUSUAL:
        yield text("gaps.next_times", lang, times=number(gap["next_times"]))


def _than(tale: Tale) -> str:
    """How far it is from the latest figure, as far as is printed."""
    gap, lang, year = tale.gap, tale.lang, tale.gap["latest_year"]
    by = gap["next_value"] - gap["latest_value"]
    if tale.value(gap["next_value"]) == tale.value(gap["latest_value"]):
        return text("gaps.next_same", lang, year=year)
    place = tale.unit == units.PLACE
    way = ("further_back" if by > 0 else "further_up") if place else "higher" if by > 0 else "lower"
    shown = {"way": text(f"gaps.{way}", lang), "by": tale.difference(abs(by)), "year": year}
    return text("gaps.next_than", lang, **shown)
