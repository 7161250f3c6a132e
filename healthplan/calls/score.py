"""Right, abstained, flipped: one row a rule, on identical events; and the table as people read it."""

import numpy as np
import pandas as pd

from healthplan import messages
from healthplan.calls import ours, replay
from healthplan.calls.events import BOTH, HORIZON, Book, Judgements, judgements, read_book
from healthplan.calls.measures import named
from healthplan.calls.rules import PUBLISHED, TRIVIAL, Rule

COLUMNS = ("rule", "series", "judgements", "events", "right", "abstained", "flips", "word_flips",
           "right_throughout", "on_course_said", "on_course_true", "off_course_said",
           "off_course_true")  # fmt: skip
OURS = ours.OURS
SHOWN = ("judgements", "right", "abstained", "word_flips", "right_throughout", "on_course_true",
         "off_course_true")  # fmt: skip
BINS = 10  # of the probabilities


def score_calls(
    observations: pd.DataFrame,
    indicators: pd.DataFrame | None = None,
    *,
    project: replay.Project | None = None,
    chance: replay.Chance | None = None,
    kind: str = BOTH,
    origins: int | None = None,
) -> pd.DataFrame:
    """One row a rule, ours first: how its past calls on these figures would have come out.

    observations: long table indicator, area, year, value (optional period, unit, indicator_kind). Goals: c times the
    last value, 1 to 5 years ahead (``kind``, see :func:`healthplan.calls.events.judgements`), judged again each year
    until due. ``project`` and ``chance`` are ``projection.project`` and ``distribution.probability``; without them our
    own rule is left out. ``origins``: at most so many a series.

    Columns (shares 0-1): rule, series, judgements, events, right (an abstention counts as wrong), abstained, flips (of
    met / not met / abstains from one year to the next), word_flips (of the rule's own words), right_throughout (events
    judged rightly from first to last), on_course_said, on_course_true, off_course_said, off_course_true.
    """
    book = read_book(observations, indicators)
    j = judgements(book, kind=kind, origins=origins)
    rows = []
    if len(j) and project is not None and chance is not None:
        p = replay.probabilities(book, j, observations, indicators, project, chance)
        rows.append(own_row(p, book, j))
    if len(j):
        rows += [published_row(rule, book, j) for rule in (*PUBLISHED, *TRIVIAL)]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def reliability_of_calls(
    observations: pd.DataFrame,
    indicators: pd.DataFrame | None = None,
    *,
    project: replay.Project,
    chance: replay.Chance,
    origins: int | None = None,
) -> pd.DataFrame:
    """Our probabilities against what came out, by class of probability: from, to, n, said (mean
    probability), came (share met)."""
    book = read_book(observations, indicators)
    j = judgements(book, kind=BOTH, origins=origins)
    p = replay.probabilities(book, j, observations, indicators, project, chance)
    known = ~np.isnan(p)
    place = np.minimum((p[known] * BINS).astype(int), BINS - 1)
    rows = pd.DataFrame({"bin": place, "said": p[known], "came": j.met[known].astype(float)})
    out = rows.groupby("bin").agg(n=("said", "size"), said=("said", "mean"), came=("came", "mean"))
    out.insert(0, "from", out.index / BINS)
    out.insert(1, "to", (out.index + 1) / BINS)
    return out.reset_index(drop=True)


def published_row(rule: Rule, book: Book, j: Judgements) -> dict[str, float | str]:
    """The score of a published or trivial rule."""
    classes = rule.judge(book, j)
    on, off = np.isin(classes, rule.positive), np.isin(classes, rule.negative)
    call = np.where(classes < 0, -1, on.astype(np.int8))
    return {"rule": rule.name, **scores(j, call, classes, on, off)}


def own_row(probability: np.ndarray, book: Book, j: Judgements) -> dict[str, float | str]:
    """The score of our rule: met where that is as likely as not, with the words that are said beside it."""
    classes = ours.colours(ours.said(probability, book, j))
    call = np.where(np.isnan(probability), -1, probability >= 0.5).astype(np.int8)
    return {"rule": OURS, **scores(j, call, classes, classes == 0, classes == 2)}


def scores(j: Judgements, call: np.ndarray, classes: np.ndarray, on: np.ndarray, off: np.ndarray) -> dict[str, float]:
    """All shares of one rule. ``call`` 1 met, 0 not met, -1 abstains (which counts as wrong)."""
    right = call == j.met
    again = np.flatnonzero(np.diff(j.event) == 0) + 1
    whole = np.bincount(j.event)
    good = np.bincount(j.event, weights=right)
    asked = whole > 0
    return {
        "series": len(np.unique(j.series)),
        "judgements": len(j),
        "events": int(asked.sum()),
        "right": _share(right),
        "abstained": _share(call < 0),
        "flips": _share(call[again] != call[again - 1]),
        "word_flips": _share(classes[again] != classes[again - 1]),
        "right_throughout": _share(good[asked] == whole[asked]),
        "on_course_said": _share(on),
        "on_course_true": _share(j.met[on]),
        "off_course_said": _share(off),
        "off_course_true": _share(~j.met[off]),
    }


def _share(flags: np.ndarray) -> float:
    return float(np.mean(flags)) if len(flags) else float("nan")


def readable(scored: pd.DataFrame, lang: str | None = None) -> pd.DataFrame:
    """The table of :func:`healthplan.calls.score_calls` as text, a row a rule in the same order. Shares become whole
    percentages, what does not exist an en dash; a rule without a name in the catalogue keeps its own."""
    out = pd.DataFrame({_say("column_rule", lang): [named("rule", r, lang) for r in scored["rule"]]})
    for column in SHOWN:
        form = "{:,.0f}" if column == "judgements" else "{:.0%}"
        cells = ["–" if pd.isna(value) else form.format(value) for value in scored[column]]
        out[_say(f"column_{column}", lang)] = pd.Series(cells, dtype="str")
    return out


def note(scored: pd.DataFrame, lang: str | None = None) -> str:
    """What was asked, in one sentence under the table; or why there is no table."""
    if scored.empty:
        return _say("note_few", lang)
    fields = {name: f"{int(scored[name].iloc[0]):,}" for name in ("series", "events", "judgements")}
    return _say("note_events", lang, ahead=HORIZON, **fields)


def _say(name: str, lang: str | None, **fields: object) -> str:
    return messages.text(f"calls.{name}", lang, **fields)
