"""A confirmed sheet of targets becomes a plan of the workspace."""

import re
from collections.abc import Mapping
from io import StringIO
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from healthplan import files, registers, tables, workspace
from healthplan.errors import Fault, InputError, UsageError
from healthplan.language import comparators, names, numbers, units
from healthplan.messages import text
from healthplan.planreader import candidates, dates

PLAN_ID = re.compile(r"(?!(?:con|nul|prn|aux|com\d|lpt\d)$)[a-z0-9][a-z0-9-]{0,59}")
"""Lower case, digits and hyphens; not what Windows keeps for its devices."""
_SHARE_NAME = re.compile("(?:率|比例|占比|比重|满意度|覆盖面)$")
_GOAL = ("scope", "comparator", "value", "value_high", "unit", "deadline")
_RANKS = {"国": "nation", "省": "province", "自治区": "province", "市": "city", "州": "city"}


def new_plan(
    confirmed: pd.DataFrame, *, plan_id: str, area: str, title: str, indicators: pd.DataFrame,
    areas: pd.DataFrame | None = None,
) -> dict[str, Any]:  # fmt: skip
    """The tables of a new plan from confirmed candidate rows.

    Returns ``about`` (plan.yaml), ``targets``, ``milestones`` (empty), ``series`` (every target answered by the
    district's own figures) and ``indicators``: rows for measures that the register does not know yet, with the
    direction read from the comparator and the kind from the unit; a person completes their definitions. A measure
    that is registered under the same name and unit is taken. ``areas`` (the register) tells whose average 全省 is.

    Raises :class:`UsageError` for an id that is no plan id or an indicator that is not registered, and
    :class:`InputError` for an empty sheet.
    """
    if not PLAN_ID.fullmatch(plan_id):
        raise UsageError(Fault("PLAN-ID", value=plan_id))
    if confirmed.empty:
        raise InputError(Fault("PLAN-EMPTY"))
    rows = _whole(confirmed, indicators)
    known = set(indicators["indicator"])
    strange = sorted(set(rows["indicator"]) - known - {""})
    if strange:
        expected = {"expected": ""}
        raise UsageError(*(Fault("NAME-INDICATOR", value=i, fields=expected) for i in strange))
    unknown = rows["indicator"] == ""
    rows.loc[unknown, "indicator"] = _fresh_ids(rows[unknown], plan_id, known)
    rows["reference"] = [_reference(word, area, areas) for word in rows["reference"]]
    rows["stage"] = _first_of_stage(rows, plan_id)
    english = indicators.drop_duplicates("indicator").set_index("indicator")["name_en"]
    numbered = enumerate(rows.to_dict("records"), 1)
    targets = pd.DataFrame([_target(row, n, plan_id, area, english) for n, row in numbered])
    series = targets[["target_id", "indicator"]].assign(
        basis="own", area=area, **_told("reason", "own")
    )
    fresh = rows[unknown].groupby("indicator", sort=False)
    return {
        "about": _about(plan_id, area, title, rows),
        "targets": tables.check(targets, "targets"),
        "milestones": tables.empty("milestones"),
        "series": tables.check(series, "series"),
        "indicators": pd.DataFrame([_indicator(group.to_dict("records")) for _, group in fresh]),
    }


def write_plan(plan: Mapping[str, Any]) -> Path:
    """Write a new plan, its indicators and its parameter file into the workspace; return the plan's folder.

    Every file is made and checked before the first is written, and plan.yaml, which makes the folder a plan, comes
    last: what an interruption leaves is no plan, breaks no other one, and is completed by the same command.

    Raises :class:`UsageError` when the plan is there already, or its area is not registered.
    """
    about = plan["about"]
    folder = workspace.data("plans", about["plan_id"])
    if (folder / "plan.yaml").exists():
        raise UsageError(Fault("PLAN-THERE", workspace.shown(folder), value=about["plan_id"]))
    area_id(about["area"], registers.load_areas())
    with files.alone(workspace.data()):
        files.write_all(_contents(plan, folder))
    return folder


def _contents(plan: Mapping[str, Any], folder: Path) -> dict[Path, bytes]:
    """Every file of a new plan, plan.yaml last."""
    about = plan["about"]
    contents: dict[Path, bytes] = {}
    if len(plan["indicators"]):
        contents[workspace.data("indicators.csv")] = _with_indicators(plan["indicators"])
    for name in ("targets", "milestones", "series"):
        contents[folder / f"{name}.csv"] = files.csv_text(plan[name]).encode()
    parameters = workspace.current().parameters(f"{about['plan_id']}.yaml")
    if not parameters.exists():
        contents[parameters] = f"plan: {about['plan_id']}\n".encode()
    sheet = yaml.safe_dump(about, allow_unicode=True, sort_keys=False)
    contents[folder / "plan.yaml"] = sheet.encode()
    return contents


def area_id(written: str, areas: pd.DataFrame) -> str:
    """The id of an area named by id, name or alias. Raises :class:`UsageError` for one that is not registered."""
    none = pd.DataFrame({"indicator": [], "name_zh": [], "name_en": [], "aliases": []})
    found = names.register(none, areas).area(written).id if written.strip() else ""
    if not found:
        fields = {"expected": ", ".join(areas["area"])}
        raise UsageError(Fault("NAME-AREA", value=written, fields=fields))
    return found


def _told(column: str, key: str, **fields: str) -> dict[str, str]:
    """A text of the messages in both languages, as the columns of a register."""
    return {f"{column}_{lang}": text(f"newplan.{key}", lang, **fields) for lang in ("zh", "en")}


def _whole(confirmed: pd.DataFrame, indicators: pd.DataFrame) -> pd.DataFrame:
    """The rows with every column of a candidate, a unit, and the registered indicator of their own name and unit."""
    rows = confirmed.reset_index(drop=True).reindex(columns=list(candidates.COLUMNS))
    words = [c.name for c in tables.ALL["candidates"].columns if c.kind != "number"]
    rows[words] = rows[words].astype("object").fillna("")
    known = names.register(indicators)
    unit_of = dict(zip(indicators["indicator"], indicators["unit"], strict=True))
    for n, row in rows.iterrows():
        if row["indicator"] == "" and (found := known.indicator(row["name"], row["unit"])).id:
            same = found.how == "spelling" and _same_unit(row["unit"], unit_of[found.id])
            rows.loc[n, "indicator"] = found.id if same else ""
        if row["unit"] == "":
            share = "%" if _SHARE_NAME.search(row["name"]) else "个"
            rows.loc[n, "unit"] = unit_of.get(rows.loc[n, "indicator"], share)
    return _once(rows)


def _once(rows: pd.DataFrame) -> pd.DataFrame:
    """A goal accepted twice is one, with both its places."""
    first: dict[tuple, Any] = {}
    for n, row in rows.iterrows():
        measured = row["indicator"] or names.core(row["name"])
        at = first.setdefault((measured, *row[list(_GOAL)].fillna("")), n)
        places = [*rows.loc[at, "locator"].split(";"), row["locator"]]
        rows.loc[at, "locator"] = ";".join(dict.fromkeys(filter(None, places)))
    return rows.loc[list(first.values())].reset_index(drop=True)


def _same_unit(given: str, wanted: str) -> bool:
    return given in ("", wanted) or units.convert(1.0, given, wanted) is not None


def _fresh_ids(rows: pd.DataFrame, plan_id: str, known: set[str]) -> list[str]:
    """An id for each new measure: the same words in the same unit are one, and no id is given twice."""
    fresh = (f"{plan_id.replace('-', '_')}_{n:03d}" for n in range(1, 10**6))
    free = (one for one in fresh if one not in known)
    goals = zip(rows["name"], rows["unit"], strict=True)
    keys = [(names.core(name), units.level_unit(unit)) for name, unit in goals]
    given = {key: next(free) for key in dict.fromkeys(keys)}
    return [given[key] for key in keys]


def _reference(word: str, area: str, areas: pd.DataFrame | None) -> str:
    """The area whose average is meant: an id or name, or the rank above the plan's own area (全省, 全国)."""
    if not word or areas is None:
        return ""
    if found := names.register(pd.DataFrame({"indicator": []}), areas).area(word).id:
        return found
    rank = next((rank for sign, rank in _RANKS.items() if sign in word), "")
    above = registers.area_tree(areas)
    line = {above.rank.get(one, ""): one for one in reversed(above.above(area))}
    return line.get(rank) or (line.get("province", "") if rank == "city" else "")


def _first_of_stage(rows: pd.DataFrame, plan_id: str) -> list[str]:
    """The target id of the first stage for every row of a staged goal, as the sheet groups them or else as found."""
    groups = rows["stage"].astype("str").tolist()
    if not any(groups):
        groups = candidates.stages(rows)
    order = sorted(range(len(rows)), key=lambda n: rows["deadline"].iloc[n])
    firsts: dict[str, str] = {}
    for n in order:
        firsts.setdefault(groups[n], f"{plan_id}-t{n + 1:03d}")
    return [firsts[group] if group and groups.count(group) > 1 else "" for group in groups]


def _target(
    row: Mapping[str, Any], n: int, plan_id: str, area: str, english: pd.Series
) -> dict[str, Any]:
    baseline, year = _baseline(row)
    found = {
        **{name: row.get(name, "") for name in tables.columns("targets")},
        "target_id": f"{plan_id}-t{n:03d}",
        "plan_id": plan_id,
        "locator": row["locator"] or str(n),
        "name_zh": row["name"],
        "name_en": english.get(row["indicator"], row["name"]) or row["name"],
        "area": area,
        "stage_of": row["stage"],
        "baseline": baseline,
        "baseline_year": year,
        "wording": row["wording"] or "must",
        "state": "current",
    }
    return {name: "" if name in ("related", "note") else found[name] for name in found}


def _baseline(row: Mapping[str, Any]) -> tuple[float | None, str]:
    """The number of 22.6 (2020) in the goal's unit, and its year."""
    written = str(row["baseline"])
    year = str(row["baseline_year"]).removesuffix(".0") or candidates.year_in(written)
    figure = re.sub(r"\s*[(（]\d{4}[^)）]*[)）]\s*$", "", written)
    try:
        return float(figure.replace(",", "")), year
    except ValueError:
        found = numbers.find_quantities(figure)
    unit = units.level_unit(row["unit"])
    value = units.convert(found[0].value, found[0].unit or unit, unit) if found else None
    return value, year


def _about(plan_id: str, area: str, title: str, rows: pd.DataFrame) -> dict[str, Any]:
    start, end = _period(title, rows)
    return {
        "plan_id": plan_id,
        "title_zh": title,
        "title_en": title,
        **_told("issuer", "issuer"),
        "document_number": "",
        "issued": "",
        "area": area,
        "period_start": start,
        "period_end": end,
        "published_year": start,
        **_told("tracking", "tracking"),
        "tracking_cycle": "none",
        "source": "",
        "note": "",
    }


def _period(title: str, rows: pd.DataFrame) -> tuple[int, int]:
    """The plan's years: as the sheet says, as the title says, or from the first to the last deadline."""
    said = [m for word in rows["period"] if (m := re.fullmatch(r"(\d{4})\D+(\d{4})", str(word)))]
    if said:
        return int(said[0][1]), int(said[0][2])
    found = dates.find_period([title], [])
    if found.start and found.end:
        return found.start, found.end
    years = [int(d[:4]) for d in rows["deadline"] if d]
    if not years:
        raise InputError(Fault("PLAN-DATES"))
    return min(years), max(years)


def _indicator(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """A row of the register for a measure that all these goals are about."""
    row = rows[0]
    unit = units.level_unit(row["unit"])
    return {
        **dict.fromkeys(tables.columns("indicators"), ""),
        "indicator": row["indicator"],
        "name_zh": row["name"],
        "name_en": row["name"],
        "unit": unit,
        "direction": next(filter(None, map(_direction, rows)), "") or _by_name(row),
        "lower_bound": 0,
        "upper_bound": 100 if unit == "%" else "",
        "indicator_kind": units.indicator_kind(unit),
        **_told("definition", "definition", name=row["name"]),
    }


def _direction(row: Mapping[str, Any]) -> str:
    """The better direction where the goal's side says it; "" for =, a range, and another area's average."""
    comparator = row["comparator"]
    if comparator in comparators.CHANGES and comparator not in comparators.ASKS_LESS:
        return "decrease" if float(row["value"]) < 0 else "increase"
    if comparator in comparators.ASKS_LESS | comparators.CEILINGS:
        return "decrease"
    return "increase" if comparator in comparators.FLOORS else ""


def _by_name(row: Mapping[str, Any]) -> str:
    """= says nothing of the better direction: none at all asked for, or a name of harm, is better less.

    A range to keep within (介于…之间, 保持在…) binds at both its ends.
    """
    band = rf"{re.escape(row['name'])}[^，。；]*?(?:介于|处于|控制|保持|维持|稳定|[^，。；]*之间)"
    none = row["comparator"] == comparators.EQUAL and row["value"] == 0
    lower = re.search("不高于|低于", row["evidence"]) and not re.search("不低于", row["evidence"])
    if none or lower or comparators.falling(row["name"]):
        return "decrease"
    kept = row["comparator"] == comparators.RANGE and re.search(band, row["evidence"])
    return "two-sided" if kept else "increase"


def _with_indicators(fresh: pd.DataFrame) -> bytes:
    """The register with rows added below, its own lines untouched. Raises InputError where it would not load."""
    path = workspace.data("indicators.csv")
    old = registers.read_own(path)
    register = pd.read_csv(StringIO(old), dtype="str", keep_default_na=False)
    added = fresh.astype("str").reindex(columns=list(register.columns)).fillna("")
    whole = pd.concat([files.read_back(register), added], ignore_index=True)
    tables.check(whole, "indicators", source=workspace.shown(path))
    lines = files.csv_text(added).split("\n", 1)[1]
    ended = old if not old or old.endswith("\n") else f"{old}\n"
    bom = "\ufeff" if path.read_bytes().startswith(b"\xef\xbb\xbf") else ""
    return f"{bom}{ended}{lines}".encode()
