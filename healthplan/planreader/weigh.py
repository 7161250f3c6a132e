"""Is it a goal, how far does it go, and how sure is that?"""

from __future__ import annotations

import re

from healthplan.language.numbers import Quantity
from healthplan.language.units import base_in_name
from healthplan.planreader.claim import Sentence
from healthplan.planreader.groups import Comparison, Group
from healthplan.planreader.naming import has_tail
from healthplan.planreader.rules import Rule, first
from healthplan.planreader.when import When

LOW = 0.5
"""Claims below this confidence are not proposed."""

_CHANGE_IN_NAME = re.compile("(?:增幅|增速|增长率|增长幅度|增长速度|涨幅|上涨幅度|增长)$")


def decide(
    quantity: Quantity, name: str, comparison: Comparison | None, verb: Rule | None
) -> tuple[str, float]:
    """Comparator and signed value."""
    given = comparison.comparator if comparison else ""
    if quantity.unit == "1:x" and first("served", name) is not None:
        return ("<" if given in {">", "<"} else "<="), quantity.value
    less = first("less_is_better", name) is not None
    if given == "increase_by":
        assert comparison is not None
        percent = quantity.unit == "%"
        return ("increase_by_pct" if percent else "increase_by"), comparison.sign * quantity.value
    if given != "=" and quantity.unit == "%" and _CHANGE_IN_NAME.search(name):
        if given in {"<=", "<"} or less:
            return "growth_max", quantity.value
        return "increase_by_pct", quantity.value
    adds = verb is not None and verb.gives == "increase_by" and not base_in_name(name)
    if quantity.kind == "count" and adds and given in {"", ">=", "reach", "="}:
        return "increase_by", quantity.value
    if given in {"reach", ""}:
        return ("<=" if less else ">="), quantity.value
    return given, quantity.value


def weigh(
    state: Sentence,
    group: Group,
    quantity: Quantity,
    name: str,
    comparison: Comparison | None,
    when: When,
    where: str,
) -> tuple[float | None, tuple[str, ...]]:
    """Confidence that this is a goal, with the reasons for doubt; None: certainly none."""
    reasons: list[str] = []
    score = 0.35
    word = comparison.word if comparison else ""
    per = bool(base_in_name(name))
    rated = quantity.kind in {"rate", "ratio"} or per
    tail = has_tail(name)
    if word:
        score += 0.25
    if rated and (tail or per or where in {"after", "around"}):
        score += 0.25
    elif rated and word:
        score += 0.1
    if quantity.kind in {"count", "bare"} and not per:
        if state.verb is not None and quantity.kind == "count":
            score += 0.3
        elif (
            tail and quantity.kind == "count" and (quantity.high is not None or when.how == "date")
        ):
            score += 0.2
        elif word and len(name) > 2 and quantity.kind == "count":
            score += 0.15 if tail else 0.05
        elif (
            quantity.kind == "count" and when.how == "date" and len(name) > 2 and where == "before"
        ):
            score += 0.1
        elif not (tail and word):
            return None, ()
    if quantity.kind == "level" and not word:
        return None, ()
    if quantity.kind == "bare" and not (word and (tail or per)):
        return None, ()
    if quantity.chinese and quantity.kind == "count":
        if not _chinese_counts(state, group, word):
            return None, ()
        score -= 0.1
        reasons.append("chinese_numeral")
    if when.how in {"date", "carried_date"}:
        score += 0.15
    elif when.how == "plan_year":
        score += 0.1
    elif when.how == "later_date":
        reasons.append("later_date")
    else:
        reasons.append("no_date")
    if not name or len(name) < 2:
        score -= 0.3
        reasons.append("no_name")
    if where == "earlier":
        score -= 0.05
        reasons.append("name_from_before")
    if not word and quantity.kind != "count":
        reasons.append("no_comparison")
    if state.context.section in {"thought", "none", "advice"} and when.how != "date":
        score -= 0.3
        reasons.append("section")
    return (round(min(score, 0.99), 2), tuple(reasons)) if score >= LOW else (None, ())


def _chinese_counts(state: Sentence, group: Group, word: str) -> bool:
    """A Chinese numeral counts as a goal only where the words around it count things."""
    quantity = group.members[0]
    head = state.ready.hidden[group.left : quantity.start]
    if word in {"no_less_than", "no_more_than", "at_least_after"}:
        return True
    if state.verb is None:
        return False
    if quantity.unit in {"项", "条", "次"} and not re.search("每年|分别|各", head):
        return False
    if quantity.value == 1 and quantity.high is None:
        return bool(
            re.search("每(?:年|个|县|市|省|镇|乡|村|家|所|名)|各(?:县|区|市|镇|乡)|分别", head)
        )
    return True
