"""Located claims to the sheet of candidates: one row a number, each with its doubts."""

import re
from dataclasses import replace

import pandas as pd

from healthplan import messages, tables
from healthplan.language import comparators, dates, groups, meaning, units
from healthplan.language.names import Match, Register, alike, contained, core, likeness
from healthplan.planreader.rules import matches, words
from healthplan.planreader.sentence import Claim, Located, scope_of

COLUMNS = tuple(tables.columns("candidates"))
"""Columns of the candidate table, in order."""
_NUMBERS = dict.fromkeys(("value", "value_high", "tolerance", "confidence"), "float64")
_NATURES = {"约束性": "binding", "预期性": "expected"}
_SAME_NAME = 0.6
_KIND = ("group", "per", "side", "each", "reference", "reference_indicator", "all_of")


def build(items: list[Located], register: Register | None, lang: str | None = None, period: str = "") -> pd.DataFrame:
    """The candidate table: goals once each, with baselines from the facts; ``period`` is the plan's, YYYY-YYYY."""
    goals = merge([item for item in items if not item.claim.fact])
    facts = [item.claim for item in items if item.claim.fact]
    records = [_record(item, places, facts, register, lang) for item, places in goals]
    frame = pd.DataFrame(records, columns=list(COLUMNS)).astype(_NUMBERS)
    marks = list(dict.fromkeys(filter(None, (record["all_of"] for record in records))))
    numbered = {mark: f"{n}{mark[-1] if comparators.either(mark) else ''}" for n, mark in enumerate(marks, 1)}
    conditions = [numbered.get(record["all_of"], "") for record in records]
    return frame.assign(stage=stages(frame), all_of=conditions, period=period)


def stages(frame: pd.DataFrame) -> list[str]:
    """For each row the word that it shares with the other stages of its goal, "" where it is the only one.

    Stages measure one thing in one unit for one scope on one side, each at another date; two values at one date
    are no stages, and things added year by year are sums of their own.
    """
    groups: dict[tuple, list[int]] = {}
    for place, row in enumerate(frame.to_dict("records")):
        measured = row["indicator"] or core(str(row["name"]))
        side = comparators.side(row["comparator"]) if row["comparator"] in comparators.SIDES else ""
        added = row["comparator"] == comparators.INCREASE_BY and row["unit"] != units.POINTS
        if row["deadline"] and not added:
            whose = tuple(row.get(part, "") or "" for part in ("group", "scope", "each", "per", "reference"))
            groups.setdefault((measured, *whose, row["unit"], side), []).append(place)
    out = [""] * len(frame)
    due = frame["deadline"].tolist()
    staged = [g for g in groups.values() if len({due[i] for i in g}) == len(g) > 1]
    for number, group in enumerate(staged, 1):
        for place in group:
            out[place] = str(number)
    return out


def merge(items: list[Located]) -> list[tuple[Located, list[str]]]:
    """The same number for the same thing and date is one goal, with all its places, however often it is printed."""
    rows: list[tuple[Located, list[str]]] = []
    alike: dict[tuple, list[int]] = {}  # of one number: only those can be one goal
    for item in items:
        those = alike.setdefault((item.claim.value, item.claim.high), [])
        same = next((n for n in those if _same_goal(rows[n][0], item)), None)
        if same is None:
            those.append(len(rows))
            rows.append((item, [item.locator]))
        else:
            first, places = rows[same]
            rows[same] = (_better(first, item), list(dict.fromkeys([*places, item.locator])))
    return rows


def _same_goal(first: Located, second: Located) -> bool:
    """Same date and name of one number, in two sentences. Text and table may differ in wording; two texts may not."""
    one, other = first.claim, second.claim
    bare = "bare_number" in one.why or "bare_number" in other.why
    side = bare or comparators.same_goal(one.comparator, other.comparator)
    if not side or any(getattr(one, kind) != getattr(other, kind) for kind in _KIND):
        return False
    # Two numbers of one sentence are two goals, however alike; a print without a date is the same as one with.
    dated = one.deadline and other.deadline and not dates.same(one.deadline, other.deadline)
    if dated or (first.sentence and first.sentence == second.sentence):
        return False
    a, b = core(one.name), core(other.name)
    printed_twice = ("表" in first.locator) != ("表" in second.locator)
    if a == b or not printed_twice:
        return a == b
    inside, like = max(contained(a, b), contained(b, a)), likeness(a, b)
    return like >= _SAME_NAME or (inside >= 0.9 and like >= 0.4)


def _better(one: Located, other: Located) -> Located:
    """Keep the first, with the more precise date and whatever it lacked."""
    a, b = one.claim, other.claim
    claim = replace(
        a,
        deadline=max(a.deadline, b.deadline, key=len),
        confidence=max(a.confidence, b.confidence),
        baseline=a.baseline or b.baseline,
        baseline_year=a.baseline_year or b.baseline_year,
        wording="must" if "must" in (a.wording, b.wording) else "strive",
        unit=a.unit or b.unit,
        comparator=_clearer(a, b),
    )
    who, nature = one.departments or other.departments, one.nature or other.nature
    return replace(one, claim=claim, departments=who, nature=nature)


def _clearer(a: Claim, b: Claim) -> str:
    """The comparator that words give, before one inferred from a bare number or from 左右."""
    open_ended = "bare_number" in a.why or a.comparator == comparators.EQUAL
    return b.comparator if open_ended and "bare_number" not in b.why else a.comparator


def _record(item: Located, places: list[str], facts: list[Claim], register: Register | None, lang: str | None) -> dict:
    claim = item.claim
    found = _indicator(claim, register)
    said = [reason.partition(":") for reason in claim.why]
    reasons = [messages.text(f"planreader.{key}", lang, words=told) for key, _, told in said]
    if found.alike:
        reasons.append(messages.text("planreader.alike", lang, names="、".join(found.alike)))
    baseline = claim.baseline or _baseline(claim, facts, register)
    name = found.name if found.group else claim.name
    return {
        **vars(claim),
        "indicator": found.id,
        "name": name,
        "group": found.group,
        "value_high": claim.high,
        "scope": scope_of(name) if found.group else claim.scope,
        "departments": item.departments,
        "baseline": baseline,
        "baseline_year": claim.baseline_year or year_in(baseline),
        "nature": item.nature or _nature(claim),
        "all_of": f"{item.sentence}{claim.all_of}" if claim.all_of else "",
        "locator": ";".join(places),
        "why": "; ".join(reasons),
    }


def _nature(claim: Claim) -> str:
    """As the bracket behind the number says; else as its clause does, where it names only one."""
    named = [nature for word, nature in _NATURES.items() if word in claim.evidence]
    return _NATURES.get(claim.nature, "") or (named[0] if len(named) == 1 else "")


def _indicator(claim: Claim, register: Register | None) -> Match:
    """The indicator of a goal; what is done to things (改造村卫生室12家) is not their stock, unless named in full."""
    known = register or Register()
    unit = claim.unit if claim.comparator in comparators.STATED | {comparators.INCREASE_BY} else ""
    name = groups.without(claim.name, claim.group) if claim.group else claim.name
    found = known.grouped(name, unit, claim.group)
    if not found.id and claim.comparator in comparators.PERCENT:
        found = known.grouped(name, meaning.unit_by_name(name), claim.group)
    if claim.each or "several_measures" in claim.why:  # what is judged is the share of places that do it
        return Match(name=found.name, group=found.group)
    return found if register is None else _taken(claim, found, register)


def _taken(claim: Claim, found: Match, known: Register) -> Match:
    """The indicator that the name means, unless unit or verb say that another thing is counted: then one to look at."""
    about = known.about[found.id] if found.id else {}
    unit, title = str(about.get("unit", "")), str(about.get("name_zh", ""))
    named = Match(name=found.name, group=found.group, alike=(title,)) if found.id else None
    fits = found.id and (not unit or units.convert(1.0, claim.unit, unit))
    if re.search(r"/(?:千|万|10万)人$", claim.unit) and not fits:
        # 注册护士数 of 4人/千人 is not the stock; 每万人口注册护士数 is the registered one per 1,000, in another unit
        bare = words("base_before_name").sub("", claim.name)
        tried = (known.indicator(f"每{base}人口{bare}", claim.unit) for base in ("千", "万", "10万"))
        if other := next((other for other in tried if other.id), named):
            return other
    if named is not None:
        return named if _of_other_things(claim, found.how, unit, title) else found
    return found if found.alike else replace(found, alike=found.meant or alike(claim.name, known))


def _of_other_things(claim: Claim, how: str, unit: str, title: str) -> bool:
    """Whether the goal adds to a stock, or a verb of doing (创建, 改造) stands right before the name; whether it sums up
    years, or its number is in a unit that the indicator cannot be in: 92% of a score in points."""
    before = claim.evidence.split(claim.name)[0]
    adds = claim.comparator == comparators.INCREASE_BY or any(
        m.end() == len(before) for _, m in matches("verbs", before)
    )
    worked = how == "stem" or words("worked_on").search(before)
    if adds and worked and "%" not in claim.unit and not re.search("新增|净增", title):
        return True
    stated = claim.comparator in comparators.STATED and claim.unit not in units.RATIOS
    mismatched = unit and units.parse(claim.unit) is not None and units.convert(1.0, claim.unit, unit) is None
    return bool(("累计" in claim.evidence and "每年" in title) or (stated and mismatched))


def year_in(baseline: str) -> str:
    """The year of 22.6 (2020)."""
    found = re.search(r"[(（](\d{4})[^)）]*[)）]\s*$", baseline)
    return found[1] if found else ""


def _baseline(claim: Claim, facts: list[Claim], register: Register | None) -> str:
    """The latest past figure of the same thing in the same unit, with its year."""
    unit = units.level_unit(claim.unit)
    fits = [f for f in facts if f.unit == unit and _same_measure(f, claim, register)]
    latest = max(fits, key=lambda f: f.year, default=None)
    if latest is None or latest.value is None:
        return ""
    return units.written(f"{latest.value:g}", latest.unit, "zh") + (f" ({latest.year})" if latest.year else "")


def _same_measure(one: Claim, other: Claim, register: Register | None) -> bool:
    """The same name, or two names of one indicator: a baseline of something alike would be a wrong one."""
    if core(one.name) == core(other.name):
        return True
    found = [_indicator(claim, register) for claim in (one, other)]
    return bool(found[0].id) and len({(one.id, one.group) for one in found}) == 1
