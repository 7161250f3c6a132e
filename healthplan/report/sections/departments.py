"""A sheet for each department: what it leads and supports, where that will be, what is behind, what it owes and is asked for."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from healthplan.judging import deadlines
from healthplan.language.dates import when
from healthplan.language.phrases import points, quantity
from healthplan.line import PlanView
from healthplan.messages import text
from healthplan.registers import departments as in_words
from healthplan.report import blocks
from healthplan.report.blocks import Html
from healthplan.report.sections.requests import requests

SHOWN = ("short", "risk")  # goals that stand in rows; of the others the names
SOON = 30  # days after the cut-off
# how the head counts the goals that a department leads
COUNTED = {"missed": ("missed",), "off_course": ("off_course",), "risk": ("met_slipping", "at_risk")}
Row = dict[str, Any]


def departments(seen: PlanView) -> Html:
    """All departments, a sheet each with an anchor ``dept-<n>``: those that lead most of what is short first."""
    parts = list(_parts(seen))
    return blocks.rendered("departments", seen.lang, parts=parts, year=seen.as_of, synthetic=seen.synthetic)


def _parts(seen: PlanView) -> Iterator[Row]:
    owners, promised = _owners(seen), seen.tables.milestones.to_dict("records")
    goals = seen.brief.to_dict("records")
    behind, asked = _behind(seen), set(requests(seen)["target_id"])
    named: dict[str, None] = {}
    for names in [*owners.values(), *(_names(one["departments"]) for one in promised)]:
        named |= dict.fromkeys(names)
    made = [
        _part(seen, name, [g for g in goals if owners[g["target_id"]][:1] == [name]],
              [g for g in goals if name in owners[g["target_id"]][1:]],
              [one for one in promised if name in _names(one["departments"])], behind, asked)
        for name in named
    ]  # fmt: skip
    if not made:  # nobody is named
        made = [_part(seen, "", goals, [], promised, behind, asked)]
    else:
        left = [goal for goal in goals if not owners[goal["target_id"]]]
        made += [_part(seen, "", left, [], [], behind, asked)] if left else []
    yield from sorted(made, key=lambda part: (-part["short"], -part["risk"], -len(part["led"])))


def _owners(seen: PlanView) -> dict[str, list[str]]:
    """The departments of each goal, the one that leads first."""
    return {row["target_id"]: _names(row["departments"]) for row in seen.tables.targets.to_dict("records")}


def _names(cell: str) -> list[str]:
    return [name for name in cell.split(";") if name]


def _part(
    seen: PlanView, name: str, led: list[Row], support: list[Row], promised: list[Row], behind: dict[str, str], asked: set[str]
) -> Row:  # fmt: skip
    lang = seen.lang
    due = [_deliverable(seen, one) for one in sorted(promised, key=lambda one: deadlines.in_order(one["deadline"]))]
    listed = [one for one in due if one["state"] != "later"]
    counts = {kind: sum(goal["status"] in of for goal in led) for kind, of in COUNTED.items()}
    shown = in_words(name, lang) if name else text("departments.none", lang)
    head = _headline(led, support, counts, due, lang)
    return {
        "title": text("departments.title", lang, name=shown, words=head) if head else shown, "name": shown, "led": led,
        "support": support, "short": counts["missed"] + counts["off_course"], "risk": counts["risk"],
        "groups": [(kind, _rows(goals), _rest(goals, lang)) for kind, goals in (("led", led), ("support", support)) if goals],
        "deliverables": listed, "later": len(due) - len(listed),
        "behind": [(goal["name"], behind[goal["target_id"]]) for goal in led if goal["target_id"] in behind],
        "asked": [goal["name"] for goal in led if goal["target_id"] in asked],
        "answers": [goal for goal in led if goal["standing"] == "short"],
        "careful": [goal for goal in led if goal["standing"] in SHOWN and goal["trust"] == 1],
    }  # fmt: skip


def _headline(led: list[Row], support: list[Row], counts: dict[str, int], due: list[Row], lang: str) -> str:
    """How many goals a department leads and how they stand, and what falls due next."""
    words = [text("departments.leads", lang, count=len(led))] if led else []
    words += [text(f"departments.count_{kind}", lang, count=count) for kind, count in counts.items() if count]
    unknown = sum(goal["standing"] == "open" for goal in led)
    words += [text("departments.count_open", lang, count=unknown)] if unknown else []
    words += [text("departments.supports", lang, count=len(support))] if support and not led else []
    head = text("departments.comma", lang).join(words)
    near = next((one for one in due if one["state"] == "soon"), None)
    if near is None:
        return head
    due_words = text("departments.falls_due", lang, name=near["name"], date=near["date"])
    return text("departments.then", lang, first=head, second=due_words) if head else due_words


def _rows(goals: list[Row]) -> list[Row]:
    return [goal for goal in goals if goal["standing"] in SHOWN]


def _rest(goals: list[Row], lang: str) -> list[tuple[str, int, str]]:
    """The goals that are on course or cannot be told: group, count, names."""
    comma, found = text("scorecard.names_comma", lang), []
    for standing in ("reached", "open"):
        names = [goal["name"] for goal in goals if goal["standing"] == standing]
        if names:
            found.append((standing, len(names), comma.join(names)))
    return found


def _behind(seen: PlanView) -> dict[str, str]:
    """What each goal that is behind its schedule (序时进度) should have reached, and by how much it is short of that."""
    rows = seen.told[seen.told["schedule_gap"] > 0]
    said = {}
    for row in rows.to_dict("records"):
        unit = row["indicator_unit"]
        fields = {
            "asked": quantity(row["schedule_value"], unit, seen.lang),
            "gap": points(row["schedule_gap"], unit, seen.lang),
        }
        said[row["target_id"]] = text("report.schedule_behind", seen.lang, **fields)
    return said


def _deliverable(seen: PlanView, one: Row) -> Row:
    """A deliverable with the state of its deadline: past, soon (within 30 days of the cut-off, or by the end of the year
    that runs then), later."""
    cut = date.fromisoformat(seen.cut_off) if seen.cut_off else date(seen.as_of, 12, 31)
    ahead = cut + timedelta(days=SOON)
    end = deadlines.in_order(one["deadline"])
    state = "past" if end <= deadlines.moment(seen.gone) else "soon" if end <= ahead.year else "later"
    others = _names(one["departments"])
    return {
        "name": one[f"deliverable_{seen.lang}"], "state": state, "lead": in_words(others[0], seen.lang) if others else "",
        "date": when(one["deadline"], seen.lang) or text("requests.no_date", seen.lang),
    }  # fmt: skip
