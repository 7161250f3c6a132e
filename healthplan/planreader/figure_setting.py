"""Of when and of whom figures are: the dates of a text in its own words, and what a document says of itself."""

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache

from healthplan.language import characters, dates
from healthplan.language.dates import LATEST
from healthplan.language.names import Register
from healthplan.planreader.block import Document
from healthplan.planreader.figure_names import plain
from healthplan.planreader.outline import TITLE_LIMIT
from healthplan.planreader.plan import period_of
from healthplan.planreader.rules import matches, words
from healthplan.registers import AreaTree

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
        if self.word == "last" and guess and not published:
            return When(guess - 1, self.part or ANNUAL, "guessed")
        held = holding.year
        known = {"": held, "before": held and held - 1, "last": published and published - 1, "this": published or held}
        year = self.year or known[self.word]
        same = self.text.endswith("同期") or (self.base and not self.year)
        part = self.part or (holding.period if same else ANNUAL)
        if (part, self.text[-6:]) == (POINT, "12月31日"):
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


def dates_in(text: str, titles: bool = False, head: bool = False) -> list[Mention]:
    """Every date of a normalised text, in order; those within 《…》 only with ``titles``, a month without a year
    (1月数值) only in a ``head``."""
    quoted = [] if titles else [match.span() for match in words("paper_titles").finditer(text)]
    outside = (m for m in _date().finditer(text) if not any(a < m.start() < b for a, b in quoted))
    return [one for match in outside if (one := _mention(match, text, head))]


def years_in(text: str, titles: bool = False) -> list[Mention]:
    """Those of the dates that name a year, and no single day."""
    return [date for date in dates_in(text, titles) if date.year and date.part != "day"]


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


# --- the document -----------------------------------------------------------------------------------

LONG = 20_000  # signs of a paragraph that are looked at for what the document says of itself
_TITLES, _TITLE = 8, 70
_RANKS = {"国": "国", "省": "省", "市": "市", "区": "区", "县": "区", "州": "市", "旗": "区"}


@dataclass(frozen=True)
class Figure:
    """One proposed figure; ``seen`` are its features (rows of ``figure_confidence.csv``)."""

    name: str
    value: float
    unit: str
    when: When
    area: str
    kind: str
    locator: str
    evidence: str
    seen: tuple[str, ...]
    numerator: float | None = None
    denominator: float | None = None


@dataclass(frozen=True)
class Setting:
    """``planned``: the first year whose figures are meant and not reached; ``plan``: a document of what is to be done;
    ``single``: ``area`` is one institution, whose figures are not the area's; ``above``: areas that the own lies in."""

    when: When = field(default_factory=When)
    published: int | None = None
    planned: int | None = None
    plan: bool = False
    report: bool = False
    guess: int | None = None
    area: str = ""
    single: bool = False
    rank: str = ""
    above: tuple[str, ...] = ()

    @property
    def now(self) -> tuple[int | None, int | None]:
        """The year of issue, and the latest year of the text, where nothing says the first."""
        return self.published, self.guess

    def ahead(self, when: When) -> bool:
        """Whether figures of a time are meant and not reached."""
        limit = min(self.planned or LATEST, date.today().year + 1)
        return bool(when.year and when.year >= limit)

    def area_of(self, word: str) -> str:
        """The area that 全市, 我区 or 全国 means in this document; as printed where it cannot be told."""
        rank = _RANKS.get(word[-1], word[-1])
        if rank == "国":
            return "全国"
        if not word or rank == self.rank or (self.single and (word[0] in "我本" or word[-1] in "镇乡")):
            return self.area
        return next((name for name in self.above if _RANKS.get(name[-1]) == rank), word)


def setting_of(document: Document, area: str, known: Register | None, tree: AreaTree | None) -> Setting:
    """The setting of a document; ``area`` is the one that the person names, ``tree`` says what lies in what."""
    texts = [plain(block.text[:LONG]) for block in document.blocks if block.text]
    titles = [line for line in texts[:_TITLES] if len(line) <= _TITLE and "。" not in line]
    title, opening = "".join(titles[:3]), "".join(texts)[:1500]
    published = _published(texts, title)
    holder = _holder(titles, texts[:8])
    named = [*titles, plain(document.name.rpartition(".")[0]), *words("paper").findall(opening)]
    own = holder or _titled_area(named, known) or area or _speaking_area(opening)
    rank = _RANKS.get(own[-1], "") if own else _usual_rank(texts)
    rank = "省" if words("province").fullmatch(own) else rank
    when, planned = _years(document, titles, texts, published)
    told = title or "".join(texts[:1])[:TITLE_LIMIT]
    plan = bool(words("plan").search(told)) and not words("review").search(told)
    latest = max((y for y in _years_of(texts) if y <= date.today().year), default=None)
    above = tree.above(known.area(own).id) if known is not None and tree is not None and own else ()
    names = tuple(str(known.area_names.get(up, up)) for up in above) if known is not None else ()
    report = "政府工作报告" in told
    return Setting(when, published, planned, plan, report, latest, own, bool(holder), rank, names)


def _usual_rank(texts: list[str]) -> str:
    found = Counter(_RANKS[word[-1]] for text in texts for word in words("area").findall(text))
    return found.most_common(1)[0][0] if found else ""


def _published(texts: list[str], title: str) -> int | None:
    """The year in which a document was printed, from a line that says so before any other date, else from its title."""
    lines = texts[:12] + texts[-3:]
    dated = [(not words("printed").search(line), m) for line in lines for m in words("published").finditer(line[:160])]
    issue = min(dated, key=lambda pair: pair[0])[1] if dated else words("report").search(title)
    return int(issue[1] or issue[2]) if issue else None


def _years_of(texts: list[str]) -> list[int]:
    """Every year of the texts that is no deadline."""
    return [m.year for text in texts for m in dates_in(text) if m.year and m.text[0] != "到"]


def _years(document: Document, titles: list[str], texts: list[str], published: int | None) -> tuple[When, int | None]:
    """The year that the document tells of, and the first that it plans for."""
    told = next(filter(None, (years_in(line, titles=True) for line in titles)), [])
    title = "".join(titles[:3])
    if "政府工作报告" in title and (told or published):
        year = _of_report(titles, told, published)
        return When(year - 1, how="title"), year
    planned = words("plan").search(title)
    if not (told or planned) and (opened := _opened(texts)):
        return When(opened, how="title"), opened + 1
    if planned and not words("review").search(title):
        start = period_of(document).start
        return When(), start if published is None or (start or 0) > published else published + 1
    if told and (len({m.year for m in told}) == 1 or words("reviewed").search(title[: title.find(str(told[-1].year))])):
        now = max(published or 0, told[0].year or 0)
        return told[0].resolved(When(), published, how="title"), now + 1
    return _only(texts, published), published and published + 1


def _opened(texts: list[str]) -> int:
    """The year that the first lines of a text without one in its titles name; 0 where they name none."""
    found = words("year_opened").search("".join(texts)[:600])
    return int(found["y"] or found["z"]) if found else 0


def _of_report(titles: list[str], told: list[Mention], published: int | None) -> int:
    """The year that a report to the congress plans for: behind the one it reviews, else the one in its title."""
    reviewed = words("year_reviewed").search("".join(titles))
    return int(reviewed[1]) + 1 if reviewed else (told[0].year if told else published) or 0


def _only(texts: list[str], published: int | None) -> When:
    """The only year of the text."""
    years = {m.year for text in texts for m in years_in(text) if not m.base}
    past = [year for year in years if published is None or (year or 0) <= published]
    return When(past[0], how="only") if len(past) == 1 else When()


def _titled_area(titles: list[str], known: Register | None) -> str:
    """The area that the titles or the file's name name, or ""."""
    found = ("全国" if words("national").search(line) else named_area(line, known) for line in titles)
    return next(filter(None, found), "")


def _holder(titles: list[str], lines: list[str]) -> str:
    """The one institution that speaks or that the paper is filled in for (宁安县人民医院2025年工作总结), or ""."""
    told = (words("holder").match(line) or words("filled_for").search(line) for line in titles[:3])
    filled = (words("filled_for").search(line) for line in lines)
    return next((found[1] for found in (*told, *filled) if found), "")


def _speaking_area(opening: str) -> str:
    """The area whose office speaks in the first lines; "" where none is named."""
    if words("national_office").search(opening):
        return "全国"
    if speaker := re.search(rf"((?:{words('province').pattern})[省市]?)(?=卫生|卫健|统计)", opening):
        return speaker[1]
    return "全国" if re.search("全国|我国", opening) and not re.search("全[省市区县]", opening) else ""


def named_area(line: str, known: Register | None) -> str:
    """The area that a line names, the smallest of several that stand together (厦门市翔安区)."""
    for run in re.findall(r"[\u4e00-\u9fff]{2,}", re.sub(r"[《“（【\d年月日在@]", " ", line)):
        if found := opening_area(run)[0]:
            return found
    spelled = characters.key(line)
    names = (name for name in known.areas if not name.isascii() and len(name) > 1) if known else ()
    return max((name for name in names if name in spelled), key=len, default="")


def opening_area(text: str) -> tuple[str, int]:
    """The area by name that a text begins with, the smallest of several together, and where its words end."""
    found, at = "", 0
    while match := words("province_alone").match(text, at) or words("place").match(text, at):
        done = any(verb.start() == 0 for _, verb in matches("verbs", match.group()))
        if done or words("no_place").search(match.group()) or words("no_area_behind").match(text, match.end()):
            break
        within = words("province").search(match.group())  # 结果安徽省
        found, at = match.group()[within.start() if within else 0 :], match.end()
    return found, at
