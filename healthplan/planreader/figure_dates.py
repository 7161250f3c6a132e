"""When a figure is of: the year and the part of the year that a text prints, in its own words."""

import re
from dataclasses import dataclass, replace

from healthplan.language import dates

ANNUAL, YEAR_END, POINT = "annual", "year-end", "point"


@dataclass(frozen=True)
class When:
    """A year (None: not printed) and the part of it; ``how`` says where it was found (own, carried, title, only)."""

    year: int | None = None
    period: str = ANNUAL
    how: str = "open"


@dataclass(frozen=True)
class Mention:
    """A date at a place of a text. ``word`` is what stands for a year (上年, 今年, 目前), ``part`` the part of it."""

    start: int
    end: int
    year: int | None
    word: str
    part: str
    base: bool
    text: str

    def resolved(self, holding: When, published: int | None, guess: int | None = None, how: str = "own") -> When:
        """The year and period that it means where ``holding`` holds; ``guess``: the latest year of a text that does not
        say when it was printed."""
        if self.word == "now":
            return When(published, POINT, how if published else "open")
        if self.word == "month":
            return _month_before(holding)
        held, now = holding.year, published or holding.year
        known = {"before": held and held - 1, "last": published and published - 1, "this": now}
        if self.word == "last" and not published and guess:
            return When(guess - 1, self.part or ANNUAL, "guessed")
        year = self.year or (known[self.word] if self.word else held)
        same = self.text.endswith("同期") or (self.base and not self.year)
        part = self.part or (holding.period if same else ANNUAL)
        if part == POINT and self.text.endswith("12月31日"):
            part = YEAR_END
        return When(year, part, (how if self.year or self.word else holding.how) if year else "open")


def _month_before(holding: When) -> When:
    """上月: the month before the one that holds."""
    month = re.fullmatch(r"month:(\d\d)", holding.period)
    if month is None or not holding.year:
        return When()
    year, before = (holding.year, int(month[1]) - 1) if month[1] != "01" else (holding.year - 1, 12)
    return replace(holding, year=year, period=f"month:{before:02d}")


_YEAR = r"(?P<y>(?:19|20)\d\d)(?:年度|年(?![鉴级])|(?=[./-]\d{1,2}月))"
_MONTH = r"1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九]"
_PARTS = (
    rf"(?P<m1>{_MONTH})月?份?[-~至到]+(?P<m2>{_MONTH})月(?:份|底|末)?",
    rf"(?P<m>{_MONTH})月(?:(?P<d>\d{{1,2}})[日号]|(?P<mend>[底末])|份)?",
    r"(?P<half>[上下]半年|前[一二三]个?季度)|第?(?P<q>[一二三四1-4])季度",
    r"(?P<end>年?[底末终])(?![端梢位])",
)
_DATE = re.compile(
    r"(?P<span>(?:19|20)\d\d年?[-~至到]+(?:19|20)?\d\d年(?!\d{1,2}月)(?:年?[底末])?|“?十[一二三四五六]五”?(?:规划)?(?:时?期间?|以来))"
    r"|(?P<now>截[至止]目前|目前|迄今|截[至止]发稿)"
    r"|(?P<month>上个?月)(?!底|末)"
    r"|(?P<by>截[至止]到?|[到至])?"
    rf"(?:(?:{_YEAR}|(?P<rel>去年|上一?年度?|今年|本年度?|当年|前一年))同?期?(?:的?(?:{'|'.join(_PARTS)}))?"
    rf"|(?:{'|'.join(part.replace('?P<', '?P<o_') for part in _PARTS if '<end>' not in part)}|(?P<o_full>全年)|(?P<o_year>(?<![\d一二两三四五六七八九十每按隔逐近历])年[末底终])))"
)
_WORDS = {"去年": "last", "今年": "this", "本年": "this", "本年度": "this", "当年": ""}
_BASE = re.compile(r"(?:[比较同与]|相比|[高低]于)$")
_TITLES = re.compile("《[^》]*》")
_HALVES = {
    "上半年": "01-06",
    "下半年": "07-12",
    "前二季": "01-06",
    "前两季": "01-06",
    "前三季": "01-09",
}


def find(text: str, titles: bool = False, head: bool = False) -> list[Mention]:
    """Every date of a normalised text, in order; those within 《…》 only with ``titles``, a month without a year
    (1月数值) only in a ``head``."""
    quoted = [] if titles else [match.span() for match in _TITLES.finditer(text)]
    found = []
    for match in _DATE.finditer(text):
        if not any(a < match.start() < b for a, b in quoted) and (one := _mention(match, text, head)):
            found.append(one)
    return found


def _mention(match: re.Match[str], text: str, head: bool) -> Mention | None:
    said = {k.removeprefix("o_"): v for k, v in match.groupdict().items() if v}
    base = bool(_BASE.search(text, max(0, match.start() - 2), match.start()))
    if "span" in said:
        return Mention(*match.span(), None, "", "span", base, match.group())
    if "now" in said:
        return Mention(*match.span(), None, "now", POINT, base, match.group())
    if "month" in said:
        return Mention(*match.span(), None, "month", "", base, match.group())
    year = int(said["y"]) if "y" in said else None
    word = _WORDS.get(said["rel"], "before") if "rel" in said else ""
    word = "before" if match.group().endswith("同期") else word
    part = _part(said)
    dayless = year is None and not word and ("m" in said or "m1" in said)
    if dayless and not head and not re.search("[份底末日]$|^[截到至]", match.group()) and "m1" not in said:
        return None  # 3月 alone may be anything
    return Mention(*match.span(), year, word, part, base, match.group())


def _part(said: dict[str, str]) -> str:
    """The period that the parts of a date name; day: a day that nothing is counted up to."""
    if "m1" in said:
        first, last = dates.month(said["m1"].lstrip("0")), dates.month(said["m2"].lstrip("0"))
        return ANNUAL if (first, last) == (1, 12) else f"cumulative:{first:02d}-{last:02d}"
    if "m" in said:
        until = "by" in said or "mend" in said
        if until and said["m"] == "12" and "d" not in said:
            return YEAR_END
        return POINT if until else "day" if "d" in said else f"month:{dates.month(said['m'].lstrip('0')):02d}"
    if half := said.get("half"):
        return next(
            (f"cumulative:{m}" for w, m in _HALVES.items() if half.replace("个", "").startswith(w)),
            "quarter:1",
        )
    if quarter := said.get("q"):
        return f"quarter:{dates.last_month(quarter) // 3}"
    if "end" in said or "year" in said:
        return YEAR_END
    return ""
