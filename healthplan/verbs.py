"""What an analyst types: one value for a plan with its figures, and a dozen verbs over it.

::

    import healthplan as hp

    plan = hp.plan("demo-2027", files=["figures.xlsx"])
    plan                                # title, years, how many goals have which status
    hp.scorecard(plan).query("status == 'off_course'")
    hp.explain(plan, "婴儿死亡率")
    hp.plot(plan, "婴儿死亡率")

A goal is given by its name, by its indicator (name, other name or id) or by its own id, whole or in part; where
several fit they are listed and none is guessed. Tables are plain DataFrames with the goal's name first. Words
are in ``lang``: that of the call, else that of the plan, else HEALTHPLAN_LANG, else Chinese. Whatever is wrong
raises one error of the family :class:`healthplan.errors.HealthplanError`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from healthplan import league_view, line, messages, planreader, tables, whatif, workspace
from healthplan.errors import Fault, InputError, UsageError, nearest_first, of_type, one_of, whole, wrong_value
from healthplan.intake import Intake, read_any
from healthplan.intake.yamlfile import FIRST_YEAR, LAST_YEAR
from healthplan.judging.outlook import as_judged
from healthplan.judging.programme import programme as choose
from healthplan.judging.scenarios import OWN_KINDS
from healthplan.language import characters, dates
from healthplan.league_view import LeagueView
from healthplan.line import PlanView
from healthplan.plans import load_plan
from healthplan.projection.engine import METHODS
from healthplan.registers import load_indicators, load_registers
from healthplan.vintages import Figures

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from pandas.io.formats.style import Styler

    from healthplan.explorer.widget import Explorer
    from healthplan.report.blocks import Html
    from healthplan.report.result import Result

__all__ = [  # noqa: RUF022  in the order of VERBS
    "plan", "areas", "what_if", "compare", "scorecard", "gaps", "trajectories", "explain", "things_needed", "staircase", "programme",
    "scenarios", "findings", "plot", "explore", "show", "style", "only", "section", "result", "read_file", "read_plan", "check",
]  # fmt: skip
MADE = 'hp.plan("demo-2027")'
LISTED = 12  # goals that a message names
MOST_ROWS = 100_000  # in a table for reading


def plan(
    plan_id: str,
    *,
    files: Sequence[Figures] = (),
    as_of: int | None = None,
    area: str = "",
    method: str = "ensemble",
    lang: str | None = None,
    cut_off: str = "",
) -> PlanView:
    """A plan of the workspace with its figures and registers, loaded once and kept together.

    ``files``: your own figures, paths of csv or Excel files or DataFrames, as one list; each needs the columns
    indicator, area, year, value and, unless the registered one is meant, unit (Chinese names do as well), and stands
    in the place of a shipped figure of the same indicator, area, group and year; what was asked about them (revisions,
    steps on a change of definition) stands in ``doubts`` of the plan. ``as_of``: figures up to this year; None or 0 is
    the newest year there is. ``area``: only the goals of this area. ``method``: how series are projected. ``cut_off``: a
    day (YYYY-MM-DD) within the year; goals due in it are then judged by the ledger's quarter (``healthplan ledger``).

    Raises :class:`UsageError` for a name or a type that is wrong, :class:`InputError` with every fault of the files.

    >>> hp.plan("demo-2027", as_of=2024, lang="en").as_of
    2024
    >>> own = pd.DataFrame({"indicator": ["nurses_per_1000"], "area": ["demo"], "year": [2025], "value": [3.7]})
    >>> hp.plan("demo-2027", files=[own]).as_of
    2025
    """
    of_type("plan", plan_id, str, '"demo-2027"')
    of_type("files / observations", files, (list, tuple), '["figures.xlsx"]')  # notebooks call them so
    of_type("area", area, str, '"demo"')
    one_of("method", method, METHODS)
    year = _year(as_of)
    of_type("cut_off", cut_off, str, '"2024-09-30"')
    if cut_off and not (len(cut_off) == 10 and dates.valid(cut_off)):
        wrong_value("cut_off", cut_off, "YYYY-MM-DD")
    known = load_registers()
    made = load_plan(plan_id, area=area, known=known)
    words = messages.default_language() if lang is None else _language(lang)
    return line.view(made, files=files, as_of=year, method=method, lang=words, known=known, cut_off=cut_off)


def areas(
    parts_of: str,
    *,
    indicators: Sequence[str] = (),
    files: Sequence[Figures] = (),
    as_of: int | None = None,
    to: int | None = None,
    method: str = "ensemble",
    lang: str | None = None,
) -> LeagueView:
    """The areas that lie in a larger one (``parts_of``, its id) beside each other: whom the figures tell apart, who moves
    fastest from the same start, where each one will be.

    ``indicators``: their ids; none: all of which at least half of the areas have figures. ``to``: the year looked ahead to,
    by default three years after ``as_of``. ``files``, ``as_of``, ``method``, ``lang`` as in :func:`plan`. Its tables:
    ``league``, ``speeds``, ``trajectories``, ``observations``.

    Raises :class:`UsageError` for an area with fewer than three parts or an indicator without figures.

    >>> provinces = hp.areas("china", indicators=["health_workers_total"], as_of=2024, lang="en")
    >>> provinces.table("speeds")[["name", "rate", "typical", "than_typical"]].head(2).round(2)
           name  rate  typical than_typical
    0  Zhejiang  5.50     4.18    not_apart
    1  Xinjiang  6.03     4.18    not_apart
    """
    of_type("parts_of", parts_of, str, '"china"')
    of_type("indicators", indicators, (list, tuple), '["health_workers_total"]')
    of_type("files / observations", files, (list, tuple), '["figures.xlsx"]')
    one_of("method", method, METHODS)
    known = load_registers()
    one_of("parts_of", parts_of, list(known.areas["area"]))
    words = messages.default_language() if lang is None else _language(lang)
    given: dict[str, Any] = {"as_of": _year(as_of), "to": _year(to), "method": method, "lang": words, "known": known}
    return league_view.view(parts_of, indicators=indicators, files=files, **given)


def what_if(
    plan: PlanView,
    *,
    observation: whatif.Observed | None = None,
    target: Mapping[str, Any] | None = None,
    deadline: Mapping[str, int | str] | None = None,
    population: Mapping[int, float] | None = None,
    leavers: Mapping[str, float] | None = None,
    pace: Mapping[str, tuple[str, float]] | None = None,
) -> PlanView:
    """The plan as it would be if something were so: a plan again, for every verb, which says what is supposed.

    ``observation``: a figure as (indicator, year, value), or as a mapping or DataFrame with area, group and unit too, or a
    list of them; counts, populations and rates that are tied to it are made again, and a count of a year whose
    population is not known yet is rated by the one projected. A figure of a later year moves the year of judging.
    ``target``: a goal's value in its own unit, of a range both ends. ``deadline``: a year or a date. ``population``: people
    of the plan's area by year; of years to come stocks per population change, their people do not. ``leavers``: the
    share of a stock that leaves a year (0-1), for :func:`things_needed`. ``pace``: a pace a year from the latest figure
    on, ``("percent", 2.5)``, ``("unit", 0.1)`` or ``("people", 120)``; the ups and downs stay those of the projection.
    Goals by name, indicator or id.

    What cannot be supposed raises :class:`UsageError`: a value out of its bounds, a goal without a number, a pace of a
    goal that is judged by counts.

    >>> plan = hp.plan("demo-2027", as_of=2024, lang="en")
    >>> new = hp.what_if(plan, observation=("nurses", 2024, 3250))
    >>> hp.compare(plan, new)[["name", "probability_met_before", "probability_met_after"]].round(2)
                                   name  probability_met_before  probability_met_after
    0  Nurses per 1,000 (first version)                    1.00                   1.00
    1                  Nurses per 1,000                    0.95                   0.98
    2         Nurses not below the city                    0.16                   0.62
    """
    seen = _seen(plan, None)
    given = {"target": target, "deadline": deadline, "population": population, "leavers": leavers, "pace": pace}
    for name, value in given.items():
        of_type(name, {} if value is None else value, Mapping, whatif.EXAMPLES[name])
    goals = lambda of: {find(seen, goal): value for goal, value in (of or {}).items()}  # noqa: E731
    measured = seen.gaps.set_index("target_id")["data_indicator"]
    return whatif.what_if(
        seen,
        whatif.Changes(
            figures=whatif.figures(seen, observation, lambda name: measured[find(seen, name)]),
            people={year: whatif.people(year, count) for year, count in (population or {}).items()},
            targets=goals(target),
            deadlines={goal: str(due)[:10] for goal, due in goals(deadline).items()},
            paces={goal: _pace(one) for goal, one in goals(pace).items()},
            leavers=whatif.leaving(seen, leavers or {}, lambda name: find(seen, name)),
        ),
    )


def compare(plan: PlanView, new: PlanView, *, lang: str | None = None) -> pd.DataFrame:
    """What moved between a plan and what became of it: a row a goal of which anything is other than before.

    Columns: name, target_id, unit, and of each of these before and after (``status_before``, ``status_after``):
    goal_low, goal_high (what has to be reached), deadline_year, latest_year, latest_value, projected_value, gap (> 0: short),
    probability_met (0-1), status, to_add (people and things to add by the deadline). No row: nothing moved. Raises
    :class:`UsageError` for two plans that have other goals.

    >>> plan = hp.plan("demo-2027", as_of=2024, lang="en")
    >>> moved = hp.compare(plan, hp.what_if(plan, target={"Nurses per 1,000": 4.2}))
    >>> moved[["name", "status_before", "status_after", "to_add_before", "to_add_after"]].round(0)
                   name status_before status_after  to_add_before  to_add_after
    0  Nurses per 1,000     on_course      at_risk          -16.0         215.0
    """
    mine, theirs = _seen(plan, lang), _seen(new, lang)
    return mine.named(whatif.compare(mine, theirs))


def scorecard(plan: PlanView, *, lang: str | None = None) -> pd.DataFrame:
    """The goals as a reader sees them, in the order of the plan: all cells are words.

    Columns: name, goal, deadline, now, outlook, gap, probability, status, status_word, why, departments, ...

    A row a goal; ``status`` is a code (docs/tables.md), ``counted`` false where an earlier row says the same goal. How a
    status comes about: docs/methods-gaps.md.

    >>> plan = hp.plan("demo-2027", as_of=2024, lang="en")
    >>> card = hp.scorecard(plan)
    >>> card.query("status == 'off_course'")[["name", "goal", "probability"]].head(2)
                             name                                  goal probability
    9        Physicians per 1,000         at least 3.2 per 1,000 people         14%
    12  Nurses not below the city  no lower than Sample City (invented)         16%
    """
    return _seen(plan, lang).table("scorecard")


def gaps(plan: PlanView, *, lang: str | None = None) -> pd.DataFrame:
    """The goals as numbers and codes (table ``gaps``): name, target_id, status, latest_value, projected_value,
    gap, probability_met, ...

    Values and gaps are in the indicator's unit, gap > 0 is a shortfall; rates are per year; probability_met is
    0-1; missing is empty. The pace so far, the references and the counts behind stand in tables beside it, with the
    same target_id: ``plan.judged.paces``, ``plan.judged.references``, ``plan.judged.events``; goals for every year have a
    row a year in ``plan.judged.years`` (``plan.table("paces")`` and so on give them by name). The gap is that of the
    projection's median at the deadline, the probability that of its fifteen quantiles: docs/methods-gaps.md.

    >>> plan = hp.plan("demo-2027", as_of=2024, lang="en")
    >>> off = hp.gaps(plan).query("status == 'off_course'")
    >>> off[["name", "projected_value", "gap", "probability_met"]].head(2).round(2)
                             name  projected_value   gap  probability_met
    9        Physicians per 1,000             3.09  0.11             0.14
    12  Nurses not below the city             4.16  0.25             0.16
    """
    return _seen(plan, lang).table("gaps")


def trajectories(plan: PlanView, goal: str | None = None, *, lang: str | None = None) -> pd.DataFrame:
    """What was seen and what is to be expected, one row a goal and year: for seaborn and the like.

    Columns: name, target_id, role (``own``, or ``reference`` for a larger area's series), indicator, area, year,
    kind (``observed`` or how it was projected), value, lower_80, upper_80, lower_95, upper_95, ... in the
    indicator's unit. Goals without a series have no rows. ``goal``: that goal alone.

    ``value`` of a projected year is the median; lower and upper ends are those of 80 and 95 % prediction intervals, q01 to
    q99 further quantiles (docs/methods-projection.md). Raises :class:`UsageError` for a goal that is none, or several.

    >>> plan = hp.plan("demo-2027", as_of=2024, lang="en")
    >>> series = hp.trajectories(plan, "life_expectancy")
    >>> series.query("year >= 2024")[["year", "kind", "value", "lower_80", "upper_80"]].round(2)
        year       kind  value  lower_80  upper_80
    10  2024   observed  79.21       NaN       NaN
    11  2025  projected  79.37     79.07     79.58
    12  2026  projected  79.51     79.02     79.79
    13  2027  projected  79.62     78.99     79.97
    """
    seen = _seen(plan, lang)
    return _of_goal(seen, seen.table("trajectories"), goal)


def explain(plan: PlanView, goal: str | None = None, *, lang: str | None = None) -> pd.DataFrame:
    """Why each goal (or the one ``goal``) is judged as it is, in sentences.

    Columns: name, target_id, status (in words), why, flip (what would change the verdict), pace, counts (what a
    rare event's rate means in cases).

    Numbers in them are rounded as pages round them. Raises :class:`UsageError` for a goal that is none, or several.

    >>> plan = hp.plan("demo-2027", as_of=2024, lang="en")
    >>> print(hp.explain(plan, "Nurses per 1,000")["why"].item())
    On its present course it reaches about 4.16 per 1,000 people in 2027 (95% interval 3.82 to 4.63); the probability of meeting the goal (at least 3.9 per 1,000 people) is 95%.
    """
    seen = _seen(plan, lang)
    return _of_goal(seen, seen.table("explain"), goal)


def things_needed(
    plan: PlanView, *, leavers: Mapping[str, float] | None = None, lang: str | None = None
) -> pd.DataFrame:
    """People, beds and places to add by the deadline, or events to avoid: one row a goal that has them.

    Columns: name, target_id, what (``add`` or ``avoid``), unit, required, stock, to_add (> 0: missing),
    owed_to_gap, owed_to_population, leavers, per_year, per_quarter, ... ``leavers``: the share of a stock that
    leaves a year, by indicator; none is given unless you say so.

    Things are people, beds and the like, whole ones in ``per_year``; ``to_add`` = required - stock + leavers, at the
    projected population (docs/methods-gaps.md). Raises :class:`UsageError` for leavers that are no mapping.

    >>> plan = hp.plan("demo-2027", as_of=2024, lang="en")
    >>> needed = hp.things_needed(plan, leavers={"nurses_per_1000": 0.03})
    >>> needed.query("indicator == 'nurses_per_1000'")[["name", "stock", "required", "leavers", "to_add"]].round(0)
                            name   stock  required  leavers  to_add
    5           Nurses per 1,000  3026.0    3010.0    272.0   256.0
    6  Nurses not below the city  3026.0    3401.0    272.0   647.0
    """
    seen = _seen(plan, lang)
    of_type("leavers", {} if leavers is None else leavers, Mapping, '{"nurses_per_1000": 0.03}')
    if leavers is None:
        return seen.named(seen.things())
    return seen.named(seen.things(whatif.leaving(seen, leavers, lambda name: find(seen, name))))


def staircase(plan: PlanView, *, lang: str | None = None) -> pd.DataFrame:
    """How many more of each thing, beyond what the trend brings, bring each goal to a chance of 50 and of 80 %.

    Columns: name, stock (id of the thing), target_id, level, deadline_year, unit, probability_met, now, then (how many
    have to be there), trend, extra, more (beyond the step before of the same thing: shared things are counted once), per_year,
    share_of_now (per cent), best_per_year (the best pace ever here), times_best, capped. Goals about outcomes have no row: these
    are not bought.

    >>> plan = hp.plan("demo-2027", as_of=2024, lang="en")
    >>> hp.staircase(plan).query("extra > 0")[["name", "level", "extra", "times_best"]].head(3).round(1)
                       name  level  extra  times_best
    0  Physicians per 1,000    0.5     83         1.3
    1  Physicians per 1,000    0.8    117         1.6
    2  Growth in physicians    0.5    107         1.6
    """
    return _seen(plan, lang).table("staircase")


def programme(plan: PlanView, *, costs: Mapping[str, float], budget: float, lang: str | None = None) -> pd.DataFrame:
    """What your own costs and budget would choose from the :func:`staircase`: quantities, not measures, and nothing about
    money beyond what you say.

    ``costs``: of one more of each thing that may be bought (its stock id, or its name in either language), in the unit of
    ``budget``. Columns: name, stock, target_id, level, extra, chosen, chosen_share (how often it is chosen when every cost is up
    to 30 % off), added (of this thing in all), cost. Raises :class:`UsageError` for a thing that no step asks for.

    >>> plan = hp.plan("demo-2027", as_of=2024, lang="en")
    >>> chosen = hp.programme(plan, costs={"physicians": 10, "nurses": 6}, budget=1500)
    >>> chosen[["name", "level", "extra", "chosen", "chosen_share"]].round(2)
                            name  level  extra  chosen  chosen_share
    0       Physicians per 1,000    0.5     83    True          1.00
    1       Physicians per 1,000    0.8    117    True          1.00
    2       Growth in physicians    0.5    107    True          1.00
    3       Growth in physicians    0.8    136    True          0.67
    4  Nurses not below the city    0.5    190   False          0.00
    5  Nurses not below the city    0.8    338   False          0.00
    """
    seen = _seen(plan, lang)
    of_type("costs", costs, Mapping, '{"nurses": 6}')
    of_type("budget", budget, (int, float, np.number), "1500")
    asked, known = seen.staircase["stock"].unique(), seen.registers.stocks
    names = {
        written: row["stock"]
        for row in known.to_dict("records")
        for written in (row["stock"], row["name_zh"], row["name_en"])
    }
    given = {}
    for thing, cost in costs.items():
        one_of("costs", names.get(thing, thing), list(asked))
        of_type("costs", cost, (int, float, np.number), '{"nurses": 6}')
        if not 0 < cost < float("inf"):
            wrong_value("costs", cost, "> 0")
        given[names[thing]] = float(cost)
    if not 0 <= budget < float("inf"):
        wrong_value("budget", budget, ">= 0")
    return seen.named(choose(seen.staircase, known, given, float(budget)))


def scenarios(
    plan: PlanView, *, own: Mapping[str, tuple[str, float]] | None = None, lang: str | None = None
) -> pd.DataFrame:
    """Where each pace would lead: one row a goal, scenario and year.

    Columns: name, target_id, scenario (as_now, best_here, best_peer, needed, own), year, value, at_deadline,
    met, rate, rate_kind, pace_area, ... ``own``: your own pace a year by goal (name, indicator or id), as
    ``("percent", 2.5)``, ``("unit", 0.1)`` or ``("people", 120)``.

    ``rate`` is per cent or units a year (``rate_kind``), ``gap`` > 0 a shortfall at the deadline. Raises
    :class:`UsageError` for a pace of another kind.

    >>> plan = hp.plan("demo-2027", as_of=2024, lang="en")
    >>> paces = hp.scenarios(plan, own={"Physicians per 1,000": ("unit", 0.1)})
    >>> there = paces[(paces["name"] == "Physicians per 1,000") & paces["at_deadline"]]
    >>> there[["scenario", "value", "rate", "gap", "met"]].round(2)
         scenario  value  rate   gap    met
    47     as_now   3.09   NaN  0.11  False
    51  best_here   3.15  2.47  0.05  False
    55     needed   3.20  2.98  0.00   True
    59        own   3.23  0.10 -0.03   True
    """
    seen = _seen(plan, lang)
    of_type("own", {} if own is None else own, Mapping, '{"婴儿死亡率": ("percent", -3)}')
    paces = {find(seen, goal): _pace(pace, "own") for goal, pace in (own or {}).items()}
    return seen.named(seen.scenarios(paces or None))


def _pace(pace: tuple[str, float], name: str = "pace") -> tuple[str, float]:
    expected = '("percent", 2.5) | ("unit", 0.1) | ("people", 120)'
    if not isinstance(pace, (tuple, list)) or len(pace) != 2 or pace[0] not in OWN_KINDS:
        wrong_value(name, pace, expected)
    of_type(name, pace[1], (int, float, np.number), expected)
    if not np.isfinite(pace[1]) or (pace[0] == "percent" and pace[1] <= -100):
        wrong_value(name, pace, expected)
    return pace[0], float(pace[1])


def findings(plan: PlanView, *, lang: str | None = None) -> pd.DataFrame:
    """Where the plan contradicts itself, its parts or the past.

    Columns: name (of the goals concerned), finding, severity (error, warning, note), target_ids, locator,
    message. An empty table means that nothing was found, not that the plan is right.

    >>> plan = hp.plan("demo-2027", as_of=2024, lang="en")
    >>> print(hp.findings(plan).query("severity == 'error'")["message"].item())
    "Hospital beds (text)" has two values: at least 4,500 beds (2025) and at least 4,700 beds (2025)
    """
    return _seen(plan, lang).table("findings")


def plot(
    plan: PlanView, goal: str | Sequence[str], *, ax: Axes | Sequence[Axes] | None = None, lang: str | None = None
) -> Any:
    """Figures, projection with its intervals, goal and reference of one goal, drawn on ``ax`` or on a new figure.

    Returns the Axes; for a list of goals an array of them, each under its name. What your ``ax`` shows already stays in sight;
    names stand right of the last year where it is wide enough (250 px). Neither your theme nor your settings are changed,
    and they do not change the letters of the picture.

    Values stand in the indicator's unit, the bands are 80 and 95 %. Raises :class:`UsageError` for a goal that is none, or
    several, one without a series, or not as many Axes as goals.

    >>> plan = hp.plan("demo-2027", as_of=2024, lang="en")
    >>> hp.plot(plan, "life_expectancy").get_xlabel()
    'year · invented demo data'
    >>> figure, axes = plt.subplots(1, 2)
    >>> len(hp.plot(plan, ["life_expectancy", "Physicians per 1,000"], ax=axes))
    2
    """
    from healthplan.figures.style import new_axes

    seen, titled = _seen(plan, lang), ax is None
    if isinstance(goal, str):
        return _drawn(seen, goal, new_axes(1)[0] if ax is None else ax, titled)
    of_type("goal", goal, (list, tuple), '["life_expectancy", "婴儿死亡率"]')
    if not goal:
        wrong_value("goal", goal, '["life_expectancy", "婴儿死亡率"]')
    places = list(new_axes(len(goal)) if ax is None else np.ravel(np.asarray(ax, dtype=object)))
    if len(places) != len(goal):
        wrong_value("ax", f"{len(places)} Axes", f"{len(goal)} Axes")
    return np.array([_drawn(seen, g, a, titled) for g, a in zip(goal, places, strict=True)], dtype=object)


def show(
    table: pd.DataFrame | PlanView | LeagueView,
    *,
    plan: PlanView | None = None,
    lang: str | None = None,
    rows: int = 100,
    columns: Sequence[str] | str | None = None,
) -> Styler:
    """A table for reading: names first, units beside the numbers, statuses as words with a shape, missing as a dash, and
    each goal's course as a small picture where its ``plan`` is given. A plan alone is shown as its scorecard, areas as their
    league. The frame itself stays as it is.

    ``table``: what any verb or ``plan.table`` gives, or a frame of your own. ``rows``: so many, from the first on; what is
    left out is said above the table. ``columns``: names of columns, or ``"all"``; None: those that matter. ``lang``: by
    default that of the plan, else of the table's own words. What is given is a pandas Styler over the numbers: no script, no
    request, and its methods (``.background_gradient(subset="gap")``) go on working. Raises :class:`UsageError` for a column
    that the table has not.

    >>> plan = hp.plan("demo-2027", as_of=2024, lang="en")
    >>> hp.show(hp.gaps(plan), plan=plan, rows=3)
    61 rows, 41 columns. The first 3 rows are listed; all: hp.show(…, rows=61). ...
    >>> hp.show(plan, rows=1, columns=["name", "now", "gap"]).to_html().count("79.2 years (2024)")
    1
    """
    from healthplan.report import show as shown

    of_type("table", table, (pd.DataFrame, PlanView, LeagueView), "hp.gaps(plan)")
    if isinstance(table, LeagueView):
        words = table.lang if lang is None else _language(lang)
        return show(table.in_language(words).table("league"), lang=words, rows=rows, columns=columns)
    if isinstance(table, PlanView):
        words = table.lang if lang is None else _language(lang)
        return show(table.in_language(words).table("scorecard"), plan=table, lang=words, rows=rows, columns=columns)
    if plan is not None:
        plan = _seen(plan, lang)
    whole("rows", rows, 1, MOST_ROWS)
    named = (
        None if columns is None else [*map(str, table)] if isinstance(columns, str) and columns == "all" else columns
    )
    named = [named] if isinstance(named, str) else named
    for one in named or ():
        one_of("columns", one, [*map(str, table)])
    known = load_registers() if plan is None else plan.registers
    words = _language(lang) if lang else plan.lang if plan else _language_of(table)
    return shown.show(table, words, known, plan, rows, named)


def style(theme: str | None = None) -> list[str]:
    """Make your own matplotlib and seaborn pictures right in Chinese, and bold letters bold: the font becomes Noto Sans SC.

    ``theme``: a seaborn style (``whitegrid``, ``darkgrid``, ``white``, ``dark``, ``ticks``) to be set along with it; None
    leaves yours. ``sns.set_theme()``, ``plt.rcdefaults()`` and the sheets ``classic`` and ``seaborn-v0_8*`` take the font
    away again: call this after them, or pass what it returns, ``sns.set_theme(font=hp.style())``. Every other
    ``plt.style.use`` leaves it. Our own pictures need none of this and never change your settings.

    Returns the names of the fonts, for ``font=``. Raises :class:`UsageError` for another theme.

    >>> hp.style(theme="whitegrid")[0]
    'Noto Sans SC'
    """
    from healthplan.figures.style import THEMES, use

    if theme is not None:
        one_of("theme", theme, THEMES)
    return use(theme)


def explore(plan: PlanView, goal: str | None = None, *, lang: str | None = None) -> Explorer:
    """A goal to play with in a notebook: history, fan and target drawn in the browser, with handles for its pace, latest
    figure, target, deadline, population and leavers; what else changes comes from :func:`what_if`.

    ``goal``: the one shown first, by default the first that has a picture; the others are in its list. Gaps are in the
    indicator's unit, > 0 is a shortfall. ``.row``: the last move and what came of it, as a table of one row; ``.new``:
    the plan that it makes. Raises :class:`UsageError` for a goal that there is not.

    >>> plan = hp.plan("demo-2027", as_of=2024, lang="en")
    >>> hp.explore(plan, "Nurses per 1,000")
    Explorer: demo-2027 · demo-2027-t012
    """
    from healthplan.explorer.widget import Explorer

    seen = _seen(plan, lang)
    return Explorer(seen, None if goal is None else find(seen, goal), what_if, compare)


def only(plan: PlanView, goal: str) -> PlanView:
    """The plan cut down to one goal, for a page about that goal.

    Its goal is judged as it was among the others. Raises :class:`UsageError` for a goal that is none, or several.

    >>> plan = hp.plan("demo-2027", as_of=2024, lang="en")
    >>> one = hp.only(plan, "life_expectancy")
    >>> one.table("gaps")[["target_id", "status"]]
            target_id   status
    0  demo-2027-t001  at_risk
    """
    seen = _seen(plan, None)
    return seen.only(find(seen, goal))


def section(of: PlanView | LeagueView | Intake, name: str, *, lang: str | None = None, **options: Any) -> Html:
    """One piece of a report page: of a plan (``answer``, ``scorecard``, ``charts``, ...), of areas beside each other
    (``first``, ``speeds``, ``areas``, ...) or of a file that was read (``intake``, ``difference``, ``own``). A name that there is not raises :class:`UsageError` with all there are.

    >>> plan = hp.plan("demo-2027", as_of=2024, lang="en")
    >>> "Life expectancy" in hp.section(plan, "scorecard")
    True
    """
    from healthplan.report import sections

    of_type("of", of, (PlanView, LeagueView, Intake), MADE)
    if isinstance(of, PlanView):
        one_of("name", name, sections.OF_PLAN)
        return sections.OF_PLAN[name](_seen(of, lang), **options)
    if isinstance(of, LeagueView):
        one_of("name", name, sections.OF_AREAS)
        return sections.OF_AREAS[name](of if lang is None else of.in_language(_language(lang)), **options)
    one_of("name", name, sections.OF_FILE)
    words = messages.default_language() if lang is None else _language(lang)
    return sections.OF_FILE[name](of, words, **options)


def result(plan: PlanView | LeagueView) -> Result:
    """What the last cell of a report's notebook shows: the proof of what was asked, and the tables beside the page.

    Its tables are ``gaps``, ``scorecard`` and those in ``beside``, as lists of rows that go into JSON. Raises
    :class:`UsageError` for a plan with something supposed: that is no report.

    >>> plan = hp.plan("demo-2027", as_of=2024, lang="en")
    >>> print(hp.result(plan).headline)
    8 goals projected to miss by 2027, 2 more missed a past deadline
    """
    from healthplan.report.league_result import result as of_areas
    from healthplan.report.result import result as made

    if isinstance(plan, LeagueView):
        return of_areas(plan)
    if _seen(plan, None).supposed.told:
        wrong_value("plan", plan.tables.about["plan_id"], MADE, messages.both("whatif.no_report"))
    return made(plan)


def read_file(path: str | Path, *, kind: str | None = None) -> Intake:
    """Any file a person has (figures, targets, parameters), read whole or not at all.

    Its ``table`` is the tidy table (empty while ``ok`` is False), ``faults`` everything that is wrong with place
    and remedy, ``left_out`` what was not read. A bad file raises nothing.

    >>> found = hp.read_file("data/observations/demo.csv")
    >>> found.ok, len(found.table)
    (True, 594)
    """
    of_type("path / file", path, (str, Path), '"figures.xlsx"')
    inside = workspace.current().root / path
    return read_any(inside if inside.exists() and not Path(path).exists() else path, kind=kind)


def check(what: str | Path | pd.DataFrame, kind: str | None = None, *, lang: str | None = None) -> pd.DataFrame:
    """Every fault of a file, or of a DataFrame that is to be our table ``kind``; no row: nothing is wrong.

    Columns: severity (error: refused; warning, note: it may enter), place, value, problem, expected, fix, code.

    Raises :class:`UsageError` for a ``kind`` that is no table (docs/tables.md lists them).

    >>> hp.check("data/observations/demo.csv").query("severity == 'error'").empty
    True
    >>> frame = pd.DataFrame({"indicator": ["nurses_per_1000"], "area": ["demo"], "year": [2025], "value": ["x"]})
    >>> hp.check(frame, "observations", lang="en")[["place", "problem"]]
                            place                   problem
    0        row 1, column "unit"       a column is missing
    1      row 1, column "source"       a column is missing
    2  row 1, column "obs_status"       a column is missing
    3       row 2, column "value"  cannot be read as number
    """
    words = messages.default_language() if lang is None else _language(lang)
    of_type("what", what, (str, Path, pd.DataFrame), '"figures.xlsx"')
    faults: tuple[Fault, ...] = ()
    if not isinstance(what, pd.DataFrame):
        faults = read_file(what, kind=kind).faults
    else:
        one_of("kind", kind, tables.ALL)
        try:
            tables.check(what, str(kind))
        except InputError as error:
            faults = error.faults
    columns = ["severity", "place", "value", "problem", "expected", "fix", "code"]
    place = lambda fault: replace(fault, file=fault.file and workspace.shown(fault.file)).place(words)  # noqa: E731
    rows = [{**fault.as_dict(words), "place": place(fault)} for fault in faults]
    return pd.DataFrame(rows, columns=columns)


def read_plan(document: str | Path) -> pd.DataFrame:
    """Candidate targets from a plan document (.docx, .pdf, .html, text), for a person to confirm.

    Columns: name, indicator, comparator, value, unit, deadline, evidence, confidence, ... (the sheet that
    ``healthplan read-plan`` writes). Raises :class:`InputError` for a document that cannot be read.

    >>> from pathlib import Path
    >>> from tempfile import mkdtemp
    >>> document = Path(mkdtemp()) / "规划.txt"
    >>> _ = document.write_text("到2027年，婴儿死亡率控制在3.5‰以下，每千人口注册护士达到3.9人。", encoding="utf-8")
    >>> hp.read_plan(document)[["name", "comparator", "value", "unit", "deadline"]]
           name comparator  value  unit deadline
    0     婴儿死亡率         <=    3.5     ‰     2027
    1  每千人口注册护士         >=    3.9  人/千人     2027
    """
    of_type("document", document, (str, Path), '"规划.docx"')
    given: dict[str, Any] = {"indicators": load_indicators()}
    return planreader.within_limits(planreader.read_plan, [document], Path(document), **given)


def find(plan: PlanView, goal: str) -> str:
    """The id of the one goal meant. Raises :class:`UsageError` where none fits, or several: they are listed.

    >>> from healthplan.verbs import find
    >>> find(hp.plan("demo-2027"), "life_expectancy")
    'demo-2027-t001'
    """
    of_type("goal", goal, str, '"婴儿死亡率"')
    spelt = _spellings(plan)
    wanted = characters.key(goal)
    whole = spelt[spelt["key"] == wanted]
    if whole["own"].any():  # a goal's own name goes before that of what it measures
        whole = whole[whole["own"]]
    part = spelt[spelt["key"].str.contains(wanted, regex=False) & (wanted != "")]
    ids = list(dict.fromkeys((whole if len(whole) else part)["target_id"]))
    if len(ids) == 1:
        return ids[0]
    of = dict(zip(spelt["key"], spelt["target_id"], strict=True))
    listed = ids or list(dict.fromkeys(map(of.__getitem__, nearest_first(wanted, of))))
    names = plan.names
    words = [f"{names[one]} ({one})" for one in listed[:LISTED]] + ["…"] * (len(listed) > LISTED)
    fields = {"expected": "; ".join(words), "count": len(ids)}
    raise UsageError(Fault("NAME-GOALS" if ids else "NAME-GOAL", value=goal, fields=fields))


def _spellings(plan: PlanView) -> pd.DataFrame:
    """Every way to write each goal, folded: columns target_id, key and own (the goal's own name)."""
    about = plan.registers.indicators.reindex(columns=["indicator", "name_zh", "name_en", "aliases"]).fillna("")
    known = {one: [zh, en, *others.split(";")] for one, zh, en, others in about.itertuples(index=False)}
    rows = []
    for target in plan.tables.targets.to_dict("records"):
        one, own = target["target_id"], [target["name_zh"], target["name_en"]]
        ways = [one, one.rsplit("-", 1)[-1], *own, target["indicator"], *known.get(target["indicator"], [])]
        rows += [(one, characters.key(way), way in own) for way in ways if way]
    return pd.DataFrame(rows, columns=["target_id", "key", "own"]).drop_duplicates()


def _drawn(seen: PlanView, goal: str, ax: Any, titled: bool) -> Axes:
    from matplotlib.axes import Axes

    from healthplan.figures.goal import trajectory_chart

    of_type("ax", ax, Axes, "plt.subplots()[1]")
    target = find(seen, goal)
    rows = seen.charts[seen.charts["target_id"] == target] if len(seen.charts) else seen.charts
    if rows.empty:
        raise UsageError(Fault("PLOT-SERIES", value=seen.names[target]))
    row = rows.iloc[0].to_dict()
    title = seen.names[target] if titled else ""
    trajectory_chart(row, as_judged(seen.shown_trajectories, row), lang=seen.lang, ax=ax, title=title)
    return ax


def _seen(plan: PlanView, lang: str | None) -> PlanView:
    """The plan in the language asked for."""
    of_type("plan", plan, PlanView, MADE)
    return plan if lang is None else plan.in_language(_language(lang))


def _language(lang: str) -> str:
    one_of("lang", lang, messages.LANGUAGES)
    return lang


def _language_of(table: pd.DataFrame) -> str:
    """The language of the names in a table; of one without names that of the settings."""
    if "name" not in table or table.empty:
        return messages.default_language()
    return "zh" if table["name"].astype("str").str.contains("[\u3400-\u9fff]").any() else "en"


def _year(as_of: int | None) -> int | None:
    if as_of is None:
        return None
    whole("as_of", as_of, FIRST_YEAR, LAST_YEAR, zero=True)
    return int(as_of) or None


def _of_goal(seen: PlanView, frame: pd.DataFrame, goal: str | None) -> pd.DataFrame:
    """The rows of one goal, where one is named; each row keeps its number."""
    return frame if goal is None else frame[frame["target_id"] == find(seen, goal)]
