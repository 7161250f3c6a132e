"""When a figure is of: the year and the part of the year that a text prints, in its own words."""

import re
from dataclasses import dataclass, replace
from functools import cache

from healthplan.language import dates
from healthplan.planreader.rules import words

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
        if self.word == "last" and not published and guess:
            return When(guess - 1, self.part or ANNUAL, "guessed")
        held, now = holding.year, published or holding.year
        known = {"before": held and held - 1, "last": published and published - 1, "this": now}
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


@cache
def _date() -> re.Pattern[str]:
    """A span of years, now, or a year, a word for one, with a part of it; or such a part alone."""
    parts = [words(f"part_{part}").pattern for part in ("months", "month", "quarter")]
    own = "|".join([*parts, words("part_end").pattern])
    alone = "|".join(part.replace("?P<", "?P<o_") for part in parts)
    dated = rf"(?:(?:{words('figure_year').pattern})同?期?(?:的?(?:{own}))?|(?:{alone}|{words('year_ends').pattern}))"
    return re.compile(
        f"{words('figure_span').pattern}|{words('figure_now').pattern}|(?P<by>截[至止]到?|[到至])?{dated}"
    )


_WORDS = {"去年": "last", "今年": "this", "本年": "this", "本年度": "this", "当年": ""}
_HALVES = {"上半年": "01-06", "下半年": "07-12", "前二季": "01-06", "前两季": "01-06", "前三季": "01-09"}


def find(text: str, titles: bool = False, head: bool = False) -> list[Mention]:
    """Every date of a normalised text, in order; those within 《…》 only with ``titles``, a month without a year
    (1月数值) only in a ``head``."""
    quoted = [] if titles else [match.span() for match in words("paper_titles").finditer(text)]
    outside = (m for m in _date().finditer(text) if not any(a < m.start() < b for a, b in quoted))
    return [one for match in outside if (one := _mention(match, text, head))]


def _mention(match: re.Match[str], text: str, head: bool) -> Mention | None:
    said = {k.removeprefix("o_"): v for k, v in match.groupdict().items() if v}
    base = bool(words("held_against").search(text, max(0, match.start() - 2), match.start()))
    for word, whole in {"span": ("", "span"), "now": ("now", POINT), "month": ("month", "")}.items():
        if word in said:
            return Mention(*match.span(), None, *whole, base, match.group())
    year = int(said["y"]) if "y" in said else None
    word = _WORDS.get(said["rel"], "before") if "rel" in said else ""
    word = "before" if match.group().endswith("同期") else word
    dayless = year is None and not word and "m" in said
    if dayless and not head and not re.search("[份底末日]$|^[截到至]", match.group()):
        return None  # 3月 alone may be anything
    return Mention(*match.span(), year, word, _part(said), base, match.group())


def _part(said: dict[str, str]) -> str:
    """The period that the parts of a date name; day: a day that nothing is counted up to."""
    if "m1" in said:
        first, last = (dates.month(said[m].lstrip("0")) for m in ("m1", "m2"))
        return ANNUAL if (first, last) == (1, 12) else f"cumulative:{first:02d}-{last:02d}"
    if "m" in said:
        until = "by" in said or "mend" in said
        if until and said["m"] == "12" and "d" not in said:
            return YEAR_END
        return POINT if until else "day" if "d" in said else f"month:{dates.month(said['m'].lstrip('0')):02d}"
    if half := said.get("half", "").replace("个", ""):
        return next((f"cumulative:{m}" for w, m in _HALVES.items() if half.startswith(w)), "quarter:1")
    if quarter := said.get("q"):
        return f"quarter:{dates.last_month(quarter) // 3}"
    return YEAR_END if "end" in said or "year" in said else ""
