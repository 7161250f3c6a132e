"""Worked cases of the quarter through the product: a case's words become tasks, sheets and entries, are taken and judged.

:func:`judge` takes a row of ``../shared/quarter/open/cases_open.csv`` (texts, without the ``expect_`` columns) and says what
became of it; what it knows of the case's shorthand is here, what it knows of offices is the product's.
"""

import re
from datetime import date, timedelta
from typing import Any

import pandas as pd

from healthplan.ledger import checks, figures, quarters, store
from healthplan.ledger import judge as judging

KEYS = ("take", "to_date", "expected", "progress_pct", "gap_pp", "state_en", "p", "note_zh")
BRACKET = re.compile(r"[（(](.*?)[)）]")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
TASK = "t1"


def judge(case: dict[str, str]) -> dict[str, Any]:
    """The eight answers of a case; None where nothing is said."""
    if case["event"].strip() == "sheet" or not case["kind"]:
        import quarter_sheets

        return dict.fromkeys(KEYS) | quarter_sheets.taken(case)
    return _judged(case)


def _judged(case: dict[str, str]) -> dict[str, Any]:
    as_of = date.fromisoformat(case["as_of"])
    quarter = quarters.at(as_of)
    ledger, told = _taken(case, quarter, as_of)
    row = judging.verdicts(ledger, quarter, cut_off=as_of, on=_on(case, as_of)).iloc[0].to_dict()
    marks = [row["state"], *([row["mark"]] if row["mark"] in ("to_verify", "closed") else [])]
    numbers = {name: _number(row[name]) for name in ("to_date", "expected", "progress_pct", "gap_pp", "p")}
    take = "；".join(dict.fromkeys(told)) or "无数"
    if row["mark"] == "to_verify":
        take += "，待核"
    return numbers | {"take": take, "state_en": "; ".join(marks), "note_zh": row["why_zh"] or None}


def _number(value: Any) -> float | None:
    return None if pd.isna(value) else round(float(value), 4)


def _on(case: dict[str, str], as_of: date) -> date:
    """The day of judging: behind the sheets' due date where the case says that it has passed."""
    due = DAY.search(case["event"]) if "截止" in case["event"] else None
    return (
        date.fromisoformat(due[0]) + timedelta(days=1)
        if due and "过" in case["event"]
        else max(as_of, quarters.last_day(quarters.at(as_of)))
    )


def _taken(case: dict[str, str], quarter: str, as_of: date) -> tuple[store.Ledger, list[str]]:
    """The ledger of a case with everything taken that could be, and the words of taking."""
    task = _task(case)
    reporters = _reporters(case["reports"]) if case["kind"] != "stages" else []
    if reporters:
        lead = next((name for name, _, mark in reporters if "牵头" in mark), reporters[0][0])
        support = ";".join(name for name, _, _ in reporters if name != lead)
        summed = "分头统计" in case["reports"] or "分头统计" in case["event"]
        task |= {"lead": lead, "support": support, "gather": "sum_of_units" if summed else "lead"}
    base = {"path": _path(case, task), "changes": _changes(case, task), "sheets": _sheets(case, quarter)}
    ledger = store.with_rows(store.empty(), tasks=[task], **base)
    ledger = store.with_rows(ledger, returns=[_return(name) for name in ("history", "office")])
    ledger = store.with_rows(ledger, entries=_history(case, task))
    if case["kind"] == "stages":
        return _things(case, task, ledger, quarter)
    told: list[str] = []
    if reporters:
        for name, written, _ in reporters:
            ledger, words = _cell(ledger, task, quarter, written, department=name)
            told.append(f"{name} {words}" if task["gather"] == "lead" and name != task["lead"] else words)
        return ledger, told
    for one, written in _reports(case, task):
        for value, reason in _corrections(written):
            ledger, words = _cell(ledger, task, one, value, reason=reason)
            if one == quarter:
                told = [*(word for word in told if word.startswith("2")), words]
            elif words != "采纳":
                told.append(f"{one} {words}")
    return ledger, told


def _return(name: str) -> dict[str, Any]:
    state = "office" if name == "office" else "returned"
    return {
        "return_id": name,
        "file": name,
        "received": "2024-01-10",
        "state": state,
        "cells_taken": 0,
        "cells_refused": 0,
    }


def _task(case: dict[str, str]) -> dict[str, Any]:
    year = int((case["due"] or case["as_of"])[:4])
    given, kind, unit = case["given"], case["kind"], case["unit"]
    path = case["path"].split(":")[0] or "even"
    goal = float(case["goal"])
    if changed := re.search(r"由\s*([\d.]+)\s*调[为到至]\s*([\d.]+)", case["event"]):
        goal = float(changed[1])
    return {
        "task_id": TASK, "plan_id": "case", "year": year, "source": TASK, "name_zh": case["topic"].replace("增", ""), "name_en": case["topic"],
        "kind": kind, "given": given, "direction": case["direction"], "unit": unit, "num_unit": "", "den_unit": "",
        "base_value": float(case["base"]) if case["base"] and kind == "end_value" else None,
        "base_date": f"{year - 1}-12-31" if case["base"] else "", "goal_value": goal, "goal_high": None,
        "goal_comparator": ">=" if case["direction"] == "higher" else "<=", "due": case["due"], "path": path,
        "reporting": "annual_only" if given == "annual_only" else "quarterly", "gather": "lead", "lead": "甲科", "support": "",
        "stages": "", "done_at": "", "office_note": "", "evidence_wanted": "竣工验收佐证" if kind == "stages" else "",
    }  # fmt: skip


def _path(case: dict[str, str], task: dict[str, Any]) -> list[dict[str, Any]]:
    if not case["path"].startswith("own:"):
        return []
    points = [float(one) for one in case["path"].split(":")[1].split("|")]
    if points != sorted(points) or points[-1] != task["goal_value"]:  # amounts of the quarters
        points = [sum(points[: n + 1]) for n in range(len(points))]
    named = zip(quarters.of_year(task["year"]), points, strict=True)
    return [{"task_id": TASK, "quarter": q, "expected_to_date": v, "source": "own"} for q, v in named]


def _changes(case: dict[str, str], task: dict[str, Any]) -> list[dict[str, Any]]:
    changed = re.search(r"由\s*([\d.]+)\s*调[为到至]\s*([\d.]+)", case["event"])
    if not changed:
        return []
    when = DAY.search(case["event"])
    return [{
        "task_id": TASK, "field": "goal_value", "decided_on": when[0] if when else f"{task['year']}-01-01", "old": changed[1],
        "new": changed[2], "decided_by": "办公室", "document": "",
    }]  # fmt: skip


def _sheets(case: dict[str, str], quarter: str) -> list[dict[str, Any]]:
    due = DAY.search(case["event"]) if "截止" in case["event"] else None
    if not due:
        return []
    sent = {"sheet_id": "s1", "plan_id": "case", "quarter": quarter, "department": "甲科", "version": 1, "tasks": TASK}
    return [sent | {"issued": quarters.last_day(quarter).isoformat(), "due": due[0], "baseline_hash": "-"}]


def _history(case: dict[str, str], task: dict[str, Any]) -> list[dict[str, Any]]:
    """Earlier years: amounts of their quarters, oldest year first, or annual figures."""
    rows = []
    for year, value in re.findall(r"(\d{4})=([\d.]+)", case["history"]):
        rows.append(_entry(year, float(value)))
    years = [one for one in re.split(r"[;/]", case["history"]) if "|" in one]
    for back, one in enumerate(reversed(years), 1):
        amounts, so_far = [float(part) for part in one.split("=")[-1].split("|")], 0.0
        for n, amount in enumerate(amounts, 1):
            so_far += amount
            adds_up = task["given"] == "to_date" and task["kind"] in ("cumulative", "bound")
            rows.append(_entry(f"{task['year'] - back}Q{n}", so_far if adds_up else amount))
    return rows


def _entry(quarter: str, value: float | None, **more: Any) -> dict[str, Any]:
    row = {
        "entry_id": store.identity(quarter, value, sorted(more.items())), "task_id": TASK, "item_id": "", "department": "甲科",
        "quarter": quarter, "field": "figure", "value": value, "status": "reported", "return_id": "history",
    }  # fmt: skip
    return row | more


def _cell(
    ledger: store.Ledger, task: dict[str, Any], quarter: str, written: str, *, reason: str = "", department: str = "甲科"
) -> tuple[store.Ledger, str]:  # fmt: skip
    """A returned figure, checked and entered, and what is said of it."""
    own = ledger.entries[(ledger.entries["department"] == department) & (ledger.entries["status"] == "reported")]
    own = figures.counting(own[own["field"] == "figure"].to_dict("records"))
    before = {r["quarter"]: figures.entered(task, r) for r in own}
    found = checks.judge_cell(task, "figure", written, quarter=quarter, before=before, reason=reason)
    if not found.status:
        return ledger, ""
    row = _entry(
        quarter, found.value, numerator=found.numerator, denominator=found.denominator, text=found.text, approx=found.approx,
        status=found.status, reason=found.why("zh", refusing=True) or reason, department=department,
        entry_id=store.identity(len(ledger.entries)),
    )  # fmt: skip
    said = found.why("zh")
    words = f"退回：{said}" if found.status == "refused" else f"采纳（{said}）" if said else "采纳"
    return store.with_rows(ledger, entries=[row]), words


def _reports(case: dict[str, str], task: dict[str, Any]) -> list[tuple[str, str]]:
    """Quarters and what was written in them, and the amounts of earlier quarters that the event tells."""
    found = [
        (m[1], m[2].strip())
        for part in _parts(case["reports"])
        if (m := re.fullmatch(r"(\d{4}Q\d)=(.*)", part.strip()))
    ]
    if told := re.search(r"各季\s*([\d、.]+)", case["event"]):
        amounts = [float(one) for one in told[1].split("、")]
        known = {quarter for quarter, _ in found}
        for n in range(1, len(amounts) + 1):
            quarter = f"{task['year']}Q{n}"
            if quarter not in known:
                value = sum(amounts[:n]) if task["given"] == "to_date" else amounts[n - 1]
                found.append((quarter, checks.plain(value)))
    return sorted(found)


def _parts(reports: str) -> list[str]:
    """Parted at semicolons outside brackets."""
    return [part for part in re.split(r"[;；](?![^（(]*[)）])", reports) if part.strip()]


def _corrections(written: str) -> list[tuple[str, str]]:
    """60→40（更正：重复统计）: first 60, then 40 with its reason."""
    bracket = BRACKET.search(written) if "→" in written else None
    plain = written[: bracket.start()] + written[bracket.end() :] if bracket else written
    first, *later = plain.split("→")
    reason = bracket[1] if bracket else ""
    return [(first.strip(), ""), *((one.strip(), reason) for one in later)]


def _reporters(reports: str) -> list[tuple[str, str, str]]:
    """甲科（牵头）52，乙科（配合）25: who, what, and the remark beside the name."""
    if re.search(r"\d{4}Q\d=", reports):
        return []
    plain = re.sub(r"[（(][^（(]*分头统计[^（(]*[)）]", "", reports)
    found = re.findall(r"([^\s，,；;（(\d]+科)\s*(?:[（(]([^)）]*)[)）])?\s*[:：]?\s*([\d.]+)", plain)
    return [(name, value, mark) for name, mark, value in found]


def _things(
    case: dict[str, str], task: dict[str, Any], ledger: store.Ledger, quarter: str
) -> tuple[store.Ledger, list[str]]:  # fmt: skip
    items: list[dict] = []
    gates: list[dict] = []
    entries: list[dict] = []
    told: list[str] = []
    for n, part in enumerate(_parts(case["reports"]), 1):
        name, _, said = part.partition("=")
        bracket = BRACKET.search(said)
        stage, remark = BRACKET.sub("", said).strip(), bracket[1] if bracket else ""
        when, named = (name.strip(), "事项") if re.fullmatch(r"\d{4}Q\d", name.strip()) else (quarter, name.strip())
        item = "1" if named == "事项" else str(n)
        if item not in {one["item_id"] for one in items}:
            items.append({"task_id": TASK, "item_id": item, "name_zh": named})
        stages = next((one for one in re.split("[；;，,]", remark) if "、" in one and stage in one.split("、")), "")
        if stages:
            task |= {"stages": stages.replace("、", ";"), "done_at": stages.split("、")[-1]}
        for day, gate in re.findall(r"计划\s*(\d{4}-\d{2}-\d{2})\s*([^\s，,；;、]+)", remark):
            gate = checks.written.stage(task, gate) or gate
            gates.append({"task_id": TASK, "item_id": item, "gate": gate, "planned": day})
        found = checks.judge_cell(task, "stage", stage, quarter=when, before={})
        told.append(f"退回：{found.why('zh')}" if found.status == "refused" else "采纳")
        row = _entry(
            when, None, item_id=item, field="stage", text=found.text, status=found.status, reason=found.why("zh")
        )
        entries.append(row | {"cut_off": min(case["as_of"], quarters.last_day(when).isoformat())})
        if (proof := DAY.search(remark)) and "计划" not in remark and not re.search("[无缺]", remark):
            entries.append(_entry(when, None, item_id=item, field="evidence", text=remark))
            entries.append(
                _entry(when, None, item_id=item, field="verified", text=remark, cut_off=proof[0], return_id="office")
            )
            told.append("销号")
    fresh = ledger._replace(tasks=store.appended(ledger.tasks.iloc[:0], "tasks", [task]))
    return store.with_rows(fresh, items=items, gates=gates, entries=entries), told
