"""What a document says of itself before its figures: whose it is, when it was printed, of which year it tells."""

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from healthplan.language import characters
from healthplan.language.dates import LATEST
from healthplan.language.names import Register
from healthplan.planreader import figure_dates
from healthplan.planreader.block import Document
from healthplan.planreader.figure_dates import When
from healthplan.planreader.figure_names import plain
from healthplan.planreader.outline import TITLE_LIMIT
from healthplan.planreader.plan import period_of
from healthplan.planreader.rules import matches, words
from healthplan.registers import AreaTree

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
    return Setting(
        when,
        published,
        planned,
        plan,
        "政府工作报告" in told,
        latest,
        own,
        bool(holder),
        rank,
        tuple(str(known.area_names.get(up, up)) for up in above) if known is not None else (),
    )


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
    return [m.year for text in texts for m in figure_dates.find(text) if m.year and m.text[0] != "到"]


def _years(document: Document, titles: list[str], texts: list[str], published: int | None) -> tuple[When, int | None]:
    """The year that the document tells of, and the first that it plans for."""
    dated = ([m for m in figure_dates.find(line, titles=True) if m.year and m.part != "day"] for line in titles)
    told = next(filter(None, dated), [])
    title = "".join(titles[:3])
    if "政府工作报告" in title and (told or published):
        reviewed = words("year_reviewed").search("".join(titles))
        year = int(reviewed[1]) + 1 if reviewed else told[0].year if told else published
        return When((year or 0) - 1, how="title"), year
    if words("plan").search(title) and not words("review").search(title):
        start = period_of(document).start
        return When(), start if published is None or (start or 0) > published else published + 1
    if told and (len({m.year for m in told}) == 1 or words("reviewed").search(title[: title.find(str(told[-1].year))])):
        now = max(published or 0, told[0].year or 0)
        return told[0].resolved(When(), published, how="title"), now + 1
    found = (m for text in texts for m in figure_dates.find(text))  # the only year of the text
    years = {m.year for m in found if m.year and not m.base and m.part != "day"}
    past = [year for year in years if published is None or year <= published]
    return When(past[0], how="only") if len(past) == 1 else When(), published and published + 1


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
