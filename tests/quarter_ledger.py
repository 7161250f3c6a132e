"""An invented ledger of a year: twenty tasks of every kind in five departments, with an earlier year, returns in time, late,
partial and missing, corrections, refused cells, things with gates, and words that a page must not run."""

import pandas as pd

from healthplan import tables
from healthplan.ledger import judge, store

PLAN = "demo-2027"
YEAR = 2025
LEADS = ("区卫生健康委", "区疾控中心", "区妇幼保健院", "区人民医院", "区医保局")
EVIL = "<script>alert(1)</script>"
FORMULA = "=cmd|'/c calc'!A1"
# task_id, zh, en, kind, given, unit, base, goal, comparator, path, lead, support, figures Q1-Q4, last year's Q1-Q4
TASKS = [
    ("t001", "老年人健康体检人数", "Health checks of older people", "cumulative", "to_date", "人", None, 60000, ">=", "last_year", 0, "", (9000, 21000, 43000, 61200), (8000, 20000, 41000, 58000)),
    ("t002", "门诊诊疗人次", "Outpatient visits", "cumulative", "to_date", "人次", None, 900000, ">=", "last_year", 3, "", (260000, 500000, 700000, 862000), (300000, 540000, 730000, 880000)),
    ("t003", "家庭医生签约服务新增人数", "New contracts with family doctors", "cumulative", "in_quarter", "人", None, 12000, ">=", "even", 0, "区医保局", (1800, 2600, 3100, 4800), None),
    ("t004", "适龄女生HPV疫苗接种人数", "Girls vaccinated against HPV", "cumulative", "in_quarter", "人", None, 2400, ">=", "own", 1, "区妇幼保健院", (0, 300, 1500, 700), None),
    ("t005", "3岁以下儿童系统管理率", "Children under 3 under systematic care", "average", "ratio", "%", None, 92, ">=", "level", 2, "", ((900, 1000), (905, 1000), (930, 1000), (941, 1000)), None),
    ("t006", "高血压患者规范管理率", "Hypertension patients managed to standard", "end_value", "ratio", "%", 70.4, 76, ">=", "even", 1, "区卫生健康委", ((7150, 10000), (7290, 10000), (7410, 10000), (7630, 10000)), None),
    ("t007", "每千人口执业（助理）医师数", "Physicians per 1,000 people", "end_value", "as_of", "人/千人", 2.93, 3.2, ">=", "even", 0, "", (2.95, 3.04, 3.12, 3.16), None),
    ("t008", "新生儿疾病筛查率", "Newborn screening", "hold", "ratio", "%", None, 98, ">=", "level", 2, "", ((990, 1000), (985, 1000), (978, 1000), (989, 1000)), None),
    ("t009", "孕产妇死亡人数", "Maternal deaths", "bound", "to_date", "人", None, 0, "<=", "none", 2, "", (0, 0, 1, 1), None),
    ("t010", "肺结核新发病例数", "New tuberculosis cases", "bound", "to_date", "例", None, 320, "<=", "even", 1, "", (95, 178, 246, 312), (100, 190, 270, 350)),
    ("t011", "平均住院日", "Average length of stay", "average", "as_of", "天", None, 8.0, "<=", "level", 3, "", (8.3, 8.2, 7.9, 7.8), None),
    ("t012", "新建社区卫生服务中心", "New community health centres", "stages", "stage", "个", None, 3, ">=", "stages", 0, "", None, None),
    ("t013", "区人民医院新院区投用", "New site of the district hospital in use", "stages", "stage", "个", None, 1, ">=", "stages", 3, "区卫生健康委", None, None),
    ("t014", "居民健康素养水平", "Health literacy", "end_value", "annual_only", "%", 26.4, 28, ">=", "none", 1, "", (None, None, None, 28.6), None),
    ("t015", "预防接种门诊规范化建设个数", "Vaccination clinics brought to standard", "cumulative", "to_date", "个", None, 8, ">=", "even", 1, "", (2, 5, 8, 9), None),
    ("t016", "职工医保异地就医直接结算人次", "Direct settlements away from home", "cumulative", "to_date", "人次", None, 30000, ">=", "even", 4, "", (None, None, None, None), None),
    ("t017", "中医药服务诊疗人次占比", "Share of visits with traditional medicine", "average", "ratio", "%", None, 30, ">=", "level", 3, "", ((280, 1000), (300, 1000), None, (320, 1000)), None),
    ("t018", "献血人次", "Blood donations", "cumulative", "to_date", "人次", None, 12000, ">=", "last_year", 0, "区人民医院", (3300, 6400, 9000, 12100), (3000, 5900, 8600, 11500)),
    ("t019", f"健康讲座场次{EVIL}", f"Health lectures {EVIL}", "cumulative", "to_date", "场", None, 100, ">=", "even", 1, "", (10, 62, 80, 101), None),
    ("t020", "村卫生室标准化率", "Village clinics to standard", "end_value", "ratio", "%", 88, 100, ">=", "even", 0, "", ((176, 200), (182, 200), (190, 200), (200, 200)), None),
]  # fmt: skip
THINGS = [
    ("t012", "1", "城南中心", {"在建": "2025-03-31", "完工": "2025-09-30"}, ("在建", "在建", "完工", "验收")),
    ("t012", "2", "河西中心", {"在建": "2025-03-31", "完工": "2025-10-31"}, ("前期", "在建", "在建", "完工")),
    ("t012", "3", "北岭中心", {"在建": "2025-05-31", "完工": "2025-12-15"}, ("前期", "前期", "在建", "在建")),
    (
        "t013",
        "1",
        "新院区",
        {"在建": "2024-06-30", "完工": "2025-06-30", "投用": "2025-12-31"},
        ("在建", "完工", "完工", "投用"),
    ),
]
TOLD = {
    ("t002", "2025Q3"): ("八月起门诊改造，停诊两个科室", "十月恢复全部门诊，增加周末门诊", "2025-12-20"),
    ("t003", "2025Q3"): (FORMULA, "集中签约月，进村入户", "2025-12-15"),
    ("t007", "2025Q2"): ("招聘未到岗", "校园招聘", "2025-11-30"),
    ("t009", "2025Q3"): ("一例转诊延误", "完善危重孕产妇转诊流程", ""),
    ("t012", "2025Q2"): ("北岭中心用地手续未办结", "七月办结并开工", "2025-08-15"),
    ("t003", "2025Q2"): ("外出务工人员多", "", ""),
}
RECEIVED = {
    "区疾控中心": 0,
    "区卫生健康委": -1,
    "区妇幼保健院": 3,
    "区人民医院": 0,
}  # days after the due date; 区医保局 never


def _task(row: tuple) -> dict:
    task_id, zh, en, kind, given, unit, base, goal, comparator, path, lead, support, _, _ = row
    return {
        "task_id": task_id, "plan_id": PLAN, "year": YEAR, "source": f"{PLAN}-{task_id}", "section": "二/1", "name_zh": zh,
        "name_en": en, "kind": kind, "given": given, "direction": "lower" if comparator == "<=" else "higher", "unit": unit,
        "base_value": base, "base_date": f"{YEAR - 1}-12-31" if base is not None else "", "goal_value": goal,
        "goal_comparator": comparator, "due": f"{YEAR}-12-31", "path": path,
        "reporting": "annual_only" if given == "annual_only" else "quarterly", "gather": "lead", "lead": LEADS[lead],
        "support": support, "evidence_wanted": "竣工验收报告" if kind == "stages" else "", "valid_from": f"{YEAR}-01-01",
        "done_at": "投用" if task_id == "t013" else "",
    }  # fmt: skip


def _cell(row: tuple, quarter: str, given: object) -> dict:
    over, under = given if isinstance(given, tuple) else (None, None)
    value = over / under * 100 if under else given
    return {"field": "figure", "value": value, "numerator": over, "denominator": under, "quarter": quarter}


def _entry(task_id: str, department: str, return_id: str, **more: object) -> dict:
    item, field = str(more.get("item_id", "")), str(more["field"])
    return {
        "entry_id": store.identity(return_id, department, task_id, item, more["quarter"], field), "task_id": task_id,
        "department": department, "return_id": return_id, "status": "reported",
        "cut_off": more.pop("cut_off", "") or _day(str(more["quarter"])), **more,
    }  # fmt: skip


def _day(quarter: str) -> str:
    return f"{quarter[:4]}-{('03-31', '06-30', '09-30', '12-31')[int(quarter[-1]) - 1]}"


def _history(row: tuple) -> list[dict]:
    found = [] if row[13] is None else list(enumerate(row[13], 1))
    return [_entry(row[0], LEADS[row[10]], "history", **_cell(row, f"{YEAR - 1}Q{n}", value)) for n, value in found]


def _returned(quarter: str, department: str, return_id: str) -> list[dict]:
    n, found = int(quarter[-1]) - 1, []
    for row in (row for row in TASKS if LEADS[row[10]] == department):
        given = row[12][n] if row[12] else None
        found += [_entry(row[0], department, return_id, **_cell(row, quarter, given))] if given is not None else []
        words = zip(("problem", "measure", "expected_done"), TOLD.get((row[0], quarter), ("", "", "")), strict=True)
        found += [_entry(row[0], department, return_id, quarter=quarter, field=f, text=t) for f, t in words if t]
        for _, item_id, _, _, stages in (thing for thing in THINGS if thing[0] == row[0]):
            found.append(
                _entry(row[0], department, return_id, quarter=quarter, field="stage", item_id=item_id, text=stages[n])
            )
    return found


def made(quarters: int = 3, *, judged: bool = True) -> store.Ledger:
    """The ledger after so many quarters of the year; ``judged``: with one edition of verdicts for each, two of the second."""
    found = store.with_rows(
        store.empty(),
        tasks=[_task(row) for row in TASKS],
        items=[{"task_id": t, "item_id": i, "name_zh": name, "department": ""} for t, i, name, _, _ in THINGS],
        gates=[
            {"task_id": t, "item_id": i, "gate": gate, "planned": day}
            for t, i, _, planned, _ in THINGS
            for gate, day in planned.items()
        ],
        path=[
            {"task_id": "t004", "quarter": f"{YEAR}Q{n}", "expected_to_date": value, "source": "own"}
            for n, value in enumerate((0, 200, 1600, 2400), 1)
        ],
        entries=[entry for row in TASKS for entry in _history(row)],
        returns=[_return("history", "", f"{YEAR}-01-10", "returned", 0, "往年数据.xlsx")],
    )
    for n in range(1, quarters + 1):
        quarter = f"{YEAR}Q{n}"
        found = _round(found, quarter)
        for edition in range(1, 3 if n == 2 else 2) if judged else ():
            rows = judge.verdicts(found, quarter, on=_after(quarter, 20), edition=f"{quarter}-{edition}")
            grown = pd.concat([found.verdicts, rows], ignore_index=True) if len(found.verdicts) else rows
            found = found._replace(verdicts=tables.check(grown, "verdicts"))
    return found


def _round(found: store.Ledger, quarter: str) -> store.Ledger:
    """A quarter's sheets sent and taken back."""
    due = _after(quarter, 8).isoformat()
    sheets, returns, entries = [], [], []
    for department in LEADS:
        sheet = store.identity(PLAN, quarter, department, 1)
        asked = ";".join(row[0] for row in TASKS if LEADS[row[10]] == department)
        sheets.append({
            "sheet_id": sheet, "plan_id": PLAN, "quarter": quarter, "department": department, "version": 1,
            "issued": _after(quarter, -10).isoformat(), "due": due, "baseline_hash": "0", "tasks": asked,
        })  # fmt: skip
        if department in RECEIVED:
            late = max(RECEIVED[department], 0)
            cells = _returned(quarter, department, return_id := f"r{quarter}{LEADS.index(department)}")
            day = _after(quarter, 8 + RECEIVED[department]).isoformat()
            state = "late" if late else "partial" if department == "区卫生健康委" else "returned"
            returns.append(_return(return_id, sheet, day, state, late, f"{department}_{quarter}.xlsx", len(cells)))
            entries += cells
    if quarter.endswith("Q3"):  # a cell that was set aside
        bad = (
            next(e for e in entries if e["task_id"] == "t017") if any(e["task_id"] == "t017" for e in entries) else None
        )
        entries += [] if bad else [{**_entry("t017", "区人民医院", f"r{quarter}3", quarter=quarter, field="figure"), "status": "refused",
                                    "text": "0.34", "reason": "0.34 疑为 34%"}]  # fmt: skip
    return store.with_rows(found, sheets=sheets, returns=returns, entries=entries)


def _return(return_id: str, sheet: str, day: str, state: str, late: int, file: str, taken: int = 0) -> dict:
    return {
        "return_id": return_id, "sheet_id": sheet, "file": file, "received": day, "state": state, "days_late": late,
        "cells_taken": taken, "cells_refused": 0, "filled_by_role": "",
    }  # fmt: skip


def _after(quarter: str, days: int):
    return pd.Timestamp(_day(quarter)).date() + pd.Timedelta(days=days).to_pytimedelta()
