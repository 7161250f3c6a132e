"""Sentences to figures: which words are a figure's name, whether it is a level, and of when and where it is."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import pairwise

from healthplan.language import comparators, units
from healthplan.language.characters import clause_end, clause_start
from healthplan.language.names import Register
from healthplan.language.numbers import NUMBER, Quantity, find_quantities
from healthplan.language.vocabulary import pattern, traditional
from healthplan.planreader import figure_names
from healthplan.planreader.dates import Period
from healthplan.planreader.figure_names import Named, kind_of, odd, plain, said
from healthplan.planreader.figure_setting import POINT, Figure, Mention, Setting, When, dates_in, opening_area, years_in
from healthplan.planreader.naming import of_same, subjects
from healthplan.planreader.outline import Passage, heading_of
from healthplan.planreader.reading import sentences
from healthplan.planreader.rules import words
from healthplan.planreader.sentence import STOPS, prepare, runs_of, with_shared_units

_BOUNDS = {"no_less_than", "no_more_than", "more_than", "less_than", "about_before"}
_PRINTED = re.compile(rf"({NUMBER})\s*((?:万亿|千万|百万|十万|万|亿)?[^\d\s]*.*)", re.DOTALL)
CROWDED = 200  # numbers in what seems one sentence: a table that lost its lines
ROUNDED = 0.051  # by which a printed share may miss that of its counts
_OF_THOSE = {"张", "people", "人次", "元", "万元", "台"}  # what institutions have: 妇幼保健机构105家，床位13818张


@dataclass
class _Told:
    """What holds within a sentence: its text with dates as @, the limb's words, the date, whose institutions."""

    text: str
    dates: list[Mention]
    when: When
    spans: list[tuple[int, int]]  # what stands in brackets
    figures: list[Figure] = field(default_factory=list)
    name: str = ""  # of the last level
    spoken: str = ""  # of the last figure
    topic: str = ""
    inner: bool = False  # behind 其中
    aside: bool = False  # in a bracket
    places: int = 0  # how many kinds of institutions were counted
    subject: str = ""  # the institutions that were counted
    whose: str = ""  # of which institutions the sentence tells, also behind ；
    per: str = ""
    place: str = ""
    spot: str = ""
    first: int = 0  # where the first number of a run stands
    base: Mention | None = None
    local: When | None = None  # 上年同期, for its clause alone
    between: list[int] = field(default_factory=list)  # the years of 2015年至2019年
    until: int = -1  # how far 与2020年相比 holds, and
    compared: When | None = None  # of when figures are till there
    outer: When | None = None  # of when the text around a bracket is

    @property
    def brackets(self) -> set[int]:
        """Where brackets begin."""
        return {start for start, _ in self.spans}

    def like(self, unit: str) -> list[str]:
        """The names of the whole measures in this kind of unit."""
        apart, kind = {"inner", "aside"}, kind_of(unit)
        return [f.name for f in self.figures if kind_of(f.unit) == kind and not apart & set(f.seen)]


@dataclass
class Prose:
    """Reads passages in order and remembers the date, the topic and the measures that hold on."""

    setting: Setting
    register: Register | None = None
    when: When = field(default_factory=When)
    heads: dict[str, str] = field(default_factory=dict)
    topic: str = ""
    opening: dict[str, str] = field(default_factory=dict)  # the first measure of each kind in the sentence before
    planned: bool = False
    parts: dict[int, tuple[bool, When | None]] = field(default_factory=dict)  # by level of heading

    def read(self, passage: Passage) -> Iterator[Figure]:
        """All figures of one passage; those that are only meant or tell a change say so."""
        text = plain(passage.text).translate(traditional()).replace("依次", "分别")
        self._under(passage, text)
        place = f"{passage.place}{passage.locator and '·'}{passage.locator}"
        for _, sentence in sentences(text):
            if len(re.findall(r"\d+", sentence)) > CROWDED:
                continue
            if words("number_head").search(sentence):
                yield from _with_counts(self._sentence(sentence, place))
            elif len(sentence) <= 24 and (passage.heading or words("numbered").match(sentence)):
                self.topic = said(words("numbered").sub("", sentence.strip("。")))

    def _under(self, passage: Passage, text: str) -> None:
        """What a heading changes for all that stands under it."""
        level, _, title = heading_of(text)
        if passage.heading or passage.resets:
            self.heads, self.topic = {}, ""
            self.parts = {n: part for n, part in self.parts.items() if level is not None and n < level}
            years = {date.year for date in years_in(title)}
            when = When(years.pop(), how="title") if len(years) == 1 else None
            self.parts[level or 0] = (bool(words("ahead").search(title or text[:30])), when)
            self.when = self._own()
        if self.when.how == "other":  # another year than the paper's own ends with its paragraph
            self.when = self._own()
        if passage.years is not None and passage.years.single:
            self.when = When(passage.years.single, how="title")
        ahead = any(ahead for ahead, _ in self.parts.values())
        meant = passage.section in {"goals", "tasks", "plan"} or (self.setting.plan and passage.section != "facts")
        self.planned = meant or ahead

    def _own(self) -> When:
        """The time of the part, else of the paper."""
        own = [when for _, (_, when) in sorted(self.parts.items()) if when]
        return own[-1] if own else self.setting.when

    # --- one sentence -----------------------------------------------------------------------------

    def _sentence(self, sentence: str, place: str) -> list[Figure]:
        flat = words("aside").sub(lambda m: f"，{m.group()[1:-1]}，", sentence)
        timed = [m.span() for m in words("dated_bracket").finditer(flat)]
        dates = [d for d in dates_in(flat) if not any(a < d.start < b for a, b in timed)]
        text = flat
        for date in dates:
            text = text[: date.start] + "@" * (date.end - date.start) + text[date.end :]
        spans = [(m.start() + 1, m.end()) for m in words("aside").finditer(sentence)]
        told = _Told(text, dates, self.when if self.when.year else self.setting.when, spans)
        if words("survey").search(sentence) and all(d.base for d in dates):
            told.when = When()  # 据第七次人口普查: of another year than the text
        hidden = prepare(text, Period(), self.register).hidden
        hidden = words("sized").sub(lambda m: re.sub(r"\d", "#", m.group()), hidden)
        found = with_shared_units(hidden, find_quantities(hidden))
        end = 0
        numbers = [q for q in found if _counts(text, q, q.start in told.brackets)]
        for run in runs_of(numbers, partial(_linked, text)):
            self._moved(told, end, run[0].start)
            clause = sentence[clause_start(flat, run[0].start, "；。") : clause_end(flat, run[-1].end)].strip("，；。 ")
            for figure in self._run(told, run, end):
                told.figures.append(replace(figure, locator=place, evidence=clause))
            end = run[-1].end
        self._hold_on(told)
        return told.figures

    def _hold_on(self, told: _Told) -> None:
        """What a sentence leaves for the next: its measures and its date."""
        if told.figures:
            self.opening = {kind_of(f.unit): f.name for f in reversed(told.figures)}
        if self.setting.report and words("this_year").search(told.text):
            self.parts[-1] = (True, None)  # from here on a report tells what is to be done
        last, apart = told.outer or told.when, (POINT, "span")
        dated = told.when.how in ("own", "guessed") and told.when.period not in apart
        if dated and not self.setting.ahead(last):
            how = "other" if self.setting.when.year not in (None, last.year) else "carried"
            self.when = replace(last, how=how if last.how == "own" else "guessed")

    def _moved(self, told: _Told, begin: int, at: int) -> None:
        """What the words since the last number change: the date, 其中, a new limb, another place."""
        gap = told.text[begin:at]
        if among := words("within").search(gap):
            told.topic = said(among[1])
        within = next((span for span in told.spans if span[0] <= at < span[1]), None)
        told.aside = within is not None
        if told.aside:
            told.outer = told.outer or told.when
        elif told.outer:  # what a bracket says of its year ends with it
            told.when, told.outer = told.outer, None
        if re.search("[；。]", gap):
            told.inner, told.subject, told.places = False, "", 0
            told.place = "" if told.place.endswith(("镇", "乡", "街道")) else told.place
        told.inner = told.inner or "其中" in gap
        told.base = told.local = None
        for date in (d for d in told.dates if begin <= d.start < at):
            if not any(a <= date.start < b for a, b in told.spans if (a, b) != within):
                self._dated(told, date)
        self._placed(told, gap, opens=not begin)

    def _placed(self, told: _Told, gap: str, opens: bool) -> None:
        """Where the figures behind these words are of; ``opens``: they open the sentence."""
        told.spot = ""
        for n, clause in enumerate(re.split(f"[{STOPS}]", gap)):
            named = opening_area(words("opens").sub("", clause))[0]
            word = words("area").search(clause)
            aside = word and words("beside").search(clause[: word.end() + 2])
            if word and words("mean").fullmatch(gap[gap.rfind(word.group()) + len(word.group()) :]):
                told.spot = self.setting.area_of(word.group())
            elif word and not aside and (n or opens):  # not 23个全国监测点
                told.place, told.subject = self.setting.area_of(word.group()), ""
            elif named and len(named) <= 5:
                told.place = named

    def _dated(self, told: _Told, date: Mention) -> None:
        """What a date says of the figures behind it: of when they are, or what they are held against."""
        when = date.resolved(told.when, *self.setting.now)
        if date.part == "span":
            told.when = When(None, how="span")
            told.between = [int(year) for year in re.findall(r"(?:19|20)\d\d", date.text)]
        elif date.base:
            told.base = date
            with_that = told.text.find("相比", date.end, date.end + 60)
            if with_that > 0 and "。" not in told.text[date.end : with_that]:
                told.until, told.compared = with_that, when
        elif told.text[date.start - 1 : date.start] in tuple("由从自"):
            return
        elif date.word == "before":
            told.local = when
        elif date.part != "day":
            told.when = when

    def _run(self, told: _Told, run: list[Quantity], end: int) -> Iterator[Figure]:
        """The figures of numbers that share their words (A、B分别为x和y), mostly one."""
        told.first = run[0].start
        left = max(end, clause_start(told.text, told.first, STOPS))
        own = re.sub("^（[^（）]*）", "", told.text[left : told.first])
        named = self._named(told, own, left, run)
        for quantity, one in zip(run, named, strict=True):
            figure = self._figure(told, quantity, one, own, left)
            if figure is not None:
                yield figure

    def _figure(self, told: _Told, quantity: Quantity, named: Named, own: str, left: int) -> Figure | None:
        name, how = named
        value, unit = printed(told.text, quantity)
        value = -abs(value) if _minus(told.text, quantity, name) else value
        kind, when = self._kind(told, quantity, own)
        stated, doubtful = kind in ("level", "previous"), odd(name)
        glued = re.search(r"\d[\d.]{3,}", name)  # a table that lost its cells
        if (stated and _bounded(told.text, quantity, own)) or glued or quantity.high is not None:
            return None
        if not figure_names.counted(name, unit) or (doubtful and how == "after"):
            return None
        listed = told.text[clause_start(told.text, told.first, "，；。") : left]
        whose = self._head(told, unit) if told.inner else ""  # of 有产科的医院
        qualified = "的" in whose or words("qualified").search(listed)
        marks = {"inner": told.inner, "aside": told.aside, "odd": doubtful, "qualified": qualified}
        seen = ["start", f"name_{how}", f"year_{when.how}", "unit_printed" if unit else "unit_open"]
        seen += [mark for mark, holds in marks.items() if holds]
        area = told.spot or told.place or self.setting.area
        figure = Figure(name, value, unit, when, area, kind, "", "", tuple(seen))
        told.spoken = name
        if stated:
            told.name = name
            apart = {how != "own", told.inner, told.aside}
            if True not in apart and figure_names.whole(name, unit, False):
                self.heads[kind_of(unit)] = name
        elif kind == "change":
            self._implied(told, figure, own)
        return figure

    # --- level, change, plan ----------------------------------------------------------------------

    def _kind(self, told: _Told, quantity: Quantity, own: str) -> tuple[str, When]:
        """level, previous, change or planned, and of when."""
        clean, text, when = own.rstrip(), told.text, told.when
        if quantity.unit in (units.POINTS, "倍") or _changes(text, quantity.end, clean):
            return "change", when
        if told.aside and told.figures and told.figures[-1].kind == "previous":  # 上年为51.92/10万（死亡1例）
            return "previous", told.figures[-1].when
        begin = clause_start(text, quantity.start, STOPS)
        begin = clause_start(text, begin - 1, STOPS) if begin in told.brackets else begin
        if (earlier := self._earlier(told, quantity, begin, clean)) is not None:
            return "previous", earlier
        if when.how == "span" and len(told.between) == 2 and words("to").search(clean):
            when = When(told.between[1], how="own")
        goal = words("under").search(text[: quantity.start]) or words("goal").match(text, quantity.end)
        goal = goal or words("planned").search(text[begin : quantity.start])
        if goal or self.setting.ahead(when) or (self.planned and not (when.year and when.how == "own")):
            return "planned", when
        return "level", when if told.base is None or when.year else When()

    def _earlier(self, told: _Told, quantity: Quantity, begin: int, own: str) -> When | None:
        """Of when a figure is that only stands beside another: 上年同期的, 由2015年的; None of any other."""
        text = told.text
        if told.compared is not None and quantity.end <= told.until:
            return told.compared
        local = [d for d in told.dates if begin <= d.start and d.end <= quantity.start]
        last = local[-1] if local else None
        if last is not None and words("same_time").fullmatch(text[last.end : told.first]):
            origin = text[last.start - 1 : last.start] in tuple("由从自")
            earlier = last.base or origin or last.word in ("before", "last")
            return last.resolved(told.when, *self.setting.now) if earlier else None
        if told.local is not None:
            return told.local
        if re.search("[由从]$", own) and re.match("[^，。；]{1,6}[到至为]", text[quantity.end :]):
            first = told.between[0] if len(told.between) == 2 else None
            return When(first, how="own" if first else "open")
        return None

    def _implied(self, told: _Told, change: Figure, own: str) -> None:
        """The earlier value that 比上年增加 leaves to be worked out, marked as worked out."""
        level = next((f for f in reversed(told.figures) if "aside" not in f.seen), None)
        base = told.base
        if level is None or base is None or level.kind != "level" or base.part.startswith(("month", "cumul")):
            return
        when = base.resolved(level.when, *self.setting.now)
        alike = kind_of(level.unit) == kind_of(change.unit) or "" in map(kind_of, (level.unit, change.unit))
        points = change.unit == units.POINTS and level.unit == "%"
        if not ((alike and change.unit != "%") or points) or not when.year:
            return
        scale = 1.0 if points else _scale(change.unit, level.unit)
        sign = -1 if words("fall").search(own) else 1
        value = units.tidy(level.value - sign * change.value * scale)
        told.figures.append(replace(level, value=value, when=when, kind="implied", seen=(*level.seen, "implied")))

    # --- names ------------------------------------------------------------------------------------

    def _named(self, told: _Told, own: str, left: int, run: list[Quantity]) -> list[Named]:
        """A name for each number of a run."""
        after = told.text[run[-1].end : clause_end(told.text, run[-1].end, STOPS)]
        moved = words("to").sub("", words("change").sub("", words("growth_said").sub("", own)))
        moved = words("each_of_them").sub("", moved) if len(run) > 1 else moved
        moved = words("compared_end").sub("", moved)
        bare = words("opens").sub("", moved)  # the words without the area that opens them
        area, (named, at) = words("area").match(bare), opening_area(bare)
        name = said(bare[area.end() :] if area else bare[at:] if named and named == told.place else moved)
        if len(run) > 1:
            return self._listed(told, name, len(run))
        share = self._share(told, own, name) if printed(told.text, run[0])[1] == "%" else ""
        return [(share, "composed") if share else self._one(told, name, run[0], left, after)]

    def _listed(self, told: _Told, name: str, count: int) -> list[Named]:
        """The names of A、B分别为x和y, also where those stand before (婴儿死亡6人、儿童死亡9人，死亡率分别为x和y)."""
        each = [figure.name for figure in told.figures[-count:]]
        if not name and len(each) == count:
            return [(one, "before") for one in each]  # 较2012年（84.99%和94.08%）
        listed = subjects(name, count, self.register)
        if len(listed) == count:
            return [(one, "own") for one in listed]
        if name.endswith("率") and len(each) == count and all(e.endswith(name[:-1]) for e in each):
            return [(f"{one}率", "composed") for one in each]
        return [(name, "shared" if name else "none")] * count

    def _share(self, told: _Told, own: str, name: str) -> str:
        """What a share is of: of what was told before it (占27.4%), or of a part named with it (基层占62%)."""
        if words("share").search(name) or words("share").search(own.replace("@", "")):
            whole = name if words("own_share").match(name) else "占比"
            return f"{told.name}{whole}" if told.name else ""
        part = words("part_of").fullmatch(name)
        heads = [figure.name for figure in told.figures if kind_of(figure.unit) in _OF_THOSE]
        if part and figure_names.is_part(part[1]) and heads:
            return f"{figure_names.composed(part[1], heads[-1], '%')}占比"
        return f"{name}比" if name.endswith("占") else ""

    def _one(self, told: _Told, name: str, quantity: Quantity, left: int, after: str) -> Named:
        value, unit = printed(told.text, quantity)
        kind, before = kind_of(unit), told.text[left : quantity.start]
        if event := words("event").fullmatch(name.removesuffix("率")):
            name = self._happened(told, name, event.group())
        if re.search("[、和及]$", before) and len(said(re.split("[、，；。]", after)[0])) > 1:
            name = ""  # 1个中医馆、10个中医阁: the words before are what the number before counts
        following = said(re.split("[，；。]", after)[0])
        if name and odd(name) and len(following) > 1 and words("noun").match(after):
            return self._after(told, following, unit)
        within = told.inner or told.aside
        if name and figure_names.whole(name, unit, within):
            return self._whole(told, name, value, unit)
        if not name:
            return self._nameless(told, unit, left, before, after)
        head = told.topic or self.heads.get(kind, "") or (self.heads.get("", "") if kind == "人次" else "")
        if within and told.figures and kind_of(told.figures[-1].unit) == kind:
            head = self._head(told, unit)
        head = head or self.topic
        return (figure_names.composed(name, head, unit), "composed") if head else (name, "own")

    def _nameless(self, told: _Told, unit: str, left: int, before: str, after: str) -> Named:
        """The name of a number without words before it: what stands behind it, else what was told last."""
        following = said(re.split("[、，；。]", after)[0])
        verbs = words("change").pattern.removesuffix("$")
        if len(following) > 1 and not re.match(rf"[、，；。和及与的（@]|{verbs}|[^，。；]*\d", after):
            return self._after(told, following, unit)
        clause = told.text[clause_start(told.text, max(left - 1, 0), STOPS) : max(left - 1, 0)]
        spoken = said(clause) if not re.search(r"\d", clause) else ""
        again = told.base or told.compared or re.fullmatch("@+[为是]", before)  # 。2022年为26.8%
        compared = self.opening.get(kind_of(unit), "") if again else ""
        return (spoken or told.name or told.spoken or compared, "before")

    def _after(self, told: _Told, name: str, unit: str) -> Named:
        """A name behind its number, whose beds and people may follow (设4509个乡镇卫生院，床位11.91万张)."""
        return self._places(told, name, "after") if kind_of(unit) == "places" else (name, "after")

    def _places(self, told: _Told, name: str, how: str = "own") -> Named:
        """A kind of institutions that is counted; where it is the first and only one, what follows is theirs."""
        told.places += 1
        alone = told.places == 1 and figure_names.whose(name) and not told.inner
        told.subject = told.whose = name if alone else ""
        return (name, how)

    def _happened(self, told: _Told, name: str, event: str) -> str:
        """死亡126例 behind 乙类传染病报告发病6604例, 死亡率 behind 传染病死亡1人: with the people that it is said of."""
        whole = [f for f in told.figures if "aside" not in f.seen]
        for figure in reversed(whole):
            found = words("event").search(figure.name)
            if found and found.start():
                return figure.name[: found.start()] + name
        cases = [f.name for f in whole if kind_of(f.unit) == "例"]
        ill = words("ill_of_cases").sub("", cases[-1]) if cases else ""
        return f"{ill}{name}" if name.endswith("率") or event == "死亡" else name

    def _head(self, told: _Told, unit: str) -> str:
        """The last whole measure of the sentence in this kind of unit: what 其中 is said of."""
        return next(reversed(told.like(unit)), self.heads.get(kind_of(unit), ""))

    def _whole(self, told: _Told, name: str, value: float, unit: str) -> Named:
        """A name that says all, with the institutions or the base that the one before it named."""
        whose, kind = figure_names.whose(name), kind_of(unit)
        if kind == "places":
            return self._places(told, name)
        if units.base_in_name(name):
            told.per = (words("per").search(name) or [""])[0]
            return (name, "own")
        if whose or words("generic").match(name) or re.match("各[类级]|全部", name):
            told.subject = told.whose = whose
            told.inner &= bool(whose)
            return (name, "own")
        if told.per and kind in ("people", "张") and value % 1:
            return (told.per + name, "composed")
        if 2 < len(name) <= 6 and name.endswith("率"):
            known = told.name.endswith(name[:-1])  # 老年人健康管理4.2万人，管理率68.3%
            full = f"{told.name}率" if known else of_same(told.name, name)
            if known or full != name:
                return (full, "composed")
        if told.whose and words("efficiency").search(name):
            return (told.whose + name, "subject")
        if told.subject and kind in _OF_THOSE and not name.startswith("人均"):
            return (told.subject + name, "subject")
        return (name, "own")


def _changes(text: str, end: int, own: str) -> bool:
    """Whether the words before a number, or those behind it (以2.47万人增加), tell a change."""
    moved = words("change").search(own) and not words("to").search(own)
    grows = own.endswith("以") and words("grows").match(text, end)
    return bool(moved or grows or words("growth_said").search(own))


def _minus(text: str, quantity: Quantity, name: str) -> bool:
    """Whether a minus before a number is its own: 自然增长率-0.82‰."""
    minus = text[quantity.start - 1 : quantity.start] in ("-", "−") and quantity.start > 1
    return minus and pattern("may_fall").search(name) is not None


def _bounded(text: str, quantity: Quantity, own: str) -> bool:
    """Whether a number is only a bound (90%以上) or a round one (近300个, 500余人)."""
    before = comparators.before(own.replace("@", ""))
    bound = quantity.signed or words("bound").search(own) or comparators.after(text[quantity.end :])
    inexact = words("inexact").search(text[quantity.start : quantity.end])
    return bool(bound or inexact or (before is not None and before.family in _BOUNDS))


def _counts(text: str, quantity: Quantity, aside: bool) -> bool:
    """Whether a number is one of a measure: with a unit, a multiple whose unit its name says, or alone in a bracket."""
    unit = printed(text, quantity)[1]
    if text[quantity.start - 1 : quantity.start] in ("第", "前") or (quantity.chinese and quantity.kind == "count"):
        return False
    if aside and not unit:
        return text[quantity.end : quantity.end + 1] == "，"
    if not unit and quantity.value == 0:
        return bool(re.search("[率数](?:为|是|：)$", text[: quantity.start]))
    return bool(unit) and not words("no_unit").search(unit) and quantity.kind != "ratio"


def printed(text: str, quantity: Quantity) -> tuple[float, str]:
    """Value and unit as printed: 4.2 万张 where the number is 42000 张."""
    match = _PRINTED.fullmatch(text[quantity.start : quantity.end].lstrip("≥≤<>= "))
    if match is None or quantity.high is not None:
        return quantity.value, quantity.unit
    return float(match[1].replace(",", "")), re.sub(r"\s|[余多]", "", match[2]) or quantity.unit


def _scale(one: str, other: str) -> float:
    """By what a number in one multiple is multiplied to stand in another: 万 in 亿."""
    factors = [units.MULTIPLES.get((re.match("[百千万亿]+", unit) or [""])[0], 1.0) for unit in (one, other)]
    return factors[0] / factors[1]


def _linked(text: str, run: list[Quantity], number: Quantity) -> bool:
    """Whether only a link stands between two numbers, under 分别 or in a bare list."""
    between = text[run[-1].end : number.start]
    listed = "分别" in text[clause_start(text, run[0].start, "；。") : run[-1].start]
    return bool(re.fullmatch("[、，和及与/]+|以及", between)) and (listed or "，" not in between)


def _with_counts(figures: list[Figure]) -> Iterator[Figure]:
    """Shares with the two counts before them that give them: 收到3200万元，支出2720万元，支出率85.0%."""
    for n, share in enumerate(figures):
        counts = [f for f in figures[max(n - 3, 0) : n] if f.kind == "level" and f.unit != "%"]
        stated = share.unit == "%" and share.kind == "level"
        for one, other in pairwise(counts) if stated else ():
            small, large = sorted((one.value, other.value))
            alike = kind_of(one.unit) == kind_of(other.unit) and _scale(one.unit, other.unit) == 1
            if alike and large and abs(100 * small / large - share.value) <= ROUNDED:
                share = replace(share, numerator=small, denominator=large)
                break
        yield share
