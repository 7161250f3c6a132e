"""The next figure of each goal as its sentence says it, fed back: read from the printed words, put into a file of figures
and judged by the whole line at the end of its year."""

import re
from dataclasses import replace
from functools import cache
from itertools import product

import numpy as np
import pandas as pd
import pytest
from test_one_outlook import generated

from healthplan import line, tables
from healthplan.language import units, vocabulary
from healthplan.line import PlanView
from healthplan.messages import text
from healthplan.next_figure import OPEN, PROMISES
from healthplan.plans import Plan, load_plan, plan_ids
from healthplan.registers import load_registers

CASES = [*product(plan_ids(), (2024,)), ("towards", 2024), ("away", 2023)]
ABOUT = {"plan_id": "p", "area": "here", "period_start": 2023, "period_end": 2027, "published_year": 2022,
         "title_zh": "规划"}  # fmt: skip
WORDS = {text(f"status.{word}", "zh"): word for word in PROMISES}


@cache
def seen(which: str, year: int) -> PlanView:
    """A shipped plan, or one with every comparator at every kind of indicator, each goal on figures of its own."""
    if which in plan_ids():
        return line.view(load_plan(which), as_of=year)
    _, targets, known, _, registry, areas, chosen, _ = generated(1.0 if which == "towards" else -1.0)
    third = slice(year % 2 + (which == "away"), None, 3)  # of three goals that differ in their number alone
    targets, chosen = (rows.iloc[third].reset_index(drop=True) for rows in (targets, chosen))
    names = [f"{kind}_{n}" for n, kind in enumerate(targets["indicator"])]
    rows = dict(iter(known.groupby("indicator")))
    about = registry.set_index("indicator", drop=False)
    own = [rows[kind].assign(indicator=name) for name, kind in zip(names, targets["indicator"], strict=True)]
    more = [about.loc[[kind]].assign(indicator=name) for name, kind in zip(names, targets["indicator"], strict=True)]
    known, registry = (
        pd.concat([known, *own], ignore_index=True),
        pd.concat([registry, *more], ignore_index=True),
    )
    plan = Plan(
        ABOUT,
        targets.assign(indicator=names),
        tables.empty("milestones"),
        chosen.assign(indicator=names),
    )
    registers = replace(load_registers(), indicators=registry, areas=areas)
    view = PlanView(plan, registers, known, year, "ensemble", "zh")
    view.__dict__["observations"] = known[known["year"] <= year]
    return view


def measured(view: PlanView, gap: pd.Series) -> pd.Series:
    """The indicator whose figures a goal is judged by."""
    return view.registers.indicators.set_index("indicator").loc[gap["data_indicator"]]


def figure(view, gap, year, value, count=None, exposure=None) -> dict:
    """A row as a person writes it."""
    about = measured(view, gap)
    if count is not None:
        value = count / exposure * about["per"]
    names = {name: gap[f"data_{name}"] for name in ("indicator", "area", "group")}
    return {
        **names,
        "year": year,
        "value": value,
        "unit": about["unit"],
        "numerator": count,
        "denominator": exposure,
    }


def number(words: str) -> float:
    return float(words.replace(",", "").replace("−", "-"))


def read(view: PlanView, gap: pd.Series, words: str) -> tuple[list[dict], str, bool]:
    """What a sentence says: the figures that it asks for, the status they give (empty: no promise), and whether figures
    beyond them do."""
    words = words[re.search(r"(只有)?20\d\d年", words).start() :]  # behind what else has to come
    said = re.search(r"“([^”]+)”[^“]*$", words)[1]
    if words.startswith("只有"):
        path = words[words.index("；") + 1 : words.rindex("，待")]
        steps = re.findall(r"(20\d\d)年第?([−\d,.]+)", path)
        return [figure(view, gap, int(y), number(v)) for y, v in steps], WORDS[said], False
    year = int(words[:4])
    kind, value = re.search(r"(即使为|达到|不低于|不高于|为)第?([−\d,.]+)", words).groups()
    counted = re.search(r"即(?:不少于|不超过)?([\d,]+)\D*?，按分母([\d,]+)计", words)
    counts = [int(number(one)) for one in counted.groups()] if counted else []
    onward = kind in ("不低于", "不高于") or "及以上" in words or "更靠前" in words
    rows = [figure(view, gap, year, number(value), *counts)]
    return rows, "" if kind == "即使为" else WORDS[said], onward


def fed(view: PlanView, which: str, asked: dict[str, list[dict]]) -> dict[str, str]:
    """The status of each goal with its figures in place: in a file beside the others, several goals at once where none
    rests on the figures of another."""
    found = {}
    while asked:
        put, rest_on, batch, end = set(), set(), [], None
        for one, rows in asked.items():
            mine, last, own = (
                leaning(view, one),
                max(view.as_of, rows[-1]["year"]),
                rows[0]["indicator"],
            )
            if not mine & put and own not in rest_on and end in (None, last):
                put, rest_on, end = put | {own}, rest_on | mine, last
                batch.append(one)
        rows = pd.DataFrame([row for one in batch for row in asked.pop(one)])
        found |= _statuses(view, which, rows, end, batch)
    return found


def leaning(view: PlanView, target_id: str) -> set[str]:
    goal = view.tables.targets.set_index("target_id").loc[target_id]
    used = view.gaps.set_index("target_id").loc[target_id, "data_indicator"]
    about = view.registers.indicators.set_index("indicator")
    names = {used, goal["indicator"], goal.get("reference_indicator") or used}
    for pair in vocabulary.pairs("part_of"):  # a part above its whole is refused in one file
        if names & {pair["one"], pair["other"]}:
            names |= {pair["one"], pair["other"]}
    return names | {about.loc[n, part] for n in names for part in ("numerator", "denominator")}


def _statuses(view, which, rows, year, goals) -> dict[str, str]:
    kept = view.tables.targets["target_id"].isin(goals)
    plan = replace(view.tables, targets=view.tables.targets[kept])
    if which in plan_ids():
        then = line.view(plan, files=[rows], as_of=year)
        late = (then.vintages["year"] > view.as_of) & then.vintages["row"].isna()
        then = replace(then, vintages=then.vintages[~late])
    else:
        then = replace(view, tables=plan, as_of=year)
        told = told_as_observations(view, rows)
        then.__dict__["observations"] = pd.concat([view.observations, told], ignore_index=True)
    return dict(zip(then.gaps["target_id"], then.gaps["status"], strict=True))


def told_as_observations(view: PlanView, rows) -> pd.DataFrame:
    """The rows of a person as *observations*."""
    whole = pd.DataFrame(rows).reindex(columns=view.vintages.columns)
    return tables.check(whole.assign(obs_status="final", period="", source="x"), "observations")


def claims(view: PlanView):
    gaps = view.answered.set_index("target_id", drop=False)
    words = view.words.set_index("target_id")["flip"]
    said = gaps[gaps["next_does"].fillna("") != ""]
    return {one: (gap, *read(view, gap, words[one])) for one, gap in said.iterrows()
            if text(f"gaps.{gap['flip']}", "zh").split("{")[0] != words[one] and re.search(r"20\d\d年", words[one])}  # fmt: skip


@pytest.mark.parametrize(("which", "year"), CASES)
def test_what_a_sentence_says_of_the_next_figure_comes_true_when_it_comes(which, year):
    view = seen(which, year)
    said = claims(view)
    does = fed(view, which, {one: rows for one, (_, rows, _, _) in said.items()})
    for one, (_, rows, word, _) in said.items():
        assert does[one] == word if word else does[one] not in PROMISES, (one, rows)


@pytest.mark.parametrize(("which", "year"), CASES)
def test_or_more_means_any_figure_beyond(which, year):
    view, asked = seen(which, year), {}
    for one, (gap, rows, _, onward) in claims(view).items():
        if onward:
            row, way = rows[0], 1 if pd.notna(gap["goal_low"]) else -1
            about = measured(view, gap)
            per = about["per"] if row["numerator"] is not None else 1
            value = row["value"] * (1 + way * 0.045)
            value = np.ceil(value) if about["indicator_kind"] in ("count", "event") else value
            top = about["upper_bound"] if pd.notna(about["upper_bound"]) else np.inf
            count = None
            if row["numerator"] is not None:
                count = min(round(value * row["denominator"] / per), row["denominator"])
            asked[one] = [figure(view, gap, row["year"], min(value, top), count, row["denominator"])]
    does = fed(view, which, dict(asked))
    wrong = {one: (asked[one][0]["value"], does[one]) for one in asked if does[one] not in PROMISES}
    assert not wrong


@pytest.mark.parametrize(("which", "year"), CASES)
def test_where_none_can_no_figure_between_does(which, year):
    view = seen(which, year)
    none = {one: (gap, rows[0]) for one, (gap, rows, word, _) in claims(view).items() if not word}
    for share in (0.0, 0.3, 0.7):
        asked = {}
        for one, (gap, row) in none.items():
            value = row["value"] + share * (gap["latest_value"] - row["value"])
            whole = units.counts_things(measured(view, gap)["unit"])
            asked[one] = [figure(view, gap, row["year"], round(value, 0 if whole else 2))]
        does = fed(view, which, asked)
        assert not {one for one in none if does[one] in PROMISES}, share


@pytest.mark.parametrize(("which", "year"), CASES)
def test_every_open_goal_with_figures_of_its_own_says_what_the_next_one_does(which, year):
    gaps = seen(which, year).answered
    judged = gaps["status"].isin([word for word in OPEN if word != "no_data"])
    open_ones = gaps[judged & gaps["latest_year"].notna() & (gaps["flip"] != "flip_joined")]
    assert (open_ones["next_does"].fillna("") != "").all(), open_ones[["target_id", "status", "flip", "next_does"]]


def test_a_plan_that_is_published_later_remembers_no_word_of_before():
    """What is tried is judged as the next year's run will: halfway to the figure that a sentence names, too."""
    view = seen("towards", 2024)
    about = {**view.tables.about, "published_year": 2026, "period_stated": False}
    some = view.tables.targets.iloc[::3]
    young = replace(view, tables=replace(view.tables, about=about, targets=some))
    young.__dict__["observations"] = view.observations
    halfway = {}
    for one, (gap, rows, word, _) in claims(young).items():
        if word and len(rows) == 1 and rows[0]["numerator"] is None:
            value = round((rows[0]["value"] + gap["latest_value"]) / 2, 2)
            halfway[one] = [figure(young, gap, rows[0]["year"], value)]
    assert len(halfway) > 6
    asked = list(halfway.items())
    does = fed(young, "towards", dict(asked))
    for one, rows in asked:
        tried = told_as_observations(young, rows)
        word = young.judged_with(tried, max(young.as_of, rows[0]["year"]), {one})["status"].item()
        assert does[one] == word, (one, rows)


def test_who_decides_is_said_only_where_it_is_so():
    """That the deadline's figure decides: only where it is the next but one; elsewhere later ones may."""
    for which, year in CASES:
        view = seen(which, year)
        words = view.words.set_index("target_id")["flip"]
        gaps = view.answered.set_index("target_id")
        for one, gap in gaps[gaps["next_does"] == "none_can"].iterrows():
            last = gap["next_year"] + 1 >= gap["deadline_year"]
            assert ("年的数据才能定" in words[one]) <= last, (one, words[one])


@pytest.mark.parametrize(("share", "most"), [(0.05, 105.0), (0.2, 120.0)])
def test_no_figure_is_named_that_breaks_a_limit_of_growth_itself(share, most):
    view = seen("towards", 2024)
    targets = view.tables.targets
    some = targets[(targets["comparator"] == "growth_max") & (targets["unit"] == "%")]
    level = [t for t in some["target_id"] if measured(view, view.answered.set_index("target_id").loc[t])["unit"] != "%"]  # fmt: skip
    limited = targets[targets["target_id"].isin(level)]
    plan = replace(view.tables, targets=limited.assign(value=share * 100))
    other = replace(view, tables=plan)
    other.__dict__["observations"] = view.observations
    gaps = other.answered.set_index("target_id").loc[level]
    named = gaps[gaps["next_value"].notna()]
    assert len(named) and (named["next_value"] <= named["latest_value"] * most / 100 + 1e-9).all()
