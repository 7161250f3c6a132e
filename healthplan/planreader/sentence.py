"""A sentence prepared for reading, its lists of numbers, what it inherits and states, and which date governs a number."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache, partial

from healthplan.language import characters, comparators
from healthplan.language.characters import clause_end, clause_start, normal
from healthplan.language.names import Register
from healthplan.language.numbers import Quantity
from healthplan.language.vocabulary import simplified
from healthplan.planreader.dates import Mention, Period, find_dates
from healthplan.planreader.rules import Rule, rules, words


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
class Located:
    """A claim with its place in the document and who is in charge."""

    claim: Claim
    locator: str
    departments: str = ""
    nature: str = ""
    sentence: str = ""


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

    def shown(self, start: int, end: int) -> str:
        """`plain` from a place to another, with dates as @."""
        return "".join("@" if self.hidden[i] == "@" else self.plain[i] for i in range(start, end))


def wording_of(clause: str, sentence: str = "", at: int | None = None) -> str:
    """must or strive: as the clause says, or the first word of the sentence (力争到2027年，…).

    Of several such words the last before the number, which stands ``at`` in the clause, is its own: 确保60%、力争65%.
    """
    before, behind = clause[:at], clause[len(clause[:at]) :]
    said = [max((m.start() for m in words(kind).finditer(before)), default=-1) for kind in ("strive", "firm")]
    if max(said) >= 0:
        return "strive" if said[0] > said[1] else "must"
    opens = words("opens_striving").search(sentence)
    return "strive" if opens or words("strive").search(re.sub("[、并](?=[^、]*\\d).*", "", behind)) else "must"


def scope_of(name: str) -> str:
    """Where or to whom a goal applies, as far as its name says so."""
    return ";".join(dict.fromkeys(words("scope").findall(name)))


NAMED = "＃"
"""Hides a sign of a registered name; a number may follow it (健康达人5名), not so #."""
_RATIO = re.compile(r"(?<=\d)：(?=\d)")  # the colon of 1：0.65 ends no clause
_INNER_STOP = str.maketrans(dict.fromkeys("，；。、：", "·"))


def prepare(plain: str, period: Period, register: Register | None = None, named: str = "") -> Prepared:
    """Hide what is no quantity. `plain` is one normalised sentence; a registered name is one word in it, and so is
    `named`, which it begins with."""
    # 依次 hands out numbers as 分别 does, and is as long.
    as_printed, plain = plain, simplified(plain).replace("依次", "分别")
    titles = [match.span() for match in words("titles").finditer(plain)]
    found = find_dates(plain, period)
    names = [(0, len(named))] if named else []
    names += [span for span in _printed(plain, register) if span[0] >= len(named)]
    dates = [
        date
        for date in found
        if not _in_bracket(plain, date.start)
        and not any(a < date.start and date.end < b for a, b in titles)
        and not any(a <= date.start and date.end <= b for a, b in names)
    ]
    signs = list(plain)
    for date in dates:
        moves = date.text[0] in "到至为" and words("change_ends").search(plain[: date.start])
        start = date.start + 1 if moves else date.start
        signs[start : date.end] = "@" * (date.end - start)
    for start, end in names:
        signs[start:end] = NAMED * (end - start)
    hidden = "".join(signs)
    for rule in rules("masks"):
        for match in list(rule.pattern.finditer(hidden)):
            piece = words("numeral").sub("#", match.group()).translate(_INNER_STOP)
            hidden = hidden[: match.start()] + piece + hidden[match.end() :]
    aside = tuple(d for d in found if _due_aside(plain, d))
    return Prepared(plain, _RATIO.sub("∶", hidden), tuple(dates), as_printed, aside)


def _printed(plain: str, register: Register | None) -> list[tuple[int, int]]:
    """Where registered names stand in which a rule would see a number, a stop or a word of its own.

    65岁及以上…, Beds, all, 门诊次均费用增长幅度 are names and nothing else; 中医馆全覆盖 is one where a number follows.
    """
    if register is None:
        return []
    signs = [(sign, at) for at, c in enumerate(plain) for sign in characters.key(c)]  # the folded spelling, with places
    text = "".join(sign for sign, _ in signs)
    found: list[tuple[int, int]] = []
    for name, whole in _odd(tuple(register.indicators)):
        at = text.find(name)
        while at >= 0:
            start, end = signs[at][1], signs[at + len(name) - 1][1] + 1
            free = all(end <= a or b <= start for a, b in found)
            if free and (not whole or re.match(r"[^，；。]*\d", plain[end:])):
                found.append((start, end))
            at = text.find(name, at + 1)
    return found


@lru_cache(8)
def _odd(names: tuple[str, ...]) -> tuple[tuple[str, bool], ...]:
    """Names that are more than plain words, the longest first; whether a goal in words stands in them."""
    told = [rule.pattern for rule in rules("wholes")]
    said = [re.compile(comparators.any_word(place)) for place in ("before", "after")]
    said += [rule.pattern for rule in rules("facts")]

    def within(patterns: list[re.Pattern[str]], name: str) -> bool:
        goal = normal(f"{name}达到90%")
        tried = (pattern.search(goal) for pattern in patterns)
        return any(found and found.start() < len(name) for found in tried)

    wholes = ((name, within(told, name)) for name in sorted(names, key=len, reverse=True))
    return tuple((n, whole) for n, whole in wholes if whole or words("signs_of_rules").search(n) or within(said, n))


def _in_bracket(text: str, at: int) -> bool:
    """Inside a bracket, unless that is a stage's name (近期（到2028年），…)."""
    before = text[:at]
    return not words("stage_bracket").search(before) and before.count("（") > before.count("）")


def _due_aside(text: str, date: Mention) -> bool:
    """（2025年9月底前完成）: a bracket that says by when, and nothing else."""
    rest = words("due_bracket").match(text, date.end)
    due = date.text.endswith("前") or date.text[0] in "到至" or (rest and rest["done"])
    return bool(date.kind == "goal" and text[: date.start].endswith("（") and rest and due)


# --- quantities that belong together (分别达到A、B和C), and the clause around them ---------------------

STOPS = "，；：。！？"


@dataclass(frozen=True)
class Group:
    """Quantities of one list, with the clause text before and after it."""

    members: tuple[Quantity, ...]
    left: int
    right: int

    @property
    def start(self) -> int:
        return self.members[0].start

    @property
    def end(self) -> int:
        return self.members[-1].end


@cache
def _link() -> re.Pattern[str]:
    """What may stand between two numbers of one list."""
    between = "(?:[、，/@]|和|及|与|以及|或|在|分别|均|期末|末|底)*"
    return re.compile(rf"^(?:{comparators.any_word('after')})?{between}(?:{comparators.any_word('before')})?(?:约)?$")


def with_shared_units(hidden: str, quantities: list[Quantity]) -> list[Quantity]:
    """Give 200、40、300个 the unit of its last number."""
    out = list(quantities)
    for n in range(len(out) - 2, -1, -1):
        here, after = out[n], out[n + 1]
        if here.kind == "bare" and re.match("^[、和及与]+$", hidden[here.end : after.start]):
            multiplied = hidden[here.end - 1] in "万亿"
            scale = {"万": 1e4, "亿": 1e8}.get(after.unit[:1], 1.0) if multiplied else 1.0
            out[n] = replace(here, unit=after.unit, kind=after.kind, value=here.value / scale)
    return out


def runs_of(quantities: list[Quantity], linked: Callable[[list[Quantity], Quantity], bool]) -> list[list[Quantity]]:
    """The quantities in order, those that are linked to the ones before them together."""
    runs: list[list[Quantity]] = []
    for quantity in quantities:
        if runs and linked(runs[-1], quantity):
            runs[-1].append(quantity)
        else:
            runs.append([quantity])
    return runs


def make_groups(hidden: str, quantities: list[Quantity], years: int) -> list[Group]:
    """Join quantities whose between-text is only a link; find each group's clause.

    Two counts with their own verbs (新建2家、改造3家) stay apart; so do two rates unless 分别,
    several dates, or a bare list of numbers holds them together.
    """
    runs = runs_of(quantities, partial(_linked, hidden, years))
    groups = []
    for n, run in enumerate(runs):
        before = 0
        if n:  # a clause goes on behind a number and its words: …降到9/10万以内、婴儿死亡率…
            before = runs[n - 1][-1].end
            said = re.match(rf"(?:{comparators.any_word('after')})(?!\d)", hidden[before:])
            before += said.end() if said else 0
        after = runs[n + 1][0].start if n + 1 < len(runs) else len(hidden)
        left = max(before, clause_start(hidden, run[0].start, STOPS))
        groups.append(Group(tuple(run), left, min(after, clause_end(hidden, run[-1].end, STOPS))))
    return groups


def _linked(hidden: str, years: int, run: list[Quantity], quantity: Quantity) -> bool:
    between = hidden[run[-1].end : quantity.start]
    if len(between) > 24 or not _link().match(between):
        return False
    if between.startswith("，") and "分别" not in hidden[: run[0].start]:
        return False
    head = hidden[clause_start(hidden, run[0].start, STOPS) : run[0].start]
    return "分别" in head or years > 1 or bool(re.match("^[、和及与]+$", between))


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


# --- the date that governs a number ------------------------------------------------------------------


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
    ready, context = state.ready, state.context
    stop, facts = clause_end(ready.hidden, at), context.section == "facts"
    if own := next((d for d in ready.aside if at <= d.start < stop), None):
        return _by_date(state, [own], at)
    governing = [d for d in ready.dates if d.end <= at and d.kind in {"goal", "past"}]
    if governing and not _of_another_limb(ready.hidden, governing, at):
        found = _by_date(state, governing, at)
        return replace(found, past=found.past or facts)
    later, fact = _later(ready, at, stop), _marked_as_fact(state, at, 0)
    if later and not fact:
        return When(later.deadlines, False, "later_date")
    if context.deadlines:
        return When(context.deadlines, fact or facts, "carried_date")
    outside = context.section in {"facts", "preamble", "none", "advice"}
    year = context.period.single or context.due
    return When((str(year),) if year else (), fact or outside, "plan_year" if year else "no_date")


def _of_another_limb(hidden: str, governing: list[Mention], at: int) -> bool:
    """床位增至800张，到2025年医院达到2家；建成专科12个: a date within a limb is not said of the next limb's goals."""
    first, last = governing[0], governing[-1]
    if last.start >= clause_start(hidden, at, "；") or last.kind == "past":
        return False
    return len(governing) == 1 and bool(re.search("[，、]", hidden[: first.start])) and first.kind == "goal"


def _later(ready: Prepared, at: int, stop: int) -> Mention | None:
    """The date behind a number, in its clause or closing the sentence (…，到2024年完成), where no other number follows it."""
    goals = [date for date in ready.dates if date.kind == "goal"]
    found = [d for d in goals if at <= d.start < stop]
    found = found or [
        d for d in goals if ready.hidden[stop : d.start] == "，" and words("closes").match(ready.hidden[d.end :])
    ]
    another = found and re.search(r"\d", ready.hidden[found[0].end : stop])
    return None if another or not found else found[0]


def _by_date(state: Sentence, governing: list[Mention], at: int) -> When:
    hidden = state.ready.hidden
    last = _nearest(hidden, governing, at)
    if last.kind == "past":
        between = hidden[last.end : at]
        goal = [d for d in governing if d.kind == "goal"]
        if not (goal and "；" not in between and len(between) < 12 and "基础" in between):
            return When(last.deadlines, True, "past_date", str(last.year))
        last = goal[-1]
    clause = re.split("[，；：]", hidden[last.end : at])[-1]
    if "每年" in clause and not last.opens_goals and "；" in hidden[last.end : at]:
        return When((), _marked_as_fact(state, at, last.end), "no_date")
    how = "since_date" if last.since else "date" if last.deadlines else "impossible_date"
    return When(last.deadlines, _marked_as_fact(state, at, last.end, last), how, printed=last.text)


def _nearest(hidden: str, governing: list[Mention], at: int) -> Mention:
    """The last date of the same limb; else the one that opens the sentence; else the last.

    到2022年和2030年，A…；B于2030年…；C…: the date inside B's limb is B's alone.
    """
    opening, last = governing[0], governing[-1]
    if last.start >= clause_start(hidden, at, "；"):
        return last
    inside = hidden[clause_start(hidden, last.start, "；") : last.start].strip("，力争确保")
    opens = opening.opens_goals and len(hidden[: opening.start].strip()) <= 6
    return opening if opens and inside else last


def _marked_as_fact(state: Sentence, at: int, since: int, date: Mention | None = None) -> bool:
    """Does a word of the past stand with this number (after the date that governs it)? Never in a cell of goals."""
    if state.context.named:
        return False
    hidden = state.ready.hidden
    right = clause_end(hidden, at)
    clause, limb = (hidden[max(clause_start(hidden, at, signs), since) : right] for signs in ("，；：", "；"))
    texts = {"clause": clause, "limb": limb, "sentence": hidden}
    strong = date is not None and date.opens_goals
    for rule in rules("facts"):
        scope = str(rule.fields["scope"])
        yields = scope != "clause" or rule.fields.get("yields")
        if strong and not rule.fields.get("always") and yields:
            continue
        if rule.pattern.search(texts[scope]):
            return True
    return False
