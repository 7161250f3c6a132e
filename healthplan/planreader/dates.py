"""Dates in a sentence, and the years a plan is for."""

import re
from dataclasses import dataclass

from healthplan.language import dates
from healthplan.language.numbers import chinese
from healthplan.planreader.rules import Rule, matches, spans


@dataclass(frozen=True)
class Period:
    """First and last year of a plan; both None where the document does not say."""

    start: int | None = None
    end: int | None = None

    @property
    def single(self) -> int | None:
        """The year of a one-year plan."""
        return self.start if self.start is not None and self.start == self.end else None


_PART_YEARS = re.compile(
    r"(?P<y>20\d\d)年(?:度|[上下]半年)?[^，。；]*(?:计划|安排|打算|思路|目标|任务|重点|工作|要点|举措|指标|部署|清单)"
)


def years_of_heading(title: str) -> Period | None:
    """The years that a heading gives to what stands under it: 2026年工作计划, “十五五”时期主要目标; None for none."""
    if len(title) > 40:
        return None
    if own := _year_of_plan(title):
        return own
    if match := _SPAN.search(title):
        return Period(int(match[1]), int(match[2]))
    if match := _PART_YEARS.search(title):
        year = int(match["y"])
        return Period(year, year)
    if match := re.search(f"{_FYP.pattern}(?:时期|期间|规划|目标|主要|工作|发展)", title):
        end = dates.five_year_plan(match[1])
        return Period(end - 4, end)
    return None


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
        if period.single is not None or rule.fields.get("needs") != "single_year":
            found.append(_mention(rule, match, period))
        elif (year := _year_before(found)) and _part_of_a_year(match):
            found.append(_mention(rule, match, Period(year, year)))
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


def _year_before(found: list[Mention]) -> int:
    """2027年上半年，…；下半年，…: a part of a year is of the year named before it."""
    return next((m.year for m in reversed(found) if m.kind == "goal" and m.deadlines), 0)


def _mention(rule: Rule, match: re.Match[str], period: Period) -> Mention:
    groups = {key: value for key, value in match.groupdict().items() if value}
    deadlines = _deadlines(groups, period)
    kind = str(rule.fields["kind"])
    if kind == "span":
        deadlines = deadlines[-1:]
    if kind in {"goal", "span", "asof"}:
        kind = _judge(kind, deadlines, period)
    if "since" in groups and kind == "goal":
        deadlines = (str(period.end),) if period.end else ()
    return Mention(*match.span(), kind, deadlines, match.group())


def _judge(kind: str, deadlines: tuple[str, ...], period: Period) -> str:
    """A date before the plan begins is past; a state at a date ahead is a goal."""
    if not deadlines:
        return kind
    year = int(deadlines[-1][:4])
    if period.start is not None and year < period.start:
        return "past"
    if kind == "asof":
        ahead = period.start is not None and year > period.start
        return "goal" if ahead else "past"
    return "goal"


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


_TITLE = re.compile(
    r"规划|方案|计划|要点|纲要|意见|行动|安排|任务|工作|分解表|目标|指标|通知|清单|实施|考评|考核|评价|评估|细则|责任书"
)
_NUMBERED = re.compile(
    r"[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）|第[^，。]{1,3}[章节篇部]|\d{1,2}[.、](?!\d)"
)
_OF_YEAR = re.compile(r"（20\d\d年度?）$")
_SPAN = re.compile(r"(20\d\d)年?\s*[-~至到]+\s*(20\d\d)年?")
_FYP = re.compile(r"“?十([一二三四五六七])五”?")
_ONE = re.compile(r"(20\d\d)年(?:度)?")
_HORIZON = re.compile(r"(?:健康\S{1,6}|纲要|到)(20[3-5]\d)")
_ISSUED = re.compile(r"〔(20\d\d)〕|(?<![到至截])(?<!截止)(20\d\d)年\d{1,2}月\d{1,2}日(?!之?前|以前|，|、|[止内])")
"""A number of a document, or a date that is no deadline: 到2027年6月30日, …日前 and …日， are goals' dates."""


def find_period(titles: list[str], opening: list[str]) -> Period:
    """The years a plan is for, from its title lines, else from its number or date of issue.

    `titles` are short lines at the head, `opening` the first paragraphs (all normalised).
    """
    heads = [line for line in titles if (_TITLE.search(line) or _OF_YEAR.search(line)) and not _NUMBERED.match(line)]
    if own := next(filter(None, map(_year_of_plan, heads)), None):
        return own
    if match := _first(_SPAN, heads):
        return Period(int(match[1]), int(match[2]))
    if match := _first(_FYP, heads):
        end = dates.five_year_plan(match[1])
        return Period(end - 4, end)
    other = re.compile(rf"{_HORIZON.pattern}|\d年\d+月")
    if match := _first(_ONE, [line for line in heads if not other.search(line)]):
        return Period(int(match[1]), int(match[1]))
    match = _first(_ISSUED, titles + opening)
    issued = int(match[1] or match[2]) if match else None
    if match := _first(_HORIZON, heads):
        return Period(issued, int(match[1]))
    limits = [line for line in opening[:12] if re.search("规划期|实施期|期限", line)]
    if match := _first(_SPAN, limits):
        return Period(int(match[1]), int(match[2]))
    return Period(issued, None)


_REVIEWS, _PLANS = "总结|回顾|完成情况|开展情况|进展情况", "计划|打算|安排|思路|要点|重点"
_PART_OF_YEAR = "上半年|第?[一二三1-3]季度|前[一二三]季度|\\d月"


def _year_of_plan(title: str) -> Period | None:
    """Of a title with a review in it the years of the plan: 2025年工作总结和2026年工作计划; after a review of a whole
    year they begin with the next one, and nothing says where they end."""
    reviewed = re.search(rf"(20\d\d)年?[^，。]*?(?:{_REVIEWS})", title)
    if reviewed is None:
        return None
    planned = re.search(rf"(20\d\d)年?[^，。]*?(?:{_PLANS})", title[reviewed.end() :])
    year = int((planned or reviewed)[1])
    if planned or re.search(_PART_OF_YEAR, reviewed.group()):
        return Period(year, year)
    following = re.search(f"明年|下一?年度?|下一步|{_PLANS}", title[reviewed.end() :])
    return Period(year + 1, year + 1) if following and "步" not in following[0] else Period(year + 1)


def _first(pattern: re.Pattern[str], lines: list[str]) -> re.Match[str] | None:
    return next((match for line in lines if (match := pattern.search(line))), None)


_GOAL_YEAR = re.compile(r"到(20\d\d)年")
_BASE_YEAR = re.compile(
    r"(?:截至|截止|较|比|在|与|由|从|自)(20\d\d)年|(?<!到)(20\d\d)年(?:底|末)?，(?:全[国省市区县]|我[国省市区县])"
)
_USUAL_LENGTH = 5


def assumed(period: Period, texts: list[str]) -> Period:
    """A period whose start the document does not print, from the years it compares with.

    The plan begins after the last year that is told as a base, and before its first goal; where
    there is no base, a plan is taken to begin five years before its first goal.
    """
    if period.start is not None:
        return period
    whole = "\n".join(texts)
    goals = [int(year) for year in _GOAL_YEAR.findall(whole)]
    if not goals:
        return period
    told = [int(a or b) for a, b in _BASE_YEAR.findall(whole)]
    bases = [year for year in told if year < min(goals)]
    start = max(bases) + 1 if bases else min(goals) - _USUAL_LENGTH
    return Period(start, period.end)
