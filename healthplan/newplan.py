"""A confirmed sheet of targets becomes a plan of the workspace."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from healthplan import files, registers, tables, workspace
from healthplan.errors import Fault, InputError, UsageError
from healthplan.language import characters, comparators, groups, meaning, names, numbers, units
from healthplan.messages import text
from healthplan.planreader import candidates, dates

PLAN_ID = re.compile(r"(?!(?:con|nul|prn|aux|com\d|lpt\d)$)[a-z0-9][a-z0-9-]{0,59}")
"""Lower case, digits and hyphens; not what Windows keeps for its devices."""
_GOAL = ("group", "scope", "comparator", "value", "value_high", "unit", "per", "side", "reference",
         "reference_indicator", "each", "all_of", "deadline")  # fmt: skip
_USUAL_LENGTH = 5  # years of a plan


def new_plan(
    confirmed: pd.DataFrame, *, plan_id: str, area: str, title: str, indicators: pd.DataFrame,
    areas: pd.DataFrame | None = None,
) -> dict[str, Any]:  # fmt: skip
    """The tables of a new plan from confirmed candidate rows.

    Returns ``about`` (plan.yaml), ``targets``, ``milestones`` (empty), ``series`` (every target answered by the
    district's own figures) and ``indicators``: rows for measures that are not registered yet, as the goals mean them;
    a person completes their definitions. Of ``each`` unit the measure is the share of units that pass; conditions of
    one goal (``all_of``) get a row above them. ``areas`` (the register) tells whose average 全省 is.

    Raises :class:`UsageError` for an id or an indicator that cannot be, :class:`InputError` for an empty sheet or a
    goal held against nobody.
    """
    if not PLAN_ID.fullmatch(plan_id):
        raise UsageError(Fault("PLAN-ID", value=plan_id))
    if confirmed.empty:
        raise InputError(Fault("PLAN-EMPTY"))
    rows = _whole(confirmed, indicators)
    known = set(indicators["indicator"])
    strange = sorted(set(rows["indicator"]) - known - {""})
    if strange:
        raise UsageError(*(Fault("NAME-INDICATOR", value=i, fields={"expected": ""}) for i in strange))
    unknown = rows["indicator"] == ""
    rows.loc[unknown, "indicator"] = _fresh_ids(rows[unknown], plan_id, known)
    fresh = [_indicator(g.to_dict("records")) for _, g in rows[unknown].groupby("indicator", sort=False)]
    rows, fresh = _against(rows, fresh, plan_id, area, indicators, areas)
    rows["stage"] = _first_of_stage(rows, plan_id)
    units_of = _units_of(indicators) | {row["indicator"]: row["unit"] for row in fresh}
    english = indicators.drop_duplicates("indicator").set_index("indicator")["name_en"]
    about = _about(plan_id, area, title, rows)
    numbered = enumerate(rows.to_dict("records"), 1)
    targets = pd.DataFrame(_joined([_target(n, row, about, english, units_of) for n, row in numbered]))
    series = targets[["target_id", "indicator", "group"]].assign(basis="own", area=area, **_told("reason", "own"))
    return {
        "about": about,
        "targets": tables.check(targets, "targets"),
        "milestones": tables.empty("milestones"),
        "series": tables.check(series, "series"),
        "indicators": pd.DataFrame(fresh),
    }


def write_plan(plan: Mapping[str, Any]) -> Path:
    """Write a new plan, its indicators and its parameter file into the workspace; return the plan's folder. Every file is made and checked before the first is written, and plan.yaml, which makes the folder a plan, comes
    last: what an interruption leaves is no plan, breaks no other one, and is completed by the same command.

    Raises :class:`UsageError` when the plan is there already, or its area is not registered.
    """
    about = plan["about"]
    plan_id = about["plan_id"]
    folder, parameters = workspace.data("plans", plan_id), workspace.chosen().parameters(f"{plan_id}.yaml")
    if (folder / "plan.yaml").exists():
        raise UsageError(Fault("PLAN-THERE", workspace.shown(folder), value=plan_id))
    area_id(about["area"], registers.load_areas())
    with files.alone(workspace.data()):
        contents: dict[Path, bytes] = {}
        if len(plan["indicators"]):
            contents[workspace.data("indicators.csv")] = registers.with_rows("indicators", plan["indicators"])
        for name in ("targets", "milestones", "series"):
            contents[folder / f"{name}.csv"] = files.csv_text(plan[name]).encode()
        if not parameters.exists():
            contents[parameters] = f"plan: {plan_id}\n".encode()
        contents[folder / "plan.yaml"] = yaml.safe_dump(about, allow_unicode=True, sort_keys=False).encode()
        files.write_all(contents)
    return folder


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


def _units_of(indicators: pd.DataFrame) -> dict[str, str]:
    return dict(zip(indicators["indicator"], indicators["unit"], strict=True))


def _whole(confirmed: pd.DataFrame, indicators: pd.DataFrame) -> pd.DataFrame:
    """The rows with every column of a candidate, the registered indicator of their own name, and their groups."""
    rows = confirmed.reset_index(drop=True).reindex(columns=[*candidates.COLUMNS, *_BESIDE])
    words = [c.name for c in tables.ALL["candidates"].columns if c.kind != "number"] + _BESIDE
    rows[words] = rows[words].astype("object").fillna("")
    known, unit_of = names.register(indicators), _units_of(indicators)
    for n, row in rows.iterrows():
        group = groups.read(row["group"]) or ""
        found = _registered(row, group, known, unit_of)
        rows.loc[n, ["indicator", "name", "group"]] = found
        if row["unit"] == "":
            rows.loc[n, "unit"] = unit_of.get(found[0], "")
    return _once(rows)


# of a target sheet its direction, of an older sheet the name it had
_BESIDE = ["direction", "spelled"]


def _registered(row: Mapping[str, Any], group: str, known: names.Register, unit_of: Mapping[str, str]) -> list[str]:
    """Indicator, name and group of a row: what the person chose, else what is registered under its name."""
    given, own = row["indicator"], meaning.own_unit(row)
    if row["each"]:
        return [known.indicator(_named(row)).id, row["name"], group]
    found = known.grouped(row["name"], own, group)
    if given:
        mine = found.id == given
        named = found.name if mine and found.group else row["name"]
        return [given, named, found.group if mine else group]
    if not found.id:
        ways = _spellings(row["name"], meaning.unit([row]), row["evidence"])
        others = {one.id: one for way in ways if (one := known.grouped(way, own, group)).id}
        found = next(iter(others.values())) if len(others) == 1 else found
    sure = found.how in ("spelling", "wording") or (found.how == "stem" and own)
    same = sure and _same_unit(own, unit_of.get(found.id, ""))
    name = found.name if found.group and found.group != group else row["name"]
    return [found.id if same else "", name, found.group]


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
    """Whether a goal in ``given`` can be one of a measure in ``wanted``; a growth in % can be of any."""
    return given in ("", wanted) or units.convert(1.0, given, wanted) is not None


def _fresh_ids(rows: pd.DataFrame, plan_id: str, known: set[str]) -> list[str]:
    """An id for each new measure: one name is one, unless its goals stand in units that do not convert."""
    fresh = (f"{plan_id.replace('-', '_')}_{n:03d}" for n in range(1, 10**6))
    free = (one for one in fresh if one not in known)
    unit_of: dict[str, dict[str, str]] = {}  # of each name's measures, by id
    out = []
    for row in rows.to_dict("records"):
        measures, unit = unit_of.setdefault(names.core(_named(row)), {}), meaning.own_unit(row)
        same = (one for one, own in measures.items() if not own or _same_unit(unit, own))
        out.append(next(same, None) or next(free))
        measures[out[-1]] = measures.get(out[-1]) or unit
    return out


def _named(row: Mapping[str, Any]) -> str:
    """The name of the measure that answers a goal: of each unit, the share of units that pass."""
    if not row["each"]:
        return str(row["name"])
    return text("newplan.each", "zh", name=row["name"], each=row["each"])


def _against(
    rows: pd.DataFrame, fresh: list[dict[str, Any]], plan_id: str, area: str, indicators: pd.DataFrame,
    areas: pd.DataFrame | None,
) -> tuple[pd.DataFrame, list[dict[str, Any]]]:  # fmt: skip
    """The areas and measures that goals are held against, by id; measures that are new are added to ``fresh``.

    Raises :class:`InputError` where a goal names nobody.
    """
    added = pd.DataFrame(fresh, columns=list(tables.columns("indicators")))
    known = names.register(pd.concat([indicators, added], ignore_index=True))
    ids = {name: known.indicator(name).id for name in rows["reference_indicator"] if name}
    unknown = [name for name, found in ids.items() if not found]
    ids |= {name: f"{plan_id.replace('-', '_')}_other_{n}" for n, name in enumerate(unknown, 1)}
    more = [_other(ids[name], name) for name in unknown]
    rows["reference_indicator"] = [ids.get(name, "") for name in rows["reference_indicator"]]
    rows["reference"] = [_held_against(row, area, areas) for row in rows.to_dict("records")]
    held = rows["comparator"].isin([comparators.REFERENCE, comparators.RANK])
    alone = rows[held & (rows["reference"] == "")] if areas is not None else rows[:0]
    if len(alone):
        raise InputError(*(Fault("PLAN-REFERENCE", value=name) for name in alone["name"]))
    return rows, [*fresh, *more]


def _other(indicator: str, name: str) -> dict[str, Any]:
    """A row of the register for a measure that a goal is only held against."""
    blank = dict.fromkeys(("unit", "side", "each", "group", "evidence", "direction", "spelled"), "")
    told = {"indicator": indicator, "name": name, "value": None}
    return {**_indicator([{**blank, **told, "comparator": comparators.REFERENCE}]), "direction": "none"}


def _held_against(row: Mapping[str, Any], area: str, areas: pd.DataFrame | None) -> str:
    """The area that a goal is held against: the one named, or whose rank (全省, 全国) is; its own beside another measure;
    the one above for a rank among nobody named."""
    if areas is None:
        return ""
    word, tree = row["reference"], registers.area_tree(areas)
    found = names.register(pd.DataFrame({"indicator": []}), areas).area(word).id if word else ""
    if word and not found:
        rank = next((rank for sign, rank in registers.RANKS.items() if sign in word), "")
        found = tree.of_rank(rank, tree.above(area))
    if found or row["reference_indicator"]:
        return found or area
    unsaid = row["comparator"] == comparators.RANK and not word
    return next(iter(tree.above(area)), "") if unsaid else ""


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
    n: int, row: Mapping[str, Any], about: Mapping[str, Any], english: pd.Series, units_of: Mapping[str, str]
) -> dict[str, Any]:
    """A row of the table targets. A change that says neither its start nor of which year it is starts in the year before
    the plan's first, where that is stated."""
    baseline, year = _baseline(row, units_of[row["indicator"]])
    base = about["period_start"] - 1 if about["period_stated"] else None
    unsaid = row["comparator"] in comparators.CHANGES and baseline is None and not year and base
    return {
        **{name: row.get(name, "") for name in tables.columns("targets")},
        "related": "",
        "target_id": f"{about['plan_id']}-t{n:03d}",
        "plan_id": about["plan_id"],
        "locator": row["locator"] or str(n),
        "name_zh": row["name"],
        "name_en": english.get(row["indicator"], row["name"]) or row["name"],
        "area": about["area"],
        "unit": row["unit"] or units_of[row["indicator"]],
        "stage_of": row["stage"],
        "baseline": baseline,
        "baseline_year": base if unsaid else year,
        "note": text("newplan.base", "zh", year=base) if unsaid else "",
        "wording": row["wording"] or "must",
        "state": "current",
        **_as_times(row, units_of[row["indicator"]]),
    }


def _as_times(row: Mapping[str, Any], unit: str) -> dict[str, Any]:
    """So many per cent above or below others, of a measure that is itself no percentage, as so many times theirs."""
    against = row["comparator"] == comparators.REFERENCE and row["unit"] == "%" != unit
    if not against or pd.isna(row["value"]):
        return {}
    sign = -1 if row["side"] in comparators.CEILINGS else 1
    return {"value": 1 + sign * float(row["value"]) / 100, "unit": units.TIMES}


_OF_MEMBERS = ("per", "side", "each", "reference", "reference_indicator", "baseline_year", "stage_of")  # fmt: skip


def _joined(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The targets with a row for each goal of several conditions: it names their ids, they lose their mark."""
    members: dict[str, list[dict[str, Any]]] = {}
    for row in found:
        if row["all_of"]:
            members.setdefault(row["all_of"], []).append(row)
    rows = [row | {"all_of": ""} for row in found]
    for mark, own in ((mark, m) for mark, m in members.items() if len(m) > 1):
        n, first = len(rows) + 1, own[0]
        said = "newplan.either" if comparators.either(mark) else "newplan.joined"
        over = {
            "target_id": f"{first['plan_id']}-t{n:03d}",
            "comparator": comparators.ALL_OF,
            "all_of": ";".join(row["target_id"] for row in own),
            "unit": "项",
            "locator": ";".join(dict.fromkeys(row["locator"] for row in own)),
            "name_zh": text(said, "zh", names="、".join(row["name_zh"] for row in own)),
            "name_en": text(said, "en", names=", ".join(row["name_en"] for row in own)),
        }
        blank = dict.fromkeys(("value", "value_high", "tolerance", "baseline"))
        blank["value"] = 1.0 if comparators.either(mark) else None
        rows.append(first | blank | dict.fromkeys(_OF_MEMBERS, "") | over)
    return rows


def _baseline(row: Mapping[str, Any], unit: str) -> tuple[float | None, str]:
    """The number of 22.6 (2020) in the goal's unit, of a change in its measure's (``unit``), and its year."""
    written = str(row["baseline"])
    year = str(row["baseline_year"]).removesuffix(".0") or candidates.year_in(written)
    figure = re.sub(r"\s*[(（]\d{4}[^)）]*[)）]\s*$", "", written)
    try:
        return float(figure.replace(",", "")), year
    except ValueError:
        found = numbers.find_quantities(figure)
    unit = meaning.own_unit(row) or unit
    value = units.convert(found[0].value, found[0].unit or unit, unit) if found else None
    return value, year


def _about(plan_id: str, area: str, title: str, rows: pd.DataFrame) -> dict[str, Any]:
    start, end, taken_from = _period(title, rows)
    return {
        "plan_id": plan_id,
        "title_zh": title,
        "title_en": title,
        **_told("issuer", "issuer"),
        **dict.fromkeys(("document_number", "issued"), ""),
        "area": area,
        "period_start": start,
        "period_end": end,
        "period_stated": taken_from != "deadlines",
        **({"period_inferred": True} if taken_from == "starts" else {}),
        "published_year": start,
        **_told("tracking", "tracking"),
        "tracking_cycle": "none",
        **dict.fromkeys(("source", "note"), ""),
    }


def _period(title: str, rows: pd.DataFrame) -> tuple[int, int, str]:
    """The plan's years and what they are taken from: its ``words`` in the sheet or the title, or its ``starts`` (the year
    after the one that all its starting values are of). Else its ``deadlines``, from the first to the last, and nothing is
    counted from the first."""
    said = [m for word in rows["period"] if (m := re.fullmatch(r"(\d{4})\D+(\d{4})", str(word)))]
    if said:
        return int(said[0][1]), int(said[0][2]), "words"
    found = dates.find_period([characters.normal(title)], [])
    if found.start and found.end:
        return found.start, found.end, "words"
    years = [int(d[:4]) for d in rows["deadline"] if d]
    if not years:
        raise InputError(Fault("PLAN-DATES"))
    level = rows["comparator"].isin(comparators.STATED) & (rows["baseline"].astype("str") != "")
    bases = {int(y[:4]) for y in rows.loc[level, "baseline_year"].astype("str") if y}
    if len(bases) == 1 and 0 < min(years) - (base := bases.pop()) <= _USUAL_LENGTH:
        return base + 1, max(years), "starts"
    return min(years), max(years), "deadlines"


def unbegun(plan: Mapping[str, Any]) -> list[str]:
    """The goals of a new plan that count from its first year, which nothing says."""
    if plan["about"]["period_stated"]:
        return []
    targets = plan["targets"]
    added = (targets["comparator"] == comparators.INCREASE_BY) & targets["baseline"].isna()
    counted = targets["per"].isin(["year", "period"]) | added
    return targets.loc[counted & targets["baseline_year"].isna(), "name_zh"].tolist()


def _indicator(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """A row of the register for a measure that all these goals are about."""
    row = rows[0]
    name, unit = _named(row), "%" if row["each"] else meaning.unit(rows)
    kind = meaning.kind(name, unit)
    # the name that an older sheet had is one of this measure only where it names no group and no unit of which each is meant
    older = {one["spelled"] for one in rows if not (one["group"] or one["each"])}
    spelled = older | {one for goal in rows for one in _spellings(name, unit, goal["evidence"])}
    passing = text("newplan.passing", "zh", **row)
    counted = {"numerator": passing, "denominator": row["each"], "per": 100}
    return {
        **dict.fromkeys(tables.columns("indicators"), ""),
        **(counted if row["each"] else {}),
        "indicator": row["indicator"],
        "name_zh": name,
        "name_en": name,
        "unit": unit,
        "direction": "increase" if row["each"] else _direction(rows, unit),
        "lower_bound": -100 if meaning.is_growth(name) else 1 if unit == meaning.PLACE else 0,
        "upper_bound": 100 if kind == "share" else "",
        "indicator_kind": kind,
        "aliases": ";".join(sorted(spelled - {"", name})),
        **_told("definition", "definition", name=name),
    }


_ACTS = "(?:引进|引育|招聘|招录|招收|培养|选聘|录用|培训|组织|举办|开展|改造|提升|新建|建成|创建|创成|建设)+"
_OFFERS = "设置|配备|提供|开展"
_PASSES = f"(?:达到|优于|高于|低于|通过|获评|创成|获批|建有|建成|{_OFFERS})"
_TURNS = (
    (f"^(.{{2,}}?)({_PASSES}.+)$", r"\2的\1"),  # 医院达到标准: 达到标准的医院
    (f"^({_PASSES}.+?)的(.+)$", r"\2\1"),
    (f"^({_ACTS})(.+)$", r"\2\1"),  # 培训医生: 医生培训
    (f"^(.{{2,}}?)({_ACTS})$", r"\2\1"),
    (f"^(.{{2,}}?)({_OFFERS})(.+)$", r"\1\3\2"),  # 医院设置老年科: 医院老年科设置
)


def _turned(name: str) -> set[str]:
    """A name, and the same with its verb in another place."""
    return {name, *(re.sub(pattern, turned, name) for pattern, turned in _TURNS)}


def _spellings(name: str, unit: str, evidence: str) -> set[str]:
    """Other names of a measure that a goal's ``evidence`` is about: 考核 and 考核全市位次 are one place, 医院设置老年科
    is the share 设置老年科的医院比例 or 医院老年科设置率; 全科医生, 全科医生数 and 全科医生数量 are one count, as are 引进人才
    and 人才 where the goal has the verb before the name. People are no visits (人次)."""
    kind = meaning.kind(name, unit)
    if unit == meaning.PLACE:
        bare = re.sub("(?:排名|位次|名次)$", "", name)
        named = {bare, re.sub("(?<=.)(?:绩效|综合)?考核$", "", bare)}
        told = {f"{one}{who}" for one in named for who in {"", *re.findall("全市|全省|全国", evidence)}}
        return {f"{one}{end}" for one in told for end in ("排名", "位次", "名次")}
    if kind == "share":
        bare = re.sub("设有|设立|开设", "设置", re.sub("(?:比例|占比|比重|率)$", "", name))
        told = {other for one in _turned(bare) for other in _turned(one)} - {bare}
        return {f"{one}{end}" for one in told for end in ("比例", "率")}
    bare = re.sub(f"(?:总数|数量|总量|{re.escape(unit)}?数|{re.escape(unit)})$", "", name)
    if kind != "count" or len(bare) <= 2:
        return set()
    verb = re.search(f"{_ACTS}(?={re.escape(name)})", evidence)
    told = _turned(bare) | ({f"{verb.group()}{bare}"} if verb else set())
    ends = {"", unit} if unit.endswith("次") else {"", "数", f"{unit}数"}
    ends |= {"场次", "次数"} if unit == "场" else set()
    return {f"{one}{end}" for one in told for end in ends}


def _direction(rows: list[dict[str, Any]], unit: str) -> str:
    """The better direction: as the sheet says, as the side of one of the goals, as the words of the first.

    = says nothing of it: none at all asked for, or a name of harm, is better less; a range to keep within
    (介于…之间, 保持在…) binds at both its ends.
    """
    said = [row["direction"] for row in rows] + [meaning.direction(row, unit) for row in rows]
    if told := next(filter(None, said), ""):
        return told
    row = rows[0]
    band = rf"{re.escape(row['name'])}[^，。；]*?(?:介于|处于|控制|保持|维持|稳定|[^，。；]*之间)"
    none = row["comparator"] == comparators.EQUAL and row["value"] == 0
    lower = re.search("不高于|低于", row["evidence"]) and not re.search("不低于", row["evidence"])
    if none or lower or comparators.falling(row["name"]):
        return "decrease"
    kept = row["comparator"] == comparators.RANGE and re.search(band, row["evidence"])
    return "two-sided" if kept else "increase"
