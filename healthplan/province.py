"""Goals of many areas against a folder of observations: one row a target and area, judged as a plan's are."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from healthplan import parts, tables
from healthplan.errors import Fault, InputError, refuse
from healthplan.files import read_back
from healthplan.intake import Sieve, in_short, register, series_checks
from healthplan.judging.estimate import look_back
from healthplan.language import comparators, units
from healthplan.messages import LANGUAGES, both, text
from healthplan.projection import project
from healthplan.projection.files import coded_table, in_units, mark, portion, projection
from healthplan.projection.forecast import one_thread
from healthplan.projection.sources import Observations, observations_at
from healthplan.registers import Registers, with_parents
from healthplan.workspace import legible

if TYPE_CHECKING:
    import pyarrow as pa

BETWEEN = "\x1f"  # parts a target's id from its area while it is judged
UNIT = 6000  # goals of whole indicators from which on a unit is large enough
SPAN = ["period_start", "period_end", "published_year"]  # what a plan says of its years
OWN = {"series_indicator": "indicator", "series_area": "area"}  # whose figures, where nothing else is said
Given = tuple[pd.DataFrame, pd.DataFrame]
Place = tuple[str, str, int, str]


def judge_file(
    targets: Path,
    observations: Path,
    out: Path,
    known: Registers,
    *,
    as_of: int | None = None,
    method: str = "ensemble",
    **where: Any,
) -> tuple[int, list[Fault]]:
    """Judge every row of ``targets`` (table ``area_targets``, .csv or .parquet) by the ``observations`` of its area (as
    :func:`healthplan.projection.project_file` takes them) and write ``out``: target_id, area and the columns of *gaps*,
    indicator by indicator. ``where``: shard, scheduler and progress of :func:`healthplan.parts.run`.

    Returns the rows written and what was said: figures that were left out, and goals that are not judged here: those made
    of several conditions, those that contradict another, of an indicator that is not registered, and of a series that was
    left out. Raises InputError for what is wrong with the targets or the files.
    """
    goals, faults = goals_at(targets, known.indicators)
    given = observations_at(observations)
    until = as_of or given.newest()
    names = _read_with(goals, known.indicators)
    if not given.indicators.keys() & {name for those in names.values() for name in those}:
        some = "、".join([*given.indicators][:3])
        faults.append(Fault("GOAL-NO-FIGURES", legible(str(observations)), value=some))
    counts = goals["indicator"].value_counts(sort=False)
    cut = in_units({str(name): int(size) for name, size in counts.items()}, UNIT)
    sieve = Sieve(register())
    of_paths = projection(
        given, known.areas, indicators=known.indicators, sieve=sieve, to=until, as_of=until, method=method
    )
    what = "\n".join([of_paths.key, mark(goals), mark(known.indicators), str(until)])
    key = hashlib.blake2b(what.encode(), digest_size=16).hexdigest()
    areas = known.areas if given.parents is None else with_parents(known.areas, given.parents)
    work = Judgement(given, targets.absolute(), cut, names, sieve, known.indicators, areas, until, method, key)
    rows, said = parts.run(work, out, processes=True, **where)
    return rows, [*faults, *in_short(_together(said))]


@dataclass(frozen=True)
class Judgement:
    """The judgement of all goals, those of some whole indicators a unit (see :class:`healthplan.parts.Work`)."""

    given: Observations
    targets: Path
    units: tuple[tuple[str, ...], ...]
    names: dict[str, tuple[str, ...]]  # of each indicator: those that its goals rest on
    sieve: Sieve = field(repr=False)
    indicators: pd.DataFrame = field(repr=False)
    areas: pd.DataFrame = field(repr=False)
    as_of: int = 0
    method: str = "ensemble"
    key: str = ""

    @property
    def sizes(self) -> list[int]:
        """Rows of observations of each unit."""
        rows = self.given.indicators
        return [sum(rows.get(name, 0) for name in self._reads(unit)) + 1 for unit in self.units]

    def _reads(self, unit: Sequence[str]) -> list[str]:
        return list(dict.fromkeys(name for one in unit for name in self.names[one]))

    def read(self, numbers: Sequence[int]) -> Iterator[tuple[int, Given]]:
        """The observations and the goals of each of these units."""
        if not numbers:
            return
        goals, _ = goals_at(self.targets, self.indicators)
        wanted = [name for number in numbers for name in self._reads(self.units[number])]
        table = self.given.read([name for name in wanted if name in self.given.indicators])
        for number in numbers:
            mine = goals[goals["indicator"].isin(self.units[number])]
            yield number, (portion(table, self._reads(self.units[number])), mine.reset_index(drop=True))

    def calm(self) -> AbstractContextManager[None]:
        """One thread of linear algebra."""
        return one_thread()

    def solve(self, given: Given | None) -> tuple[pa.Table, list[Fault]]:
        """The rows of the goals of a unit."""
        faults: list[Fault] = []
        gaps = tables.empty("gaps").drop(columns="target_id")
        told = pd.DataFrame({"target_id": [], "area": []}, dtype="str")
        if given is not None:
            with one_thread():
                told, gaps, faults = self._judged(*given)
        found = pd.concat([told, gaps], axis=1)
        texts = [name for name, kind in found.dtypes.items() if kind == "str"]
        return coded_table(found.astype(dict.fromkeys(texts, "category"))), faults

    def _judged(self, table: pd.DataFrame, goals: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame, list[Fault]]:
        figures, faults, lost = self._figures(table)
        series = pd.MultiIndex.from_frame(goals[tables.SERIES])
        wrong = series.isin(lost)
        faults += _unjudged("series", goals[wrong], self.targets)
        goals = goals[~wrong].reset_index(drop=True)
        gaps = []
        for _, rows in goals.groupby(SPAN, dropna=False, sort=False):
            gaps.append(self._of_span(rows, figures).set_index(rows.index))
        found = pd.concat(gaps).sort_index() if gaps else tables.empty("gaps")
        return goals[["target_id", "area"]], found.drop(columns="target_id"), faults

    def _figures(self, table: pd.DataFrame) -> tuple[pd.DataFrame, list[Fault], pd.MultiIndex]:
        """The figures that count, as table *observations* has them; what is said of the others; and their series."""
        sound, faults = self.sieve(table, str(self.given.path(0)))
        table = tables.of_groups(table)
        sound = tables.of_groups(sound)
        sound = sound.assign(**{name: sound[name].astype("str") for name in ("indicator", "area")})
        for name, nothing in {"period": "", "obs_status": "final", "unit": ""}.items():
            sound[name] = sound[name].astype("str").fillna(nothing) if name in sound else nothing
        for name in ("year", "value", "numerator", "denominator"):
            sound[name] = pd.to_numeric(sound[name]) if name in sound else np.nan
        sound = sound.assign(obs_status=sound["obs_status"].where(sound["obs_status"] != "", "final"))
        every, left = (
            pd.MultiIndex.from_frame(one[tables.SERIES].drop_duplicates().astype("str")) for one in (table, sound)
        )
        lost = every.difference(left)
        sound = sound[sound["year"].notna() & sound["value"].notna()]
        return sound.astype({"year": "int64"}), faults, lost

    def _of_span(self, goals: pd.DataFrame, figures: pd.DataFrame) -> pd.DataFrame:
        """The gap table of goals of plans of the same years."""
        start, end, published = goals.iloc[0][SPAN]
        ids = goals["target_id"] + BETWEEN + goals["area"]
        goals = goals.assign(target_id=ids, stage_of=_of_area(goals["stage_of"], goals["area"]))
        last = max([int(text[:4]) for text in goals["deadline"].unique() if text], default=self.as_of)
        last = last if pd.isna(end) else max(last, int(end))
        series = goals[["target_id", "basis", "series_indicator", "series_area", "group"]]
        series = series.rename(columns={"series_indicator": "indicator", "series_area": "area"})
        goals = goals[tables.columns("targets")]
        areas = {*goals["area"], *goals["reference"], *series["area"]}
        if (goals["comparator"] == comparators.RANK).any():
            areas = {*figures["area"]}

        def paths(year: int) -> pd.DataFrame:
            until = max(last, year)
            found = project(figures, self.indicators, to=until, as_of=year, method=self.method, areas=self.areas)
            return found[found["area"].isin(areas)]

        when: dict[str, Any] = {"plan_end": "" if pd.isna(end) else str(int(end))}
        when["base_year"] = None if pd.isna(start) else int(start) - 1
        since = self.as_of if pd.isna(start) or last <= self.as_of else int(start) - 1
        return look_back(
            goals, paths, figures[figures["area"].isin(areas)], self.indicators, series, self.areas, as_of=self.as_of,
            since=since, until_in_year=None if pd.isna(published) else int(published), **when,
        )  # fmt: skip


def goals_at(path: Path, indicators: pd.DataFrame) -> tuple[pd.DataFrame, list[Fault]]:
    """The goals of a file that are judged here, with all columns of *targets*, and what is said of the others."""
    if not path.exists():
        raise InputError(Fault("FILE-MISSING", file=str(path)))
    parts.refuse_ending(path)
    frame = pd.read_csv(path, dtype="str", keep_default_na=False) if path.suffix.lower() == ".csv" else None
    try:
        frame = pd.read_parquet(path) if frame is None else read_back(frame)
    except (OSError, ValueError) as error:
        fields = {"reason": str(error).splitlines()[0][:200], "expected": ".csv, .parquet"}
        raise InputError(Fault("FILE-FORMAT", file=str(path), fields=fields)) from error
    goals = tables.check(frame, "area_targets", source=str(path))
    for name, cells in tables.empty("targets").items():
        if name not in goals:
            goals[name] = pd.Series(["" if cells.dtype == "str" else None] * len(goals), dtype=cells.dtype)
    value = goals["value"].isna() & ~goals["comparator"].isin(comparators.NUMBERLESS)
    number = {"expected": both("errors.kind_number")}
    refuse(
        Fault("TAB-EMPTY", str(path), row=int(i) + 2, column="value", fields=number) for i in goals.index[value][:20]
    )
    for name, nothing in {"state": "current", "basis": "own", **OWN}.items():
        goals[name] = goals[name].where(goals[name] != "", goals.get(nothing, nothing))
    kinds = {
        "conditions": (goals["all_of"] != "") | (goals["comparator"] == comparators.ALL_OF),
        "conflict": goals["state"] == "conflicting",
        "indicator": ~goals["indicator"].isin(indicators["indicator"]),
    }
    faults = [one for why, mask in kinds.items() for one in _unjudged(why, goals[mask], path)]
    left = np.logical_or.reduce([mask.to_numpy(bool) for mask in kinds.values()])
    found = list(_stated(goals[~left], indicators, str(path)))
    refuse([one for one in found if one.severity == "error"][:20])
    return goals[~left], [*faults, *found]


def _stated(goals: pd.DataFrame, indicators: pd.DataFrame, file: str) -> Iterator[Fault]:
    """The numbers that goals state, against their indicator's unit and what it can be, as those of a plan's sheet are; each
    combination once, at its first row. ``goals`` have the index of the file's rows."""
    told = goals[(goals["each"] == "") & goals["comparator"].isin(comparators.STATED)]
    about = indicators.set_index("indicator").to_dict("index")
    alike = ["indicator", "unit", "comparator", "value", "value_high"]
    for i, goal in told.drop_duplicates(alike)[alike].iterrows():
        place = legible(file), "", int(str(i)) + 2
        known, unit = about[goal["indicator"]], goal["unit"]
        said = {"indicator": known["name_zh"], "unit": known["unit"], "name": known["name_zh"], "rows": place[2]}
        by = _factor(unit, known["unit"])
        if by is None:
            yield Fault("UNIT-WRONG", *place, "unit", unit, said)
            continue
        if goal["comparator"] == comparators.RANGE and not goal["value_high"] > goal["value"]:
            high = "" if pd.isna(goal["value_high"]) else f"{goal['value_high']:g}"
            yield Fault("GOAL-RANGE", *place, "value_high", f"{goal['value']:g}-{high}")
        if by != 1.0:
            yield Fault("UNIT-CONVERTED", *place, "unit", unit, said)
        for column in ("value", "value_high"):
            if pd.notna(goal[column]):
                yield from _beyond(float(goal[column]), by, known, (*place, column), said)


def _factor(given: str, wanted: str) -> float | None:
    """By what a goal is multiplied to stand in the registered unit; None where it cannot be: nor can a per cent, where so
    many for a thousand people are asked for, be ten of them."""
    if given in ("", wanted):
        return 1.0
    by, read = units.convert(1.0, given, wanted), [units.parse(one) for one in (given, wanted)]
    bare = {one is not None and (one.unit in units.CLOSE or one.unit.startswith("1/")) for one in read}
    return by if by == 1.0 or len(bare) == 1 else None


def _beyond(given: float, by: float, known: dict[Any, Any], place: Place, said: dict[str, Any]) -> Iterator[Fault]:
    """What is wrong with a number, in the registered unit ``by`` times as large as it is written."""
    value = units.tidy(given * by)
    if by != 1.0 and series_checks.both_readings(given, value, known):
        readings = f"{value:g} {known['unit']} / {given:g} {known['unit']}"
        yield Fault("UNIT-DOUBT", *place, given, {**said, "readings": readings, "other": known["unit"]})
    elif found := series_checks.beyond(value, known):
        yield Fault(found[0], *place, given, {**said, "bound": f"{found[1]:g}"})
    elif doubt := series_checks.unbelievable(value, known, "VALUE-UNLIKELY"):
        yield Fault(doubt[0], *place, given, {**said, **doubt[1]})


def _read_with(goals: pd.DataFrame, indicators: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    """The indicators that the goals of each one rest on: what it is a rate of, the rate of the same events, and what it is
    held against."""
    about = indicators.set_index("indicator").to_dict("index")
    asked = set(goals["indicator"])
    rates = {about[one]["numerator"]: one for one in asked if about[one]["indicator_kind"] == "rate"}
    besides = {name: goals.groupby("indicator")[name].unique() for name in ("reference_indicator", "series_indicator")}
    found = {}
    for one in asked:
        near = [
            one,
            *(name for told in besides.values() for name in told[one]),
            *([rates[one]] if one in rates else []),
        ]
        below = [about[name][part] for name in near if name in about for part in ("numerator", "denominator")]
        found[str(one)] = tuple(dict.fromkeys(str(name) for name in [*near, *below] if name))
    return found


def _of_area(ids: pd.Series, areas: pd.Series) -> pd.Series:
    """Target ids as they are while the areas of a unit are judged beside each other."""
    return ids.where(ids == "", ids + BETWEEN + areas)


def _unjudged(why: str, goals: pd.DataFrame, path: Path) -> list[Fault]:
    """That these goals are not judged here, in one line."""
    if goals.empty:
        return []
    first = goals.iloc[0]
    told = {"why": {lang: text(f"gaps.unjudged_{why}", lang) for lang in LANGUAGES}, "count": len(goals)}
    return [Fault("GOAL-NOT-JUDGED", str(path), value=f"{first['target_id']} {first['area']}", fields=told)]


def _together(faults: list[Fault]) -> list[Fault]:
    """What was said of the goals of several units, once."""
    counts: Counter[str] = Counter()
    first: dict[str, Fault] = {}
    for one in faults:
        if one.code == "GOAL-NOT-JUDGED":
            why = str(one.fields["why"])
            counts[why] += one.fields["count"]
            first.setdefault(why, one)
    goals = [replace(one, fields={**one.fields, "count": counts[why]}) for why, one in first.items()]
    return [*(one for one in faults if one.code != "GOAL-NOT-JUDGED"), *goals]
