"""A sentence prepared for reading, what it inherits and states, and which date governs a number in it."""

import re
from dataclasses import dataclass, field, replace

from healthplan.language.characters import clause_end, clause_start
from healthplan.language.names import Register
from healthplan.language.numbers import Quantity
from healthplan.language.vocabulary import simplified
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
    due: int | None = None  # the year of an undated goal, where a heading names the years
    named: str = ""  # what the sentence begins with, where that is certainly a name: of a cell, its row's


UNSURE = 0.7
"""A goal whose meaning is open is proposed with no more than this, and says why."""


@dataclass(frozen=True)
class Claim:
    """One number with its meaning. `fact` claims are offered as baselines, never as goals."""

    name: str
    comparator: str
    value: float | None
    high: float | None
    unit: str
    deadline: str = ""
    evidence: str = ""
    confidence: float = 0.0
    why: tuple[str, ...] = ()
    baseline: str = ""
    scope: str = ""
    fact: bool = False
    year: str = ""
    wording: str = "must"
    baseline_year: str = ""
    reference: str = ""
    tolerance: float | None = None
    nature: str = ""
    group: str = ""
    per: str = ""
    side: str = ""
    reference_indicator: str = ""
    each: str = ""
    all_of: str = ""

    def doubted(self, why: str, most: float = UNSURE) -> "Claim":
        """The claim with a doubt more, no surer than ``most``."""
        return replace(self, confidence=min(self.confidence, most), why=(*self.why, why))


@dataclass(frozen=True)
class Prepared:
    """`plain`: normalised, in simplified script; `printed`: in its own; `hidden`: registered names as ＃, digits of other names as #, dates as @, stops in brackets as ·; `aside`: due dates in a bracket of their own, each for the number before it."""

    plain: str
    hidden: str
    dates: tuple[Mention, ...]
    printed: str = ""
    aside: tuple[Mention, ...] = ()

    @property
    def named(self) -> str:
        """`hidden`, with the registered names to be read: a verb of doing (新增托位) may stand in one."""
        pairs = zip(self.plain, self.hidden, strict=True)
        return "".join(plain if sign == NAMED else sign for plain, sign in pairs)


NAMED = "＃"
"""Hides a sign of a registered name; a number may follow it (健康达人5名), not so #."""
STRIVE = re.compile("力争|争取|力求|努力(?!程度)|鼓励|尽可能|尽量|有条件的")
"""Words by which a plan asks for trying, not for reaching."""
_OPENS = re.compile(r"^[（(]?[一二三四五六七八九十\d]*[)）、.]?\s*(?:力争|争取|力求|努力)")
_FIRM = re.compile("(?<!努力|力争|争取|力求|尽量)(?:确保|保证|务必|必须)")


def wording_of(clause: str, sentence: str = "", at: int | None = None) -> str:
    """must or strive: as the clause says, or the first word of the sentence (力争到2027年，…).

    Of several such words the last before the number, which stands ``at`` in the clause, is its own: 确保60%、力争65%.
    """
    before, behind = clause[:at], clause[len(clause[:at]) :]
    said = [max((m.start() for m in word.finditer(before)), default=-1) for word in (STRIVE, _FIRM)]
    if max(said) >= 0:
        return "strive" if said[0] > said[1] else "must"
    opens = _OPENS.search(sentence) or STRIVE.search(re.sub("[、并](?=[^、]*\\d).*", "", behind))
    return "strive" if opens else "must"


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


def prepare(plain: str, period: Period, register: Register | None = None, named: str = "") -> Prepared:
    """Hide what is no quantity. `plain` is one normalised sentence; a registered name is one word in it, and so is
    `named`, which it begins with."""
    # 依次 hands out numbers as 分别 does, and is as long.
    as_printed, plain = plain, simplified(plain).replace("依次", "分别")
    titles = [match.span() for match in _TITLES.finditer(plain)]
    found = find_dates(plain, period)
    aside = tuple(d for d in found if _due_aside(plain, d))
    dates = [d for d in found if not _in_bracket(plain, d.start)]
    dates = [d for d in dates if not any(a < d.start and d.end < b for a, b in titles)]
    names = [(0, len(named))] if named else []
    names += [span for span in printed(plain, register) if span[0] >= len(named)]
    dates = [d for d in dates if not any(a <= d.start and d.end <= b for a, b in names)]
    signs = list(plain)
    for date in dates:
        moves = date.text[0] in "到至为" and _CHANGE.search(plain[: date.start])
        start = date.start + 1 if moves else date.start
        signs[start : date.end] = "@" * (date.end - start)
    for start, end in names:
        signs[start:end] = NAMED * (end - start)
    hidden = "".join(signs)
    for rule in rules("masks"):
        for match in list(rule.pattern.finditer(hidden)):
            piece = _NUMERAL.sub("#", match.group()).translate(_INNER_STOP)
            hidden = hidden[: match.start()] + piece + hidden[match.end() :]
    return Prepared(plain, _RATIO.sub("∶", hidden), tuple(dates), as_printed, aside)


def _in_bracket(text: str, at: int) -> bool:
    """Inside a bracket, unless that is a stage's name (近期（到2028年），…)."""
    before = text[:at]
    if re.search("(?:近期|中期|远期|阶段|第[一二三]步)（$", before):
        return False
    return before.count("（") > before.count("）")


_DUE = re.compile(r"(?:全部|基本|须|要)?(?P<done>完成|实现|达到|达标|建成|到位|投入使用|投用|办结|见效)?）")


def _due_aside(text: str, date: Mention) -> bool:
    """（2025年9月底前完成）: a bracket that says by when, and nothing else."""
    rest = _DUE.match(text, date.end)
    due = date.text.endswith("前") or date.text[0] in "到至" or (rest and rest["done"])
    return bool(date.kind == "goal" and text[: date.start].endswith("（") and rest and due)


_SCOPE = re.compile(
    r"(全国|全省|全市|全区|全县|全州|各(?:省|市|县|区|地)\S{0,4}?|每个?(?:省|市|县|区|乡镇|街道|社区|村)(?:（\S+?）)?|"
    r"(?:二级|三级)(?:及|或)?以上(?:公立)?\S{0,4}?(?:医院|医疗机构|医疗卫生机构)|县级\S{0,6}?医院|基层医疗卫生机构|乡镇卫生院|村卫生室|"
    r"社区卫生服务(?:中心|站|机构)|公立医院|(?<!健康)城市|农村)"
)


def scope_of(name: str) -> str:
    """Where or to whom a goal applies, as far as its name says so."""
    return ";".join(dict.fromkeys(_SCOPE.findall(name)))


@dataclass(frozen=True)
class When:
    """The date that governs a place: deadlines, whether it is past, how it was found."""

    deadlines: tuple[str, ...]
    past: bool
    how: str
    year: str = ""
    printed: str = ""


def when_of(state: Sentence, at: int) -> When:
    """The last date before a number governs it; else what the passage carries; else the plan."""
    dates, stop = state.ready.dates, clause_end(state.ready.hidden, at)
    if own := next((d for d in state.ready.aside if at <= d.start < stop), None):
        return _by_date(state, [own], at)
    governing = [d for d in dates if d.end <= at and d.kind in {"goal", "past"}]
    if governing and not _of_another_limb(state, governing, at):
        found = _by_date(state, governing, at)
        return replace(found, past=found.past or state.context.section == "facts")
    later = _later(state.ready, at, stop)
    fact = _marked_as_fact(state, at, 0)
    if later and not fact:
        return When(later.deadlines, False, "later_date")
    if state.context.deadlines:
        fact = fact or state.context.section == "facts"
        return When(state.context.deadlines, fact, "carried_date")
    outside = state.context.section in {"facts", "preamble", "none", "advice"}
    year = state.context.period.single or state.context.due
    default = (str(year),) if year else ()
    return When(default, fact or outside, "plan_year" if year else "no_date")


def _of_another_limb(state: Sentence, governing: list[Mention], at: int) -> bool:
    """床位增至800张，到2025年医院达到2家；建成专科12个: a date within a limb is not said of the next limb's goals."""
    hidden = state.ready.hidden
    if governing[-1].start >= clause_start(hidden, at, "；") or governing[-1].kind == "past":
        return False
    first = governing[0]
    return len(governing) == 1 and bool(re.search("[，、]", hidden[: first.start])) and first.kind == "goal"


def _later(ready: Prepared, at: int, stop: int) -> Mention | None:
    """The date behind a number, in its clause or closing the sentence, where no other number follows it."""
    goals = [date for date in ready.dates if date.kind == "goal"]
    found = [d for d in goals if at <= d.start < stop]
    found = found or [d for d in goals if _closes(ready.hidden, stop, d)]
    another = found and re.search(r"\d", ready.hidden[found[0].end : stop])
    return None if another or not found else found[0]


def _closes(hidden: str, stop: int, date: Mention) -> bool:
    """…提高2个百分点，到2024年完成: a last clause that says by when, and nothing else."""
    done = re.match("(?:全部)?(?:完成|实现|达成|达标|到位)?[。；]?$", hidden[date.end :])
    return bool(hidden[stop : date.start] == "，" and done)


def _by_date(state: Sentence, governing: list[Mention], at: int) -> When:
    last = _nearest(state, governing, at)
    if last.kind == "past":
        between = state.ready.hidden[last.end : at]
        goal = [d for d in governing if d.kind == "goal"]
        if goal and "；" not in between and len(between) < 12 and "基础" in between:
            last = goal[-1]
        else:
            return When(last.deadlines, True, "past_date", str(last.year))
    clause = re.split("[，；：]", state.ready.hidden[last.end : at])[-1]
    if "每年" in clause and not last.opens_goals and "；" in state.ready.hidden[last.end : at]:
        return When((), _marked_as_fact(state, at, last.end), "no_date")
    how = "since_date" if last.since else "date" if last.deadlines else "impossible_date"
    return When(last.deadlines, _marked_as_fact(state, at, last.end, last), how, printed=last.text)


def _nearest(state: Sentence, governing: list[Mention], at: int) -> Mention:
    """The last date of the same limb; else the one that opens the sentence; else the last.

    到2022年和2030年，A…；B于2030年…；C…: the date inside B's limb is B's alone.
    """
    hidden = state.ready.hidden
    limb = clause_start(hidden, at, "；")
    here = [date for date in governing if date.start >= limb]
    if here:
        return here[-1]
    opening = governing[0]
    last = governing[-1]
    inside = hidden[clause_start(hidden, last.start, "；") : last.start].strip("，力争确保")
    if opening.opens_goals and len(hidden[: opening.start].strip()) <= 6 and inside:
        return opening
    return last


def _marked_as_fact(state: Sentence, at: int, since: int, date: Mention | None = None) -> bool:
    """Does a word of the past stand with this number (after the date that governs it)? Never in a cell of goals."""
    if state.context.named:
        return False
    hidden = state.ready.hidden
    limb = max(clause_start(hidden, at, "；"), since)
    clause = max(clause_start(hidden, at, "，；："), since)
    right = clause_end(hidden, at)
    texts = {"clause": hidden[clause:right], "limb": hidden[limb:right], "sentence": hidden}
    strong = date is not None and date.opens_goals
    for rule in rules("facts"):
        scope = str(rule.fields["scope"])
        if strong and not rule.fields.get("always"):
            scope = "clause" if scope == "clause" and not rule.fields.get("yields") else ""
        if scope and rule.pattern.search(texts[scope]):
            return True
    return False
