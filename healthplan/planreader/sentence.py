"""A sentence while it is read: its text prepared, what it inherits, and the claims it makes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from healthplan.language.names import Register
from healthplan.language.numbers import Quantity
from healthplan.planreader.dates import Mention, Period, find_dates
from healthplan.planreader.naming import printed
from healthplan.planreader.rules import Rule, rules


@dataclass(frozen=True)
class Context:
    """What a sentence inherits: the plan's years, its section, a date that still holds."""

    period: Period
    section: str = ""
    deadlines: tuple[str, ...] = ()
    subject: str = ""
    register: Register | None = None


@dataclass(frozen=True)
class Claim:
    """One number with its meaning. `fact` claims are offered as baselines, never as goals."""

    name: str
    comparator: str
    value: float | None
    high: float | None
    unit: str
    deadline: str
    evidence: str
    confidence: float
    why: tuple[str, ...] = ()
    baseline: str = ""
    scope: str = ""
    fact: bool = False
    year: str = ""
    wording: str = "must"
    baseline_year: str = ""
    reference: str = ""
    tolerance: float | None = None


@dataclass(frozen=True)
class Prepared:
    """`plain`: normalised; `hidden`: digits of names as #, dates as @, stops in brackets as ·."""

    plain: str
    hidden: str
    dates: tuple[Mention, ...]


STRIVE = re.compile("力争|争取|力求|努力(?!程度)|鼓励|尽可能|尽量|有条件的")
"""Words by which a plan asks for trying, not for reaching."""
_OPENS = re.compile(r"^[（(]?[一二三四五六七八九十\d]*[)）、.]?\s*(?:力争|争取|力求|努力)")


def wording_of(clause: str, sentence: str = "") -> str:
    """must or strive: as the clause says, or the first word of the sentence (力争到2027年，…)."""
    return "strive" if STRIVE.search(clause) or _OPENS.search(sentence) else "must"


@dataclass
class Sentence:
    """A prepared sentence while it is read."""

    ready: Prepared
    context: Context
    verb: Rule | None = None
    verb_at: int = -1
    name: str = ""
    where: str = ""
    claims: list[Claim] = field(default_factory=list)
    starts: dict[int, Quantity] = field(default_factory=dict)


_TITLES = re.compile(r"《[^》]*》|“[^”]{1,40}”|〔[^〕]*〕")
_NUMERAL = re.compile("[0-9.一二两三四五六七八九十百千万亿%‰]")
_CHANGE = re.compile("(?:提高|提升|下降|降低|增加|减少|增长|上升|降|扩大)$")
_RATIO = re.compile(r"(?<=\d)：(?=\d)")  # the colon of 1：0.65 ends no clause
_INNER_STOP = str.maketrans({"，": "·", "；": "·", "。": "·", "、": "·", "：": "·"})


def prepare(plain: str, period: Period, register: Register | None = None) -> Prepared:
    """Hide what is no quantity. `plain` is one normalised sentence; a registered name is one word in it."""
    titles = [match.span() for match in _TITLES.finditer(plain)]
    dates = [
        date
        for date in find_dates(plain, period)
        if not any(a < date.start and date.end < b for a, b in titles)
        and not _in_bracket(plain, date.start)
    ]
    names = printed(plain, register)
    dates = [d for d in dates if not any(a <= d.start and d.end <= b for a, b in names)]
    signs = list(plain)
    for date in dates:
        if date.text[0] in "到至为" and _CHANGE.search(plain[: date.start]):
            signs[date.start + 1 : date.end] = "@" * (date.end - date.start - 1)
            continue
        signs[date.start : date.end] = "@" * (date.end - date.start)
    for start, end in names:
        signs[start:end] = "#" * (end - start)
    hidden = "".join(signs)
    for rule in rules("masks"):
        for match in list(rule.pattern.finditer(hidden)):
            piece = _NUMERAL.sub("#", match.group()).translate(_INNER_STOP)
            hidden = hidden[: match.start()] + piece + hidden[match.end() :]
    return Prepared(plain, _RATIO.sub("∶", hidden), tuple(dates))


def _in_bracket(text: str, at: int) -> bool:
    before = text[:at]
    return before.count("（") > before.count("）")


_SCOPE = re.compile(
    r"(全国|全省|全市|全区|全县|全州|各(?:省|市|县|区|地)\S{0,4}?|每个?(?:省|市|县|区|乡镇|街道|社区|村)(?:（\S+?）)?|"
    r"(?:二级|三级)(?:及|或)?以上(?:公立)?\S{0,4}?(?:医院|医疗机构|医疗卫生机构)|县级\S{0,6}?医院|基层医疗卫生机构|乡镇卫生院|村卫生室|"
    r"社区卫生服务(?:中心|站|机构)|公立医院|城市|农村)"
)


def scope_of(name: str) -> str:
    """Where or to whom a goal applies, as far as its name says so."""
    found = _SCOPE.findall(name)
    return ";".join(dict.fromkeys(found))
