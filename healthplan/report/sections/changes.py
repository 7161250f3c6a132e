"""What changed between any two years of data, and why: the same goals judged by what was known at the end of each."""

from itertools import combinations
from typing import Any

import pandas as pd

from healthplan import tables
from healthplan.judging.changes import status_changes
from healthplan.language.phrases import probability, quantity
from healthplan.line import PlanView
from healthplan.messages import text
from healthplan.report import blocks
from healthplan.report.blocks import Html

EDITIONS = 4  # the newest ones: six pairs


def changes(seen: PlanView) -> Html:
    """For each pair of editions the goals that changed group, then those whose chance moved; the reader picks the pair with
    buttons that need no script. Empty where there is one edition only."""
    editions = {**seen.past_gaps, seen.as_of: seen.gaps}
    years = sorted(editions)[-EDITIONS:]
    if len(years) < 2:
        return Html("")
    lang, pairs = seen.lang, []
    for first, last in combinations(years, 2):
        found = status_changes(editions[first], editions[last])
        found = found[found["target_id"].isin(seen.brief["target_id"])]
        pairs.append({"first": first, "last": last, "groups": _groups(found, seen)})
    named = seen.status_changes[seen.status_changes["target_id"].isin(seen.brief["target_id"])]
    counts = named[named["turned"].astype(bool)]["standing"].value_counts()
    turns = [text(f"changes.to_{one}", lang, count=counts[one]) for one in tables.STANDINGS if one in counts]
    return blocks.rendered("changes", lang, pairs=pairs, years=years, told=turns, before=years[-2], now=years[-1])


def _groups(found: pd.DataFrame, seen: PlanView) -> list[tuple[str, list[dict[str, Any]]]]:
    """The rows of a pair: those that changed group, those whose chance or word moved within it."""
    known = seen.brief.set_index("target_id")[["name", "card", "deadline"]].to_dict("index")
    units, lang, groups = seen.written_units(), seen.lang, []
    for turned, key in ((True, "turned"), (False, "moved")):
        own = found[found["turned"] == turned].to_dict("records")
        rows = [{**row, **known[row["target_id"]], **told(row, units[row["target_id"]], lang)} for row in own]
        if rows:
            groups.append((key, rows))
    return groups


def told(row: dict[Any, Any], unit: str, lang: str) -> dict[str, str]:
    """Chances and reason of a change in words."""
    chances = {name: "" if pd.isna(row[name]) else probability(row[name], lang) for name in ("chance_before", "chance")}
    say = lambda value: "—" if pd.isna(value) else quantity(value, unit, lang)  # noqa: E731
    fields = {"year": row["figure_year"], "figure": say(row["figure"]), "before": say(row["figure_before"])}
    return {**chances, "why": text(f"brief.changed_{row['reason']}", lang, **fields)}
