"""Dates in a sentence, and the years a plan is for."""

import re
from dataclasses import dataclass

from healthplan.language import dates
from healthplan.language.numbers import chinese
from healthplan.planreader.rules import Rule, matches, spans, words


@dataclass(frozen=True)
class Period:
    """First and last year of a plan; both None where the document does not say."""

    start: int | None = None
    end: int | None = None

    @property
    def single(self) -> int | None:
        """The year of a one-year plan."""
        return self.start if self.start is not None and self.start == self.end else None


@dataclass(frozen=True)
class Mention:
    """One date in a sentence: place, kind (goal, base, asof, span, past) and deadlines."""

    start: int
    end: int
    kind: str
    deadlines: tuple[str, ...]
    text: str

    @property
    def year(self) -> int:
        return int(self.deadlines[-1][:4]) if self.deadlines else 0

    @property
    def opens_goals(self) -> bool:
        """Dates like 到2025年 hold for the sentences that follow, 2023年内 for its own only."""
        return self.kind == "goal" and bool(re.match("(?:力争|争取|确保|计划)*(?:到|至|展望)", self.text))

    @property
    def since(self) -> bool:
        """自2025年起, 2025年以后: from then on, no deadline."""
        return self.text.endswith(("起", "开始", "后"))


def find_dates(text: str, period: Period) -> list[Mention]:
    """Every date of a normalised sentence, in order."""
    needs_end = period.end is None and "end"
    usable = (
        (rule, match)
        for rule, match in matches("dates", text)
        if rule.fields.get("needs", "") != needs_end and _as_long(match, period)
    )
    found: list[Mention] = []
    for rule, match in spans(usable):
        # 2027年上半年，…；下半年，…: a part of a year is of the year named before it
        before = next((m.year for m in reversed(found) if m.kind == "goal" and m.deadlines), 0)
        if period.single is not None or rule.fields.get("needs") != "single_year":
            found.append(_mention(rule, match, period))
        elif before and _part_of_a_year(match):
            found.append(_mention(rule, match, Period(before, before)))
    return found


def _as_long(match: re.Match[str], period: Period) -> bool:
    """三年内 is the plan's time only in a plan of three years."""
    years = match.groupdict().get("years")
    if years is None or period.start is None or period.end is None:
        return years is None
    return period.end - period.start + 1 == (int(years) if years.isdigit() else chinese(years))


def _part_of_a_year(match: re.Match[str]) -> bool:
    """下半年，… and 6月底前, not 年末总人口, which is a name."""
    parts = {name for name, value in match.groupdict().items() if value}
    ends = match.group().endswith("前") or match.string[match.end() : match.end() + 1] in "，、"
    return bool({"part", "m"} & parts) and ends


def _mention(rule: Rule, match: re.Match[str], period: Period) -> Mention:
    groups = {key: value for key, value in match.groupdict().items() if value}
    deadlines, kind = _deadlines(groups, period), str(rule.fields["kind"])
    if kind == "span":
        deadlines = deadlines[-1:]
    if kind in {"goal", "span", "asof"} and deadlines:
        kind = _judge(kind, int(deadlines[-1][:4]), period.start)
    if "since" in groups and kind == "goal":
        deadlines = (str(period.end),) if period.end else ()
    return Mention(*match.span(), kind, deadlines, match.group())


def _judge(kind: str, year: int, start: int | None) -> str:
    """A date before the plan begins is past; a state at a date ahead is a goal."""
    past = start is not None and year < start
    ahead = start is not None and year > start
    return "past" if past or (kind == "asof" and not ahead) else "goal"


def _deadlines(groups: dict[str, str], period: Period) -> tuple[str, ...]:
    """What a mention means; nothing where the calendar has no such day, or no year is known."""
    if sign := groups.get("fyp") or groups.get("fypb"):
        return (str(dates.five_year_plan(sign[-1]) - (5 if "early" in groups else 0)),)
    years = [groups[name] for name in ("y", "ya", "yb", "y2", "y3") if name in groups]
    years = [f"20{groups['short']}"] if "short" in groups else years
    if not years and (period.single is not None or "planned" in groups):
        years = [str(period.end)]
    month = dates.month(groups.get("m", "")) or dates.last_month(groups.get("part", ""))
    found = (dates.of_parts(int(year), month, int(groups.get("d") or 0)) for year in years)
    return tuple(filter(None, found))


# --- the years of a document and of its parts -----------------------------------------------------


def years_of_heading(title: str) -> Period | None:
    """The years that a heading gives to what stands under it: 2026年工作计划, “十五五”时期主要目标; None for none."""
    if len(title) > 40:
        return None
    if own := _year_of_plan(title):
        return own
    if match := words("years_span").search(title):
        return Period(int(match[1]), int(match[2]))
    if match := words("part_years").search(title):
        return Period(int(match["y"]), int(match["y"]))
    return _five_years(words("five_years_part").search(title))


def _five_years(match: re.Match[str] | None) -> Period | None:
    end = dates.five_year_plan(match[1]) if match else 0
    return Period(end - 4, end) if match else None


def find_period(titles: list[str], opening: list[str]) -> Period:
    """The years a plan is for, from its title lines, else from its number or date of issue.

    `titles` are short lines at the head, `opening` the first paragraphs (all normalised).
    """
    heads = [t for t in titles if words("plan_title").search(t) and not words("numbered_title").match(t)]
    if own := next(filter(None, map(_year_of_plan, heads)), None):
        return own
    if match := _first("years_span", heads):
        return Period(int(match[1]), int(match[2]))
    if plan := _five_years(_first("five_years", heads)):
        return plan
    if match := _first("year_of_title", [line for line in heads if not words("no_year_of_title").search(line)]):
        return Period(int(match[1]), int(match[1]))
    if match := _first("year_told", opening):
        return Period(int(match[1]), int(match[1]))
    planned = {int(match["y"]) for match in map(words("part_years").search, opening) if match}
    if len(planned) == 1:  # the only year that a heading plans for
        return Period(max(planned), max(planned))
    match = _first("issued", titles + opening)
    issued = int(match[1] or match[2]) if match else None
    if match := _first("horizon", heads):
        return Period(issued, int(match[1]))
    if match := _first("years_span", [line for line in opening[:12] if words("limits").search(line)]):
        return Period(int(match[1]), int(match[2]))
    return Period(issued, None)


def _first(kind: str, lines: list[str]) -> re.Match[str] | None:
    return next(filter(None, map(words(kind).search, lines)), None)


def _year_of_plan(title: str) -> Period | None:
    """Of a title with a review in it the years of the plan: 2025年工作总结和2026年工作计划; after a review of a whole
    year they begin with the next one, and nothing says where they end."""
    reviewed = words("review_of").search(title)
    if reviewed is None:
        return None
    planned = words("plan_of").search(title, reviewed.end())
    year = int((planned or reviewed)[1])
    if planned or words("part_of_a_year").search(reviewed.group()):
        return Period(year, year)
    following = words("next_year").search(title, reviewed.end())
    return Period(year + 1, year + 1) if following and "步" not in following[0] else Period(year + 1)


_USUAL_LENGTH = 5


def assumed(period: Period, texts: list[str]) -> Period:
    """A period whose start the document does not print, from the years it compares with.

    The plan begins after the last year that is told as a base, and before its first goal; where
    there is no base, a plan is taken to begin five years before its first goal.
    """
    whole = "\n".join(texts)
    goals = [int(year) for year in words("goal_year").findall(whole)]
    if period.start is not None or not goals:
        return period
    told = [int(a or b) for a, b in words("base_year").findall(whole)]
    bases = [year for year in told if year < min(goals)]
    return Period(max(bases) + 1 if bases else min(goals) - _USUAL_LENGTH, period.end)
