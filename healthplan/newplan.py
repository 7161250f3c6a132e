"""A confirmed sheet of targets becomes a plan of the workspace."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from healthplan import files, registers, tables, workspace
from healthplan.errors import Fault, InputError, UsageError
from healthplan.language import comparators, units
from healthplan.messages import text

PLAN_ID = re.compile(r"[a-z0-9][a-z0-9-]*")


def new_plan(
    confirmed: pd.DataFrame, *, plan_id: str, area: str, title: str, indicators: pd.DataFrame
) -> dict[str, Any]:
    """The tables of a new plan from confirmed candidate rows.

    Returns ``about`` (plan.yaml), ``targets``, ``milestones`` (empty), ``series`` (every target answered by the
    district's own figures) and ``indicators``: rows for measures that the register does not know yet, with the
    direction read from the comparator and the kind from the unit; a person completes their definitions.

    Raises :class:`UsageError` for an id that is no plan id and :class:`InputError` for an empty sheet.
    """
    if not PLAN_ID.fullmatch(plan_id):
        raise UsageError(Fault("PLAN-ID", value=plan_id))
    if confirmed.empty:
        raise InputError(Fault("PLAN-EMPTY"))
    rows = confirmed.reset_index(drop=True)
    unknown = rows["indicator"] == ""
    ids = [f"{plan_id.replace('-', '_')}_{n + 1:03d}" for n in range(len(rows))]
    rows.loc[unknown, "indicator"] = [i for i, new in zip(ids, unknown, strict=True) if new]
    rows.loc[unknown, "indicator"] = rows.loc[unknown, "indicator"].map(_id_of_name(rows[unknown]))
    names = indicators.set_index("indicator")["name_en"]
    targets = pd.DataFrame([_target(row, n, plan_id, area, names) for n, row in _numbered(rows)])
    series = pd.DataFrame(
        {
            "target_id": targets["target_id"],
            "basis": "own",
            "indicator": targets["indicator"],
            "area": area,
            "reason_zh": text("newplan.own", "zh"),
            "reason_en": text("newplan.own", "en"),
        }
    )
    fresh = rows[unknown].drop_duplicates("indicator")
    return {
        "about": _about(plan_id, area, title, targets),
        "targets": tables.check(targets, "targets"),
        "milestones": tables.empty("milestones"),
        "series": tables.check(series, "series"),
        "indicators": pd.DataFrame([_indicator(row) for _, row in _numbered(fresh)]),
    }


def write_plan(plan: Mapping[str, Any]) -> Path:
    """Write a new plan, its indicators and its parameter file into the workspace; return the plan's folder.

    Raises :class:`UsageError` when the plan is there already, or its area is not registered.
    """
    about = plan["about"]
    folder = workspace.data("plans", about["plan_id"])
    if folder.exists():
        raise UsageError(Fault("PLAN-THERE", workspace.shown(folder), value=about["plan_id"]))
    known = registers.load_areas()["area"]
    if about["area"] not in set(known):
        fields = {"expected": ", ".join(known)}
        raise UsageError(Fault("NAME-AREA", value=about["area"], fields=fields))
    if len(plan["indicators"]):
        _append_indicators(plan["indicators"])
    folder.mkdir(parents=True)
    for name in ("targets", "milestones", "series"):
        files.write_csv(plan[name], folder / f"{name}.csv", excel=False)
    sheet = yaml.safe_dump(about, allow_unicode=True, sort_keys=False)
    files.write_text(folder / "plan.yaml", sheet)
    parameters = workspace.parameters(f"{about['plan_id']}.yaml")
    parameters.parent.mkdir(exist_ok=True)
    if not parameters.exists():
        files.write_text(parameters, f"plan: {about['plan_id']}\n")
    return folder


def _numbered(rows: pd.DataFrame) -> Iterable[tuple[int, dict[str, Any]]]:
    return enumerate(rows.to_dict("records"), 1)


def _id_of_name(rows: pd.DataFrame) -> dict[str, str]:
    """The same words in the same unit are the same indicator: all rows take the first one's id."""
    keys = [rows["name"], rows["unit"].map(units.level_unit)]
    first = rows["indicator"].groupby(keys, sort=False).transform("first")
    return dict(zip(rows["indicator"], first, strict=True))


def _target(
    row: Mapping[str, Any], n: int, plan_id: str, area: str, names: pd.Series
) -> dict[str, Any]:
    baseline = pd.to_numeric(row.get("baseline"), errors="coerce")
    return {
        **dict.fromkeys(tables.columns("targets"), ""),
        "target_id": f"{plan_id}-t{n:03d}",
        "plan_id": plan_id,
        "locator": row["locator"] or str(n),
        "name_zh": row["name"],
        "name_en": names.get(row["indicator"], row["name"]),
        "indicator": row["indicator"],
        "area": area,
        "scope": row["scope"],
        "comparator": row["comparator"],
        "value": row["value"],
        "value_high": row["value_high"],
        "unit": row["unit"],
        "deadline": row["deadline"],
        "baseline": None if pd.isna(baseline) else float(baseline),
        "baseline_year": row.get("baseline_year", ""),
        "nature": row.get("nature", ""),
        "departments": row["departments"],
        "wording": "must",
        "state": "current",
    }


def _about(plan_id: str, area: str, title: str, targets: pd.DataFrame) -> dict[str, Any]:
    years = sorted({int(d[:4]) for d in targets["deadline"] if d})
    issuer = text("newplan.issuer", "zh"), text("newplan.issuer", "en")
    if not years:
        raise InputError(Fault("PLAN-DATES"))
    return {
        "plan_id": plan_id,
        "title_zh": title,
        "title_en": title,
        "issuer_zh": issuer[0],
        "issuer_en": issuer[1],
        "document_number": "",
        "issued": "",
        "area": area,
        "period_start": years[0],
        "period_end": years[-1],
        "published_year": years[0],
        "tracking_zh": text("newplan.tracking", "zh"),
        "tracking_en": text("newplan.tracking", "en"),
        "tracking_cycle": "none",
        "source": "",
        "note": "",
    }


def _indicator(row: Mapping[str, Any]) -> dict[str, Any]:
    unit = units.level_unit(row["unit"])
    return {
        **dict.fromkeys(tables.columns("indicators"), ""),
        "indicator": row["indicator"],
        "name_zh": row["name"],
        "name_en": row["name"],
        "unit": unit,
        "direction": "decrease" if row["comparator"] in comparators.ASKS_LESS else "increase",
        "lower_bound": 0,
        "upper_bound": 100 if unit == "%" else "",
        "indicator_kind": units.indicator_kind(unit),
        "definition_zh": text("newplan.definition", "zh", name=row["name"]),
        "definition_en": text("newplan.definition", "en", name=row["name"]),
    }


def _append_indicators(fresh: pd.DataFrame) -> None:
    path = workspace.data("indicators.csv")
    register = pd.read_csv(path, dtype="str", keep_default_na=False, encoding="utf-8-sig")
    both = [files.read_back(register), fresh.astype("str")]
    files.write_csv(pd.concat(both, ignore_index=True).fillna(""), path, excel=False)
