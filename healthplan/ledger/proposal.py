"""One goal or milestone of a plan on its way to a task: the rule that fits it, and what the office has to settle.

``kinds.csv``: of a goal's comparator, measure (kind of its indicator), stock, way (``each``, or the direction), unit, words of
its name, words of its denominator and size the first row that fits says how it is taken. ``stages.csv``: by what a thing's name
says the gates that it goes through and from which on it counts.
"""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from healthplan import tables
from healthplan.language import comparators, dates, units, vocabulary
from healthplan.language.phrases import number
from healthplan.ledger import quarters, store
from healthplan.messages import text
from healthplan.registers import Registers

FOLDER = Path(__file__).parent
COUNTED = ("cumulative", "stages")  # of these kinds an increase is its own goal
LESS = (comparators.MOST, "<", "falling", "slowing")  # sides on which less is better
NO_NUMBER = {comparators.REFERENCE, comparators.ALL_OF, comparators.TREND}  # no goal that stands alone
OF_THE_MEASURE = {
    comparators.INCREASE_BY_PCT,
    comparators.REFERENCE,
    comparators.TREND,
}  # figures in the indicator's unit
_NOT_NAMES = re.compile(r"\d+个?\S{0,4}$|等$")
_TAIL = re.compile(r"(?:总?的?(?:百分比|比例|比重|百分数)|之比|，按.*|；.*|，分母.*|（[^（）]*）|。.*)+$")


@cache
def _rules(name: str) -> list[dict[str, str]]:
    return vocabulary.rows(name, FOLDER)


def id_of(row: dict[str, Any]) -> str:
    return str(row.get("target_id") or row.get("milestone_id"))


def short(one: str) -> str:
    return one.rsplit("-", 1)[-1]


def names(row: dict[str, Any]) -> tuple[str, str]:
    stem = "name" if "target_id" in row else "deliverable"
    return row[f"{stem}_zh"], row[f"{stem}_en"]


class Goal:
    """One goal on its way to a task: the rule that fits it, and what that makes of it."""

    def __init__(
        self, plan: Any, known: Registers, measure: dict[str, Any], row: dict[str, Any], year: int, lang: str
    ) -> None:
        self.plan, self.known, self.measure, self.row, self.year, self.lang = plan, known, measure, row, year, lang
        self.comparator, self.value = row["comparator"], row["value"]
        self.direction = self._direction()
        self.rule = next(rule for rule in _rules("kinds") if self._fits(rule))
        self.kind = self.rule["kind"]
        self.notes: list[str] = []

    def task(self) -> dict[str, Any]:
        """Its row of *tasks*."""
        row, rule = self.row, self.rule
        gates = _gates(row, "thing") if self.kind == "stages" else None
        late, row["due"] = row["due"], self._year_end()
        goal = self._number()
        task = _common(self.plan, row, self.year) | goal | self._base(goal["goal_value"])
        task |= {name: rule[name] for name in ("kind", "given", "path", "reporting")}
        if self._several_years(task) and task["path"] == "last_year":
            task["path"] = "even"
        over, under = self._parts() if task["given"] == "ratio" else ("", "")
        task |= {"direction": self.direction, "unit": self._unit(), "num_unit": over, "den_unit": under}
        task |= _stage_cells(gates)
        self.notes += _gate_note(gates, self.lang) if gates else []
        if late != task["due"] and self.kind != "hold" and task["goal_value"] != 0:
            self._note("year", due=dates.when(late[:4], self.lang))
        self._say(task)
        task["office_note"] = text("ledger_tasks.note_join", self.lang).join(self.notes)
        evidence = gates["evidence"] if gates else rule["evidence"]
        task["evidence_wanted"] = text(f"ledger_tasks.evidence_{evidence}", self.lang)
        return task

    def _direction(self) -> str:
        if self.comparator == comparators.RANK or self.row.get("side") in LESS:
            return "lower"
        if self.comparator in comparators.FLOORS | comparators.CEILINGS:
            return "higher" if self.comparator in comparators.FLOORS else "lower"
        return (
            "lower"
            if self.measure["direction"] == "decrease" or self.comparator == comparators.GROWTH_MAX
            else "higher"
        )

    def _fits(self, rule: dict[str, str]) -> bool:
        row, measure = self.row, self.measure
        ways = {self.direction, "each" if row.get("each") else ""}
        unit = row["unit"] or measure["unit"]
        return (
            _among(self.comparator, rule["comparators"])
            and _among(measure["indicator_kind"], rule["measures"])
            and (not rule["stock"] or rule["stock"] == measure["stock"])
            and (not rule["ways"] or rule["ways"] in ways)
            and (not rule["units"] or re.fullmatch(rule["units"], unit) is not None)
            and (not rule["words"] or re.search(rule["words"], row["name_zh"]) is not None)
            and (not rule["denominators"] or re.search(rule["denominators"], measure["denominator"]) is not None)
            and (not rule["least"] or float(rule["least"]) <= self._size() <= float(rule["most"]))
        )

    def _size(self) -> float:
        return float(self.row["value_high"] if pd.notna(self.row["value_high"]) else self.value)

    def _unit(self) -> str:
        """The unit of the figures: the goal's, or its indicator's where the goal is said as a change or against another."""
        if self.row.get("each"):
            return "%"
        if self.comparator in OF_THE_MEASURE or (
            self.comparator == comparators.INCREASE_BY and self.kind not in COUNTED
        ):
            return str(self.measure["unit"])
        return str(self.row["unit"] or self.measure["unit"])

    def _number(self) -> dict[str, Any]:
        """Goal, its upper end and how it is compared; no goal where the plan has none that stands alone."""
        nothing, least = float("nan"), comparators.LEAST if self.direction == "higher" else comparators.MOST
        value, how = self.value, self.comparator
        if self.row.get("each"):
            return {"goal_value": 100.0, "goal_high": nothing, "goal_comparator": comparators.LEAST}
        added = how == comparators.INCREASE_BY
        if (added and self.kind not in COUNTED) or how == comparators.INCREASE_BY_PCT:
            start = self.row["baseline"]
            value = start + value if added else start * (1 + value / 100)
            least = comparators.LEAST if self.value > 0 else comparators.MOST
        elif how in comparators.RELATIVE | NO_NUMBER:
            value = nothing if how in NO_NUMBER else value
        elif how not in (comparators.INCREASE_BY, comparators.GROWTH_MAX, comparators.RANK):
            return {"goal_value": value, "goal_high": self.row["value_high"], "goal_comparator": how}
        told = _side_of(self.row, least) if how in ("reference", "trend") else least
        return {"goal_value": value, "goal_high": nothing, "goal_comparator": told}

    def _base(self, goal: float) -> dict[str, Any]:
        """Start and its day: printed, or nothing at the beginning of what is counted afresh, else open."""
        row, before = self.row, f"{self.year - 1}-12-31"
        start, nothing = row["baseline"], float("nan")
        if self.rule["from_zero"]:
            return {"base_value": 0.0, "base_date": before}
        if self.kind == "end_value" and pd.notna(start) and pd.notna(row["baseline_year"]):
            return {"base_value": start, "base_date": f"{int(row['baseline_year'])}-12-31"}
        if self.kind == "cumulative" and quarters.day(row["due"]).year > self.year:
            first = row["baseline_year"] if pd.notna(row["baseline_year"]) else self.plan.about["period_start"] - 1
            return {"base_value": nothing, "base_date": f"{int(first)}-12-31"}
        return {"base_value": nothing, "base_date": ""}

    def _year_end(self) -> str:
        """The day by which it is asked for: what is measured anew every year by the end of this one."""
        anew = self.kind in ("bound", "hold") or self.rule["from_zero"]
        return min(self.row["due"], f"{self.year}-12-31") if anew else self.row["due"]

    def _several_years(self, task: dict[str, Any]) -> bool:
        return quarters.day(task["due"]).year > self.year

    def _parts(self) -> tuple[str, str]:
        """What is counted above and below the line, from the register's definition in Chinese, its names in English."""
        if self.lang != "zh":
            return tuple(self.known.indicator_name(str(self.measure[n]), "en") for n in ("numerator", "denominator"))  # type: ignore[return-value]
        return _parts_zh(self.known, self.measure)

    # what the office has to settle

    def _say(self, task: dict[str, Any]) -> None:
        self._say_goal(task)
        self._say_start(task)
        if task["given"] == "ratio" and not (task["num_unit"] and task["den_unit"]):
            self._note("parts")
        if self.row["area"] != self.plan.area:
            self._note("area_other", area=self.known.area_name(self.row["area"], self.lang))
        if self.row.get("each"):
            self._note("each", each=self.row["each"])
        if self.row["state"] == "conflicting":
            self._note("conflicting", ids=_ids(self.row["related"]))
        self.notes += _people(self.row, task, self.lang)
        if self.rule["note"]:
            self._note(self.rule["note"], ids=_ids(self.row.get("all_of", "")))

    def _say_goal(self, task: dict[str, Any]) -> None:
        if pd.notna(task["goal_value"]):
            return
        value, unit = number(abs(self.value)) if pd.notna(self.value) else "", self.row["unit"]
        if self.comparator == comparators.REFERENCE:
            against = self._against()
            self._note("reference" if against else "reference_some", against=against)
        elif self.comparator == comparators.INCREASE_BY_PCT:
            self._note("goal_pct", value=value)
        elif self.comparator == comparators.INCREASE_BY:
            self._note("goal_change", value=f"{'-' if self.value < 0 else '+'}{value}", unit=unit)

    def _against(self) -> str:
        area, other = self.row.get("reference", ""), self.row.get("reference_indicator", "")
        named = [self.known.area_name(area, self.lang)] if area else []
        named += [self.known.indicator_name(other, self.lang)] if other else []
        return (" " if self.lang == "en" else "").join(named)

    def _say_start(self, task: dict[str, Any]) -> None:
        due = dates.when(task["due"][:7] if not task["due"].endswith("-12-31") else task["due"][:4], self.lang)
        if self.kind == "cumulative" and task["base_date"]:
            start = dates.when(str(int(task["base_date"][:4]) + 1), self.lang)
            self._note("period", start=start, due=due)
        asks = (
            self.kind == "end_value"
            and task["path"] in ("even", "last_year", "own")
            and task["reporting"] == "quarterly"
        )
        if asks and pd.isna(task["base_value"]):
            self._note("base_period" if self._several_years(task) else "base", due=due)

    def _note(self, key: str, **fields: Any) -> None:
        self.notes.append(text(f"ledger_tasks.note_{key}", self.lang, **fields))


def _among(word: str, allowed: str) -> bool:
    return not allowed or word in allowed.split(";")


def _side_of(row: dict[str, Any], least: str) -> str:
    """How a figure is compared once the goal is known."""
    most, least_of = comparators.MOST, comparators.LEAST
    ways = {"falling": most, "slowing": most, "rising": least_of, "steady": comparators.EQUAL}
    side = row.get("side", "")
    return ways.get(side, side) or least


def _ids(cell: str) -> str:
    return ", ".join(map(short, filter(None, cell.split(";"))))


def _parts_zh(known: Registers, measure: dict[str, Any]) -> tuple[str, str]:
    """The two counts as the definition or the name says them; registered names before."""
    registered = set(known.indicators["indicator"])
    said = _said_parts(str(measure["definition_zh"]), "definition") or _said_parts(str(measure["name_zh"]), "name")
    said = said or ("", "")
    named = [
        known.indicator_name(one, "zh") if (one := measure[n]) in registered else ""
        for n in ("numerator", "denominator")
    ]
    return named[0] or said[0], named[1] or said[1]


def _said_parts(words: str, of: str) -> tuple[str, ...]:
    """What stands above and below the line in these words; empty where no rule reads them."""
    for rule in _rules("parts"):
        match = re.search(rule["pattern"], words) if rule["of"] in (of, "both") else None
        if match:
            found = match.groupdict("")
            found |= {"over": found.get("over", "").rstrip("，所"), "under": _TAIL.sub("", found.get("under", ""))}
            return rule["over"].format(**found), rule["under"].format(**found)
    return ()


# --- a milestone, and what both have -------------------------------------------------------------


def milestone(plan: Any, row: dict[str, Any], year: int, lang: str) -> dict[str, Any]:
    gates = _gates(row, "milestone")
    task = _common(plan, row, year) | _stage_cells(gates)
    task |= {"kind": "stages", "given": "stage", "direction": "higher", "path": "stages", "reporting": "quarterly"}
    task |= {
        "goal_value": float(len(_events(row["deliverable_zh"], gates))),
        "goal_comparator": comparators.LEAST,
        "unit": "项",
    }
    notes = _gate_note(gates, lang)
    if row["state"] == "conflicting":
        notes.append(text("ledger_tasks.note_conflicting", lang, ids=_ids(row["related"])))
    notes += _people(row, task, lang)
    task["office_note"] = text("ledger_tasks.note_join", lang).join(notes)
    task["evidence_wanted"] = text(f"ledger_tasks.evidence_{gates['evidence']}", lang)
    return task


def _common(plan: Any, row: dict[str, Any], year: int) -> dict[str, Any]:
    blank = dict.fromkeys(tables.columns("tasks"), "")
    named = [name for name in row["departments"].split(";") if name]
    zh, en = names(row)
    number_columns = dict.fromkeys(("base_value", "goal_value", "goal_high"), float("nan"))
    return blank | number_columns | {
        "task_id": short(id_of(row)), "plan_id": plan.about["plan_id"], "year": year, "source": ";".join(row["sources"]),
        "section": row["locator"], "name_zh": zh, "name_en": en, "due": row["due"], "gather": "lead",
        "lead": named[0] if named else "", "support": ";".join(named[1:]),
    }  # fmt: skip


def _people(row: dict[str, Any], task: dict[str, Any], lang: str) -> list[str]:
    """What is to be said of who does it, of the plan's wording, and of things without a name."""
    found = []
    say = lambda key, **fields: found.append(text(f"ledger_tasks.note_{key}", lang, **fields))  # noqa: E731
    count = len(store.departments_of(task))
    if "target_id" in row and task["kind"] == "stages":
        ends = [end for end in (task["goal_value"], task["goal_high"]) if pd.notna(end)]
        many = units.written("-".join(map(number, ends)), task["unit"], lang)
        people = task["unit"] in ("名", "人")
        key = "names_from_plan" if _named_things(row, task) else "name_people" if people else "name_things"
        say(key, count=many)
    if count != 1:
        say("lead_unconfirmed" if count else "lead_missing", count=count)
    if row["wording"] == "strive":
        say("strive")
    return found


def _gates(row: dict[str, Any], of: str) -> dict[str, str]:
    """The row of ``stages.csv`` for what a goal counts (thing) or a milestone names."""
    name = names(row)[0]
    for rule in _rules("stages"):
        fits = not rule["of"] or rule["of"] == of
        fits = fits and (not rule["words"] or re.search(rule["words"], name) is not None)
        if fits and (not rule["note_words"] or re.search(rule["note_words"], row["note"])):
            return rule
    raise LookupError(of)


def _stage_cells(gates: dict[str, str] | None) -> dict[str, str]:
    return {"stages": gates["stages_zh"], "done_at": gates["done_at"]} if gates else {}


def _gate_note(gates: dict[str, str], lang: str) -> list[str]:
    """What the office has to settle of the gates."""
    return [text(f"ledger_tasks.note_{gates['note']}", lang)] if gates["note"] else []


def _events(name: str, gates: dict[str, str]) -> list[str]:
    """The events that a milestone joins (竞赛和宣传月), each a thing of its own; else the milestone itself."""
    parts = re.split("和|、|及|与", name) if gates["each_of"] else []
    several = len(parts) > 1 and all(re.search(gates["each_of"], part) for part in parts)
    return [re.sub("(?:举办|召开)$", "", part) for part in parts] if several else [name]


def _named_things(row: dict[str, Any], task: dict[str, Any]) -> list[str]:
    """The names of the things where the plan lists as many as it asks for."""
    listed = [_NOT_NAMES.sub("", part) for part in re.split("[、;；]", row.get("scope", ""))]
    return listed if len(listed) > 1 and len(listed) == task["goal_value"] and all(listed) else []


def things_of(task: dict[str, Any], row: dict[str, Any], lang: str) -> Iterator[dict[str, Any]]:
    """One row a thing; of a milestone itself."""
    if task["kind"] != "stages":
        return
    if "target_id" not in row:
        events = _events(task["name_zh"], _gates(row, "milestone"))
        names = events if len(events) > 1 else [task[f"name_{lang}"]]
    else:
        many = task["goal_high"] if pd.notna(task["goal_high"]) else task["goal_value"]
        names = _named_things(row, task) or [""] * int(many)
    for at, name in enumerate(names, 1):
        yield {"task_id": task["task_id"], "item_id": str(at), "name_zh": name, "department": "", "dropped_on": "", "reason": ""}  # fmt: skip
