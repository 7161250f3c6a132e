"""The straight line for one plan: its observations, their trajectories, its gaps.

:class:`PlanView` is the line as a value: a plan with its figures and registers, every further table made when
first asked for, and once. The functions below it are the same steps: tables in, tables out. What takes seconds is worked out
once in a session: the same tables give the same answer, whoever loaded them again (:func:`once`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from importlib import import_module
from operator import attrgetter
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from healthplan import judging, next_figure, registers, tables
from healthplan.calls import ours, score
from healthplan.calls.measures import published_measures
from healthplan.consistency import consistency
from healthplan.distribution import probability
from healthplan.errors import Fault, UsageError, one_of
from healthplan.explanations import named, quarterly, scorecards
from healthplan.explanations.brief import brief
from healthplan.explanations.summary import summary
from healthplan.explanations.supposed import told as told_suppositions
from healthplan.judging.changes import status_changes
from healthplan.judging.effort import staircase
from healthplan.judging.joined import members
from healthplan.judging.scenarios import scenarios
from healthplan.judging.supposed import NOTHING, Supposed, as_supposed
from healthplan.judging.trust import trust
from healthplan.language import comparators, meaning, phrases, units
from healthplan.language.dates import on
from healthplan.ledger import feed, quarters, store
from healthplan.messages import text
from healthplan.plans import Plan, last_year, unclaimed
from healthplan.projection import compare_methods, project
from healthplan.projection.borrowing import MOST_POINTS
from healthplan.registers import Registers
from healthplan.related import related
from healthplan.vintages import Figures, known_at, vintages

KEPT = 64  # answers, the newest ones
_known: dict[tuple, Any] = {}
Answer = TypeVar("Answer")


def once(what: str, resting_on: Sequence[object], make: Callable[[], Answer]) -> Answer:
    """What ``make`` gives, made when first asked for; ``resting_on``: every table and value that it depends on. The
    answer is shared: nobody may change it."""
    key = (what, *map(_mark, resting_on))
    if key not in _known:
        answer = make()  # which may ask for other answers on its way
        _known[key] = answer
        while len(_known) > KEPT:
            _known.pop(next(iter(_known)))
    return _known[key]


def _mark(part: object) -> object:
    """What tells this table, or value, from any other."""
    if not isinstance(part, pd.DataFrame):
        return repr(part)
    rows = pd.util.hash_pandas_object(part, index=False).to_numpy()
    return tuple(part.columns), hashlib.blake2b(rows.tobytes(), digest_size=16).digest()


@dataclass(frozen=True, eq=False, repr=False)
class PlanView:
    """A plan with everything that its verdicts rest on.

    ``tables``: the plan itself (about, targets, milestones, series); ``registers``: indicators, areas,
    departments, sources; ``vintages``: every area's printed figures in all their editions; ``method``: how series are
    projected; ``lang``: the language of words; ``doubts``: what was asked and said about the user's own figures. The
    other tables are made when first asked for, and once.
    """

    tables: Plan
    registers: Registers
    vintages: pd.DataFrame
    as_of: int
    method: str
    lang: str
    doubts: tuple[Fault, ...] = ()
    newest: bool = False  # nobody asked for a year: the newest edition of each figure counts
    cut_off: str = ""  # a day within the year; empty: its end
    quarter: pd.DataFrame | None = None  # what the ledger said of each goal by then (see ledger.feed.at)
    supposed: Supposed = NOTHING  # what is supposed in this plan and is not so (see healthplan.whatif)
    moved_from: tuple[PlanView, frozenset[str]] | None = None  # the plan before it was supposed, and the goals moved

    def __repr__(self) -> str:
        """Title, years and counts by status, in a few lines."""
        about, counts = self.tables.about, self.counts
        present = [status for status in tables.STATUSES if status in counts]
        listed = [f"{text(f'status.{s}', self.lang)} {counts[s]}" for s in present]
        fields = {"plan": about["plan_id"], "period": phrases.period(about, self.lang), "as_of": self.as_of}
        parts = {"targets": int(counts.sum()), "milestones": len(self.tables.milestones)}
        shown = text("analyst.plan_shown", self.lang, **fields, **parts)
        return "\n".join([about[f"title_{self.lang}"], *self.suppositions, shown, " · ".join(listed)])

    @property
    def counts(self) -> pd.Series:
        """How many goals have which status (index): of a goal that the plan prints twice, one."""
        # Not the scorecard's rows: to tell what would turn each verdict takes seconds more.
        goals = self.tables.targets.loc[judging.one_goal_rows(self.tables.targets), "target_id"]
        return self.gaps.loc[self.gaps["target_id"].isin(goals), "status"].value_counts()

    @property
    def suppositions(self) -> list[str]:
        """What is supposed here, a sentence each; none for a plan as it is."""
        return told_suppositions(self.supposed.told, self.registers, self.tables.targets, self.lang)

    def _repr_html_(self) -> str:
        """The same as a card in a notebook. By name: to this room pages are an upper floor."""
        return str(import_module("healthplan.report.show").card(self))

    def in_language(self, lang: str) -> PlanView:
        """The same plan with words in ``lang``; numbers that have been made are not made again."""
        if lang == self.lang:
            return self
        other = replace(self, lang=lang)
        told = {"names", "told", "card", "charts", "brief", "followed", "summary", *self.__dataclass_fields__}
        other.__dict__.update({k: v for k, v in self.__dict__.items() if k not in told})
        return other

    def table(self, name: str) -> pd.DataFrame:
        """A table of the plan by its name (``TABLES``; columns, units and signs: docs/tables.md), as a plain DataFrame of
        your own: the goal's name first, one thing a row. What the verbs give under these names is the same.

        Raises :class:`UsageError` for another name, with all there are.

        >>> plan = hp.plan("demo-2027", as_of=2024, lang="en")
        >>> plan.table("paces")[["name", "base_year", "base_value", "pace_linear"]].head(2).round(2)
                        name  base_year  base_value  pace_linear
        0    Life expectancy       2022       78.83         1.42
        1  Under-5 mortality       2022        6.01         7.62
        """
        one_of("name", name, TABLES)
        return self.named(TABLES[name](self))

    @cached_property
    def names(self) -> dict[str, str]:
        """Each goal's name by its id."""
        return named.names(self.tables.targets, self.lang)

    def named(self, frame: pd.DataFrame) -> pd.DataFrame:
        """A copy of a table with the goal's name in front."""
        return named.named(frame, self.names)

    def only(self, target_id: str) -> PlanView:
        """The plan cut down to one of its targets (and its conditions), which is judged as it is among the others."""
        of_one = self.tables.targets["target_id"] == target_id
        goals = self.tables.targets[of_one].to_dict("records")
        kept = [target_id, *(member for goal in goals for member in members(goal))]
        cut = lambda frame: frame[frame["target_id"].isin(kept)].reset_index(drop=True)  # noqa: E731
        plan = replace(self.tables, targets=cut(self.tables.targets), series=cut(self.tables.series))
        one = replace(self, tables=plan)
        one.__dict__["horizon"] = self.horizon
        series = pd.MultiIndex.from_frame(one.used[tables.SERIES])
        here = pd.MultiIndex.from_frame(self.projected[tables.SERIES]).isin(series)
        paths = self.projected[here].reset_index(drop=True)
        judged = type(self.judged)(*map(cut, self.judged))
        one.__dict__.update({"judged": judged, "projected": paths, "before": self.before})
        if "answered" in self.__dict__:
            one.__dict__["answered"] = cut(self.answered)
        return one

    @property
    def synthetic(self) -> bool:
        """Whether the plan and its figures are invented for demonstration."""
        return self.tables.synthetic

    def indicator_name(self, indicator: str) -> str:
        """The name of an indicator in the plan's language."""
        return self.registers.indicator_name(indicator, self.lang)

    def area_name(self, area: str) -> str:
        """The name of an area in the plan's language."""
        return self.registers.area_name(area, self.lang)

    def unit(self, indicator: str) -> str:
        """The registered unit of an indicator."""
        return self.registers.unit(indicator)

    def written_units(self) -> dict[str, str]:
        """The unit in which the figures behind each target are written, by target id: places in their own words."""
        measured = zip(self.gaps["target_id"], self.gaps["data_indicator"], strict=True)
        known = self.registers.indicators.set_index("indicator").to_dict("index")
        nothing = {"unit": "", "direction": ""}
        return {one: units.written_unit(known.get(what, nothing)) for one, what in measured}

    def newest_figures(self) -> tuple[int, int]:
        """The newest year of the figures of the plan's own areas, and of the references shown; 0 where there is
        none."""
        known = self.observations
        own = known.loc[known["area"].isin(self.tables.targets["area"]), "year"]
        references = self.judged.references["reference_year"].dropna()
        return int(own.max()) if len(own) else 0, int(references.max()) if len(references) else 0

    @cached_property
    def observations(self) -> pd.DataFrame:
        """Every area's figures as they were known at ``as_of``, and the rates that their counts allow."""
        then, known = None if self.newest else self.as_of, self.registers
        rests_on = (self.vintages, known.indicators, known.areas, known.area_changes, then)
        return once("observations", rests_on, lambda: known_at(then, self.vintages, known)).copy(deep=False)

    @cached_property
    def nearby(self) -> pd.DataFrame:
        """``observations`` as far as verdicts look at them: all, unless it is known of which they could (see
        :mod:`healthplan.carried`)."""
        return self.observations

    @cached_property
    def used(self) -> pd.DataFrame:
        """The observations that the plan's targets rest on (table ``observations``)."""
        return among(self.nearby, self.wanted)

    @cached_property
    def wanted(self) -> set[tuple[str, str, str]]:
        """The series that the plan's targets may rest on."""
        return series_wanted(self.tables, self.registers.indicators, self.registers.areas)

    @cached_property
    def rests(self) -> dict[str, set[str]]:
        """The indicators that the verdict of each target may rest on."""
        about = self.registers.about
        named = self.tables.series.groupby("target_id")["indicator"].agg(set).to_dict()
        rates: dict[str, set[str]] = {}
        for one, row in about.items():
            rates.setdefault(row["numerator"], set()).add(one)
        found = {}
        for row in self.tables.targets.to_dict("records"):
            own = {row["indicator"], row.get("reference_indicator") or "", *named.get(row["target_id"], ())} - {""}
            parts = {about[one][part] for one in own if one in about for part in ("numerator", "denominator")}
            rated = {rate for one in own for rate in rates.get(one, ())}
            below = {about[one][part] for one in rated for part in ("numerator", "denominator")}
            found[row["target_id"]] = own | parts | rated | below
        return found

    @cached_property
    def questions(self) -> tuple[Fault, ...]:
        """The ``doubts``, and the user's figures that no goal uses though one without figures is named much the same."""
        if "row" not in self.vintages:
            return self.doubts
        own = self.vintages[self.vintages["row"].notna()]
        return (*self.doubts, *unclaimed(self.tables, own, self.used, self.registers.indicators))

    @cached_property
    def horizon(self) -> int:
        """The year up to which series are projected: that of the plan's last deadline."""
        return max(last_year(self.tables), self.as_of)

    @property
    def trajectories(self) -> pd.DataFrame:
        """Table ``trajectories`` of the series used, up to the ``horizon``; where something is supposed, as they would be."""
        return self._as_supposed if self.supposed.ahead else self.projected

    @cached_property
    def _as_supposed(self) -> pd.DataFrame:
        return as_supposed(self.projected, self.registers.about, self.supposed)

    @cached_property
    def projected(self) -> pd.DataFrame:
        """Table ``trajectories`` as the figures alone have it."""
        known = self.nearby, self.registers.indicators, self.registers.areas
        how: dict[str, Any] = {"as_of": self.as_of, "to": self.horizon, "method": self.method}
        return project_plan(self.tables, *known, **how, used=self.used)

    @cached_property
    def shown_trajectories(self) -> pd.DataFrame:
        """``trajectories`` with ``obs_status`` of each observed year, as charts show it; a year without a figure of
        its own counts as final."""
        key = [*tables.SERIES, "year"]
        known = self.used[self.used["period"].fillna("") == ""]
        known = known[[*key, "obs_status"]].drop_duplicates(key)
        rows = self.trajectories.drop(columns="obs_status", errors="ignore")
        rows = rows.merge(known, on=key, how="left")
        return rows.assign(obs_status=rows["obs_status"].fillna("final"))

    @cached_property
    def judged(self) -> judging.Judged:
        """The tables ``gaps``, ``paces``, ``references``, ``events`` and ``years``; what is due within the year of a cut-off
        by its quarter."""
        found = self._by(judging.judge)
        if self.quarter is None:
            return found
        return found._replace(gaps=feed.judged(found.gaps, self.quarter, self.registers.indicators))

    def _by(self, judges: Callable[..., Answer]) -> Answer:
        plan, about = self.tables, self.registers
        return judges(
            plan.targets, self.trajectories, self.used, about.indicators, plan.series, about.areas,
            elsewhere=self.nearby, before=self.before, **plan.judged_at(self.as_of),
        )  # fmt: skip

    @property
    def gaps(self) -> pd.DataFrame:
        """Table ``gaps``: one row a target."""
        return self.judged.gaps

    @cached_property
    def verdicts(self) -> pd.DataFrame:
        """Table ``gaps`` with the columns of the tables beside it."""
        return self.judged.whole()

    @cached_property
    def past_gaps(self) -> dict[int, pd.DataFrame]:
        """The gap tables that each earlier year's figures would have given, by as-of year: from the year before the plan
        (of one that does not say its years, from its publication), but no more than ``MEMORY`` of them; none where nothing
        ahead is judged by figures of the plan's own."""
        return {year: then.gaps for year, then in self.past.items()}

    @cached_property
    def past(self) -> dict[int, PlanView]:
        """The plan as each earlier year's figures would have it, by as-of year (see :attr:`past_gaps`)."""
        return once("past", self._rests_on, self._past)

    @property
    def _rests_on(self) -> tuple[object, ...]:
        """Everything that a judgement of the plan is made from."""
        plan, about = self.tables, self.registers
        given = (plan.targets, plan.series, plan.about, self.vintages)
        known = (about.indicators, about.areas, about.area_changes)
        return (*given, *known, self.as_of, self.method, self.newest, self.quarter)

    @property
    def _remembers_from(self) -> int:
        """The first year whose words are looked back on."""
        about = self.tables.about
        stated = self.tables.period_stated
        return int(about["period_start"]) - 1 if stated else int(about["published_year"])

    def _past(self) -> dict[int, PlanView]:
        past: dict[int, PlanView] = {}
        for year in self.past_years:
            past[year] = self.in_past(year, past.get(year - 1))
        return past

    @cached_property
    def past_years(self) -> list[int]:
        """The years that are looked back on (see :attr:`past_gaps`)."""
        plan, used = self.tables, self.used
        asked = used["area"].isin(plan.targets["area"])
        asked &= used["indicator"].isin([*plan.targets["indicator"], *plan.series["indicator"]])
        known = used.loc[asked & (last_year(plan) > self.as_of), "year"]
        years = range(max(self._remembers_from, self.as_of - judging.MEMORY), self.as_of)
        return [year for year in years if (known <= year).any()]

    def in_past(self, year: int, before: PlanView | None) -> PlanView:
        """The plan as it was at the end of ``year``; ``before``: as it was a year earlier."""
        as_it_was: dict[str, Any] = {
            "newest": False,
            "cut_off": "",
            "quarter": None,
            "supposed": NOTHING,
            "moved_from": None,
        }
        then = replace(self, as_of=year, vintages=self._printed, **as_it_was)
        then.__dict__["before"] = words_of(before)
        return then

    @cached_property
    def _printed(self) -> pd.DataFrame:
        """The printed figures that may bear on the goals."""
        about, used = self.registers.indicators, self.used
        grown = about.loc[about["name_zh"].map(meaning.is_growth), "indicator"]
        if used["indicator"].isin(grown).any():  # they are made of figures of another name
            return self.vintages
        return self.vintages[self.vintages["indicator"].isin(used["indicator"])]

    @cached_property
    def before(self) -> dict[str, str]:
        """The status of each target a year ago, by target_id."""
        return words_of(self.past.get(self.as_of - 1))

    def judged_with(self, figures: pd.DataFrame, as_of: int, goals: set[str]) -> pd.DataFrame:
        """Status and chance of these goals (columns target_id, method, status, probability_met) as they will be judged at
        the end of ``as_of`` if no more than these figures (rows of *observations*) came until then."""
        then = self._cut_to(goals, as_of)
        known = pd.concat([then.observations, figures], ignore_index=True)
        then.__dict__.update({"observations": known, "horizon": max(self.horizon, as_of)})
        then.__dict__["before"] = self._before(figures, as_of, goals)
        return then._by(judging.words)

    def _before(self, figures: pd.DataFrame, as_of: int, goals: set[str]) -> dict[str, str]:
        """The status of these goals in the year before ``as_of``, with the figures of then; none where the run of that
        year remembers none."""
        if as_of == self.as_of:
            return self.before
        if not self._remembers_from < as_of < last_year(self.tables):
            return {}
        earlier = figures[figures["year"] < as_of]
        return _words(self.gaps if earlier.empty else self.judged_with(earlier, as_of - 1, goals))

    def _cut_to(self, goals: set[str], as_of: int) -> PlanView:
        """The plan with no more than these goals and their stages, and the indicators and figures that they may rest on."""
        plan, about = self.tables, self.tables.targets
        stages = about.loc[about["target_id"].isin(goals) & (about["stage_of"] != ""), "stage_of"]
        kept = about[about["target_id"].isin(goals) | about["stage_of"].isin(stages)]
        series = plan.series[plan.series["target_id"].isin(kept["target_id"])]
        cut, known = replace(plan, targets=kept, series=series), self.registers
        rests = plan_observations(cut, self.observations, known.indicators, known.areas)
        asked = {*rests["indicator"], *series["indicator"], *kept["indicator"]}
        asked |= set(kept.get("reference_indicator", []))
        few = known.indicators[known.indicators["indicator"].isin(asked)]
        parts = known.indicators["indicator"].isin({*asked, *few["numerator"], *few["denominator"]})
        near = replace(known, indicators=known.indicators[parts].reset_index(drop=True))
        then = replace(self, tables=cut, registers=near, as_of=as_of)
        there = self.observations["indicator"].isin(rests["indicator"])
        then.__dict__["observations"] = self.observations[there]
        return then

    @cached_property
    def answered(self) -> pd.DataFrame:
        """``verdicts`` with the next figure of each open goal (see :mod:`healthplan.next_figure`): what pages show."""
        rows, kept = self.verdicts, []
        if self.moved_from is not None:  # nothing is said of a figure behind a course that is only supposed
            plan, moved = self.moved_from
            stays = ~plan.answered["target_id"].isin(moved)
            kept = [plan.answered.loc[stays, ["target_id", *next_figure.COLUMNS]]]
            rows = rows[rows["target_id"].isin(set() if self.supposed.ahead else moved)]
        known = rows, self.used, self.tables.targets, self.registers.indicators
        search = partial(next_figure.next_figures, *known, as_of=self.as_of, again=self.judged_with)
        found = once("next figures", (*self._rests_on, self.supposed.told, rows["target_id"].tolist()), search)
        found = pd.concat([*kept, found], ignore_index=True) if kept else found
        rows = self.verdicts.drop(columns=list(next_figure.COLUMNS)).merge(found, on="target_id", how="left")
        beside = rows.drop(columns=self.gaps.columns)
        return tables.check(rows[self.gaps.columns], "gaps").join(beside)

    @property
    def answered_gaps(self) -> pd.DataFrame:
        """Table ``gaps`` with the next figure of each open goal."""
        return self.answered[self.gaps.columns]

    @cached_property
    def told(self) -> pd.DataFrame:
        """Each goal with its names and sentences (see :func:`healthplan.explanations.scorecards.told`)."""
        known = self.tables.targets, self.registers.indicators, self.registers.areas
        beside = {"series": self.tables.series, "years": self.judged.years}
        rows = scorecards.told(self.answered, *known, **beside, lang=self.lang)
        return rows if self.quarter is None else quarterly.told(rows, self.quarter, self.lang)

    @property
    def next_share(self) -> str:
        """How many of the goals that are judged ahead of their deadline say which figure comes next, in a sentence."""
        asked, told, none = next_figure.share(self.answered)
        rest = text("gaps.next_share_rest", self.lang, count=left) if (left := asked - told - none) else ""
        return text("gaps.next_share", self.lang, asked=asked, told=told, none=none, rest=rest)

    @cached_property
    def card(self) -> pd.DataFrame:
        """Table ``scorecard``."""
        return scorecards.scorecard(self.told, self.lang)

    @cached_property
    def compared(self) -> pd.DataFrame:
        """How each named method would have done on the plan's own series at past origins (see
        :func:`healthplan.projection.compare_methods`)."""
        given = (self.used, self.registers.indicators, self.as_of)
        return once("compared", given, lambda: compare_methods(*given[:2], as_of=self.as_of))

    @cached_property
    def trust(self) -> pd.DataFrame:
        """Table ``trust``: how far each verdict can be relied on."""
        return trust(self.gaps, self.tables.targets, self.used, self.compared, self.judged.events)

    @cached_property
    def earlier(self) -> tuple[int, pd.DataFrame] | None:
        """The edition that changes are told against: its year and its *gaps*; None where there is none."""
        year = self.as_of - 1
        return (year, self.past_gaps[year]) if year in self.past_gaps else None

    @cached_property
    def status_changes(self) -> pd.DataFrame:
        """Table ``status_changes``, against the ``earlier`` edition."""
        return tables.empty("status_changes") if self.earlier is None else status_changes(self.earlier[1], self.gaps)

    @cached_property
    def brief(self) -> pd.DataFrame:
        """Table ``brief``: what leaders read of each goal that counts."""
        about = self.registers.indicators
        rates = about[about["indicator_kind"] == "rate"]
        events = dict(zip(rates["indicator"], rates["numerator"], strict=True))
        before = None if self.earlier is None else self.earlier[1]
        return brief(self.told, self.card, self.things(), self.trust, before, events, self.as_of, self.lang)

    @cached_property
    def ledger(self) -> store.Ledger:
        """The plan's ledger, of empty tables where it has none."""
        return store.load(self.tables.about["plan_id"])

    @cached_property
    def followed(self) -> pd.DataFrame:
        """Table ``followed``: what the ledger said last of the days that the figures of this report reach."""
        said = self.ledger.verdicts[self.ledger.verdicts["cut_off"] <= self.until]
        return quarterly.followed(self.ledger.tasks, said, self.lang) if len(said) else tables.empty("followed")

    @cached_property
    def by_quarter(self) -> pd.DataFrame:
        """What the ledger said of each goal at the end of each quarter of the cut-off's year (see ledger.feed.by_quarter)."""
        return feed.by_quarter(self.ledger, self.cut_off, self.tables.targets)

    @property
    def until(self) -> str:
        """The last day of which figures count here."""
        return self.cut_off or f"{self.as_of}-12-31"

    @property
    def in_year(self) -> bool:
        """Whether the goals are judged within the year of ``as_of`` and not at its end: that of the plan's publication."""
        return not self.cut_off and self.tables.in_year(self.as_of)

    @property
    def gone(self) -> str:
        """The last day that has gone by: deadlines up to it are past."""
        return self.cut_off or f"{self.as_of - self.in_year}-12-31"

    @property
    def followed_later(self) -> str:
        """In a sentence up to which later day the ledger has verdicts, which are not this report's; empty without any."""
        newest = self.ledger.verdicts["cut_off"].max()
        if pd.isna(newest) or newest <= self.until:
            return ""
        return text("report.followed_later", self.lang, later=on(newest, self.lang), until=on(self.until, self.lang))

    @cached_property
    def summary(self) -> pd.DataFrame:
        """Table ``summary``: what the first page says in sentences."""
        near = ours.of_words()
        near = near[near["data_set"] == near["data_set"].iloc[0]]
        counts = {"year": last_year(self.tables), "replaced": int((self.card["status"] == "superseded").sum())}
        known = self.brief, self.status_changes, self.expected, near
        return summary(*known, **counts, earlier=self.earlier is not None, lang=self.lang)

    @cached_property
    def charts(self) -> pd.DataFrame:
        """What each target's chart shows (see :func:`healthplan.explanations.scorecards.charts`)."""
        since = int(self.tables.about["period_start"]) if self.tables.about["period_start"] else None
        return scorecards.charts(self.told, self.lang, synthetic=self.synthetic, since=since)

    @property
    def words(self) -> pd.DataFrame:
        """The sentences of each row of ``gaps``: target_id, method, why, flip, pace, counts."""
        return self.told[["target_id", "method", "why", "flip", "pace", "counts"]]

    @cached_property
    def expected(self) -> pd.DataFrame:
        """Table ``expected``: how many goals will be met."""
        from healthplan.judging.together import expected  # needs scipy

        return expected(self.gaps, self.tables.targets)

    def things(self, leavers: Mapping[str, float] | None = None, some: Collection[str] | None = None) -> pd.DataFrame:
        """Table ``things`` (see :func:`healthplan.judging.things_needed`), of ``some`` targets or of all; of ``leavers`` those
        supposed, unless said."""
        rows, known = self.verdicts, [self.used, self.trajectories, self.registers.indicators]
        if some is not None:
            rows = rows[rows["target_id"].isin(list(some))]
            rests = {part for one in rows["target_id"] for part in self.rests[one]}
            known = [frame[frame["indicator"].isin(rests)] for frame in known]
        said = dict(self.supposed.leavers) if leavers is None else leavers
        return judging.things_needed(rows, *known, as_of=self.as_of, leavers=said)

    @cached_property
    def staircase(self) -> pd.DataFrame:
        """Table ``staircase`` (see :func:`healthplan.judging.effort.staircase`)."""
        known = self.used, self.trajectories, self.registers.indicators
        given = (self.things(), self.registers.stocks, self.tables.targets)
        return staircase(self.verdicts, *given, *known, as_of=self.as_of)

    def scenarios(self, own: Mapping[str, tuple[str, float]] | None = None) -> pd.DataFrame:
        """Table ``scenarios`` (see :func:`healthplan.judging.scenarios.scenarios`)."""
        known = self.trajectories, self.observations, self.registers.indicators, self.registers.areas
        return scenarios(self.verdicts, *known, as_of=self.as_of, own=own)

    @cached_property
    def measures(self) -> pd.DataFrame:
        """Table ``measures``: what the published measures of progress say of each goal."""
        return published_measures(self.verdicts, self.used, self.registers.indicators)

    @cached_property
    def calls(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """How our calls and published rules would have come out on the figures used, and how often our
        probabilities kept their word (see :mod:`healthplan.calls`)."""
        known = self.used, self.registers.indicators
        scored = score.score_calls(*known, project=project, chance=probability)
        if scored.empty:
            return scored, pd.DataFrame(columns=["from", "to", "n", "said", "came"])
        return scored, score.reliability_of_calls(*known, project=project, chance=probability)

    @cached_property
    def findings(self) -> pd.DataFrame:
        """Where the plan contradicts itself, its parts or the past (see :mod:`healthplan.consistency`)."""
        plan, about = self.tables, self.registers
        known = about.indicators, self.observations, about.areas
        return consistency(plan.targets, plan.milestones, *known, series=plan.series, about=plan.about)


TABLES: dict[str, Callable[[PlanView], pd.DataFrame]] = {  # what PlanView.table gives, by name
    **{name: attrgetter(f"tables.{name}") for name in ("targets", "milestones", "series")},
    **{name: attrgetter(f"registers.{name}") for name in ("indicators", "areas", "departments", "sources", "stocks")},
    "observations": attrgetter("used"),
    "trajectories": lambda seen: named.series(seen.charts, seen.trajectories),
    "gaps": attrgetter("answered_gaps"),
    **{name: attrgetter(f"judged.{name}") for name in ("paces", "references", "events", "years")},
    "things": PlanView.things,
    "staircase": attrgetter("staircase"),
    "scenarios": PlanView.scenarios,
    "scorecard": attrgetter("card"),
    "explain": lambda seen: named.sentences(seen.words, seen.card),
    "findings": lambda seen: named.findings(seen.findings, seen.names, seen.tables.milestones, seen.lang),
    **{name: attrgetter(name) for name in ("measures", "trust", "status_changes", "brief", "summary", "expected", "followed")},
}  # fmt: skip


def words_of(view: PlanView | None) -> dict[str, str]:
    """The status of each target, by target_id; none without a plan."""
    return {} if view is None else _words(view.gaps)


def _words(gaps: pd.DataFrame) -> dict[str, str]:
    return dict(zip(gaps["target_id"], gaps["status"], strict=True))


def view(
    plan: Plan,
    *,
    files: Sequence[Figures] = (),
    as_of: int | None = None,
    method: str = "ensemble",
    lang: str = "zh",
    known: Registers | None = None,
    cut_off: str = "",
) -> PlanView:
    """A plan with the workspace's registers and figures and the user's own ``files``, read once.

    ``as_of`` None is the newest year of all figures, each in its newest edition. ``cut_off``: a day within a year; then
    the goals due in that year are judged by the ledger's newest edition up to it, the others by a nowcast of that year.
    This is the one exception to the rule that ``as_of`` is the end of its year. Raises :class:`UsageError` where the
    ledger says nothing by then.
    """
    known = known or registers.load_registers()
    quarter = _quarter(plan, cut_off) if cut_off else None
    as_of = int(cut_off[:4]) if cut_off else as_of
    found, doubts = vintages(files, as_of, plan.area, known)
    if quarter is not None:
        found = pd.concat([found, feed.nowcast(quarter, plan.targets, known.indicators)], ignore_index=True)
    year = as_of or int(found["year"].max())
    found = related(plan, found, known)
    return PlanView(plan, known, found, year, method, lang, doubts, as_of is None, cut_off, quarter)


def _quarter(plan: Plan, cut_off: str) -> pd.DataFrame:
    found = feed.at(store.load(plan.about["plan_id"]), cut_off, plan.targets)
    if found.empty:
        fields = {"plan": plan.about["plan_id"], "quarter": quarters.at(quarters.day(cut_off))}
        raise UsageError(Fault("LEDGER-SILENT", column="cut_off", value=cut_off, fields=fields))
    return found


def plan_observations(
    plan: Plan, observations: pd.DataFrame, indicators: pd.DataFrame, areas: pd.DataFrame
) -> pd.DataFrame:
    """The observations that the plan's targets rest on (see :func:`series_wanted`).

    >>> known = hp.load_indicators(), hp.load_areas()
    >>> plan, seen = hp.load_plan("demo-2027"), hp.load_observations(as_of=2024)
    >>> rows = hp.plan_observations(plan, seen, *known)
    >>> int(rows.query("area == 'demo' and indicator == 'life_expectancy'")["year"].max())
    2024
    """
    return among(observations, series_wanted(plan, indicators, areas))


def series_wanted(plan: Plan, indicators: pd.DataFrame, areas: pd.DataFrame) -> set[tuple[str, str, str]]:
    """The series that the plan's targets may rest on.

    These are the series that ``series.csv`` names; the targets' indicators in the targets' areas, in the larger
    areas above them (from which a short series may borrow its trend) and in the areas they are compared or ranked
    with; the measures they are held against; and what all these are rates of.
    """
    tree = registers.area_tree(areas)
    series = tables.of_groups(plan.series)
    wanted = set(zip(*(series[name] for name in tables.SERIES), strict=True))
    for target in tables.of_groups(plan.targets).to_dict("records"):
        places = (target["area"], target["reference"], *tree.above(target["area"]))
        if target["comparator"] == comparators.RANK:
            places += tree.among(target["area"], target["reference"])
        wanted |= {(target["indicator"], place, target["group"]) for place in places}
        if target.get("reference_indicator"):
            wanted.add((target["reference_indicator"], target["reference"] or target["area"], ""))
    names = (indicators[name] for name in ("indicator", "numerator", "denominator"))
    parts = {one: (above, below) for one, above, below in zip(*names, strict=True)}
    return wanted | {(part, area, group) for one, area, group in wanted for part in parts.get(one, ())}


def among(observations: pd.DataFrame, wanted: set[tuple[str, str, str]]) -> pd.DataFrame:
    """The observations of the series wanted."""
    series = zip(*(observations[name].tolist() for name in tables.SERIES), strict=True)
    here = np.fromiter((one in wanted for one in series), bool, len(observations))
    return observations[here].reset_index(drop=True)


def project_plan(
    plan: Plan,
    observations: pd.DataFrame,
    indicators: pd.DataFrame,
    areas: pd.DataFrame,
    *,
    as_of: int,
    method: str,
    to: int | None = None,
    used: pd.DataFrame | None = None,
    some: set[str] | None = None,
) -> pd.DataFrame:
    """Trajectories of the plan's series up to ``to``, by default its last deadline (table ``trajectories``), ordered by
    series and year.

    Series of one to four points borrow the trend of a larger area, said in ``kind`` and ``reference_area``; so all
    areas' figures of the same indicators take part. ``used``: the observations that the plan rests on, where known.
    ``some``: no more than these indicators.

    >>> known = hp.load_indicators(), hp.load_areas()
    >>> plan, seen = hp.load_plan("demo-2027"), hp.load_observations(as_of=2024)
    >>> paths = hp.project_plan(plan, seen, *known, as_of=2024, method="drift")
    >>> own = paths[(paths["area"] == "demo") & (paths["indicator"] == "life_expectancy")]
    >>> own[["year", "method", "value"]].tail(2).round(2).reset_index(drop=True)
       year method  value
    0  2026  drift  79.65
    1  2027  drift  79.87
    """
    used = plan_observations(plan, observations, indicators, areas) if used is None else used
    near = lenders(plan, used, areas, as_of)
    wanted = used if some is None else used[used["indicator"].isin(some)]
    same = observations["indicator"].isin(wanted["indicator"]) & observations["area"].isin(near)
    until = to or max(last_year(plan), as_of)
    paths = project(observations[same], indicators, to=until, as_of=as_of, method=method, areas=areas)
    # Peers have lent what they had to lend: only the plan's own series go on.
    kept = pd.MultiIndex.from_frame(paths[tables.SERIES]).isin(pd.MultiIndex.from_frame(wanted[tables.SERIES]))
    return paths[kept].sort_values([*tables.SERIES, "year"], ignore_index=True)


def lenders(plan: Plan, used: pd.DataFrame, areas: pd.DataFrame, as_of: int) -> set[str]:
    """The areas whose figures take part in the projection of the figures ``used``."""
    points = used[used["year"] <= as_of].groupby(tables.SERIES)["year"].nunique()
    short = set(points[points <= MOST_POINTS].index.get_level_values("area"))
    return _lenders(set(used["area"]), {*plan.targets["area"], *short}, registers.area_tree(areas))


def _lenders(used: set[str], whose: set[str], tree: registers.AreaTree) -> set[str]:
    """The areas ``used``, those above them, and those like ``whose``: the plan's own, and those with too few figures to
    go alone. Areas like one above a district are no help to it: a goal about its staff projects no thirty provinces."""
    above = {up for area in used for up in tree.above(area)}
    return used | above | {other for area in whose for other in tree.alike(area)}


def plan_findings(plan: Plan) -> pd.DataFrame:
    """Where a plan contradicts itself, its parts or the past (see :func:`healthplan.consistency.consistency`)."""
    return view(plan).findings
