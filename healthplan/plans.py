"""A plan as data: what it is, its targets, its milestones, and which series answers which target."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from healthplan import registers, tables, workspace
from healthplan.errors import Fault, UsageError, nearest_first, refuse, wrong_value
from healthplan.language import dates, meaning, names, units
from healthplan.registers import Registers
from healthplan.workspace import Workspace

ABOUT_KEYS = (
    "plan_id", "title_zh", "title_en", "issuer_zh", "issuer_en", "document_number", "issued", "area",
    "period_start", "period_end", "published_year", "tracking_zh", "tracking_en", "tracking_cycle",
    "source", "note",
)  # fmt: skip
ABOUT_YEARS = ("period_start", "period_end", "published_year")
MAYBE_ONE = 0.5  # likeness of two names from which on they may be of one measure
ABOUT_FREE = ("document_number", "issued", "source", "note")  # may stand empty, or be a bare number


@dataclass(frozen=True, repr=False)
class Plan:
    """``about``: plan.yaml; ``targets``, ``milestones``, ``series``: checked tables of these names."""

    about: dict[str, Any]
    targets: pd.DataFrame
    milestones: pd.DataFrame
    series: pd.DataFrame

    def __repr__(self) -> str:
        return f"<Plan {self.about['plan_id']}: {len(self.targets)} targets, {len(self.milestones)} milestones>"

    @property
    def area(self) -> str:
        """The area that the plan is about."""
        return self.about["area"]

    def judged_at(self, as_of: int) -> dict[str, Any]:
        """What :func:`healthplan.judging.judge` must know of the plan to judge it with figures up to
        ``as_of``: the deadline of goals that name none, the year that paces are measured from, and whether
        ``as_of`` lies within its year (up to the plan's publication) or at its end."""
        return {
            "as_of": as_of,
            "plan_end": str(self.about["period_end"]),
            "base_year": int(self.about["period_start"]) - 1 if self.period_stated else None,
            "in_year": self.in_year(as_of),
        }

    def in_year(self, as_of: int) -> bool:
        """Whether ``as_of`` lies within its year, that of the plan's publication, and not at its end."""
        return as_of <= int(self.about["published_year"])

    @property
    def period_stated(self) -> bool:
        """Whether the plan says its years; else they are its deadlines', and nothing is counted from the first."""
        return bool(self.about.get("period_stated", True))

    @property
    def synthetic(self) -> bool:
        """Whether the plan and its figures are invented for demonstration."""
        return bool(self.about.get("synthetic", False))


def plan_ids(place: Workspace | None = None) -> list[str]:
    """The plans of a workspace, by default the current one, in alphabetical order, demo plans last.

    >>> hp.plan_ids()[-1]
    'demo-2027'
    """
    place = place or workspace.current()
    folders = [p.parent.name for p in place.data("plans").glob("*/plan.yaml")]
    return sorted(folders, key=lambda plan_id: (plan_id.startswith("demo"), plan_id))


def load_plan(plan_id: str, *, area: str = "", known: Registers | None = None) -> Plan:
    """One plan of the workspace of ``known``, its tables checked alone and against each other.

    ``area`` keeps only the targets and milestones of that area; empty keeps all. ``known``: the registers, by
    default those of the current workspace.

    Raises :class:`UsageError` for an unknown id and :class:`InputError` with every fault of the files.

    >>> hp.load_plan("demo-2027").targets[["target_id", "indicator", "comparator", "value", "unit"]].head(2)
            target_id              indicator comparator  value unit
    0  demo-2027-t001        life_expectancy         >=   79.5    岁
    1  demo-2027-t002  infant_mortality_rate         <=    3.5    ‰
    """
    known = known or registers.load_registers()
    if plan_id not in (there := plan_ids(known.place)):
        raise UsageError(
            Fault("NAME-PLAN", value=plan_id, fields={"expected": ", ".join(nearest_first(plan_id, there))})
        )
    folder = known.place.data("plans", plan_id)
    names = ("targets", "milestones", "series")
    targets, milestones, series = (registers.read_table(folder / f"{name}.csv", name) for name in names)
    _refer(targets, "indicator", known.indicators["indicator"], folder / "targets.csv")
    _refer(targets, "area", known.areas["area"], folder / "targets.csv")
    _refer(series, "target_id", targets["target_id"], folder / "series.csv")
    plan = Plan(_about(folder / "plan.yaml"), targets, milestones, series)
    return _only(plan, area) if area else plan


def _only(plan: Plan, area: str) -> Plan:
    """The part of a plan that is about one area. Raises :class:`UsageError` when there is none."""
    if area not in set(plan.targets["area"]):
        known = ", ".join(sorted(set(plan.targets["area"])))
        wrong_value("area", area, known)
    targets, milestones = (
        rows[rows["area"] == area].reset_index(drop=True) for rows in (plan.targets, plan.milestones)
    )
    series = plan.series[plan.series["target_id"].isin(targets["target_id"])].reset_index(drop=True)
    return Plan({**plan.about, "area": area}, targets, milestones, series)


def coverage(plan: Plan, observations: pd.DataFrame) -> dict[str, int]:
    """How many targets have figures of their own, of a reference only, or none at all (own, reference, none)."""
    known = set(tables.of_groups(observations)[tables.SERIES].itertuples(index=False, name=None))
    about = tables.of_groups(plan.targets).set_index("target_id").to_dict("index")
    counts = dict.fromkeys(("own", "reference", "none"), 0)
    for row in plan.series.itertuples():
        target = about[row.target_id]
        area, group = target["area"], target["group"]
        own = {(row.indicator, area, group), (target["indicator"], area, group)}
        other = row.basis == "reference" and (row.indicator, row.area, group) in known
        counts["own" if own & known else "reference" if other else "none"] += 1
    return counts


def unclaimed(plan: Plan, own: pd.DataFrame, used: pd.DataFrame, indicators: pd.DataFrame) -> list[Fault]:
    """Series of the district's ``own`` figures (columns of an :class:`~healthplan.intake.Intake`) that no goal uses,
    although a goal without figures has much the same name: asked, whether they are one measure. ``used``: the
    observations that the plan's goals rest on."""
    key, goals = ["indicator", "group"], tables.of_groups(plan.targets)
    there = set(used.loc[used["area"].isin(goals["area"]), key].itertuples(index=False, name=None))
    units_of = dict(zip(indicators["indicator"], indicators["unit"], strict=True))
    goals = goals.assign(unit=goals["indicator"].map(units_of))
    series = own[own["area"].isin(goals["area"])].drop_duplicates(key)
    bare, idle = (
        [row for row in rows.to_dict("records") if (row["indicator"], row["group"]) not in there]
        for rows in (goals, series)
    )
    found = []
    for row in idle:
        like, goal = _most_alike(row, bare)
        if like < MAYBE_ONE:
            continue
        code = "FIGURE-OTHER-ID" if row["indicator"] in units_of else "FIGURE-OTHER-NAME"
        told = {"goal": goal["name_zh"], "own": row["indicator"]}
        told |= {name: goal[name] for name in ("target_id", "plan_id", "indicator")}
        place = row["file"], row["sheet"], int(row["row"])
        found.append(Fault(code, *place, "", row["indicator_name"], told))
    return found


def _most_alike(row: dict[str, Any], goals: list[dict[str, Any]]) -> tuple[float, dict[str, Any]]:
    """The goal whose name is most like that of a figure, and how much: of the same group, in a unit that fits, and
    both of what was added or neither."""
    name = str(row["indicator_name"])
    added = meaning.is_addition(name, "count")
    fits = (g for g in goals if g["group"] == row["group"] and units.same_scale(row["unit"], g["unit"]))
    like = (g for g in fits if meaning.is_addition(g["name_zh"], "count") == added)
    alike = ((names.likeness(names.core(name), names.core(goal["name_zh"])), goal) for goal in like)
    return max(alike, key=lambda one: one[0], default=(0.0, {}))


def last_year(plan: Plan) -> int:
    """The last year that any deadline of the plan, or its period, names."""
    deadlines = plan.targets["deadline"].str[:4]
    years = pd.to_numeric(deadlines[deadlines != ""])
    return int(max([*years.dropna(), int(plan.about["period_end"])]))


def _about(path: Path) -> dict[str, Any]:
    """plan.yaml with all its keys, years as numbers and the rest as text."""
    about = registers.read_yaml(path)
    faults = [fault for key in ABOUT_KEYS if (fault := _wrong(about, key, workspace.shown(path)))]
    refuse(faults)
    return about


def _wrong(about: dict[str, Any], key: str, shown: str) -> Fault | None:
    if key not in about:
        return Fault("TAB-COLUMN", shown, column=key, fields={"expected": ", ".join(ABOUT_KEYS)})
    value = about[key]
    if key == "issued" and value and not dates.valid(str(value)):
        fields = {"expected": "YYYY | YYYY-MM | YYYY-MM-DD"}
        return Fault("TAB-RANGE", shown, column=key, value=value, fields=fields)
    if key in ABOUT_YEARS:
        if isinstance(value, int) and 1949 <= value <= 2100:
            return None
        fields = {"kind": "year", "expected": f"{key}: 2027"}
    elif isinstance(value, str) or key in ABOUT_FREE:
        return None
    else:
        fields = {"kind": "text", "expected": f'{key}: "{value}"'}
    return Fault("TAB-TYPE", shown, column=key, value=value, fields=fields)


def _refer(frame: pd.DataFrame, column: str, known: pd.Series, path) -> None:
    """Every cell of ``column`` must be one of ``known``."""
    code = {"indicator": "NAME-INDICATOR", "area": "NAME-AREA"}.get(column, "TAB-WORD")
    wrong = frame.loc[~frame[column].isin(known), column]
    shown, row = workspace.shown(path), wrong.index + 2
    refuse(Fault(code, shown, "", int(i), column, word, {"expected": ""}) for i, word in zip(row, wrong, strict=True))
