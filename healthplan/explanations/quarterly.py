"""Goals judged by their quarter, as the quarter's own page tells them."""

import pandas as pd

from healthplan.language.dates import on
from healthplan.messages import text


def told(rows: pd.DataFrame, said: pd.DataFrame, lang: str) -> pd.DataFrame:
    """``rows`` of :func:`healthplan.explanations.scorecards.told` with the sentences of the verdicts ``said`` (see
    :func:`healthplan.ledger.feed.at`) and ``until``, the day up to which their figures count (empty for other goals)."""
    by_quarter = rows["rests_on"] == "quarter"
    verdicts = said.set_index("target_id").to_dict("index")
    words = {one: _sentence(verdict, lang) for one, verdict in verdicts.items()}
    days = {one: verdict["cut_off"] for one, verdict in verdicts.items()}
    return rows.assign(
        why=rows["why"].mask(by_quarter, rows["target_id"].map(words)),
        until=rows["target_id"].map(days).where(by_quarter, ""),
    )


def _sentence(verdict: dict, lang: str) -> str:
    state = text(f"ledger.state_{verdict['state']}", lang)
    if verdict["mark"]:
        state = text("scorecard.state_mark", lang, state=state, mark=text(f"ledger.mark_{verdict['mark']}", lang))
    key = "quarter_why" if verdict[f"why_{lang}"] else "quarter_word"
    return text(f"scorecard.{key}", lang, day=on(verdict["cut_off"], lang), state=state, why=verdict[f"why_{lang}"])
