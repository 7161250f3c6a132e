"""Goals judged by their quarter, as the quarter's own page tells them."""

import pandas as pd

from healthplan import tables
from healthplan.language import units
from healthplan.language.dates import on
from healthplan.messages import text
from healthplan.registers import departments


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
        # the schedule of such a goal is the ledger's, by quarter
        schedule_value=rows["schedule_value"].mask(by_quarter),
        schedule_gap=rows["schedule_gap"].mask(by_quarter),
    )


def _sentence(verdict: dict, lang: str) -> str:
    state = text(f"ledger.state_{verdict['state']}", lang)
    if verdict["mark"]:
        state = text("scorecard.state_mark", lang, state=state, mark=text(f"ledger.mark_{verdict['mark']}", lang))
    key = "quarter_why" if verdict[f"why_{lang}"] else "quarter_word"
    return text(f"scorecard.{key}", lang, day=on(verdict["cut_off"], lang), state=state, why=verdict[f"why_{lang}"])


def followed(tasks: pd.DataFrame, verdicts: pd.DataFrame, lang: str) -> pd.DataFrame:
    """Table *followed*: each task's newest verdict."""
    last = verdicts.assign(made=verdicts["edition"].str.split("-").map(lambda one: (one[0], int(one[1]))))
    last = last.sort_values("made", kind="stable").drop_duplicates("task_id", keep="last")
    rows = tasks.drop(columns="goal_value").merge(last, on="task_id")
    shown = rows.assign(
        name=rows[f"name_{lang}"], why=rows[f"why_{lang}"], chance=rows["p"],
        lead=[departments(one, lang) for one in rows["lead"]],
        unit=[units.word(one, lang) for one in rows["unit"]],
        state_word=[text(f"ledger.state_{one}", lang) for one in rows["state"]],
    )  # fmt: skip
    return tables.check(shown[tables.columns("followed")], "followed")
