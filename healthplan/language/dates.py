"""Dates: deadlines as precise as they are written, and the grammar of a whole calendar year.

A deadline is YYYY, YYYY-MM or YYYY-MM-DD, whichever way it was spelled and wherever it stood; :func:`when`
writes it and :func:`deadline` reads that back. What stands in a year's place (:func:`year_read`) is named for
what it is: a pattern of four digits would take a quarter, a half-year or the number 20160 for a year.
"""

import re
from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache, lru_cache

from healthplan.language import characters, vocabulary
from healthplan.messages import text

EARLIEST, LATEST = 1949, 2999
RUNNING = "running"  # what ``meant`` says of the year that is not over
_DIGITS = str.maketrans("〇零○Ｏ一二三四五六七八九", "0000123456789")
_WHOLE = re.compile(
    r"(\d{4})(?:\.0+)?(?:公历)?(?:年度?(?:末|底|终|全年|全年度|全年累计)?|年末数|末|底|全年)?(?:数值|数据|值|数|合计数)?"
)
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?: ?0{1,2}:00(?::00)?)?")
_ALL_MONTHS = re.compile(r"(\d{4})年?(?:1|一)(?:月)?(?:-|~|至|到|--|—|–)(?:12|十二)月(?:累计)?")
_HOW = "累计|合计|总计|平均|均值|年均|合并"
_RANGE = re.compile(
    r"(\d{4})(?:年|\.)?(?:0?1月?)?(?:-|--|~|至|到|/|—)(\d{4}|\d{2})(?:年|\.)?(?:12月?)?(?P<year>学年度?(?:末|底)?)?度?"
    rf"(?:\(?(?:[两二三四五六]年)?(?P<how>{_HOW})(?:数|值)?\)?|[两二三四五六]年)?"
)
_HOW_FIRST = re.compile(rf"(?:[两二三四五六]年)?({_HOW})(?:数|值)?\(([^()]*\d{{4}}[^()]*)\)")  # 三年合计（2022-2024年）
_TWO = re.compile(r"['’‘]?(\d{2})(?:年|年度|年末|年底)?")
_MARKS = re.compile(r"[①-⑳❶-❿¹²³⁰⁴-⁹*※†‡§#△▲☆★^]+|\[\d{1,2}\]|\((?:\d{1,2}|注\d*)\)|注\d+")
_BRACKET = re.compile(r"[(\[]([^()\[\]]*)[)\]]")
_PART = (
    re.compile(r"\d{2,4}年?-?(?:q[1-4]|h[12]|[1-4]q|[12]h)"),
    re.compile(
        r"(?:\d{2,4}年?)?.*(?:季度?|上半年|下半年|半年|\d{1,2}月|[一二三四五六七八九十]月|月份|年初|旬|周)(?:末|底|累计|数据|数|值)?"
    ),
    re.compile(r"\d{4}[-/.]?(?:0?[1-9]|1[0-2])"),
    re.compile(r"\d{4}[年./]?(?:0?1|一)月?[-至~—到](?:\d{1,2}|[一二三四五六七八九十]+)(?:月|季度)?.*"),
)
MONTHS = ("", "January", "February", "March", "April", "May", "June", "July", "August", "September",
          "October", "November", "December")  # fmt: skip
# 十一五 ends in 2010
_FIVE_YEAR_PLANS = dict(zip("一二三四五六七", range(2010, 2045, 5), strict=True))
_QUARTER = {**dict(zip("一二三四", (3, 6, 9, 12), strict=True)), "1": 3, "2": 6, "3": 9, "4": 12}
_SMALL = {sign: n for n, sign in enumerate("一二三四五六七八九十", 1)} | {"十一": 11, "十二": 12}


def of_parts(year: int, month: int = 0, day: int = 0) -> str:
    """A deadline of numbers, as precise as they are given; empty where the calendar has no such day."""
    if not EARLIEST <= year <= LATEST or not 0 <= month <= 12 or (day and not month):
        return ""
    if day and not 1 <= day <= monthrange(year, month)[1]:
        return ""
    return f"{year}" + (f"-{month:02d}" if month else "") + (f"-{day:02d}" if day else "")


def valid(written: str) -> bool:
    """Whether a text is YYYY, YYYY-MM or YYYY-MM-DD and its day is on the calendar."""
    match = re.fullmatch(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", written, re.ASCII)
    return match is not None and bool(of_parts(*(int(part or 0) for part in match.groups())))


def last_month(part: str) -> int:
    """The last month of a part of a year: a quarter (三, 3, Q3), a half (上半年), its end; 0 for the whole year."""
    word = part.strip("第Qq年季度")
    halves = {"上半": 6, "下半": 12, "中": 6, "初": 1}
    return halves.get(word) or _QUARTER.get(word.rstrip("季末底度"), 12 if word else 0)


def month(written: str) -> int:
    """The number of a month, 6 or 六; 0 for none."""
    return int(written) if written.isdigit() else _SMALL.get(written, 0)


def five_year_plan(sign: str) -> int:
    """The last year of 十一五 (``一``) 2010, 十四五 2025 and so on."""
    return _FIVE_YEAR_PLANS[sign]


def same(one: str, other: str) -> bool:
    """2025 and 2025-12 are one date; no date is another date."""
    ends = {one[4:], other[4:]}
    return one == other or (bool(one) and one[:4] == other[:4] and ends <= {"", "-12"})


_Y = r"(?P<y>(?:19|2\d)\d\d)"
_PARTS = r"(?P<part>年?[底末终中初]|年?[上下]半年|年?第?[一二三四1-4]季度?[末底]?|-?[Qq][1-4])"
_ENDING = r"(?:末|底|初|份|[上中下]旬)?"
_SPELLED = (
    rf"(?:(?:19|20)\d\d年?(?:-|--|~|至|到))?{_Y}(?:年度?|财年)?(?:全年|年内)?",
    rf"{_Y}年?度?{_PARTS}",
    rf"[Qq](?P<q>[1-4]){_Y}",
    rf"{_Y}(?:[-/.]|年)(?P<m>\d{{1,2}})(?:月{_ENDING})?",
    rf"{_Y}(?P<m>0[1-9]|1[0-2])",
    rf"{_Y}(?P<m>\d\d)(?P<d>\d\d)",
    rf"{_Y}(?:[-/.]|年)(?P<m>\d{{1,2}})(?:[-/.]|月)(?P<d>\d{{1,2}})[日号]?(?:00?:00(?::00)?)?",
    r"第?[“\"']?十(?P<fyp>[一二三四五六七])(?:五|个五年)[”\"']?(?:规划|计划)?(?:时期|期间|期)?(?:[内末底终]|结束时?)?",
    rf"(?:end(?:of)?|theendof){_Y}(?P<part>)",
    rf"(?:(?P<d>\d{{1,2}})(?:st|nd|rd|th)?)?(?P<name>{'|'.join(m[:3] for m in MONTHS[1:])})[a-z]*,?{_Y}",
    rf"(?P<name>{'|'.join(m[:3] for m in MONTHS[1:])})-(?P<short>\d\d)",
    rf"(?P<short>\d\d)-(?P<name>{'|'.join(m[:3] for m in MONTHS[1:])})",
    rf"(?P<name>{'|'.join(m[:3] for m in MONTHS[1:])})[a-z]*(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,{_Y}",
)
_AROUND = (
    re.compile(r"^(?:力争|争取|确保|计划|预计|力求|最迟|不?晚于|(?:by|before|until|in)(?=\w)|到|至|于|在|截至|截止到?)+"),
    re.compile(r"(?:之前|以前|前|之内|以内|内|完成|实现|止|为止|期间|时)+$"),
)  # fmt: skip


@lru_cache(characters.REMEMBERED)
def deadline(written: str) -> str:
    """A deadline as YYYY, YYYY-MM or YYYY-MM-DD; empty when it cannot be read or is no day of the calendar.

    2025年底 is 2025-12, 上半年 June, a quarter its last month, “十四五”末 2025. Words without a year (年内, 6月底前, 规划期末)
    say nothing.
    """
    spelled = re.sub(r"\s+", "", characters.half_width(written)).removesuffix(".0")
    spelled = _arabic(spelled.translate(str.maketrans("—–～~", "----")))
    for plain in dict.fromkeys((spelled, _AROUND[1].sub("", _AROUND[0].sub("", spelled)))):
        for pattern in _SPELLED:
            if match := re.fullmatch(pattern, plain) or re.fullmatch(pattern, plain.title()):
                return _made(match.groupdict())
    return ""


def _made(parts: dict[str, str | None]) -> str:
    """A deadline of the named parts of a spelling."""
    if sign := parts.get("fyp"):
        return str(five_year_plan(sign))
    year = int(parts.get("y") or f"20{parts['short']}")
    month = int(parts.get("m") or 0) or (_QUARTER[str(parts["q"])] if parts.get("q") else 0)
    if name := parts.get("name"):
        month = next(n for n, known in enumerate(MONTHS) if known[:3] == name)
    part = parts.get("part")
    if part is not None:
        month = last_month(part.strip("-")) if part else 12
    if parts.get("m") == "00":
        return ""
    return of_parts(year, month, int(parts.get("d") or 0))


def _arabic(spelled: str) -> str:
    """二〇二五年六月 in digits."""
    year = r"[一二][〇零○Ｏ九][〇零○Ｏ一二三四五六七八九]{2}(?=年|$)"
    month = r"(?:(?<=年)|^)(?:十[一二]?|[一二三四五六七八九])(?=月)"
    spelled = re.sub(year, lambda m: m.group().translate(_DIGITS), spelled)
    return re.sub(month, lambda m: str(_SMALL[m.group()]), spelled)


def on(day: str, lang: str | None = "zh") -> str:
    """A day as people write it: 2024年9月30日, 30 September 2024."""
    return when(day, lang).removesuffix("前")


def when(deadline: str, lang: str | None = "zh", words: str = "scorecard") -> str:
    """A deadline as people write it, as precise as it is given: 2023年6月底前, June 2023.

    Anything else, empty too, comes back as it is. ``words`` is the page of the messages that has the words.
    """
    parts = deadline.split("-")
    if not all(part.isdigit() for part in parts) or len(parts) > 3:
        return deadline
    year, month, day = (*map(int, parts), 0, 0)[:3]
    key = f"{words}.when_{len(parts)}"
    return text(key, lang, year=year, month=month, day=day, name=MONTHS[month])


# --- what stands in a year's place ---------------------------------------------------------------


@dataclass(frozen=True)
class Year:
    """What stands in a year's place. ``kind`` is year, blank, part, range, two_digits, serial, day, bad,
    ancient, future or either (2011/12: a school year or a December); ``status`` a status word's meaning; ``marks`` footnote signs that were set aside.

    ``span``: the first and last year (2022/2024) of a range, whose ``year`` is the last; of kind year it is a
    school year, which counts as the year in which it ends. ``how``: what is said of a range, 合计 or 平均."""

    kind: str
    year: int | None = None
    status: str = ""
    marks: str = ""
    meant: str = ""
    span: str = ""
    how: str = ""


@lru_cache(characters.REMEMBERED)
def year_read(written: str, today: date, when: date | None = None) -> Year:
    """What a year cell or a year header means. ``when`` is the date that a spreadsheet cell holds."""
    if when is not None:
        return _dated(when, today)
    spelled = characters.half_width(written)
    if not spelled:
        return Year("blank")
    marks = "".join(_MARKS.findall(spelled))
    body = _MARKS.sub("", spelled)
    body, status = _status(body)
    body = re.sub(r"(?<!\d)\s+|\s+(?!\d)", "", body) if not _DATE.fullmatch(body) else body
    found = _grammar(body, status, marks, today)
    if found.kind == "bad" and status in AHEAD and len(named := re.findall(r"\d{4}", body)) == 1:
        return _checked(int(named[0]), status, marks, today)  # 目标（2027年）
    return found


def _status(body: str) -> tuple[str, str]:
    """The text without its status words, and what they mean (the first in brackets or at either end)."""
    known = vocabulary.marks()
    status = ""
    for inner in _BRACKET.findall(body):
        found = meaning(inner)
        if found:
            status = status or found
            body = re.sub(r"[(\[]" + re.escape(inner) + r"[)\]]", "", body)
    for word, sense in known.items():
        if len(word) > 1 and word in body.casefold() and re.search(r"\d{4}", body):
            said = re.escape(word) + r"(?:值|数|数据|数值)?"
            stripped = re.sub(said, "", body, flags=re.IGNORECASE)
            if stripped != body:
                status, body = status or sense, stripped
    if match := re.fullmatch(r"(\d{4})\s?([pebrPEBR])", body):
        status, body = status or known[match.group(2).casefold()], match.group(1)
    return body.strip(), status


@lru_cache(characters.REMEMBERED)
def meaning(words: str) -> str:
    """The meaning of a short text if it holds a status word, else nothing.

    A word by which a figure is no actual one (forecast, target) must be all that is said between two stops: 规划信息科,
    按规划 and "see explanation" say nothing.
    """
    low = characters.half_width(words).casefold().strip()
    known = vocabulary.marks()
    if low in known:
        return known[low]
    if ahead := _AHEAD().search(low):
        return known[ahead["word"]]
    hits = [w for w in known if len(w) > 1 and known[w] not in AHEAD and _holds(low, w)]
    return known[max(hits, key=len)] if hits else ""


AHEAD = ("forecast", "target")


@cache
def _AHEAD() -> re.Pattern[str]:
    known = vocabulary.marks()
    words = sorted((w for w in known if len(w) > 1 and known[w] in AHEAD), key=len, reverse=True)
    word = "|".join(map(re.escape, words))
    return re.compile(
        rf"(?:^|[,，。;；(（\[])\s*(?:(?:19|20)\d\d年?度?)?(?:本年|当年|全年)?(?:数据|数值|数)?(?:均?[为系是]|属于?|is )?(?:an? |the )?"
        rf"(?:{word})?(?P<word>{word})(?:性|的)?(?:数据|数值|数字|值|数| (?:value|figure|number)s?| data)?\s*(?=$|[,，。;；)）\]])"
    )


def _holds(text: str, word: str) -> bool:
    """Whether a word stands in a text; an English one as a whole."""
    found = re.search(rf"\b{re.escape(word)}(?![a-z])", text) if word.isascii() else None
    return bool(found) or (not word.isascii() and word in text)


_CHECKED = "核实|核对|复核|核查|查实|核准|查证|证实|审核|确认"
_CONFIRMED = re.compile(
    rf"(?:已|经|均|业)\S{{0,8}}?(?:{_CHECKED})|(?:{_CHECKED}|数据|数值|情况)(?:均|完全)?(?:无误|属实|正确|准确|过)|^(?:准确)?无误|^属实|"
    r"确[为系](?!定)|\b(?:verified|confirmed|checked)\b"
)
_DOUBTED = re.compile(
    rf"(?:未|待|需|须|请|没|尚|拟|将|是否|不)\S{{0,6}}?(?:{_CHECKED}|属实|无误|确[为系])|(?:{_CHECKED})(?:中|之中|当中)|正在|有误|错误|存疑|"
    r"\b(?:not|un|to be|please|pending|needs?|yet)\b"
)
_YES = frozenset(["是", "对", "正确", "真", "√", "✓", "✔", "y", "yes", "ok", "true", "1", "确", "确认", "核实"])


def confirmed(words: str, answer: str = "") -> bool:
    """Whether a person says of a figure that it was looked at and is true: 已核实, 经核实无误, verified; an ``answer`` is a
    cell below a header that asks so, where 是 is enough."""
    low = characters.half_width(words).casefold()
    told = characters.half_width(answer).casefold().strip()
    pieces = re.split(r"[,，。;；、()（）\n]|\s{2,}", f"{low};{told}")
    sure = any(_CONFIRMED.search(one) and not _DOUBTED.search(one) for one in map(str.strip, pieces))
    return sure or told in _YES


def _grammar(body: str, status: str, marks: str, today: date) -> Year:
    numeral = body.translate(_DIGITS)
    if re.fullmatch(r"[〇零○Ｏ一二三四五六七八九]{4}年?(?:度|末|底)?", body):
        body = numeral
    if match := _WHOLE.fullmatch(body) or _ALL_MONTHS.fullmatch(body):
        return _checked(int(match.group(1)), status, marks, today)
    if match := re.fullmatch(r"(\d{4})学年度?(?:末|底)?", body):
        first = int(match[1])
        return replace(_checked(first + 1, status, marks, today), span=f"{first}/{first + 1}")
    if re.fullmatch(r"\d{4}[./年]\d{1,2}-\d{1,2}月?", body):  # 2025.1-6: its first half, no day
        return Year("part", int(body[:4]), status, marks)
    if match := _DATE.fullmatch(body) or re.fullmatch(r"(\d{4})(\d{2})(\d{2})", body):
        try:
            found = _dated(date(*(int(x) for x in match.groups())), today)
        except ValueError:
            return Year("bad")
        return Year(found.kind, found.year, status or found.status, marks, found.meant)
    if match := _RANGE.fullmatch(_HOW_FIRST.sub(r"\2\1", body)):
        return _ranged(match, status, marks, today)
    if re.fullmatch(r"\d{5}(?:\.0+)?", body):
        return Year("serial", meant=serial(int(float(body))))
    if _TWO.fullmatch(body):
        return Year("two_digits", status=status, marks=marks)
    if any(pattern.fullmatch(body.casefold()) for pattern in _PART):
        digits = re.match(r"\d{4}", body)
        return Year("part", int(digits.group()) if digits else None, status, marks)
    return Year("bad", status=status, marks=marks)


def _ranged(match: re.Match[str], status: str, marks: str, today: date) -> Year:
    """Pooled years, or a school year: 2022-2023学年, and 2021/22, whose second part can be no month as in 2011/12."""
    first, last, short = int(match[1]), int(match[2]), len(match[2]) == 2
    month = short and not match["year"] and 1 <= last <= 12
    if month and last != (first + 1) % 100:
        return Year("part", first, status, marks)
    last += first // 100 * 100 if short else 0
    last += 100 if short and last < first else 0
    span = f"{first}/{last}"
    if last == first + 1 and (match["year"] or short) and not match["how"]:
        found = replace(_checked(last, status, marks, today), span=span)
        return replace(found, kind="either") if month else found
    if last <= first or last > today.year or match["year"]:
        return Year("range", None, status, marks)
    return Year("range", last, status, marks, span=span, how=match["how"] or "")


def _dated(when: date, today: date) -> Year:
    found = _checked(when.year, "", "", today)
    if found.kind != "year" or (when.month, when.day) in ((12, 31), (1, 1)):
        return found
    return Year("day", when.year, meant=when.isoformat())


def _checked(year: int, status: str, marks: str, today: date) -> Year:
    kind = "ancient" if year < EARLIEST else "future" if year > today.year else "year"
    return Year(kind, year, status, marks, RUNNING if year == today.year else "")


def serial(days: int) -> str:
    """The date that a spreadsheet's serial number stands for (1900 system)."""
    return (date(1899, 12, 30) + timedelta(days=days)).isoformat()
