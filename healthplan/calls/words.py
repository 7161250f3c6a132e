"""The call-scoring table as people read it: headings, rule names and percentages from
``messages/calls.csv``."""

from __future__ import annotations

import pandas as pd

from healthplan import messages
from healthplan.calls.events import HORIZON

SHOWN = (
    "judgements",
    "right",
    "abstained",
    "flips",
    "right_throughout",
    "on_course_true",
    "off_course_true",
)


def readable(scored: pd.DataFrame, lang: str | None = None) -> pd.DataFrame:
    """The table of :func:`healthplan.calls.score_calls` as text, a row a rule in the same order.

    Shares become whole percentages, what does not exist an en dash; a rule without a name in the
    catalogue keeps its own.
    """
    out = pd.DataFrame({_say("column_rule", lang): [_rule(r, lang) for r in scored["rule"]]})
    for column in SHOWN:
        count = column == "judgements"
        cells = [_cell(v, count) for v in scored[column]]
        out[_say(f"column_{column}", lang)] = pd.Series(cells, dtype="str")
    return out


def note(scored: pd.DataFrame, lang: str | None = None, *, ahead: int = HORIZON) -> str:
    """What was asked, in one sentence under the table; or why there is no table."""
    if scored.empty:
        return _say("note_few", lang)
    return _say(
        "note_events",
        lang,
        series=f"{int(scored['series'].iloc[0]):,}",
        events=f"{int(scored['events'].iloc[0]):,}",
        judgements=f"{int(scored['judgements'].iloc[0]):,}",
        ahead=ahead,
    )


def _rule(name: str, lang: str | None) -> str:
    key = f"calls.rule_{name}"
    return messages.text(key, lang) if messages.has(key) else name


def _cell(value: float, count: bool) -> str:
    if pd.isna(value):
        return "–"
    return f"{int(value):,}" if count else f"{value:.0%}"


def _say(name: str, lang: str | None, **fields: object) -> str:
    return messages.text(f"calls.{name}", lang, **fields)
